"""Why judges and organisers cannot do something; sentences for people."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class ScoreRefusal(models.TextChoices):
    """Why a judge cannot score an entry."""

    NOT_YET = "not_yet", _("Scoring has not begun yet.")
    OVER = "over", _("Scoring is over. What was scored counts.")
    CONFLICT = (
        "conflict",
        _("You declared a conflict of interest, so you do not score this one."),
    )
    TOO_CLOSE = (
        "too_close",
        _("You are too close to this entry to score it. The organisers know."),
    )
    GONE = "gone", _("This entry is no longer in the contest.")
    INCOMPLETE = "incomplete", _("Score every criterion.")
    BOUNDS = "bounds", _("A score lies between 0 and the highest score.")
    FINAL = (
        "final",
        _("Your scores are final, because you may see those of others now."),
    )
    ELSEWHERE = (
        "elsewhere",
        _(
            "You gave other scores in another window meanwhile; they stand above the "
            "form. Press the button once more to replace them."
        ),
    )


class StaffRefusal(models.TextChoices):
    """Why organisers cannot do this to a contest or an entry."""

    NO_DIVISION = "no_division", _("The contest needs a division first.")
    NO_ROUND = "no_round", _("The contest needs a round first.")
    WEIGHTS = (
        "weights",
        _("The weights of each round's criteria must add up to 100."),
    )
    ROUND_EARLY = (
        "round_early",
        _("Judging must start when entries have closed, not before."),
    )
    OVER = "over", _("Entries have closed already. Change the dates first.")
    NOT_IN_CONTEST = "not_in_contest", _("The entry does not take part.")
    RESULTS_OUT = (
        "results_out",
        _("The results are public, so this cannot be changed any more."),
    )
    RESULTS_EARLY = (
        "results_early",
        _("Results can come out once entries have closed, not before."),
    )
    RESULTS_PAST = ("results_past", _("This moment has passed. Choose a later one."))
    STILL_OPEN = "still_open", _("Entries are still open, so this must wait.")
    NOT_A_JUDGE = "not_a_judge", _("This account has no judge's role.")
    CLOSE = "close", _("The judge is too close to this entry.")
    NOT_SOFT = "not_soft", _("Only a disclosed conflict can be let count.")
    NOT_IN_ROUND = "not_in_round", _("The entry did not come on to this round.")
    OTHER_PLAN = (
        "other_plan",
        _("Entries or judges have changed since. Look at the new proposal."),
    )
    JUDGING_ON = "judging_on", _("Judging is still going on, so this must wait.")
    NO_VOTE = "no_vote", _("In this contest there is no public vote.")
    VOTE_ON = "vote_on", _("The public vote is still going on, so this must wait.")
    NO_BALLOTS = "no_ballots", _("None of these ballots is there to be set aside.")
    JUDGED = "judged", _("Judging is over, so nobody could read it any more.")
    NOT_PRELIMINARY = (
        "not_preliminary",
        _("Only a preliminary round has a shortlist."),
    )
    ANNOUNCED = (
        "announced",
        _("The shortlist is announced, so it cannot be changed any more."),
    )
    NO_SHORTLIST = "no_shortlist", _("Make the shortlist first.")
    STALE = (
        "stale",
        _("Scores have changed since this ranking. Fix a new one first."),
    )
    TIER_FULL = (
        "tier_full",
        _("All prizes of this kind are given in this division already."),
    )
    NO_CHANGE = "no_change", _("Nothing is different from before.")
    NOT_SCORED = (
        "not_scored",
        _("Nobody has scored yet: change the criteria on the page of the round."),
    )
    NO_REASON = "no_reason", _("Say why, so that everybody can read it later.")
    ANSWERED = "answered", _("This appeal is answered already.")
