"""Giving entries to judges."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from contests import emails
from contests.judging.conflicts import too_close
from contests.judging.rules import is_judge
from contests.locks import guarded, share_contest
from contests.models import Entry, JudgeAssignment, Round
from contests.refusals import StaffRefusal
from members.models import User


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
    new: dict[User, list[JudgeAssignment]] = {}
    refused = []
    with guarded():
        round_ = Round.objects.select_related("contest").get(pk=round_id)
        share_contest(round_.contest_id)
        entries = (
            Entry.objects.filter(pk__in=entry_ids, contest=round_.contest_id)
            .select_for_update(no_key=True, of=("self",))
            .order_by("pk")
        )
        locked = entries.to_write_to().prefetch_related("authors__person")
        there = set(
            JudgeAssignment.objects.filter(
                round=round_, entry__in=entry_ids
            ).values_list("entry_id", "judge_id")
        )
        for entry in locked:
            for judge in judges:
                if (entry.pk, judge.pk) in there:
                    continue
                if refusal := why_not_assign(round_, entry, judge):
                    refused.append((entry, judge, refusal))
                    continue
                row = JudgeAssignment(
                    round=round_, entry=entry, judge=judge, assigned_at=now
                )
                new.setdefault(judge, []).append(row)
        for judge, rows in new.items():
            JudgeAssignment.objects.bulk_create(rows)
            emails.assigned(judge, round_, rows, now=now)
    return Assigned(new=sum(map(len, new.values())), refused=refused)
