"""Today's tree leads to heirs; a day's knows nothing of what followed."""

import datetime as dt

import pytest

from members import actions
from members.models import UnitSuccession
from teams.communes import Communes
from tests.factories.members import UnitFactory

pytestmark = pytest.mark.django_db
MERGED = dt.date(2026, 9, 1)
BEFORE = dt.date(2026, 8, 31)
Kind = UnitSuccession.Kind


def succeed(old, heirs, kind, now, date=MERGED):
    actions.succeed_unit(old=old, heirs=heirs, kind=kind, date=date, now=now)


def test_a_merged_commune_counts_for_its_heir_and_before_for_itself(tree, now):
    succeed(tree["con-minh"], [tree["cam-giang"]], Kind.MERGE, now)
    old, heir = tree["con-minh"].pk, tree["cam-giang"].pk
    assert Communes.read().of(old) == heir
    assert Communes.read(MERGED).of(old) == heir
    assert Communes.read(BEFORE).of(old) == old


def test_a_branch_moves_with_its_commune_and_was_where_it_was(tree, now):
    succeed(tree["cam-giang"], [tree["con-minh"]], Kind.MERGE, now)
    assert Communes.read().of(tree["na-tu"].pk) == tree["con-minh"].pk
    assert Communes.read(BEFORE).of(tree["na-tu"].pk) == tree["cam-giang"].pk
    assert Communes.read(MERGED).of(tree["na-tu"].pk) == tree["con-minh"].pk


def test_two_mergers_one_after_the_other_lead_to_the_last_heir(tree, now):
    third = UnitFactory(parent=tree["root"])
    succeed(tree["cam-giang"], [tree["con-minh"]], Kind.MERGE, now)
    later = dt.date(2026, 10, 1)
    succeed(tree["con-minh"], [third], Kind.RENAME, now, date=later)
    assert Communes.read().of(tree["na-tu"].pk) == third.pk
    assert Communes.read().of(tree["cam-giang"].pk) == third.pk
    between = dt.date(2026, 9, 15)
    assert Communes.read(between).of(tree["na-tu"].pk) == tree["con-minh"].pk
    assert Communes.read(BEFORE).of(tree["na-tu"].pk) == tree["cam-giang"].pk


def test_a_village_that_went_into_one_of_another_commune_counts_there(tree, now):
    other = UnitFactory(parent=tree["con-minh"], name="Chi đoàn thôn Chợ B")
    succeed(tree["na-tu"], [other], Kind.MERGE, now)
    assert Communes.read().of(tree["na-tu"].pk) == tree["con-minh"].pk


def test_a_dissolved_branch_counts_for_the_unit_above(tree, now):
    succeed(tree["na-tu"], [], Kind.DISSOLVE, now)
    assert Communes.read().successor(tree["na-tu"].pk) == tree["cam-giang"].pk


def test_of_a_split_nobody_can_tell_so_it_stays(tree, now):
    halves = [UnitFactory(parent=tree["root"]), UnitFactory(parent=tree["root"])]
    succeed(tree["con-minh"], halves, Kind.SPLIT, now)
    assert Communes.read().of(tree["con-minh"].pk) == tree["con-minh"].pk


def test_a_branch_that_was_moved_is_remembered_where_it_was(tree, now):
    actions.move_unit(unit=tree["na-tu"], parent=tree["con-minh"], now=now)
    eve = dt.date(2026, 11, 22)
    assert Communes.read(eve).of(tree["na-tu"].pk) == tree["cam-giang"].pk
    assert Communes.read().of(tree["na-tu"].pk) == tree["con-minh"].pk


def test_the_way_up_ends_at_the_root(tree):
    way = list(Communes.read().upwards(tree["na-tu"].pk))
    assert way == [tree["na-tu"].pk, tree["cam-giang"].pk, tree["root"].pk]
