"""People who are added at the desk: places, the line, children, doubts."""

import datetime as dt

import pytest

from members.matching import Certainty
from members.models import Consent
from tests.factories.members import (
    GuardianFactory,
    PersonFactory,
    UnitFactory,
    UserFactory,
)
from tests.factories.training import RegistrationFactory, SessionFactory, State
from training import audit, rules, walk_ins
from training.locks import Refused
from training.models import Registration
from training.walk_ins import DeskRefusal, look_up

pytestmark = pytest.mark.django_db

MINUTE = dt.timedelta(minutes=1)
HOUR = dt.timedelta(hours=1)


@pytest.fixture(autouse=True)
def _counters_follow_rows():
    yield
    assert audit.seats() == []


def walk_in(session, person=None, *, at=None, **fields):
    return walk_ins.walk_in(
        session_id=session.pk,
        person=person or PersonFactory(birth_year=1990, birth_date=None),
        by=None,
        now=at or session.starts_at + 5 * MINUTE,
        **fields,
    )


def refusal(*args, **fields):
    with pytest.raises(Refused) as caught:
        walk_in(*args, **fields)
    return caught.value.refusal


class TestPlaces:
    def test_a_free_place_is_given_without_a_letter(self):
        session = SessionFactory(capacity=1)

        registration = walk_in(session, unit_name="Chi đoàn thôn Bản Vén")

        session.refresh_from_db()
        assert registration.state == State.CONFIRMED
        assert session.confirmed == 1

    def test_twice_is_once(self):
        session, person = SessionFactory(), PersonFactory(birth_year=1990)

        assert walk_in(session, person) == walk_in(session, person)
        assert Registration.objects.count() == 1

    def test_a_full_session_is_full(self):
        session = SessionFactory(capacity=1)
        RegistrationFactory(session=session)

        assert refusal(session) is DeskRefusal.FULL

    def test_an_organiser_may_agree_to_one_more_and_then_to_another(self):
        session = SessionFactory(capacity=1)
        RegistrationFactory(session=session)

        walk_in(session, agreed=True)
        assert refusal(session) is DeskRefusal.FULL
        walk_in(session, agreed=True)

        session.refresh_from_db()
        assert (session.confirmed, session.capacity) == (3, 1)
        assert session.agreed_over == 3

    def test_until_the_start_the_line_goes_first(self):
        session = SessionFactory(capacity=5)
        RegistrationFactory(session=session, state=State.WAITING)
        before = session.starts_at - MINUTE

        assert refusal(session, at=before) is DeskRefusal.LINE
        assert walk_in(session, at=session.starts_at).state == State.CONFIRMED

    @pytest.mark.parametrize("state", [State.WAITING, State.PENDING])
    def test_who_waits_gets_the_place_they_waited_for(self, state):
        session = SessionFactory(capacity=1)
        person = PersonFactory(birth_year=1990)
        mine = RegistrationFactory(session=session, person=person, state=state)

        assert walk_in(session, person) == mine

        mine.refresh_from_db()
        session.refresh_from_db()
        assert mine.state == State.CONFIRMED
        assert (session.confirmed, session.line_length) == (1, 0)


class TestWindow:
    def test_it_is_half_open(self):
        session = SessionFactory()
        tick = dt.timedelta(microseconds=1)
        opens, ends = session.starts_at - 2 * HOUR, session.ends_at

        def why_not(at):
            return walk_ins.why_not_at_desk(session, now=at)

        assert why_not(opens - tick) is DeskRefusal.TOO_EARLY
        assert why_not(opens) is None
        assert why_not(ends - tick) is None
        assert why_not(ends) is DeskRefusal.OVER

    @pytest.mark.parametrize("state", ["draft", "cancelled"])
    def test_only_a_session_that_takes_place(self, state):
        assert refusal(SessionFactory(state=state)) is DeskRefusal.SESSION_OFF


class TestPeople:
    def test_a_child_needs_the_consent_of_a_guardian(self):
        session = SessionFactory()
        child = PersonFactory(birth_date=dt.date(2013, 5, 1))
        assert refusal(session, child) is DeskRefusal.GUARDIAN

        Consent.objects.create(
            person=child,
            guardian=GuardianFactory(child=child),
            purpose=Consent.Purpose.TRAINING,
            about=rules.consent_about(session),
            text_version="1",
            method=Consent.Method.SIGNED_FORM,
            given_at=session.opens_at,
        )
        assert walk_in(session, child).state == State.CONFIRMED

    def test_an_unknown_birth_date_is_asked_for_even_if_an_organiser_agrees(self):
        person = PersonFactory(birth_date=None, birth_year=None)

        reason = refusal(SessionFactory(), person, agreed=True)

        assert reason is DeskRefusal.BIRTH_UNKNOWN

    def test_the_audience_holds_at_the_desk_too(self):
        session = SessionFactory(audience_unit=UnitFactory())

        assert refusal(session) is DeskRefusal.AUDIENCE

    def test_the_age_holds_at_the_desk_too(self):
        assert refusal(SessionFactory(max_age=30)) is DeskRefusal.AGE


class TestFinding:
    """Only without any doubt: the desk must not search in everybody's data."""

    @pytest.fixture
    def lan(self):
        return PersonFactory(
            full_name="Bàn Thị Lan",
            birth_date=dt.date(2001, 5, 4),
            phone="+84912345678",
            member_code="BK-00012",
            unit=UnitFactory(),
        )

    @pytest.mark.parametrize(
        "told",
        [
            {"member_code": "bk 00012"},
            {"phone": "+84912345678"},
            {"phone": "+84912345678", "birth_year": 2001},
        ],
    )
    def test_by_name_and_code_or_phone(self, lan, told):
        assert look_up(full_name="ban thi LAN", **told).person == lan

    def test_by_name_year_and_unit(self, lan):
        found = look_up(full_name="Bàn Thị Lan", birth_year=2001, unit=lan.unit)

        assert found.person == lan

    @pytest.mark.parametrize(
        ("name", "told"),
        [
            ("Bàn Thị Lan", {}),
            ("Bàn Thị Liên", {"phone": "+84912345678"}),
            ("Bàn Thị Liên", {"member_code": "BK-00012"}),
            ("Bàn Thị Lan", {"phone": "+84912345678", "birth_year": 1975}),
        ],
    )
    def test_nobody_on_less_than_that(self, lan, name, told):
        assert look_up(full_name=name, **told).certainty is Certainty.NONE

    def test_name_and_year_without_the_unit_are_a_doubt(self, lan):
        found = look_up(full_name="Bàn Thị Lan", birth_year=2001)

        assert (found.certainty, found.people) == (Certainty.DOUBT, (lan,))

    def test_two_with_one_name_and_phone_are_a_doubt(self, lan):
        PersonFactory(full_name="Bàn Thị Lan", phone=lan.phone, birth_year=2001)

        found = look_up(full_name="Bàn Thị Lan", phone=lan.phone, birth_year=2001)

        assert found.certainty is Certainty.DOUBT


def test_who_added_whom_is_kept():
    session, helper = SessionFactory(), UserFactory()
    person = PersonFactory(birth_year=1990)

    registration = walk_ins.walk_in(
        session_id=session.pk, person=person, by=helper, now=session.starts_at
    )

    assert registration.registered_by == helper
