"""Who may report for a team: by the personal link, by an account, or as the commune."""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
import secrets
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from members import permissions
from members.models import Role, User
from teams.models import DigitalTeam, Report, ReportLink, TeamMember
from teams.models.report_link import new_key
from vietnam.dates import local_day

logger = logging.getLogger(__name__)

SentBy = Report.SentBy
MAILED = dt.timedelta(minutes=15)
TOLD = dt.timedelta(hours=2)
"""A code told by telephone: the leader may be on the field just then."""
LOST_ANSWER = dt.timedelta(minutes=2)
"""So long a code works after its first use: over a weak network answers get lost."""
DEVICE = dt.timedelta(days=30)
AFTER_END = dt.timedelta(days=60)
"""So long whoever led a team when it ended may still report its last month."""
COOKIE = "team_report"
DIGITS = 6


@dataclass(frozen=True)
class Reporter:
    """Who writes, and what the report will say about it."""

    team: DigitalTeam
    sent_by: SentBy

    @property
    def is_commune(self) -> bool:
        return self.sent_by == SentBy.COMMUNE


def leader_of(team: DigitalTeam, on: dt.date) -> TeamMember | None:
    """The leader on that day; for a while also who led a team when it ended."""
    day = on
    if team.active_to and team.active_to < on <= team.active_to + AFTER_END:
        day = team.active_to
    led = TeamMember.objects.current(day).filter(team=team, role=TeamMember.Role.LEADER)
    return led.select_related("person", "person__user", "team__unit").first()


def leads_a_team(user: User) -> bool:
    """Whether letters about monthly reports concern this account."""
    led = TeamMember.objects.filter(person=user.person_id, ends_on=None)
    return bool(user.person_id) and led.filter(role=TeamMember.Role.LEADER).exists()


def email_of(membership: TeamMember) -> str:
    """Where the leader reads letters; "" when nowhere."""
    person = membership.person
    user = getattr(person, "user", None)
    return person.email or (user and user.email) or ""


# --- The link -------------------------------------------------------------------


def link_for(membership: TeamMember, *, now: dt.datetime) -> ReportLink:
    """The leader's link, made where there is none."""
    link, _made = ReportLink.objects.get_or_create(
        membership=membership, defaults={"made_at": now}
    )
    link.membership = membership
    return link


def renew(link: ReportLink, *, now: dt.datetime) -> ReportLink:
    """Another link; the old one, its code and every proven device stop working."""
    link.key, link.made_at = new_key(), now
    link.code_digest, link.code_until = "", None
    link.save(update_fields=["key", "made_at", "code_digest", "code_until"])
    logger.info("report link of team %s renewed", link.membership.team_id)
    return link


def url(link: ReportLink) -> str:
    where = [link.membership.team_id, link.key]
    return settings.SITE_URL + reverse("teams:report_link", args=where)


def find(team_pk: int, key: str, *, on: dt.date) -> ReportLink | None:
    """The link with this key, if its owner still leads that team."""
    links = ReportLink.objects.select_related(
        "membership__team__unit", "membership__person__user"
    )
    link = links.filter(membership__team=team_pk, key=key).first()
    return link if link and _still_leads(link, on) else None


def _still_leads(link: ReportLink, on: dt.date) -> bool:
    leader = leader_of(link.membership.team, on)
    return leader is not None and leader.pk == link.membership_id


# --- The code -------------------------------------------------------------------


def new_code(link: ReportLink, *, now: dt.datetime, lasts: dt.timedelta) -> str:
    """Six digits, known only to whoever is told them now; older codes end."""
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    link.code_digest = _digest(link, code)
    link.code_until = now + lasts
    link.save(update_fields=["code_digest", "code_until"])
    return code


def prove(link: ReportLink, typed: str, *, now: dt.datetime) -> bool:
    """Whether this is the code; from then on it works two minutes longer at most."""
    code = "".join(filter(str.isdigit, typed[:40]))
    with transaction.atomic():
        link = ReportLink.objects.select_for_update().get(pk=link.pk)
        if not link.code_digest or link.code_until <= now:
            return False
        if not constant_time_compare(link.code_digest, _digest(link, code)):
            return False
        link.code_until = min(link.code_until, now + LOST_ANSWER)
        link.proved_at = now
        link.save(update_fields=["code_until", "proved_at"])
    return True


