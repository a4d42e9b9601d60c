"""Three years of reports of a whole province, the same at each run.

37 communes with 1,300 teams, 36 months and 13 indicators; nine reports in ten are
accepted. Every figure is drawn from the numbers of team, month and indicator.
"""

from __future__ import annotations

import datetime as dt
import os

COMMUNES, MONTHS = 37, 36
TEAMS = int(os.environ.get("TEAMS", "1300"))
SEED = 13

REPORTS = """
    INSERT INTO teams_report (
        team_id, month, unit_id, unit_name, state, due_on, first_sent_at, sent_at,
        sent_by, decided_at, remark, version, created_at, saved_at)
    SELECT team.id, month, team.unit_id, 'Bench', state, month + 37,
        CASE WHEN state <> 'draft' THEN month + interval '33 days' END,
        CASE WHEN state <> 'draft' THEN month + interval '33 days' END,
        'link',
        CASE WHEN state = 'accepted' THEN month + interval '40 days' END,
        '', 1, %(now)s, %(now)s
    FROM generate_series(0, %(months)s - 1) AS back,
        LATERAL (SELECT (%(first)s::date + back * interval '1 month')::date AS month)
            AS calendar,
        teams_digitalteam AS team,
        LATERAL (
            SELECT abs(hashint8extended(team.id * 1000 + back, %(seed)s)) %% 20 AS draw
        ) AS draws,
        LATERAL (SELECT CASE draw WHEN 0 THEN 'sent' WHEN 1 THEN 'draft'
            ELSE 'accepted' END AS state) AS states
    ORDER BY month, team.id
"""
VALUES = """
    INSERT INTO teams_reportvalue (report_id, indicator_id, number, yes, text)
    SELECT report.id, indicator.id,
        CASE WHEN measure NOT IN ('yes-no', 'text') THEN draw %% 60 END,
        CASE WHEN measure = 'yes-no' THEN draw %% 3 > 0 END,
        CASE WHEN measure = 'text' THEN 'Sóng yếu ở cuối thôn.' ELSE '' END
    FROM teams_report AS report, teams_indicator AS indicator,
        LATERAL (
            SELECT abs(hashint8extended(report.id * 100 + indicator.id, %(seed)s))
                AS draw
        ) AS draws
    ORDER BY report.id, indicator.id
"""


def fill(now: dt.datetime) -> None:
    """Units, teams with members, indicators, reports and figures."""
    from django.db import connection

    from members.models import Person, Unit, UnitKind
    from teams import first_indicators, months
    from teams.models import DigitalTeam, Indicator, TeamMember

    first_indicators.plant(Indicator)
    kind = UnitKind.objects.create(code="bench", name="Bench")
    root = Unit.objects.create(kind=kind, name="Bench", slug="bench")
    communes = [
        Unit.objects.create(
            kind=kind, name=f"Xã {number:02d}", slug=f"xa-{number}", parent=root
        )
        for number in range(COMMUNES)
    ]
    villages = [
        Unit.objects.create(
            kind=kind,
            name=f"Thôn {number:04d}",
            slug=f"thon-{number}",
            parent=communes[number % COMMUNES],
        )
        for number in range(TEAMS)
    ]
    teams = DigitalTeam.objects.bulk_create(
        DigitalTeam(unit=unit, name=f"Tổ {unit}", slug=f"to-{unit.slug}")
        for unit in villages
    )
    person = Person.objects.create(full_name="Bench")
    TeamMember.objects.bulk_create(
        TeamMember(
            team=team,
            person=person,
            is_union_member=number % 4 > 0,
            starts_on=dt.date(2023, 1, 1),
        )
        for number, team in enumerate(teams)
    )
    first = months.shifted(months.month_of(now), -MONTHS)
    values = {"seed": SEED, "now": now, "months": MONTHS, "first": first}
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute(REPORTS, values)
        cursor.execute(VALUES, {"seed": SEED})
        for table in ("report", "reportvalue", "digitalteam", "teammember"):
            cursor.execute(f"VACUUM ANALYZE teams_{table}")
