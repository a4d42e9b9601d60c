"""The verbs of stories that are sent in.

Each locks the row, asks the rule again inside the lock and writes. Done twice is done
once. Pictures lie in the private store until a story is accepted; whatever ends a
story without that deletes them. What a withdrawn consent does: `news.withdrawing`.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import translation
from django.utils.html import escape, format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from content.files import private_storage
from content.models import Picture
from content.pictures import actions as pictures
from content.pictures import making, reading
from members import consent_texts, consents, permissions
from members.models import Consent, Person, User
from news import publications, story_letters
from news.models import (
    Article,
    Contribution,
    ContributionFile,
    ContributionPicture,
    Section,
)
from news.models.contribution import FILES, FOLDER
from news.story_rules import (
    Refused,
    StoryRefusal,
    about,
    credit_for,
    digest,
    may_show,
    why_not_accept,
    why_not_move,
    why_not_send,
)
from news.withdrawing import drop_pictures, locked
from vietnam.dates import local_day

State = Contribution.State
DRAFT_KEPT = dt.timedelta(days=7)
MOST_DRAFTS = 5
"""Of one sender; the limits on sending do not count what is not sent."""
LEAD_LENGTH = 300

STORY = Consent.Purpose.STORY
BOXES = {
    STORY: "news.story",
    Consent.Purpose.PUBLISH_NAME: "news.publish_name",
    Consent.Purpose.PUBLISH_PICTURE: "news.faces",
}
"""By what is agreed to: the box with the words."""


@dataclass(frozen=True, kw_only=True)
class Told:
    """What the form says."""

    kind: Contribution.Kind = Contribution.Kind.STORY
    title: str = ""
    text: str = ""
    licence: str = ""
    licence_text: str = ""
    made_by: str = ""
    section: Section | None = None
    as_unit: bool = False
    publish_name: bool = False
    faces_agreed: bool = False


@transaction.atomic
def keep_draft(
    *,
    sender: Person,
    press: str,
    told: Told,
    now: dt.datetime,
    images: Sequence[reading.Reading] = (),
    files: Sequence[publications.Sent] = (),
    story: Contribution | None = None,
) -> Contribution | None:
    """Keep pictures that arrived although the form could not be sent yet.

    None when the sender has as many drafts as are kept for one.
    """
    _lock(sender)
    row = _row(sender, press, story, now)
    if row.pk is None and not _has_room(sender):
        return None
    if row.is_open:
        _fill(row, told)
        row.save()
        _add_pictures(row, images)
        publications.keep(row, files)
    return row


@transaction.atomic
def send(
    *,
    sender: Person,
    press: str,
    told: Told,
    now: dt.datetime,
    images: Sequence[reading.Reading] = (),
    files: Sequence[publications.Sent] = (),
    story: Contribution | None = None,
) -> Contribution:
    """Put a story before the editors, or once more after it came back.

    Raises Refused. `press` names the form: sent twice is once.
    """
    _lock(sender)
    row = _row(sender, press, story, now)
    if row.state == State.RECEIVED:
        return row
    _insist(why_not_move(row, State.RECEIVED))
    text_digest = digest(told.title, told.text)
    _insist(why_not_send(sender, text_digest=text_digest, now=now, but=row.pk))
    _fill(row, told)
    row.state, row.sent_at, row.digest = State.RECEIVED, now, text_digest
    row.text_version, row.remark = consent_texts.stamp(_boxes(row)[STORY]), ""
    row.save()
    _add_pictures(row, images)
    publications.keep(row, files)
    _agree(row, told, now)
    return row


@transaction.atomic
def withdraw(*, story: Contribution, now: dt.datetime) -> Contribution:
    """The sender takes a story back before it is accepted. Raises Refused."""
    row = locked(story)
    if row.state == State.WITHDRAWN:
        return row
    _insist(why_not_move(row, State.WITHDRAWN))
    row.state, row.decided_at = State.WITHDRAWN, now
    row.save(update_fields=["state", "decided_at"])
    _drop_files(row)
    return row


@transaction.atomic
def accept(*, story: Contribution, by: User, now: dt.datetime) -> Article:
    """Make a draft of the story, which then goes the way of all articles.

    Whoever accepts counts as its writer, so a second person approves it. Raises
    Refused.
    """
    row = locked(story)
    if row.state == State.ACCEPTED and row.article:
        return row.article
    _insist(why_not_accept(row, on=local_day(now)))
    unit = row.unit or permissions.home_unit(by, "news.write")
    _insist(None if unit else StoryRefusal.NO_UNIT)
    with translation.override(settings.LANGUAGE_CODE):
        row.credit, row.names_sender = credit_for(row, on=local_day(now))
    shown = _publish_pictures(row, on=local_day(now))
    row.picture_ids = [picture.pk for picture in shown]
    row.article = Article.objects.create(
        title=row.title,
        lead=_lead(row.text),
        body=_body(row.text, shown[1:]),
        cover=shown[0] if shown else None,
        section=row.section,
        unit=unit,
        byline=row.credit,
        created_by=by,
    )
    _decide(row, State.ACCEPTED, by, now, _("Accepted as an article"))
    _drop_files(row)
    story_letters.accepted(row, now=now)
    return row.article


@transaction.atomic
def accept_publication(
    *, story: Contribution, by: User, now: dt.datetime
) -> Contribution:
    """Put the files of a publication onto the kit's page. Raises Refused."""
    row = locked(story)
    if row.state == State.ACCEPTED:
        return row
    on = local_day(now)
    _insist(why_not_accept(row, on=on) or publications.why_not_accept(row, by=by))
    publications.put_out(row, on=on)
    _decide(row, State.ACCEPTED, by, now, _("Accepted for the media kit"))
    _drop_files(row)
    story_letters.accepted(row, now=now)
    return row


