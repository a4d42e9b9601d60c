"""Sending what waits in the outbox, each letter once.

A deliverer takes one letter after the other over one connection to the mail server.
The commit that settles a letter marks the next as "being sent", so a letter is never
handed over without the database knowing, and each costs one commit. Whoever dies in
between leaves one letter in flight, which `recover` sends again under its Message-ID.
Before that commit the next letter is put together and announced to the server, which
looks at it while we wait for the disk; its text follows when the commit is there.

Two advisory locks stand behind a deliverer: a lane, of which there are few, so that
sending never takes up all workers, and its own number, written to the letters it
claims, by which others can see that it lives.
"""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.conf import settings
from django.db import Error, InterfaceError, OperationalError, connections
from django.db.models import Q

from content import figures
from mail import channels, kinds, locks, outcomes, suppressions
from mail.models import Letter
from mail.outcomes import Outcome
from mail.pacing import Pace
from mail.pauses import leaves_at
from mail.querysets import LetterQuerySet
from mail.step import Commit, begin, step

logger = logging.getLogger(__name__)

ANSWERS = 5
"""A server answers to MAIL, RCPT, DATA, the letter and, if it refused, RSET."""
IN_FLIGHT = timedelta(minutes=2)
"""After this a letter in flight counts as left behind if its deliverer is gone.

Longer than a letter can take, see `checks`.
"""
PER_CONNECTION = 100
"""Letters over one connection; many servers close it some time after this."""
POLL = 0.2
BROKEN_LINES = 2
"""After so many broken connections in a row the others wait for the next run."""
SETTLE_PAUSES = (0.5, 1, 2, 4)

KEEP_BODIES = timedelta(days=30)

State, Reason = Letter.State, Letter.Reason


def deliver(
    *,
    now: datetime,
    secret: bool = False,
    limit: int | None = None,
    seconds: float | None = None,
    linger: float = 0,
    channel: str = channels.EMAIL,
) -> int:
    """Send what is due at `now` or becomes due meanwhile; returns how many were taken.

    Stops after `limit` letters or `seconds`, whichever is first, and when nothing has
    been due for `linger` seconds. Does nothing if enough deliverers are at work.
    """
    sent = 0
    run = Deliverer(
        now=now, secret=secret, limit=limit, seconds=seconds, channel=channel
    )
    while True:
        with _lane(secret, channel) as free:
            if not free:
                return sent
            with _number() as number:
                sent = run.run(number, linger)
        # A letter written while we held the last lane may have woken somebody who
        # found no lane. Whoever leaves a lane therefore looks once more.
        if run.is_over or not run.finds_letters():
            return sent


@contextmanager
def _lane(secret: bool, channel: str) -> Iterator[bool]:
    first = locks.SECRET_LANE if secret else locks.LANE
    first += locks.LANES_OF_A_CHANNEL * channels.names().index(channel)
    lanes = range(first, first + settings.MAIL_LANES)
    lane = next((number for number in lanes if locks.take(number)), None)
    try:
        yield lane is not None
    finally:
        if lane is not None:
            locks.release(lane)


@contextmanager
def _number() -> Iterator[int]:
    number = locks.FIRST_NUMBER + secrets.randbelow(2**31 - locks.FIRST_NUMBER)
    with locks.hold(number):
        yield number


