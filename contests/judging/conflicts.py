"""Who is too close to an entry to judge it, by record or by the judge's own word."""

from __future__ import annotations

import datetime as dt
import logging

from contests.locks import assignment_locked
from contests.models import Entry, JudgeAssignment
from mail.addresses import fold as fold_address
from members.models import User

log = logging.getLogger(__name__)


def too_close(judge: User, entry: Entry) -> bool:
    """Whether the judge is an author or the entrant, by record or by mailbox, or of
    the same unit as one of them. Asked at assignment, at view and at scoring.
    """
    people = [author.person for author in entry.authors.all()]
    owner = entry.owner
    if owner:
        if owner.pk == judge.pk:
            return True
        if owner.person:
            people.append(owner.person)
    own = {fold_address(judge.email)} if judge.email else set()
    theirs = {fold_address(person.email) for person in people if person.email}
    if owner and owner.email:
        theirs.add(fold_address(owner.email))
    if judge.person:
        if judge.person.email:
            own.add(fold_address(judge.person.email))
        if any(person.pk == judge.person_id for person in people):
            return True
        units = {person.unit_id for person in people} - {None}
        if judge.person.unit_id in units:
            return True
    return bool(own & theirs)


def declare_conflict(
    *, assignment_id: int, reason: str, by: User, now: dt.datetime
) -> JudgeAssignment:
    """The judge steps back; scores given already stay on record and stop counting."""
    with assignment_locked(assignment_id) as assignment:
        if not assignment.conflict:
            assignment.conflict = reason
            assignment.save(update_fields=["conflict"])
            log.info("judge %s stepped back from %s", by.pk, assignment_id)
    return assignment
