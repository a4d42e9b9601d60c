"""The four shares: what counts, on which day, for whom, and after a merger."""

import datetime as dt

import pytest

from members import actions as member_actions
from members.models import UnitKind, UnitSuccession
from teams import months
from teams.communes import Communes
from teams.models import Report
from teams.reports.rules import due_on
from teams.shares import Facts, Kind, Share, month_ends
from tests.factories.certificates import issued
from tests.factories.members import UnitFactory, UnitKindFactory
from tests.factories.teams import MemberFactory, TeamFactory, union_member
from vietnam.dates import VIETNAM

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 23)
DAY = dt.timedelta(days=1)
SEPTEMBER = dt.date(2026, 9, 1)


@pytest.fixture
def village_kind(tree):
    UnitKind.objects.filter(code="chi_doan").update(is_village=True)
    return UnitKindFactory(code="chi_doan")


def village(tree, name, parent="cam-giang", **fields):
    return UnitFactory(
        kind=UnitKind.objects.get(code="chi_doan"),
        name=name,
        short_name="",
        parent=tree[parent],
        **fields,
    )


def facts(now, since=dt.date(2026, 1, 1), **more) -> Facts:
    return Facts.read(now, since=since, **more)


def reported(team, month, *, late=0, state="sent"):
    """A report that came on its last day, or so many days after it."""
    day = due_on(month) + late * DAY
    sent = dt.datetime.combine(day, dt.time(23, 59, 59), VIETNAM)
    return Report.objects.create(
        team=team,
        month=month,
        unit=team.unit,
        unit_name=str(team.unit),
        due_on=due_on(month),
        state=state,
        sent_at=sent,
        first_sent_at=sent,
        decided_at=sent,
        remark="x",
    )


# --- Villages ---


def test_a_village_has_a_team_of_its_own_or_one_that_names_it(tree, village_kind, now):
    named = village(tree, "Chi đoàn thôn Khuổi Dấm")
    village(tree, "Chi đoàn thôn Nà Ngăm")
    TeamFactory(unit=tree["na-tu"])
    TeamFactory(unit=tree["cam-giang"], area="thôn Khuổi Dấm")
    found = facts(now).shares(Kind.VILLAGES, TODAY)
    assert found == {tree["cam-giang"].pk: Share(2, 3)}
    assert [gap.name for gap in facts(now).gaps(Kind.VILLAGES, TODAY)] == [
        "Chi đoàn thôn Nà Ngăm"
    ]
    assert named.pk


def test_a_village_of_that_name_in_another_commune_is_another(tree, village_kind, now):
    village(tree, "Chi đoàn thôn Nà Tu", parent="con-minh")
    TeamFactory(unit=tree["con-minh"], area="Nà Tu")
    found = facts(now).shares(Kind.VILLAGES, TODAY)
    assert found[tree["con-minh"].pk] == Share(1, 1)
    assert found[tree["cam-giang"].pk] == Share(0, 1)


@pytest.mark.parametrize(
    "fields",
    [
        {"level": "commune"},
        {"active_to": TODAY - DAY},
        {"active_from": TODAY + DAY},
    ],
)
def test_a_team_of_the_commune_or_of_another_time_does_not_count(
    tree, village_kind, now, fields
):
    TeamFactory(unit=tree["na-tu"], **fields)
    assert facts(now).total(Kind.VILLAGES, TODAY) == Share(0, 1)


def test_a_closed_village_is_no_gap(tree, village_kind, now):
    village(tree, "Chi đoàn thôn Cũ", valid_to=TODAY - DAY)
    assert facts(now).total(Kind.VILLAGES, TODAY).whole == 1
    assert facts(now).total(Kind.VILLAGES, TODAY - DAY).whole == 2


# --- Union, trained, in time ---


def test_who_was_in_the_team_on_the_day_counts(tree, now):
    team = TeamFactory(unit=tree["na-tu"])
    union_member(team=team, starts_on=dt.date(2026, 3, 1), ends_on=TODAY - DAY)
    MemberFactory(team=team)
    known = facts(now)
    for day, covered in (
        (dt.date(2026, 2, 28), 0),
        (dt.date(2026, 3, 1), 1),
        (TODAY - DAY, 1),
        (TODAY, 0),
    ):
        assert known.total(Kind.UNION, day) == Share(covered, 1), day


def test_trained_is_whoever_ended_a_course_this_year_and_is_in_the_team(tree, now):
    team = TeamFactory(unit=tree["na-tu"])
    member = MemberFactory(team=team, starts_on=dt.date(2025, 1, 1))
    for day in (dt.date(2025, 5, 1), dt.date(2026, 6, 1)):
        issued(
            member.person,
            starts_on=day,
            ends_on=day,
            about=f"training.session:{day.year}",
        )
    gone = MemberFactory(team=TeamFactory(unit=tree["na-tu"]), ends_on=TODAY - DAY)
    issued(gone.person, starts_on=day, ends_on=day)
    known = facts(now, since=dt.date(2025, 1, 1))
    for day, part in (
        (dt.date(2025, 4, 30), 0),
        (dt.date(2025, 12, 31), 1),
        (dt.date(2026, 5, 31), 0),
    ):
        assert known.total(Kind.TRAINED, day).part == part, day
    assert known.total(Kind.TRAINED, TODAY) == Share(1, 2)


