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
from django.db.models import QuerySet
from django.utils import translation
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from content.fields import clean_text
from content.models import Picture
from content.search import words
from news import emails, revisions, rules, story_letters
from news.models import Article, LinkConfirmation, Revision
from vietnam.dates import deadline_text

State = Article.State


class Refused(Exception):
    """The rule said no; `reason` is its `Refusal` or `Missing` with the sentence."""

    def __init__(self, reason: rules.Refusal | rules.Missing) -> None:
        super().__init__(str(reason.label))
        self.reason = reason


@transaction.atomic
def submit(*, article: Article, by, now: dt.datetime) -> Article:
    """Hand a draft in for approval. Raises Refused."""
    row = _locked(article)
    if row.state == State.IN_REVIEW:
        return _fresh(article, row)
    _insist(rules.why_not_move(row, State.IN_REVIEW) or rules.why_not_complete(row))
    row.remark = article.remark = ""
    if not revisions.standing(row).exists():
        _record_first(row, approved=False)
    newest = revisions.standing(row).first()
    row.revisions.filter(pk=newest.pk).update(submitted_at=now)
    return _move(article, row, State.IN_REVIEW, by, now, _("Sent for approval"))


@transaction.atomic
def approve(*, article: Article, by, now: dt.datetime) -> Article:
    """Say that the article may go out; it does not yet. Raises Refused."""
    row = _locked(article)
    if row.state == State.APPROVED:
        return _fresh(article, row)
    _insist(rules.why_not_approve(row, by=by))
    row.remark = ""
    _mark_approved(row, by, now)
    return _move(article, row, State.APPROVED, by, now, _("Approved"))


@transaction.atomic
def send_back(*, article: Article, by, now: dt.datetime, remark: str) -> Article:
    """Return an article under review, or approved, to its writer. Raises Refused.

    `remark` says what to change; the writer reads it in the form and in a letter.
    """
    row = _locked(article)
    if row.state == State.DRAFT:
        return _fresh(article, row)
    _insist(rules.why_not_move(row, State.DRAFT) or rules.why_not_return(remark))
    row.remark = article.remark = clean_text(remark)
    emails.returned(row, by=by, now=now)
    message = format_lazy(_("Sent back to the writer: {remark}"), remark=row.remark)
    return _move(article, row, State.DRAFT, by, now, message)


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
    emails.published(row, by=by, now=now)
    story_letters.published(row, now=now)
    if at <= now:
        words.learn(row.title)
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
    """Keep back an article that waits for its time. Raises Refused.

    A newer text beside it becomes the text of the row, and waits for approval.
    """
    row = _locked(article)
    if row.state == State.APPROVED:
        return _fresh(article, row)
    _insist(None if rules.is_scheduled(row, now) else rules.Refusal.WRONG_STATE)
    newer = revisions.overlay(row)
    _move(article, row, State.APPROVED, by, now, _("Taken off the schedule"))
    if newer is not None:
        row.revisions.filter(pk=newer.pk).update(working=False)
        _in_review_again(article, row, by, now)
        row.save(update_fields=[*Article.TEXT, "state", "updated_at"])
        revisions.put(newer.text, article)
    return _fresh(article, row)


@transaction.atomic
def archive(*, article: Article, by, now: dt.datetime) -> Article:
    """Take a published article down; its text stays with the staff. Raises Refused."""
    row = _locked(article)
    if row.state == State.ARCHIVED:
        return _fresh(article, row)
    _insist(rules.why_not_move(row, State.ARCHIVED))
    return _move(article, row, State.ARCHIVED, by, now, _("Taken down"))


@transaction.atomic
def save_text(*, article: Article, by, now: dt.datetime) -> Revision | None:
    """Keep the text that the instance holds; None when it says nothing new.

    While the article is out the text waits beside it; before that it goes into the
    row. A text that was approved already must be approved again.
    """
    row = _locked(article)
    text = revisions.text_of(article)
    known = revisions.working(row) if row.state in revisions.OUT else None
    if text == (known.text if known else revisions.text_of(row)):
        return None
    return _keep_text(article, row, by, now)


