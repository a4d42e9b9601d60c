"""What proves a consent: who, when, to which words, how, by which link or paper."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from members import consent_texts
from members.models import Consent, ConsentText, GuardianRequest


@dataclass(frozen=True)
class Proof:
    consent: Consent
    text: ConsentText | None
    """The very words; None for a paper whose words were never put in here."""
    request: GuardianRequest | None
    """The letter whose link was pressed."""

    @property
    def signed_name(self) -> str:
        """As whoever agreed wrote it; the person's own name for an own tick."""
        if self.request and self.request.signed_name:
            return self.request.signed_name
        return str(self.consent.guardian or self.consent.person)

    @property
    def asked_at(self) -> dt.datetime | None:
        return self.request and self.request.asked_at


def proof_of(consent: Consent) -> Proof:
    """For the admin and for the person's own page."""
    text = consent_texts.shown(consent.text_version, consent.purpose, consent.method)
    request = None
    if consent.method == Consent.Method.GUARDIAN_LINK and consent.guardian_id:
        request = GuardianRequest.objects.filter(
            child=consent.person_id,
            guardian=consent.guardian_id,
            about=consent.about,
            answered_at=consent.given_at,
        ).first()
    return Proof(consent, text, request)
