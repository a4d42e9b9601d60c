"""Who may sign up, cancel, approve and publish; a table of each reason."""

import datetime as dt

import pytest
from django.utils import translation

from members.models import Consent
from tests.factories.members import (
    ConsentFactory,
    GuardianFactory,
    PersonFactory,
    UnitFactory,
)
from tests.factories.training import RegistrationFactory, SessionFactory, State
from training import pools, rules
from training.models import Registration, TrainingSession
from training.rules import (
    CancelRefusal,
    PublishRefusal,
    Refusal,
    StaffRefusal,
    identity_of,
    outcome_if_registered,
    sign_up_of,
    why_not_approve,
    why_not_cancel,
    why_not_publish,
    why_not_register,
)

pytestmark = pytest.mark.django_db

SECOND = dt.timedelta(seconds=1)
DAY = dt.timedelta(days=1)
CHILD = dt.date(2012, 3, 5)


def test_an_adult_may_sign_up_for_an_open_session(now):
    assert why_not_register(SessionFactory(), PersonFactory(), now=now) is None


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"state": "draft"}, Refusal.NOT_PUBLISHED),
        ({"state": "cancelled"}, Refusal.CANCELLED),
        ({"capacity": 1, "confirmed": 1, "has_waiting_list": False}, Refusal.FULL),
        ({"capacity": 1, "confirmed": 1}, None),
        ({"min_age": 27}, Refusal.TOO_YOUNG),
        ({"min_age": 26}, None),
        ({"max_age": 25}, Refusal.TOO_OLD),
        ({"max_age": 26}, None),
        ({"audience_group": "nobody-knows"}, Refusal.AUDIENCE_GROUP),
    ],
)
def test_the_session_decides(now, fields, refusal):
    # Born on 19 May 2000: 26 years old on the day of the session.
    session, person = SessionFactory(**fields), PersonFactory()

    assert why_not_register(session, person, now=now) == refusal


def test_the_window_is_half_open_to_the_second(now):
    session = SessionFactory(opens_at=now, closes_at=now + DAY)
    person = PersonFactory()

    def why_not(moment):
        return why_not_register(session, person, now=moment)

    assert why_not(now - SECOND) is Refusal.NOT_YET_OPEN
    assert why_not(now) is None
    assert why_not(now + DAY - dt.timedelta(microseconds=1)) is None
    assert why_not(now + DAY) is Refusal.CLOSED


def test_the_start_ends_the_window_and_the_end_ends_all(now):
    start, end = now + DAY, now + 2 * DAY
    session = SessionFactory(starts_at=start, ends_at=end, closes_at=end)
    person = PersonFactory()

    assert why_not_register(session, person, now=start - SECOND) is None
    assert why_not_register(session, person, now=start) is Refusal.STARTED
    assert why_not_register(session, person, now=end) is Refusal.OVER


def test_a_nameless_account_is_asked_for_its_name(now):
    session = SessionFactory()

    assert why_not_register(session, None, now=now) is Refusal.PROFILE
    nameless = PersonFactory(full_name=" ", sort_name="x")
    assert why_not_register(session, nameless, now=now) is Refusal.PROFILE


def test_whoever_is_signed_up_is_told_so(now):
    sign_up = RegistrationFactory()

    refusal = why_not_register(sign_up.session, sign_up.person, now=now)

    assert refusal is Refusal.ALREADY


def test_a_cancelled_sign_up_does_not_keep_anybody_out(now):
    sign_up = RegistrationFactory(state=State.CANCELLED)

    assert why_not_register(sign_up.session, sign_up.person, now=now) is None


@pytest.mark.parametrize(
    ("name", "email"),
    [
        ("nguyễn thị  ánh", "Anh.Nguyen+lop@Example.COM"),
        ("Nguyen Thi Anh", "anh.nguyen@example.com"),
        ("Nguyễn Thị Ánh", " anh.nguyen@example.com"),
    ],
)
def test_another_spelling_of_a_person_is_the_same_person(now, name, email):
    known = PersonFactory(full_name="Nguyễn Thị Ánh", email="anh.nguyen@example.com")
    sign_up = RegistrationFactory(person=known)
    again = PersonFactory(full_name=name, email=email)

    assert why_not_register(sign_up.session, again, now=now) is Refusal.ALREADY


