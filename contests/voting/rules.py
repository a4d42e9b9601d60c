"""Who may vote, and if not, why not. The window is half-open."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from contests.models import Ballot, Contest
from contests.rules import results_public, works_for
from contests.voting.voters import Voter
from members.models import User
from vietnam.dates import deadline_text


class VoteRefusal(models.TextChoices):
    """Why a ballot is not taken; a sentence for people."""

    NONE = "none", _("In this contest there is no public vote.")
    NOT_YET = "not_yet", _("Voting opens at %(opens)s. Come back then.")
    OVER = "over", _("Voting closed at %(closes)s. The ballots are being counted.")
    JURY = (
        "jury",
        _("You work for this contest as a judge or organiser, so you cannot vote."),
    )
    UNPROVED = (
        "unproved",
        _("Add an email address to your account and prove it; then you can vote."),
    )
    NO_MAIL = "no_mail", _("Sign in to vote: in this contest every voter does.")
    EMPTY = "empty", _("Choose a work first.")
    TOO_MANY = "too_many", _("You can choose at most %(picks)s work(s).")
    GONE = (
        "gone",
        _("A work that you chose is not in the vote any more. Choose again."),
    )
    SPENT = (
        "spent",
        _("This link was used already or is too old. Vote again for a new one."),
    )

    def sentence(self, contest: Contest) -> str:
        language = get_language() or "vi"
        opens, closes = contest.vote_opens_at, contest.vote_closes_at
        return str(self.label) % {
            "opens": deadline_text(opens, language) if opens else "",
            "closes": deadline_text(closes, language) if closes else "",
            "picks": contest.vote_picks,
        }


def vote_open(contest: Contest, *, now: dt.datetime) -> bool:
    return why_not_now(contest, now=now) is None


def vote_over(contest: Contest, *, now: dt.datetime) -> bool:
    return contest.vote_closes_at is not None and contest.vote_closes_at <= now


def why_not_now(contest: Contest, *, now: dt.datetime) -> VoteRefusal | None:
    """The window `[vote_opens_at, vote_closes_at)` of a published contest."""
    if contest.state != Contest.State.PUBLISHED or not contest.has_vote:
        return VoteRefusal.NONE
    if now < contest.vote_opens_at:
        return VoteRefusal.NOT_YET
    if now >= contest.vote_closes_at:
        return VoteRefusal.OVER
    return None


def why_not_vote(
    contest: Contest, voter: Voter, *, now: dt.datetime
) -> VoteRefusal | None:
    """Jury and organisers do not vote; entrants may, for their own work too: nobody
    could tell it of a mailbox, and one vote is one vote.
    """
    if refusal := why_not_now(contest, now=now):
        return refusal
    if voter.way == Ballot.Way.MAIL and not contest.vote_by_mail:
        return VoteRefusal.NO_MAIL
    if voter.account and works_for(contest, voter.account):
        return VoteRefusal.JURY
    return None if voter.keys else VoteRefusal.UNPROVED


def why_not_pick(
    contest: Contest, picks: Collection[int], shown: Collection[int]
) -> VoteRefusal | None:
    """`shown` are those of the works that are in the gallery now."""
    if len(picks) > contest.vote_picks:
        return VoteRefusal.TOO_MANY
    return None if set(picks) <= set(shown) else VoteRefusal.GONE


def gallery_public(contest: Contest, *, now: dt.datetime) -> bool:
    """From the opening of the vote on, without one from the results on."""
    if contest.state != Contest.State.PUBLISHED:
        return False
    if contest.has_vote and contest.vote_opens_at <= now:
        return True
    return results_public(contest, now=now)


def names_told(contest: Contest, *, now: dt.datetime) -> bool:
    """Not while a blind round is still ahead or on: judges read the gallery as well,
    and would know by its title whose work they score (rule 8).
    """
    return not contest.rounds.filter(blind=True, ends_at__gt=now).exists()


def may_see_gallery(contest: Contest, user: User, *, now: dt.datetime) -> bool:
    from contests.rules import manages

    if gallery_public(contest, now=now):
        return True
    return user.is_authenticated and manages(user, contest)
