"""Where the consent of each child author's guardian stands, for the entrant's pages."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from contests import rules
from contests.models import Author, Entry
from members import guardians
from members.models import Consent, GuardianRequest
from members.rules import needs_guardian
from vietnam.dates import local_day

Answer = GuardianRequest.Answer


@dataclass(frozen=True)
class Guardianship:
    """`state` is given, waiting, declined, withdrawn, expired or none."""

    author: Author
    state: str
    asked: GuardianRequest | None = None

    @property
    def masked(self) -> str:
        """The address, so that its owner knows it and nobody else learns it."""
        return masked(self.asked.guardian.email) if self.asked else ""


def of_entry(entry: Entry, *, now: dt.datetime) -> list[Guardianship]:
    """For each author who counts as a child and whose date of birth is known."""
    on = local_day(now)
    return [
        of_author(entry, author, now=now)
        for author in entry.authors.all()
        if author.person.birth_date and needs_guardian(author.person, on)
    ]


def of_author(entry: Entry, author: Author, *, now: dt.datetime) -> Guardianship:
    about = rules.consent_about(entry.contest_id)
    asked = guardians.latest(author.person, Consent.Purpose.CONTEST, about)
    if not rules.needs_guardian_answer(entry, author.person, on=local_day(now)):
        return Guardianship(author, "given", asked)
    if asked is None:
        return Guardianship(author, "none")
    if asked.answer == Answer.DECLINED:
        return Guardianship(author, "declined", asked)
    if asked.answer == Answer.GIVEN:
        return Guardianship(author, "withdrawn", asked)
    if asked.is_open(now):
        return Guardianship(author, "waiting", asked)
    return Guardianship(author, "expired", asked)


def masked(address: str) -> str:
    """ "me.cua.lan@example.com" becomes "m•••@example.com"."""
    local, _at, domain = address.rpartition("@")
    return f"{local[:1]}•••@{domain}"