def test_two_people_who_share_an_address_are_two(now):
    mother = PersonFactory(full_name="Lý Thị Hoa", email="nha.ly@example.com")
    son = PersonFactory(full_name="Lý Văn Nam", email="nha.ly@example.com")
    sign_up = RegistrationFactory(person=mother)

    assert why_not_register(sign_up.session, son, now=now) is None


def test_people_without_an_address_are_not_told_apart_by_their_names():
    assert identity_of(PersonFactory(email="")) == ""


class TestAudience:
    def test_the_unit_and_all_below_it_may_come(self, now):
        commune = UnitFactory()
        branch = UnitFactory(parent=UnitFactory(parent=commune))
        session = SessionFactory(audience_unit=commune)

        for unit in (commune, branch):
            person = PersonFactory(unit=unit)
            assert why_not_register(session, person, now=now) is None

    def test_others_may_not(self, now):
        session = SessionFactory(audience_unit=UnitFactory(parent=UnitFactory()))

        for unit in (None, UnitFactory(), session.audience_unit.parent):
            person = PersonFactory(unit=unit)
            refusal = why_not_register(session, person, now=now)
            assert refusal is Refusal.AUDIENCE_UNIT


class TestAge:
    def test_an_unknown_date_of_birth_is_asked_for(self, now):
        person = PersonFactory(birth_date=None)
        session = SessionFactory(min_age=16)

        assert why_not_register(session, person, now=now) is Refusal.BIRTH_UNKNOWN

    @pytest.mark.parametrize(
        ("year", "refusal"),
        [
            (2007, Refusal.TOO_YOUNG),
            (2006, None),
            (1995, None),
            (1994, Refusal.TOO_OLD),
        ],
    )
    def test_a_bare_year_refuses_only_what_is_certain(self, now, year, refusal):
        person = PersonFactory(birth_date=None, birth_year=year)
        session = SessionFactory(min_age=20, max_age=30)

        assert why_not_register(session, person, now=now) == refusal

    def test_the_birthday_before_the_session_counts(self, now):
        session = SessionFactory(min_age=18, starts_at=now + 10 * DAY)
        birthday = (now + 10 * DAY).date().replace(year=2008)

        today = PersonFactory(birth_date=birthday)
        tomorrow = PersonFactory(birth_date=birthday + DAY)

        assert why_not_register(session, today, now=now) is None
        assert why_not_register(session, tomorrow, now=now) is Refusal.TOO_YOUNG


class TestChildren:
    def test_a_child_needs_a_guardian(self, now):
        child = PersonFactory(birth_date=CHILD)

        assert why_not_register(SessionFactory(), child, now=now) is Refusal.GUARDIAN

    def test_an_unknown_date_of_birth_counts_as_a_child(self, now):
        person = PersonFactory(birth_date=None)

        refusal = why_not_register(SessionFactory(), person, now=now)

        assert refusal is Refusal.BIRTH_UNKNOWN

    def test_the_guardians_consent_lets_the_child_in(self, now):
        child = PersonFactory(birth_date=CHILD)
        guardian = GuardianFactory(child=child)
        ConsentFactory(person=child, guardian=guardian)

        assert why_not_register(SessionFactory(), child, now=now) is None

    def test_a_consent_for_one_session_counts_for_that_one(self, now):
        child = PersonFactory(birth_date=CHILD)
        guardian, session = GuardianFactory(child=child), SessionFactory()
        about = rules.consent_about(session)
        ConsentFactory(person=child, guardian=guardian, about=about)

        assert why_not_register(session, child, now=now) is None
        assert why_not_register(SessionFactory(), child, now=now) is Refusal.GUARDIAN

    @pytest.mark.parametrize(
        "fields",
        [
            {"guardian": None},
            {"withdrawn_at": dt.datetime(2026, 11, 20, tzinfo=dt.UTC)},
            {"purpose": Consent.Purpose.CONTEST},
        ],
        ids=["the child's own tick", "withdrawn", "another purpose"],
    )
    def test_no_other_consent_does(self, now, fields):
        child = PersonFactory(birth_date=CHILD)
        guardian = GuardianFactory(child=child)
        ConsentFactory(**{"person": child, "guardian": guardian} | fields)

        assert why_not_register(SessionFactory(), child, now=now) is Refusal.GUARDIAN


