"""The letter after a session: to those who were there, once, in the daytime."""

import datetime as dt

import pytest

from mail.models import Letter
from mail.reminders import queue_due
from tests.factories.training import (
    AttendanceFactory,
    RegistrationFactory,
    SessionFactory,
    SlotFactory,
)
from training import links, thanks
from vietnam.dates import VIETNAM

pytestmark = pytest.mark.django_db

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


@pytest.fixture
def session(now):
    return SessionFactory(
        opens_at=now - 20 * DAY,
        closes_at=now - 3 * DAY,
        starts_at=now - 9 * HOUR,
        ends_at=now - HOUR,
    )


def thanked():
    return list(
        Letter.objects.filter(kind="training.thanks")
        .order_by("pk")
        .values_list("about_id", flat=True)
    )


def test_an_hour_after_the_end_and_once(session, now):
    row = RegistrationFactory(session=session)
    RegistrationFactory(session=session, state="cancelled")
    queue_due(now - dt.timedelta(minutes=1))
    assert thanked() == []
    queue_due(now)
    queue_due(now + DAY)
    assert thanked() == [row.pk]
    letter = Letter.objects.get(kind="training.thanks")
    assert links.feedback_url(session.slug, row.code) in letter.text
    assert links.feedback_url(session.slug, row.code) in letter.html


def test_where_a_list_was_kept_only_those_on_it(session, now):
    RegistrationFactory(session=session)
    came = AttendanceFactory(slot=SlotFactory(session=session))
    queue_due(now)
    assert thanked() == [came.registration_id]


def test_not_at_night(now):
    evening = dt.datetime(2026, 11, 22, 21, 0, tzinfo=VIETNAM)
    session = SessionFactory(
        opens_at=now - 20 * DAY,
        closes_at=now - 3 * DAY,
        starts_at=evening - 3 * HOUR,
        ends_at=evening,
    )
    row = RegistrationFactory(session=session)
    queue_due(evening + 2 * HOUR)
    assert thanked() == []
    queue_due(evening + 10 * HOUR)
    assert thanked() == [row.pk]


def test_a_week_later_it_is_too_late(session, now):
    RegistrationFactory(session=session)
    queue_due(session.ends_at + thanks.WITHIN)
    assert thanked() == []


def test_a_cancelled_session_thanks_nobody(session, now):
    session.state = "cancelled"
    session.save()
    RegistrationFactory(session=session)
    queue_due(now)
    assert thanked() == []


def test_who_was_not_there_after_all_is_not_thanked(session, now):
    row = RegistrationFactory(session=session)
    queue_due(now)
    letter = Letter.objects.get(kind="training.thanks")
    assert thanks.recheck(letter, now).__class__.__name__ == "Keep"
    AttendanceFactory(slot=SlotFactory(session=session))
    assert thanks.recheck(letter, now).__class__.__name__ == "Drop"
    assert row.pk == letter.about_id
