"""Two communes become one, through the real page: every past figure stays as it was."""

import datetime as dt

import pytest
import time_machine

from members.models import UnitSuccession
from teams import months, sums
from teams.communes import Communes
from teams.figures import work
from teams.models import Indicator, ReportValue
from teams.shares import Facts, Kind, month_ends
from tests.factories.members import SuperuserFactory, UnitFactory
from tests.factories.teams import (
    MemberFactory,
    TeamFactory,
    indicator,
    report,
    union_member,
)

pytestmark = pytest.mark.django_db
MERGED = dt.date(2026, 11, 1)
OCTOBER = dt.date(2026, 10, 31)
CODES = {"I01": 30, "I02": 4, "I03": 7, "I11": 2, "I12": True}


@pytest.fixture(autouse=True)
def _frozen(now):
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def province(tree):
    """Three communes, teams of the same names, four months of reports."""
    third = UnitFactory(parent=tree["root"], name="Đoàn xã Thứ Ba", slug="thu-ba")
    units = [tree["cam-giang"], tree["na-tu"], tree["con-minh"], third]
    for number, unit in enumerate(units):
        for place in range(3):
            team = TeamFactory(unit=unit, name=f"Tổ {place}")
            (union_member if (number + place) % 2 else MemberFactory)(team=team)
            for back in range(4):
                month = months.shifted(dt.date(2026, 10, 1), -back)
                factor = number + 3 * place + 2 * back + 1
                values = {
                    code: value if value is True else value * factor
                    for code, value in CODES.items()
                }
                state = "sent" if factor % 5 == 0 else "accepted"
                report(team, month=month, values=values, state=state)
    return tree | {"third": third}


def periods() -> list[work.Period]:
    first = dt.date(2026, 7, 1)
    each = [months.shifted(first, n) for n in range(4)]
    return [work.Period(month, month) for month in each] + [
        work.Period(each[0], each[-1])
    ]


def totals(now) -> dict:
    """Every figure of every month: of reports, and the four shares."""
    found = {}
    for period in periods():
        found[period] = [str(one) for one in work.Told(period).totals()]
        found[period, "reports"] = work.reported(period)
    facts = Facts.read(now, since=dt.date(2026, 1, 1))
    for day in month_ends(OCTOBER, 10):
        found |= {(kind, day): facts.total(kind, day) for kind in Kind}
    return found


def by_commune(communes: Communes) -> dict[int, int]:
    whole = periods()[-1]
    found = work.by_commune(indicator("I03"), whole, communes)
    return {commune: one.total for commune, one in found.items()}


def as_it_was(communes: Communes) -> dict[int, int]:
    """By the unit that stands in the report, in the tree of that time."""
    values = ReportValue.objects.counted().filter(indicator=indicator("I03"))
    found: dict[int, int] = {}
    for row in sums.over_months(values, "report__unit"):
        commune = communes.of(row["report__unit"])
        found[commune] = found.get(commune, 0) + row["total"]
    return found


def merge(client, old, new) -> None:
    """Through the page: it shows what would move, and the second press does it."""
    client.force_login(SuperuserFactory())
    page = f"/quan-tri/members/unitchange/merge/?unit={old.pk}"
    typed = {
        "olds_chosen": [old.pk],
        "into": new.pk,
        "date": "01/11/2026",
        "decision_number": "09-QĐ/TĐTN",
        "decided_on": "20/10/2026",
    }
    shown = client.post(page, typed)
    assert shown.status_code == 200, shown
    assert not UnitSuccession.objects.exists()
    typed |= {"seen": shown.context["seen"], "do": "1"}
    assert client.post(page, typed).status_code == 302


def test_the_totals_of_past_months_stay_the_same_to_the_digit(client, province, now):
    cam_giang, con_minh = province["cam-giang"], province["con-minh"]
    assert Indicator.objects.exists()
    before, here = totals(now), by_commune(Communes.read())
    merge(client, cam_giang, con_minh)
    assert UnitSuccession.objects.get().old == cam_giang
    assert totals(now) == before
    # By today's tree the successor has both; nobody else has more or less.
    after = by_commune(Communes.read())
    assert after == {
        con_minh.pk: here[cam_giang.pk] + here[con_minh.pk],
        province["third"].pk: here[province["third"].pk],
    }
    assert sum(after.values()) == sum(here.values())
    # By the tree of then each report counts where it was written.
    assert as_it_was(Communes.read(OCTOBER)) == here
    assert as_it_was(Communes.read()) == after


def test_every_old_report_keeps_the_unit_it_was_written_in(client, province):
    old = province["cam-giang"]
    reports = list(old.teams.first().reports.all())
    merge(client, old, province["con-minh"])
    for one in reports:
        one.refresh_from_db()
        assert (one.unit, one.unit_name) == (old, "xã Cẩm Giàng")
        assert one.team.unit == province["con-minh"]
        page = client.get(f"/quan-tri/teams/report/{one.pk}/change/")
        assert "xã Cẩm Giàng" in page.content.decode()


def test_the_teams_of_both_go_on_under_names_that_tell_them_apart(client, province):
    old, heir = province["cam-giang"], province["con-minh"]
    merge(client, old, heir)
    names = sorted(heir.teams.values_list("name", flat=True))
    assert names == [
        *("Tổ 0", "Tổ 0 (xã Cẩm Giàng)", "Tổ 1", "Tổ 1 (xã Cẩm Giàng)"),
        *("Tổ 2", "Tổ 2 (xã Cẩm Giàng)"),
    ]
    # What hung below hangs below the heir, teams and all.
    province["na-tu"].refresh_from_db()
    assert province["na-tu"].parent == heir
    assert province["na-tu"].teams.count() == 3