class Deliverer:
    """One run of one process: its clock, its connection, the letter in its hands."""

    def __init__(
        self,
        *,
        now: datetime,
        secret: bool = False,
        limit: int | None = None,
        seconds: float | None = None,
        channel: str = channels.EMAIL,
    ) -> None:
        self.secret = secret
        self.channel = channel
        self.limit = limit
        self.seconds = seconds
        self.server = channels.of(channel)()
        self.pace = Pace()
        self.sent = 0
        self._number = 0
        self._began = now, time.monotonic()
        self._unsettled: Outcome | None = None
        self._commit: Commit | None = None
        self._broken_lines = 0
        self._stopped = False

    def run(self, number: int, linger: float) -> int:
        """Send until nothing is due for `linger` seconds; how many since the start."""
        self._number = number
        idle_since = time.monotonic()
        try:
            while not self.is_over:
                letter = self._next()
                if letter is not None:
                    self._take_note(self._try(letter))
                    idle_since = time.monotonic()
                elif time.monotonic() - idle_since >= linger:
                    break
                else:
                    time.sleep(POLL)
        finally:
            self._settle()
            self.server.close()
        return self.sent

    @property
    def now(self) -> datetime:
        now, began = self._began
        return now + timedelta(seconds=time.monotonic() - began)

    @property
    def is_over(self) -> bool:
        """Whether no more letters are to be taken in hand."""
        if self._stopped or (self.limit is not None and self.sent >= self.limit):
            return True
        elapsed = time.monotonic() - self._began[1]
        return self.seconds is not None and elapsed >= self.seconds

    def finds_letters(self) -> bool:
        """Whether any letter of this queue is due."""
        return self._waiting().exists()

    def _waiting(self) -> LetterQuerySet:
        letters = Letter.objects.pending(self.now)
        return letters.filter(secret=self.secret, channel=self.channel)

    def _next(self) -> Letter | None:
        """The next letter, marked as being sent, with a connection to send it over."""
        if not self.server.is_open:
            self._settle()
            if not self.finds_letters() or not self._connect():
                return None
        while True:
            letter = self._claim()
            if letter is None:
                self._commit_now()
                return None
            outcome = self._why_not(letter)
            if outcome is None:
                return letter
            self._commit_now()
            self._unsettled = outcome

    def _connect(self) -> bool:
        """Reach the server before a letter is claimed: its failure is no letter's."""
        try:
            self.server.open()
        except OSError as error:
            self._stopped = True
            words = outcomes.of_line(error)
            logger.warning("mail server not reached: %s", words)
            self._show_unreachable(words)
            return False
        return True

    def _show_unreachable(self, words: str) -> None:
        Letter.objects.filter(
            pk__in=self._waiting().values("pk")[:1], state__in=Letter.PENDING
        ).update(state=State.RETRY, reason=Reason.NO_SERVER, error=words)

    def _claim(self) -> Letter | None:
        """Settle the letter before and mark the next; the commit is still to come."""
        letter, self._commit = begin(
            settle=self._unsettled,
            now=self.now,
            secret=self.secret,
            number=self._number,
            channel=self.channel,
        )
        if self._commit is None:
            self._note_settled()
        return letter

    def _commit_now(self) -> None:
        """Until then the letter before is not settled and the next is not ours."""
        commit, self._commit = self._commit, None
        if commit is not None:
            commit.execute()
            self._note_settled()

    def _note_settled(self) -> None:
        settled, self._unsettled = self._unsettled, None
        if settled is not None:
            _suppress_dead_mailbox(settled, self.now)

    def _why_not(self, letter: Letter) -> Outcome | None:
        """Why a marked letter is not to leave after all, or None.

        Asked as late as can be, right before the letter is handed over. If asking
        fails, the letter is put off and the queue goes on.
        """
        if letter.not_after is not None and letter.not_after <= self.now:
            return outcomes.suppressed(letter, Reason.TOO_LATE)
        if letter.blocked:
            return outcomes.suppressed(letter, Reason.BLOCKED)
        if letter.unwanted and kinds.is_optional(letter.kind):
            return outcomes.suppressed(letter, Reason.UNWANTED)
        return self._not_yet(letter) or self._no_longer(letter)

    def _not_yet(self, letter: Letter) -> Outcome | None:
        """Held back to a better hour or to the letter's turn at its mail provider."""
        now = self.now
        if not letter.urgent:
            leaves = leaves_at(letter.kind, now, letter.not_after)
            if leaves > now:
                return outcomes.held_back(letter, Reason.PAUSED, leaves - now)
        if letter.secret:
            return None
        turn = self.pace.turn_of(letter, now)
        if turn > now:
            return outcomes.held_back(letter, Reason.PACED, turn - now)
        return None

    def _no_longer(self, letter: Letter) -> Outcome | None:
        """What the feature says about a letter of its own."""
        kind = kinds.registry.get(letter.kind)
        if kind is None or kind.recheck is None:
            return None
        self._commit_now()
        try:
            return _obey(kind.recheck(letter, self.now), letter)
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:
            logger.exception("letter %s cannot be checked", letter.pk)
            return outcomes.put_off(letter, type(error).__name__)

    def _try(self, letter: Letter) -> Outcome:
        try:
            self.server.announce(letter)
            self._commit_now()
            self.server.send(letter)
        except Error:
            raise
        except OSError as error:
            return outcomes.of_error(letter, error)
        except Exception as error:
            logger.error("letter %s: %s", letter.pk, type(error).__name__)
            return outcomes.broken(letter, error)
        return outcomes.sent(letter)

    def _take_note(self, outcome: Outcome) -> None:
        self._commit_now()
        self._unsettled = outcome
        self.sent += outcome.state == State.SENT
        self._broken_lines = self._broken_lines + 1 if outcome.line_broken else 0
        self._stopped = outcome.stop or self._broken_lines == BROKEN_LINES
        if outcome.line_broken or self.server.count >= PER_CONNECTION:
            self.server.close()

    def _settle(self) -> None:
        """Settle the last letter alone, also over a short loss of the database.

        What the server took and nobody wrote down would be sent again.
        """
        try:
            self._commit_now()
        except Error:
            logger.exception("the letter before is settled once more")
        outcome, self._unsettled = self._unsettled, None
        if outcome is None:
            return
        for pause in SETTLE_PAUSES:
            try:
                _settle(outcome, self.now)
            except (OperationalError, InterfaceError):
                connections.close_all()
                time.sleep(pause)
            else:
                return
        logger.error("letter %s stays in flight: no database", outcome.letter.pk)


