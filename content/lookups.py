"""Which columns the address of an admin list may ask about."""

from __future__ import annotations

from django.contrib.admin import ListFilter
from django.core.exceptions import FieldDoesNotExist
from django.db.models.constants import LOOKUP_SEP
from django.http import HttpRequest

# PostgreSQL refuses broken expressions, and some take it minutes.
_EXPRESSIONS = frozenset({"regex", "iregex"})


class OfferedLookups:
    """For admin classes: the address filters by what the list offers, no more.

    Django lets `?password__startswith=` ask about every column of the row itself.
    The number of rows answers, so letter by letter anybody who sees the list reads
    what no page shows: hashes of passwords, codes in secret letters.
    """

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        first, *rest = lookup.split(LOOKUP_SEP)
        if not _EXPRESSIONS.isdisjoint(rest):
            return False
        return self._is_offered(first, request) and super().lookup_allowed(
            lookup, value, request
        )

    def _is_offered(self, name: str, request: HttpRequest) -> bool:
        if name == "pk":
            return True
        try:
            field = self.opts.get_field(name)
        except FieldDoesNotExist:  # the parameter of a filter, or nothing at all
            return True
        return field == self.opts.pk or name in self._offered(request)

    def _offered(self, request: HttpRequest) -> set[str]:
        """The first names of all that the filters and the calendar go by."""
        offered = {(self.date_hierarchy or "").split(LOOKUP_SEP)[0]}
        for item in self.get_list_filter(request):
            name = item[0] if isinstance(item, tuple | list) else item
            if isinstance(name, type) and issubclass(name, ListFilter):
                name = getattr(name, "parameter_name", None) or ""
            offered.add(str(name).split(LOOKUP_SEP)[0])
        return offered
