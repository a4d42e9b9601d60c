"""What sign-ups mean to my page, to a person's data, to merged people and units."""

import datetime as dt

import pytest
from django.utils import translation

from mail.models import Letter
from members import desk, merge, privacy, timeline
from members.models import Person, Role, UnitSuccession
from tests.factories.members import AssignmentFactory, PersonFactory, UnitFactory
from tests.factories.training import (
    RegistrationFactory,
    SessionFactory,
    SessionStaffFactory,
    State,
)
from training import actions, audit
from training.models import Registration, TrainingSession
from training.people import SessionsOfUnits

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


class TestMyPage:
    def entry(self, sign_up, now):
        ahead, _ongoing, past = timeline.entries(sign_up.person, now)
        (entry,) = [*ahead, *past]
        return entry

    def test_it_leads_to_the_sign_up(self, now):
        sign_up = RegistrationFactory()

        entry = self.entry(sign_up, now)

        assert entry.at == sign_up.session.starts_at
        assert entry.url.endswith("/dang-ky/")
        assert entry.state == "confirmed"

    def test_it_says_how_many_are_ahead(self, now):
        session = SessionFactory(capacity=1)
        for _ in range(3):
            sign_up = RegistrationFactory(session=session, state=State.WAITING)

        text = self.entry(sign_up, now).state_text
        assert text == "You are on the waiting list, 2 people before you."

    def test_a_cancelled_session_is_called_so(self, now):
        sign_up = RegistrationFactory(session=SessionFactory(state="cancelled"))

        entry = self.entry(sign_up, now)

        assert (entry.state, entry.state_text) == ("cancelled", "Session cancelled")

    def test_what_is_over_is_over(self, now):
        sign_up = RegistrationFactory()

        assert self.entry(sign_up, sign_up.session.ends_at).state == "over"

    def test_many_cost_as_many_questions_as_one(self, now, django_assert_num_queries):
        person = PersonFactory()
        for _ in range(3):
            RegistrationFactory(person=person)
        source = timeline.registry["training"]

        with django_assert_num_queries(1):
            assert len(list(source.entries(person, now))) == 3


class TestPrivacy:
    def test_everything_is_handed_out(self):
        sign_up = RegistrationFactory()

        data = privacy.export_person(sign_up.person)["training.registration"]

        assert data[0]["session"] == sign_up.session.title
        assert data[0]["state"] == "Confirmed"

    def test_erasing_gives_the_places_ahead_back_to_the_line(self, now):
        session = SessionFactory(capacity=1)
        leaving = RegistrationFactory(session=session)
        waiting = RegistrationFactory(session=session, state=State.WAITING)

        privacy.erase_person(person=leaving.person, now=now)

        waiting.refresh_from_db()
        assert waiting.state == State.CONFIRMED
        assert not Letter.objects.filter(recipient=leaving.person_id).exists()
        assert audit.seats() == []

    def test_what_is_over_stays_as_a_figure_without_a_name(self, now):
        sign_up = RegistrationFactory()
        later = sign_up.session.ends_at + DAY

        privacy.erase_person(person=sign_up.person, now=later)

        sign_up.refresh_from_db()
        assert sign_up.state == State.CONFIRMED
        assert sign_up.identity == ""
        assert Person.objects.get(pk=sign_up.person_id).email == ""


class TestMerge:
    def people(self):
        return PersonFactory(), PersonFactory()

    def test_sign_ups_go_over(self, now):
        keep, drop = self.people()
        sign_up = RegistrationFactory(person=drop)

        merge.merge_people(keep=keep, drop=drop, now=now)

        sign_up.refresh_from_db()
        assert sign_up.person == keep

    @pytest.mark.parametrize("swap", [False, True])
    def test_of_two_for_one_session_the_better_stays(self, now, swap, time_machine):
        time_machine.move_to(now, tick=False)
        keep, drop = self.people()
        session = SessionFactory(capacity=1)
        better, worse = (drop, keep) if swap else (keep, drop)
        RegistrationFactory(session=session, person=better)
        RegistrationFactory(session=session, person=worse, state=State.WAITING)

        merge.merge_people(keep=keep, drop=drop, now=now)

        live = Registration.objects.live().get()
        assert (live.person, live.state) == (keep, State.CONFIRMED)
        assert audit.seats() == []

    def test_a_place_held_twice_goes_to_the_line(self, now, time_machine):
        time_machine.move_to(now, tick=False)
        keep, drop = self.people()
        session = SessionFactory(capacity=2)
        for person in (keep, drop):
            RegistrationFactory(session=session, person=person)
        waiting = RegistrationFactory(session=session, state=State.WAITING)

        merge.merge_people(keep=keep, drop=drop, now=now)

        waiting.refresh_from_db()
        assert waiting.state == State.CONFIRMED
        assert not Letter.objects.filter(kind="training.cancelled").exists()