@transaction.atomic
def give_back(
    *, story: Contribution, by: User, now: dt.datetime, remark: str
) -> Contribution:
    """Ask the sender for more, or for something else. Raises Refused."""
    return _answer(story, State.RETURNED, by, now, remark)


@transaction.atomic
def refuse(
    *, story: Contribution, by: User, now: dt.datetime, remark: str
) -> Contribution:
    """Say no, with the reason; the pictures are deleted. Raises Refused."""
    row = _answer(story, State.REFUSED, by, now, remark)
    _drop_files(row)
    return row


def drop_left_behind(*, now: dt.datetime) -> int:
    """Delete drafts that nobody sent within a week, and files without a row."""
    old = Contribution.objects.filter(
        state=State.DRAFT, created_at__lt=now - DRAFT_KEPT
    )
    dropped = 0
    for story in old:
        with transaction.atomic():
            _drop_files(story)
            story.delete()
        dropped += 1
    return dropped + _drop_orphans(now)


# --- Below the verbs ------------------------------------------------------------


def _lock(sender: Person) -> None:
    """What one person sends arrives one after the other."""
    Person.objects.select_for_update().get(pk=sender.pk)


def _row(
    sender: Person, press: str, story: Contribution | None, now: dt.datetime
) -> Contribution:
    if story is not None:
        return locked(story)
    row = Contribution.objects.filter(sender=sender, press=press).first()
    return row or Contribution(sender=sender, press=press, created_at=now)


def _has_room(sender: Person) -> bool:
    """Whether one more draft is kept for the sender; ask with the sender locked."""
    drafts = Contribution.objects.filter(sender=sender, state=State.DRAFT)
    return drafts.count() < MOST_DRAFTS


def _drop_files(row: Contribution) -> None:
    drop_pictures(row.pictures.all())
    drop_pictures(row.files.all())


def _fill(row: Contribution, told: Told) -> None:
    row.kind = told.kind
    row.licence, row.licence_text = told.licence, told.licence_text
    row.made_by = told.made_by
    row.title, row.text = told.title, told.text
    row.section = told.section or row.section
    row.unit = row.sender.unit
    row.as_unit = told.as_unit and row.unit is not None
    row.faces_agreed = told.faces_agreed


def _boxes(row: Contribution) -> dict[str, str]:
    """A publication has words of its own."""
    return BOXES | {STORY: "news.publication"} if row.is_publication else BOXES


