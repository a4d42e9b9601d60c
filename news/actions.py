"""The verbs of the news: nothing else changes the state of an article.

Each locks the row, asks the rule again inside the lock, writes, and leaves a line in
the admin's history (who, when, what). Done twice is done once.
"""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils import translation
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from news import rules
from news.models import Article
from vietnam.dates import deadline_text

State = Article.State


class Refused(Exception):
    """The rule said no; `reason` is the `rules.Refusal` with its sentence."""

    def __init__(self, reason: rules.Refusal) -> None:
        super().__init__(str(reason.label))
        self.reason = reason


@transaction.atomic
def submit(*, article: Article, by, now: dt.datetime) -> Article:
    """Hand a draft in for approval. Raises Refused."""
    row = _locked(article)
    if row.state == State.IN_REVIEW:
        return _fresh(article, row)
    _insist(rules.why_not_move(row, State.IN_REVIEW) or rules.why_not_complete(row))
    return _move(article, row, State.IN_REVIEW, by, now, _("Sent for approval"))


@transaction.atomic
def approve(*, article: Article, by, now: dt.datetime) -> Article:
    """Say that the article may go out; it does not yet. Raises Refused."""
    row = _locked(article)
    if row.state == State.APPROVED:
        return _fresh(article, row)
    _insist(rules.why_not_approve(row))
    return _move(article, row, State.APPROVED, by, now, _("Approved"))


@transaction.atomic
def send_back(*, article: Article, by, now: dt.datetime) -> Article:
    """Return an article under review, or approved, to its writer. Raises Refused."""
    row = _locked(article)
    if row.state == State.DRAFT:
        return _fresh(article, row)
    _insist(rules.why_not_move(row, State.DRAFT))
    return _move(article, row, State.DRAFT, by, now, _("Sent back to the writer"))


@transaction.atomic
def publish(
    *, article: Article, by, now: dt.datetime, at: dt.datetime | None = None
) -> Article:
    """Let the article out, at once or with the time `at`. Raises Refused.

    Without `at`, a time already given that has passed stays (an article taken down and
    brought back keeps its date); a time ahead gives way to `now`.
    """
    row = _locked(article)
    if at is None:
        at = row.publish_at if row.publish_at and row.publish_at <= now else now
    if row.state == State.PUBLISHED and row.publish_at == at:
        return _fresh(article, row)
    _insist(rules.why_not_publish(row, at=at, now=now))
    row.publish_at = at
    message = _("Published")
    if at > now:
        message = format_lazy(_("Scheduled for {time}"), time=deadline_text(at))
    return _move(article, row, State.PUBLISHED, by, now, message)


@transaction.atomic
def schedule(
    *, article: Article, by, now: dt.datetime, at: dt.datetime | None
) -> Article:
    """Publish with a time that is still ahead. Raises Refused."""
    _insist(rules.why_not_schedule(at=at, now=now))
    return publish(article=article, by=by, now=now, at=at)


@transaction.atomic
def approve_and_publish(*, article: Article, by, now: dt.datetime) -> Article:
    """All steps from a draft to the public, for somebody who holds every right."""
    _approve_from_anywhere(article, by, now)
    return publish(article=article, by=by, now=now)


@transaction.atomic
def approve_and_schedule(
    *, article: Article, by, now: dt.datetime, at: dt.datetime | None
) -> Article:
    """All steps from a draft to a time ahead, for somebody who holds every right."""
    _approve_from_anywhere(article, by, now)
    return schedule(article=article, by=by, now=now, at=at)


@transaction.atomic
def unschedule(*, article: Article, by, now: dt.datetime) -> Article:
    """Keep back an article that waits for its time. Raises Refused."""
    row = _locked(article)
    if row.state == State.APPROVED:
        return _fresh(article, row)
    _insist(None if rules.is_scheduled(row, now) else rules.Refusal.WRONG_STATE)
    return _move(article, row, State.APPROVED, by, now, _("Taken off the schedule"))


@transaction.atomic
def archive(*, article: Article, by, now: dt.datetime) -> Article:
    """Take a published article down; its text stays with the staff. Raises Refused."""
    row = _locked(article)
    if row.state == State.ARCHIVED:
        return _fresh(article, row)
    _insist(rules.why_not_move(row, State.ARCHIVED))
    return _move(article, row, State.ARCHIVED, by, now, _("Taken down"))


def _locked(article: Article) -> Article:
    row = Article.objects.select_for_update().get(pk=article.pk)
    article.state = row.state
    return row


def _approve_from_anywhere(article: Article, by, now: dt.datetime) -> None:
    if _locked(article).state == State.DRAFT:
        submit(article=article, by=by, now=now)
    if article.state == State.IN_REVIEW:
        approve(article=article, by=by, now=now)


def _insist(refusal: rules.Refusal | None) -> None:
    if refusal:
        raise Refused(refusal)


def _move(article, row, state, by, now, message) -> Article:
    row.state = state
    row.save(update_fields=["state", "publish_at", "slug", "updated_at"])
    if by is not None:
        _log(row, by, now, message)
    return _fresh(article, row)


def _log(row, by, now, message) -> None:
    """In the site's language: the history is read by everybody on the staff."""
    with translation.override(settings.LANGUAGE_CODE):
        LogEntry.objects.create(
            user=by,
            content_type=ContentType.objects.get_for_model(Article),
            object_id=str(row.pk),
            object_repr=str(row)[:200],
            action_flag=CHANGE,
            change_message=str(message),
            action_time=now,
        )


def _fresh(article: Article, row: Article) -> Article:
    """The instance that the caller holds tells the truth as well."""
    article.state, article.publish_at, article.slug = (
        row.state,
        row.publish_at,
        row.slug,
    )
    return article
