"""What the templates about sessions need."""

from django import template
from django.utils.safestring import mark_safe

from content import pagecache
from training import freshness
from training.models import TrainingSession

register = template.Library()


@register.simple_tag
def places(session, variant, now, step=None, mine=None):
    """{% places session "row" now %}: a part of the page that tells of places.

    "row", "panel" or "dock". In a page out of the cache it is at most a second old.
    """
    html = freshness.render_part(session, variant, now, step=step, mine=mine)
    if session.state != TrainingSession.State.PUBLISHED or now >= session.last_call:
        return mark_safe(html)  # nobody signs up any more
    return pagecache.show(freshness.PLACES, session.pk, variant, html)
