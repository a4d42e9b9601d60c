"""To editors, in the morning: what waits for them, and what goes out by itself.

It says what the desk says (`members.desk`), so every feature is in it. Each day is
asked for, once a week comes unasked; both can be switched off, and a morning on which
nothing waits brings no letter.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from mail import kinds, preferences, reminders
from mail.addresses import fold
from mail.models import Letter
from mail.preferences import unsubscribe_url
from mail.reminders import Draft
from mail.rendering import Content, render
from members import desk, permissions
from members.models import Assignment, Role, User
from vietnam.dates import VIETNAM, local, local_day
from vietnam.lunar import in_tet_holiday
from vietnam.working import is_working_day

DAILY = "members.digest_daily"
WEEKLY = "members.digest_weekly"
READERS = (Role.EDITOR, Role.PUBLISHER)
MORNING = dt.time(7)
OVER = dt.time(9)
"""Later than this the desk itself has been looked at."""
AHEAD = {DAILY: dt.timedelta(days=1), WEEKLY: dt.timedelta(days=7)}
LANGUAGE = "vi"


class Digest:
    """One letter a day or a week to each editor for whom something waits."""

    def __init__(self, kind: str) -> None:
        self.kind = kind

    def due(self, now: dt.datetime) -> Iterator[Draft]:
        day = local_day(now)
        if not MORNING <= local(now).time() < OVER or not self.is_on(day):
            return
        keys = {user.pk: f"{self.kind}:{user.pk}:{day:%Y%m%d}" for user in readers(day)}
        written = Letter.objects.filter(dedupe_key__in=keys.values())
        known = set(written.values_list("dedupe_key", flat=True))
        for user in readers(day):
            if keys[user.pk] not in known and self.is_wanted(user):
                yield from self._draft(user, keys[user.pk], now)

    def is_on(self, day: dt.date) -> bool:
        if in_tet_holiday(day):
            return False
        if self.kind == WEEKLY:
            return day.weekday() == 0
        return is_working_day(day)

    def is_wanted(self, user: User) -> bool:
        """Who gets one each day needs no other on Monday."""
        key = fold(user.email)
        if self.kind == WEEKLY and preferences.wants(key, DAILY):
            return False
        return preferences.wants(key, self.kind)

    def _draft(self, user: User, key: str, now: dt.datetime) -> Iterator[Draft]:
        content = content_of(self.kind, user, now=now)
        if content is None:
            return
        yield Draft(
            kind=self.kind,
            address=user.email,
            content=content,
            recipient=user.person_id,
            dedupe_key=key,
            not_after=dt.datetime.combine(local_day(now), dt.time(12), VIETNAM),
        )


def readers(day: dt.date) -> list[User]:
    """Everybody who writes or publishes somewhere today, and has an address."""
    roles = Assignment.objects.current(day).filter(role__in=READERS)
    users = User.objects.filter(pk__in=roles.values("user"), is_active=True)
    return list(users.exclude(email=None).select_related("person").order_by("pk"))


def content_of(kind: str, user: User, *, now: dt.datetime) -> Content | None:
    """The letter of this moment, or None when nothing waits and nothing is ahead."""
    with override(LANGUAGE):
        tasks = desk.tasks(user, now)
        ahead = desk.ahead(user, now, now + AHEAD[kind])
    if not (tasks or ahead):
        return None
    return written(kind, user.display_name, user.email, tasks, ahead)


def written(
    kind: str,
    name: str,
    address: str,
    tasks: list[desk.Task],
    ahead: list[desk.Moment],
    *,
    language: str = LANGUAGE,
) -> Content:
    seen = {
        "name": name,
        "daily": kind == DAILY,
        "tasks": [(task, urljoin(settings.SITE_URL, task.url)) for task in tasks],
        "ahead": [(one, urljoin(settings.SITE_URL, one.url)) for one in ahead],
        "desk_url": settings.SITE_URL + reverse("admin:index"),
        "unsubscribe_url": unsubscribe_url(address, kind),
        "choose_url": settings.SITE_URL + reverse("members:letters"),
    }
    return render("members/digest", seen, language=language)


def recheck(letter: Letter, now: dt.datetime) -> kinds.Verdict:
    """Said anew as it leaves: others may have been quicker."""
    user = User.objects.filter(pk=int(letter.dedupe_key.split(":")[1])).first()
    if user is None or not user.is_active:
        return kinds.Drop(gettext("The account was closed."))
    content = content_of(letter.kind, user, now=now)
    if content is None:
        return kinds.Drop(gettext("Nothing waits any more."))
    return kinds.Renew(content=content)


def register() -> None:
    labels = {
        DAILY: _("What waits for you, each working day"),
        WEEKLY: _("What waits for you, each Monday"),
    }
    for kind, label in labels.items():
        kinds.register(
            kind,
            kinds.LetterKind(
                label=label,
                waits=kinds.Wait.TET,
                optional=True,
                by_default=kind == WEEKLY,
                readers=lambda user: permissions.may(user, "news.write"),
                recheck=recheck,
            ),
        )
        reminders.registry.register(kind, Digest(kind))
