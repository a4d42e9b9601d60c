"""Requests for help: to the right team, to the commune when it is silent, then gone."""

import datetime as dt

import pytest

from mail.models import Letter
from members.models import Role
from teams.help import actions, letters
from teams.help.rules import HelpRefusal, Refused
from teams.models import HelpRequest
from tests.factories.members import AssignmentFactory, PersonFactory
from tests.factories.teams import (
    HelpRequestFactory,
    HelpTopicFactory,
    MemberFactory,
    TeamFactory,
)

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
MINUTE = dt.timedelta(minutes=1)
State, Why = HelpRequest.State, HelpRequest.Why


@pytest.fixture
def secretary(tree):
    """Works for the commune Cẩm Giàng."""
    return AssignmentFactory(role=Role.UNIT_SECRETARY, unit=tree["cam-giang"]).user


@pytest.fixture
def team(tree):
    """The team of Nà Tu, whose leader reads letters."""
    team = TeamFactory(unit=tree["na-tu"], area="thôn Nà Tu")
    leader = PersonFactory(email="to-truong@example.com")
    MemberFactory(team=team, person=leader, role="leader")
    return team


def sent(tree, now, **more):
    values = {
        "name": "Cô Sen",
        "phone": "+84912345678",
        "commune": tree["cam-giang"],
        "area": "Nà Tu",
        "topic": HelpTopicFactory(),
        "press": "a" * 32,
    }
    return actions.send(now=now, **values | more)


def test_it_goes_to_the_team_of_the_area_and_its_leader_hears(tree, team, now):
    request = sent(tree, now)
    assert (request.team, request.why_commune) == (team, "")
    letter = Letter.objects.get(kind=letters.ASKED)
    assert letter.address == "to-truong@example.com"
    assert "Nà Tu" in letter.text


def test_no_letter_tells_who_asked(tree, team, secretary, now):
    sent(tree, now)
    actions.pass_on_silent(now=now + 2 * DAY)
    assert Letter.objects.count() == 2
    for letter in Letter.objects.all():
        for part in (letter.subject, letter.text, letter.html):
            assert "Cô Sen" not in part
            assert "912" not in part


def test_at_night_the_letter_waits_for_the_morning(tree, team, now):
    night = now.replace(hour=16)  # 23:00 in Vietnam
    sent(tree, night)
    assert Letter.objects.get().not_before == night + dt.timedelta(hours=8)


def test_where_no_team_can_be_reached_the_commune_has_it(tree, secretary, now):
    TeamFactory(unit=tree["na-tu"], area="thôn Nà Tu")  # nobody leads it
    request = sent(tree, now)
    assert (request.team, request.why_commune) == (None, Why.NO_TEAM)
    assert Letter.objects.get(kind=letters.WITH_COMMUNE).address == secretary.email


def test_where_nobody_works_for_the_commune_the_unit_above_hears(
    tree, coordinator, now
):
    sent(tree, now)
    assert Letter.objects.get().address == coordinator.email


def test_pressed_twice_is_once_with_one_code(tree, team, now):
    first, second = sent(tree, now), sent(tree, now + MINUTE)
    assert first == second
    assert first.code == second.code
    assert Letter.objects.count() == 1


def test_codes_are_drawn_not_counted(tree, team, now):
    codes = {sent(tree, now, press=f"{n:032x}").code for n in range(20)}
    assert len(codes) == 20
    assert all(len(code) == 12 for code in codes)


@pytest.mark.parametrize(
    ("silence", "with_commune"),
    [(2 * DAY - MINUTE, False), (2 * DAY, True)],
)
def test_silent_for_two_days_it_goes_to_the_commune(
    tree, team, secretary, now, silence, with_commune
):
    request = sent(tree, now)
    actions.pass_on_silent(now=now + silence)
    request.refresh_from_db()
    assert request.with_commune is with_commune
    told = Letter.objects.filter(kind=letters.WITH_COMMUNE)
    assert [letter.address for letter in told] == [secretary.email] * with_commune


def test_the_sweep_hands_on_once(tree, team, secretary, now):
    sent(tree, now)
    assert actions.pass_on_silent(now=now + 2 * DAY) == 1
    assert actions.pass_on_silent(now=now + 3 * DAY) == 0
    assert Letter.objects.filter(kind=letters.WITH_COMMUNE).count() == 1


def test_a_sweep_that_was_missed_is_made_up(tree, team, now):
    sent(tree, now)
    assert actions.pass_on_silent(now=now + 9 * DAY) == 1


def test_a_team_that_called_is_not_silent(tree, team, now):
    request = sent(tree, now)
    actions.note(
        request=request, outcome=State.CALLED, seen=0, by_team=team, now=now + DAY
    )
    assert actions.pass_on_silent(now=now + 9 * DAY) == 0


def test_not_reached_counts_two_days_from_the_last_call(tree, team, now):
    request = sent(tree, now)
    actions.note(
        request=request, outcome=State.MISSED, seen=0, by_team=team, now=now + DAY
    )
    assert actions.pass_on_silent(now=now + 3 * DAY - MINUTE) == 0
    assert actions.pass_on_silent(now=now + 3 * DAY) == 1


