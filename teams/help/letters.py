"""The letters about requests for help; the name and the number stand in none of them.

A letter stays in a mailbox for years, the request for 90 days: so the letter says what
it is about and where to look.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mail import actions as outbox
from mail import kinds
from mail.models import Letter
from mail.rendering import render
from members.models import Assignment, Role, Unit, User
from teams.help.routing import HEADS
from teams.models import HelpRequest, TeamMember
from vietnam.dates import local_day
from vietnam.hours import next_allowed

ABOUT = "teams.helprequest"
ASKED = "teams.help_asked"
WITH_COMMUNE = "teams.help_with_commune"
OF_USE = dt.timedelta(days=7)
MOST = 10
"""Letters about one step of one request."""
STAFF = (Role.TEAM_COORDINATOR, Role.UNIT_SECRETARY)


def tell(request: HelpRequest, *, now: dt.datetime) -> None:
    """Write to whoever looks after it now; not at night."""
    kind = WITH_COMMUNE if request.with_commune else ASKED
    for address, person in _readers(request, now):
        outbox.queue(
            kind=kind,
            address=address,
            recipient=person,
            content=render(kind.replace(".", "/"), seen(request)),
            about=(ABOUT, request.pk),
            dedupe_key=f"{kind}:{request.pk}:{address.lower()}:{_step(request)}",
            not_before=next_allowed(now),
            not_after=now + OF_USE,
            fingerprint=_step(request),
            now=now,
        )


def seen(request: HelpRequest) -> dict:
    """What the templates get; no name and no number."""
    if request.with_commune:
        page = reverse("admin:teams_helprequest_change", args=[request.pk])
    else:
        page = reverse("teams:help_list")
    return {
        "topic": request.topic,
        "commune": request.commune,
        "area": request.area,
        "prefers": request.get_prefers_display() if request.prefers else "",
        "why": request.get_why_commune_display() if request.why_commune else "",
        "team": request.team,
        "page_url": settings.SITE_URL + page,
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
        kinds.LetterKind(label=_("Somebody asks a team for help"), recheck=recheck),
    )
    kinds.register(
        WITH_COMMUNE,
        kinds.LetterKind(
            label=_("A request for help comes to the commune"), recheck=recheck
        ),
    )


def _step(request: HelpRequest) -> str:
    return f"{request.moved_at.astimezone(dt.UTC):%Y%m%d%H%M%S}"


def _readers(
    request: HelpRequest, now: dt.datetime
) -> Iterator[tuple[str, int | None]]:
    found = _staff if request.with_commune else _heads
    told = set()
    for address, person in found(request, local_day(now)):
        if address and address.lower() not in told and len(told) < MOST:
            told.add(address.lower())
            yield address, person


def _heads(request: HelpRequest, on: dt.date) -> Iterator[tuple[str, int | None]]:
    members = TeamMember.objects.current(on).filter(team=request.team, role__in=HEADS)
    for member in members.by_rank().select_related("person__user"):
        person = member.person
        account = getattr(person, "user", None)
        yield person.email or (account and account.email) or "", person.pk


def _staff(request: HelpRequest, on: dt.date) -> Iterator[tuple[str, int | None]]:
    """Those who work for the commune; where nobody does, for the unit above it."""
    unit: Unit | None = request.commune
    seen_units = set()
    while unit is not None and unit.pk not in seen_units:
        seen_units.add(unit.pk)
        roles = Assignment.objects.current(on).filter(unit=unit, role__in=STAFF)
        users = User.objects.filter(
            is_active=True, email__isnull=False, pk__in=roles.order_by().values("user")
        )
        if people := list(users.order_by("pk")[:MOST]):
            yield from ((user.email, user.person_id) for user in people)
            return
        unit = unit.parent
