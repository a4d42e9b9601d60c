"""What the teams reported, as everybody sees it: added up, drawn, taken out."""

import csv
import datetime as dt
import io
import re

import pytest

from members import actions as members
from members.models import UnitSuccession
from teams.communes import Communes
from teams.coverage import by_commune as coverage_by_commune
from teams.figures import kept_months, work
from teams.figures.tiles import tile_map
from teams.figures.work import Period
from teams.models import CommuneTile, Indicator
from tests.factories.members import UnitFactory
from tests.factories.teams import MemberFactory, TeamFactory, report, union_member

pytestmark = pytest.mark.django_db
PAGE = "/to-cong-nghe-so/so-lieu/"
OCTOBER, SEPTEMBER = dt.date(2026, 10, 1), dt.date(2026, 9, 1)


@pytest.fixture(autouse=True)
def _clock(monkeypatch, now):
    monkeypatch.setattr("content.clock.now", lambda: now)


@pytest.fixture
def indicators():
    """The thirteen that a new portal starts with, by code."""
    from teams import first_indicators

    first_indicators.plant(Indicator)
    return {one.code: one for one in Indicator.objects.all()}


@pytest.fixture
def teams(tree):
    return {
        "na-tu": TeamFactory(unit=tree["na-tu"]),
        "con-minh": TeamFactory(unit=tree["con-minh"]),
    }


def told(team, month=OCTOBER, state="accepted", **values):
    return report(team, month=month, state=state, values=values)


def totals(now, length=12, units=None):
    found = work.Told(Period.back(length, now), units).totals()
    return {one.indicator.code: one for one in found}


# --- Adding up ------------------------------------------------------------------


def test_only_accepted_reports_count(now, teams, indicators):
    told(teams["na-tu"], I03=7)
    for number, state in enumerate(["draft", "sent", "returned"], start=1):
        told(TeamFactory(), state=state, I03=100 * number)
    assert totals(now)["I03"].total == 7


@pytest.mark.parametrize(
    ("length", "first", "sum_"),
    [
        (1, "2026-10", 1),
        (3, "2026-08", 11),
        (12, "2025-11", 111),
        (36, "2023-11", 1111),
    ],
)
def test_a_period_is_whole_months_up_to_the_last_that_is_over(
    now, teams, indicators, length, first, sum_
):
    for month, number in (
        (dt.date(2026, 11, 1), 50_000),  # not over yet
        (OCTOBER, 1),
        (dt.date(2026, 8, 1), 10),
        (dt.date(2025, 11, 1), 100),
        (dt.date(2023, 11, 1), 1000),
        (dt.date(2023, 10, 1), 50_000),
    ):
        told(teams["na-tu"], month, I03=number)
    assert f"{Period.back(length, now).first:%Y-%m}" == first
    assert totals(now, length)["I03"].total == sum_


def test_a_state_is_never_added_up_over_months(now, teams, indicators):
    told(teams["na-tu"], SEPTEMBER, I11=3, I12=True)
    told(teams["con-minh"], SEPTEMBER, I11=4, I12=True)
    told(teams["na-tu"], OCTOBER, I11=5, I12=False)
    found = totals(now)
    assert (found["I11"].total, found["I11"].month) == (5, OCTOBER)
    assert (found["I12"].text, found["I12"].month) == ("0/1", OCTOBER)


def test_turns_people_and_households_stay_apart(now, teams, indicators):
    told(teams["na-tu"], I01=1000, I02=20, I03=7)
    found = totals(now)
    assert {code: one.total for code, one in found.items()} == {
        "I01": 1000,
        "I02": 20,
        "I03": 7,
    }
    assert found["I01"].words == "1.000 lượt"
    assert found["I02"].words == "20 hộ"
    assert found["I03"].words == "7 người"


def test_nothing_told_is_not_nought(now, teams, indicators):
    told(teams["na-tu"], SEPTEMBER, I03=0)
    asked = work.Told(Period.back(3, now))
    series = asked.series(indicators["I03"], Period.back(3, now))
    assert [found and found.total for _month, found in series] == [None, 0, None]


def test_words_of_the_teams_are_on_no_page(client, now, teams, indicators):
    told(teams["na-tu"], I03=7, I13="Sóng yếu ở cuối thôn")
    assert "I13" not in totals(now)
    for page in (PAGE, f"{PAGE}?cs=I13", f"{PAGE}ket-qua.csv"):
        assert "Sóng yếu" not in client.get(page).content.decode()


# --- Communes that merge --------------------------------------------------------


