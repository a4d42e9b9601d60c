"""What the templates about sessions need."""

from django import template

from members import audiences
from training import freshness

register = template.Library()


@register.simple_tag
def session_row(session, now, level=None):
    """{% session_row session now level=2 %}: a session in a list."""
    return freshness.row(session, now, level)


@register.simple_tag
def places(session, variant, now, step=None, mine=None):
    """{% places session "panel" now step mine %}: a part that tells of places.

    "panel" or "dock". In a page out of the cache it is at most a second old.
    """
    return freshness.part(session, variant, now, step=step, mine=mine)


@register.filter
def audience_group(session) -> str:
    """What the group is called that a session is for; "" for everyone."""
    group = audiences.registry.get(session.audience_group)
    return str(group.label) if group else session.audience_group
