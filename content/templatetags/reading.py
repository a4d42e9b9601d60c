"""Rich text as it is read."""

import re

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

register = template.Library()
_TABLE = re.compile(r"<table(?=[ >])|</table>")


@register.filter
def readable(html: str) -> SafeString:
    """{{ page.body|readable }}: clean HTML, each table in a box of its own.

    Wider than a phone it scrolls in there, by keyboard as well. For the value of a
    RichTextField and nothing else: it is clean in the database.
    """
    before = format_html(
        '<div class="table-box" role="group" tabindex="0" aria-label="{}">', _("Table")
    )

    def boxed(match: re.Match[str]) -> str:
        tag = match[0]
        return f"{tag}</div>" if tag.startswith("</") else f"{before}{tag}"

    return mark_safe(_TABLE.sub(boxed, html))