@transaction.atomic
def restore(*, article: Article, number: int, by, now: dt.datetime) -> Revision:
    """Make an old version the newest text again, as a version of its own.

    Raises Revision.DoesNotExist for a number that the article does not have.
    """
    row = _locked(article)
    revisions.put(row.revisions.get(number=number).text, article)
    revision = _keep_text(article, row, by, now, restored_from=number)
    _say(row, by, now, format_lazy(_("Version {number} brought back"), number=number))
    return revision


@transaction.atomic
def import_published(*, article: Article, by, now: dt.datetime, at) -> Article:
    """An article of another site goes out with the date it had there. Raises Refused.

    It was public before, so nobody approves it again, nobody gets a letter, and
    missing descriptions of pictures and links to other sites are reported and not
    refused; damaged text and gambling are.
    """
    row = _locked(article)
    if row.state == State.PUBLISHED:
        return _fresh(article, row)
    _insist(rules.why_not_clean(row))
    row.publish_at = at
    message = _("Imported as published on its old site")
    return _move(article, row, State.PUBLISHED, by, now, message)


@transaction.atomic
def mend_text(*, article: Article, by, now: dt.datetime) -> Article:
    """Repair what broke when the text was pasted, as far as that is certain."""
    row = _locked(article)
    revisions.overlay(row)
    better = rules.mended(row)
    if all(getattr(row, name) == text for name, text in better.items()):
        return article
    if not row.revisions.exists():
        _record_first(row, approved=row.state in revisions.OUT)
    for name, text in better.items():
        setattr(row, name, text)
    save_text(article=row, by=by, now=now)
    revisions.put(revisions.text_of(row), article)
    article.text_version = row.text_version
    _say(row, by, now, _("Damaged text mended"))
    return article


@transaction.atomic
def confirm_links(*, article: Article, by, now: dt.datetime) -> Article:
    """A publisher has looked at the links to other sites; who and when is kept."""
    row = _locked(article)
    revisions.overlay(row)
    hosts = rules.unconfirmed_hosts(row)
    if not hosts:
        return article
    LinkConfirmation.objects.bulk_create(
        [LinkConfirmation(article=row, host=host, by=by, at=now) for host in hosts],
        ignore_conflicts=True,
    )
    message = _("Links to other sites confirmed: {hosts}")
    _say(row, by, now, format_lazy(message, hosts=", ".join(hosts)))
    return article


@transaction.atomic
def say_faces(*, article: Article, by, now: dt.datetime, faces: str) -> Article:
    """A publisher has looked at pictures about whose people nobody had said anything.

    What was said before stays; who said it now is in the article's history.
    """
    row = _locked(article)
    revisions.overlay(row)
    unknown = rules.unknown_faces(row)
    if not unknown:
        return article
    for picture in unknown:
        picture.faces = faces
        picture.save(update_fields=["faces"])
    names = ", ".join(picture.title for picture in unknown)
    message = _("People in the pictures: {said} ({names})")
    said = Picture.Faces(faces).label
    _say(row, by, now, format_lazy(message, said=said, names=names))
    return article


@transaction.atomic
def submit_changes(*, article: Article, by, now: dt.datetime) -> Article:
    """Hand in the newer text beside a live article. Raises Refused."""
    row, revision = _with_changes(article)
    if revision.submitted_at is not None:
        return article
    _insist(rules.why_not_complete(row))
    revision.submitted_at = now
    revision.save(update_fields=["submitted_at"])
    _forget_remark(row, article)
    _say(row, by, now, _("Changes sent for approval"))
    return article


@transaction.atomic
def return_changes(*, article: Article, by, now: dt.datetime, remark: str) -> Article:
    """Give the newer text back to whoever wrote it. Raises Refused.

    What was read stays in the line as it was read; what is written from now on is a
    version of its own.
    """
    row, revision = _with_changes(article)
    _insist(rules.why_not_return(remark))
    revision.submitted_at, revision.returned_at = None, now
    revision.save(update_fields=["submitted_at", "returned_at"])
    row.remark = article.remark = clean_text(remark)
    row.save(update_fields=["remark", "updated_at"])
    emails.returned(row, by=by, now=now)
    message = _("Changes sent back: {remark}")
    _say(row, by, now, format_lazy(message, remark=row.remark))
    return article


