"""What the page of an article works out from its rows."""

from django import template

from news import seo

register = template.Library()


@register.simple_tag
def share_picture(article):
    """{% share_picture article as share %}: url, width, height, alt."""
    return seo.share_picture(article)


@register.simple_tag
def json_ld(article, tags, kind=None):
    """{% json_ld article tags kind %}: inside a script element."""
    return seo.json_ld(article, tags, kind)


@register.filter
def warning(tags):
    """{% if tags|warning %}: whether one of them warns of dangers."""
    return any(tag.warns for tag in tags)
