"""How long the tables of this floor, of mail and of the building blocks are kept."""

from __future__ import annotations

import datetime as dt

from django.contrib.sessions.models import Session
from django.utils.translation import gettext_lazy as _

from content.files import storage
from content.uploads import actions as uploads
from mail import delivery
from mail.models import Letter
from members import actions, inviting, retention
from members.listing import runs
from members.models import AccessNote, DataRequest
from members.mydata.actions import drop_old_copies
from members.retention import ONE_YEAR, TWO_YEARS, Rule

BATCH = 5000
"""Rows that one night takes of one kind: no statement runs for minutes."""


def register() -> None:
    for key, rule in RULES.items():
        retention.registry.register(key, rule)


def _letters(now: dt.datetime) -> int:
    rows = Letter.objects.filter(state__in=Letter.OVER, created_at__lt=now - TWO_YEARS)
    return _some(rows)


def _sessions(now: dt.datetime) -> int:
    return _some(Session.objects.filter(expire_date__lt=now))


def _requests(now: dt.datetime) -> int:
    return _some(DataRequest.objects.filter(decided_at__lt=now - TWO_YEARS, file=""))


def _access(now: dt.datetime) -> int:
    return _some(AccessNote.objects.filter(at__lt=now - ONE_YEAR))


def _some(rows) -> int:
    keys = list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH])
    return rows.model._base_manager.filter(pk__in=keys).delete()[0]


RULES = {
    "members.unproved": Rule(
        what=_("Accounts whose email was never confirmed"),
        keeps=_("24 hours"),
        why=_("Nobody has proved that the address is theirs"),
        purge=lambda now: actions.remove_unproved_accounts(now=now),
    ),
    "members.invitations": Rule(
        what=_("Invitations into a role that nobody accepted"),
        keeps=_("A month after they ran out"),
        why=_("The address was given for this letter alone"),
        purge=lambda now: inviting.forget(now=now),
    ),
    "members.lists": Rule(
        what=_("Runs of member lists"),
        keeps=_("12 months"),
        why=_("To see who brought in what"),
        purge=lambda now: runs.drop_old(now=now),
    ),
    "members.copies": Rule(
        what=_("Copies of somebody's data"),
        keeps=_("7 days, as set by DATA_COPY_DAYS"),
        why=_("They are made to be fetched"),
        purge=lambda now: drop_old_copies(now=now),
    ),
    "members.requests": Rule(
        what=_("Requests about data that have been answered"),
        keeps=_("24 months"),
        why=_("Proof that they were answered in time"),
        purge=_requests,
    ),
    "members.access": Rule(
        what=_("The log of who took personal data out of the portal"),
        keeps=_("12 months"),
        why=_("To find out who was affected when data leaks"),
        purge=_access,
    ),
    "members.sessions": Rule(
        what=_("Sign-ins that have run out"),
        keeps=_("Until the next night"),
        why=_("Nobody can use them any more"),
        purge=_sessions,
    ),
    "members.purges": Rule(
        what=_("Reports of these purges"),
        keeps=_("12 months"),
        why=_("Proof that data went in time"),
        purge=retention.drop_old_runs,
    ),
    "mail.bodies": Rule(
        what=_("Texts of letters"),
        keeps=_("30 days after sending"),
        why=_("To see what was sent when somebody asks"),
        purge=lambda now: delivery.drop_old_bodies(now=now),
    ),
    "mail.letters": Rule(
        what=_("Lines of the outbox"),
        keeps=_("24 months"),
        why=_("To see that a letter was sent"),
        purge=_letters,
    ),
    "content.uploads": Rule(
        what=_("Files that came half and were left behind"),
        keeps=_("A few days"),
        why=_("Their sender may go on"),
        purge=lambda now: (
            len(uploads.sweep(now=now)) + storage.drop_abandoned_uploads(now=now)
        ),
    ),
}