@pytest.mark.parametrize("state", HelpRequest.OPEN)
def test_a_team_that_is_no_more_leaves_its_requests_to_the_commune(
    tree, team, secretary, now, state
):
    request = sent(tree, now)
    HelpRequest.objects.update(state=state)
    team.active_to = (now - DAY).date()
    team.save()
    assert actions.pass_on_silent(now=now + MINUTE) == 1
    request.refresh_from_db()
    assert (request.why_commune, request.state) == (Why.NO_TEAM, state)
    assert actions.pass_on_silent(now=now + MINUTE) == 0


def test_a_team_passes_on_and_then_has_no_say(tree, team, secretary, now):
    request = sent(tree, now)
    actions.pass_on(request=request, by_team=team, now=now)
    actions.pass_on(request=request, by_team=team, now=now)
    request.refresh_from_db()
    assert request.why_commune == Why.PASSED_ON
    assert Letter.objects.filter(kind=letters.WITH_COMMUNE).count() == 1
    with pytest.raises(Refused) as refused:
        actions.note(
            request=request, outcome=State.HELPED, seen=0, by_team=team, now=now
        )
    assert refused.value.reason == HelpRefusal.WITH_COMMUNE


def test_another_team_has_no_say(tree, team, now):
    other = TeamFactory(unit=tree["con-minh"])
    with pytest.raises(Refused) as refused:
        actions.note(
            request=sent(tree, now),
            outcome=State.HELPED,
            seen=0,
            by_team=other,
            now=now,
        )
    assert refused.value.reason == HelpRefusal.WITH_COMMUNE


def test_a_second_click_counts_no_second_call(tree, team, now):
    request = sent(tree, now)
    for _click in range(2):
        actions.note(
            request=request, outcome=State.MISSED, seen=0, by_team=team, now=now
        )
    request.refresh_from_db()
    assert request.calls == 1


def test_whoever_looks_at_an_old_page_looks_again(tree, team, now):
    request = sent(tree, now)
    actions.note(request=request, outcome=State.MISSED, seen=0, now=now)
    with pytest.raises(Refused) as refused:
        actions.note(request=request, outcome=State.HELPED, seen=0, now=now)
    assert refused.value.reason == HelpRefusal.CHANGED


@pytest.mark.parametrize("state", HelpRequest.ENDED)
def test_what_is_done_with_stays_so(tree, team, now, state):
    request = sent(tree, now)
    HelpRequest.objects.update(state=state)
    for attempt in (
        lambda: actions.note(request=request, outcome=State.CALLED, seen=0, now=now),
        lambda: actions.pass_on(request=request, by_team=team, now=now),
        lambda: actions.give_to(
            request=request, team=TeamFactory(unit=tree["na-tu"]), now=now
        ),
    ):
        with pytest.raises(Refused) as refused:
            attempt()
        assert refused.value.reason == HelpRefusal.ENDED


def test_the_commune_gives_it_to_a_team_which_hears(tree, team, secretary, now):
    request = sent(tree, now)
    actions.pass_on_silent(now=now + 2 * DAY)
    actions.give_to(request=request, team=team, now=now + 2 * DAY)
    request.refresh_from_db()
    assert (request.team, request.with_commune) == (team, False)
    assert Letter.objects.filter(kind=letters.ASKED).count() == 2
    assert actions.pass_on_silent(now=now + 4 * DAY - MINUTE) == 0


def test_a_team_of_another_commune_gets_nothing(tree, team, now):
    other = MemberFactory(team__unit=tree["con-minh"], role="leader").team
    with pytest.raises(Refused) as refused:
        actions.give_to(request=sent(tree, now), team=other, now=now)
    assert refused.value.reason == HelpRefusal.ELSEWHERE


def test_taken_back_the_name_is_gone_at_once(tree, team, now):
    request = sent(tree, now)
    actions.withdraw(request=request, now=now)
    actions.withdraw(request=request, now=now)
    request.refresh_from_db()
    assert request.state == State.WITHDRAWN
    assert (request.name, request.phone, request.area) == ("", "", "")


def test_a_letter_whose_request_somebody_has_looked_after_is_dropped(tree, team, now):
    request = sent(tree, now)
    letter = Letter.objects.get()
    assert letters.recheck(letter, now) is letters.kinds.KEEP
    actions.note(
        request=request, outcome=State.CALLED, seen=0, by_team=team, now=now + MINUTE
    )
    assert isinstance(letters.recheck(letter, now), letters.kinds.Drop)


@pytest.mark.parametrize(("age", "left"), [(90 * DAY, 1), (90 * DAY + MINUTE, 0)])
@pytest.mark.parametrize("state", HelpRequest.State)
def test_after_90_days_nothing_is_left(now, age, left, state):
    HelpRequestFactory(sent_at=now - age, state=state)
    actions.purge(now=now)
    assert HelpRequest.objects.count() == left
