"""Offers to the line: made, answered, run out, taken back (LESSONS cases 6 to 9)."""

import datetime as dt

import pytest

from mail.models import Letter
from tests.factories.members import PersonFactory, UnitFactory, UserFactory
from tests.factories.training import SessionFactory, State
from training import actions, audit
from training.actions import Refused
from training.models import Registration
from training.rules import OfferRefusal, StaffRefusal

pytestmark = pytest.mark.django_db

SECOND, HOUR = dt.timedelta(seconds=1), dt.timedelta(hours=1)
NIGHT = 13 * HOUR
"""From nine in the morning to ten in the evening."""


@pytest.fixture(autouse=True)
def _counters_follow_rows():
    yield
    assert audit.seats() == []


def sign_up(session, now, person=None):
    person = person or PersonFactory()
    return actions.register(session_id=session.pk, person=person, by=None, now=now)


def cancel(one, now):
    actions.cancel(registration_id=one.pk, by=None, now=now)


def accept(one, now):
    return actions.accept_offer(registration_id=one.pk, by=None, now=now)


def decline(one, now):
    return actions.decline_offer(registration_id=one.pk, by=None, now=now)


def states(*registrations):
    for one in registrations:
        one.refresh_from_db()
    return [one.state for one in registrations]


def kinds_of(*, to):
    letters = Letter.objects.filter(about_type="training.registration", about_id=to.pk)
    return [one.kind.removeprefix("training.") for one in letters.order_by("id")]


@pytest.fixture
def full(now):
    """One place, taken, and three in line, who are asked before they get it."""
    session = SessionFactory(capacity=1, offer_hours=24)
    return session, *(sign_up(session, now) for _ in range(4))


class TestMade:
    def test_a_freed_place_is_offered_to_the_first(self, full, now):
        session, holder, first, second, _ = full

        cancel(holder, now)

        assert states(first, second) == [State.OFFERED, State.WAITING]
        session.refresh_from_db()
        assert (session.confirmed, session.offered, session.line_length) == (0, 1, 2)
        assert first.offer_expires_at == now + 24 * HOUR
        assert kinds_of(to=first) == ["waiting", "offer"]

    def test_the_letter_says_until_when_and_carries_no_calendar_entry(self, full, now):
        _, holder, _first, *_ = full
        cancel(holder, now)

        letter = Letter.objects.get(kind="training.offer")

        assert "09:00, Thứ Ba 24/11/2026" in letter.text
        assert "/loi-moi/?ma=" in letter.text
        assert letter.attachments == []
        assert "None" not in letter.html

    def test_a_newcomer_does_not_get_an_offered_place(self, full, now):
        session, holder, *_ = full
        cancel(holder, now)

        assert sign_up(session, now).state == State.WAITING

    def test_at_night_the_place_is_held_and_offered_once_in_the_morning(
        self, full, now
    ):
        session, holder, first, *_ = full
        cancel(holder, now + NIGHT)
        assert states(first) == [State.WAITING]
        assert sign_up(session, now + NIGHT).state == State.WAITING

        actions.tend_seats(now=now + NIGHT + HOUR)
        assert states(first) == [State.WAITING]
        for minute in range(3):
            actions.tend_seats(now=now + 22 * HOUR + minute * HOUR / 60)

        assert states(first) == [State.OFFERED]
        assert kinds_of(to=first) == ["waiting", "offer"]

    def test_near_the_start_the_place_goes_straight_by_night_too(self, full, now):
        session, holder, first, *_ = full

        cancel(holder, session.starts_at - 10 * HOUR)

        assert states(first) == [State.CONFIRMED]
        assert kinds_of(to=first) == ["waiting", "promoted"]


