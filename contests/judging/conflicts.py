"""Who is too close to an entry to judge it, by record or by the judge's own word.

`closeness` is the one answer: asked when entries are given to judges, when a judge
opens a work, and again inside the lock of each score.
"""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from contests.locks import Refused, assignment_locked, refuse
from contests.models import Entry, JudgeAssignment
from contests.refusals import StaffRefusal
from contests.rules import results_public
from mail.addresses import fold as fold_address
from members.models import Person, User
from vietnam.fold import fold

log = logging.getLogger(__name__)

Aside = JudgeAssignment.Aside
# Two people with such an address have nothing in common.
FREE_MAIL = frozenset(
    {
        *("gmail.com", "googlemail.com", "yahoo.com", "yahoo.com.vn", "ymail.com"),
        *("outlook.com", "outlook.com.vn", "hotmail.com", "live.com", "msn.com"),
        *("icloud.com", "me.com", "proton.me", "protonmail.com", "zoho.com"),
        *("example.com", "example.org", "example.net"),
    }
)
SECOND_LEVEL = frozenset({"edu", "gov", "com", "net", "org", "ac", "co"})


class Closeness(models.TextChoices):
    """Why the judge is too close; a few words for the organisers."""

    OWN = "own", _("entered it or is an author")
    UNIT = "unit", _("same unit as an author")
    SCHOOL = "school", _("same school as an author")


@dataclass(frozen=True)
class Circle:
    """What ties people to others; of a judge, or of all who stand behind an entry."""

    accounts: frozenset[int]
    people: frozenset[int]
    mailboxes: frozenset[str]
    units: frozenset[int]
    schools: frozenset[str]


def closeness(judge: User, entry: Entry) -> Closeness | None:
    return meet(circle_of_judge(judge), circle_of_entry(entry))


def too_close(judge: User, entry: Entry) -> bool:
    return closeness(judge, entry) is not None


def meet(judge: Circle, entry: Circle) -> Closeness | None:
    """`closeness` of circles drawn once: forty judges and two thousand entries."""
    if (
        judge.accounts & entry.accounts
        or judge.people & entry.people
        or judge.mailboxes & entry.mailboxes
    ):
        return Closeness.OWN
    if judge.units & entry.units:
        return Closeness.UNIT
    return Closeness.SCHOOL if judge.schools & entry.schools else None


def circle_of_judge(judge: User) -> Circle:
    people = [judge.person] if judge.person else []
    unit = judge.person.unit if judge.person else None
    return _circle([judge], people, schools=[unit.name] if unit else [])


def circle_of_entry(entry: Entry) -> Circle:
    """Entrant and authors, with their units and the schools they named."""
    authors = list(entry.authors.all())
    people = [author.person for author in authors]
    accounts = [entry.owner] if entry.owner else []
    if entry.owner and entry.owner.person:
        people.append(entry.owner.person)
    schools = [entry.mentor_school, *(author.school for author in authors)]
    return _circle(accounts, people, schools=schools)


def institution_of(address: str) -> str:
    """ "a@k12.tnu.edu.vn" and "b@tnu.edu.vn" are of one house; free mail is of none."""
    domain = address.rpartition("@")[2].lower()
    parts = domain.split(".")
    if domain in FREE_MAIL or len(parts) < 2:
        return ""
    labels = 3 if len(parts) > 2 and parts[-2] in SECOND_LEVEL else 2
    house = ".".join(parts[-labels:])
    return "" if house in FREE_MAIL else f"@{house}"


def _circle(
    accounts: list[User], people: list[Person], *, schools: list[str]
) -> Circle:
    addresses = {
        fold_address(one.email) for one in [*accounts, *people] if one and one.email
    }
    houses = {institution_of(address) for address in addresses}
    names = {fold(school).strip() for school in schools}
    return Circle(
        accounts=frozenset(account.pk for account in accounts),
        people=frozenset(person.pk for person in people),
        mailboxes=frozenset(addresses),
        units=frozenset(person.unit_id for person in people if person.unit_id),
        schools=frozenset((houses | names) - {""}),
    )


def why_not_admit(
    assignment: JudgeAssignment, *, now: dt.datetime
) -> StaffRefusal | None:
    """Only a disclosed conflict can be admitted, before the results are public."""
    if results_public(assignment.round.contest, now=now):
        return StaffRefusal.RESULTS_OUT
    return None if assignment.aside == Aside.SOFT else StaffRefusal.NOT_SOFT


def declare_conflict(
    *,
    assignment_id: int,
    reason: str,
    by: User,
    now: dt.datetime,
    soft: bool = False,
) -> JudgeAssignment:
    """The judge says that they are close; scores stay on record and stop counting.

    A hard conflict closes the work to the judge for good. A soft one leaves it open:
    its scores count once the organisers agree (`admit`). Said twice is said once, but
    soft may still become hard.
    """
    aside = Aside.SOFT if soft else Aside.HARD
    with assignment_locked(assignment_id) as assignment:
        if assignment.aside in {"", Aside.SOFT} and assignment.aside != aside:
            _set_aside(assignment, aside, reason)
            log.info("judge %s set %s aside: %s", by.pk, assignment_id, aside)
    return assignment


def admit(*, assignment_id: int, by: User | None, now: dt.datetime) -> JudgeAssignment:
    """The organisers let the scores of a disclosed conflict count. Raises Refused."""
    with assignment_locked(assignment_id) as assignment:
        if assignment.admitted_at is None:
            refuse(why_not_admit(assignment, now=now))
            assignment.admitted_at, assignment.admitted_by = now, by
            assignment.save(update_fields=["admitted_at", "admitted_by"])
    return assignment


def take_off(
    *, assignment_id: int, reason: str, by: User | None, now: dt.datetime
) -> JudgeAssignment:
    """The organisers take a judge off an entry; what was scored stays on record."""
    with assignment_locked(assignment_id) as assignment:
        if assignment.aside not in JudgeAssignment.CLOSED:
            if results_public(assignment.round.contest, now=now):
                raise Refused(StaffRefusal.RESULTS_OUT)
            _set_aside(assignment, Aside.REMOVED, reason)
    return assignment


def _set_aside(assignment: JudgeAssignment, aside: str, reason: str) -> None:
    assignment.aside, assignment.conflict = aside, reason
    assignment.admitted_at = assignment.admitted_by = None
    assignment.save(update_fields=["aside", "conflict", "admitted_at", "admitted_by"])
