"""Two thousand letters, and everything that can be killed is killed while they leave.

The worker at seven named points and at random, Valkey with all it held, PostgreSQL for
ten seconds, the mail server's good manners. None is lost, nobody who was spared gets
one, and each kill doubles one letter at most: that of which the server's "250" was said
and not written down.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.models import F

from content.clock import now
from mail import actions
from mail.models import Letter
from tests.factories.mail import LetterFactory
from tests.faults.crew import Crew, wait_until
from tests.faults.engines import Engines
from tests.faults.traps import Stop, TrappedOffice
from tests.mail.post_office import HANG_UP, TAKE_AND_HANG_UP

pytestmark = [
    pytest.mark.fault,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
]

State, Reason = Letter.State, Letter.Reason
LETTERS = int(os.environ.get("FAULT_LETTERS", "2000"))
AT_RANDOM = 6
NO_SUCH_READER = 10
OUTAGE = 10
"""Seconds without a database: more than a deliverer waits to settle a letter."""
GATE = 20_261_126
"""The advisory lock at which commits stop while the test holds it."""
STOP_COMMITS = f"""
    CREATE FUNCTION fault_gate() RETURNS trigger LANGUAGE plpgsql AS
        $$BEGIN PERFORM pg_advisory_xact_lock_shared({GATE}); RETURN NULL; END$$;
    CREATE CONSTRAINT TRIGGER fault_gate AFTER UPDATE ON mail_letter
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.state = 'sent')
        EXECUTE FUNCTION fault_gate();
