"""How much of a place the public vote is: a pure function, and what goes into it.

Only where the contest's rules say by how much, only in its last round, and only from
the stored count on. With a weight of w percent

    points = deciding · (100 − w) ÷ 100 + vote points · w ÷ 100

where *deciding* is what places follow without the vote (the mean, or the calibrated
points), and the *vote points* of a work are 100 · its votes ÷ the most votes of a work
in its division. A work that nobody could vote for, because its authors keep their
names private, gets the mean of the vote points of its division: nobody wins or loses
places by a consent that must be free. Where a division got no vote at all, the vote
counts for nothing there.

An example, w = 20: A has 80 from the jury and 30 votes, B 78 and 60, C 79 and was not
in the vote. Vote points: A 50, B 100, C 75. Points: A 64 + 10 = 74, B 62.4 + 20 = 82.4,
C 63.2 + 15 = 78.2; so B, C, A.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from contests.models import Round, VoteCount

HUNDRED = 100


@dataclass(frozen=True)
class Vote:
    """What went in: percent, and votes by entry; None for one outside the vote."""

    weight: int
    votes: tuple[tuple[int, int | None], ...]

    def kept(self) -> dict[str, Any]:
        return {"weight": self.weight, "votes": [list(pair) for pair in self.votes]}

    def points(self, entries: Collection[int]) -> dict[int, Fraction]:
        """The vote points of the works of one division; none where nobody voted."""
        votes = {
            entry: number
            for entry, number in self.votes
            if entry in entries and number is not None
        }
        most = max(votes.values(), default=0)
        if not most:
            return {}
        found = {pk: Fraction(HUNDRED * number, most) for pk, number in votes.items()}
        usual = sum(found.values()) / len(found)
        return {entry: found.get(entry, usual) for entry in entries}

    def together(self, deciding: Fraction | float, points: Fraction):
        """Exact where the jury's part is."""
        jury = deciding * (HUNDRED - self.weight)
        vote = points * self.weight
        if isinstance(deciding, float):
            return (jury + float(vote)) / HUNDRED
        return (jury + vote) / HUNDRED


def read(kept: Mapping[str, Any] | None) -> Vote | None:
    if kept is None:
        return None
    return Vote(kept["weight"], tuple((pk, number) for pk, number in kept["votes"]))


def vote_in(round_: Round, entries: Collection[int]) -> Vote | None:
    """The counted votes, where they weigh anything in this round."""
    contest = round_.contest
    if not contest.vote_weight:
        return None
    later = Round.objects.filter(contest=contest, order__gt=round_.order)
    if later.exists():
        return None
    counted = VoteCount.objects.filter(contest=contest).first()
    if counted is None:
        return None
    votes = {entry: good for entry, good, _aside in counted.rows}
    return Vote(contest.vote_weight, tuple((pk, votes.get(pk)) for pk in entries))