class TestAnswered:
    def test_a_yes_gives_the_place_and_the_calendar_entry(self, full, now):
        session, holder, first, *_ = full
        cancel(holder, now)

        for _ in range(2):
            accept(first, now + HOUR)

        first.refresh_from_db()
        assert (first.state, first.confirmed_at) == (State.CONFIRMED, now + HOUR)
        session.refresh_from_db()
        assert (session.confirmed, session.offered) == (1, 0)
        assert kinds_of(to=first) == ["waiting", "offer", "confirmed"]
        letter = Letter.objects.get(kind="training.confirmed", about_id=first.pk)
        assert len(letter.attachments) == 1

    def test_a_no_asks_the_next_and_nobody_twice(self, full, now):
        _, holder, first, second, third = full
        cancel(holder, now)

        for _ in range(2):
            decline(first, now + HOUR)

        assert states(first, second, third) == [
            State.CANCELLED,
            State.OFFERED,
            State.WAITING,
        ]
        assert kinds_of(to=second) == ["waiting", "offer"]

    def test_cancelling_by_the_old_link_is_a_no(self, full, now):
        _, holder, first, second, _ = full
        cancel(holder, now)

        cancel(first, now + HOUR)

        assert states(first, second) == [State.CANCELLED, State.OFFERED]

    def test_until_the_last_second_and_not_at_the_end(self, full, now):
        _, holder, first, *_ = full
        cancel(holder, now)
        first.refresh_from_db()
        ends = first.offer_expires_at

        with pytest.raises(Refused) as caught:
            accept(first, ends)
        assert caught.value.refusal is OfferRefusal.ENDED
        accept(first, ends - SECOND)

        assert states(first) == [State.CONFIRMED]

    @pytest.mark.parametrize("answer", [accept, decline])
    def test_who_has_no_offer_cannot_answer(self, full, now, answer):
        _, _, first, *_ = full

        with pytest.raises(Refused) as caught:
            answer(first, now)

        assert caught.value.refusal is OfferRefusal.NONE

    def test_a_cancelled_session_gives_nothing_any_more(self, full, now):
        session, holder, first, *_ = full
        cancel(holder, now)
        actions.cancel_session(session_id=session.pk, by=None, now=now)

        with pytest.raises(Refused) as caught:
            accept(first, now)

        assert caught.value.refusal is OfferRefusal.CANCELLED
        assert kinds_of(to=first) == ["waiting", "offer", "session_cancelled"]


class TestRunOut:
    def test_the_next_is_asked_and_the_first_hears_of_it(self, full, now):
        _, holder, first, second, third = full
        cancel(holder, now)
        first.refresh_from_db()
        ends = first.offer_expires_at
        actions.tend_seats(now=ends - SECOND)
        assert states(first) == [State.OFFERED]

        for _ in range(2):
            actions.tend_seats(now=ends)

        assert states(first, second, third) == [
            State.CANCELLED,
            State.OFFERED,
            State.WAITING,
        ]
        assert kinds_of(to=first) == ["waiting", "offer", "offer_expired"]
        assert kinds_of(to=second) == ["waiting", "offer"]

    def test_who_let_it_run_out_may_stand_in_line_again(self, full, now):
        session, holder, first, *_ = full
        cancel(holder, now)
        actions.tend_seats(now=now + 24 * HOUR)

        again = sign_up(session, now + 25 * HOUR, first.person)

        assert (again.state, again.place) == (State.WAITING, 4)

    def test_what_has_started_has_no_offers_left(self, full, now):
        session, holder, first, *_ = full
        cancel(holder, now)
        Registration.objects.filter(pk=first.pk).update(
            offer_expires_at=session.ends_at
        )

        actions.tend_seats(now=session.starts_at)

        assert states(first) == [State.CANCELLED]


class TestFewerPlaces:
    def offered(self, now):
        session = SessionFactory(capacity=3, offer_hours=24)
        people = [sign_up(session, now) for _ in range(6)]
        for one in people[:2]:
            cancel(one, now)
        return session, people

    def change(self, session, capacity, now, **choice):
        return actions.change_capacity(
            session_id=session.pk, capacity=capacity, by=None, now=now, **choice
        )

    def test_offers_count_and_the_choice_must_be_made(self, now):
        session, _ = self.offered(now)

        with pytest.raises(Refused) as caught:
            self.change(session, 2, now)

        assert caught.value.refusal is StaffRefusal.BELOW_CONFIRMED

    def test_honoured_they_stay(self, now):
        session, people = self.offered(now)

        session = self.change(session, 1, now, agree_over=True)

        assert states(*people[3:5]) == [State.OFFERED] * 2
        assert session.agreed_over == 3
        accept(people[3], now)

    def test_taken_back_the_last_goes_first_and_stands_where_it_stood(self, now):
        session, people = self.offered(now)

        session = self.change(session, 2, now, recall=True)

        assert states(*people[3:]) == [State.OFFERED, State.WAITING, State.WAITING]
        assert (session.offered, session.line_length, session.agreed_over) == (1, 2, 0)
        assert kinds_of(to=people[4]) == ["waiting", "offer", "offer_recalled"]
        letter = Letter.objects.get(kind="training.offer_recalled")
        assert "số 2" in letter.text

        self.change(session, 3, now + HOUR)
        assert states(*people[4:]) == [State.OFFERED, State.WAITING]
        assert kinds_of(to=people[4]).count("offer") == 2

    def test_taking_back_is_not_enough_below_the_confirmed(self, now):
        session = SessionFactory(capacity=3, offer_hours=24)
        for _ in range(3):
            sign_up(session, now)

        with pytest.raises(Refused):
            self.change(session, 2, now, recall=True)


