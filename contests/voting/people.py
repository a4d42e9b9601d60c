"""Ballots of a person: handed out, erased, and when two records become one."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Q

from contests.models import Ballot, Contest, Pick, VoteLetter
from contests.voting import voters
from contests.voting.rules import vote_open
from members import merge, privacy
from members.models import Person, User


class BallotHolder:
    """While people vote, an erased ballot is gone: its voter may come back one day.

    Afterwards it stays as a nameless one, or the count would not be what it was.
    """

    def export(self, person: Person) -> list[dict[str, Any]]:
        rows = self._ballots(person).select_related("contest")
        return [
            {
                "contest": ballot.contest.title,
                "way": str(ballot.get_way_display()),
                "cast_at": ballot.cast_at.isoformat(),
                "changed_at": ballot.changed_at.isoformat(),
                "works": [pick.entry.title for pick in ballot.picks.all()],
            }
            for ballot in rows.prefetch_related("picks__entry")
        ]

    def erase(self, person: Person, now: dt.datetime) -> None:
        for ballot in self._ballots(person).select_related("contest"):
            if vote_open(ballot.contest, now=now):
                ballot.delete()
            else:
                ballot.account = ballot.voter = None
                ballot.network = ""
                ballot.save(update_fields=["account", "voter", "network"])
        VoteLetter.objects.filter(account__person=person).delete()

    @staticmethod
    def _ballots(person: Person):
        """Of the account, and of the record's own address in each contest."""
        mine = Q(account__person=person)
        addresses = set(
            User.objects.filter(person=person, emailaddress__verified=True)
            .values_list("emailaddress__email", flat=True)
            .distinct()
        )
        # Only proved: an address that somebody wrote down is not this person's yet.
        if addresses:
            voted = Contest.objects.filter(vote_opens_at__isnull=False)
            keys = [
                voters.key(pk, address)
                for pk in voted.values_list("pk", flat=True)
                for address in addresses
            ]
            mine |= Q(voter__in=keys)
        return Ballot.objects.filter(mine)


class MergeBallots:
    """One person, one ballot a contest: the later word stands, as if it was changed.

    Before the accounts are merged: afterwards nobody could tell whose was whose.
    """

    def merge(self, keep: Person, drop: Person) -> None:
        staying = User.objects.filter(person=keep).first()
        leaving = User.objects.filter(person=drop).first()
        if staying is None or leaving is None:
            return
        for ballot in Ballot.objects.filter(account=leaving).select_for_update():
            twin = Ballot.objects.filter(
                account=staying, contest=ballot.contest_id
            ).first()
            if twin is None:
                Ballot.objects.filter(pk=ballot.pk).update(account=staying)
                continue
            older = min(ballot, twin, key=lambda one: (one.changed_at, one.pk))
            Pick.objects.filter(ballot=older).delete()


def register() -> None:
    privacy.registry.register("contests.ballot", BallotHolder())
    merge.registry.register("contests.ballot", MergeBallots())