def test_every_reason_is_a_whole_sentence_in_both_languages():
    session = SessionFactory(min_age=16, max_age=30, audience_unit=UnitFactory())

    for language in ("vi", "en"):
        with translation.override(language):
            for refusal in Refusal:
                sentence = refusal.sentence(session)
                assert sentence.endswith((".", "?"))
                assert "%(" not in sentence
                assert "None" not in sentence


def test_the_closed_reason_names_the_moment_with_its_weekday(now):
    session = SessionFactory(closes_at=dt.datetime(2026, 11, 30, 17, tzinfo=dt.UTC))

    with translation.override("en"):
        sentence = Refusal.CLOSED.sentence(session)

    assert "Tuesday 1 December 2026, 00:00" in sentence


@pytest.mark.parametrize(
    ("fields", "outcome"),
    [
        ({}, State.CONFIRMED),
        ({"line_length": 1}, State.WAITING),
        ({"capacity": 1, "confirmed": 1}, State.WAITING),
        ({"capacity": 2, "confirmed": 1, "offered": 1}, State.WAITING),
        ({"needs_approval": True}, State.PENDING),
        ({"needs_approval": True, "capacity": 1, "confirmed": 1}, State.PENDING),
    ],
)
def test_the_outcome_is_known_beforehand(fields, outcome, now):
    session = SessionFactory.build(kind=None, unit=None, **fields)

    free = pools.free_place(session, None, now=now)

    assert outcome_if_registered(session, free) == outcome


def test_whether_somebody_is_signed_up_is_one_question(django_assert_num_queries):
    session, person = SessionFactory(), PersonFactory()
    RegistrationFactory(session=session)

    with django_assert_num_queries(1):
        assert sign_up_of(session, person) is None


def test_a_free_place_that_a_line_waits_for_is_not_free(now):
    session = SessionFactory(has_waiting_list=False, line_length=1)

    assert why_not_register(session, PersonFactory(), now=now) is Refusal.FULL


@pytest.mark.parametrize(
    ("state", "moment", "refusal"),
    [
        (State.CONFIRMED, -SECOND, None),
        (State.WAITING, -SECOND, None),
        (State.PENDING, -SECOND, None),
        (State.CONFIRMED, dt.timedelta(), CancelRefusal.STARTED),
        (State.CANCELLED, -SECOND, CancelRefusal.GONE),
        (State.REJECTED, -SECOND, CancelRefusal.GONE),
    ],
)
def test_a_live_sign_up_can_be_cancelled_until_the_start(state, moment, refusal):
    session = SessionFactory.build(kind=None, unit=None)
    sign_up = Registration(session=session, state=state)

    found = why_not_cancel(sign_up, now=session.starts_at + moment)

    assert found == refusal


@pytest.mark.parametrize(
    ("state", "fields", "refusal"),
    [
        (State.PENDING, {}, None),
        (State.PENDING, {"capacity": 1, "confirmed": 1}, None),
        (
            State.PENDING,
            {"capacity": 1, "confirmed": 1, "has_waiting_list": False},
            StaffRefusal.FULL,
        ),
        (State.PENDING, {"state": "cancelled"}, StaffRefusal.CANCELLED),
        (State.REJECTED, {}, StaffRefusal.NOT_PENDING),
        (State.CANCELLED, {}, StaffRefusal.NOT_PENDING),
    ],
)
def test_who_can_be_approved(now, state, fields, refusal):
    session = SessionFactory.build(kind=None, unit=None, **fields)

    found = why_not_approve(Registration(session=session, state=state), now=now)

    assert found == refusal


def test_nobody_is_approved_once_the_session_has_started():
    session = SessionFactory.build(kind=None, unit=None)
    sign_up = Registration(session=session, state=State.PENDING)

    found = why_not_approve(sign_up, now=session.starts_at)

    assert found is StaffRefusal.STARTED


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"state": "draft"}, None),
        ({"state": "cancelled"}, PublishRefusal.CANCELLED),
        ({"state": "draft", "venue": ""}, PublishRefusal.NO_VENUE),
        ({"state": "draft", "venue": "", "mode": "online"}, None),
    ],
)
def test_what_can_be_published(now, fields, refusal):
    session = SessionFactory.build(kind=None, unit=None, **fields)

    assert why_not_publish(session, now=now) == refusal


def test_the_past_is_not_published():
    session = SessionFactory.build(kind=None, unit=None, state="draft")

    found = why_not_publish(session, now=session.ends_at)

    assert found is PublishRefusal.OVER
    assert isinstance(session, TrainingSession)
