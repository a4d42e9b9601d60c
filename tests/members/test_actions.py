"""Roles, people and units change by these verbs alone."""

from datetime import date, timedelta

import pytest

from members import actions, permissions
from members.models import Assignment, Person, Role, Unit, UnitSuccession, User
from members.rules import Refusal, Refused
from members.succession import registry
from tests.factories.members import (
    AssignmentFactory,
    PersonFactory,
    SuperuserFactory,
    UnitFactory,
    UnitKindFactory,
    UserFactory,
)
from vietnam.dates import local_day

pytestmark = pytest.mark.django_db

Kind = UnitSuccession.Kind
MERGER = date(2026, 12, 1)


# --- Roles ----------------------------------------------------------------------


def test_a_role_of_the_admin_lets_in_and_its_end_shuts_out(now):
    user, unit = UserFactory(), UnitFactory()
    role = actions.assign_role(user=user, role=Role.EDITOR, unit=unit, now=now)
    user.refresh_from_db()
    assert user.is_staff
    assert permissions.may(user, "news.write", unit)
    actions.end_role(assignment=role, now=now)
    user.refresh_from_db()
    assert not user.is_staff
    role.refresh_from_db()
    assert role.ends_on == local_day(now) - timedelta(days=1)
    assert not permissions.may(role.user, "news.write")


def test_a_judge_is_no_staff(now):
    user = UserFactory()
    actions.assign_role(user=user, role=Role.JUDGE, unit=UnitFactory(), now=now)
    user.refresh_from_db()
    assert not user.is_staff


def test_one_of_two_roles_ends_and_the_account_stays_staff(now):
    user, unit = UserFactory(), UnitFactory()
    first = actions.assign_role(user=user, role=Role.EDITOR, unit=unit, now=now)
    actions.assign_role(user=user, role=Role.PUBLISHER, unit=unit, now=now)
    actions.end_role(assignment=first, now=now)
    user.refresh_from_db()
    assert user.is_staff


def test_a_superuser_stays_staff_without_any_role(now):
    user = SuperuserFactory()
    role = actions.assign_role(user=user, role=Role.EDITOR, unit=UnitFactory(), now=now)
    actions.end_role(assignment=role, now=now)
    user.refresh_from_db()
    assert user.is_staff


def test_giving_a_role_twice_is_giving_it_once(now):
    user, unit = UserFactory(), UnitFactory()
    same = {"user": user, "role": Role.EDITOR, "unit": unit, "now": now}
    actions.assign_role(**same)
    again = actions.assign_role(**same, ends_on=date(2027, 6, 30))
    assert Assignment.objects.get() == again
    assert again.ends_on == date(2027, 6, 30)


def test_ending_twice_is_ending_once_and_an_earlier_end_stays(now):
    role = AssignmentFactory(ends_on=date(2026, 1, 31))
    actions.end_role(assignment=role, now=now)
    role.refresh_from_db()
    assert role.ends_on == date(2026, 1, 31)


@pytest.mark.parametrize("starts_in", [0, 5])
def test_a_role_that_never_began_leaves_no_trace(now, starts_in):
    starts_on = local_day(now) + timedelta(days=starts_in)
    role = AssignmentFactory(starts_on=starts_on)
    actions.end_role(assignment=role, now=now)
    assert not Assignment.objects.exists()
    role.user.refresh_from_db()
    assert not role.user.is_staff


# --- People ---------------------------------------------------------------------


def profile(user, now, **changes):
    told = {"full_name": "Nông Thị Hà", "birth_date": date(2008, 5, 19)}
    return actions.save_profile(user=user, now=now, **told | changes)


def test_the_first_profile_makes_the_person(now):
    unit = UnitFactory()
    user = UserFactory(person=None)
    person = profile(user, now, phone="+84912345678", unit=unit)
    user.refresh_from_db()
    assert user.person == person
    assert (person.email, person.unit, person.birth_year) == (user.email, unit, 2008)


def test_the_next_profile_updates_the_same_person(now):
    user = UserFactory()
    before = user.person_id
    profile(user, now, full_name="Nông Thị Hà")
    profile(user, now, full_name="Nông Thị Hạ", birth_date=None, birth_year=2007)
    user.person.refresh_from_db()
    assert user.person_id == before
    assert user.person.full_name == "Nông Thị Hạ"
    assert (user.person.birth_date, user.person.birth_year) == (None, 2007)
    assert Person.objects.count() == 1


def test_a_person_typed_by_a_secretary_is_found_by_proved_address_and_name(now):
    typed = PersonFactory(full_name="Nông Thị Hà", email="Ha@Example.com")
    user = UserFactory(email="ha@example.com", person=None)
    assert profile(user, now, full_name="NONG THI HA") == typed