def test_in_time_is_what_came_by_the_last_day(tree, now):
    names = [f"Tổ số {letter}" for letter in "ABCD"]  # gaps come in this order
    teams = [TeamFactory(unit=tree["na-tu"], name=name) for name in names]
    reported(teams[0], SEPTEMBER)
    reported(teams[1], SEPTEMBER, late=1)
    reported(teams[2], SEPTEMBER, state="returned")
    known = facts(now)
    assert known.total(Kind.IN_TIME, dt.date(2026, 9, 30)) == Share(2, 4)
    assert [gap.team for gap in known.gaps(Kind.IN_TIME, SEPTEMBER)] == [
        teams[1].pk,
        teams[3].pk,
    ]


def test_a_month_counts_once_its_last_day_of_sending_is_over(tree, now):
    team = TeamFactory(unit=tree["na-tu"])
    for month in (dt.date(2026, 10, 1), dt.date(2026, 11, 1)):
        reported(team, month, late=9)
    known = facts(now)
    assert known.is_known(Kind.IN_TIME, dt.date(2026, 10, 31))
    assert not known.is_known(Kind.IN_TIME, dt.date(2026, 9, 30))  # nobody was asked
    assert not known.is_known(Kind.IN_TIME, TODAY)
    assert known.is_known(Kind.UNION, TODAY)


# --- Scope and mergers ---


def test_what_may_not_be_seen_is_not_counted(tree, now):
    union_member(team=TeamFactory(unit=tree["na-tu"]))
    TeamFactory(unit=tree["con-minh"])
    allowed = {tree["cam-giang"].pk, tree["na-tu"].pk}
    known = facts(now, allowed=allowed)
    assert known.total(Kind.UNION, TODAY) == Share(1, 1)
    assert known.gaps(Kind.UNION, TODAY) == []


@pytest.fixture
def two_communes(tree, village_kind):
    """Two communes with villages of one name, teams, members, reports."""
    twin = village(tree, "Chi đoàn thôn Nà Tu", parent="con-minh")
    village(tree, "Chi đoàn thôn Chợ B", parent="con-minh")
    names = {"na-tu": "Tổ Nà Tu", "cam-giang": "Tổ xã", "con-minh": "Tổ xã"}
    teams = [TeamFactory(unit=tree[key], name=name) for key, name in names.items()]
    teams.append(TeamFactory(unit=twin, name="Tổ Nà Tu"))
    teams.append(TeamFactory(unit=tree["con-minh"], name="Tổ Chợ B", area="Chợ B"))
    for number, team in enumerate(teams):
        MemberFactory(team=team, is_union_member=number % 2 == 0)
        if number % 3:
            reported(team, SEPTEMBER)
    return tree


def everything(now) -> dict:
    """Each total of each month of the year up to the last one before the merger."""
    known = facts(now)
    days = month_ends(dt.date(2026, 10, 31), 10)
    return {(kind, day): known.total(kind, day) for kind in Kind for day in days}


@pytest.mark.parametrize(
    "kind", [UnitSuccession.Kind.MERGE, UnitSuccession.Kind.RENAME]
)
def test_a_merger_changes_no_total_of_a_past_month(two_communes, now, kind):
    before = everything(now)
    by_commune = facts(now).shares(Kind.UNION, SEPTEMBER)
    cam_giang, con_minh = two_communes["cam-giang"], two_communes["con-minh"]
    heir = con_minh if kind == "merge" else UnitFactory(parent=two_communes["root"])
    member_actions.succeed_unit(
        old=cam_giang,
        heirs=[heir],
        kind=UnitSuccession.Kind(kind),
        date=dt.date(2026, 11, 1),
        now=now,
    )
    assert everything(now) == before
    # By today's tree the successor has both, by that day's each its own.
    today = facts(now).shares(Kind.UNION, SEPTEMBER)
    assert cam_giang.pk not in today
    assert sum(today.values(), Share()) == sum(by_commune.values(), Share())
    then = facts(now, communes=Communes.read(SEPTEMBER))
    assert then.shares(Kind.UNION, SEPTEMBER) == by_commune


def test_two_villages_that_merge_keep_their_past_and_are_one_today(
    tree, village_kind, now
):
    other = village(tree, "Chi đoàn thôn Nà Ngăm")
    TeamFactory(unit=tree["na-tu"], name="Tổ một")
    TeamFactory(unit=other, name="Tổ một")
    october = dt.date(2026, 10, 31)
    before = facts(now).total(Kind.VILLAGES, october)
    member_actions.succeed_unit(
        old=tree["na-tu"],
        heirs=[other],
        kind=UnitSuccession.Kind.MERGE,
        date=dt.date(2026, 11, 1),
        now=now,
    )
    assert (
        facts(now).total(Kind.VILLAGES, dt.date(2026, 10, 31)) == before == Share(2, 2)
    )
    assert facts(now).total(Kind.VILLAGES, TODAY) == Share(1, 1)
    # Both teams go on, and their names still tell them apart.
    assert other.teams.count() == 2
    assert other.teams.values("name_folded").distinct().count() == 2


def test_the_months_end_with_the_day_itself():
    assert month_ends(TODAY, 3) == [dt.date(2026, 9, 30), dt.date(2026, 10, 31), TODAY]


# --- Size ---


@pytest.mark.parametrize("number", [3, 300])
def test_the_reads_do_not_grow(tree, now, number, django_assert_num_queries):
    for _each in range(number):
        team = TeamFactory(unit=tree["na-tu"])
        issued(union_member(team=team).person)
        reported(team, SEPTEMBER)
    with django_assert_num_queries(5):
        known = facts(now)
        for day in month_ends(TODAY, 11):
            for kind in Kind:
                known.shares(kind, day)
    assert known.total(Kind.UNION, TODAY) == Share(number, number)
    assert months.month_of(TODAY)
