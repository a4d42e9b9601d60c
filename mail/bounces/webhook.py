"""The address at which a mail provider tells us what came back."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections import Counter
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, JsonResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from content.fields import clean_line
from mail.addresses import fold
from mail.bounces.actions import complain, take
from mail.bounces.reading import Bounce

LONGEST = 1024 * 1024
MOST = 1000
WINDOW = timedelta(minutes=5)
TYPES = ("hard", "soft", "complaint")


class Malformed(ValueError):
    """The body is not what docs/mail.md describes."""


# Signed with a secret of its own; no session and no cookie is looked at.
@csrf_exempt
@never_cache
@require_POST
def returned(request: HttpRequest) -> JsonResponse:
    """Take signed events; answers in words what is wrong with a request."""
    if not settings.MAIL_WEBHOOK_SECRET:
        raise Http404
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > LONGEST:
        return _error(413, "the body may have at most 1 MB")
    body = request.body
    if why := _why_not_believe(request, body):
        return _error(401, why)
    try:
        events = _events(body)
    except Malformed as error:
        return _error(400, str(error))
    counts: Counter[str] = Counter()
    for kind, bounce in events:
        tell = complain if kind == "complaint" else take
        counts[tell(bounce, now=request.now)] += 1
    return JsonResponse(counts)


def signature(timestamp: str, body: bytes) -> str:
    """What `X-Signature` must be for this body at this time."""
    key = settings.MAIL_WEBHOOK_SECRET.encode()
    signed = timestamp.encode() + b"." + body
    return "sha256=" + hmac.new(key, signed, hashlib.sha256).hexdigest()


def _why_not_believe(request: HttpRequest, body: bytes) -> str:
    timestamp = request.headers.get("X-Timestamp", "")
    given = request.headers.get("X-Signature", "")
    if not (timestamp and given):
        return "X-Timestamp and X-Signature are needed"
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 11):
        return "X-Timestamp is the time in seconds since 1970"
    if not constant_time_compare(given, signature(timestamp, body)):
        return "the signature is wrong"
    if abs(request.now.timestamp() - int(timestamp)) > WINDOW.total_seconds():
        return "the request is older or newer than five minutes"
    return ""


def _events(body: bytes) -> list[tuple[str, Bounce]]:
    try:
        events = json.loads(body)["events"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise Malformed('the body is {"events": [...]} in JSON') from None
    if not isinstance(events, list) or len(events) > MOST:
        raise Malformed(f"events is a list of at most {MOST}")
    return [_event(event) for event in events]


def _event(event: Any) -> tuple[str, Bounce]:
    if not isinstance(event, dict):
        raise Malformed("each event is an object")
    fields = {
        name: event.get(name, "") for name in ("type", "message_id", "address")
    } | {"detail": event.get("detail", "")}
    if not all(isinstance(value, str) for value in fields.values()):
        raise Malformed("each field of an event is a text")
    if fields["type"] not in TYPES:
        raise Malformed(f"the type of an event is one of {', '.join(TYPES)}")
    if not (fields["message_id"] and fields["address"]):
        raise Malformed("each event has a message_id and an address")
    number = fields["message_id"].strip().strip("<>")
    return fields["type"], Bounce(
        hard=fields["type"] == "hard",
        address_key=fold(clean_line(fields["address"])),
        message_id=f"<{clean_line(number)}>",
        words=clean_line(fields["detail"])[:500],
    )


def _error(status: int, words: str) -> JsonResponse:
    return JsonResponse({"error": words}, status=status)
