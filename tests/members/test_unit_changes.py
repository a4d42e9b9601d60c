"""Decisions about units: what they would move, on their day, called off before."""

import datetime as dt

import pytest
from django.utils import translation

from mail.models import Letter
from members.models import (
    Person,
    Unit,
    UnitChange,
    UnitPlace,
    UnitSuccession,
)
from members.rules import Refusal, Refused
from members.units import actions, rules
from members.units.actions import Draft, Part
from tests.factories.members import (
    AssignmentFactory,
    PersonFactory,
    SuperuserFactory,
    UnitFactory,
)

pytestmark = pytest.mark.django_db
Kind = UnitSuccession.Kind
State = UnitChange.State
TODAY = dt.date(2026, 11, 23)
DAY = dt.timedelta(days=1)
LATER = dt.timedelta(days=10)


@pytest.fixture
def root():
    return UnitFactory(name="Tỉnh đoàn")


@pytest.fixture
def by():
    return SuperuserFactory()


@pytest.fixture
def two(root):
    return [UnitFactory(parent=root, name=f"Đoàn xã {n}") for n in ("Một", "Hai")]


def draft(kind, olds, *parts, date=TODAY, **more):
    return Draft(
        kind=kind,
        olds=olds,
        date=date,
        decision_number="12-QĐ/TĐTN",
        decided_on=TODAY - DAY,
        parts=parts,
        **more,
    )


def a_new(two, name="Đoàn xã Mới"):
    return Part(name=name, kind=two[0].kind, parent=two[0].parent)


def counts(lines):
    return {str(line.label): line.count for line in lines}


def refused(reason, **given):
    with pytest.raises(Refused) as problem:
        actions.plan(**given)
    assert problem.value.reason == reason
    assert not UnitChange.objects.exists()


def test_two_units_become_a_new_one_today(two, by, now):
    people = [PersonFactory(unit=unit) for unit in two]
    below = UnitFactory(parent=two[1])
    change = actions.plan(draft=draft(Kind.MERGE, two, a_new(two)), by=by, now=now)
    new = Unit.objects.get(name="Đoàn xã Mới")
    assert (change.state, new.valid_from, new.parent) == (
        State.DONE,
        TODAY,
        two[0].parent,
    )
    assert {
        one.unit for one in Person.objects.filter(pk__in=[p.pk for p in people])
    } == {new}
    below.refresh_from_db()
    assert below.parent == new
    assert UnitPlace.objects.get(unit=below).parent == two[1]
    rows = UnitSuccession.objects.values_list("old", "new", "decision_number")
    assert set(rows) == {(unit.pk, new.pk, "12-QĐ/TĐTN") for unit in two}


def test_whoever_loses_a_role_with_the_unit_hears_of_it_once(two, by, now):
    secretary = AssignmentFactory(unit=two[0], role="unit_secretary").user
    AssignmentFactory(user=secretary, unit=two[0], role="team_leader")
    AssignmentFactory(unit=two[0], user__is_active=False)
    AssignmentFactory(unit=two[0].parent)
    plan = draft(Kind.MERGE, two, a_new(two))
    actions.preview(draft=plan, by=by, now=now)
    assert not Letter.objects.exists()
    with translation.override("en"):
        actions.plan(draft=plan, by=by, now=now)
    letter = Letter.objects.get()
    assert (letter.kind, letter.address) == ("members.role_ended", secretary.email)
    assert letter.recipient == secretary.person_id
    assert letter.subject == "Vai trò của bạn tại Đoàn xã Một đã kết thúc"
    for said in ("22/11/2026", "Bí thư đơn vị", "Tổ trưởng", "Đoàn xã Mới"):
        assert said in letter.text
        assert said in letter.html


def test_a_new_name_ends_no_role_and_writes_to_nobody(two, by, now):
    AssignmentFactory(unit=two[0])
    plan = draft(Kind.RENAME, two[:1], a_new(two))
    actions.plan(draft=plan, by=by, now=now)
    assert not Letter.objects.exists()


