"""The desk of the organisers; whatever counts goes through the actions."""

from contests.admin.appeal import AppealAdmin
from contests.admin.contest import ContestAdmin
from contests.admin.entry import EntryAdmin
from contests.admin.round import RoundAdmin
from contests.admin.signed_form import SignedFormAdmin

__all__ = [
    "AppealAdmin",
    "ContestAdmin",
    "EntryAdmin",
    "RoundAdmin",
    "SignedFormAdmin",
]