@pytest.mark.parametrize("reason", ["unproved", "other name", "has account", "two"])
def test_without_certainty_a_new_person_is_made(now, reason):
    typed = PersonFactory(full_name="Nông Thị Hà", email="ha@example.com")
    if reason == "has account":
        UserFactory(person=typed, email="khac@example.com")
    if reason == "two":
        PersonFactory(full_name="Nông Thị Hà", email="ha@example.com")
    user = UserFactory(
        email="ha@example.com", person=None, verified=reason != "unproved"
    )
    name = "Nông Thị Hằng" if reason == "other name" else "Nông Thị Hà"
    assert profile(user, now, full_name=name) != typed


# --- Units: making and moving ---------------------------------------------------


def test_units_that_share_a_name_get_addresses_of_their_own(now):
    kind, root = UnitKindFactory(), UnitFactory()
    made = [
        actions.create_unit(kind=kind, name=name, parent=root, now=now)
        for name in ("Đoàn xã Văn Lang", "Đoàn xã Văn Lăng", "Đoàn xã Văn Lang")
    ]
    assert [unit.slug for unit in made] == [
        "doan-xa-van-lang",
        "doan-xa-van-lang-2",
        "doan-xa-van-lang-3",
    ]


@pytest.mark.parametrize("name", ["Đoàn " + "rất dài " * 18, "…", "共青团"])
def test_every_name_has_an_address_that_fits(now, name):
    kind = UnitKindFactory()
    for _ in range(3):
        unit = actions.create_unit(kind=kind, name=name, now=now)
        assert 0 < len(unit.slug) <= 80


def test_nothing_new_comes_below_a_closed_unit(now):
    closed = UnitFactory(valid_to=date(2025, 6, 30))
    with pytest.raises(Refused) as refused:
        actions.create_unit(
            kind=UnitKindFactory(), name="Chi đoàn 1", parent=closed, now=now
        )
    assert refused.value.reason == Refusal.PARENT_CLOSED


def test_a_unit_moves_with_its_branch(now):
    a, b = UnitFactory(), UnitFactory()
    child = UnitFactory(parent=a)
    leaf = UnitFactory(parent=child)
    actions.move_unit(unit=child, parent=b, now=now)
    assert set(Unit.objects.subtree(b.pk)) == {b, child, leaf}
    actions.move_unit(unit=child, parent=None, now=now)
    child.refresh_from_db()
    assert child.parent is None


def test_a_unit_never_comes_below_itself(now):
    top = UnitFactory()
    middle = UnitFactory(parent=top)
    leaf = UnitFactory(parent=middle)
    for parent in (top, middle, leaf):
        with pytest.raises(Refused) as refused:
            actions.move_unit(unit=top, parent=parent, now=now)
        assert refused.value.reason == Refusal.BELOW_ITSELF
    assert Unit.objects.unreachable().count() == 0


def test_a_move_trusts_the_database_and_not_what_the_page_held(now):
    """The page was opened before somebody else moved the target below the unit."""
    a, b = UnitFactory(), UnitFactory()
    stale = Unit.objects.get(pk=b.pk)
    actions.move_unit(unit=b, parent=a, now=now)
    with pytest.raises(Refused):
        actions.move_unit(unit=a, parent=stale, now=now)


# --- Units: what becomes of them ------------------------------------------------


class Recorder:
    def __init__(self):
        self.calls = []

    def succeed(self, *, old, new, kind, date, now):
        self.calls.append((old.pk, new and new.pk, kind, date))


@pytest.fixture
def recorder(monkeypatch):
    recorder = Recorder()
    monkeypatch.setitem(registry._items, "test.recorder", recorder)
    return recorder


def succeed(old, kind, now, *heirs, **kwargs):
    return actions.succeed_unit(
        old=old, heirs=list(heirs), kind=kind, date=MERGER, now=now, **kwargs
    )


def test_a_merger_hands_on_people_and_branches_but_no_power(now, recorder):
    old, new = UnitFactory(), UnitFactory()
    branch = UnitFactory(parent=old)
    person = PersonFactory(unit=old)
    role = AssignmentFactory(unit=old)
    (row,) = succeed(old, Kind.MERGE, now, new, decision_number="12-QĐ/TĐTN")
    assert (row.old, row.new, row.decision_number) == (old, new, "12-QĐ/TĐTN")
    for thing in (old, branch, person, role):
        thing.refresh_from_db()
    assert old.valid_to == date(2026, 11, 30)
    assert branch.parent == new
    assert person.unit == new
    assert role.ends_on == date(2026, 11, 30)
    assert not new.assignments.exists()
    assert recorder.calls == [(old.pk, new.pk, Kind.MERGE, MERGER)]


