"""What the sender of a story hears: it came back, is accepted, not used, out, ended."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mail import actions as outbox
from mail import kinds
from mail.rendering import render
from members.models import Person, User
from news import emails
from news.models import Article, Contribution
from vietnam.dates import local_day

ABOUT = "news.contribution"
RETURNED = "news.story_returned"
ACCEPTED = "news.story_accepted"
REFUSED = "news.story_refused"
ENDED = "news.story_ended"
PUBLISHED = "news.story_published"
_OF_STATE = {
    Contribution.State.RETURNED: RETURNED,
    Contribution.State.REFUSED: REFUSED,
}


def accepted(story: Contribution, *, now: dt.datetime) -> None:
    _queue(ACCEPTED, story, about=(ABOUT, story.pk), now=now, at=now)


def answered(story: Contribution, *, now: dt.datetime) -> None:
    """Returned or refused, with the editors' remark."""
    kind = _OF_STATE[Contribution.State(story.state)]
    _queue(kind, story, about=(ABOUT, story.pk), now=now, at=now)


def ended(story: Contribution, *, now: dt.datetime) -> None:
    """A guardian, or the sender, took the consent back."""
    _queue(ENDED, story, about=(ABOUT, story.pk), now=now, at=now)


def published(article: Article, *, now: dt.datetime) -> None:
    """The article made of the story is out; leaves at the minute it goes out."""
    story = Contribution.objects.filter(article=article).first()
    if story is None:
        return
    at = max(article.publish_at, now)
    url = settings.SITE_URL + article.get_absolute_url()
    about = (emails.ABOUT, article.pk)
    _queue(PUBLISHED, story, about=about, now=now, at=at, article=article, url=url)


def register_kinds() -> None:
    kinds.register(
        RETURNED, kinds.LetterKind(label=_("Story sent back"), waits=kinds.Wait.TET)
    )
    kinds.register(
        ACCEPTED, kinds.LetterKind(label=_("Story accepted"), waits=kinds.Wait.TET)
    )
    kinds.register(
        REFUSED, kinds.LetterKind(label=_("Story not used"), waits=kinds.Wait.TET)
    )
    kinds.register(
        ENDED,
        kinds.LetterKind(
            label=_("Consent for a story taken back"), waits=kinds.Wait.MORNING
        ),
    )
    kinds.register(
        PUBLISHED,
        kinds.LetterKind(
            label=_("Story published"),
            waits=kinds.Wait.MORNING,
            recheck=emails.recheck_published,
        ),
    )


def _queue(
    kind: str,
    story: Contribution,
    *,
    about: tuple[str, int],
    now: dt.datetime,
    at: dt.datetime,
    article: Article | None = None,
    url: str = "",
) -> None:
    """To the sender, who may have no address: my page tells it as well."""
    address = _address_of(story.sender)
    if not address:
        return
    mine = settings.SITE_URL + reverse("news:contribution", args=[story.pk])
    seen = {
        "kind": kind.rpartition("_")[2],
        "name": story.sender.full_name,
        "story": story,
        "child": story.sender.is_child(local_day(now)),
        "article": article,
        "url": url or mine,
    }
    once = emails.moment(at)
    outbox.queue(
        kind=kind,
        address=address,
        content=render("news/story", seen),
        now=now,
        recipient=story.sender_id,
        about=about,
        dedupe_key=f"{kind}:{story.pk}:{once}",
        not_before=at,
        not_after=at + emails.OF_USE if article else None,
        fingerprint=once if article else "",
    )


def _address_of(sender: Person) -> str:
    user = User.objects.filter(person=sender, is_active=True).first()
    return (user.email if user else "") or sender.email