@pytest.mark.parametrize("ended", [False, True])
def test_a_merger_changes_no_total_to_the_digit(now, tree, teams, indicators, ended):
    """A team that had ended before stays with the old unit, its reports with it."""
    told(teams["na-tu"], SEPTEMBER, I03=111, I11=2)
    told(teams["con-minh"], OCTOBER, I03=222, I11=3)
    if ended:
        teams["na-tu"].active_to = dt.date(2026, 9, 30)
        teams["na-tu"].save()
    period = Period.back(12, now)

    def by_unit(code="I03"):
        found = work.by_commune(indicators[code], period, Communes.read())
        return {pk: one.total for pk, one in found.items()}

    before = totals(now)
    assert by_unit() == {tree["cam-giang"].pk: 111, tree["con-minh"].pk: 222}
    heir = UnitFactory(parent=tree["root"], kind=tree["cam-giang"].kind)
    for name in ("cam-giang", "con-minh"):
        members.succeed_unit(
            old=tree[name],
            heirs=[heir],
            kind=UnitSuccession.Kind.MERGE,
            date=dt.date(2026, 11, 1),
            now=now,
        )
    after = totals(now)
    assert {code: one.text for code, one in before.items()} == {
        code: one.text for code, one in after.items()
    }
    assert by_unit() == {heir.pk: 333}
    units = Communes.read().below(heir.pk)
    assert totals(now, units=units)["I03"].total == 333


# --- The page -------------------------------------------------------------------


def test_the_page_says_period_source_and_measure(client, teams, indicators):
    told(teams["na-tu"], I01=1234)
    told(teams["con-minh"], SEPTEMBER, I01=1)
    html = text_of(client.get(PAGE))
    assert "11/2025–10/2026" in html
    assert "2 báo cáo tháng của 2 tổ" in html
    assert "1.235 lượt" in html
    assert "không cộng với nhau" in html


def test_the_table_by_commune_has_what_the_total_has(client, tree, teams, indicators):
    told(teams["na-tu"], I03=5)
    told(teams["con-minh"], I03=6)
    lines = client.get(f"{PAGE}?cs=I03").context["by_commune"]
    assert [(line["unit"].slug, line["sum"].total) for line in lines] == [
        ("cam-giang", 5),
        ("con-minh", 6),
    ]


def test_a_commune_has_its_own_page(client, tree, teams, indicators):
    told(teams["na-tu"], I03=5)
    told(teams["con-minh"], I03=6)
    for slug in ("cam-giang", "cam-giang-thon-na-tu"):
        response = client.get(f"{PAGE}?xa={slug}")
        assert [one["value"] for one in response.context["sums"]] == ["5 người"]
        assert response.context["here"] == tree["cam-giang"]


@pytest.mark.parametrize(
    "query",
    ["ky=0", "ky=-1", "ky=999", "ky=abc", "cs=I99", "cs=" + "x" * 999, "ky=3&cs="],
)
def test_nonsense_in_the_address_means_the_usual(client, teams, indicators, query):
    told(teams["na-tu"], I03=5)
    response = client.get(f"{PAGE}?{query}")
    assert response.status_code == 200
    assert response.context["chosen"].indicator.code == "I03"


def test_the_province_is_the_page_without_a_choice(client, tree, teams, indicators):
    told(teams["na-tu"], I03=5)
    response = client.get(f"{PAGE}?xa=tinh-doan")
    assert response.context["here"] is None
    assert [one["value"] for one in response.context["sums"]] == ["5 người"]


def test_an_unknown_commune_is_not_found(client, teams):
    assert client.get(f"{PAGE}?xa=khong-co").status_code == 404
    assert client.get(f"{PAGE}ket-qua.csv?xa=khong-co").status_code == 404


@pytest.mark.parametrize("number", [3, 60])
def test_twelve_queries_are_enough(
    client, tree, indicators, number, django_assert_num_queries
):
    for place in range(number):
        commune = UnitFactory(parent=tree["root"], kind=tree["cam-giang"].kind)
        team = MemberFactory(team__unit=commune).team
        told(team, months_back(place % 3), I01=place, I11=1, I12=True)
    kept_months._kept.clear()
    with django_assert_num_queries(12):
        client.get(PAGE)
    for length in (12, 36):
        with django_assert_num_queries(10):
            client.get(f"{PAGE}?ky={length}")


# --- Files ----------------------------------------------------------------------


