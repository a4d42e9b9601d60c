"""What happens to uploads; nothing else writes their rows."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from content import waiting
from content.uploads import pieces
from content.uploads.models import Upload
from content.uploads.purposes import Refused, purposes

log = logging.getLogger(__name__)

Outcome = Upload.Outcome

MOST_OPEN = 20
"""Unfinished uploads of one account; together they hold `UPLOAD_MAX_BYTES` at most."""
MOST_AN_HOUR = 200
TOLD_FOR = dt.timedelta(days=1)
"""So long a finished upload can say how it ended to whoever lost the answer."""
LEFT_BEHIND_AFTER = dt.timedelta(minutes=1)
AT_ONCE = 20
ORPHAN_AFTER = dt.timedelta(days=1)
_LOCK_CLASS = 0x75706C64  # "upld": one account's creations stand in line


class Busy(Exception):
    """Another request is writing to this upload."""


class TooMany(Exception):
    """The account has too much under way; `sentence` says what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class WrongOffset(Exception):
    """The piece does not belong where the upload stands."""


class Ended(Exception):
    """Taken or refused already: no further byte."""


def begin(
    *,
    owner: int,
    purpose: str,
    about: str,
    name: str,
    length: int,
    now: dt.datetime,
    metadata: str = "",
) -> Upload:
    """A row for an upload of `length` bytes; raises TooMany. The caller has asked
    whether this account may send this there, and whether so many bytes are wanted.
    """
    _count_creation(owner, now)
    with transaction.atomic():
        _stand_in_line(owner)
        under_way = Upload.objects.of(owner).open()
        bytes_left = under_way.aggregate(sum=Sum("length"))["sum"] or 0
        too_much = bytes_left + length > settings.UPLOAD_MAX_BYTES
        if too_much or under_way.count() >= MOST_OPEN:
            raise TooMany(
                _("Too many uploads are unfinished. Finish or drop some of them first.")
            )
        return Upload.objects.create(
            owner=owner,
            purpose=purpose,
            about=about,
            name=name,
            metadata=metadata,
            length=length,
            created_at=now,
            touched_at=now,
        )


def append(
    *, key: str, offset: int, data: bytes | bytearray, now: dt.datetime
) -> Upload:
    """Add a piece that begins at `offset`; whether it is whole, its row says.

    Raises Busy, Ended, WrongOffset, Refused (by the purpose, before a byte is written)
    and OSError when the disk is full: then the row still stands where it stood.
    """
    with _locked(key) as upload:
        if upload.outcome:
            raise Ended(upload.outcome)
        if upload.offset != offset or offset + len(data) > upload.length:
            raise WrongOffset(f"at {upload.offset}, not {offset}")
        if not data:
            return upload
        if sentence := purposes[upload.purpose].why_not_go_on(upload, now=now):
            raise Refused(sentence)
        try:
            pieces.write(key, offset, data)
        except pieces.Lost:
            # What the row counts is gone: from the beginning, and no longer in time
            # by what was lost.
            log.error("bytes of upload %s are gone from the disk", upload.pk)
            upload.offset, upload.begun_at = 0, None
            upload.save(update_fields=["offset", "begun_at"])
        else:
            upload.offset += len(data)
            upload.begun_at = upload.begun_at or now
            upload.touched_at = now
            upload.save(update_fields=["offset", "begun_at", "touched_at"])
            return upload
    raise WrongOffset("bytes are lost")


def finish(*, key: str) -> Upload:
    """Hand a whole upload to its purpose, once; its row says how that ended.

    The row is held meanwhile, so that two calls do it once; whatever breaks off
    leaves a whole upload, and the sweep calls again. What counts as the moment of
    arrival is that of the last byte. Raises Busy.
    """
    with _locked(key) as upload:
        if upload.outcome or not upload.is_whole:
            return upload
        try:
            with (
                pieces.whole(key, upload.name, upload.length) as file,
                transaction.atomic(),
            ):
                purposes[upload.purpose].receive(upload, file, now=upload.touched_at)
            upload.outcome = Outcome.TAKEN
        except Refused as refused:
            upload.outcome, upload.sentence = Outcome.REFUSED, refused.sentence[:500]
        except pieces.Lost:
            log.error("bytes of upload %s are gone from the disk", upload.pk)
            upload.outcome = Outcome.REFUSED
            upload.sentence = _("The file got lost on our side. Send it once more.")
        upload.save(update_fields=["outcome", "sentence"])
        transaction.on_commit(lambda: pieces.drop(key), robust=True)
    return upload


def drop(*, key: str) -> None:
    """Forget an upload and its bytes. Raises Busy."""
    with _locked(key) as upload:
        upload.delete()
        transaction.on_commit(lambda: pieces.drop(key), robust=True)


def finish_left_behind(*, now: dt.datetime) -> int:
    """Finish what is whole and whose request died; the number that ended."""
    whole = Upload.objects.open().whole()
    left = whole.filter(touched_at__lt=now - LEFT_BEHIND_AFTER)
    ended = 0
    # In any order: twenty that fail each time must not be the first each time.
    for key in left.order_by("?").values_list("key", flat=True)[:AT_ONCE]:
        try:
            ended += bool(finish(key=key).outcome)
        except Busy:
            continue
        except Upload.DoesNotExist:
            continue
        except Exception:
            log.exception("upload %s cannot be finished yet", key)
    return ended


def sweep(*, now: dt.datetime, dry_run: bool = False) -> list[str]:
    """Drop uploads nobody went on with, rows that have told how they ended, and files
    without a row; returns what went, or with `dry_run` what would go.
    """
    old = pieces.keys_older_than(now - ORPHAN_AFTER)
    known = set(Upload.objects.filter(key__in=old).values_list("key", flat=True))
    gone = []
    told = Upload.objects.filter(outcome=Outcome.TAKEN, touched_at__lt=now - TOLD_FOR)
    for upload in (Upload.objects.expired(now) | told).iterator():
        if not dry_run:
            try:
                drop(key=upload.key)
            except (Busy, Upload.DoesNotExist):
                continue
        gone.append(f"{pieces.path_of(upload.key)}: {upload.percent} %, {upload.name}")
    for key in sorted(set(old) - known):
        if not dry_run:
            pieces.drop(key)
        gone.append(f"{pieces.path_of(key)}: no upload knows it")
    return gone


def _count_creation(owner: int, now: dt.datetime) -> None:
    """Without the cache nobody begins one: content.outage then answers 503."""
    key = f"content.uploads:{owner}:{now:%Y%m%d%H}"
    cache.add(key, 0, 3600)
    if cache.incr(key) > MOST_AN_HOUR:
        raise TooMany(_("You began very many uploads. Try again in an hour."))


def _stand_in_line(owner: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK_CLASS, owner % 2**31]
        )


@contextmanager
def _locked(key: str) -> Iterator[Upload]:
    """The row, ours until the transaction ends. Raises Busy, Upload.DoesNotExist."""
    with waiting.no_longer(Busy), transaction.atomic():
        yield Upload.objects.select_for_update(nowait=True).get(key=key)
