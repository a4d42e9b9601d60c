"""What happens to seats, lines and letters; LESSONS of the peers as tests."""

import datetime as dt
from collections import Counter

import pytest
from django.utils import translation

from mail.models import Letter
from tests.factories.members import PersonFactory, UnitFactory, UserFactory
from tests.factories.training import (
    RegistrationFactory,
    SessionFactory,
    SlotFactory,
    State,
)
from training import actions, audit
from training.actions import Refused
from training.models import Registration, TrainingSession
from training.rules import CancelRefusal, PublishRefusal, Refusal, StaffRefusal

pytestmark = pytest.mark.django_db

HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)


def sign_up(session, now, person=None):
    person = person or PersonFactory()
    return actions.register(session_id=session.pk, person=person, by=None, now=now)


def kinds_of(*, to):
    """The letters written to somebody, in their order, without the app's name."""
    letters = Letter.objects.filter(about_id=to.pk).order_by("id")
    return [
        kind.removeprefix("training.")
        for kind in letters.values_list("kind", flat=True)
    ]


def line_of(session):
    waiting = Registration.objects.filter(session=session).waiting()
    return list(waiting.values_list("person", flat=True))


@pytest.fixture(autouse=True)
def _counters_follow_rows():
    """Whatever a test does, at its end the counters say what the rows say."""
    yield
    assert audit.seats() == []


class TestRegister:
    def test_a_free_place_is_confirmed(self, now):
        session = SessionFactory(capacity=2)

        registration = sign_up(session, now)

        session.refresh_from_db()
        assert registration.state == State.CONFIRMED
        assert registration.confirmed_at == registration.registered_at == now
        assert registration.place is None
        assert (session.confirmed, session.line_tail) == (1, 0)
        assert kinds_of(to=registration) == ["confirmed"]

    def test_a_full_session_gives_the_next_place_in_line(self, now):
        session = SessionFactory(capacity=1)

        outcomes = [sign_up(session, now) for _ in range(4)]

        assert [one.place for one in outcomes] == [None, 1, 2, 3]
        assert [one.state for one in outcomes[1:]] == [State.WAITING] * 3
        assert kinds_of(to=outcomes[3]) == ["waiting"]

    def test_a_newcomer_never_passes_the_line_even_if_a_place_is_free(self, now):
        session = SessionFactory(capacity=5)
        RegistrationFactory(session=session, state=State.WAITING)

        assert sign_up(session, now).state == State.WAITING

    def test_approval_makes_it_pending_and_takes_no_place(self, now):
        session = SessionFactory(capacity=1, needs_approval=True)

        outcomes = [sign_up(session, now) for _ in range(3)]

        assert {one.state for one in outcomes} == {State.PENDING}
        assert kinds_of(to=outcomes[0]) == ["pending"]

    def test_twice_is_once(self, now):
        session, person = SessionFactory(), PersonFactory()

        first = sign_up(session, now, person)
        second = sign_up(session, now + HOUR, person)

        assert second == first
        assert Registration.objects.count() == Letter.objects.count() == 1

    def test_a_live_sign_up_comes_back_even_when_the_window_has_closed(self, now):
        session, person = SessionFactory(), PersonFactory()
        first = sign_up(session, now, person)

        assert sign_up(session, session.closes_at, person) == first

    def test_another_record_of_the_same_person_is_refused(self, now):
        session = SessionFactory()
        sign_up(
            session,
            now,
            PersonFactory(full_name="Bàn Thị Lan", email="lan@example.com"),
        )
        double = PersonFactory(full_name="Ban Thi Lan", email="Lan+2@example.com")

        with pytest.raises(Refused) as caught:
            sign_up(session, now, double)

        assert caught.value.refusal is Refusal.ALREADY

    def test_the_rule_is_asked_inside(self, now):
        session = SessionFactory()

        with pytest.raises(Refused) as caught:
            sign_up(session, session.closes_at)

        assert caught.value.refusal is Refusal.CLOSED
        assert not Registration.objects.exists()
        assert not Letter.objects.exists()

    def test_the_unit_is_kept_as_it_was_called_that_day(self, now):
        unit = UnitFactory(name="Đoàn xã Cẩm Giàng")
        registration = sign_up(SessionFactory(), now, PersonFactory(unit=unit))

        unit.name = "Đoàn xã Phủ Thông"
        unit.save()

        registration.refresh_from_db()
        assert registration.unit_name == "Đoàn xã Cẩm Giàng"

    def test_who_did_it_and_in_which_language_is_kept(self, now):
        session, user = SessionFactory(), UserFactory()

        with translation.override("en"):
            registration = actions.register(
                session_id=session.pk, person=user.person, by=user, now=now
            )

        assert registration.registered_by == user
        assert registration.language == "en"
        letter = Letter.objects.get()
        assert letter.language == "en"
        assert letter.subject.startswith("Your place is confirmed")

    def test_whoever_has_no_address_gets_a_place_and_no_letter(self, now):
        registration = sign_up(SessionFactory(), now, PersonFactory(email=""))

        assert registration.state == State.CONFIRMED
        assert not Letter.objects.exists()

    def test_servers_whose_clocks_differ_judge_each_by_its_own(self, now):
        """Two seconds of difference are two seconds of grace and nothing worse."""
        session = SessionFactory(capacity=1, closes_at=now)
        behind, ahead = now - dt.timedelta(seconds=1), now + dt.timedelta(seconds=1)
        placed = sign_up(session, behind)

        with pytest.raises(Refused) as refused:
            sign_up(session, ahead)
        waiting = [sign_up(session, behind) for _ in range(2)]

        assert refused.value.refusal is Refusal.CLOSED
        # The line stands in the order in which the lock let them in, not by clocks.
        assert placed.state == State.CONFIRMED
        assert [one.place for one in waiting] == [1, 2]

    def test_an_unknown_session_is_said_to_be_missing(self, now):
        with pytest.raises(TrainingSession.DoesNotExist):
            actions.register(session_id=0, person=PersonFactory(), by=None, now=now)

    def test_a_hot_session_is_asked_few_questions(self, now, django_assert_num_queries):
        session, person = SessionFactory(), PersonFactory()

        # The session, half-days and host once a minute, whether the address may be
        # written to; then, in the transaction: lock, counters with the row, letter.
        with django_assert_num_queries(9):
            sign_up(session, now, person)
        other = PersonFactory()
        with django_assert_num_queries(7):
            sign_up(session, now, other)