def test_the_preview_says_what_moves_and_changes_nothing(two, by, now):
    PersonFactory.create_batch(3, unit=two[0])
    AssignmentFactory(unit=two[0])
    UnitFactory(parent=two[0])
    plan = draft(Kind.MERGE, two, a_new(two))
    lines = actions.preview(draft=plan, by=by, now=now)
    told = counts(lines)
    assert (told["Người của đơn vị"], told["Đơn vị bên dưới"]) == (3, 1)
    assert [line.count for line in lines if line.by_hand] == [1]
    assert not UnitChange.objects.exists()
    assert not Unit.objects.filter(name="Đoàn xã Mới").exists()
    assert not UnitSuccession.objects.exists()
    assert two[0].people.count() == 3
    # The very same once it is done.
    change = actions.plan(draft=plan, by=by, now=now)
    assert change.state == State.DONE


def test_on_a_day_ahead_it_waits_and_then_happens_once(two, by, now):
    person = PersonFactory(unit=two[0])
    plan = draft(Kind.MERGE, [two[0]], Part(unit=two[1]), date=TODAY + LATER)
    change = actions.plan(draft=plan, by=by, now=now)
    assert change.state == State.PLANNED
    assert actions.carry_out_due(now=now) == 0
    two[0].refresh_from_db()
    assert two[0].valid_to is None
    # Midnight in Vietnam and not in Greenwich.
    midnight = dt.datetime(2026, 12, 2, 17, 0, tzinfo=dt.UTC)
    assert actions.carry_out_due(now=midnight - dt.timedelta(seconds=1)) == 0
    assert actions.carry_out_due(now=midnight) == 1
    assert actions.carry_out_due(now=midnight) == 0
    person.refresh_from_db()
    two[0].refresh_from_db()
    assert person.unit == two[1]
    assert two[0].valid_to == TODAY + LATER - DAY
    assert UnitSuccession.objects.count() == 1


def test_called_off_before_its_day_nothing_happens(two, by, now):
    plan = draft(Kind.MERGE, [two[0]], Part(unit=two[1]), date=TODAY + LATER)
    change = actions.plan(draft=plan, by=by, now=now)
    for _again in range(2):
        actions.call_off(change=change, by=by, now=now)
    change.refresh_from_db()
    assert (change.state, change.ended_by) == (State.CANCELLED, by)
    assert actions.carry_out_due(now=now + LATER + LATER) == 0
    assert not UnitSuccession.objects.exists()


def test_what_is_done_is_not_called_off(two, by, now):
    plan = draft(Kind.MERGE, [two[0]], Part(unit=two[1]))
    change = actions.plan(draft=plan, by=by, now=now)
    with pytest.raises(Refused) as problem:
        actions.call_off(change=change, by=by, now=now)
    assert problem.value.reason == rules.Refusal.NOT_WAITING


def test_a_new_name_keeps_everything_but_the_old_row(two, by, now):
    old, person = two[0], PersonFactory(unit=two[0])
    role = AssignmentFactory(unit=old)
    actions.plan(draft=draft(Kind.RENAME, [old], a_new(two)), by=by, now=now)
    new = Unit.objects.get(name="Đoàn xã Mới")
    person.refresh_from_db()
    assert person.unit == new
    assert new.assignments.get().user == role.user
    old.refresh_from_db()
    assert (old.name, old.valid_to) == ("Đoàn xã Một", TODAY - DAY)


def test_a_split_places_people_and_branches_and_the_rest(two, by, now):
    old = two[0]
    one, other, third = PersonFactory.create_batch(3, unit=old)
    below = UnitFactory.create_batch(2, parent=old)
    plan = draft(
        Kind.SPLIT,
        [old],
        a_new(two, "Đoàn xã A"),
        a_new(two, "Đoàn xã B"),
        units_to={below[0].pk: 0},
        people_to={one.pk: 0},
        rest_to=1,
    )
    actions.plan(draft=plan, by=by, now=now)
    a, b = (Unit.objects.get(name=f"Đoàn xã {x}") for x in "AB")
    assert set(a.people.all()) == {one}
    assert set(b.people.all()) == {other, third}
    assert (set(a.children.all()), set(b.children.all())) == ({below[0]}, {below[1]})
    assert old.successions.count() == 2


