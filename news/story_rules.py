"""Why a story may not be sent, taken back or accepted: questions only."""

from __future__ import annotations

import datetime as dt
import hashlib

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from members import rules as members
from members.models import Consent, Person
from news.models import Contribution
from vietnam.fold import fold

MONTH = dt.timedelta(days=30)


class StoryRefusal(models.TextChoices):
    WRONG_STATE = "wrong_state", _("This step does not fit the state of the story.")
    SAME_TEXT = "same_text", _("You have sent this story already.")
    TOO_OFTEN = (
        "too_often",
        _("Many stories came from you today. Please send the next one tomorrow."),
    )
    NO_REMARK = "no_remark", _("Write a remark: the sender reads it.")
    NO_UNIT = "no_unit", _("You hold no unit in which the article could stand.")
    NEEDS_PUBLISHER = (
        "needs_publisher",
        _("What is accepted is public at once: somebody who publishes must do it."),
    )
    OWN = "own", _("You sent this yourself. Somebody else must accept it.")
    GUARDIAN_MISSING = (
        "guardian_missing",
        _("The sender is under 16, and no parent or guardian has agreed yet."),
    )


class Refused(Exception):
    def __init__(self, reason: StoryRefusal) -> None:
        super().__init__(str(reason.label))
        self.reason = reason


def about(contribution: Contribution) -> str:
    """Under which key consents for this story are kept."""
    return f"news.contribution:{contribution.pk}"


def digest(title: str, text: str) -> str:
    """The same for two texts that differ in accents, case and spaces only."""
    words = " ".join(fold(f"{title} {text}").split())
    return hashlib.sha256(words.encode()).hexdigest()


def why_not_send(
    sender: Person, *, text_digest: str, now: dt.datetime, but: int | None = None
) -> StoryRefusal | None:
    """A text that one sent within a month does not go a second time."""
    return StoryRefusal.SAME_TEXT if same(sender, text_digest, now, but) else None


def same(
    sender: Person, text_digest: str, now: dt.datetime, but: int | None
) -> Contribution | None:
    rows = Contribution.objects.sent().filter(
        sender=sender, digest=text_digest, sent_at__gt=now - MONTH
    )
    return rows.exclude(pk=but).exclude(state="withdrawn").first()


def why_not_move(contribution: Contribution, state: str) -> StoryRefusal | None:
    allowed = Contribution.MOVES[Contribution.State(contribution.state)]
    return None if state in allowed else StoryRefusal.WRONG_STATE


def why_not_accept(contribution: Contribution, *, on: dt.date) -> StoryRefusal | None:
    """A child's story waits for the guardian (rule 9)."""
    if refusal := why_not_move(contribution, Contribution.State.ACCEPTED):
        return refusal
    if needs_guardian_answer(contribution, on=on):
        return StoryRefusal.GUARDIAN_MISSING
    return None


def needs_guardian_answer(contribution: Contribution, *, on: dt.date) -> bool:
    refusal = members.why_not_take_part(
        contribution.sender,
        Consent.Purpose.STORY,
        on=on,
        about=about(contribution),
    )
    return refusal is not None


def may_name(contribution: Contribution, *, on: dt.date) -> bool:
    """Whether the sender's name may stand below the article (rule 9)."""
    return members.may_publish(
        contribution.sender,
        Consent.Purpose.PUBLISH_NAME,
        on=on,
        about=about(contribution),
    )


def may_show(contribution: Contribution, *, on: dt.date) -> bool:
    """Whether the sender, who may be seen in the pictures, may be shown (rule 9)."""
    return members.may_publish(
        contribution.sender,
        Consent.Purpose.PUBLISH_PICTURE,
        on=on,
        about=about(contribution),
    )


def may_use(contribution: Contribution, *, on: dt.date) -> bool:
    """Whether the sender's word stands and, for a child, the guardian's."""
    standing = members.live_consents(
        contribution.sender, Consent.Purpose.STORY, about=about(contribution)
    )
    if not standing.filter(guardian=None).exists():
        return False
    return not needs_guardian_answer(contribution, on=on)


def credit_for(contribution: Contribution, *, on: dt.date) -> tuple[str, bool]:
    """What the article says of its author, and whether that is the sender's name."""
    if contribution.as_unit and contribution.unit:
        return contribution.unit.name[:120], False
    if may_name(contribution, on=on):
        return contribution.sender.full_name, True
    return nobody(), False


def nobody() -> str:
    return gettext("A reader")
