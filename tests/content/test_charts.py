"""Charts: true to their figures, whatever the figures are."""

import re
from decimal import Decimal

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from content import charts
from content.charts import MISSING, Point, columns, line, number_text, rows

KINDS = [columns, rows, line]
MONTHS = [f"T{month}" for month in range(1, 13)]


@pytest.fixture(autouse=True)
def _vietnamese():
    with translation.override("vi"):
        yield


def points(*values) -> list[Point]:
    return [Point(f"T{place}", value) for place, value in enumerate(values, 1)]


def drawn(chart: charts.Chart, **context) -> str:
    words = {"title": "Lượt hỗ trợ", "name": "Tháng", "measure": "Lượt"}
    return render_to_string("components/chart.html", words | {"chart": chart} | context)


class TestColumns:
    def test_heights_are_in_proportion_to_the_figures(self):
        one, two = columns(points(25, 100)).marks
        assert float(one.height) == 25
        assert float(two.height) == 100
        assert float(one.y) + float(one.height) == 100

    def test_they_share_the_width_evenly(self):
        marks = columns(points(1, 1, 1, 1)).marks
        assert [mark.middle for mark in marks] == ["12.5", "37.5", "62.5", "87.5"]
        for mark in marks:
            assert float(mark.x) + float(mark.width) / 2 == float(mark.middle)

    def test_what_is_below_zero_hangs_from_the_line(self):
        chart = columns(points(-40, 40))
        below, above = chart.marks
        assert chart.zero == "50"
        assert (below.y, below.height, below.below) == ("50", "50", True)
        assert (above.y, above.height, above.below) == ("0", "50", False)

    def test_few_figures_stand_at_their_columns_and_many_at_ticks(self):
        assert columns(points(1, 2, 3)).direct
        many = columns(points(*range(1000, 1012)))
        assert not many.direct
        assert many.ticks[0].text == "0"


class TestRows:
    def test_a_part_lies_on_its_whole(self):
        most, half = rows([Point("A", 10, 20), Point("B", 5, 5)]).marks
        assert (most.width, most.rest_width, most.text) == ("50", "100", "10/20")
        assert (half.width, half.rest_width, half.text) == ("25", "25", "5/5")

    def test_zero_moves_to_the_right_when_something_lies_below_it(self):
        chart = rows(points(-30, 10))
        loss, gain = chart.marks
        assert chart.zero == "75"
        assert (loss.x, loss.width) == ("0", "75")
        assert (gain.x, gain.width) == ("75", "25")


class TestLine:
    def test_neighbours_are_joined_and_a_gap_stays_a_gap(self):
        one, two, gap, four = line(points(0, 100, None, 50)).marks
        assert (one.from_x, two.from_x, gap.from_x, four.from_x) == ("", one.x, "", "")
        assert (two.from_y, two.y) == ("100", "0")
        assert not gap.drawn

    def test_the_last_figure_there_is_stands_beside_its_dot(self):
        assert line(points(1, 7, None)).last.text == "7"
        assert line(points(None, None)).last is None


@pytest.mark.parametrize("kind", KINDS)
class TestOddFigures:
    @pytest.mark.parametrize(
        "values",
        [
            (),
            (None,),
            (0,),
            (0, 0, 0),
            (7,),
            (-7,),
            (None, 3, None),
            (-1, 0, 1),
            (10**30, 1),
            (10**40, -(10**40)),
            (0.1, 0.2, 0.30000000000000004),
            (Decimal("0.005"), Decimal("99.995")),
            (float("nan"), float("inf"), 4),
            tuple(range(60)),
        ],
        ids=str,
    )
    def test_every_mark_stays_in_its_field(self, kind, values):
        chart = kind(points(*values))
        assert len(chart.marks) == len(values)
        for mark in chart.marks:
            for start, size in ((mark.x, mark.width), (mark.y, mark.height)):
                assert 0 <= float(start) <= 100
                assert 0 <= float(start) + float(size) <= 100.02
        html = drawn(chart)
        assert html.count("<tr>") == len(values) + 1
        for position in re.findall(
            r'(?:x|y|x1|x2|y1|y2|cx|cy|width|height)="([^"]*)%"', html
        ):
            assert re.fullmatch(r"\d+(\.\d+)?", position)

    def test_what_is_missing_is_a_dash_and_not_a_zero(self, kind):
        nothing, zero = kind(points(None, 0)).marks
        assert (nothing.text, nothing.drawn) == (MISSING, False)
        assert (zero.text, zero.drawn) == ("0", True)

    def test_it_says_in_words_what_it_shows(self, kind):
        chart = kind([Point("Ba Bể", 1250), Point("Na Rì", 3), Point("Côn Minh", None)])
        assert "Ba Bể (1.250)" in chart.summary
        assert "Na Rì (3)" in chart.summary
        assert "Côn Minh" not in chart.summary
        html = drawn(chart)
        assert re.search(
            r'role="img" aria-label="Lượt hỗ trợ\. [^"]*Ba Bể \(1\.250\)', html
        )

    def test_the_words_for_one_none_and_all_the_same(self, kind):
        assert kind(points()).summary == kind(points(None)).summary
        assert "T1: 5" in kind(points(5)).summary
        assert "5" in kind(points(5, 5)).summary

    def test_names_are_escaped(self, kind):
        html = drawn(kind([Point('<b>"A', 1)]))
        assert "<b>" not in html
        assert "&lt;b&gt;&quot;A" in html

    def test_positions_are_no_inline_style(self, kind):
        assert "style=" not in drawn(kind(points(1, 2)))


def test_ticks_are_round_few_and_reach_beyond_the_figures():
    for high in (1, 3, 7, 12, 99, 101, 480, 1254, 98_765, 10**9):
        ticks = line(points(high)).ticks
        values = [int(tick.text.replace(".", "").split(",")[0]) for tick in ticks]
        assert 3 <= len(ticks) <= 7, high
        assert values[-1] >= high
        assert ticks[0].at == "100"
        assert ticks[-1].at == "0"


def test_a_year_of_months_fits_a_phone():
    named = [mark.named for mark in columns([Point(name, 1) for name in MONTHS]).marks]
    assert named[-1] == ""
    assert named.count("") * 4 <= charts.NARROW
    assert "no" not in named


@pytest.mark.parametrize(
    ("value", "vietnamese", "english"),
    [
        (1234567, "1.234.567", "1,234,567"),
        ("12.5", "12,5", "12.5"),
        ("1234.56", "1.234,56", "1,234.56"),
        ("0.30000000000000004", "0,3", "0.3"),
        ("99.999", "100", "100"),
        (-1500, "-1.500", "-1,500"),
        (0, "0", "0"),
    ],
)
def test_numbers_are_written_as_the_reader_does(value, vietnamese, english):
    assert number_text(Decimal(value)) == vietnamese
    with translation.override("en"):
        assert number_text(Decimal(value)) == english


def test_a_page_with_a_table_of_its_own_gets_no_second_one():
    html = drawn(columns(points(1)), bare=True)
    assert "<table" not in html


def test_the_figures_can_be_had_as_a_file():
    assert 'href="/so-lieu.csv"' in drawn(columns(points(1)), csv_href="/so-lieu.csv")
