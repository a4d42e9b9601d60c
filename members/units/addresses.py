"""Where the public pages of a unit that has ended are now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect

from members.models import Unit
from members.tracking import SAFE
from vietnam.dates import local_day

LONGEST = 100


def where_now(unit: Unit, *, on: dt.date) -> Unit | None:
    """The unit that goes on with what it was, through any number of changes.

    The unit itself while it exists. None where nobody can tell: after a split, or
    when a root has been dissolved.
    """
    seen = set()
    while unit.has_ended(on):
        if unit.pk in seen:
            return None
        seen.add(unit.pk)
        rows = list(unit.successions.select_related("new")[:2])
        if len(rows) != 1:
            return None
        unit = rows[0].new or unit.parent
        if unit is None:
            return None
    return unit


def follows_unit(key: str) -> Callable:
    """For a page whose address may name a unit (`?xa=`): an old one answers 301."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def page(request: HttpRequest, *args, **kwargs) -> HttpResponse:
            return _moved(request, key) or view(request, *args, **kwargs)

        return page

    return decorate


def moved(request: HttpRequest, key: str, unit: Unit) -> HttpResponse | None:
    """301 to the same page of the unit that followed; None while it exists."""
    today = local_day(request.now)
    heir = where_now(unit, on=today) if unit.has_ended(today) else None
    if heir is None:
        return None
    query = request.GET.copy()
    query[key] = heir.slug
    return HttpResponsePermanentRedirect(f"{request.path}?{query.urlencode()}")


def _moved(request: HttpRequest, key: str) -> HttpResponse | None:
    slug = request.GET.get(key, "")
    if not slug or len(slug) > LONGEST or "\x00" in slug or request.method not in SAFE:
        return None
    unit = Unit.objects.filter(slug=slug, valid_to__lt=local_day(request.now)).first()
    return unit and moved(request, key, unit)