class TestCancel:
    def cancel(self, registration, now):
        return actions.cancel(registration_id=registration.pk, by=None, now=now)

    def test_the_freed_place_goes_to_the_first_in_line(self, now):
        session = SessionFactory(capacity=1)
        holder, first, second = (sign_up(session, now) for _ in range(3))

        self.cancel(holder, now)

        for one in (holder, first, second, session):
            one.refresh_from_db()
        assert holder.state == State.CANCELLED
        assert (first.state, first.confirmed_at) == (State.CONFIRMED, now)
        assert second.state == State.WAITING
        assert session.confirmed == 1
        assert kinds_of(to=first) == ["waiting", "promoted"]
        assert kinds_of(to=second) == ["waiting"]

    def test_leaving_the_line_closes_it_up(self, now):
        session = SessionFactory(capacity=1)
        holder, first, second, third = (sign_up(session, now) for _ in range(4))

        self.cancel(second, now)
        self.cancel(holder, now)

        assert line_of(session) == [third.person_id]
        first.refresh_from_db()
        assert first.state == State.CONFIRMED

    def test_a_place_in_line_is_never_given_twice(self, now):
        session = SessionFactory(capacity=1)
        sign_up(session, now)
        self.cancel(sign_up(session, now), now)

        assert sign_up(session, now).place == 2

    def test_twice_is_once(self, now):
        session = SessionFactory(capacity=1)
        holder, _first, second = (sign_up(session, now) for _ in range(3))

        self.cancel(holder, now)
        self.cancel(holder, now)

        assert line_of(session) == [second.person_id]
        assert kinds_of(to=holder) == ["confirmed", "cancelled"]

    def test_the_start_is_too_late(self, now):
        registration = RegistrationFactory()

        with pytest.raises(Refused) as caught:
            self.cancel(registration, registration.session.starts_at)

        assert caught.value.refusal is CancelRefusal.STARTED

    def test_whoever_comes_back_stands_at_the_end(self, now):
        session, person = SessionFactory(capacity=1), PersonFactory()
        sign_up(session, now)
        self.cancel(sign_up(session, now, person), now)
        sign_up(session, now)

        again = sign_up(session, now, person)

        assert again.place == 3

    def test_a_place_freed_while_the_session_stands_cancelled_stays_free(self, now):
        session = SessionFactory(capacity=1)
        holder, first = (sign_up(session, now) for _ in range(2))
        actions.cancel_session(session_id=session.pk, by=None, now=now)

        self.cancel(holder, now)

        first.refresh_from_db()
        assert first.state == State.WAITING

    def test_it_can_be_done_without_a_letter(self, now):
        registration = RegistrationFactory()

        actions.cancel(registration_id=registration.pk, by=None, now=now, tell=False)

        assert kinds_of(to=registration) == []


