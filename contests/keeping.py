"""How long works and what hangs on them are kept."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from contests import joining, upkeep
from contests.models import Author, Entry
from contests.people import forget_entries
from contests.voting import forgetting
from members import retention
from members.privacy import NAMELESS
from members.retention import ONE_YEAR, Rule

BATCH = 200
"""Works of one night; each may have files of 100 MB."""


def forget_unplaced(now: dt.datetime) -> int:
    """Delete works without a prize 12 months after the results, files and all.

    What was scored stays as a row without title, text and names, for the scores.
    """
    over = Entry.objects.filter(
        contest__results_at__lt=now - ONE_YEAR, award__isnull=True
    ).exclude(title=NAMELESS, authors__isnull=True)
    gone = 0
    for pk in list(over.order_by("pk").values_list("pk", flat=True)[:BATCH]):
        with transaction.atomic():
            rows = Entry.objects.select_for_update(of=("self",)).filter(pk=pk)
            Author.objects.filter(entry=pk).delete()
            rows.update(owner=None)
            forget_entries(rows)
            gone += 1
    return gone


def register() -> None:
    for key, rule in {
        "contests.entry": Rule(
            what=_("Works without a prize, with their files"),
            keeps=_("12 months after the results"),
            why=_("Appeals and questions about the result"),
            purge=forget_unplaced,
        ),
        "contests.versions": Rule(
            what=_("Files of earlier versions of works"),
            keeps=_("Until the results are old enough for appeals to be over"),
            why=_("Proof of what was handed in"),
            purge=lambda now: upkeep.drop_old_versions(now=now),
        ),
        "contests.invitation": Rule(
            what=_("Invitations to authors that nobody answered"),
            keeps=_("30 days"),
            why=_("The address was given for this letter alone"),
            purge=lambda now: joining.forget_unanswered(now=now),
        ),
        "contests.ballot": Rule(
            what=_("What could tell who cast a ballot"),
            keeps=_("90 days after the vote"),
            why=_("To look into ballots cast in bulk"),
            purge=lambda now: forgetting.forget(now=now),
        ),
    }.items():
        retention.registry.register(key, rule)
