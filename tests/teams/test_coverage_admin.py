"""The page of the shares: scope, gaps with who is to act, files, few queries."""

import datetime as dt
import io

import openpyxl
import pytest
import time_machine
from django.core.cache import cache

from members.models import Role as Right
from teams.shares import Kind, Share
from tests.factories.members import AssignmentFactory, PersonFactory, UnitFactory
from tests.factories.teams import MemberFactory, TeamFactory, union_member

pytestmark = pytest.mark.django_db
PAGE = "/quan-tri/teams/digitalteam/do-phu/"


@pytest.fixture(autouse=True)
def _frozen(now):
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def desk(client, coordinator):
    client.force_login(coordinator)
    return client


@pytest.fixture
def secretary(tree):
    user = AssignmentFactory(role=Right.UNIT_SECRETARY, unit=tree["cam-giang"]).user
    user.person = PersonFactory(full_name="Lường Thị Bí Thư")
    user.save()
    return user


@pytest.fixture
def teams(tree):
    """One covered and one gap in one commune, a gap in another."""
    return {
        "covered": union_member(team=TeamFactory(unit=tree["na-tu"])).team,
        "gap": MemberFactory(
            team=TeamFactory(unit=tree["na-tu"], name="Tổ Thiếu")
        ).team,
        "other": TeamFactory(unit=tree["con-minh"], name="Tổ Bên"),
    }


def shares(page) -> dict:
    return {line.unit: dict(line.shares)[Kind.UNION] for line in page.context["lines"]}


def test_by_commune_with_the_total_and_the_gaps(desk, tree, teams, secretary):
    page = desk.get(PAGE)
    assert shares(page) == {
        tree["cam-giang"]: Share(1, 2),
        tree["con-minh"]: Share(0, 1),
    }
    assert dict(page.context["totals"])[Kind.UNION] == Share(1, 3)
    rows = {row.name: row for row in page.context["gaps"]}
    assert set(rows) == {"Tổ Thiếu", "Tổ Bên"}
    # The branch has no secretary, so it is the commune's.
    assert rows["Tổ Thiếu"].who == "Lường Thị Bí Thư"
    assert rows["Tổ Bên"].who == ""
    assert f"nomination/to/{teams['gap'].pk}/" in rows["Tổ Thiếu"].url


def test_of_one_commune(desk, tree, teams):
    page = desk.get(PAGE, {"commune": tree["con-minh"].pk})
    assert shares(page) == {tree["con-minh"]: Share(0, 1)}


def test_a_secretary_sees_nothing_of_others(client, tree, teams, secretary):
    client.force_login(secretary)
    page = client.get(PAGE)
    assert shares(page) == {tree["cam-giang"]: Share(1, 2)}
    html = page.content.decode()
    assert "Tổ Bên" not in html
    assert "Côn Minh" not in html
    foreign = client.get(PAGE, {"commune": tree["con-minh"].pk})
    assert "Tổ Bên" not in foreign.content.decode()
    for what in ({"file": "csv"}, {"file": "csv", "what": "gaps"}):
        assert "Tổ Bên" not in client.get(PAGE, what).content.decode("utf-8-sig")


def test_who_has_nothing_to_do_with_teams_gets_no_page(client, tree):
    client.force_login(AssignmentFactory(role=Right.EDITOR, unit=tree["root"]).user)
    assert client.get(PAGE).status_code == 403


@pytest.mark.parametrize(
    "query",
    [
        {"month": "2026-13"},
        {"month": "x"},
        {"month": "1999-01"},
        {"commune": "999999999999"},
        {"commune": "x"},
        {"gaps": "x"},
        {"then": "x"},
        {"file": "exe"},
    ],
)
def test_nonsense_in_the_address_shows_the_page(desk, teams, query):
    assert desk.get(PAGE, query).status_code == 200


@pytest.mark.parametrize("kind", Kind.values)
def test_each_kind_of_gap_has_its_list(desk, teams, kind):
    page = desk.get(PAGE, {"gaps": kind, "month": "2026-10"})
    assert page.context["kind"] == kind
    assert page.status_code == 200


def test_a_past_month_by_the_communes_of_then(desk, tree, teams, now):
    from members import actions
    from members.models import UnitSuccession

    actions.succeed_unit(
        old=tree["con-minh"],
        heirs=[tree["cam-giang"]],
        kind=UnitSuccession.Kind.MERGE,
        date=dt.date(2026, 11, 1),
        now=now,
    )
    old = {"month": "2026-10"}
    assert shares(desk.get(PAGE, old)) == {tree["cam-giang"]: Share(1, 3)}
    then = shares(desk.get(PAGE, old | {"then": "on"}))
    assert then == {tree["cam-giang"]: Share(1, 2), tree["con-minh"]: Share(0, 1)}


def test_the_table_as_a_workbook(desk, tree, teams):
    response = desk.get(PAGE, {"file": "xlsx"})
    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[1][0] == "xã Cẩm Giàng"
    assert rows[1][4:7] == (1, 2, 50)
    assert rows[-1][4:6] == (1, 3)


def test_the_gaps_as_csv(desk, teams, secretary):
    text = desk.get(PAGE, {"file": "csv", "what": "gaps"}).content.decode("utf-8-sig")
    assert "Tổ Thiếu" in text
    assert "Lường Thị Bí Thư" in text


@pytest.mark.parametrize("number", [3, 300])
@pytest.mark.parametrize("who", ["coordinator", "local_coordinator"])
def test_at_most_twelve_queries(
    client, tree, who, number, request, django_assert_max_num_queries
):
    client.force_login(request.getfixturevalue(who))
    for _each in range(number):
        unit = UnitFactory(parent=tree["cam-giang"])
        AssignmentFactory(role=Right.UNIT_SECRETARY, unit=unit)
        MemberFactory(team=TeamFactory(unit=unit))
    client.get("/quan-tri/")  # what is remembered between requests is from now on
    cache.clear()
    with django_assert_max_num_queries(12):
        page = client.get(PAGE)
    assert page.context["gap_count"] == number
