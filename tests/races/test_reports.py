"""Two phones, two thumbs: a month has one report, and no figure is written over."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import IntegrityError, connection

from teams.models import DigitalTeam, Report
from teams.reports import actions
from teams.reports.actions import Conflict
from tests.factories.teams import TeamFactory, indicator

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
OCTOBER = dt.date(2026, 10, 1)


def at_once(work, arguments) -> list:
    """What each call gave, or the error it raised."""
    start = Barrier(len(arguments))

    def run(argument):
        try:
            start.wait(timeout=30)
            return work(argument)
        except (Conflict, IntegrityError) as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(arguments)) as pool:
        return list(pool.map(run, arguments))


def sending(team, pk, now):
    def send(number):
        return actions.send(
            team=team,
            month=OCTOBER,
            values={pk: number},
            version=0,
            sent_by="link",
            now=now,
        )

    return send


def test_the_same_report_sent_at_once_is_sent_once(now):
    team, pk = TeamFactory(), indicator().pk
    found = at_once(sending(team, pk, now), [7] * 6)
    assert {one.pk for one in found} == {Report.objects.get().pk}
    assert Report.objects.get().version == 1


def test_of_different_figures_one_counts_and_the_others_hear_of_it(now):
    team, pk = TeamFactory(), indicator().pk
    found = at_once(sending(team, pk, now), [1, 2, 3, 4])
    report = Report.objects.get()
    kept = report.values.get().number
    conflicts = [one for one in found if isinstance(one, Conflict)]
    assert len(conflicts) == 3
    assert all(one.theirs == {pk: kept} for one in conflicts)
    assert report.version == 1


def test_without_the_lock_the_database_has_the_last_word(now, monkeypatch):
    """The negative control: the rule alone does not hold two threads apart."""
    unlocked = DigitalTeam.objects.select_related("unit")
    monkeypatch.setattr(actions, "_locked", lambda team: unlocked.get(pk=team.pk))
    broken = []
    for _round in range(5):
        team, pk = TeamFactory(), indicator().pk
        found = at_once(sending(team, pk, now), [7] * 6)
        broken += [one for one in found if isinstance(one, IntegrityError)]
        assert Report.objects.filter(team=team).count() == 1
        if broken:
            break
    assert broken
