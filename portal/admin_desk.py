"""The admin's start page: what waits, what comes next, what one does most."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from members import desk, permissions
from members.models import User

WEEK = dt.timedelta(days=7)
AGENDA = 12
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
    )
