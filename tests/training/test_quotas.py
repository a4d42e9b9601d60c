"""Places kept for units: who sits where, what is released, who moves over."""

import datetime as dt

import pytest

from tests.factories.members import PersonFactory, UnitFactory
from tests.factories.training import QuotaFactory, SessionFactory, State
from training import actions, audit, pools
from training.actions import Refused
from training.models import Registration, UnitQuota
from training.rules import StaffRefusal

pytestmark = pytest.mark.django_db

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _counters_follow_rows():
    yield
    assert audit.seats() == []


@pytest.fixture
def units():
    district = UnitFactory(name="Bắc Kạn")
    return district, UnitFactory(parent=district), UnitFactory(parent=district)


def sign_up(session, now, unit=None):
    person = PersonFactory(unit=unit)
    return actions.register(session_id=session.pk, person=person, by=None, now=now)


def cancel(one, now):
    actions.cancel(registration_id=one.pk, by=None, now=now)


def keep(session, unit, places, now, **choice):
    return actions.set_quota(
        session_id=session.pk, unit=unit, places=places, by=None, now=now, **choice
    )


def standing(*registrations):
    """State and whose place, as pairs."""
    for one in registrations:
        one.refresh_from_db()
    return [(one.state, one.quota and one.quota.unit) for one in registrations]


class TestWhoSitsWhere:
    def test_the_kept_places_first_then_those_for_everyone(self, units, now):
        _, one, other = units
        session = SessionFactory(capacity=4)
        keep(session, one, 2, now)

        mine = [sign_up(session, now, one) for _ in range(4)]
        theirs = sign_up(session, now, other)

        assert standing(*mine) == [
            (State.CONFIRMED, one),
            (State.CONFIRMED, one),
            (State.CONFIRMED, None),
            (State.CONFIRMED, None),
        ]
        assert standing(theirs) == [(State.WAITING, None)]

    def test_others_do_not_get_a_kept_place(self, units, now):
        _, one, other = units
        session = SessionFactory(capacity=3)
        keep(session, one, 2, now)

        states = [sign_up(session, now, unit).state for unit in (other, other, None)]

        assert states == [State.CONFIRMED, State.WAITING, State.WAITING]
        assert sign_up(session, now, one).state == State.CONFIRMED

    def test_a_quota_holds_for_all_units_below_and_the_nearest_comes_first(
        self, units, now
    ):
        district, one, _other = units
        session = SessionFactory(capacity=3)
        keep(session, district, 1, now)
        keep(session, one, 1, now)

        people = [sign_up(session, now, one) for _ in range(2)]

        assert [unit for _, unit in standing(*people)] == [one, district]

    def test_no_more_than_these(self, units, now):
        _, one, other = units
        session = SessionFactory(capacity=10)
        keep(session, one, 1, now, at_most=True)

        first, second = (sign_up(session, now, one) for _ in range(2))

        assert standing(first, second) == [
            (State.CONFIRMED, one),
            (State.WAITING, None),
        ]
        # The line is passed over by those who may take what it may not.
        assert sign_up(session, now, other).state == State.CONFIRMED

    def test_a_sign_up_with_quotas_asks_little_more(
        self, units, now, django_assert_max_num_queries
    ):
        _, one, _ = units
        session = SessionFactory(capacity=10)
        keep(session, one, 2, now)
        sign_up(session, now, one)
        person = PersonFactory(unit=one)

        with django_assert_max_num_queries(14):
            actions.register(session_id=session.pk, person=person, by=None, now=now)

    def test_whoever_moves_to_another_unit_keeps_the_place_they_have(self, units, now):
        _, one, other = units
        session = SessionFactory(capacity=2)
        keep(session, one, 1, now)
        mine, waiting = sign_up(session, now, one), sign_up(session, now, one)
        mine.person.unit = other
        mine.person.save()

        again = actions.register(
            session_id=session.pk, person=mine.person, by=None, now=now
        )

        assert again == mine
        assert standing(mine, waiting) == [
            (State.CONFIRMED, one),
            (State.CONFIRMED, None),
        ]
        # Given back, it is still the place of the unit that they came from.
        cancel(mine, now)
        assert standing(waiting) == [(State.CONFIRMED, one)]


