"""Who has earned a certificate, and asking for all of them at once."""

import datetime as dt

import pytest
from django.urls import reverse

from certificates import batches
from certificates.models import Certificate, CertificateBatch
from members.models import Role
from tests.factories.members import AssignmentFactory, UnitFactory, UserFactory
from tests.factories.training import (
    AttendanceFactory,
    RegistrationFactory,
    SessionFactory,
    SlotFactory,
)
from training import certifying
from training.actions import Refused
from training.certifying import CertifyRefusal, Missing

pytestmark = pytest.mark.django_db

DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)


@pytest.fixture(autouse=True)
def _at_that_moment(now, time_machine):
    time_machine.move_to(now, tick=False)


@pytest.fixture(autouse=True)
def _english(client):
    from portal.language import COOKIE

    client.cookies[COOKIE] = "en"


@pytest.fixture
def session(now):
    return SessionFactory(
        title="Kỹ năng số",
        opens_at=now - 20 * DAY,
        closes_at=now - 3 * DAY,
        starts_at=now - DAY - 8 * HOUR,
        ends_at=now - DAY,
        certificate_share=80,
    )


@pytest.fixture
def slots(session):
    starts = session.starts_at
    return [
        SlotFactory(
            session=session,
            starts_at=starts + n * 4 * HOUR,
            ends_at=starts + n * 4 * HOUR + 3 * HOUR + HOUR / 2,
        )
        for n in range(2)
    ]


@pytest.fixture
def organiser(session):
    user = UserFactory()
    AssignmentFactory(user=user, role=Role.TRAINING_ORGANISER, unit=session.unit)
    return user


def came(session, slots):
    row = RegistrationFactory(session=session)
    for slot in slots:
        AttendanceFactory(slot=slot, registration=row)
    return row


def missing_of(session):
    return {line.registration.pk: line.missing for line in certifying.lines(session)}


def test_the_share_decides_without_rounding(session, slots):
    whole, half = came(session, slots), came(session, slots[:1])
    absent = came(session, [])
    assert missing_of(session) == {
        whole.pk: None,
        half.pk: Missing.SHARE,
        absent.pk: Missing.SHARE,
    }
    session.certificate_share = 50
    assert missing_of(session)[half.pk] is None


def test_feedback_where_it_is_asked(session, slots):
    session.certificate_needs_feedback = True
    row = came(session, slots)
    assert missing_of(session) == {row.pk: Missing.FEEDBACK}
    row.feedback_given = True
    row.save()
    assert missing_of(session) == {row.pk: None}


def test_cancelled_people_have_earned_nothing(session, slots):
    row = came(session, slots)
    row.state = "cancelled"
    row.cancelled_at = session.starts_at
    row.save()
    assert missing_of(session) == {}


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"certificate_share": None}, CertifyRefusal.NONE),
        ({"state": "cancelled"}, CertifyRefusal.OFF),
        ({}, CertifyRefusal.NOBODY),
    ],
)
def test_what_refuses(session, organiser, now, change, refusal):
    for name, value in change.items():
        setattr(session, name, value)
    session.save()
    with pytest.raises(Refused) as info:
        certifying.certify(session=session, by=organiser, now=now)
    assert info.value.refusal == refusal


def test_not_before_the_end(session, slots, organiser):
    came(session, slots)
    with pytest.raises(Refused) as info:
        certifying.certify(session=session, by=organiser, now=session.ends_at - HOUR)
    assert info.value.refusal == CertifyRefusal.NOT_OVER


def test_all_at_once_and_again_only_the_missing_ones(session, slots, organiser, now):
    first = came(session, slots)
    came(session, slots[:1])
    batch = certifying.certify(session=session, by=organiser, now=now)
    batches.work_on(batch_id=batch.pk, now=now)
    certificate = Certificate.objects.get()
    assert certificate.person == first.person
    assert certificate.course == "Kỹ năng số"
    assert certificate.extent == "2 buổi (7 giờ)"
    late = came(session, slots)
    again = certifying.certify(session=session, by=organiser, now=now + HOUR)
    batches.work_on(batch_id=again.pk, now=now + HOUR)
    issued = Certificate.objects.values_list("person", flat=True)
    assert sorted(issued) == sorted([first.person_id, late.person_id])


def test_the_page_shows_whom_it_touches_and_starts(client, session, slots, organiser):
    came(session, slots)
    came(session, slots[:1])
    client.force_login(organiser)
    url = reverse("admin:training_trainingsession_certificates", args=[session.pk])
    page = client.get(url)
    assert b"Issue 1 certificate" in page.content
    assert b"too few half-days" in page.content
    done = client.post(url)
    batch = CertificateBatch.objects.get()
    where = reverse("admin:certificates_certificatebatch_change", args=[batch.pk])
    assert done["Location"] == where


def test_other_units_do_not_see_the_page(client, session):
    stranger = UserFactory()
    AssignmentFactory(user=stranger, role=Role.TRAINING_ORGANISER, unit=UnitFactory())
    client.force_login(stranger)
    url = reverse("admin:training_trainingsession_certificates", args=[session.pk])
    assert client.get(url).status_code == 404


def test_the_same_number_of_queries_for_3_and_for_30(
    session, slots, django_assert_num_queries
):
    for _ in range(3):
        came(session, slots)
    with django_assert_num_queries(5):
        certifying.lines(session)
    for _ in range(27):
        came(session, slots)
    with django_assert_num_queries(5):
        assert len(certifying.lines(session)) == 30
