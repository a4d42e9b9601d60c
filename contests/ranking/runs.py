"""Ranking runs: kept as reckoned, and reckoned again to the same list."""

from __future__ import annotations

import datetime as dt

from contests.locks import guarded, share_contest
from contests.models import RankingRun, Round
from contests.ranking.reading import inputs_of
from contests.ranking.reckoning import Inputs, Outcome, outcome_of, read, reckon
from members.models import User


def fix(
    *, round_id: int, by: User | None, now: dt.datetime, reason: str = ""
) -> RankingRun:
    """Keep the ranking as it stands now.

    The same scores as in the latest run give that run back: pressed twice it is one.
    """
    with guarded():
        contest_id = Round.objects.values_list("contest", flat=True).get(pk=round_id)
        contest = share_contest(contest_id)
        # Judges who score do not wait for this; a second press of the button does.
        round_ = Round.objects.select_for_update(no_key=True).get(pk=round_id)
        round_.contest = contest
        inputs = inputs_of(round_)
        latest = round_.runs.defer("inputs").first()
        if latest and latest.inputs_hash == inputs.hash and not reason:
            return latest
        return keep(round_, inputs, by=by, now=now, reason=reason)


def keep(
    round_: Round, inputs: Inputs, *, by: User | None, now: dt.datetime, reason: str
) -> RankingRun:
    """Write the run; in the caller's transaction."""
    return RankingRun.objects.create(
        round=round_,
        rubric=inputs.rubric,
        method=inputs.ranked_by,
        inputs=inputs.kept(),
        inputs_hash=inputs.hash,
        rows=reckon(inputs).kept(),
        reason=reason,
        made_at=now,
        made_by=by,
    )


def outcome(run: RankingRun) -> Outcome:
    """What came out then."""
    return outcome_of(run.rows)


def comes_out_the_same(run: RankingRun) -> bool:
    """Reckons the run again from what went in."""
    return reckon(read(run.inputs)).kept() == run.rows


def is_current(run: RankingRun, inputs: Inputs) -> bool:
    """Whether nothing that counts has changed since."""
    return run.inputs_hash == inputs.hash
