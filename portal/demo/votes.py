"""A vote that is on: works in the gallery, and ballots enough for an audit.

Three of four works are shown; the authors of the fourth keep their names private. Most
voters came one by one, a class voted together.
"""

from __future__ import annotations

import datetime as dt
import hashlib

from django.db.models import F

from contests.models import Ballot, Contest, Entry
from contests.rules import consent_about
from contests.voting import actions, voters
from contests.voting.voters import Voter
from members import consents
from members.models import Consent, Person
from portal.demo import people

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
TEXT_VERSION = "2026-11"
LASTS = 12 * DAY
WEIGHT = 10
CLASS = 12
"""Ballots from one network within a few minutes: the audit points at them."""


def open_vote(contest: Contest) -> None:
    contest.vote_opens_at = contest.closes_at + HOUR
    contest.vote_closes_at = contest.closes_at + LASTS
    contest.vote_weight = WEIGHT
    contest.save()


def fill(contest: Contest, entries: list[Entry], world) -> None:
    shown = entries[:3]
    for entry in shown:
        publishes(contest, entry.owner.person, entry.submitted_at)
    opens = contest.vote_opens_at
    step = (world.now - opens) / 25
    for number, person in enumerate(world.people[:20]):
        user = people.account(person)
        network = hashlib.sha256(bytes([number % 7])).hexdigest()[:16]
        voter = voters.signed_in(contest, user, network=network)
        work = shown[(number * number) % 3]
        actions.cast(
            contest_id=contest.pk,
            voter=voter,
            picks=[work.pk],
            now=opens + (number + 1) * step,
        )
    # As if most of them had come long ago; the made-up accounts are all of today.
    known = contest.ballots.filter(account__person__in=world.people[:17])
    known.update(account_made_at=F("cast_at") - 90 * DAY)
    together = world.now - 5 * HOUR
    for number in range(CLASS):
        key = voters.key(contest, f"lop-{number}@example.com")
        actions.cast(
            contest_id=contest.pk,
            voter=Voter(Ballot.Way.MAIL, (key,), network="c1a55e5c1a55e5c1"),
            picks=[shown[1].pk],
            now=max(opens, together) + number * dt.timedelta(seconds=20),
        )


def publishes(contest: Contest, person: Person, now: dt.datetime) -> None:
    """Name and picture of somebody who is no child any more."""
    for purpose in (Consent.Purpose.PUBLISH_NAME, Consent.Purpose.PUBLISH_PICTURE):
        consents.give(
            person=person,
            purpose=purpose,
            about=consent_about(contest),
            text_version=TEXT_VERSION,
            method=Consent.Method.OWN_FORM,
            now=now,
        )