def _agree(row: Contribution, told: Told, now: dt.datetime) -> None:
    """Three consents, each by a box of its own."""
    given = {"about": about(row), "now": now, "person": row.sender}
    wanted = [Consent.Purpose.STORY]
    # Whoever writes their own name as the credit says that it may stand there.
    if told.publish_name or publications.tells_name(row.sender, told.made_by):
        wanted.append(Consent.Purpose.PUBLISH_NAME)
    else:
        consents.withdraw(purpose=Consent.Purpose.PUBLISH_NAME, **given)
    if told.faces_agreed and row.pictures.exists():
        wanted.append(Consent.Purpose.PUBLISH_PICTURE)
    for purpose in wanted:
        consents.give(
            purpose=purpose,
            text_version=consent_texts.stamp(_boxes(row)[purpose]),
            method=Consent.Method.OWN_FORM,
            **given,
        )


def _answer(
    story: Contribution, state: State, by: User, now: dt.datetime, remark: str
) -> Contribution:
    row = locked(story)
    if row.state == state:
        return row
    _insist(why_not_move(row, state))
    _insist(None if remark.strip() else StoryRefusal.NO_REMARK)
    row.remark = remark.strip()
    _decide(row, state, by, now, State(state).label)
    story_letters.answered(row, now=now)
    return row


def _decide(row: Contribution, state: State, by: User, now: dt.datetime, line) -> None:
    row.state, row.decided_by, row.decided_at = state, by, now
    row.save()
    with translation.override(settings.LANGUAGE_CODE):
        LogEntry.objects.create(
            user=by,
            content_type=ContentType.objects.get_for_model(Contribution),
            object_id=str(row.pk),
            # Not the title: the log outlives an erasure.
            object_repr=gettext("Story no. %(number)s") % {"number": row.pk},
            action_flag=CHANGE,
            change_message=str(line),
            action_time=now,
        )


def _add_pictures(row: Contribution, images: Sequence[reading.Reading]) -> None:
    room = Contribution.MAX_PICTURES - row.pictures.count()
    for found in images[: max(0, room)]:
        width, height = found.image.size
        data = making.original(found.image, sharp=found.sharp)
        picture = ContributionPicture(
            contribution=row, name=found.title, width=width, height=height
        )
        name = f"{FOLDER}/{secrets.token_hex(16)}.jpg"
        picture.file = private_storage().save(name, ContentFile(data))
        picture.save()


def _publish_pictures(row: Contribution, *, on: dt.date) -> list[Picture]:
    """Into the library; who took them is said by the unit, never by a name.

    The box about those shown counts for a child only with the guardian and the school
    (rule 9): without them the pictures keep the article back until an editor has
    looked, as all pictures do whose people were not asked.
    """
    credit = row.credit if row.as_unit else ""
    agreed = row.faces_agreed and may_show(row, on=on)
    faces = Picture.Faces.AGREED if agreed else Picture.Faces.NOT_ASKED
    made = []
    for each in row.pictures.all():
        with each.file.open("rb") as file:
            picture, _animated = pictures.add(
                file=file,
                name=each.file.name,
                title=row.title[:150],
                credit=credit,
                faces=faces,
            )
        made.append(picture)
    return made


def _lead(text: str) -> str:
    """The first paragraph, cut at a word: the editor writes a better one."""
    first = text.strip().split("\n", 1)[0].strip()
    if len(first) <= LEAD_LENGTH:
        return first
    return first[:LEAD_LENGTH].rsplit(" ", 1)[0] + "…"


def _body(text: str, shown: Sequence[Picture]) -> str:
    paragraphs = [part.strip() for part in text.replace("\r", "").split("\n")]
    html = [f"<p>{escape(part)}</p>" for part in paragraphs if part]
    html += [
        format_html(
            '<p><img src="{}" alt="" width="{}" height="{}"></p>',
            picture.file.url,
            picture.width,
            picture.height,
        )
        for picture in shown
    ]
    return "\n".join(html)


def _drop_orphans(now: dt.datetime) -> int:
    """Files of requests that broke off before their row was written."""
    storage = private_storage()
    known = {*ContributionPicture.objects.values_list("file", flat=True)}
    known |= {*ContributionFile.objects.values_list("file", flat=True)}
    dropped = 0
    for folder in (FOLDER, FILES):
        for name, written in storage.listed(folder):
            if name not in known and written < now - pictures.ORPHAN_AFTER:
                storage.delete(name)
                dropped += 1
    return dropped


def _insist(refusal: StoryRefusal | None) -> None:
    if refusal:
        raise Refused(refusal)
