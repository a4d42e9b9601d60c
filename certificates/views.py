"""Checking a certificate by its code, and handing it to its owner.

Whatever is wrong with a code, the answer is one and the same page: it tells neither
whether a number exists nor whether somebody has a certificate.
"""

from __future__ import annotations

import logging

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from certificates import codes, limits, links, paper, rules
from certificates.forms import CodeForm
from certificates.models import Certificate
from content.files.download import private_headers

log = logging.getLogger(__name__)


@never_cache
@require_safe
def type_code(request: HttpRequest) -> HttpResponse:
    """One field; a code that could be one leads to where the QR code leads."""
    form = CodeForm(request.GET if "ma" in request.GET else None)
    if form.is_valid():
        code = codes.spaced(form.cleaned_data["ma"])
        return redirect("certificates:check", code)
    return _page(request, "certificates/type.html", {"form": form})


@never_cache
@require_safe
def check(request: HttpRequest, code: str) -> HttpResponse:
    """Name, course, dates and whether it counts; of an ended one only that it ended."""
    certificate = _found(request, code)
    if isinstance(certificate, HttpResponse):
        return certificate
    canonical = certificate.get_absolute_url()
    if request.path != canonical:
        return redirect(canonical)
    own = rules.may_download(certificate, getattr(request.user, "person_id", None))
    context = {
        "certificate": certificate,
        "name": rules.public_name(certificate, now=request.now)
        if certificate.is_valid
        else "",
        "replaced": hasattr(certificate, "replaced_by"),
        "download_href": reverse(
            "certificates:download", args=[certificate.spaced_code]
        )
        if own
        else "",
    }
    return _page(request, "certificates/check.html", context)


@never_cache
@require_safe
def download(request: HttpRequest, code: str) -> HttpResponse:
    """The PDF, for the person whose it is and nobody else."""
    certificate = _found(request, code)
    if isinstance(certificate, HttpResponse):
        return certificate
    person_id = getattr(request.user, "person_id", None)
    if not rules.may_download(certificate, person_id):
        return _unknown(request)
    return pdf_response(certificate)


@never_cache
@require_safe
def letter_download(request: HttpRequest, token: str) -> HttpResponse:
    """The PDF, by the link of the letter, while certificate and link count."""
    if limits.too_many(request):
        return _too_many(request)
    certificate = Certificate.objects.with_code(links.code_of(token) or "")
    if certificate is None or not certificate.is_valid:
        return _wrong(request)
    return pdf_response(certificate)


def pdf_response(certificate: Certificate) -> HttpResponse:
    """As an attachment under its readable name; the caller has checked who asks."""
    response = HttpResponse(paper.render([certificate]))
    return private_headers(
        response, name=paper.file_name(certificate), media_type="application/pdf"
    )


def _found(request: HttpRequest, code: str) -> Certificate | HttpResponse:
    if limits.too_many(request):
        return _too_many(request)
    rows = Certificate.objects.select_related("person", "replaced_by")
    return rows.with_code(code) or _wrong(request)


def _wrong(request: HttpRequest) -> HttpResponse:
    """Counted and noted, without the code: a mistyped one may be somebody's."""
    limits.count_wrong(request)
    log.warning("wrong certificate code from %s", limits.address(request))
    return _unknown(request)


def _unknown(request: HttpRequest) -> HttpResponse:
    context = {"form": CodeForm()}
    return _page(request, "certificates/unknown.html", context, status=404)


def _too_many(request: HttpRequest) -> HttpResponse:
    return _page(request, "certificates/too_many.html", {}, status=429)


def _page(request, template: str, context: dict, status: int = 200) -> HttpResponse:
    response = render(request, template, context, status=status)
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
