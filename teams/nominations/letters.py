"""The letters about a nomination: to the commune, and back to whoever proposed."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mail import actions as outbox
from mail import kinds
from mail.models import Letter
from mail.rendering import render
from members.models import Role, Unit, User
from teams.communes import Communes
from teams.models import Nomination
from vietnam.dates import local_day

ABOUT = "teams.nomination"
PROPOSED = "teams.nomination_proposed"
CONFIRMED = "teams.nomination_confirmed"
RETURNED = "teams.nomination_returned"
DECIDERS = (Role.UNIT_SECRETARY, Role.TEAM_COORDINATOR)


def proposed(nomination: Nomination, *, now: dt.datetime) -> None:
    """To each of the commune who may decide, but not to whoever proposed."""
    for account in deciders(nomination, on=local_day(now)):
        if account != nomination.proposed_by:
            _queue(PROPOSED, nomination, account, by=nomination.proposed_by, now=now)


def confirmed(nomination: Nomination, *, by: User, now: dt.datetime) -> None:
    """Whoever proposed hears that the person is in the team."""
    _answer(CONFIRMED, nomination, by=by, now=now)


def returned(nomination: Nomination, *, by: User, now: dt.datetime) -> None:
    """Whoever proposed hears what speaks against it."""
    _answer(RETURNED, nomination, by=by, now=now)


def deciders(nomination: Nomination, *, on: dt.date) -> list[User]:
    """Who decides: those of the commune; where it has nobody, those above it."""
    communes = Communes.read()
    commune = communes.of(nomination.team.unit_id)
    for unit in communes.upwards(commune):
        if found := list(_accounts(unit, on)):
            return found
    return []


def recheck_proposed(letter: Letter, now: dt.datetime) -> kinds.Verdict:
    """What has been decided meanwhile waits for nobody."""
    open_ = Nomination.objects.filter(
        pk=letter.about_id, state=Nomination.State.PROPOSED
    )
    if open_.exists():
        return kinds.KEEP
    return kinds.Drop(str(_("The nomination has been decided meanwhile.")))


def register_kinds() -> None:
    kinds.register(
        PROPOSED,
        kinds.LetterKind(
            label=_("Nomination to decide"),
            waits=kinds.Wait.TET,
            recheck=recheck_proposed,
        ),
    )
    kinds.register(
        CONFIRMED,
        kinds.LetterKind(label=_("Nomination confirmed"), waits=kinds.Wait.TET),
    )
    kinds.register(
        RETURNED,
        kinds.LetterKind(label=_("Nomination sent back"), waits=kinds.Wait.TET),
    )


def _accounts(unit: int, on: dt.date) -> QuerySet[User]:
    held = Unit.objects.get(pk=unit).assignments.current(on).filter(role__in=DECIDERS)
    users = User.objects.filter(is_active=True, pk__in=held.order_by().values("user"))
    return users.select_related("person").order_by("pk")


def _answer(kind: str, nomination: Nomination, *, by: User, now: dt.datetime) -> None:
    """To the one who proposed, unless that one pressed the button."""
    account = nomination.proposed_by
    if account and account != by and account.is_active:
        _queue(kind, nomination, account, by=by, now=now)


def _queue(
    kind: str,
    nomination: Nomination,
    account: User,
    *,
    by: User | None,
    now: dt.datetime,
) -> None:
    if not account.email:
        return
    page = reverse("admin:teams_nomination_change", args=[nomination.pk])
    seen = {
        "kind": kind.rpartition("_")[2],
        "name": account.display_name,
        "by": by.display_name if by else "",
        "nomination": nomination,
        "person": nomination.person.full_name,
        "team": str(nomination.team),
        "unit": str(nomination.team.unit),
        "url": settings.SITE_URL + page,
    }
    outbox.queue(
        kind=kind,
        address=account.email,
        content=render("teams/nomination", seen),
        now=now,
        recipient=account.person_id,
        about=(ABOUT, nomination.pk),
        dedupe_key=f"{kind}:{nomination.pk}:{account.pk}",
    )
