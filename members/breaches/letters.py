"""The letter to whoever was affected by a breach."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from mail import kinds
from mail.actions import Draft
from mail.addresses import fold
from mail.rendering import Content, render
from members.models import Breach, BreachPerson, Person

TELL = "members.breach"
ABOUT = "members.breachperson"


def register_kinds() -> None:
    kinds.register(TELL, kinds.LetterKind(label=_("Notice of a breach of data")))


def content(
    breach: Breach, person: Person, words: str, *, language: str = "vi"
) -> Content:
    """As it will be sent; for the preview too. `language` is that of the words."""
    return render(
        "members/breach",
        {"breach": breach, "person": person, "words": words.strip()},
        language=language,
    )


def draft(row: BreachPerson, *, address: str, words: str, language: str) -> Draft:
    """One for each person and address, however often it is asked for."""
    return Draft(
        kind=TELL,
        address=address,
        recipient=row.person_id,
        about=(ABOUT, row.pk),
        content=content(row.breach, row.person, words, language=language),
        dedupe_key=f"{TELL}:{row.pk}:{fold(address)}",
        language=language,
    )