def test_a_new_name_keeps_the_roles(now):
    old, new = UnitFactory(), UnitFactory()
    role = AssignmentFactory(unit=old, ends_on=date(2027, 6, 30))
    succeed(old, Kind.RENAME, now, new)
    carried = new.assignments.get()
    assert (carried.user, carried.role) == (role.user, role.role)
    assert (carried.starts_on, carried.ends_on) == (MERGER, date(2027, 6, 30))
    role.refresh_from_db()
    assert role.ends_on == date(2026, 11, 30)


def test_the_people_of_a_dissolved_unit_go_to_the_unit_above(now, recorder):
    above = UnitFactory()
    old = UnitFactory(parent=above)
    person, branch = PersonFactory(unit=old), UnitFactory(parent=old)
    (row,) = succeed(old, Kind.DISSOLVE, now)
    assert row.new is None
    person.refresh_from_db()
    branch.refresh_from_db()
    assert (person.unit, branch.parent) == (above, above)
    assert recorder.calls == [(old.pk, above.pk, Kind.DISSOLVE, MERGER)]


def test_after_a_split_the_people_wait_where_they_were(now, recorder):
    old, one, two = UnitFactory(), UnitFactory(), UnitFactory()
    person = PersonFactory(unit=old)
    rows = succeed(old, Kind.SPLIT, now, one, two)
    assert {row.new for row in rows} == {one, two}
    person.refresh_from_db()
    assert person.unit == old
    assert recorder.calls == []


def test_the_same_succession_twice_is_one(now, recorder):
    old, new = UnitFactory(), UnitFactory()
    first = succeed(old, Kind.MERGE, now, new)
    assert succeed(old, Kind.MERGE, now, new) == first
    assert UnitSuccession.objects.count() == 1
    assert len(recorder.calls) == 1


def test_a_heir_that_stood_below_takes_the_place_above(now):
    """Renaming a unit into one that was made below it would be a loop."""
    above = UnitFactory()
    old = UnitFactory(parent=above)
    below = UnitFactory(parent=old)
    with pytest.raises(Refused) as refused:
        succeed(old, Kind.RENAME, now, below)
    assert refused.value.reason == Refusal.ITS_OWN_HEIR


REFUSALS = [
    (Kind.MERGE, 0, {}, Refusal.NEEDS_HEIRS),
    (Kind.MERGE, 2, {}, Refusal.NEEDS_ONE_HEIR),
    (Kind.RENAME, 0, {}, Refusal.NEEDS_HEIRS),
    (Kind.RENAME, 2, {}, Refusal.NEEDS_ONE_HEIR),
    (Kind.SPLIT, 1, {}, Refusal.NEEDS_SEVERAL_HEIRS),
    (Kind.DISSOLVE, 1, {}, Refusal.NO_HEIR),
    (Kind.MERGE, 1, {"valid_to": date(2025, 6, 30)}, Refusal.UNIT_CLOSED),
    (Kind.MERGE, 1, {"valid_from": MERGER}, Refusal.BEFORE_START),
]


@pytest.mark.parametrize(("kind", "heirs", "old", "reason"), REFUSALS)
def test_why_a_unit_is_not_succeeded(now, kind, heirs, old, reason):
    unit = UnitFactory(**old)
    with pytest.raises(Refused) as refused:
        succeed(unit, kind, now, *[UnitFactory() for _ in range(heirs)])
    assert refused.value.reason == reason
    assert not UnitSuccession.objects.exists()


def test_a_closed_unit_is_no_heir(now):
    closed = UnitFactory(valid_to=date(2025, 6, 30))
    with pytest.raises(Refused) as refused:
        succeed(UnitFactory(), Kind.MERGE, now, closed)
    assert refused.value.reason == Refusal.HEIR_CLOSED


def test_a_unit_with_branches_is_split_only_after_they_were_placed(now):
    old = UnitFactory()
    UnitFactory(parent=old)
    with pytest.raises(Refused) as refused:
        succeed(old, Kind.SPLIT, now, UnitFactory(), UnitFactory())
    assert refused.value.reason == Refusal.HAS_BRANCHES


def test_what_a_feature_refuses_undoes_the_whole_succession(now, monkeypatch):
    class Broken:
        def succeed(self, **kwargs):
            raise RuntimeError("no")

    monkeypatch.setitem(registry._items, "test.broken", Broken())
    old = UnitFactory()
    with pytest.raises(RuntimeError):
        succeed(old, Kind.MERGE, now, UnitFactory())
    old.refresh_from_db()
    assert old.valid_to is None


def test_a_profile_made_in_another_window_meanwhile_is_the_one_that_is_changed(now):
    user = UserFactory(person=None)
    User.objects.filter(pk=user.pk).update(person=PersonFactory(full_name="Lê An"))
    assert user.person is None  # as this window read it
    person = actions.save_profile(user=user, full_name="Lê Ân", now=now)
    assert user.person == person
    assert [one.full_name for one in Person.objects.all()] == ["Lê Ân"]
