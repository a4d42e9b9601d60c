"""The letter to whoever was affected by a breach."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext_lazy as _

from mail import kinds
from mail.actions import queue
from mail.rendering import Content, render
from members.models import Breach, BreachPerson, Person

TELL = "members.breach"
ABOUT = "members.breachperson"


def register_kinds() -> None:
    kinds.register(TELL, kinds.LetterKind(label=_("Notice of a breach of data")))


def content(breach: Breach, person: Person, words: str) -> Content:
    """As it will be sent; for the preview too."""
    return render(
        "members/breach",
        {"breach": breach, "person": person, "words": words.strip()},
    )


def tell(row: BreachPerson, *, address: str, words: str, now: dt.datetime) -> None:
    queue(
        kind=TELL,
        address=address,
        recipient=row.person_id,
        about=(ABOUT, row.pk),
        content=content(row.breach, row.person, words),
        now=now,
        dedupe_key=f"{TELL}:{row.pk}:{address.lower()}",
    )
