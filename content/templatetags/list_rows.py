"""The table of a list of the admin; see `content.list_rows`."""

from django.contrib.admin.templatetags.base import InclusionAdminNode
from django.template import Library

from content import list_rows

register = Library()


@register.tag(name="result_list")
def result_list_tag(parser, token):
    """In the place of Django's tag: loaded after its library."""
    return InclusionAdminNode(
        parser,
        token,
        func=list_rows.result_list,
        template_name="change_list_results.html",
        takes_context=False,
    )
