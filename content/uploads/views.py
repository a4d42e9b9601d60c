"""The addresses of uploads. The CSRF token comes as a header, as from any script.

For visitors each address answers 401, whether it exists or not; the uploads of others
are not there (404).
"""

from __future__ import annotations

import errno
import logging

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from content.files.refusals import FileRefused, Reason, size_text
from content.uploads import actions, body, protocol
from content.uploads.models import Upload
from content.uploads.protocol import BadHeader, answer
from content.uploads.purposes import Refused
from vietnam.fold import nfc

log = logging.getLogger(__name__)

AGAIN_SOON = 1  # seconds
_NAME = 255


def create(
    request: HttpRequest, *, purpose: str, about: str, max_bytes: int
) -> HttpResponse:
    """Answer the creation of an upload that the feature has allowed.

    Called by the feature's view for POST and OPTIONS.
    """
    if request.method == "OPTIONS":
        return protocol.abilities(max_size=max_bytes)
    if not protocol.speaks_it(request):
        return _other_version()
    try:
        length = protocol.whole_number(request, "Upload-Length")
        raw = request.headers.get("Upload-Metadata", "")
        name = protocol.metadata(raw).get("filename", "")
    except BadHeader as error:
        return answer(400, str(error))
    if not length:
        return answer(400, FileRefused(Reason.EMPTY).sentence)
    if length > max_bytes:
        refused = FileRefused(
            Reason.TOO_LARGE, size=size_text(length), limit=size_text(max_bytes)
        )
        return answer(413, refused.sentence)
    try:
        upload = actions.begin(
            owner=request.user.pk,
            purpose=purpose,
            about=about,
            name=_bare(name),
            metadata=raw,
            length=length,
            now=request.now,
        )
    except actions.TooMany as error:
        return answer(429, error.sentence)
    response = protocol.where_it_stands(upload, 201)
    response["Location"] = reverse("uploads:upload", args=[upload.key])
    return response


def upload(request: HttpRequest, key: str) -> HttpResponse:
    method = protocol.method_of(request)
    if method == "OPTIONS":
        return protocol.abilities()
    if not protocol.speaks_it(request):
        return _other_version()
    if not request.user.is_authenticated:
        return answer(401)
    verb = {"HEAD": _head, "PATCH": _patch, "DELETE": _delete}.get(method)
    if verb is None:
        return answer(405, Allow="HEAD, PATCH, DELETE, OPTIONS")
    found = Upload.objects.of(request.user.pk).filter(key=key).first()
    if found is None:
        return answer(404)
    try:
        return verb(request, found)
    except Upload.DoesNotExist:
        return answer(404)
    except (actions.Busy, body.NoRoom) as error:
        status = 423 if isinstance(error, actions.Busy) else 503
        return answer(status, Retry_After=AGAIN_SOON)


def _bare(name: str) -> str:
    """Without folders; what else is wrong with it `files.clean_name` mends."""
    base = nfc(name).replace("\\", "/").rstrip("/").rpartition("/")[2]
    return base[:_NAME] if base.strip(". ") else "?"


def _head(request: HttpRequest, found: Upload) -> HttpResponse:
    response = protocol.where_it_stands(found, 200)
    response["Upload-Length"] = str(found.length)
    if found.metadata:
        response["Upload-Metadata"] = found.metadata
    return response


def _patch(request: HttpRequest, found: Upload) -> HttpResponse:
    if request.content_type != protocol.MEDIA_TYPE:
        return answer(415)
    if not request.META.get("CONTENT_LENGTH"):
        return answer(411)
    length = int(request.META["CONTENT_LENGTH"])
    try:
        offset = protocol.whole_number(request, "Upload-Offset")
        matches = protocol.checksum(request)
    except BadHeader as error:
        return answer(400, str(error))
    if offset != found.offset:
        return _wrong_offset(found)
    if length > body.MAX_PIECE or offset + length > found.length:
        return answer(413)
    try:
        with body.room():
            data = body.read(request, length)
            if matches is None or len(data) == length:
                if matches and not matches(data):
                    return answer(protocol.CHECKSUM_MISMATCH)
                return _keep(request, found, offset, data)
    except body.TooSlow as error:
        log.info("upload %s: %s", found.pk, error)
        return answer(408, Connection="close")
    # Cut off within a piece that cannot be checked any more: it comes again.
    return answer(400)


def _keep(
    request: HttpRequest, found: Upload, offset: int, data: bytearray
) -> HttpResponse:
    try:
        after = actions.append(key=found.key, offset=offset, data=data, now=request.now)
    except actions.WrongOffset:
        return _wrong_offset(Upload.objects.get(pk=found.pk))
    except actions.Ended:
        return protocol.where_it_stands(found, 204)
    except Refused as refused:
        return answer(403, refused.sentence)
    except OSError as error:
        if error.errno not in {errno.ENOSPC, errno.EDQUOT}:
            raise
        log.error("no room for uploads: %s", error)
        return answer(507)
    if after.is_whole:
        after = actions.finish(key=found.key)
        if after.outcome == Upload.Outcome.REFUSED:
            return answer(422, after.sentence, Upload_Offset=after.offset)
    return protocol.where_it_stands(after, 204)


def _delete(request: HttpRequest, found: Upload) -> HttpResponse:
    actions.drop(key=found.key)
    return answer(204)


def _wrong_offset(found: Upload) -> HttpResponse:
    return answer(409, Upload_Offset=found.offset)


def _other_version() -> HttpResponse:
    return answer(412, Tus_Version=protocol.VERSION)