class TestTheLine:
    def test_a_freed_place_goes_to_the_first_who_may_take_it(self, units, now):
        _, one, other = units
        session = SessionFactory(capacity=2)
        keep(session, one, 1, now)
        mine, theirs = sign_up(session, now, one), sign_up(session, now, other)
        first, second = sign_up(session, now, other), sign_up(session, now, one)

        cancel(mine, now)

        assert standing(first, second) == [
            (State.WAITING, None),
            (State.CONFIRMED, one),
        ]
        cancel(theirs, now)
        assert standing(first) == [(State.CONFIRMED, None)]

    def test_a_holder_moves_over_and_lets_the_first_in(self, units, now):
        """As lego does: the kept place is filled by one who sits among everyone."""
        _, one, other = units
        session = SessionFactory(capacity=2)
        keep(session, one, 1, now)
        kept, among_all = sign_up(session, now, one), sign_up(session, now, one)
        first = sign_up(session, now, other)
        assert standing(first) == [(State.WAITING, None)]

        cancel(kept, now)

        assert standing(among_all, first) == [
            (State.CONFIRMED, one),
            (State.CONFIRMED, None),
        ]

    def test_a_chain_of_moves_lets_the_first_in(self, units, now):
        district, one, _other = units
        session = SessionFactory(capacity=3)
        keep(session, district, 1, now)
        keep(session, one, 1, now)
        people = [sign_up(session, now, one) for _ in range(3)]
        first = sign_up(session, now)

        cancel(people[0], now)

        assert [unit for _, unit in standing(*people[1:])] in (
            [one, district],
            [district, one],
        )
        assert standing(first) == [(State.CONFIRMED, None)]

    def test_more_places_and_more_kept_places_reach_the_line(self, units, now):
        _, one, _other = units
        session = SessionFactory(capacity=2)
        keep(session, one, 1, now, at_most=True)
        sign_up(session, now, one)
        second = sign_up(session, now, one)

        keep(session, one, 2, now, at_most=True)

        assert standing(second) == [(State.CONFIRMED, one)]


class TestRelease:
    def test_unused_places_open_on_the_minute(self, units, now):
        _, one, other = units
        session = SessionFactory(capacity=2)
        keep(session, one, 2, now, release_at=now + DAY)
        mine, first = sign_up(session, now, one), sign_up(session, now, other)

        actions.tend_seats(now=now + DAY - HOUR)
        assert standing(first) == [(State.WAITING, None)]
        actions.tend_seats(now=now + DAY)

        assert standing(mine, first) == [
            (State.CONFIRMED, one),
            (State.CONFIRMED, None),
        ]

    def test_by_hand_for_one_or_for_all(self, units, now):
        _, one, other = units
        session = SessionFactory(capacity=4)
        keep(session, one, 2, now)
        keep(session, other, 2, now)
        first = sign_up(session, now)

        number = actions.release_now(session_id=session.pk, by=None, now=now, unit=one)

        assert number == 1
        assert standing(first) == [(State.CONFIRMED, None)]
        assert actions.release_now(session_id=session.pk, by=None, now=now) == 1
        assert actions.release_now(session_id=session.pk, by=None, now=now) == 0

    def test_sign_ups_end_releases_what_has_no_time_of_its_own(self, units, now):
        quota = QuotaFactory()
        closes = quota.session.closes_at

        assert not quota.is_released(closes - HOUR)
        assert quota.is_released(closes)
        quota.release_at = closes + DAY
        assert quota.is_released(closes)


