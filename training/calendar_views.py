"""The public calendar: what lies ahead, a month, what is over, a series, a feed."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from content import pagecache
from content.pagination import page_of
from members.units.addresses import follows_unit
from training import calendars, listing, pools
from training.listing import Filters
from training.models import Series, TrainingSession
from training.querysets import SessionQuerySet
from vietnam.dates import local_day

PER_PAGE = 20
MOST_EVENTS = 500


@pagecache.public("training", query=["page", *listing.CACHED])
@require_safe
@follows_unit(listing.UNIT)
def session_list(request: HttpRequest) -> HttpResponse:
    filters = Filters.of(request)
    ahead = TrainingSession.objects.upcoming(request.now)
    rows = filters.narrow(ahead.open_first(request.now), now=request.now)
    page = page_of(_for_rows(rows), request, PER_PAGE)
    pools.prefetch(page.object_list)
    context = {"page": page, "now": request.now}
    context |= _around(filters, ahead, "training:list")
    return render(request, "training/list.html", context)


@pagecache.public("training", query=["page", *listing.CACHED])
@require_safe
@follows_unit(listing.UNIT)
def archive(request: HttpRequest) -> HttpResponse:
    filters = Filters.of(request)
    over = TrainingSession.objects.over(request.now)
    rows = _for_rows(filters.narrow(over, now=request.now))
    page = page_of(rows, request, PER_PAGE)
    pools.prefetch(page.object_list)
    context = {"page": page, "now": request.now}
    context |= _around(filters, over, "training:archive")
    return render(request, "training/archive.html", context)


@pagecache.public("training", query=listing.CACHED)
@require_safe
@follows_unit(listing.UNIT)
def month(
    request: HttpRequest, year: int | None = None, month: int | None = None
) -> HttpResponse:
    """A month of the calendar; without a number the present one."""
    filters = Filters.of(request)
    today = local_day(request.now)
    every = TrainingSession.objects.published()
    rows = filters.narrow(every, now=request.now).defer("description")
    if year is None or month is None:
        year, month = today.year, today.month
    shown = listing.month_of(rows, year, month, now=request.now)
    context = {"month": shown, "this_month": today.replace(day=1)}
    here = reverse("training:month", args=[shown.first.year, shown.first.month])
    context |= _around(filters, every, "training:this_month", here_url=here)
    return render(request, "training/month.html", context)


@pagecache.public("training")
@require_safe
def series(request: HttpRequest, slug: str) -> HttpResponse:
    """All sessions of a series, the next one first, those that are over below."""
    found = get_object_or_404(Series.objects.select_related("unit"), slug=slug)
    rows = list(_for_rows(found.sessions.published()).order_by("starts_at", "id"))
    if not rows:
        raise Http404("nothing public yet")
    pools.prefetch(rows)
    context = {
        "series": found,
        "ahead": [row for row in rows if row.ends_at > request.now],
        "over": [row for row in reversed(rows) if row.ends_at <= request.now],
        "now": request.now,
    }
    return render(request, "training/series.html", context)


@pagecache.public("training", query=listing.CACHED)
@require_safe
@follows_unit(listing.UNIT)
def feed(request: HttpRequest) -> HttpResponse:
    """Every public session for a calendar that follows; filters stay in its address."""
    filters = Filters.of(request)
    rows = TrainingSession.objects.published()
    rows = rows.filter(ends_at__gt=request.now - calendars.KEPT_BEHIND)
    rows = filters.narrow(rows, now=request.now).select_related("unit")
    rows = rows.defer("description").prefetch_related("slots")
    rows = rows.order_by("starts_at", "id")[:MOST_EVENTS]
    text = calendars.subscription(map(calendars.Entry.public, rows))
    content_type = f"{calendars.CONTENT_TYPE}; charset=utf-8"
    return HttpResponse(text, content_type=content_type)


def _for_rows(rows: SessionQuerySet) -> SessionQuerySet:
    """With what a row of a list shows, and no more."""
    return rows.select_related("kind", "unit").defer("description")


def _around(
    filters: Filters, rows: SessionQuerySet, here: str, *, here_url: str = ""
) -> dict[str, Any]:
    """The ways between the lists, the filters and the address of the feed."""
    ways = [
        ("training:list", _("Coming up")),
        ("training:this_month", _("By month")),
        ("training:archive", _("Already held")),
    ]
    return {
        "ways": [
            {
                "label": label,
                "url": reverse(name) + filters.calendar_query,
                "current": name == here,
            }
            for name, label in ways
        ],
        "action": here_url or reverse(here),
        "filters": filters,
        "kinds": listing.kind_choices(filters),
        "units": listing.unit_choices(filters, rows),
        "modes": listing.mode_choices(filters),
        "asks_free": here == "training:list",
        "feed_url": reverse("training:feed") + filters.calendar_query,
    }
