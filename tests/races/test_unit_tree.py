"""Two hands on the unit tree at once, with real transactions."""

import threading
import time
from datetime import UTC, datetime

import pytest
from django.db import OperationalError, connection, connections, transaction

from members import actions, rules
from members.models import Unit
from members.rules import Refused
from tests.factories.members import UnitFactory, UnitKindFactory

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def at_once(*jobs) -> list[BaseException | None]:
    """Run the jobs in threads of their own, started together; what each raised."""
    barrier = threading.Barrier(len(jobs))
    outcomes: list[BaseException | None] = [None] * len(jobs)

    def run(number, job):
        try:
            barrier.wait()
            job()
        except Exception as error:  # the outcome is what the test looks at
            outcomes[number] = error
        finally:
            connections.close_all()

    threads = [
        threading.Thread(target=run, args=(number, job))
        for number, job in enumerate(jobs)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return outcomes


@pytest.fixture
def slow_question(monkeypatch):
    """Widen the gap between the question and the write, where races happen."""
    ask = rules.why_not_move

    def why_not_move(*args, **kwargs):
        answer = ask(*args, **kwargs)
        time.sleep(0.2)
        return answer

    monkeypatch.setattr(rules, "why_not_move", why_not_move)


def cross_moves():
    """A goes below B while B goes below A: each is fine, both are a loop."""
    root = UnitFactory()
    a, b = UnitFactory(parent=root), UnitFactory(parent=root)
    return at_once(
        lambda: actions.move_unit(unit=a, parent=b, now=NOW),
        lambda: actions.move_unit(unit=b, parent=a, now=NOW),
    )


def test_of_two_moves_that_make_a_loop_one_is_refused(slow_question):
    outcomes = cross_moves()
    refused = [outcome for outcome in outcomes if outcome]
    assert [type(error) for error in refused] == [Refused]
    assert refused[0].reason == rules.Refusal.BELOW_ITSELF
    assert Unit.objects.unreachable().count() == 0


def test_without_the_lock_they_do_make_a_loop(slow_question, monkeypatch):
    """The negative control: it is the lock that helps."""
    monkeypatch.setattr(actions, "lock_tree", lambda: None)
    assert cross_moves() == [None, None]
    assert Unit.objects.unreachable().count() == 2


def test_units_of_one_name_added_at_once_get_addresses_of_their_own():
    root, kind = UnitFactory(), UnitKindFactory()

    def add():
        actions.create_unit(kind=kind, name="Chi đoàn 1", parent=root, now=NOW)

    assert at_once(*[add] * 6) == [None] * 6
    slugs = set(Unit.objects.filter(parent=root).values_list("slug", flat=True))
    assert slugs == {"chi-doan-1", *(f"chi-doan-1-{n}" for n in range(2, 7))}


def test_whoever_waits_too_long_hears_busy_and_nothing_has_changed():
    unit, target = UnitFactory(), UnitFactory()
    held, done = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic():
            actions.lock_tree()
            held.set()
            done.wait(20)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait(5)
    begun = time.monotonic()
    try:
        with pytest.raises(OperationalError):
            actions.move_unit(unit=unit, parent=target, now=NOW)
    finally:
        done.set()
        holder.join()
    assert time.monotonic() - begun > 2
    unit.refresh_from_db()
    assert unit.parent is None