class TestChanges:
    def test_people_of_the_unit_who_came_before_sit_on_its_places(self, units, now):
        _, one, other = units
        session = SessionFactory(capacity=3)
        mine = [sign_up(session, now, one) for _ in range(2)]
        sign_up(session, now, other)
        first = sign_up(session, now, other)

        keep(session, one, 2, now)

        assert [unit for _, unit in standing(*mine)] == [one, one]
        assert standing(first) == [(State.WAITING, None)]

    def test_fewer_kept_places_drop_nobody(self, units, now):
        _, one, _ = units
        session = SessionFactory(capacity=3)
        keep(session, one, 3, now)
        mine = [sign_up(session, now, one) for _ in range(3)]

        keep(session, one, 1, now)

        assert [state for state, _ in standing(*mine)] == [State.CONFIRMED] * 3
        assert UnitQuota.objects.get().taken == 1

    def test_taken_away_they_drop_nobody_and_open_to_all(self, units, now):
        _, one, other = units
        session = SessionFactory(capacity=2)
        keep(session, one, 2, now)
        mine, first = sign_up(session, now, one), sign_up(session, now, other)

        for _ in range(2):
            actions.remove_quota(session_id=session.pk, unit=one, by=None, now=now)

        assert standing(mine, first) == [(State.CONFIRMED, None)] * 2
        session.refresh_from_db()
        assert not session.has_quotas

    def test_every_unit_gets_its_own(self, units, now):
        district, one, other = units
        session = SessionFactory(capacity=8)
        keep(session, one, 1, now)

        actions.give_each_unit(
            session_id=session.pk, below=district, places=4, by=None, now=now
        )

        assert {(q.unit, q.seats) for q in session.quotas.all()} == {
            (one, 4),
            (other, 4),
        }

    def test_no_more_can_be_kept_than_there_are(self, units, now):
        district, one, other = units
        session = SessionFactory(capacity=5)
        keep(session, one, 3, now)

        for act in (
            lambda: keep(session, other, 3, now),
            lambda: actions.give_each_unit(
                session_id=session.pk, below=district, places=3, by=None, now=now
            ),
        ):
            with pytest.raises(Refused) as caught:
                act()
            assert caught.value.refusal is StaffRefusal.ABOVE_CAPACITY
        with pytest.raises(Refused) as caught:
            actions.change_capacity(session_id=session.pk, capacity=2, by=None, now=now)
        assert caught.value.refusal is StaffRefusal.BELOW_KEPT
        assert UnitQuota.objects.get().seats == 3

    def test_a_release_after_the_close_is_refused(self, units, now):
        session = SessionFactory()

        with pytest.raises(Refused) as caught:
            keep(session, units[1], 2, now, release_at=session.closes_at + HOUR)

        assert caught.value.refusal is StaffRefusal.RELEASE_LATE

    def test_kept_too_late_the_places_are_promised_as_they_become_free(
        self, units, now
    ):
        _, one, other = units
        session = SessionFactory(capacity=2)
        theirs = [sign_up(session, now, other) for _ in range(2)]
        first, mine = sign_up(session, now, other), sign_up(session, now, one)

        keep(session, one, 1, now)
        cancel(theirs[0], now)

        assert standing(first, mine) == [(State.WAITING, None), (State.CONFIRMED, one)]


class TestApproval:
    def test_bulk_stays_within_capacity_and_quota_as_the_preview_said(self, units, now):
        _, one, other = units
        session = SessionFactory(capacity=5, needs_approval=True)
        keep(session, one, 2, now, at_most=True)
        people = [sign_up(session, now, unit) for unit in [one, other] * 4]
        chosen = {
            "registration_ids": [one.pk for one in people],
            "now": now,
        }
        session.refresh_from_db()

        preview = actions.preview_approval(session=session, **chosen)
        done = actions.approve_all(session_id=session.pk, by=None, **chosen)
        again = actions.approve_all(session_id=session.pk, by=None, **chosen)

        assert [one.state for one in preview] == [one.state for one in done]
        confirmed = Registration.objects.confirmed()
        assert confirmed.filter(unit=one).count() == 2
        assert confirmed.filter(unit=other).count() == 3
        assert again == []
        assert pools.open_left(session, now=now) >= 0