def test_the_file_has_a_mark_for_excel_and_a_line_a_month(
    client, tree, teams, indicators
):
    told(teams["na-tu"], SEPTEMBER, I03=5)
    told(teams["na-tu"], OCTOBER, I03=6, I12=True)
    response = client.get(f"{PAGE}ket-qua.csv?xa=cam-giang&ky=3")
    assert response.content.startswith(b"\xef\xbb\xbf")
    assert "attachment" in response["Content-Disposition"]
    assert "no-store" not in response.get("Cache-Control", "")
    rows = lines_of(response)
    assert [[row[0], row[2], row[5], row[6]] for row in rows[1:]] == [
        ["2026-09", "I03", "5", "1"],
        ["2026-10", "I03", "6", "1"],
        ["2026-10", "I12", "1", "1"],
    ]
    assert rows[1][1] == "xã Cẩm Giàng"


def test_no_cell_is_a_formula(client, tree, teams, indicators):
    Indicator.objects.filter(code="I03").update(name="=HYPERLINK(1)")
    told(teams["na-tu"], I03=5)
    assert lines_of(client.get(f"{PAGE}ket-qua.csv"))[1][3] == "'=HYPERLINK(1)"


def test_the_coverage_is_a_file_too(client, tree, teams):
    union_member(team=teams["na-tu"])
    rows = lines_of(client.get(f"{PAGE}ty-le.csv"))
    assert rows[1][1:] == ["xã Cẩm Giàng", "1", "1", "0", "100.0"]
    assert rows[2][1:] == ["xã Côn Minh", "1", "0", "1", "0.0"]


# --- The map of tiles -----------------------------------------------------------


@pytest.fixture
def lines(tree, teams, now):
    union_member(team=teams["na-tu"])
    TeamFactory(unit=tree["con-minh"])
    return coverage_by_commune(now, Communes.read())


def test_a_tile_says_its_share_in_words_and_as_a_bar(lines, tree):
    without = UnitFactory(parent=tree["root"], short_name="xã Thượng Quan")
    tiles = tile_map(lines, [without]).tiles
    assert [(tile.text, tile.bar, tile.kind) for tile in tiles] == [
        ("100%", "100.0", "full"),
        ("0%", "0.0", "little"),
        ("0 tổ", "0", "none"),
    ]
    assert tiles[0].name == ["Cẩm", "Giàng"]
    assert tiles[2].name == ["Thượng", "Quan"]


def test_the_summary_counts_each_kind(lines, tree):
    without = UnitFactory(parent=tree["root"])
    summary = tile_map(lines, [without]).summary
    assert re.findall(r"\d+", summary) == ["1", "0", "1", "1"]


def test_communes_stand_where_they_lie_and_the_others_below(lines, tree):
    CommuneTile.objects.create(unit=tree["con-minh"], row=3, column=4)
    CommuneTile.objects.create(unit=tree["cam-giang"], row=2, column=2)
    more = UnitFactory(parent=tree["root"])
    places = [(tile.x, tile.y) for tile in tile_map(lines, [more]).tiles]
    assert places[0] == ("0.00", "0")  # no empty edge is drawn
    assert places[1] == ("66.67", "6")
    assert places[2] == ("0.00", "12")


def test_no_two_tiles_lie_on_one_another(tree, now):
    for number in range(40):
        unit = UnitFactory(parent=tree["root"], name=f"Xã {number}")
        TeamFactory(unit=unit)
        if number % 2:
            place = {"row": 1 + number // 8, "column": 1 + number % 8}
            CommuneTile.objects.create(unit=unit, **place)
    found = tile_map(coverage_by_commune(now, Communes.read()), [])
    assert len({(tile.x, tile.y) for tile in found.tiles}) == 40


def test_the_map_is_sound_and_has_a_text_alternative(client, tree, teams):
    html = client.get(PAGE).content.decode()
    [drawn] = re.findall(r'<svg class="tiles".*?</svg>\s*</figure>', html, re.DOTALL)
    assert drawn.count('class="tile-box"') == 2
    assert 'role="img"' in drawn
    assert re.search(r'aria-label="[^"]*chưa có tổ ở 0 nơi', drawn)


def test_a_merged_commune_leaves_its_place_to_the_heir(tree, now):
    CommuneTile.objects.create(unit=tree["cam-giang"], row=1, column=1)
    members.succeed_unit(
        old=tree["cam-giang"],
        heirs=[tree["con-minh"]],
        kind=UnitSuccession.Kind.MERGE,
        date=dt.date(2026, 11, 1),
        now=now,
    )
    assert CommuneTile.objects.get().unit == tree["con-minh"]


# --- Below the tests ------------------------------------------------------------


def months_back(number: int) -> dt.date:
    return dt.date(2026, 10 - number, 1)


def text_of(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", response.content.decode()))


def lines_of(response) -> list[list[str]]:
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
