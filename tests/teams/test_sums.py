"""Turns, people and households are different things and are never added up."""

import ast
import datetime as dt
from pathlib import Path

import pytest

from teams import sums
from teams.models import Indicator, ReportValue
from teams.sums import Amount, MixedUnits
from tests.factories.teams import TeamFactory, indicator, report

pytestmark = pytest.mark.django_db
TEAMS = Path(sums.__file__).parent


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("I01", "I03"),  # turns and people
        ("I01", "I02"),  # turns and households
        ("I03", "I02"),  # people and households
        ("I03", "I05"),  # people and people: the same person may be in both
    ],
)
def test_no_two_indicators_are_ever_added(one, other):
    with pytest.raises(MixedUnits, match=f"{one}.*{other}"):
        Amount(3, indicator(one)) + Amount(4, indicator(other))
    with pytest.raises(MixedUnits):
        sums.total([Amount(3, indicator(one)), Amount(4, indicator(other))])


def test_amounts_of_one_indicator_are():
    people = indicator("I03")
    amounts = [Amount(number, people) for number in (3, 4, 5)]
    assert sums.total(amounts) == Amount(12, people)


def test_every_sum_belongs_to_one_indicator():
    team = TeamFactory()
    report(team, values={"I01": 30, "I02": 4, "I03": 12})
    report(values={"I01": 5, "I03": 1})
    rows = sums.by_month(ReportValue.objects.counted())
    codes = dict(Indicator.objects.values_list("pk", "code"))
    found = {codes[row["indicator"]]: (row["total"], row["said"]) for row in rows}
    assert found == {"I01": (35, 2), "I02": (4, 1), "I03": (13, 2)}


def test_only_accepted_reports_count():
    for state in ("draft", "sent", "returned"):
        report(values={"I01": 30}, state=state)
    assert not sums.by_month(ReportValue.objects.counted())


def test_what_tells_of_a_state_is_not_added_up_over_months():
    team = TeamFactory()
    indicator("I11", is_level=True)
    for number in (9, 10):
        values = {"I02": 2, "I11": 3, "I12": True}
        report(team, month=dt.date(2026, number, 1), values=values)
    rows = sums.over_months(ReportValue.objects.counted())
    assert [(row["indicator"], row["total"]) for row in rows] == [
        (indicator("I02").pk, 4)
    ]
    by_month = sums.by_month(ReportValue.objects.counted())
    trained = [
        row["total"] for row in by_month if row["indicator"] == indicator("I11").pk
    ]
    assert trained == [3, 3]


def test_yes_is_counted_and_words_are_left_out():
    report(values={"I12": True, "I13": "Sóng yếu"})
    report(values={"I12": False})
    (row,) = sums.by_month(ReportValue.objects.counted())
    assert (row["yes_count"], row["said"], row["total"]) == (1, 2, None)


def test_figures_are_summed_nowhere_else():
    """Whoever writes another Sum("number") leaves the rule behind."""
    others = [
        path.name
        for path in TEAMS.rglob("*.py")
        if path.name != "sums.py"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", getattr(node.func, "attr", "")) == "Sum"
    ]
    assert others == []
