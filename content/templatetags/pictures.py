"""Pictures on pages: {{ article.body|with_pictures }} and {% picture %}'s numbers."""

from django import template
from django.utils.safestring import SafeString, mark_safe

from content.pictures import in_text

register = template.Library()


@register.filter
def with_pictures(html: str) -> SafeString:
    """{{ article.body|with_pictures }}: clean HTML, its pictures in all sizes.

    For the value of a RichTextField and nothing else: it is clean in the database.
    """
    return mark_safe(in_text.dress(html))
