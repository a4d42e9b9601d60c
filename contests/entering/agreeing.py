"""The entrant's own consents."""

from __future__ import annotations

from django.http import HttpRequest

from contests import rules
from contests.forms import AGREEMENT_VERSION
from contests.models import Contest
from members import consents
from members.models import Consent, Person


def agree(
    person: Person, purpose: Consent.Purpose, contest: Contest, request: HttpRequest
) -> None:
    consents.give(
        person=person,
        purpose=purpose,
        about=rules.consent_about(contest),
        text_version=AGREEMENT_VERSION,
        method=Consent.Method.OWN_FORM,
        now=request.now,
    )