class TestApproval:
    def pending(self, now, places=1, people=2, **fields):
        session = SessionFactory(capacity=places, needs_approval=True, **fields)
        return session, [sign_up(session, now) for _ in range(people)]

    def approve(self, registration, now):
        return actions.approve(registration_id=registration.pk, by=None, now=now)

    def reject(self, registration, now):
        return actions.reject(registration_id=registration.pk, by=None, now=now)

    def test_a_yes_gives_a_place_and_one_letter(self, now):
        _session, (one, _) = self.pending(now)

        self.approve(one, now)
        self.approve(one, now)

        one.refresh_from_db()
        assert (one.state, one.confirmed_at) == (State.CONFIRMED, now)
        assert kinds_of(to=one) == ["pending", "approved"]

    def test_more_yeses_than_places_fill_the_line_in_their_order(self, now):
        session, people = self.pending(now, places=2, people=5)

        for one in people:
            self.approve(one, now)

        session.refresh_from_db()
        assert session.confirmed == 2
        assert line_of(session) == [one.person_id for one in people[2:]]
        assert kinds_of(to=people[4]) == ["pending", "waiting"]

    def test_without_a_line_the_last_yes_is_refused(self, now):
        _session, (one, other) = self.pending(now, has_waiting_list=False)
        self.approve(one, now)

        with pytest.raises(Refused) as caught:
            self.approve(other, now)

        assert caught.value.refusal is StaffRefusal.FULL

    def test_a_no_is_told_once(self, now):
        _session, (one, _) = self.pending(now)

        self.reject(one, now)
        self.reject(one, now)

        one.refresh_from_db()
        assert one.state == State.REJECTED
        assert kinds_of(to=one) == ["pending", "rejected"]

    def test_the_first_decision_stands(self, now):
        _session, (yes, no) = self.pending(now, places=2)
        self.approve(yes, now)
        self.reject(no, now)

        for act, one in ((self.reject, yes), (self.approve, no)):
            with pytest.raises(Refused) as caught:
                act(one, now)
            assert caught.value.refusal is StaffRefusal.NOT_PENDING

    def test_a_declined_person_may_try_again(self, now):
        session, (one, _) = self.pending(now)
        self.reject(one, now)

        assert sign_up(session, now, one.person).state == State.PENDING


