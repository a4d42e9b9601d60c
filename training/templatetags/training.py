"""Filters for the pages about sessions."""

from django import template

from training.signs import sign_of

register = template.Library()


@register.filter
def sign(session, now):
    """{% with sign=session|sign:now %}: `sign.state` and `sign.text`."""
    return sign_of(session, now)