def test_without_a_part_for_the_rest_people_stay_for_somebodys_hand(two, by, now):
    old = two[0]
    PersonFactory.create_batch(2, unit=old)
    plan = draft(Kind.SPLIT, [old], a_new(two, "A"), a_new(two, "B"))
    lines = actions.preview(draft=plan, by=by, now=now)
    assert [line.count for line in lines if line.by_hand] == [2]
    actions.plan(draft=plan, by=by, now=now)
    assert old.people.count() == 2


def test_a_part_that_hung_below_comes_up_beside_it(two, by, now):
    old = two[0]
    part = UnitFactory(parent=old)
    plan = draft(Kind.SPLIT, [old], Part(unit=part), a_new(two, "B"), rest_to=1)
    actions.plan(draft=plan, by=by, now=now)
    part.refresh_from_db()
    assert part.parent == old.parent
    assert not Unit.objects.unreachable().exists()


def test_one_open_decision_about_a_unit_at_a_time(two, by, now):
    plan = draft(Kind.MERGE, [two[0]], Part(unit=two[1]), date=TODAY + LATER)
    actions.plan(draft=plan, by=by, now=now)
    with pytest.raises(Refused) as problem:
        actions.plan(draft=draft(Kind.DISSOLVE, [two[0]]), by=by, now=now)
    assert problem.value.reason == rules.Refusal.PLANNED_ALREADY


@pytest.mark.parametrize(
    ("days", "reason"),
    [(-367, rules.Refusal.TOO_LONG_AGO), (367, rules.Refusal.TOO_FAR)],
)
def test_a_day_lies_within_a_year(two, by, now, days, reason):
    plan = draft(Kind.DISSOLVE, [two[0]], date=TODAY + dt.timedelta(days=days))
    refused(reason, draft=plan, by=by, now=now)
    actions.plan(
        draft=draft(
            Kind.DISSOLVE,
            [two[0]],
            date=TODAY + dt.timedelta(days=days - (1 if days > 0 else -1)),
        ),
        by=by,
        now=now,
    )


def test_backdating_stops_where_the_branch_was_moved_since(two, by, now):
    below = UnitFactory(parent=two[0])
    UnitPlace.objects.create(unit=below, parent=two[1], until=TODAY - DAY)
    early = draft(Kind.DISSOLVE, [two[0]], date=TODAY - DAY)
    refused(rules.Refusal.MOVED_SINCE, draft=early, by=by, now=now)
    actions.plan(draft=draft(Kind.DISSOLVE, [two[0]]), by=by, now=now)


def test_a_new_unit_does_not_hang_below_one_that_ends(two, by, now):
    below = UnitFactory(parent=two[0])
    part = Part(name="Mới", kind=below.kind, parent=below)
    plan = draft(Kind.MERGE, two, part)
    refused(rules.Refusal.PARENT_ENDS, draft=plan, by=by, now=now)


def test_nobody_changes_units_beyond_their_reach(two, now):
    local = AssignmentFactory(role="province_admin", unit=two[0]).user
    plan = draft(Kind.MERGE, [two[0]], Part(unit=two[1]))
    refused(rules.Refusal.OUT_OF_REACH, draft=plan, by=local, now=now)


def test_what_cannot_be_done_on_its_day_waits_for_somebody(two, by, now):
    plan = draft(Kind.MERGE, [two[0]], Part(unit=two[1]), date=TODAY + LATER)
    change = actions.plan(draft=plan, by=by, now=now)
    Unit.objects.filter(pk=two[1].pk).update(valid_to=TODAY)
    assert actions.carry_out_due(now=now + LATER) == 0
    change.refresh_from_db()
    assert change.state == State.BLOCKED
    assert change.problem == str(Refusal.HEIR_CLOSED.label)
    Unit.objects.filter(pk=two[1].pk).update(valid_to=None)
    actions.carry_out(change_id=change.pk, now=now + LATER)
    change.refresh_from_db()
    assert (change.state, change.problem) == (State.DONE, "")


def test_the_figures_of_a_preview_count_all_units_of_the_merger(two, by, now):
    for unit in two:
        PersonFactory.create_batch(2, unit=unit)
    lines = actions.preview(draft=draft(Kind.MERGE, two, a_new(two)), by=by, now=now)
    assert counts(lines)["Người của đơn vị"] == 4
