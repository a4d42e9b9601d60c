"""What was kept long enough goes, and nothing else does."""

import datetime as dt

import pytest
from django.contrib.sessions.models import Session

from members import retention
from members.models import DataRequest, Person, PurgeRun
from members.mydata import actions
from members.retention import Rule
from tests.factories.mail import LetterFactory
from tests.factories.members import PersonFactory

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
YEARS = 800 * DAY


def test_each_night_tells_what_went_and_one_fault_stops_nobody(monkeypatch, now):
    def fails(moment):
        raise ZeroDivisionError

    words = {"what": "x", "keeps": "y", "why": "z"}
    rules = {
        "test.bad": Rule(purge=fails, **words),
        "test.good": Rule(purge=lambda moment: 3, **words),
    }
    monkeypatch.setattr(retention.registry, "_items", rules)
    assert retention.purge(now=now) == 3
    told = dict(PurgeRun.objects.values_list("rule", "error"))
    assert told == {"test.bad": "ZeroDivisionError", "test.good": ""}
    assert PurgeRun.objects.get(rule="test.good").removed == 3


def test_every_rule_runs_on_a_portal_with_nothing_old(now):
    person = PersonFactory()
    LetterFactory()
    retention.purge(now=now)
    assert not PurgeRun.objects.exclude(error="").exists()
    assert PurgeRun.objects.count() == len(retention.registry)
    assert list(Person.objects.all()) == [person]


def test_nobody_is_deleted_for_being_quiet(now):
    person = PersonFactory()
    Person.objects.filter(pk=person.pk).update(created_at=now - 5 * YEARS)
    retention.purge(now=now)
    assert Person.objects.filter(pk=person.pk).exists()


def test_lines_of_the_outbox_go_after_two_years_and_waiting_ones_never(now):
    old = {"created_at": now - YEARS, "not_before": now - YEARS}
    LetterFactory(state="sent", sent_at=now - YEARS, **old)
    waiting = LetterFactory(**old)
    fresh = LetterFactory(state="sent", sent_at=now, created_at=now)
    retention.registry["mail.letters"].purge(now)
    from mail.models import Letter

    assert set(Letter.objects.all()) == {waiting, fresh}


def test_sign_ins_and_answered_requests_go(now):
    for key, until in (("a", now - DAY), ("b", now + DAY)):
        Session.objects.create(session_key=key, session_data="x", expire_date=until)
    retention.registry["members.sessions"].purge(now)
    assert [one.session_key for one in Session.objects.all()] == ["b"]
    request = actions.ask(
        person=PersonFactory(), kind=DataRequest.Kind.SEE, way="paper", now=now - YEARS
    )
    retention.registry["members.requests"].purge(now)
    assert DataRequest.objects.exists()  # it is open
    actions.answer(
        request_id=request.pk, done=True, text="", by=None, now=now - YEARS + DAY
    )
    retention.registry["members.requests"].purge(now)
    assert not DataRequest.objects.exists()
