"""Films, captions and documents: how they come in and how readers get them."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import F
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from content.files import (
    FileState,
    Inspected,
    Kind,
    clean_name,
    download,
    inspect,
    scan,
)
from content.files.kinds import MEGABYTE, WEB_FILMS
from content.files.ranges import ranged
from content.files.storage import private_storage
from news import captions
from news.models import Article, ArticleFile, Revision

Use = ArticleFile.Use
MAX_FILM = 300 * MEGABYTE
MAX_DOCUMENT = 30 * MEGABYTE
DOCUMENTS = frozenset({Kind.PDF, Kind.DOCX})
_LIMITS = {Use.FILM: (MAX_FILM, WEB_FILMS), Use.DOCUMENT: (MAX_DOCUMENT, DOCUMENTS)}
SLOTS = ["film", "captions", "file"]
"""Where the details of the kinds name a file."""
KEPT = dt.timedelta(days=2)
A_YEAR = 365 * 24 * 3600


def take(upload: UploadedFile, *, use: str) -> ArticleFile:
    """Keep an upload as a file of this use. Raises ValidationError with what to do."""
    if use == Use.CAPTIONS:
        return _take_captions(upload)
    limit, allowed = _LIMITS[use]
    found = inspect(upload, name=upload.name, max_bytes=limit, allowed=allowed)
    _insist_on_clean(upload)
    return _keep(upload, found, use)


def by_key(key: str, *, use: str) -> ArticleFile | None:
    return ArticleFile.objects.filter(key=key, use=use).first() if key else None


def show(request: HttpRequest, key: str) -> HttpResponseBase:
    """A document to keep, a film to play, captions to read along.

    Whoever knows the key may have it, as with pictures: what is public cannot be
    taken back, and nothing secret is put into articles.
    """
    row = get_object_or_404(ArticleFile, key=key)
    if row.use == Use.DOCUMENT:
        return download(row.file, name=row.name, media_type=row.media_type)
    response = _inline(request, row)
    response["Content-Type"] = row.media_type
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    # Its bytes never change: what is new has a new key.
    response["Cache-Control"] = f"public, max-age={A_YEAR}, immutable"
    return response


def drop_abandoned(*, now: dt.datetime) -> int:
    """Delete files that no article and no version names two days after their upload.

    A form that was never saved left them; the number deleted.
    """
    old = ArticleFile.objects.filter(created_at__lt=now - KEPT)
    known = _named() if old.exists() else set()
    dropped = 0
    for row in old.exclude(key__in=known).iterator():
        name = row.file.name
        row.delete()
        transaction.on_commit(
            lambda name=name: private_storage().delete(name), robust=True
        )
        dropped += 1
    return dropped


def _named() -> set[str]:
    """The keys of all files that an article or one of its versions shows."""
    keys = set()
    for rows, path in (
        (Article.objects.exclude(details={}), "details"),
        (Revision.objects.filter(text__details__has_any_keys=SLOTS), "text__details"),
    ):
        columns = [KeyTextTransform(slot, _json(path)) for slot in SLOTS]
        for row in rows.order_by().values_list(*columns).distinct().iterator():
            keys.update(filter(None, row))
    return keys


def _json(path: str):
    column, *inside = path.split("__")
    return KeyTransform(inside[0], column) if inside else F(column)


def _inline(request: HttpRequest, row: ArticleFile) -> HttpResponseBase:
    if settings.X_ACCEL_PREFIX:
        response = HttpResponse()
        response["X-Accel-Redirect"] = settings.X_ACCEL_PREFIX + row.file.name
        return response
    try:
        return ranged(request, row.file, row.size)
    except FileNotFoundError as error:
        raise Http404 from error


def _take_captions(upload: UploadedFile) -> ArticleFile:
    text = captions.check(upload).encode()
    stem = clean_name(upload.name, Kind.PDF).removesuffix(".pdf").removesuffix(".vtt")
    row = ArticleFile(use=Use.CAPTIONS, name=f"{stem}.vtt", size=len(text))
    row.media_type = "text/vtt; charset=utf-8"
    row.file.save(row.key, ContentFile(text), save=False)
    row.save(force_insert=True)
    return row


def _insist_on_clean(upload: UploadedFile) -> None:
    match scan(upload):
        case FileState.QUARANTINED:
            raise ValidationError(_("The virus scanner refuses this file."))
        case FileState.SCANNING:
            raise ValidationError(
                _("The virus scanner does not answer. Try again in a few minutes.")
            )


def _keep(upload: UploadedFile, found: Inspected, use: str) -> ArticleFile:
    row = ArticleFile(
        use=use,
        name=found.clean_name,
        media_type=found.media_type,
        size=found.size,
        sha256=found.sha256,
    )
    row.file.save(row.key, upload, save=False)
    try:
        row.save(force_insert=True)
    except BaseException:
        private_storage().delete(row.file.name)
        raise
    return row
