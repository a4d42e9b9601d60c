"""At eight in the evening: the day, or on Sundays the week, has no article yet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mail import kinds, reminders
from mail.models import Letter
from mail.preferences import unsubscribe_url
from mail.reminders import Draft
from mail.rendering import Content, render
from members import permissions
from members.models import Assignment, Role, Unit, User
from news import rhythm
from news.models import Section
from vietnam.dates import local, local_day
from vietnam.hours import EVENING, QUIET_FROM

KIND = "news.empty_day"


class EmptyDays:
    """To the editors of the whole site, between 20:00 and 21:00, once a day."""

    kind = KIND

    def due(self, now: dt.datetime) -> Iterator[Draft]:
        if not is_evening(now):
            return
        sections = rhythm.missing(now)
        if not sections:
            return
        day = local_day(now)
        for user in editors(day):
            yield Draft(
                kind=KIND,
                address=user.email,
                content=_content(sections, user.email, user.display_name),
                recipient=user.person_id,
                dedupe_key=f"{KIND}:{user.pk}:{day:%Y%m%d}",
                not_after=local(now).replace(
                    hour=QUIET_FROM.hour, minute=0, second=0, microsecond=0
                ),
                fingerprint=_fingerprint(sections),
            )


def is_evening(now: dt.datetime) -> bool:
    """Late enough to know, and not yet in the quiet hours."""
    return EVENING <= local(now).time() < QUIET_FROM


def editors(day: dt.date) -> list[User]:
    """Who writes for the whole site: an editor or publisher of a root unit."""
    roles = Assignment.objects.current(day).filter(
        role__in=[Role.EDITOR, Role.PUBLISHER], unit__in=Unit.objects.roots()
    )
    users = User.objects.filter(pk__in=roles.values("user"), is_active=True)
    return list(users.exclude(email="").select_related("person").order_by("pk"))


def recheck(letter: Letter, now: dt.datetime) -> kinds.Verdict:
    """Somebody may have published while the letter waited."""
    sections = rhythm.missing(now)
    if not sections:
        return kinds.Drop(gettext("The day has its article now."))
    if letter.fingerprint == _fingerprint(sections):
        return kinds.KEEP
    return kinds.Renew(
        content=_content(sections, letter.address, _name_of(letter)),
        fingerprint=_fingerprint(sections),
    )


def register() -> None:
    kinds.register(
        KIND,
        kinds.LetterKind(
            label=_("A day or week without good news"),
            waits=kinds.Wait.MORNING,
            optional=True,
            readers=lambda user: permissions.everywhere(user, "news.write"),
            recheck=recheck,
        ),
    )
    reminders.registry.register("news.empty_day", EmptyDays())


def _content(
    sections: list[Section], address: str, name: str, *, language: str = "vi"
) -> Content:
    seen = {
        "name": name,
        "daily": [s for s in sections if s.rhythm == Section.Rhythm.DAILY],
        "weekly": [s for s in sections if s.rhythm == Section.Rhythm.WEEKLY],
        "calendar_url": settings.SITE_URL + reverse("admin:news_article_calendar"),
        "unsubscribe_url": unsubscribe_url(address, KIND),
    }
    return render("news/empty_day", seen, language=language)


def _name_of(letter: Letter) -> str:
    """Who it is for stands in the key of the letter."""
    user = User.objects.filter(pk=letter.dedupe_key.split(":")[1]).first()
    return user.display_name if user else ""


def _fingerprint(sections: list[Section]) -> str:
    return ",".join(str(section.pk) for section in sections)
