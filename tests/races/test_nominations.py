"""Nominations: confirmed and sent back at once, confirmed by two, proposed by two."""

import datetime as dt
import time

import pytest

from members.models import Role
from teams.models import DigitalTeam, Nomination
from teams.nominations import actions, rules
from teams.nominations.rules import NominationRefused
from tests.factories.members import AssignmentFactory, PersonFactory, UnitFactory
from tests.factories.teams import NominationFactory, TeamFactory
from tests.races.test_unit_tree import at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
NOW = dt.datetime(2026, 11, 23, 2, 0, tzinfo=dt.UTC)


@pytest.fixture
def slow_look(monkeypatch):
    """Widen the gap between the look and the write, where races happen."""
    for name in ("why_not_decide", "why_not_propose"):
        look = getattr(rules, name)

        def slowly(*args, look=look, **kwargs):
            found = look(*args, **kwargs)
            time.sleep(0.3)
            return found

        monkeypatch.setattr(rules, name, slowly)


@pytest.fixture
def no_lock(monkeypatch):
    def unlocked(nomination):
        rows = Nomination.objects.select_related("team__unit", "person", "proposed_by")
        return rows.get(pk=nomination.pk)

    monkeypatch.setattr(actions, "_locked", unlocked)


@pytest.fixture
def commune():
    return UnitFactory(parent=UnitFactory())


def secretary(commune):
    return AssignmentFactory(role=Role.UNIT_SECRETARY, unit=commune).user


def decide(commune) -> tuple[Nomination, list[BaseException | None]]:
    """Confirmed and sent back at once: the row afterwards, and what each raised."""
    one = NominationFactory(team__unit=commune, person__unit=commune)
    first, second = secretary(commune), secretary(commune)
    raised = at_once(
        lambda: actions.confirm(nomination=one, by=first, now=NOW),
        lambda: actions.send_back(nomination=one, reason="x", by=second, now=NOW),
    )
    one.refresh_from_db()
    return one, raised


def test_confirmed_and_sent_back_at_once_is_one_of_the_two(commune, slow_look):
    one, raised = decide(commune)
    there = one.team.memberships.filter(person=one.person).exists()
    assert there == (one.state == Nomination.State.CONFIRMED)
    (refused,) = [error for error in raised if error]
    assert isinstance(refused, NominationRefused)


def test_without_the_lock_it_could_be_both(commune, slow_look, no_lock):
    """Both are told that it is done, whichever of them wrote last."""
    assert any(decide(commune)[1] == [None, None] for _each in range(10))


def test_two_who_propose_the_same_person_make_one_nomination(commune, slow_look):
    team, person = TeamFactory(unit=commune), PersonFactory(unit=commune)
    at_once(
        *(
            lambda by=by: actions.propose(
                team=DigitalTeam.objects.get(pk=team.pk), person=person, by=by, now=NOW
            )
            for by in (secretary(commune), secretary(commune))
        )
    )
    assert Nomination.objects.count() == 1
