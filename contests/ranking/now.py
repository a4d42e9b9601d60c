"""How a round stands now, kept by each process until something that counts changes.

Two thousand entries with ten thousand sheets take half a second to read and to reckon;
whether they are still the same one small question tells. `_mark` covers all that
`reckoning.Inputs` holds and all that `Standing` says beside it.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection

from contests.models import Criterion, Division, Entry, Round, VoteCount
from contests.ranking import apart
from contests.ranking.reading import WORK, Task, reading_of
from contests.ranking.reckoning import Bench, Outcome, Row, reckon

MOST = 20
"""Rounds kept in a process, each some two megabytes at two thousand entries."""


@dataclass
class Load:
    """What one judge has in the round; `aside` are readings that do not count."""

    given: int = 0
    scored: int = 0
    aside: int = 0
    last: dt.datetime | None = None


@dataclass(frozen=True)
class Standing:
    """`hash` is that of the inputs, as a fixed ranking has it."""

    hash: str
    outcome: Outcome
    apart: list[int]
    lacking: int
    loads: dict[int, Load]
    divisions: list[Division]

    def of(self, division: int) -> tuple[Bench, list[Row]]:
        """One division's rows, the best first."""
        bench = next(one for one in self.outcome.benches if one.division == division)
        return bench, [row for row in self.outcome.rows if row.division == division]


_kept: OrderedDict[int, tuple[tuple, Standing]] = OrderedDict()
_lock = threading.Lock()


def standing_of(round_: Round, *, read: dict[int, Entry] | None = None) -> Standing:
    """As scores stand now. Nobody changes what is returned: others read it too.

    If the entries had to be read for it, they are put into `read`, with their awards.
    """
    mark = _mark(round_)
    with _lock:
        before = _kept.get(round_.pk)
    if before and before[0] == mark:
        return before[1]
    found, marks = _reckoned(round_, {} if read is None else read)
    # Under the marks of what was read, not of what was there before: that may have
    # changed meanwhile, and may change back.
    mark = (*mark[:-1], marks)
    with _lock:
        _kept[round_.pk] = mark, found
        _kept.move_to_end(round_.pk)
        while len(_kept) > MOST:
            _kept.popitem(last=False)
    return found


def _reckoned(round_: Round, read: dict[int, Entry]) -> tuple[Standing, tuple]:
    reading = reading_of(round_)
    read |= reading.entries
    outcome = reckon(reading.inputs)
    found = Standing(
        hash=reading.inputs.hash,
        outcome=outcome,
        apart=apart.among(outcome, round_),
        lacking=sum(row.assigned < round_.quorum for row in outcome.rows),
        loads=_loads(reading.tasks),
        divisions=list(
            {one.division_id: one.division for one in reading.entries.values()}.values()
        ),
    )
    return found, reading.marks


def _loads(tasks: Iterable[Task]) -> dict[int, Load]:
    loads: dict[int, Load] = {}
    for task in tasks:
        load = loads.setdefault(task.judge, Load())
        if not task.counts:
            load.aside += 1
            continue
        load.given += 1
        if task.scored_at:
            load.scored += 1
            load.last = max(filter(None, [load.last, task.scored_at]))
    return loads


def _mark(round_: Round) -> tuple:
    """Differs whenever something differs that `_reckoned` depends on."""
    rules = (round_.ranked_by, round_.rubric, round_.quorum, round_.apart_over)
    return rules, _criteria(round_), _vote(round_), _rows(round_)


def _criteria(round_: Round) -> tuple:
    if hasattr(round_, "counted"):
        return tuple(tuple(one.values()) for one in round_.counted)
    rows = Criterion.objects.filter(round=round_)
    return tuple(rows.values_list("pk", "weight", "maximum"))


_ROWS = """
SELECT works.*, sheets.*
FROM (SELECT count(*), bit_xor(told) FROM ({works}) AS rows) AS works,
    (SELECT count(*), bit_xor(mark) FROM contests_judgeassignment WHERE round_id = %s)
        AS sheets
"""


def _rows(round_: Round) -> tuple:
    """Works and sheets, each as a mark of 64 bits that minds no order.

    Every row has its key in it, so no two cancel each other out. A sheet bears the mark
    of its scores within its own.
    """
    rows = Entry.objects.judged_in(round_).order_by()
    works, params = rows.annotate(told=WORK).values("told").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(_ROWS.replace("{works}", works), [*params, round_.pk])
        return cursor.fetchone()


def _vote(round_: Round) -> tuple:
    """Counts are never changed: a new one is a new row."""
    contest = round_.contest
    if not contest.vote_weight:
        return ()
    counts = VoteCount.objects.filter(contest=contest).values_list("pk", flat=True)
    later = Round.objects.filter(contest=contest, order__gt=round_.order)
    return contest.vote_weight, counts.first(), later.exists()
