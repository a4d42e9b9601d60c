"""Handing out pictures, and the answer to the editor's upload."""

from __future__ import annotations

from django.core.files.storage import default_storage
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponseBase,
    JsonResponse,
)
from django.utils.translation import gettext as _

from content.files.refusals import FileRefused
from content.models import folder_of
from content.pictures import actions
from content.pictures.making import FORMATS

FOR_GOOD = 365 * 24 * 3600
_HEADERS = {
    # A picture's files never change: what is new has a new key.
    "Cache-Control": f"public, max-age={FOR_GOOD}, immutable",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    # Another site may link to a picture and show it, as feeds do.
    "Cross-Origin-Resource-Policy": "cross-origin",
}


def show(request: HttpRequest, key: str, name: str, ending: str) -> HttpResponseBase:
    """One file of a picture; the address allows nothing but these two formats.

    In production the web server in front may serve the folder itself (README.md).
    """
    try:
        file = default_storage.open(f"{folder_of(key)}/{name}.{ending}")
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(file, content_type=FORMATS[ending])
    for header, value in _HEADERS.items():
        response[header] = value
    return response


def take(request: HttpRequest) -> JsonResponse:
    """What CKEditor asks for: the address of the picture, or a sentence why not.

    The caller has checked who asks.
    """
    upload = request.FILES.get("upload")
    if upload is None:
        return refuse(_("No file arrived. Choose it again."))
    try:
        picture, was_animated = actions.add(file=upload, name=upload.name)
    except FileRefused as refused:
        return refuse(refused.sentence)
    answer = {"uploaded": 1, "fileName": picture.title, "url": picture.file.url}
    if was_animated:
        sentence = _("Only the first frame of the animation was kept.")
        answer["error"] = {"message": sentence}
    return JsonResponse(answer)


def refuse(sentence: str, status: int = 200) -> JsonResponse:
    """The editor shows the sentence to whoever uploads."""
    return JsonResponse({"uploaded": 0, "error": {"message": sentence}}, status=status)
