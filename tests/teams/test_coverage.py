"""The figure: active teams with a current Union member, out of all."""

import datetime as dt

import pytest
from django.utils import translation

from teams import coverage
from teams.communes import Communes
from teams.coverage import Figure
from tests.factories.members import UnitFactory, UserFactory
from tests.factories.teams import MemberFactory, TeamFactory, union_member

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 23)
DAY = dt.timedelta(days=1)


def test_without_teams_there_is_no_percentage(now):
    figure = coverage.figure(now)
    assert (figure.total, figure.covered, figure.percent) == (0, 0, "–")


def test_only_a_current_union_member_of_an_active_team_counts(now):
    union_member(team=TeamFactory())  # covered
    union_member(team=TeamFactory(), ends_on=TODAY)  # today still
    union_member(team=TeamFactory(), ends_on=TODAY - DAY)  # left yesterday
    union_member(team=TeamFactory(), starts_on=TODAY + DAY)  # comes tomorrow
    MemberFactory(team=TeamFactory())  # not in the Union
    TeamFactory()  # empty
    union_member(team=TeamFactory(active_to=TODAY - DAY))  # team is no more
    union_member(team=TeamFactory(active_from=TODAY + DAY))  # not yet
    figure = coverage.figure(now)
    assert (figure.total, figure.covered, figure.gaps) == (6, 2, 4)


def test_two_union_members_cover_a_team_once(now):
    team = TeamFactory()
    union_member(team=team)
    union_member(team=team)
    assert coverage.figure(now).covered == 1


def test_the_day_is_that_of_vietnam():
    """At 18:00 UTC it is tomorrow already."""
    union_member(starts_on=TODAY + DAY, team=TeamFactory())
    evening = dt.datetime(2026, 11, 23, 16, 59, tzinfo=dt.UTC)
    assert coverage.figure(evening).covered == 0
    assert coverage.figure(evening + dt.timedelta(minutes=1)).covered == 1


@pytest.mark.parametrize(
    ("total", "covered", "vietnamese", "english"),
    [
        (28, 27, "96,4%", "96.4%"),
        (4, 4, "100%", "100%"),
        (2, 1, "50%", "50%"),
        (3, 2, "66,6%", "66.6%"),
        (2000, 1999, "99,9%", "99.9%"),  # never 100 too early
        (5, 0, "0%", "0%"),
    ],
)
def test_percentages_are_written_as_people_read_them(
    total, covered, vietnamese, english
):
    figure = Figure(total=total, covered=covered, on=TODAY)
    assert figure.percent == vietnamese
    with translation.override("en"):
        assert figure.percent == english


def lines(now) -> dict[str, tuple[int, int]]:
    found = coverage.by_commune(now, Communes.read())
    return {line.unit.slug: (line.total, line.covered) for line in found}


def test_branches_count_for_their_commune(now, tree):
    union_member(team=TeamFactory(unit=tree["na-tu"]))
    deep = UnitFactory(slug="deep", parent=tree["na-tu"])
    TeamFactory(unit=deep)
    union_member(team=TeamFactory(unit=tree["cam-giang"]))
    TeamFactory(unit=tree["con-minh"])
    TeamFactory(unit=tree["root"])
    assert lines(now) == {
        "cam-giang": (3, 2),
        "con-minh": (1, 0),
        "tinh-doan": (1, 0),
    }


def test_the_lines_add_up_to_the_figure(now, tree):
    for unit in tree.values():
        union_member(team=TeamFactory(unit=unit))
        TeamFactory(unit=unit)
    total, covered = map(sum, zip(*lines(now).values(), strict=True))
    figure = coverage.figure(now)
    assert (total, covered) == (figure.total, figure.covered) == (10, 5)


def test_gaps_lie_within_ones_own_units(now, tree, coordinator, local_coordinator):
    own = TeamFactory(unit=tree["na-tu"])
    other = TeamFactory(unit=tree["con-minh"])
    union_member(team=TeamFactory(unit=tree["cam-giang"]))
    TeamFactory(unit=tree["cam-giang"], active_to=TODAY - DAY)
    assert set(coverage.gaps(coordinator, now)) == {own, other}
    assert set(coverage.gaps(local_coordinator, now)) == {own}
    assert not coverage.gaps(UserFactory(), now)


def test_communes_without_a_team_are_those_of_the_same_kind(now, tree):
    TeamFactory(unit=tree["na-tu"])
    found = coverage.by_commune(now, Communes.read())
    missing = coverage.communes_without_team(now, found)
    # The other commune, but neither the school nor the branch.
    assert list(missing) == [tree["con-minh"]]


@pytest.mark.parametrize("number", [3, 300])
def test_the_queries_do_not_grow(now, tree, number, django_assert_num_queries):
    for _each in range(number):
        TeamFactory(unit=tree["na-tu"])
    with django_assert_num_queries(3):
        found = coverage.by_commune(now, Communes.read())
    assert found[0].total == number


def test_a_loop_in_the_tree_ends(tree):
    parents = {1: 2, 2: 1}
    communes = Communes(parents, {1: "a", 2: "b"})
    assert communes.of(1) == 2
    assert communes.named("b") == {1, 2}
