"""A person's sessions as a calendar that their phone asks for by a secret address."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from members import merge, privacy
from members.models import Person
from members.typed import signed_in
from training import calendars
from training.models import CalendarFeed, Registration, TrainingSession
from training.models.calendar_feed import new_key

MOST = 200


def address_of(person: Person, *, now: dt.datetime) -> str:
    """The whole secret address; made at the first look."""
    try:
        with transaction.atomic():
            feed, _made = CalendarFeed.objects.get_or_create(
                person=person, defaults={"renewed_at": now}
            )
    except IntegrityError:
        # Two looks at once.
        feed = CalendarFeed.objects.get(person=person)
    return settings.SITE_URL + reverse("training:own_calendar", args=[feed.key])


def renew(person: Person, *, now: dt.datetime) -> None:
    """A new address; the old one is unknown from now on."""
    CalendarFeed.objects.filter(person=person).update(key=new_key(), renewed_at=now)


@signed_in
def page(request: HttpRequest) -> HttpResponse:
    """GET shows the address, POST makes a new one."""
    person = request.user.person
    if person is None:
        return render(request, "training/own_calendar.html", {"address": ""})
    if request.method == "POST":
        renew(person, now=request.now)
        return redirect("training:my_calendar")
    context = {"address": address_of(person, now=request.now)}
    return render(request, "training/own_calendar.html", context)


@never_cache
@require_safe
def feed(request: HttpRequest, key: str) -> HttpResponse:
    """What the calendar program gets: places the person has, with the meeting links."""
    found = get_object_or_404(CalendarFeed.objects.select_related("person"), key=key)
    rows = (
        Registration.objects.of(found.person)
        .confirmed()
        .filter(session__ends_at__gt=request.now - calendars.KEPT_BEHIND)
        .exclude(session__state=TrainingSession.State.DRAFT)
        .select_related("session__unit", "point")
        .prefetch_related("session__slots")
        .order_by("session__starts_at", "pk")[:MOST]
    )
    entries = [
        calendars.Entry(
            session=row.session,
            uid=calendars.registration_uid(row.code),
            changed_at=max(row.updated_at, row.session.updated_at),
            sign_up=row,
        )
        for row in rows
    ]
    text = calendars.subscription(entries, with_links=True)
    response = HttpResponse(
        text, content_type=f"{calendars.CONTENT_TYPE}; charset=utf-8"
    )
    response["Content-Disposition"] = 'attachment; filename="lich-tap-huan.ics"'
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"
    return response


class FeedHolder:
    """The address itself is nobody's business; that there is one is handed out."""

    def export(self, person: Person) -> list[dict[str, Any]]:
        feeds = CalendarFeed.objects.filter(person=person)
        return [{"renewed_at": feed.renewed_at.isoformat()} for feed in feeds]

    def erase(self, person: Person, now: dt.datetime) -> None:
        CalendarFeed.objects.filter(person=person).delete()


class MergeFeeds:
    """One address stays: that of the record that stays, if it has one."""

    def merge(self, keep: Person, drop: Person) -> None:
        if CalendarFeed.objects.filter(person=keep).exists():
            CalendarFeed.objects.filter(person=drop).delete()
        else:
            CalendarFeed.objects.filter(person=drop).update(person=keep)


def register() -> None:
    privacy.registry.register("training.calendarfeed", FeedHolder())
    merge.registry.register("training.calendarfeed", MergeFeeds())
