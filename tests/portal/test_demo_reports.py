"""The demo's reports: three months that look like life, and a team of the month."""

import datetime as dt

import pytest

from portal.demo import World, people, reports, teams, units
from teams import months, sums
from teams.models import Indicator, Recognition, Report, ReportValue
from teams.recognition.ranking import rank
from teams.reports import late

pytestmark = pytest.mark.django_db
OCTOBER = dt.date(2026, 10, 1)


@pytest.fixture
def world(now, settings, tmp_path) -> World:
    settings.VAR = tmp_path
    world = World(now=now)
    for part in (units, people, teams, reports):
        part.load(world)
    return world


def test_three_months_of_reports_in_every_state(world):
    found = Report.objects.order_by().values_list("month", "state").distinct()
    states = {}
    for month, state in found:
        states.setdefault(months.text(month), set()).add(state)
    assert states == {
        "08/2026": {"accepted"},
        "09/2026": {"accepted"},
        "10/2026": {"accepted", "sent", "returned"},
    }


def test_some_are_missing_and_some_came_late(world, now):
    coordinator = world.users["team_coordinator"]
    assert 5 < len(late.rows(coordinator, OCTOBER, now=now)) < 40
    in_time = [one.was_in_time() for one in Report.objects.exclude(first_sent_at=None)]
    assert 0.8 < sum(in_time) / len(in_time) < 1
    assert all(one.first_sent_at < now for one in Report.objects.all())


def test_every_figure_has_a_sum_of_its_own(world):
    rows = sums.over_months(ReportValue.objects.counted())
    flows = Indicator.objects.numbers().filter(is_level=False)
    assert {row["indicator"] for row in rows} == {one.pk for one in flows}
    assert all(row["total"] > 0 for row in rows)


def test_one_month_has_its_team_and_the_next_waits_for_a_choice(world):
    chosen = Recognition.objects.get()
    assert chosen.month == dt.date(2026, 9, 1)
    assert rank(chosen.month).place_of(chosen.team).points == chosen.points
    assert len(rank(OCTOBER).places) > 40


def test_loaded_twice_is_loaded_once(world):
    def rows():
        models = (Report, ReportValue, Indicator, Recognition)
        return [list(model.objects.order_by("pk").values()) for model in models]

    before = rows()
    reports.load(world)
    assert rows() == before
