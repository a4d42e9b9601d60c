"""The criteria freeze with the first score; a change is a new version, with a reason.

Weights change; what a criterion means and its scale do not, because scores were given
by them. Old versions, old scores and the ranking by the old weights stay readable.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from contests.locks import guarded, lock_contest, refuse
from contests.models import Criterion, Round, Rubric, Score
from contests.publishing import FULL_WEIGHT
from contests.ranking import runs
from contests.ranking.reading import inputs_of
from contests.refusals import StaffRefusal
from contests.rules import results_public
from members.models import User


def is_frozen(round_: Round) -> bool:
    return Score.objects.filter(assignment__round=round_).exists()


def freeze(round_: Round, criteria: Sequence[Criterion], *, now: dt.datetime) -> None:
    """Write down the criteria as they count now; in the transaction of a score.

    Whoever changes criteria holds the contest, which every score shares.
    """
    if Rubric.objects.filter(round=round_, version=round_.rubric).exists():
        return
    row = Rubric(
        round=round_, version=round_.rubric, criteria=_lines(criteria), made_at=now
    )
    # Two judges may give the first score at once.
    Rubric.objects.bulk_create([row], ignore_conflicts=True)


def why_not_change(
    round_: Round, weights: Mapping[int, int], reason: str, *, now: dt.datetime
) -> StaffRefusal | None:
    if results_public(round_.contest, now=now):
        return StaffRefusal.RESULTS_OUT
    if round_.announced_at:
        return StaffRefusal.ANNOUNCED
    if not is_frozen(round_):
        return StaffRefusal.NOT_SCORED
    if sum(weights.values()) != FULL_WEIGHT or min(weights.values()) < 0:
        return StaffRefusal.WEIGHTS
    return None if reason.strip() else StaffRefusal.NO_REASON


def change_weights(
    *,
    round_id: int,
    weights: Mapping[int, int],
    reason: str,
    by: User | None,
    now: dt.datetime,
) -> Round:
    """Let the criteria weigh otherwise, by criterion id.

    The ranking is kept twice, by the old weights and by the new ones. The same
    weights once more change nothing. Raises Refused and Busy.
    """
    with guarded():
        contest_id = Round.objects.values_list("contest", flat=True).get(pk=round_id)
        contest = lock_contest(contest_id)
        round_ = Round.objects.get(pk=round_id)
        round_.contest = contest
        criteria = list(round_.criteria.all())
        if set(weights) != {one.pk for one in criteria}:
            raise ValueError("weights of other criteria")
        refuse(why_not_change(round_, weights, reason, now=now))
        if all(one.weight == weights[one.pk] for one in criteria):
            return round_
        freeze(round_, criteria, now=now)
        runs.keep(round_, inputs_of(round_), by=by, now=now, reason=reason[:200])
        for one in criteria:
            one.weight = weights[one.pk]
        Criterion.objects.bulk_update(criteria, ["weight"])
        round_.rubric += 1
        round_.save(update_fields=["rubric"])
        Rubric.objects.create(
            round=round_,
            version=round_.rubric,
            criteria=_lines(criteria),
            reason=reason,
            made_at=now,
            made_by=by,
        )
        runs.keep(round_, inputs_of(round_), by=by, now=now, reason=reason[:200])
    return round_


def _lines(criteria: Sequence[Criterion]) -> list[dict]:
    return [
        {"id": one.pk, "name": one.name, "weight": one.weight, "maximum": one.maximum}
        for one in criteria
    ]
