"""Requests for help: sent twice at once, noted by two, swept by two."""

import datetime as dt
import time

import pytest

from mail.models import Letter
from members.models import Role
from teams.help import actions, rules
from teams.models import HelpRequest
from tests.factories.members import AssignmentFactory, UnitFactory
from tests.factories.teams import HelpRequestFactory, HelpTopicFactory, MemberFactory
from tests.races.test_unit_tree import at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
NOW = dt.datetime(2026, 11, 23, 2, 0, tzinfo=dt.UTC)
State = HelpRequest.State


@pytest.fixture
def slow_look(monkeypatch):
    """Widen the gap between the look and the write, where races happen."""
    look = rules.why_not_note

    def slowly(*args, **kwargs):
        found = look(*args, **kwargs)
        time.sleep(0.3)
        return found

    monkeypatch.setattr(rules, "why_not_note", slowly)


@pytest.fixture
def no_lock(monkeypatch):
    def unlocked(request):
        return HelpRequest.objects.get(pk=request.pk)

    monkeypatch.setattr(actions, "_locked", unlocked)


def noted_by_two() -> list[str]:
    """What each of two people who called at once was told: "" or the refusal."""
    request = HelpRequestFactory()
    told = []

    def note(outcome):
        try:
            actions.note(request=request, outcome=outcome, seen=0, now=NOW)
            told.append("")
        except rules.Refused as refused:
            told.append(refused.reason.value)

    at_once(lambda: note(State.CALLED), lambda: note(State.MISSED))
    return sorted(told)


def test_of_two_who_called_at_once_one_looks_again(slow_look):
    assert noted_by_two() == ["", "changed"]


def test_without_the_lock_one_would_write_over_the_other(slow_look, no_lock):
    assert noted_by_two() == ["", ""]


def test_one_form_sent_twice_at_once_is_one_request_with_one_code():
    team = MemberFactory(role="leader", person__email="to@example.com").team
    topic = HelpTopicFactory()
    codes = []

    def send():
        request = actions.send(
            name="Cô Sen",
            phone="+84912345678",
            commune=team.unit,
            topic=topic,
            press="a" * 32,
            now=NOW,
        )
        codes.append(request.code)

    at_once(send, send, send)
    assert len(codes) == 3
    assert len(set(codes)) == 1
    assert HelpRequest.objects.count() == 1
    assert Letter.objects.count() == 1


def test_two_sweeps_at_once_hand_each_request_on_once():
    commune = UnitFactory(parent=UnitFactory())
    AssignmentFactory(role=Role.UNIT_SECRETARY, unit=commune)
    team = MemberFactory(team__unit=commune, role="leader").team
    HelpRequestFactory.create_batch(20, team=team)
    done = []

    def sweep():
        done.append(actions.pass_on_silent(now=NOW + rules.SILENCE))

    at_once(sweep, sweep)
    assert sum(done) == 20
    assert Letter.objects.count() == 20