def recover(*, now: datetime) -> int:
    """Take back what dead deliverers left in flight; returns how many letters.

    A letter that outlived as many deliverers as it has attempts may be what kills
    them: it fails. Letters that are too late are closed here too, so that a secret one
    forgets its text even while the mail server is away.
    """
    left = Letter.objects.in_flight().filter(claimed_at__lte=now - IN_FLIGHT)
    left = left.exclude(claimed_by__in=locks.held())
    _close(left.filter(attempts__gt=len(outcomes.DELAYS)), State.FAILED, Reason.GAVE_UP)
    late = Letter.objects.pending(now).filter(not_after__lte=now)
    _close(late, State.SUPPRESSED, Reason.TOO_LATE)
    return left.update(state=State.RETRY, reason=Reason.INTERRUPTED)


def drop_old_bodies(*, now: datetime) -> int:
    """Forget the words of letters that were settled 30 days ago; returns how many."""
    return (
        Letter.objects.filter(state__in=Letter.OVER)
        .filter(
            Q(sent_at__lte=now - KEEP_BODIES)
            | Q(sent_at__isnull=True, created_at__lte=now - KEEP_BODIES)
        )
        .exclude(text="", html="", attachments=[])
        .update(text="", html="", attachments=[])
    )


def _settle(outcome: Outcome, now: datetime) -> None:
    step(settle=outcome, now=now)
    _suppress_dead_mailbox(outcome, now)


def _suppress_dead_mailbox(outcome: Outcome, now: datetime) -> None:
    if outcome.reason == Reason.BOUNCED:
        key = outcome.letter.address_key
        suppressions.look_at(address_key=key, words=outcome.error, now=now)


def _obey(verdict: kinds.Verdict, letter: Letter) -> Outcome | None:
    if isinstance(verdict, kinds.Drop):
        return outcomes.suppressed(letter, Reason.OUTDATED, verdict.reason)
    if isinstance(verdict, kinds.Renew):
        letter.subject = verdict.content.subject[:250]
        letter.text = verdict.content.text
        letter.html = verdict.content.html
        letter.attachments = list(verdict.attachments)
        letter.fingerprint = verdict.fingerprint
        letter.save(
            update_fields=["subject", "text", "html", "attachments", "fingerprint"]
        )
    return None


def _close(letters: LetterQuerySet, state: Letter.State, reason: Letter.Reason) -> None:
    closed = letters.filter(secret=True).update(
        state=state, reason=reason, subject="", text="", html="", attachments=[]
    )
    closed += letters.filter(secret=False).update(state=state, reason=reason)
    if closed:
        figures.count("letters", state, more=closed)