class TestUnits:
    def succeed(self, old, new, now):
        SessionsOfUnits().succeed(
            old=old,
            new=new,
            kind=UnitSuccession.Kind.MERGE,
            date=now.date(),
            now=now,
        )

    def test_what_lies_ahead_goes_to_the_heir_and_the_past_stays(self, now):
        old, new = UnitFactory(), UnitFactory()
        ahead = SessionFactory(unit=old, audience_unit=old)
        past = SessionFactory(
            unit=old,
            starts_at=now - 5 * DAY,
            opens_at=now - 9 * DAY,
            closes_at=now - 6 * DAY,
        )

        self.succeed(old, new, now)

        for session in (ahead, past):
            session.refresh_from_db()
        assert (ahead.unit, ahead.audience_unit) == (new, new)
        assert past.unit == old

    def test_kept_places_and_those_who_wait_for_them_follow(self, now):
        old, new = UnitFactory.create_batch(2)
        session = SessionFactory(capacity=3)
        for unit in (old, new):
            actions.set_quota(
                session_id=session.pk, unit=unit, places=1, by=None, now=now
            )
        people = [PersonFactory(unit=unit) for unit in (old, new, old, old)]
        mine = [
            actions.register(session_id=session.pk, person=one, by=None, now=now)
            for one in people
        ]

        self.succeed(old, new, now)
        actions.cancel(registration_id=mine[1].pk, by=None, now=now)

        quota = session.quotas.get()
        assert (quota.unit, quota.seats, quota.taken) == (new, 2, 2)
        mine[3].refresh_from_db()
        assert mine[3].state == State.CONFIRMED
        assert audit.seats() == []

    def test_a_dissolved_root_leaves_all_as_it_was(self, now):
        session = SessionFactory()

        self.succeed(session.unit, None, now)

        assert TrainingSession.objects.get().unit == session.unit


class TestDesk:
    def test_what_waits_for_a_decision_is_on_the_desk_of_whoever_decides(self, now):
        session = SessionFactory(needs_approval=True)
        for _ in range(2):
            person = PersonFactory()
            actions.register(session_id=session.pk, person=person, by=None, now=now)
        role = Role.TRAINING_ORGANISER
        organiser = AssignmentFactory(role=role, unit=session.unit).user
        stranger = AssignmentFactory(role=role, unit=UnitFactory()).user

        (task,) = desk.tasks(organiser, now)

        assert task.count == 2
        assert session.title in task.label
        assert desk.tasks(stranger, now) == []


class TestTheDeskOfToday:
    """Whoever helps at a session finds its desk on their own page."""

    def tasks(self, user, now):
        return [task.url for task in desk.tasks(user, now)]

    def test_a_helper_of_one_session_finds_just_that_one(self, now):
        staff = SessionStaffFactory()
        SessionFactory(starts_at=staff.session.starts_at)
        morning = staff.session.starts_at - dt.timedelta(hours=1)

        url = f"/tap-huan/{staff.session.slug}/ban-don/"
        assert self.tasks(staff.user, morning) == [url]
        assert self.tasks(staff.user, morning - DAY) == []
        assert self.tasks(staff.user, staff.session.ends_at + DAY) == []

    def test_a_role_in_the_unit_finds_all_of_the_unit(self):
        held = AssignmentFactory(role=Role.HELPER)
        session = SessionFactory(unit=UnitFactory(parent=held.unit))

        url = f"/tap-huan/{session.slug}/ban-don/"
        assert self.tasks(held.user, session.starts_at) == [url]
