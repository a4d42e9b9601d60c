"""Pages of a list; a page that does not exist is not found."""

import re

from django.core.paginator import InvalidPage, Page, Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest

_PAGE_NUMBER = re.compile(r"[1-9][0-9]{0,5}", re.ASCII)


def page_of(queryset: QuerySet, request: HttpRequest, per_page: int) -> Page:
    """Return the page that `?page=` names, the first without it.

    Anything but the number of an existing page raises Http404; the first page of an
    empty list exists.
    """
    try:
        return Paginator(queryset, per_page).page(page_number(request))
    except InvalidPage as error:
        raise Http404("no such page") from error


def page_number(request: HttpRequest) -> int:
    """Return what `?page=` says, 1 without it; Http404 for anything but a number."""
    number = request.GET.get("page", "1")
    if not _PAGE_NUMBER.fullmatch(number):
        raise Http404("no page number")
    return int(number)
