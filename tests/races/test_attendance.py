"""Many phones mark one person at once (LESSONS case 19); with its control."""

import datetime as dt
import time
from contextlib import contextmanager
from uuid import uuid4

import pytest

from tests.factories.members import PersonFactory
from tests.factories.training import RegistrationFactory, SessionFactory, SlotFactory
from tests.races.test_seats import at_once, errors_in
from training import attendance, audit, walk_ins
from training.attendance import Method, Scan
from training.locks import Refused
from training.models import Attendance, Mark, Registration

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

SECOND = dt.timedelta(seconds=1)
PHONES = 8


def marking(registration, slot, at, nonce=None, device=""):
    scan = Scan(method=Method.QR, at=at, nonce=nonce or uuid4(), device=device)
    return lambda: attendance.mark(
        registration_id=registration.pk,
        slot=slot,
        scan=scan,
        by=None,
        now=slot.starts_at + 60 * SECOND,
    )


def phones_at_once(slot):
    """The phone with the earliest scan may come at any time."""
    sign_up = RegistrationFactory(session=slot.session)
    jobs = [
        marking(sign_up, slot, slot.starts_at + number * SECOND, device=str(number))
        for number in reversed(range(PHONES))
    ]
    return sign_up, at_once(jobs)


@pytest.mark.parametrize("round_", range(4))
def test_one_attendance_with_the_earliest_scan(round_):
    slot = SlotFactory()

    sign_up, results = phones_at_once(slot)

    assert errors_in(results) == []
    row = sign_up.attendances.get()
    assert row.came_at == slot.starts_at
    assert row.mark.device == "0"
    assert sign_up.marks.count() == PHONES
    assert Mark.objects.open_clashes().count() == PHONES - 1


def test_one_upload_sent_again_and_again_is_one_mark():
    slot, nonce = SlotFactory(), uuid4()
    sign_up = RegistrationFactory(session=slot.session)

    results = at_once(
        [marking(sign_up, slot, slot.starts_at, nonce) for _ in range(PHONES)]
    )

    assert errors_in(results) == []
    assert Mark.objects.count() == Attendance.objects.count() == 1


def test_a_sheet_worked_off_meanwhile_marks_nobody_twice():
    slot = SlotFactory()
    people = [RegistrationFactory(session=slot.session) for _ in range(4)]
    ids = [one.pk for one in people]

    def ticking():
        now = slot.starts_at + 60 * SECOND
        attendance.tick(slot=slot, registration_ids=ids, by=None, now=now)

    jobs = [marking(one, slot, slot.starts_at) for one in people]
    results = at_once([ticking, *jobs, ticking])

    assert errors_in(results) == []
    assert Attendance.objects.filter(slot=slot).count() == 4


def test_two_desks_give_the_last_place_once():
    session = SessionFactory(capacity=1)
    people = [PersonFactory(birth_date=None, birth_year=1990) for _ in range(PHONES)]

    def adding(person):
        return lambda: walk_ins.walk_in(
            session_id=session.pk, person=person, by=None, now=session.starts_at
        )

    results = at_once([adding(person) for person in people])

    errors = errors_in(results)
    assert len(errors) == PHONES - 1
    assert all(isinstance(error, Refused) for error in errors)
    assert Registration.objects.confirmed().count() == 1
    assert audit.seats() == []


def test_control_without_the_lock_it_goes_wrong(monkeypatch):
    @contextmanager
    def unlocked(registration_id):
        yield Registration.objects.select_related("session").get(pk=registration_id)
        time.sleep(0.05)

    settle = attendance.settle

    def slowly(*args, **kwargs):
        time.sleep(0.05)
        return settle(*args, **kwargs)

    monkeypatch.setattr(attendance, "_locked", unlocked)
    monkeypatch.setattr(attendance, "settle", slowly)

    _sign_up, results = phones_at_once(SlotFactory())

    assert errors_in(results)
