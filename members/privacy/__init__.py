"""What the portal holds about a person: handed out on request, erased on request.

Every model that points to a person registers here under its label
("training.registration"); a test walks the models and fails when one is missing.
Law 91/2025/QH15 on personal data, articles 4 and 14 (seeing, getting, erasing).
"""

from members.privacy.erasing import erase_person
from members.privacy.exporting import export_person
from members.privacy.holders import (
    AccountHolder,
    ConsentHolder,
    GuardianHolder,
    GuardianRequestHolder,
    LetterHolder,
    RoleInvitationHolder,
    SignInCardHolder,
)
from members.privacy.registry import NAMELESS, Holder, registry

__all__ = [
    "NAMELESS",
    "AccountHolder",
    "ConsentHolder",
    "GuardianHolder",
    "GuardianRequestHolder",
    "Holder",
    "LetterHolder",
    "RoleInvitationHolder",
    "SignInCardHolder",
    "erase_person",
    "export_person",
    "registry",
]