class TestCapacity:
    def change(self, session, capacity, now, **kwargs):
        return actions.change_capacity(
            session_id=session.pk, capacity=capacity, by=None, now=now, **kwargs
        )

    def test_more_places_go_to_the_line_in_its_order(self, now):
        session = SessionFactory(capacity=1)
        people = [sign_up(session, now) for _ in range(5)]

        self.change(session, 3, now)

        states = [one.state for one in Registration.objects.order_by("id")]
        assert states == [State.CONFIRMED] * 3 + [State.WAITING] * 2
        assert kinds_of(to=people[2]) == ["waiting", "promoted"]

    def test_below_the_confirmed_needs_an_explicit_yes(self, now):
        session = SessionFactory(capacity=3)
        for _ in range(3):
            sign_up(session, now)

        with pytest.raises(Refused) as caught:
            self.change(session, 2, now)

        session.refresh_from_db()
        assert caught.value.refusal is StaffRefusal.BELOW_CONFIRMED
        assert session.capacity == 3

    def test_below_the_confirmed_drops_nobody_and_lets_nobody_in(self, now):
        session = SessionFactory(capacity=4)
        people = [sign_up(session, now) for _ in range(4)]
        waiting = sign_up(session, now)

        session = self.change(session, 2, now, agree_over=True)
        assert (session.confirmed, session.agreed_over) == (4, 4)

        for one in people[:2]:
            actions.cancel(registration_id=one.pk, by=None, now=now)
        session.refresh_from_db()
        waiting.refresh_from_db()
        assert (session.confirmed, session.agreed_over) == (2, 2)
        assert waiting.state == State.WAITING

        actions.cancel(registration_id=people[2].pk, by=None, now=now)
        waiting.refresh_from_db()
        assert waiting.state == State.CONFIRMED

    def test_raised_again_the_line_comes_first(self, now):
        session = SessionFactory(capacity=3)
        for _ in range(4):
            last = sign_up(session, now)
        self.change(session, 1, now, agree_over=True)

        session = self.change(session, 4, now)

        last.refresh_from_db()
        assert last.state == State.CONFIRMED
        assert session.agreed_over == 0

    def test_no_places_at_all_is_no_session(self, now):
        with pytest.raises(Refused) as caught:
            self.change(SessionFactory(), 0, now)

        assert caught.value.refusal is StaffRefusal.NO_PLACES


class TestPublish:
    def test_a_draft_becomes_public_once(self, now):
        session = SessionFactory(state="draft")

        for _ in range(2):
            actions.publish_session(session_id=session.pk, by=None, now=now)

        session.refresh_from_db()
        assert session.state == TrainingSession.State.PUBLISHED

    def test_a_cancelled_one_stays_cancelled(self, now):
        session = SessionFactory(state="cancelled")

        with pytest.raises(Refused) as caught:
            actions.publish_session(session_id=session.pk, by=None, now=now)

        assert caught.value.refusal is PublishRefusal.CANCELLED


class TestCancelSession:
    def test_everybody_who_was_coming_hears_once(self, now):
        session = SessionFactory(capacity=1)
        placed, waiting, gone = (sign_up(session, now) for _ in range(3))
        actions.cancel(registration_id=gone.pk, by=None, now=now)

        for _ in range(2):
            actions.cancel_session(session_id=session.pk, by=None, now=now)

        assert kinds_of(to=placed) == ["confirmed", "session_cancelled"]
        assert kinds_of(to=waiting) == ["waiting", "session_cancelled"]
        assert "session_cancelled" not in kinds_of(to=gone)

    def test_with_a_line_and_offers_out_each_gets_one_letter(self, now):
        session = SessionFactory(capacity=60, offer_hours=24)
        people = PersonFactory.create_batch(75)
        rows = [
            actions.register(session_id=session.pk, person=one, by=None, now=now)
            for one in people
        ]
        for one in rows[:5]:
            actions.cancel(registration_id=one.pk, by=None, now=now)
        states = Counter(Registration.objects.live().values_list("state", flat=True))
        assert states == {State.CONFIRMED: 55, State.OFFERED: 5, State.WAITING: 10}

        actions.cancel_session(session_id=session.pk, by=None, now=now)

        letters = Letter.objects.filter(kind="training.session_cancelled")
        assert letters.count() == 70
        assert set(letters.values_list("about_id", flat=True)) == {
            one.pk for one in rows[5:]
        }
        # Only who had the entry in their calendar gets one that takes it out.
        assert sum(bool(letter.attachments) for letter in letters) == 55
        for one in rows[60:65]:
            one.refresh_from_db()
            with pytest.raises(Refused):
                actions.accept_offer(registration_id=one.pk, by=None, now=now)

    def test_the_list_of_who_was_coming_stays(self, now):
        session = SessionFactory()
        placed = sign_up(session, now)

        actions.cancel_session(session_id=session.pk, by=None, now=now)

        placed.refresh_from_db()
        assert placed.state == State.CONFIRMED

    def test_a_draft_is_called_off_in_silence(self, now):
        session = SessionFactory(state="draft")
        RegistrationFactory(session=session)

        actions.cancel_session(session_id=session.pk, by=None, now=now)

        assert not Letter.objects.exists()