@transaction.atomic
def update(*, article: Article, by, now: dt.datetime) -> Article:
    """Let the newer text take the place of what the public reads. Raises Refused."""
    row, revision = _with_changes(article)
    _insist(rules.why_not_update(row, by=by))
    _mark_approved(row, by, now)
    row.revisions.filter(pk=revision.pk).update(working=False)
    row.remark = article.remark = ""
    row.save(update_fields=[*Article.TEXT, "remark", "updated_at"])
    revisions.put(revision.text, article)
    _say(row, by, now, _("Live article updated"))
    return article


@transaction.atomic
def drop_changes(*, article: Article, by, now: dt.datetime) -> Article:
    """Go on with what the public reads; the dropped text stays in the history."""
    row = _locked(article)
    if revisions.working(row) is None:
        return article
    # All that was written since the last approval, not only its last version: else
    # its writer would count as the writer of what somebody else writes next.
    _unapproved(row).update(working=False, dropped_at=now)
    revisions.put(revisions.text_of(row), article)
    row.remark = article.remark = ""
    row.text_version = article.text_version = row.text_version + 1
    row.save(update_fields=["remark", "text_version", "updated_at"])
    _say(row, by, now, _("Changes dropped"))
    return article


def _keep_text(
    article: Article, row: Article, by, now: dt.datetime, restored_from=None
) -> Revision:
    beside = row.state in revisions.OUT
    if not row.revisions.exists():
        _record_first(row, approved=beside or row.state == State.APPROVED)
    revision = revisions.keep(
        row,
        revisions.text_of(article),
        by=by,
        now=now,
        working=beside,
        restored_from=restored_from,
    )
    # The public's copy did not change: neither does the time it says it did.
    names = [] if beside else [*Article.TEXT, "state", "updated_at"]
    if not beside:
        revisions.put(revision.text, row)
        _in_review_again(article, row, by, now)
    row.text_version = article.text_version = row.text_version + 1
    row.save(update_fields=[*names, "text_version"])
    return revision


def _in_review_again(article: Article, row: Article, by, now: dt.datetime) -> None:
    """What was approved is no longer what the row holds; the caller saves the row."""
    if row.state == State.APPROVED and settings.NEWS_TWO_PERSON_RULE:
        row.state = article.state = State.IN_REVIEW
        _say(row, by, now, _("Changed after it was approved: in review again"))


def _unapproved(row: Article) -> QuerySet[Revision]:
    """The versions since the last one that was approved."""
    rows = revisions.standing(row)
    approved = rows.filter(approved_at__isnull=False).first()
    return rows.filter(number__gt=approved.number if approved else 0)


def _with_changes(article: Article) -> tuple[Article, Revision]:
    """The locked row showing the newer text, and that text. Raises Refused."""
    row = _locked(article)
    revision = revisions.overlay(row)
    if revision is None:
        raise Refused(rules.Refusal.NO_CHANGES)
    return row, revision


def _record_first(row: Article, *, approved: bool) -> None:
    """The history begins with the text as it stood before its first change."""
    begun = row.updated_at
    first = revisions.keep(row, revisions.text_of(row), by=row.created_by, now=begun)
    if approved:
        first.approved_at = begun
        first.save(update_fields=["approved_at"])


def _mark_approved(row: Article, by, now: dt.datetime) -> None:
    newest = revisions.standing(row).first()
    if newest is not None:
        newest.approved_by, newest.approved_at = by, now
        newest.save(update_fields=["approved_by", "approved_at"])


def _forget_remark(row: Article, article: Article) -> None:
    row.remark = article.remark = ""
    type(row).objects.filter(pk=row.pk).update(remark="")


def _locked(article: Article) -> Article:
    row = Article.objects.select_for_update().get(pk=article.pk)
    article.state = row.state
    return row


def _approve_from_anywhere(article: Article, by, now: dt.datetime) -> None:
    if _locked(article).state == State.DRAFT:
        submit(article=article, by=by, now=now)
    if article.state == State.IN_REVIEW:
        approve(article=article, by=by, now=now)


def _insist(refusal: rules.Refusal | rules.Missing | None) -> None:
    if refusal:
        raise Refused(refusal)


def _move(article, row, state, by, now, message) -> Article:
    row.state = state
    row.save(update_fields=["state", "publish_at", "slug", "remark", "updated_at"])
    _say(row, by, now, message)
    return _fresh(article, row)


def _say(row, by, now, message) -> None:
    """A command without an account leaves no line."""
    if by is not None:
        _log(row, by, now, message)


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
