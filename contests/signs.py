"""How a contest stands, in words, and the one obvious next step."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from contests import rules
from contests.models import Contest, Entry
from contests.rules import EntryRefusal
from contests.voting.rules import vote_open
from members.models import User
from vietnam.dates import deadline_text, local_day

State = Entry.State


@dataclass(frozen=True)
class Sign:
    """`state` chooses word and shape in components/state.html; `text` says more."""

    state: str
    text: str


@dataclass(frozen=True)
class Step:
    """What to press and what will come of it; `text` is said before the button."""

    label: str
    url: str
    text: str = ""
    open: bool = False


def sign_of(contest: Contest, now: dt.datetime) -> Sign:
    if contest.state != Contest.State.PUBLISHED:
        return Sign("draft", _("Not public yet"))
    language = get_language() or "vi"
    if now < contest.opens_at:
        opens = deadline_text(contest.opens_at, language)
        return Sign("soon", _("Entries open at %(opens)s") % {"opens": opens})
    if now < contest.closes_at:
        return Sign("open", _("Open for entries"))
    if rules.results_public(contest, now=now):
        return Sign("awarded", _("Results are out"))
    return Sign("closed", _("Entries closed, judging"))


def days_left(contest: Contest, now: dt.datetime) -> int:
    """Whole days in Việt Nam until the day of the deadline; negative when over."""
    if now >= contest.closes_at:
        return -1
    return (local_day(contest.closes_at) - local_day(now)).days


def next_step(
    contest: Contest, user: User, mine: Sequence[Entry], *, now: dt.datetime
) -> Step:
    """For whoever looks at the contest's page."""
    if rules.results_public(contest, now=now):
        url = reverse("contests:results", args=[contest.slug])
        return Step(_("See the results"), url)
    open_ = rules.why_not_now(contest, now=now) is None
    drafts = [entry for entry in mine if entry.state == State.DRAFT]
    if drafts and open_:
        text = _("You have begun an entry; it is not handed in yet.")
        return Step(_("Go on with my entry"), drafts[0].get_absolute_url(), text, True)
    if mine:
        return Step(
            _("See my entry"), mine[0].get_absolute_url(), in_words(mine[0], now)
        )
    refusal = (
        rules.why_not_enter(contest, user, now=now)
        if user.is_authenticated
        else rules.why_not_now(contest, now=now)
    )
    if vote_open(contest, now=now):
        url = reverse("contests:works", args=[contest.slug])
        text = _("The judges are at work, and the public votes.")
        return Step(_("See the works and vote"), url, text, True)
    if refusal:
        text = refusal.sentence(contest)
        if refusal is EntryRefusal.CLOSED:
            text = _("Entries have closed. The judges are at work.")
        return Step(_("See other contests"), reverse("contests:list"), text)
    text = _("You can save a draft and go on later, until the deadline.")
    return Step(_("Enter"), reverse("contests:start", args=[contest.slug]), text, True)


def in_words(entry: Entry, now: dt.datetime) -> str:
    """Where an entry stands, for the person who entered it."""
    closes = deadline_text(entry.contest.closes_at, get_language() or "vi")
    open_ = now < entry.contest.closes_at
    match rules.state_shown(entry, now=now):
        case State.DRAFT if open_:
            return _("Not handed in yet. The deadline is %(closes)s.") % {
                "closes": closes
            }
        case State.DRAFT:
            return _("It was not handed in before the deadline.")
        case State.SUBMITTED if open_:
            return _("Handed in. You can change it until %(closes)s.") % {
                "closes": closes
            }
        case State.SUBMITTED:
            return _("Handed in. You hear from us when the results are out.")
        case State.SHORTLISTED:
            return _("Congratulations! Your work goes on to the next round.")
        case State.AWARDED:
            return _("Congratulations! Your work got a prize.")
        case State.DISQUALIFIED:
            return _("The organisers took this entry out of the contest.")
    return _("You withdrew this entry.")
