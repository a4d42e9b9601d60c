"""The entrant's own consents."""

from __future__ import annotations

from django.http import HttpRequest

from contests import rules
from contests.models import Contest
from members import consent_texts, consents
from members.models import Consent, Person

BOXES = {
    Consent.Purpose.CONTEST: "contests.entry",
    Consent.Purpose.PUBLISH_NAME: "contests.publish_name",
}
"""By what is agreed to: the box with the words."""


def agree(
    person: Person, purpose: Consent.Purpose, contest: Contest, request: HttpRequest
) -> None:
    consents.give(
        person=person,
        purpose=purpose,
        about=rules.consent_about(contest),
        text_version=consent_texts.stamp(BOXES[purpose]),
        method=Consent.Method.OWN_FORM,
        now=request.now,
    )
