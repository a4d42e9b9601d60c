"""Giving entries to judges: chosen by hand, or proposed with an even load.

A proposal is looked at first and then applied as it was seen: `apply_proposal` makes
it again inside the lock, and when entries or judges have changed since, it refuses
instead of doing something nobody looked at.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import pghistory

from contests import emails
from contests.judging.conflicts import (
    Circle,
    Closeness,
    circle_of_entry,
    circle_of_judge,
    meet,
    too_close,
)
from contests.judging.rules import is_judge
from contests.locks import Busy, Refused, guarded, refuse, share_contest
from contests.models import Division, Entry, JudgeAssignment, Round
from contests.ranking import apart
from contests.refusals import StaffRefusal
from members.models import Assignment, Role, User
from vietnam.dates import local_day

log = logging.getLogger(__name__)


def why_not_assign(round_: Round, entry: Entry, judge: User) -> StaffRefusal | None:
    if entry.state not in Entry.IN_CONTEST:
        return StaffRefusal.NOT_IN_CONTEST
    if not judge.is_active or not is_judge(judge):
        return StaffRefusal.NOT_A_JUDGE
    if too_close(judge, entry):
        return StaffRefusal.CLOSE
    return None


@dataclass(frozen=True)
class Assigned:
    """What became of an assignment in bulk: how many are new, and who was refused."""

    new: int
    refused: list[tuple[Entry, User, StaffRefusal]]


@dataclass(frozen=True)
class Load:
    """What one judge has to read: so far, by the proposal, and of whom not."""

    judge: User
    had: int
    new: int
    close: dict[Closeness, int]

    @property
    def total(self) -> int:
        return self.had + self.new

    @property
    def too_close(self) -> int:
        return sum(self.close.values())


@dataclass(frozen=True)
class Proposal:
    """Who would get what; `short` are entries for which there are too few judges."""

    pairs: list[tuple[Entry, User]]
    loads: list[Load]
    short: list[Entry]
    fingerprint: str


def assign_judges(
    *,
    round_id: int,
    entry_ids: Collection[int],
    judges: Collection[User],
    by: User | None,
    now: dt.datetime,
) -> Assigned:
    """Give these entries to these judges, each under a blind code of its own.

    What is there already stays. Whoever is too close to an entry does not get it and
    is named. Each judge gets one letter for all that is new.
    """
    refused, pairs = [], []
    with guarded():
        round_ = _round(round_id)
        locked = _locked(Entry.objects.filter(contest=round_.contest_id), entry_ids)
        there = _there(round_)
        came_on = set(Entry.objects.judged_in(round_).values_list("pk", flat=True))
        for entry in locked:
            for judge in judges:
                if (entry.pk, judge.pk) in there:
                    continue
                refusal = why_not_assign(round_, entry, judge)
                if refusal is None and entry.pk not in came_on:
                    refusal = StaffRefusal.NOT_IN_ROUND
                if refusal:
                    refused.append((entry, judge, refusal))
                else:
                    pairs.append((entry, judge))
        _write(round_, pairs, now=now)
    return Assigned(new=len(pairs), refused=refused)


def propose(
    round_: Round,
    *,
    judges: Sequence[User],
    division: Division | None = None,
    again: bool = False,
) -> Proposal:
    """Fill each entry up to the quorum, from whoever of these has the least to read.

    `again`: one more reading for the entries whose judges are far apart, and nothing
    else. Equal loads are told apart by a hash of entry and judge: judges meet in ever
    other companies, so that their scores can be compared. The same rows give the same
    proposal.
    """
    rows = JudgeAssignment.objects.filter(round=round_)
    given = list(rows.values_list("entry", "judge", "aside", "admitted_at"))
    there = {(entry, judge) for entry, judge, *_rest in given}
    readings = Counter(
        entry for entry, _judge, aside, admitted in given if not aside or admitted
    )
    had = Counter(
        judge
        for _entry, judge, aside, _admitted in given
        if aside not in JudgeAssignment.CLOSED
    )
    wanted = _wanted(round_, division, readings, again=again)
    able = sorted((one for one in judges if one.is_active), key=lambda one: one.pk)
    circles = {judge.pk: circle_of_judge(judge) for judge in able}
    choices = [_choice(entry, able, circles, there) for entry in wanted]
    pairs, short, new = _deal(choices, wanted, had)
    return Proposal(
        pairs=pairs,
        loads=[
            Load(judge, had[judge.pk], new[judge.pk], _close(choices, judge))
            for judge in able
        ],
        short=short,
        fingerprint=_fingerprint(pairs),
    )


def apply_proposal(
    *,
    round_id: int,
    judges: Sequence[User],
    fingerprint: str,
    by: User | None,
    now: dt.datetime,
    division: Division | None = None,
    again: bool = False,
) -> Assigned:
    """Give what was proposed and looked at. Raises Refused(OTHER_PLAN) and Busy.

    Pressed twice it is done once: the second time there is nothing left to give.
    """
    with guarded():
        round_ = _round(round_id)
        _locked(Entry.objects.judged_in(round_))
        plan = propose(round_, judges=judges, division=division, again=again)
        if plan.pairs and plan.fingerprint != fingerprint:
            raise Refused(StaffRefusal.OTHER_PLAN)
        if not all(map(is_judge, judges)):
            raise Refused(StaffRefusal.NOT_A_JUDGE)
        _write(round_, plan.pairs, now=now)
    return Assigned(new=len(plan.pairs), refused=[])


def read_again(
    *, round_id: int, by: User | None, now: dt.datetime
) -> tuple[int, list[Entry]]:
    """One more judge for each work whose judges are far apart, in one go.

    From among those who read in this round already and are judges today, whoever has
    the least to read; conflicts as ever. Each gets one letter. Returns how many
    readings are new and the works for which nobody is left. Twice is once: a work
    with one more reading is asked about no more. Raises Refused and Busy.
    """
    with guarded():
        round_ = _round(round_id)
        refuse(why_not_read_again(round_, now=now))
        _locked(Entry.objects.judged_in(round_))
        plan = propose(round_, judges=_jury(round_, on=local_day(now)), again=True)
        _write(round_, plan.pairs, now=now)
    if plan.pairs:
        who = f"account {by.pk}" if by else "by itself"
        log.info("round %s: %s more readings, %s", round_id, len(plan.pairs), who)
    return len(plan.pairs), plan.short


def why_not_read_again(round_: Round, *, now: dt.datetime) -> StaffRefusal | None:
    """Nobody could score it any more."""
    return StaffRefusal.JUDGED if now >= round_.ends_at else None


def read_again_where_wanted(*, now: dt.datetime) -> int:
    """In rounds that ask for it by themselves; the number of new readings."""
    rounds = Round.objects.filter(
        again_by_itself=True, starts_at__lte=now, ends_at__gt=now
    )
    new = 0
    for key in rounds.exclude(apart_over=None).values_list("pk", flat=True):
        try:
            with pghistory.context(task="contests.read_again"):
                number, short = read_again(round_id=key, by=None, now=now)
        except (Busy, Refused):
            continue  # in an hour
        new += number
        if short:
            log.warning("round %s: nobody is left for %s works", key, len(short))
    return new


def _jury(round_: Round, *, on: dt.date) -> list[User]:
    """Who has something to read in this round and is a judge that day."""
    at_work = JudgeAssignment.objects.filter(round=round_).values("judge")
    roles = Assignment.objects.current(on).filter(role=Role.JUDGE).values("user")
    users = User.objects.filter(pk__in=at_work, is_active=True)
    return list(users.filter(pk__in=roles).select_related("person__unit"))


@dataclass(frozen=True)
class _Choice:
    """Who may read an entry, and who is too close to it."""

    entry: Entry
    able: list[User]
    close: dict[int, Closeness]


def _wanted(
    round_: Round, division: Division | None, readings: Counter, *, again: bool
) -> dict[Entry, int]:
    """How many more judges each entry needs, in the order of codes."""
    rows = Entry.objects.judged_in(round_).select_related("owner__person", "division")
    rows = rows.prefetch_related("authors__person").order_by("code")
    if division:
        rows = rows.filter(division=division)
    if again:
        rows = rows.filter(pk__in=apart.entries_apart(round_))
        return dict.fromkeys(rows, 1)
    lacking = {entry: round_.quorum - readings[entry.pk] for entry in rows}
    return {entry: number for entry, number in lacking.items() if number > 0}


def _choice(
    entry: Entry,
    judges: Iterable[User],
    circles: dict[int, Circle],
    there: set[tuple[int, int]],
) -> _Choice:
    circle, able, close = circle_of_entry(entry), [], {}
    for judge in judges:
        if (entry.pk, judge.pk) in there:
            continue
        if why := meet(circles[judge.pk], circle):
            close[judge.pk] = why
        else:
            able.append(judge)
    return _Choice(entry, able, close)


def _deal(
    choices: list[_Choice], wanted: dict[Entry, int], had: Counter
) -> tuple[list[tuple[Entry, User]], list[Entry], Counter]:
    """The entries with the fewest possible judges choose first."""
    pairs, short, new = [], [], Counter()
    for choice in sorted(choices, key=lambda one: (len(one.able), one.entry.code)):
        entry, number = choice.entry, wanted[choice.entry]
        order = sorted(
            choice.able,
            key=lambda judge: (
                had[judge.pk] + new[judge.pk],
                _mixed(entry.pk, judge.pk),
            ),
        )
        for judge in order[:number]:
            pairs.append((entry, judge))
            new[judge.pk] += 1
        if len(order) < number:
            short.append(entry)
    return pairs, short, new


def _mixed(entry: int, judge: int) -> bytes:
    return hashlib.sha256(f"{entry}:{judge}".encode()).digest()


def _close(choices: Iterable[_Choice], judge: User) -> dict[Closeness, int]:
    return dict(Counter(c.close[judge.pk] for c in choices if judge.pk in c.close))


def _fingerprint(pairs: Iterable[tuple[Entry, User]]) -> str:
    text = ",".join(sorted(f"{entry.pk}:{judge.pk}" for entry, judge in pairs))
    return hashlib.sha256(text.encode()).hexdigest()


def _round(round_id: int) -> Round:
    round_ = Round.objects.select_related("contest").get(pk=round_id)
    share_contest(round_.contest_id)
    return round_


def _there(round_: Round) -> set[tuple[int, int]]:
    rows = JudgeAssignment.objects.filter(round=round_)
    return set(rows.values_list("entry_id", "judge_id"))


def _locked(rows, entry_ids: Collection[int] | None = None) -> list[Entry]:
    """Nobody withdraws one of them meanwhile."""
    if entry_ids is not None:
        rows = rows.filter(pk__in=entry_ids)
    rows = rows.to_write_to().prefetch_related("authors__person").order_by("pk")
    return list(rows.select_for_update(no_key=True, of=("self",)))


def _write(
    round_: Round, pairs: Iterable[tuple[Entry, User]], *, now: dt.datetime
) -> None:
    """The rows, and one letter for each judge."""
    new: dict[User, list[JudgeAssignment]] = {}
    for entry, judge in pairs:
        row = JudgeAssignment(round=round_, entry=entry, judge=judge, assigned_at=now)
        new.setdefault(judge, []).append(row)
    for judge, rows in new.items():
        JudgeAssignment.objects.bulk_create(rows)
        emails.assigned(judge, round_, rows, now=now)
