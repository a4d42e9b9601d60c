"""Names leave old sign-ups; the figures stay."""

import datetime as dt

import pytest

from members.models import Person
from tests.factories.training import (
    AttendanceFactory,
    RegistrationFactory,
    SessionFactory,
)
from training import audit, keeping
from training.models import Attendance, Registration

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def test_names_leave_after_24_months_and_figures_stay(now):
    attended = AttendanceFactory()
    sign_up = attended.mark.registration
    person, session = sign_up.person, sign_up.session
    ended = session.ends_at
    assert keeping.forget_old(ended + 730 * DAY) == 0
    assert keeping.forget_old(ended + 732 * DAY) == 1
    assert keeping.forget_old(ended + 733 * DAY) == 0
    sign_up.refresh_from_db()
    assert sign_up.person.full_name == "—"
    assert sign_up.identity == ""
    assert Person.objects.filter(pk=person.pk).exists()
    assert Attendance.objects.filter(registration=sign_up).count() == 1
    assert audit.seats() == []


def test_a_fresh_sign_up_of_the_same_person_keeps_its_name(now):
    old = RegistrationFactory()
    fresh = RegistrationFactory(
        person=old.person,
        session=SessionFactory(
            starts_at=old.session.starts_at + 700 * DAY,
            ends_at=old.session.ends_at + 700 * DAY,
        ),
    )
    keeping.forget_old(old.session.ends_at + 732 * DAY)
    assert list(Registration.objects.of(old.person)) == [fresh]
