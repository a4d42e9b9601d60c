"""The names of what is exported, as a person reads them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from vietnam.dates import local

NAMES = {
    "about": gettext_lazy("About what"),
    "address": gettext_lazy("Address"),
    "addresses": gettext_lazy("Addresses"),
    "answer": gettext_lazy("Answer"),
    "answered_at": gettext_lazy("Answered at"),
    "answers": gettext_lazy("Answers"),
    "appeals": gettext_lazy("Appeals"),
    "article": gettext_lazy("Article"),
    "asked_at": gettext_lazy("Asked at"),
    "at": gettext_lazy("At"),
    "authorship": gettext_lazy("As author"),
    "birth_date": gettext_lazy("Date of birth"),
    "birth_year": gettext_lazy("Year of birth"),
    "blind_code": gettext_lazy("Code of the work"),
    "came_at": gettext_lazy("Came at"),
    "cancelled_at": gettext_lazy("Cancelled at"),
    "cast_at": gettext_lazy("Cast at"),
    "changed_at": gettext_lazy("Changed at"),
    "code": gettext_lazy("Code"),
    "conflict": gettext_lazy("Conflict of interest"),
    "contest": gettext_lazy("Contest"),
    "course": gettext_lazy("Course"),
    "created_at": gettext_lazy("Written down at"),
    "credit": gettext_lazy("Credit"),
    "date_joined": gettext_lazy("Account since"),
    "decided_at": gettext_lazy("Decided at"),
    "division": gettext_lazy("Division"),
    "due_on": gettext_lazy("To be done by"),
    "elsewhere": gettext_lazy("Signs in with an outside account"),
    "email": gettext_lazy("Email"),
    "ended_at": gettext_lazy("Ended at"),
    "ends_on": gettext_lazy("Until"),
    "expires_at": gettext_lazy("Runs out at"),
    "extent": gettext_lazy("Extent"),
    "factors": gettext_lazy("Second factors"),
    "file": gettext_lazy("File"),
    "files": gettext_lazy("Files"),
    "full_name": gettext_lazy("Full name"),
    "given_at": gettext_lazy("Given at"),
    "guardian": gettext_lazy("Guardian"),
    "half_day": gettext_lazy("Half-day"),
    "how": gettext_lazy("How"),
    "is_union_member": gettext_lazy("Member of the Union"),
    "issued_at": gettext_lazy("Issued at"),
    "issued_by": gettext_lazy("Issued by"),
    "issuer": gettext_lazy("Issuer"),
    "kind": gettext_lazy("Kind"),
    "last_login": gettext_lazy("Last sign-in"),
    "licence": gettext_lazy("Licence"),
    "made_at": gettext_lazy("Made at"),
    "made_by": gettext_lazy("Made by"),
    "matter": gettext_lazy("Matter"),
    "member_code": gettext_lazy("Member code"),
    "mentor": gettext_lazy("Mentor"),
    "mentor_school": gettext_lazy("School of the mentor"),
    "method": gettext_lazy("How it was given"),
    "name": pgettext_lazy("of a file, a person or a paper", "Name"),
    "name_is_public": gettext_lazy("Name is shown"),
    "note": gettext_lazy("Note"),
    "number": gettext_lazy("Number"),
    "phone": gettext_lazy("Phone"),
    "pictures": gettext_lazy("Pictures"),
    "position": gettext_lazy("Position"),
    "proposed_at": gettext_lazy("Proposed at"),
    "publish_name": gettext_lazy("May publish the name"),
    "publish_picture": gettext_lazy("May publish a picture"),
    "purpose": gettext_lazy("Purpose"),
    "reason": gettext_lazy("Reason"),
    "received_at": gettext_lazy("Received at"),
    "registered_at": gettext_lazy("Signed up at"),
    "relation": gettext_lazy("Relation"),
    "remark": gettext_lazy("Remark"),
    "renewed_at": gettext_lazy("Renewed at"),
    "result": gettext_lazy("Result"),
    "revoked_at": gettext_lazy("Revoked at"),
    "role": gettext_lazy("Role"),
    "roles": gettext_lazy("Roles"),
    "room": gettext_lazy("Room"),
    "round": gettext_lazy("Round"),
    "school": gettext_lazy("School"),
    "scored_at": gettext_lazy("Scored at"),
    "scores": gettext_lazy("Scores"),
    "section": gettext_lazy("Section"),
    "sent_at": gettext_lazy("Sent at"),
    "session": gettext_lazy("Session"),
    "sha256": gettext_lazy("Checksum"),
    "share": gettext_lazy("Share in percent"),
    "signed_name": gettext_lazy("Signed by"),
    "signed_in": gettext_lazy("Signed in on"),
    "size": gettext_lazy("Size in bytes"),
    "skills": gettext_lazy("Skills"),
    "sort_name": gettext_lazy("Name for sorting"),
    "starts_at": gettext_lazy("Begins at"),
    "starts_on": gettext_lazy("From"),
    "state": gettext_lazy("State"),
    "subject": gettext_lazy("Subject"),
    "submitted_at": gettext_lazy("Handed in at"),
    "summary": gettext_lazy("Summary"),
    "team": gettext_lazy("Team"),
    "text": gettext_lazy("Text"),
    "text_version": gettext_lazy("Version of the text"),
    "title": gettext_lazy("Title"),
    "unit": gettext_lazy("Unit"),
    "updated_at": gettext_lazy("Last changed"),
    "uploaded_at": gettext_lazy("Uploaded at"),
    "used_at": gettext_lazy("Used at"),
    "version": gettext_lazy("Version"),
    "versions": gettext_lazy("Versions"),
    "way": gettext_lazy("How it came"),
    "what": gettext_lazy("What was taken"),
    "why_not_there": gettext_lazy("Why you could not come"),
    "works": gettext_lazy("Works"),
    "withdrawn_at": gettext_lazy("Withdrawn at"),
}
"""What features call the parts of an export; a test holds a full one against it."""


def readable(row: dict[str, Any]) -> list[tuple[str, str]]:
    """Names and values of one exported row; what is empty is left out."""
    found = ((name_of(key), text_of(value)) for key, value in row.items())
    return [(name, text) for name, text in found if text]


def name_of(key: str) -> str:
    """Questions and criteria are keys themselves, in the words of whoever asked."""
    return str(NAMES.get(key, key))


def text_of(value: Any) -> str:
    """A value in words; lists and rows inside one each on a line of their own."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, dict):
        parts = [f"{name}: {text}" for name, text in readable(value)]
        return "; ".join(parts)
    if isinstance(value, (list, tuple)):
        return "\n".join(filter(None, map(text_of, value)))
    return _day(str(value))


def _day(text: str) -> str:
    """2026-11-23 as 23/11/2026; what is no date stays as it is."""
    if len(text) < 10 or text[4:5] != "-" or text[7:8] != "-":
        return text
    try:
        if len(text) == 10:
            return f"{dt.date.fromisoformat(text):%d/%m/%Y}"
        return f"{local(dt.datetime.fromisoformat(text)):%H:%M %d/%m/%Y}"
    except ValueError:
        return text
