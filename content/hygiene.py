"""Text that comes with a request: in NFC, or refused.

NUL bytes, lone surrogates and bytes that are no UTF-8 are answered with 400: no
browser sends them, and further on they would raise (PostgreSQL takes neither of the
first two). All other text of the query and of forms arrives in NFC, so that views
never compare a decomposed "số" with a composed one.

A body is only read where Django reads it anyway: form fields when the view is
protected against CSRF, whose check parses the form. Views exempt from it (uploads
in pieces, webhooks) get their stream untouched; what their text leaves to wish, the
fields of `content.fields` mend.
"""

from urllib.parse import unquote_to_bytes

from django.core.exceptions import BadRequest, TooManyFieldsSent
from django.http import QueryDict, UnreadablePostError

from vietnam.fold import nfc

_FORM = "application/x-www-form-urlencoded"


class InputHygieneMiddleware:
    """Refuses broken text with 400 and hands on the rest in NFC."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        # Raised here it becomes the 400 page, as from a view.
        _refuse_broken_text(request.path)
        for value in request.COOKIES.values():
            # Quoted cookies can spell any byte: "\000" is a NUL.
            _refuse_broken_text(value)
        query = request.META.get("QUERY_STRING", "")
        if query:
            _refuse_broken_bytes(query.encode("iso-8859-1"))
            try:
                request.GET = _normalised(request.GET)
            except TooManyFieldsSent:
                # Whoever draws the page about it asks for the fields again.
                request.GET = QueryDict()
                raise
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if request.method != "POST" or getattr(view, "csrf_exempt", False):
            return
        try:
            if request.content_type == _FORM:
                _refuse_broken_bytes(request.body)
            request.POST = _normalised(request.POST)
        except UnreadablePostError as error:
            raise BadRequest("the form broke off") from error


def _refuse_broken_bytes(encoded: bytes) -> None:
    """Raise BadRequest where percent-encoded text is no UTF-8 without NUL."""
    raw = unquote_to_bytes(encoded)
    try:
        # A surrogate has no UTF-8 form, so decoding finds it as well.
        raw.decode()
    except UnicodeDecodeError as error:
        raise BadRequest("text that is no UTF-8") from error
    if b"\x00" in raw:
        raise BadRequest("a NUL byte")


def _refuse_broken_text(text: str) -> None:
    if "\x00" in text or any("\ud800" <= char <= "\udfff" for char in text):
        raise BadRequest("a NUL byte or a lone surrogate")


def _normalised(data: QueryDict) -> QueryDict:
    """Return the same fields in NFC; raise BadRequest for broken text."""
    clean = QueryDict(mutable=True, encoding=data.encoding)
    for key, values in data.lists():
        for text in (key, *values):
            _refuse_broken_text(text)
        clean.setlist(nfc(key), [nfc(value) for value in values])
    clean._mutable = False
    return clean
