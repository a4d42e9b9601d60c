"""The letters about requests for help; the name and the number stand in none of them.

A letter stays in a mailbox for years, the request for 90 days: so the letter says what
it is about and where to look.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mail import actions as outbox
from mail import kinds
from mail.models import Letter
from mail.rendering import render
from members.models import Assignment, Role, Unit, User
from teams.help.access import address_for
from teams.help.routing import who_sees
from teams.models import HelpRequest
from teams.reports.access import email_of
from vietnam.dates import local_day
from vietnam.hours import next_allowed

ABOUT = "teams.helprequest"
ASKED = "teams.help_asked"
WITH_COMMUNE = "teams.help_with_commune"
OF_USE = dt.timedelta(days=7)
MOST = 10
"""Letters about one step of one request."""
STAFF = (Role.TEAM_COORDINATOR, Role.UNIT_SECRETARY)


@dataclass(frozen=True)
class Reader:
    """Somebody who looks after the request, and where they find it."""

    address: str
    person: int | None
    page_url: str


def tell(request: HelpRequest, *, now: dt.datetime) -> None:
    """Write to whoever looks after it now; not at night."""
    kind = WITH_COMMUNE if request.with_commune else ASKED
    for reader in _readers(request, now):
        outbox.queue(
            kind=kind,
            address=reader.address,
            recipient=reader.person,
            content=render(kind.replace(".", "/"), _seen(request, reader)),
            about=(ABOUT, request.pk),
            dedupe_key=(
                f"{kind}:{request.pk}:{reader.address.lower()}:{_step(request)}"
            ),
            not_before=next_allowed(now),
            not_after=now + OF_USE,
            fingerprint=_step(request),
            now=now,
        )


def _seen(request: HelpRequest, reader: Reader) -> dict:
    """What the templates get; no name and no number."""
    return {
        "topic": request.topic,
        "commune": request.commune,
        "area": request.area,
        "prefers": request.get_prefers_display() if request.prefers else "",
        "why": request.get_why_commune_display() if request.why_commune else "",
        "team": request.team,
        "page_url": reader.page_url,
    }


def recheck(letter: Letter, now: dt.datetime) -> kinds.Verdict:
    """Asked just before it leaves: somebody may have called meanwhile."""
    request = HelpRequest.objects.open().filter(pk=letter.about_id).first()
    if request is None or letter.fingerprint != _step(request):
        return kinds.Drop(gettext("Somebody has looked after the request meanwhile."))
    return kinds.KEEP


def register_kinds() -> None:
    kinds.register(
        ASKED,
        kinds.LetterKind(
            label=_("Somebody asks a team for help"),
            waits=kinds.Wait.MORNING,
            recheck=recheck,
        ),
    )
    kinds.register(
        WITH_COMMUNE,
        kinds.LetterKind(
            label=_("A request for help comes to the commune"),
            waits=kinds.Wait.MORNING,
            recheck=recheck,
        ),
    )


def _step(request: HelpRequest) -> str:
    return f"{request.moved_at.astimezone(dt.UTC):%Y%m%d%H%M%S}"


def _readers(request: HelpRequest, now: dt.datetime) -> Iterator[Reader]:
    """Each address once, and not too many."""
    found = _staff if request.with_commune else _heads
    told = set()
    for reader in found(request, now):
        key = reader.address.lower()
        if key and key not in told and len(told) < MOST:
            told.add(key)
            yield reader


def _heads(request: HelpRequest, now: dt.datetime) -> Iterator[Reader]:
    members = who_sees(local_day(now)).filter(team=request.team)
    for member in members.by_rank().select_related("person__user"):
        url = address_for(member, now=now)
        yield Reader(email_of(member), member.person_id, url)


def _staff(request: HelpRequest, now: dt.datetime) -> Iterator[Reader]:
    """Those who work for the commune; where nobody does, for the unit above it."""
    page = reverse("admin:teams_helprequest_change", args=[request.pk])
    unit: Unit | None = request.commune
    passed = set()
    while unit is not None and unit.pk not in passed:
        passed.add(unit.pk)
        roles = Assignment.objects.current(local_day(now))
        roles = roles.filter(unit=unit, role__in=STAFF).order_by()
        users = User.objects.filter(
            is_active=True, email__isnull=False, pk__in=roles.values("user")
        )
        if people := list(users.order_by("pk")[:MOST]):
            for user in people:
                yield Reader(user.email, user.person_id, settings.SITE_URL + page)
            return
        unit = unit.parent
