"""The admin's start page: what waits, what comes next, what one does most."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.contrib.admin.models import LogEntry
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from members import desk, permissions
from members.models import User

WEEK = dt.timedelta(days=7)
AGENDA = 12
FIRST = 4
"""So many buttons stand above what waits; a phone shows no more at once."""
LAST_ROWS, LOOKED_AT = 6, 40
SHORTCUTS = [
    ("news.write", "admin:news_article_add", _("Write an article")),
    ("training.manage", "admin:training_trainingsession_add", _("Open a session")),
    ("training.enrol", "training:list", _("Sign people up for a session")),
    (
        "training.enrol",
        "admin:training_trainingsession_year",
        _("See who has been trained this year"),
    ),
    ("teams.manage", "admin:teams_digitalteam_add", _("Add a team")),
    ("teams.manage", "admin:teams_roster_upload", _("Bring in a list of teams")),
    ("contests.manage", "admin:contests_contest_add", _("Announce a contest")),
    ("people.manage", "admin:members_person_add", _("Add a person")),
    (
        "people.manage",
        "admin:members_person_list_upload",
        _("Bring in a member list"),
    ),
    (
        "roles.assign",
        "admin:members_roleinvitation_add",
        _("Invite somebody into a role"),
    ),
]
"""What the roles do most: the right it takes, where it is done, what it is called."""


@dataclass(frozen=True)
class Shortcut:
    label: str | Promise
    url: str


@dataclass(frozen=True)
class Desk:
    tasks: list[desk.Task]
    agenda: list[desk.Moment]
    shortcuts: list[Shortcut]
    done: list[LogEntry]

    @property
    def first_shortcuts(self) -> list[Shortcut]:
        return self.shortcuts[:FIRST]

    @property
    def more_shortcuts(self) -> list[Shortcut]:
        return self.shortcuts[FIRST:]


def gather(user: User, now: dt.datetime) -> Desk:
    """All of it for this account, within its scope (rule 10)."""
    shortcuts = [
        Shortcut(label, reverse(name))
        for right, name, label in SHORTCUTS
        if permissions.may(user, right)
    ]
    if permissions.everywhere(user, "site.manage"):
        shortcuts.append(Shortcut(_("Log of all changes"), reverse("admin:site_log")))
    return Desk(
        tasks=desk.tasks(user, now),
        agenda=desk.ahead(user, now, now + WEEK)[:AGENDA],
        shortcuts=shortcuts,
        done=_done(user),
    )


def _done(user: User) -> list[LogEntry]:
    """The rows that this account has changed last, each once."""
    log = LogEntry.objects.filter(user=user).select_related("content_type")
    rows: dict[tuple, LogEntry] = {}
    for entry in log.order_by("-action_time", "-pk")[:LOOKED_AT]:
        rows.setdefault((entry.content_type_id, entry.object_id), entry)
    return list(rows.values())[:LAST_ROWS]
