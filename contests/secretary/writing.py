"""A letter of the organisers to everybody whose entries were chosen.

The words are theirs and stay words: no placeholder is read out of them, whatever
braces or percent signs they hold. What differs from letter to letter (the name, the
works) stands around them in the template.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from contests import emails
from contests.models import Contest, Entry
from mail.actions import queue_many
from mail.reminders import Draft
from mail.rendering import Content, render
from members.models import User


@dataclass(frozen=True)
class Mailing:
    """Who gets it, and how many entries have nobody to write to."""

    works: dict[User, list[Entry]]
    silent: int

    @property
    def letters(self) -> int:
        return len(self.works)


def mailing_to(entries: Iterable[Entry]) -> Mailing:
    """One letter for each account, about all of its entries; in the order of codes."""
    works: dict[User, list[Entry]] = {}
    silent = 0
    for entry in entries:
        if emails.address_of(entry) and entry.owner.is_active:
            works.setdefault(entry.owner, []).append(entry)
        else:
            silent += 1
    return Mailing(works=works, silent=silent)


def content_for(
    user: User,
    works: list[Entry],
    *,
    subject: str,
    text: str,
    contest: Contest,
    language: str = "",
) -> Content:
    url = works[0].get_absolute_url() if len(works) == 1 else reverse("portal:me")
    seen = {
        "name": user.display_name,
        "subject": subject,
        "words": text,
        "contest": contest,
        "works": works,
        "url": settings.SITE_URL + url,
    }
    return render("contests/message", seen, language=language or language_of(works))


def language_of(works: list[Entry]) -> str:
    """What the reader handed in with last; what the writer reads has no part in it."""
    return max(works, key=lambda entry: (entry.saved_at, entry.pk)).language


def send(
    mailing: Mailing,
    *,
    contest: Contest,
    subject: str,
    text: str,
    nonce: str,
    now: dt.datetime,
) -> int:
    """Queue the letters; how many are new.

    `nonce` comes with the page on which they were written: pressed twice, or sent
    again by the browser, the same page writes each letter once.
    """
    with transaction.atomic():
        return queue_many(
            (
                Draft(
                    kind=emails.MESSAGE,
                    address=user.email,
                    content=content_for(
                        user, works, subject=subject, text=text, contest=contest
                    ),
                    recipient=user.person_id,
                    language=language_of(works),
                    about=(emails.ABOUT, works[0].pk),
                    dedupe_key=f"{emails.MESSAGE}:{nonce}:{user.pk}",
                )
                for user, works in mailing.works.items()
            ),
            now=now,
        )