class TestLists:
    """Case 12: people who come together are offered together."""

    @pytest.fixture
    def waiting(self, now):
        session = SessionFactory(capacity=4, offer_hours=24)
        holders = [sign_up(session, now) for _ in range(4)]
        leader = UserFactory()
        listed = actions.register_group(
            session_id=session.pk,
            people=PersonFactory.create_batch(3),
            unit=UnitFactory(),
            by=leader,
            now=now,
            together=True,
        )
        return session, holders, listed, leader

    def test_they_are_asked_when_all_fit_and_the_leader_answers(self, waiting, now):
        _session, holders, listed, leader = waiting
        people = listed.registrations
        for one in holders[:2]:
            cancel(one, now)
        assert states(*people) == [State.WAITING] * 3

        cancel(holders[2], now)

        assert states(*people) == [State.OFFERED] * 3
        letter = Letter.objects.get(kind="training.group_offer")
        assert letter.address == leader.email
        assert "/loi-moi-nhom/?ma=" in letter.text
        with pytest.raises(Refused) as caught:
            accept(people[0], now)
        assert caught.value.refusal is OfferRefusal.LEADER
        for _ in range(2):
            actions.accept_group_offer(group_id=listed.group.pk, by=leader, now=now)
        assert states(*people) == [State.CONFIRMED] * 3

    def test_one_who_declines_leaves_and_the_others_keep_theirs(self, waiting, now):
        session, holders, listed, leader = waiting
        single = sign_up(session, now)
        for one in holders[:3]:
            cancel(one, now)
        people = listed.registrations

        decline(people[1], now)

        assert states(*people) == [State.OFFERED, State.CANCELLED, State.OFFERED]
        assert states(single) == [State.OFFERED]
        actions.decline_group_offer(group_id=listed.group.pk, by=leader, now=now)
        assert states(*people) == [State.CANCELLED] * 3

    def test_places_are_saved_up_for_them_until_sign_up_closes(self, waiting, now):
        session, holders, listed, _ = waiting
        single = sign_up(session, now)
        for one in holders[:2]:
            cancel(one, now)
        assert states(single) == [State.WAITING]
        assert sign_up(session, now).state == State.WAITING

        actions.tend_seats(now=session.closes_at)

        assert states(single) == [State.OFFERED]
        assert states(*listed.registrations) == [State.WAITING] * 3

    def test_let_go_one_by_one_they_keep_their_places_in_line(self, waiting, now):
        _, holders, listed, leader = waiting
        for one in holders[:2]:
            cancel(one, now)

        actions.loosen_group(group_id=listed.group.pk, by=leader, now=now)

        assert states(*listed.registrations) == [
            State.OFFERED,
            State.OFFERED,
            State.WAITING,
        ]

    def test_one_who_withdraws_makes_the_list_smaller(self, waiting, now):
        _, holders, listed, _ = waiting
        for one in holders[:2]:
            cancel(one, now)

        cancel(listed.registrations[0], now)

        assert states(*listed.registrations[1:]) == [State.OFFERED] * 2

    def test_without_a_leader_nobody_is_asked(self, waiting, now):
        _, holders, listed, leader = waiting
        leader.is_active = False
        leader.save()

        for one in holders[:3]:
            cancel(one, now)

        assert states(*listed.registrations) == [State.CONFIRMED] * 3
