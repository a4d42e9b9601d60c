"""Questions about certificates; each answers yes or why not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from certificates.facts import Facts
from certificates.models import Certificate
from members import rules
from members.models import Consent, Person
from members.privacy import NAMELESS
from vietnam.dates import local_day


class Refusal(TextChoices):
    """Why a certificate is not issued, corrected or revoked."""

    GONE = "gone", _("This record of a person no longer exists.")
    NAMELESS = "nameless", _("The person's data has been erased.")
    REVOKED = (
        "revoked",
        _("Theirs was revoked. Issue it singly if they shall have another one."),
    )
    DAYS = "days", _("The last day lies before the first.")
    TITLE = "title", _("Say what the certificate is for.")
    TOO_LONG = "too_long", _("A text is too long for the certificate.")
    ENDED = "ended", _("This certificate has been revoked or replaced already.")
    NO_REASON = "no_reason", _("Say why it is revoked; the register keeps it.")
    NO_NAME = "no_name", _("Write the name that stands on the certificate.")


class Refused(Exception):
    """A rule says no; `reason` is the member of Refusal."""

    def __init__(self, reason: Refusal) -> None:
        super().__init__(str(reason.label))
        self.reason = reason


def why_not_facts(facts: Facts) -> Refusal | None:
    """Why nothing can be certified with these facts, whoever it is for."""
    if facts.ends_on < facts.starts_on:
        return Refusal.DAYS
    if not facts.course.strip():
        return Refusal.TITLE
    texts = {name: getattr(facts, name) for name in ("course", "extent", "venue")}
    room = {name: Certificate._meta.get_field(name).max_length for name in texts}
    if any(len(text) > room[name] for name, text in texts.items()):
        return Refusal.TOO_LONG
    return None


def why_not_issue(
    person: Person | None, revoked: Collection[int], *, again: bool = False
) -> Refusal | None:
    """Why the person gets no certificate.

    `revoked`: the ids of people whose certificate for the same matter was revoked for
    good. They get another one only where somebody asks for it in so many words.
    """
    if person is None:
        return Refusal.GONE
    if person.full_name == NAMELESS:
        return Refusal.NAMELESS
    return Refusal.REVOKED if person.pk in revoked and not again else None


def public_name(certificate: Certificate, *, now: dt.datetime) -> str:
    """The name for whoever holds the paper or its code.

    A child's initials, until the child and a guardian have agreed to the name being
    public and that is proved (rule 9); asked anew each time, so a withdrawn consent
    counts at once.
    """
    today, person = local_day(now), certificate.person
    if not rules.needs_guardian(person, today) or rules.may_publish(
        person, Consent.Purpose.PUBLISH_NAME, on=today, about=certificate.about
    ):
        return certificate.name
    return initials(certificate.name)


def initials(name: str) -> str:
    """ "Nông Thị Ánh" gives "N. T. Á."."""
    return " ".join(f"{word[0].upper()}." for word in name.split())


def may_download(certificate: Certificate, person_id: int | None) -> bool:
    """Whether it is the person's own and still counts."""
    return person_id == certificate.person_id and certificate.is_valid
