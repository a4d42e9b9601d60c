"""What the site stops to show when somebody takes a consent back (rule 9).

All of it happens in the transaction that withdraws: a story that waits ends; an
article made of one loses the sender's name and the pictures, in its versions as well.
Where its own words hold the name, it is taken down.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import translation

from content import pagecache
from content.files import private_storage
from content.models import Picture
from content.pictures.taking_off import take_off, without
from content.richtext import plain_text
from members import history
from members.models import Consent
from news import actions, house, kinds, kit, story_letters
from news.freshness import AREA
from news.models import (
    Article,
    Contribution,
    ContributionFile,
    ContributionPicture,
    KitItem,
    Revision,
)
from news.rules import is_scheduled, is_visible
from news.story_rules import about, may_name, may_show, may_use, nobody
from vietnam.dates import local_day
from vietnam.fold import fold

State = Contribution.State
Purpose = Consent.Purpose


def consent_changed(consent: Consent, now: dt.datetime) -> None:
    """Told of each consent given or withdrawn, inside its transaction."""
    if consent.purpose not in (
        Purpose.STORY,
        Purpose.PUBLISH_NAME,
        Purpose.PUBLISH_PICTURE,
    ):
        return
    mine = Contribution.objects.filter(sender=consent.person_id)
    given = consent.withdrawn_at is None
    if given:
        mine = mine.filter(state=State.ACCEPTED, consent_withdrawn_at__isnull=False)
    for story in mine.order_by("pk"):
        if not consent.about or about(story) == consent.about:
            row = locked(story)
            _agreed_again(row, now) if given else _withdrawn(row, consent, now)


@transaction.atomic
def take_name_off(*, story: Contribution) -> None:
    """Take the sender's name off the article, its versions and its history."""
    row = locked(story)
    if not row.names_sender:
        return
    with translation.override(settings.LANGUAGE_CODE):
        instead = nobody()
    if row.article_id:
        Article.objects.filter(pk=row.article_id, byline=row.credit).update(
            byline=instead
        )
        for revision in Revision.objects.filter(
            article=row.article_id, text__byline=row.credit
        ):
            revision.text["byline"] = instead
            revision.save(update_fields=["text"])
        # Who approved and published it is the house's own record, without the name.
        history.mask_rows(Article, [row.article_id], log_too=False)
        _outdate_forms(row)
    KitItem.objects.filter(contribution=row, credit=row.credit).update(credit=instead)
    pagecache.touch(AREA)
    row.credit, row.names_sender = instead, False
    row.save(update_fields=["credit", "names_sender"])


@transaction.atomic
def take_pictures_off(*, story: Contribution) -> None:
    """Take what was sent in off every page that shows it, and delete the files."""
    row = locked(story)
    for picture in Picture.objects.filter(pk__in=row.picture_ids):
        take_off(picture=picture)
    _outdate_forms(row)
    row.picture_ids = []
    row.save(update_fields=["picture_ids"])


def leave_versions(picture: Picture) -> None:
    """Take a picture out of the parts of the kinds and of every kept version."""
    for article in house.articles_with_versions_of(picture):
        article.details = _bare(article.details, picture)
        article.save(update_fields=["details"])
        for revision in article.revisions.all():
            text = revision.text
            if text.get("cover_id") == picture.pk:
                text["cover_id"] = None
            text["body"] = without(text.get("body", ""), picture)
            text["details"] = _bare(text.get("details", {}), picture)
            revision.save(update_fields=["text"])


def drop_pictures(rows: Iterable[ContributionPicture | ContributionFile]) -> None:
    """Delete rows now and their files once that is certain."""
    for row in rows:
        name = row.file.name
        row.delete()
        transaction.on_commit(
            lambda name=name: private_storage().delete(name), robust=True
        )


def locked(story: Contribution) -> Contribution:
    """The row as whoever held it before has left it.

    Read once more when the lock is there: PostgreSQL brings the locked row up to date,
    and not what was joined to it.
    """
    Contribution.objects.select_for_update().get(pk=story.pk)
    rows = Contribution.objects.select_related("sender", "unit", "section", "article")
    return rows.get(pk=story.pk)


# --- Below the verbs ------------------------------------------------------------


def _withdrawn(row: Contribution, consent: Consent, now: dt.datetime) -> None:
    on = local_day(now)
    if consent.purpose == Purpose.STORY:
        if not may_use(row, on=on):
            _end(row, now)
        return
    if row.names_sender and not may_name(row, on=on):
        take_name_off(story=row)
    if consent.purpose == Purpose.PUBLISH_PICTURE and not may_show(row, on=on):
        take_pictures_off(story=row)


def _end(row: Contribution, now: dt.datetime) -> None:
    """A draft stays its writer's own; what was refused or taken back is over."""
    if row.consent_withdrawn_at:
        return
    if row.state in {State.RECEIVED, State.RETURNED}:
        row.state, row.decided_at, row.consent_withdrawn_at = State.WITHDRAWN, now, now
        row.save(update_fields=["state", "decided_at", "consent_withdrawn_at"])
        drop_pictures(row.pictures.all())
        drop_pictures(row.files.all())
    elif row.state == State.ACCEPTED:
        row.consent_withdrawn_at = now
        row.save(update_fields=["consent_withdrawn_at"])
        for item in row.kit_items.all():
            kit.remove(item=item)
        take_name_off(story=row)
        take_pictures_off(story=row)
        _take_down(row, now)
    else:
        return
    story_letters.ended(row, now=now)


def _outdate_forms(row: Contribution) -> None:
    """An editor's open form would bring back what was taken off."""
    Article.objects.filter(pk=row.article_id).update(text_version=F("text_version") + 1)


def _take_down(row: Contribution, now: dt.datetime) -> None:
    article = row.article and Article.objects.get(pk=row.article_id)
    if article is None:
        return
    if is_scheduled(article, now):
        actions.unschedule(article=article, by=None, now=now)
    elif is_visible(article, now) and _tells_name(article, row.sender.full_name):
        actions.archive(article=article, by=None, now=now)


def _tells_name(article: Article, name: str) -> bool:
    """Whether the words that readers see hold the name, however it is accented."""
    words = [article.title, article.lead, plain_text(article.body), article.byline]
    words.append(kinds.words(article.kind, article.details))
    return fold(name) in " ".join(fold(" ".join(words)).split())


def _agreed_again(row: Contribution, now: dt.datetime) -> None:
    """The article may go out again; what was deleted stays so."""
    if may_use(row, on=local_day(now)):
        row.consent_withdrawn_at = None
        row.save(update_fields=["consent_withdrawn_at"])


def _bare(details: Mapping[str, Any], picture: Picture) -> dict[str, Any]:
    """The facts of a kind without the picture; a step of a guide stays, in words."""
    left = dict(details)
    if "pictures" in left:
        rows = left["pictures"]
        left["pictures"] = [row for row in rows if row.get("picture") != picture.pk]
    for step in left.get("steps", ()):
        if step.get("picture") == picture.pk:
            step["picture"] = None
    return left
