"""The demo's sessions: every state can be looked at, and twice is once."""

import datetime as dt

import pytest

from mail import reminders
from mail.models import Letter
from mail.pauses import leaves_at
from portal import demo
from portal.demo import people, training, units
from training import audit
from training.models import Registration, SessionKind, TrainingSession, UnitQuota
from training.signs import sign_of
from vietnam.dates import VIETNAM
from vietnam.lunar import in_tet_holiday, tet

pytestmark = pytest.mark.django_db

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


@pytest.fixture
def _debug(settings):
    settings.DEBUG = True


def _loaded(now: dt.datetime) -> demo.World:
    """The parts of the demo that training stands on."""
    world = demo.World(now=now)
    for part in (units, people, training):
        part.load(world)
    return world


@pytest.mark.usefixtures("_debug")
class TestDemo:
    def test_every_state_of_sessions_and_sign_ups_is_there(self, now):
        demo.load(now=now)

        sessions = TrainingSession.objects.all()
        signs = {sign_of(session, now).state for session in sessions}
        assert {"open", "waiting", "soon", "over"} <= signs
        states = set(Registration.objects.values_list("state", flat=True))
        assert states == set(Registration.State)
        kept = UnitQuota.objects.filter(seats=4, at_most=True)
        assert kept.filter(taken__gt=0).exists()
        assert UnitQuota.objects.filter(seats=20).count() == 3
        assert SessionKind.objects.count() == 7
        assert {session.mode for session in sessions} == {"onsite", "online", "hybrid"}
        assert all(session.slots.count() == 2 for session in sessions)
        assert audit.seats() == []

    def test_loaded_twice_it_is_loaded_once(self, now):
        demo.load(now=now)
        before = Registration.objects.count(), TrainingSession.objects.count()

        demo.load(now=now + HOUR)

        after = Registration.objects.count(), TrainingSession.objects.count()
        assert after == before

    @pytest.mark.parametrize("hour", range(0, 24, 3))
    def test_the_reminder_of_the_day_before_can_be_watched(self, now, hour):
        now += hour * HOUR
        _loaded(now)
        first = TrainingSession.objects.filter(starts_at__gt=now).earliest("starts_at")
        due = reminders.send_at(first.starts_at, DAY)

        assert DAY + HOUR <= first.starts_at - now < DAY + 13 * HOUR
        assert now < due
        reminders.queue_due(due)

        assert Letter.objects.filter(kind="training.reminder").count() == 8

    @pytest.mark.parametrize("hour", [0, 8, 13, 15, 20])
    def test_an_offer_is_open_at_any_hour(self, now, hour):
        now += hour * HOUR
        world = _loaded(now)

        offer = Registration.objects.get(state="offered")

        assert offer.offer_expires_at > now
        assert offer.person == world.users["member"].person
        assert Letter.objects.filter(kind="training.offer").count() == 1

    @pytest.mark.parametrize("hour", range(0, 24, 3))
    def test_a_letter_about_a_session_leaves_at_any_hour(self, now, hour):
        now += hour * HOUR
        _loaded(now)

        written = Letter.objects.filter(not_before__lte=now, kind="training.confirmed")

        assert [one for one in written if leaves_at(one.kind, now) <= now]

    @pytest.mark.parametrize("before", [2, 9, 25, 40])
    def test_nothing_is_planned_into_tet(self, before):
        now = dt.datetime.combine(tet(2027), dt.time(9), VIETNAM) - before * DAY
        for plan in training.plans(now):
            assert not in_tet_holiday(plan.starts_at), plan.slug
            assert plan.opens_at < plan.closes_at <= plan.starts_at, plan.slug