class TestRevise:
    def revise(self, session, now, slots_changed=False, **changes):
        return actions.revise(
            session_id=session.pk,
            changes=changes,
            by=None,
            now=now,
            slots_changed=slots_changed,
        )

    def test_a_new_venue_is_told_once_to_all_with_a_sign_up(self, now):
        session = SessionFactory(capacity=1)
        placed, waiting = (sign_up(session, now) for _ in range(2))

        session = self.revise(session, now, venue="Hội trường xã Chợ Đồn")

        assert session.sequence == 1
        assert kinds_of(to=placed) == ["confirmed", "changed"]
        assert kinds_of(to=waiting) == ["waiting", "changed"]

    def test_a_second_change_has_its_own_letter(self, now):
        session = SessionFactory()
        placed = sign_up(session, now)

        self.revise(session, now, venue="Hội trường A")
        self.revise(session, now, venue="Hội trường B")

        assert kinds_of(to=placed) == ["confirmed", "changed", "changed"]

    def test_what_does_not_matter_to_them_is_not_told(self, now):
        session = SessionFactory()
        placed = sign_up(session, now)

        session = self.revise(session, now, summary="Mới", venue=session.venue)

        session.refresh_from_db()
        assert (session.summary, session.sequence) == ("Mới", 0)
        assert kinds_of(to=placed) == ["confirmed"]

    def test_new_half_days_are_told(self, now):
        session = SessionFactory()
        placed = sign_up(session, now)

        self.revise(session, now, slots_changed=True)

        assert kinds_of(to=placed) == ["confirmed", "changed"]

    def test_nobody_is_told_of_drafts_or_of_the_past(self, now):
        draft = SessionFactory(state="draft")
        past = SessionFactory()
        for session in (draft, past):
            RegistrationFactory(session=session)

        self.revise(draft, now, venue="Nơi khác")
        self.revise(past, past.ends_at, venue="Nơi khác")

        assert not Letter.objects.exists()

    @pytest.mark.parametrize("field", ["state", "capacity", "confirmed", "line_tail"])
    def test_what_has_its_own_verb_cannot_slip_through(self, now, field):
        with pytest.raises(ValueError, match=field):
            self.revise(SessionFactory(), now, **{field: 1})

    def test_times_the_wrong_way_round_are_refused(self, now):
        session = SessionFactory()

        with pytest.raises(Refused) as caught:
            self.revise(session, now, ends_at=session.starts_at)

        assert caught.value.refusal is StaffRefusal.TIMES


class TestReschedule:
    def move(self, session, now, by):
        return actions.reschedule(
            session_id=session.pk,
            starts_at=session.starts_at + by,
            ends_at=session.ends_at + by,
            by=None,
            now=now,
        )

    @pytest.mark.parametrize("by", [DAY, -DAY, 4 * HOUR])
    def test_the_half_days_move_along(self, now, by):
        session = SessionFactory()
        morning = SlotFactory(session=session)
        afternoon = SlotFactory(session=session, starts_at=session.starts_at + 4 * HOUR)
        before = [morning.starts_at, afternoon.starts_at]

        self.move(session, now, by)

        slots = session.slots.order_by("starts_at")
        assert [slot.starts_at - by for slot in slots] == before

    def test_it_is_told_and_the_moment_is_kept(self, now):
        session = SessionFactory()
        placed = sign_up(session, now)

        moved = self.move(session, now + HOUR, DAY)

        assert moved.moved_at == now + HOUR
        assert kinds_of(to=placed) == ["confirmed", "changed"]

    def test_the_same_times_again_change_nothing(self, now):
        session = SessionFactory()
        placed = sign_up(session, now)

        moved = self.move(session, now, dt.timedelta())

        assert (moved.sequence, moved.moved_at) == (0, None)
        assert kinds_of(to=placed) == ["confirmed"]

    def test_sign_up_closes_with_an_earlier_start(self, now):
        session = SessionFactory()

        moved = self.move(session, now, -5 * DAY)

        assert moved.closes_at == moved.starts_at

    def test_a_start_before_sign_up_opens_is_refused(self, now):
        session = SessionFactory(opens_at=now + 5 * DAY)

        with pytest.raises(Refused) as caught:
            self.move(session, now, -6 * DAY)

        assert caught.value.refusal is StaffRefusal.WINDOW
