"""{% kept "components/footer.html" portal=portal %}: see content.kept."""

from django import template

from content import kept as parts

register = template.Library()


@register.simple_tag
def kept(template_name, **facts):
    return parts.render(template_name, facts)
