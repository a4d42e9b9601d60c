"""Pages of a list; a page that does not exist is not found."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.core.paginator import InvalidPage, Page, Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest

from content.prepared import Prepared, Rows, Value

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


@dataclass(frozen=True)
class UncountedPage:
    """A page of a list so long that counting it would cost more than reading it.

    For templates it is a `Page` that does not know how many there are.
    """

    object_list: Rows
    number: int
    has_next: bool

    def __len__(self) -> int:
        return len(self.object_list)

    def __iter__(self) -> Iterator:
        return iter(self.object_list)

    @property
    def has_previous(self) -> bool:
        return self.number > 1

    @property
    def has_other_pages(self) -> bool:
        return self.has_previous or self.has_next

    @property
    def next_page_number(self) -> int:
        return self.number + 1

    @property
    def previous_page_number(self) -> int:
        return self.number - 1


def page_uncounted(
    ask: Prepared, *values: Value, request: HttpRequest, per_page: int
) -> UncountedPage:
    """As `page_of`, of a prepared query: one row more tells that there are others."""
    number = page_number(request)
    rows = ask(*values, limit=per_page + 1, offset=(number - 1) * per_page)
    if not rows and number > 1:
        raise Http404("no such page")
    return UncountedPage(rows[:per_page], number, len(rows) > per_page)


def page_number(request: HttpRequest) -> int:
    """Return what `?page=` says, 1 without it; Http404 for anything but a number."""
    number = request.GET.get("page", "1")
    if not _PAGE_NUMBER.fullmatch(number):
        raise Http404("no page number")
    return int(number)