def _digest(link: ReportLink, code: str) -> str:
    """Keyed, because a million codes are tried out offline in a second."""
    text = f"{link.pk}:{link.key}:{code}"
    return salted_hmac("teams.reports.access", text, algorithm="sha256").hexdigest()


# --- The proven device ----------------------------------------------------------


def keep_device(response: HttpResponse, link: ReportLink) -> None:
    """This browser needs no code for a while, for this team's pages alone."""
    response.set_signed_cookie(
        COOKIE,
        f"{link.pk}:{_fingerprint(link)}",
        max_age=DEVICE,
        path=_place(link.membership.team_id),
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


def forget_device(response: HttpResponse, team_pk: int) -> None:
    response.delete_cookie(COOKIE, path=_place(team_pk), samesite="Lax")


def _place(team_pk: int) -> str:
    return reverse("teams:report_team", args=[team_pk])


def _fingerprint(link: ReportLink) -> str:
    return hashlib.sha256(link.key.encode()).hexdigest()[:16]


def proven(request: HttpRequest, team_pk: int) -> ReportLink | None:
    """The link that this browser has proved, if it still stands."""
    held = request.get_signed_cookie(COOKIE, "", max_age=DEVICE)
    pk, _colon, mark = held.partition(":")
    if not pk.isdigit():
        return None
    links = ReportLink.objects.select_related(
        "membership__team__unit", "membership__person"
    )
    link = links.filter(pk=pk, membership__team=team_pk).first()
    if link is None or not constant_time_compare(mark, _fingerprint(link)):
        return None
    return link if _still_leads(link, local_day(request.now)) else None


# --- Whoever is it? -------------------------------------------------------------


def reporter(request: HttpRequest, team_pk: int) -> Reporter | None:
    """Who may write the reports of this team in this browser, or None."""
    for team in teams_led(request.user, on=local_day(request.now)):
        if team.pk == team_pk:
            return Reporter(team, SentBy.ACCOUNT)
    if link := proven(request, team_pk):
        return Reporter(link.membership.team, SentBy.LINK)
    if permissions.may(request.user, "teams.accept"):
        teams = DigitalTeam.objects.select_related("unit").filter(pk=team_pk)
        team = permissions.scoped(teams, request.user, "teams.accept").first()
        return Reporter(team, SentBy.COMMUNE) if team else None
    return None


def teams_led(user: permissions.Account, *, on: dt.date) -> list[DigitalTeam]:
    """The teams that this account leads: those its person leads on the roster.

    Without any, a role as team leader counts in a unit that has one team and no more:
    a leader reports for one team and never for what lies below.
    """
    if not isinstance(user, User) or not user.is_active:
        return []
    led = _led_by(user, on)
    return led or _led_by_role(user, on)


def _led_by(user: User, on: dt.date) -> list[DigitalTeam]:
    if not user.person_id:
        return []
    lead = TeamMember.objects.filter(person=user.person_id, role=TeamMember.Role.LEADER)
    lately = lead.filter(team__active_to__lt=on, team__active_to__gte=on - AFTER_END)
    teams = DigitalTeam.objects.filter(
        Q(pk__in=lead.current(on).order_by().values("team"))
        | Q(pk__in=lately.order_by().values("team"))
    )
    found = teams.select_related("unit").order_by("name_folded", "pk")
    return [team for team in found if _leads(user, team, on)]


def _leads(user: User, team: DigitalTeam, on: dt.date) -> bool:
    leader = leader_of(team, on)
    return leader is not None and leader.person_id == user.person_id


def _led_by_role(user: User, on: dt.date) -> list[DigitalTeam]:
    held = user.assignments.current(on).filter(role=Role.TEAM_LEADER).order_by()
    units = list(held.values_list("unit", flat=True))
    if not units:
        return []
    teams = DigitalTeam.objects.active(on).filter(unit__in=units)
    by_unit: dict[int, list[DigitalTeam]] = {}
    for team in teams.select_related("unit"):
        by_unit.setdefault(team.unit_id, []).append(team)
    return [found[0] for found in by_unit.values() if len(found) == 1]
