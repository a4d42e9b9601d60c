"""The letter that confirms a ballot."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from contests.models import VoteLetter
from contests.voting.rules import vote_open
from mail import actions as outbox
from mail import kinds
from mail.models import Letter
from mail.rendering import render

CONFIRM = "contests.vote"
ABOUT = "contests.voteletter"


def confirm(letter: VoteLetter, *, address: str, token: str, now: dt.datetime) -> None:
    """The link; no title of a work, which is anybody's text, and no name."""
    path = reverse("contests:vote_confirm", args=[letter.contest.slug, token])
    seen = {
        "contest": letter.contest,
        "expires_at": letter.expires_at,
        "withdraws": not letter.picks,
        "url": settings.SITE_URL + path,
    }
    outbox.queue(
        kind=CONFIRM,
        address=address,
        content=render("contests/vote", seen),
        now=now,
        about=(ABOUT, letter.pk),
        dedupe_key=f"{CONFIRM}:{letter.pk}",
        not_after=letter.expires_at,
        secret=True,
    )


def recheck(letter: Letter, now: dt.datetime) -> kinds.Verdict:
    rows = VoteLetter.objects.select_related("contest")
    asked = rows.filter(pk=letter.about_id).first()
    if asked and not asked.used_at and vote_open(asked.contest, now=now):
        return kinds.KEEP
    return kinds.Drop(gettext("Voting is over, or the ballot was confirmed."))


def register_kinds() -> None:
    kinds.register(
        CONFIRM, kinds.LetterKind(label=_("Confirmation of a vote"), recheck=recheck)
    )
