"""Casting a ballot: by an account at once, from a mailbox by a letter's link.

Locks: the contest shared (its window must not move meanwhile), then the voter's
ballots by key. A ballot may be changed and withdrawn until the vote closes; the last
word counts.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Sequence

from django.db.models import Q

from contests.locks import Refused, guarded, refuse, share_contest
from contests.models import Ballot, Contest, Pick, VoteLetter
from contests.voting import emails, gallery, rules, voters
from contests.voting.rules import VoteRefusal
from contests.voting.voters import Voter

LINK_LIVES = dt.timedelta(hours=24)


def cast(
    *, contest_id: int, voter: Voter, picks: Sequence[int], now: dt.datetime
) -> Ballot | None:
    """Write what the voter chose, instead of what stood there; no picks withdraw.

    Done twice is done once. Returns None where there was nothing to withdraw. Raises
    Refused and Busy.
    """
    with guarded():
        contest = share_contest(contest_id)
        return _cast(contest, voter, picks, now=now)


def ask_by_letter(
    *,
    contest_id: int,
    address: str,
    picks: Sequence[int],
    network: str,
    now: dt.datetime,
) -> VoteLetter:
    """Send a link that makes these picks the ballot of that mailbox.

    Nothing here tells whether the mailbox has voted or belongs to an account. Raises
    Refused and Busy.
    """
    with guarded():
        contest = share_contest(contest_id)
        way = Ballot.Way.MAIL
        voter = Voter(way, (voters.key(contest, address),), network=network)
        refuse(rules.why_not_vote(contest, voter, now=now))
        refuse(_why_not_pick(contest, picks, now=now))
        token = secrets.token_urlsafe(32)
        letter = VoteLetter.objects.create(
            contest=contest,
            account=voters.account_of(address),
            voter=voter.keys[0],
            token_hash=digest(token),
            picks=list(dict.fromkeys(picks)),
            network=network,
            made_at=now,
            expires_at=min(now + LINK_LIVES, contest.vote_closes_at),
        )
        emails.confirm(letter, address=address, token=token, now=now)
    return letter


def confirm(*, token: str, now: dt.datetime) -> Ballot | None:
    """What the letter asked becomes the ballot, once. Raises Refused and Busy."""
    with guarded():
        contest_id = letters(token).values_list("contest", flat=True).first()
        if contest_id is None:
            raise Refused(VoteRefusal.SPENT)
        contest = share_contest(contest_id)
        letter = letters(token).select_for_update(of=("self",)).get()
        letter.contest = contest
        refuse(why_not_confirm(letter, now=now))
        # What was taken out of the vote meanwhile is left out; the page said so.
        shown = gallery.shown_ids(contest, now=now, among=letter.picks)
        picks = [pk for pk in letter.picks if pk in shown]
        if letter.picks and not picks:
            raise Refused(VoteRefusal.GONE)
        ballot = _cast(contest, voters.behind(letter), picks, now=now)
        letter.used_at = now
        letter.save(update_fields=["used_at"])
    return ballot


def why_not_confirm(letter: VoteLetter, *, now: dt.datetime) -> VoteRefusal | None:
    """Used or too old; that voting is over is said before that."""
    if refusal := rules.why_not_now(letter.contest, now=now):
        return refusal
    if letter.used_at or now >= letter.expires_at:
        return VoteRefusal.SPENT
    return None


def letters(token: str):
    return VoteLetter.objects.filter(token_hash=digest(token))


def digest(token: str) -> str:
    """Plain: 256 random bits need no key."""
    return hashlib.sha256(token.encode()).hexdigest()


def standing(contest: Contest, voter: Voter) -> list[int]:
    """The ids that the voter's ballot is for now."""
    rows = Pick.objects.filter(ballot__in=_ballots(contest, voter))
    return list(rows.order_by("number").values_list("entry", flat=True))


def _cast(
    contest: Contest, voter: Voter, picks: Sequence[int], *, now: dt.datetime
) -> Ballot | None:
    refuse(rules.why_not_vote(contest, voter, now=now))
    refuse(_why_not_pick(contest, picks, now=now))
    ballot, *others = lock_ballots(contest, voter, now=now, make=bool(picks)) or [None]
    if ballot is None:
        return None
    # One person who voted from two mailboxes before these became one account.
    Pick.objects.filter(ballot__in=others).delete()
    _write(ballot, list(dict.fromkeys(picks)), now=now)
    return ballot


def lock_ballots(
    contest: Contest, voter: Voter, *, now: dt.datetime, make: bool
) -> list[Ballot]:
    """The voter's ballots, ours until the transaction ends; one is made where none is.

    Two first votes at once meet at the unique keys: the second one waits there, and
    then finds the row of the first.
    """
    rows = _ballots(contest, voter).order_by("pk")
    found = list(rows.select_for_update(of=("self",)))
    if found or not make:
        return found
    account = voter.account
    fresh = Ballot(
        contest=contest,
        account=account,
        voter=voter.keys[0],
        way=voter.way,
        account_made_at=account and account.date_joined,
        network=voter.network,
        cast_at=now,
        changed_at=now,
    )
    Ballot.objects.bulk_create([fresh], ignore_conflicts=True)
    return list(rows.select_for_update(of=("self",)))


def _ballots(contest: Contest, voter: Voter):
    mine = Q(voter__in=voter.keys)
    if voter.account:
        mine |= Q(account=voter.account)
    return Ballot.objects.filter(mine, contest=contest)


def _write(ballot: Ballot, picks: list[int], *, now: dt.datetime) -> None:
    before = list(ballot.picks.order_by("number").values_list("entry", flat=True))
    if before == picks:
        return
    ballot.picks.all().delete()
    Pick.objects.bulk_create(
        Pick(ballot=ballot, entry_id=pk, number=number)
        for number, pk in enumerate(picks, 1)
    )
    # Two servers' clocks may differ by a moment.
    ballot.changed_at = max(now, ballot.cast_at)
    ballot.save(update_fields=["changed_at"])


def _why_not_pick(
    contest: Contest, picks: Sequence[int], *, now: dt.datetime
) -> VoteRefusal | None:
    shown = gallery.shown_ids(contest, now=now, among=picks) if picks else set()
    return rules.why_not_pick(contest, picks, shown)
