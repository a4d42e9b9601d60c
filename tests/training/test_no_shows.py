"""Three no-shows in 180 days: behind others for 60 days, unless excused in time."""

import datetime as dt

import pytest

from tests.factories.members import PersonFactory, UserFactory
from tests.factories.training import (
    AttendanceFactory,
    RegistrationFactory,
    SessionFactory,
    SlotFactory,
    State,
)
from training import actions, no_shows
from training.actions import Refused
from training.models import Registration
from training.rules import ExcuseRefusal

pytestmark = pytest.mark.django_db

DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)


@pytest.fixture(autouse=True)
def _remembering(settings):
    settings.TRAINING_NO_SHOW_MEMORY = True


@pytest.fixture
def person():
    return PersonFactory()


def missed(person, ended):
    """A session that ended then, where somebody came and this person did not."""
    start = ended - 9 * HOUR
    session = SessionFactory(
        opens_at=start - 9 * DAY, closes_at=start - DAY, starts_at=start
    )
    AttendanceFactory(slot=SlotFactory(session=session))
    return RegistrationFactory(session=session, person=person)


def is_behind(person, now):
    return person.pk in no_shows.who_is_behind([person], now=now)


@pytest.mark.parametrize(
    ("days_ago", "behind"),
    [
        ((3, 4), False),
        ((3, 40, 120), True),
        ((3, 90, 183), True),
        ((3, 90, 184), False),
        ((60, 61, 62), False),
        ((59, 61, 62), True),
        # The last two days are there to say why.
        ((1, 40, 120), False),
        ((2, 40, 120), True),
        ((1, 20, 40, 50), True),
    ],
)
def test_three_close_together_count_for_sixty_days(person, now, days_ago, behind):
    for days in days_ago:
        missed(person, now - days * DAY - HOUR * (days == 2))

    assert is_behind(person, now) is behind


def test_off_is_off(person, now, settings, django_assert_num_queries):
    settings.TRAINING_NO_SHOW_MEMORY = False
    for days in (3, 4, 5):
        missed(person, now - days * DAY)

    with django_assert_num_queries(0):
        assert not is_behind(person, now)


def test_many_people_are_one_question(now, django_assert_num_queries):
    people = PersonFactory.create_batch(3)

    with django_assert_num_queries(1):
        assert no_shows.who_is_behind(people, now=now) == set()


def test_they_wait_behind_whoever_comes_later(person, now):
    for days in (3, 4, 5):
        missed(person, now - days * DAY)
    session = SessionFactory(capacity=1)

    def sign_up(one):
        return actions.register(session_id=session.pk, person=one, by=None, now=now)

    holder = sign_up(PersonFactory())
    late, first = sign_up(person), sign_up(PersonFactory())
    assert (late.behind, late.place, first.place) == (True, 1, 2)
    ahead = Registration.objects.with_people_ahead()
    assert [ahead.get(pk=one.pk).people_ahead for one in (late, first)] == [1, 0]

    actions.cancel(registration_id=holder.pk, by=None, now=now)

    first.refresh_from_db()
    assert first.state == State.CONFIRMED


class TestExcuse:
    def excuse(self, one, moment, reason="Con ốm"):
        return actions.excuse(
            registration_id=one.pk, reason=reason, by=UserFactory(), now=moment
        )

    def test_a_reason_in_time_excuses(self, person, now):
        ended = now - 3 * DAY
        for days in (4, 5):
            missed(person, now - days * DAY)
        last = missed(person, ended)
        assert is_behind(person, now)

        self.excuse(last, ended + 48 * HOUR - dt.timedelta(seconds=1))

        assert not is_behind(person, now)

    @pytest.mark.parametrize(
        ("state", "after", "refusal"),
        [
            (State.CONFIRMED, -HOUR, ExcuseRefusal.NOT_OVER),
            (State.CONFIRMED, 48 * HOUR, ExcuseRefusal.LATE),
            (State.WAITING, HOUR, ExcuseRefusal.NO_PLACE),
        ],
    )
    def test_before_and_after_it_is_refused(self, person, state, after, refusal):
        one = RegistrationFactory(person=person, state=state)

        with pytest.raises(Refused) as caught:
            self.excuse(one, one.session.ends_at + after)

        assert caught.value.refusal is refusal