"""

Worker = subprocess.Popen


class Campaign:
    """The letters, those who deliver them, and what was done to them."""

    def __init__(self, crew: Crew, office: TrappedOffice, engines: Engines) -> None:
        self.crew, self.office, self.engines = crew, office, engines
        self.chance = random.Random(9)
        self.spared: set[str] = set()
        self.lines: list[tuple[str, str, int]] = []
        """What was killed, which letter was in hand, how often it may arrive."""

    # The seven points: each returns the letter in hand and how often it arrives.

    def before_connecting(self, worker: Worker) -> tuple[str, int]:
        """A deliverer connects before it claims: no letter is in its hands yet."""
        self._reach(Stop.GREETING)
        self.crew.kill(worker)
        assert not Letter.objects.in_flight().exists()
        return "", 0

    def after_the_claim(self, worker: Worker) -> tuple[str, int]:
        self._reach(Stop.SENDER)
        self._claim_is_committed()
        self.crew.kill(worker)
        return self._left_behind(), 1

    def after_rcpt(self, worker: Worker) -> tuple[str, int]:
        self._reach(Stop.RECIPIENT)
        self._claim_is_committed()
        self.crew.kill(worker)
        return self._left_behind(), 1

    def after_data(self, worker: Worker) -> tuple[str, int]:
        """Harsh: the server keeps what it could not say "250" to any more."""
        self._reach(Stop.TEXT)
        self.crew.kill(worker)
        return self._left_behind(), 2

    def after_the_250(self, worker: Worker) -> tuple[str, int]:
        """It is on the line, and nobody hears it."""
        self._reach(Stop.TEXT)
        os.killpg(worker.pid, signal.SIGSTOP)
        self.office.go_on()
        assert self.office.spoken.wait(10)
        self.crew.kill(worker)
        return self._left_behind(), 2

    def before_settling(self, worker: Worker) -> tuple[str, int]:
        """Heard, and the one statement that writes it down has changed nothing yet."""
        self._reach(Stop.TEXT)
        with transaction.atomic():
            Letter.objects.select_for_update().get(message_id=self.office.held)
            self.office.go_on()
            backend = self._waiting_backend()
            self.crew.kill(worker)
            # Else it would go on by itself: it does not miss its client so soon.
            _ask("SELECT pg_terminate_backend(%s, 5000)", backend)
        return self._left_behind(), 2

    def in_the_commit(self, worker: Worker) -> tuple[str, int]:
        """PostgreSQL brings it to its end, though nobody is there to be told."""
        self._reach(Stop.TEXT)
        _ask("SELECT pg_advisory_lock(%s)", GATE)
        self.office.go_on()
        self._waiting_backend()
        self.crew.kill(worker)
        _ask("SELECT pg_advisory_unlock(%s)", GATE)
        held = Letter.objects.filter(message_id=self.office.held)
        wait_until(held.filter(state=State.SENT).exists, self.crew, pause=0.02)
        self._left_behind()  # the next, which the same commit marked
        return self.office.held, 1

    POINTS = (
        before_connecting,
        after_the_claim,
        after_rcpt,
        after_data,
        after_the_250,
        before_settling,
        in_the_commit,
    )

    # What happens between the kills.

    def note(self, what: str, letter: str = "", times: int = 0) -> None:
        self.lines.append((what, letter, times))

    def let_through(self, share: float) -> None:
        """Wait until so many more have arrived."""
        enough = len(self.office.raw) + max(2, int(LETTERS * share))
        wait_until(lambda: len(self.office.raw) >= enough, self.crew, pause=0.01)

    def spare(self, number: int) -> None:
        """Cancel letters that nobody has claimed, the very next ones among them."""
        waiting = Letter.objects.filter(state=State.QUEUED, attempts=0)
        waiting = waiting.exclude(address__startswith="khong.co")
        for letter in waiting.order_by("not_before", "id")[2 : 2 + number]:
            if actions.cancel(letter_id=letter.pk):
                self.spared.add(letter.message_id)

    def minutes_pass(self) -> None:
        """What was left in flight is old, what is to be tried again is due."""
        minutes = timedelta(minutes=3)
        Letter.objects.in_flight().update(claimed_at=F("claimed_at") - minutes)
        Letter.objects.filter(state=State.RETRY).update(
            not_before=F("not_before") - minutes
        )

    def is_over(self) -> bool:
        self.minutes_pass()
        return not Letter.objects.exclude(state__in=Letter.OVER).exists()

    def _reach(self, stop: Stop) -> None:
        share = self.chance.uniform(0.02, 0.05)
        self.office.arm(stop, after=max(1, int(LETTERS * share)))
        wait_until(self.office.reached.is_set, self.crew, pause=0.01)

    def _claim_is_committed(self) -> None:
        """A letter is announced while the commit that marked it may be under way."""
        writing = """
            SELECT pid FROM pg_stat_activity
            WHERE datname = current_database() AND backend_xid IS NOT NULL
        """
        wait_until(lambda: not _ask(writing), self.crew, pause=0.01)

    def _left_behind(self) -> str:
        return Letter.objects.in_flight().latest("claimed_at").message_id

    def _waiting_backend(self) -> int:
        waiting = "SELECT pid FROM pg_locks WHERE NOT granted AND pid <> %s"
        ours = _ask("SELECT pg_backend_pid()")
        wait_until(lambda: _ask(waiting, ours), self.crew, pause=0.01)
        return _ask(waiting, ours)


@pytest.fixture
def engines(crew, tmp_path_factory) -> Iterator[Engines]:
    """This process and the crew talk to engines of their own until the test ends."""
    engines = Engines(tmp_path_factory.mktemp("engines"))
    try:
        with engines.in_place_of_the_tests() as crew.engines:
            yield engines
    finally:
        crew.stop()
        engines.stop()


@pytest.fixture
def campaign(crew, engines) -> Iterator[Campaign]:
    with connection.cursor() as cursor:
        cursor.execute(STOP_COMMITS)
    with TrappedOffice() as office:
        crew.port = office.port
        try:
            yield Campaign(crew, office, engines)
        finally:
            crew.stop()
            office.go_on()
            time.sleep(0.2)  # so that it notices that all its clients are gone


def test_every_letter_arrives_whatever_is_killed(campaign, capsys):
    crew, office = campaign.crew, campaign.office
    _write_letters(office)
    crew.beat()
    crew.beat()
    for point in Campaign.POINTS:
        worker = crew.worker()
        campaign.note(point.__name__.replace("_", " "), *point(campaign, worker))
        office.go_on()
        campaign.spare(5)
        campaign.minutes_pass()

    worker = crew.worker()
    campaign.let_through(0.02)
    campaign.engines.restart_valkey_empty()
    campaign.note("valkey restarted empty")
    campaign.let_through(0.02)

    for _ in range(AT_RANDOM):
        campaign.let_through(campaign.chance.uniform(0.01, 0.05))
        campaign.spare(3)
        assert crew.kill_hands(worker)
        campaign.note("at random")
        campaign.minutes_pass()

    # Each answer to one letter; after the last two the line is dead.
    office.answers.extend(
        ["421 4.3.2 busy", "250 taken", "550 5.7.1 spam", "250 taken", HANG_UP]
    )
    office.answers.extend(["250 taken"] * 3 + [TAKE_AND_HANG_UP])
    campaign.note("server hangs up after the letter")
    campaign.let_through(0.01)
    office.arm(Stop.TEXT, after=2)
    wait_until(office.reached.is_set, crew)
    put_off = Letter.objects.filter(message_id=office.held, reason=Reason.PUT_OFF)
    wait_until(put_off.exists, crew)
    office.go_on()
    campaign.note("server stalls", office.held, 2)

    campaign.let_through(0.02)
    with campaign.engines.without_postgres():
        time.sleep(OUTAGE)
    campaign.note("postgresql stopped")
    wait_until(campaign.is_over, crew, 120, pause=1)

    _count(campaign, capsys)


def _write_letters(office: TrappedOffice) -> None:
    moment = now()
    letters = LetterFactory.build_batch(LETTERS, not_before=moment, created_at=moment)
    for letter in letters[:: LETTERS // NO_SUCH_READER]:
        letter.address = f"khong.co.{letter.address}"
        office.recipients[letter.address] = "550 5.1.1 no such user"
    Letter.objects.bulk_create(letters)


def _count(campaign: Campaign, capsys) -> None:
    arrived = campaign.office.message_ids
    letters = dict(Letter.objects.values_list("message_id", "state"))
    sent = {number for number, state in letters.items() if state == State.SENT}
    failed = Letter.objects.filter(state=State.FAILED)
    doubles = arrived.total() - len(arrived)
    table = [f"{'killed':34}{'its letter arrived':>20}"]
    for what, letter, _times in campaign.lines:
        table.append(f"{what:34}{arrived[letter] if letter else '-':>20}")
    table.append(
        f"{len(letters)} letters: {len(sent)} sent, {failed.count()} refused, "
        f"{len(campaign.spared)} cancelled; lost {len(sent - arrived.keys())}, "
        f"doubled {doubles} in {len(campaign.lines)} kills and outages"
    )
    with capsys.disabled():
        sys.stdout.write("\n" + "\n".join(table) + "\n")
    assert len(letters) == LETTERS
    assert sent <= arrived.keys(), "none is lost"
    assert failed.filter(reason=Reason.BOUNCED).count() == len(
        campaign.office.recipients
    )
    assert failed.exclude(reason=Reason.BOUNCED).count() == 1, "the one called spam"
    assert campaign.spared
    assert not campaign.spared & arrived.keys(), "none to who cancelled in time"
    assert len(sent) + failed.count() + len(campaign.spared) == LETTERS
    for what, letter, times in campaign.lines:
        if letter:
            assert arrived[letter] == times, what
    assert doubles <= len(campaign.lines), "one for each kill at most"


def _ask(sql: str, *values):
    """The first value of the first row, or None."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        row = cursor.fetchone()
    return row[0] if row else None
