"""Writing letters into the outbox, and what staff may do with them there."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, partial
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction

from content import figures
from content.fields import clean_line
from mail import channels, kinds
from mail.addresses import fold
from mail.models import Letter
from mail.pauses import leaves_at
from mail.preferences import why_not_write_to
from mail.rendering import Content
from mail.wake import wake

_HEADER_NAME = re.compile(r"[A-Za-z0-9-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """Everything that `queue` needs to know of a letter.

    `about` is the type and id of what it tells of, such as
    ("training.registration", 17). `attachments` are dicts with "filename",
    "content_type" (parameters included) and "content" (text). A letter that could not
    leave before `not_after` is never sent. An `urgent` one leaves at night and over
    Tết although its kind waits. `channel` is a name of settings.MAIL_CHANNELS, and
    `address` what that channel takes.
    """

    kind: str
    address: str
    content: Content
    recipient: int | None = None
    about: tuple[str, int] | None = None
    dedupe_key: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    attachments: Sequence[dict[str, str]] = ()
    not_before: datetime | None = None
    not_after: datetime | None = None
    secret: bool = False
    fingerprint: str = ""
    language: str = "vi"
    urgent: bool = False
    channel: str = channels.EMAIL


def queue(
    *,
    kind: str,
    address: str,
    content: Content,
    now: datetime,
    recipient: int | None = None,
    about: tuple[str, int] | None = None,
    dedupe_key: str | None = None,
    headers: Mapping[str, str] | None = None,
    attachments: Sequence[dict[str, str]] = (),
    not_before: datetime | None = None,
    not_after: datetime | None = None,
    secret: bool = False,
    fingerprint: str = "",
    language: str = "vi",
    urgent: bool = False,
    channel: str = channels.EMAIL,
) -> Letter | None:
    """Write one letter in the caller's transaction; the worker wakes on commit.

    See `Draft` for the arguments. Returns None when a letter with this `dedupe_key`
    is there already. An address that cannot be written to gives a letter in state
    failed, a suppressed one a letter in state suppressed: staff see both, and the
    caller's action goes on. Raises ImproperlyConfigured for an unknown kind and
    ValueError for a header that could smuggle in another one.
    """
    draft = Draft(
        kind=kind,
        address=address,
        content=content,
        recipient=recipient,
        about=about,
        dedupe_key=dedupe_key,
        headers=headers or {},
        attachments=attachments,
        not_before=not_before,
        not_after=not_after,
        secret=secret,
        fingerprint=fingerprint,
        language=language,
        urgent=urgent,
        channel=channel,
    )
    return write(prepare(draft, now=now), now=now)


def prepare(draft: Draft, *, now: datetime) -> Letter:
    """The letter as it would be queued, not written yet.

    For whoever holds a lock that others wait for: ask what can be asked before it,
    set `about_id` or fill in a number inside, then `write`. Raises like `queue`.
    """
    letter = _letter(draft, now)
    _settle_unsendable(letter)
    return letter


def write(letter: Letter, *, now: datetime) -> Letter | None:
    """Write a prepared letter in the caller's transaction, as `queue` does."""
    if not Letter.objects.insert_once(letter):
        return None
    if letter.state == Letter.State.QUEUED and letter.not_before <= now:
        wake(secret=letter.secret)
    if letter.state in Letter.OVER:
        count_settled(letter)
    return letter


def queue_many(drafts: Iterable[Draft], *, now: datetime) -> int:
    """Write many letters at once, behind those that were written one by one.

    Meant for mass mailings: whom not to write to is found out when they leave.
    Returns how many were new.
    """
    # Not instances, whose making costs more than all that is asked of them here.
    unsaid = Letter.objects.defaults()
    rows = [
        SimpleNamespace(**(unsaid | _facts(draft, now, bulk=True))) for draft in drafts
    ]
    new = Letter.objects.insert_new(rows)
    if new:
        wake(secret=False)
    return new


@transaction.atomic
def retry(*, letter_id: int, now: datetime) -> bool:
    """Put a failed letter back into the queue; False if there is nothing to send.

    A secret letter forgot its text when it failed, so it cannot be sent again.
    """
    letter = Letter.objects.select_for_update().get(pk=letter_id)
    if not letter.can_retry:
        return False
    letter.state, letter.reason = Letter.State.QUEUED, ""
    letter.attempts = 0
    letter.not_before = now
    letter.save(update_fields=["state", "reason", "attempts", "not_before"])
    wake(secret=False)
    return True


@transaction.atomic
def cancel(*, letter_id: int) -> bool:
    """Keep a letter that has not left from ever leaving; False if it is too late.

    A letter in somebody's hands is locked for no longer than the claim takes, and is
    then no longer waiting.
    """
    waiting = Letter.objects.select_for_update().filter(state__in=Letter.PENDING)
    letter = waiting.filter(pk=letter_id).first()
    if letter is None:
        return False
    letter.close(Letter.State.SUPPRESSED, Letter.Reason.WITHDRAWN)
    letter.save()
    count_settled(letter)
    return True


def count_settled(letter: Letter) -> None:
    """For those who watch; once what settled it is committed."""
    transaction.on_commit(partial(figures.count, "letters", letter.state))


def _letter(draft: Draft, now: datetime) -> Letter:
    return Letter(**_facts(draft, now))


def _facts(draft: Draft, now: datetime, *, bulk: bool = False) -> dict[str, Any]:
    """The columns of the letter. Raises ImproperlyConfigured, ValueError."""
    if draft.kind not in kinds.registry:
        raise ImproperlyConfigured(f"mail.kinds: {draft.kind!r} is not registered")
    _check_headers(draft.headers)
    address = clean_line(draft.address)
    about_type, about_id = draft.about or ("", None)
    moment = draft.not_before or now
    leaves = moment
    if not draft.urgent:
        leaves = leaves_at(draft.kind, moment, draft.not_after)
    return {
        "kind": draft.kind,
        "channel": draft.channel,
        "address": address,
        "address_key": fold(address),
        "recipient": draft.recipient,
        "about_type": about_type,
        "about_id": about_id,
        "language": draft.language,
        "subject": draft.content.subject[:250],
        "text": draft.content.text,
        "html": draft.content.html,
        "headers": dict(draft.headers),
        "attachments": list(draft.attachments),
        "dedupe_key": draft.dedupe_key,
        "fingerprint": draft.fingerprint,
        "not_before": leaves,
        "reason": Letter.Reason.PAUSED if leaves > moment else "",
        "not_after": draft.not_after,
        "secret": draft.secret,
        "bulk": bulk,
        "urgent": draft.urgent,
        "message_id": _message_id(),
        "created_at": now,
    }


def _settle_unsendable(letter: Letter) -> None:
    if why := channels.of(letter.channel).why_not(letter.address):
        letter.close(Letter.State.FAILED, Letter.Reason.INVALID, str(why))
        letter.address = letter.address[:254]
        letter.address_key = letter.address_key[:254]
        return
    reason = why_not_write_to(letter.address_key, letter.kind, secret=letter.secret)
    if reason:
        letter.close(Letter.State.SUPPRESSED, reason)


def _check_headers(headers: Mapping[str, Any]) -> None:
    for name, value in headers.items():
        if not _HEADER_NAME.fullmatch(name) or clean_line(value) != value:
            raise ValueError(f"not a mail header: {name!r}")


def _message_id() -> str:
    return f"<{uuid.uuid4().hex}@{_host(settings.SITE_URL)}>"


@cache
def _host(site: str) -> str:
    return urlsplit(site).hostname or "localhost"
