"""The page behind the link "no more such letters"."""

from __future__ import annotations

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from mail import kinds
from mail.preferences import read_token, set_wish, wants


# The signed link is the permission: the reader's mail program posts here without a
# session, a cookie or a page of ours (RFC 8058). Opening the link changes nothing,
# because virus scanners open links too.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Show the question, or take the answer by POST."""
    try:
        address_key, kind_key = read_token(token)
    except signing.BadSignature as error:
        raise Http404 from error
    kind = kinds.registry.get(kind_key)
    if kind is None or not kind.optional:
        raise Http404
    if request.method == "POST":
        wanted = "wanted" in request.POST
        set_wish(address_key=address_key, kind=kind_key, wanted=wanted, now=request.now)
    context = {
        "address": address_key,
        "label": kind.label,
        "wanted": wants(address_key, kind_key),
        "answered": request.method == "POST",
    }
    return render(request, "mail/unsubscribe.html", context)
