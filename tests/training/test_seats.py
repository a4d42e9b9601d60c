"""Any order of events: what seats.py promises holds after each of them."""

import datetime as dt
import random

import pytest

from tests.factories.members import PersonFactory, UnitFactory, UserFactory
from tests.factories.training import SessionFactory, State
from training import actions, audit, line, offer_times, pools, statements
from training.actions import Refused
from training.models import Registration, RegistrationGroup, TrainingSession
from training.pools import OPEN

pytestmark = pytest.mark.django_db

HOUR = dt.timedelta(hours=1)
STEPS = 45
SEATED = {State.CONFIRMED, State.OFFERED}


class Walk:
    """One session among a small tree of units, and a die that chooses what happens."""

    def __init__(self, seed: int, now: dt.datetime) -> None:
        self.dice, self.now = random.Random(seed), now
        district = UnitFactory()
        communes = [UnitFactory(parent=district) for _ in range(2)]
        self.units = [district, *communes, UnitFactory(parent=communes[0]), None]
        self.leader = UserFactory()
        self.session = SessionFactory(
            capacity=self.dice.randint(3, 8),
            offer_hours=self.dice.choice([None, 2, 24]),
        )
        self.happened = []

    def step(self) -> None:
        verb = self.dice.choice(
            [self.sign_up] * 5
            + [self.cancel] * 3
            + [self.answer] * 3
            + [self.list_of_people] * 2
            + [self.keep, self.keep_nothing, self.release, self.places, self.loosen]
            + [self.wait] * 2
        )
        before = self.rows()
        try:
            self.happened.append((verb.__name__, verb()))
        except Refused as refused:
            self.happened.append((verb.__name__, str(refused)))
        self.check(before)

    def sign_up(self):
        person = PersonFactory(unit=self.dice.choice(self.units))
        actions.register(
            session_id=self.session.pk, person=person, by=None, now=self.now
        )

    def cancel(self):
        if one := self.anybody(*Registration.LIVE):
            actions.cancel(registration_id=one.pk, by=None, now=self.now)

    def answer(self):
        act = self.dice.choice([actions.accept_offer, actions.decline_offer])
        one = self.anybody(State.OFFERED)
        if one and one.answered_by_leader and act == actions.accept_offer:
            actions.accept_group_offer(
                group_id=one.group_id, by=self.leader, now=self.now
            )
        elif one:
            act(registration_id=one.pk, by=None, now=self.now)

    def list_of_people(self):
        unit = self.dice.choice(self.units)
        people = PersonFactory.create_batch(self.dice.randint(2, 4), unit=unit)
        together = self.dice.random() < 0.6
        actions.register_group(
            session_id=self.session.pk,
            people=people,
            unit=self.units[0],
            by=self.leader,
            now=self.now,
            together=together,
        )

    def keep(self):
        unit = self.dice.choice(self.units[:-1])
        actions.set_quota(
            session_id=self.session.pk,
            unit=unit,
            places=self.dice.randint(1, 3),
            at_most=self.dice.random() < 0.3,
            release_at=self.dice.choice([None, self.now + 9 * HOUR]),
            by=None,
            now=self.now,
        )

    def keep_nothing(self):
        unit = self.dice.choice(self.units[:-1])
        actions.remove_quota(
            session_id=self.session.pk, unit=unit, by=None, now=self.now
        )

    def release(self):
        actions.release_now(session_id=self.session.pk, by=None, now=self.now)

    def places(self):
        actions.change_capacity(
            session_id=self.session.pk,
            capacity=self.dice.randint(2, 9),
            agree_over=self.dice.random() < 0.7,
            recall=self.dice.random() < 0.5,
            by=None,
            now=self.now,
        )

    def loosen(self):
        group = RegistrationGroup.objects.filter(session=self.session).last()
        if group:
            actions.loosen_group(group_id=group.pk, by=self.leader, now=self.now)

    def wait(self):
        self.now += self.dice.choice([1, 5, 9, 20]) * HOUR
        actions.tend_seats(now=self.now)

    def anybody(self, *states) -> Registration | None:
        rows = Registration.objects.filter(session=self.session, state__in=states)
        rows = list(rows.select_related("group").order_by("pk"))
        return self.dice.choice(rows) if rows else None

    def rows(self) -> dict[int, Registration]:
        rows = Registration.objects.filter(session=self.session)
        return {one.pk: one for one in rows.select_related("group")}

    def check(self, before: dict[int, Registration]) -> None:
        session = TrainingSession.objects.get(pk=self.session.pk)
        free, after = pools.read(session, now=self.now), self.rows()
        paths = statements.paths_of(one.unit_id for one in after.values())
        chains = {pk: free.chain(paths[one.unit_id]) for pk, one in after.items()}
        told = (self.happened[-3:], session.capacity, free.free)

        assert audit.seats() == [], told
        taken = session.confirmed + session.offered
        assert taken <= max(session.capacity, session.agreed_over), told
        self.nobody_sits_too_far_back(after, chains, free)
        self.nobody_was_passed(before, after, chains)
        if not offer_times.rests(session, self.now) and self.now < session.starts_at:
            assert line.who_is_next(session, free.copy(), now=self.now) == {}, told

    def nobody_sits_too_far_back(self, after, chains, free) -> None:
        for pk, one in after.items():
            if one.state not in SEATED:
                continue
            for pool in chains[pk]:
                if pool in (one.quota_id or OPEN, OPEN):
                    break
                assert free.free[pool] == 0, self.happened[-3:]

    def nobody_was_passed(self, before, after, chains) -> None:
        """Of all who wait on, nobody stood before somebody new on a place that they
        could have had; people who come together wait for the last of them."""
        lines = [
            one
            for pk, one in after.items()
            if pk in before
            and one.state == before[pk].state == State.WAITING
            and not one.answered_by_leader
        ]
        for pk, one in after.items():
            is_new = pk not in before or before[pk].state not in SEATED
            if one.state not in SEATED or not is_new:
                continue
            for other in lines:
                came_later = one.place is None or (other.behind, other.place) < (
                    one.behind,
                    one.place,
                )
                could = (one.quota_id or OPEN) in chains[other.pk]
                assert not (came_later and could), self.happened[-3:]


@pytest.mark.parametrize("seed", range(8))
def test_whatever_happens_the_promises_hold(seed, now):
    walk = Walk(seed, now)

    for _ in range(STEPS):
        walk.step()

    verbs = {name for name, _ in walk.happened}
    assert len(verbs) > 6
