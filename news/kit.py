"""The media kit: its page, its files, and how they get in."""

from __future__ import annotations

from typing import BinaryIO

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from content import pagecache
from content.files import DEFAULT, Inspected, download, inspect
from content.files.kinds import MEGABYTE, VIDEOS
from news.models import KitItem
from news.rules import is_visible

MAX_BYTES = 50 * MEGABYTE
ALLOWED = DEFAULT - VIDEOS


@pagecache.public("news")
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    rows = KitItem.objects.select_related("article", "unit").defer("article__body")
    items = [
        row
        for row in rows
        if row.article is None or is_visible(row.article, request.now)
    ]
    groups = [
        {"id": what.value, "label": what.label, "items": found}
        for what in KitItem.What
        if (found := [row for row in items if row.what == what])
    ]
    return render(request, "news/kit.html", {"groups": groups})


@require_safe
def file(request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
    """One file, always as an attachment; an old name leads nowhere."""
    item = get_object_or_404(KitItem.objects.exclude(file=""), pk=pk)
    if name != item.name:
        raise Http404
    return download(item.file, name=item.name, media_type=item.media_type)


def look(upload: BinaryIO, *, name: str) -> Inspected:
    """What the upload is. Raises FileRefused for all but office files and pictures."""
    return inspect(upload, name=name, max_bytes=MAX_BYTES, allowed=ALLOWED)


@transaction.atomic
def keep(*, item: KitItem, upload: BinaryIO, found: Inspected) -> None:
    """Put the looked-at upload in place of the item's file."""
    old = item.file.name
    item.file.save(found.clean_name, upload, save=False)
    item.name, item.size = found.clean_name, found.size
    item.media_type = found.media_type
    new = item.file.name
    try:
        item.save()
    except BaseException:
        item.file.storage.delete(new)
        raise
    _forget(item, old)


@transaction.atomic
def remove(*, item: KitItem) -> None:
    name = item.file.name
    item.delete()
    _forget(item, name)


def _forget(item: KitItem, name: str) -> None:
    if name:
        storage = item.file.storage
        transaction.on_commit(lambda: storage.delete(name), robust=True)
