"""What follows when a letter comes back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from django.db import transaction

from mail import suppressions
from mail.actions import count_settled
from mail.bounces.reading import Bounce
from mail.messages import letter_of
from mail.models import Letter, Suppression

State, Reason = Letter.State, Letter.Reason


class Taken(StrEnum):
    """What became of one returned letter."""

    TAKEN = "taken"
    KNOWN = "known"
    UNKNOWN = "unknown"


@transaction.atomic
def take(bounce: Bounce, *, now: datetime) -> Taken:
    """Note on the letter that it came back; three for good end letters to the address.

    The same report twice is taken once. One that names no letter of ours changes
    nothing: anybody can write one.
    """
    letter = find(bounce)
    if letter is None:
        return Taken.UNKNOWN
    if letter.state != State.SENT:
        return Taken.KNOWN
    reason = Reason.BOUNCED if bounce.hard else Reason.RETURNED
    letter.close(State.FAILED, reason, bounce.words if not letter.secret else "")
    letter.save(update_fields=["state", "reason", "error"])
    count_settled(letter)
    if bounce.hard:
        suppressions.look_at(
            address_key=letter.address_key, words=letter.error, now=now
        )
    return Taken.TAKEN


@transaction.atomic
def complain(bounce: Bounce, *, now: datetime) -> Taken:
    """The reader called a letter of ours spam: nothing more is sent there."""
    letter = find(bounce)
    if letter is None:
        return Taken.UNKNOWN
    suppressions.suppress(
        address_key=letter.address_key,
        reason=Suppression.Reason.COMPLAINED,
        detail=bounce.words,
        now=now,
    )
    return Taken.TAKEN


def find(bounce: Bounce) -> Letter | None:
    """The letter, locked: by the return path it came to, else by Message-ID and
    address together."""
    letters = Letter.objects.select_for_update()
    for number in _numbers(bounce.arrived_at):
        if letter := letters.filter(pk=number).first():
            return letter
    if not (bounce.message_id and bounce.address_key):
        return None
    return letters.filter(
        address_key=bounce.address_key,
        message_id=bounce.message_id,
        state__in=[State.SENT, State.FAILED],
    ).first()


def _numbers(addresses: Iterable[str]) -> list[int]:
    numbers = (letter_of(address) for address in addresses)
    return [number for number in numbers if number is not None]
