"""Pages of documents: the list to search in, and confirming that one was read."""

from __future__ import annotations

import re

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from content import pagecache
from content.fields import clean_line
from content.pagination import page_of
from content.search.finding import matching
from content.search.queries import parse
from members import permissions
from news import kinds, receipts
from news.models import Article

PER_PAGE = 20
LONGEST = 200


@pagecache.public("news", query=["year", "page"])
def document_list(request: HttpRequest) -> HttpResponse:
    """All documents, the latest issued first; by words, issuer and year.

    What is typed freely (`q`, `issuer`) is no part of the cache's key: a page is
    answered for it and not kept, or anybody could fill Valkey with made-up words.
    """
    documents = Article.objects.published(request.now).documents()
    q, issuer = (_asked(request, name) for name in ("q", "issuer"))
    year = request.GET.get("year", "")
    if year and not re.fullmatch(r"(?:19|20)\d\d", year, re.ASCII):
        raise Http404("no such year")
    issuers, years = documents.issuers(), documents.years_of_issue()
    found = documents
    if query := parse(q):
        found = matching(found, query)
    if issuer:
        found = found.filter(details__issuer=issuer)
    if year:
        found = found.filter(details__issued_on__startswith=f"{year}-")
    page = page_of(found.by_day_of_issue(), request, PER_PAGE)
    context = {
        "page": page,
        "rows": _rows(page.object_list),
        "q": q,
        "issuer": issuer,
        "year": year,
        "issuers": issuers,
        "years": years,
        "filtered": bool(q or issuer or year),
    }
    return render(request, "news/documents.html", context)


@never_cache
@login_required
@require_safe
def to_confirm(request: HttpRequest) -> HttpResponse:
    """For staff: the documents whose reading is confirmed."""
    _insist(request)
    unit = receipts.speaks_for(request.user)
    documents = receipts.with_own(receipts.asked_for(request.now), unit)
    page = page_of(documents.by_day_of_issue(), request, PER_PAGE)
    context = {"page": page, "rows": _rows(page.object_list), "unit": unit}
    return render(request, "news/receipts.html", context)


@never_cache
@login_required
def receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """One document: the button of a secretary, and which units have not said it yet."""
    _insist(request)
    article = get_object_or_404(receipts.asked_for(request.now), pk=pk)
    user, now = request.user, request.now
    unit = receipts.speaks_for(user)
    if request.method == "POST":
        if unit is None:
            raise PermissionDenied
        receipts.confirm(article=article, unit=unit, by=user, now=now)
        text = _("Noted: %(unit)s has read this document.") % {"unit": unit.name}
        messages.success(request, text)
        return redirect("news:document_receipt", pk)
    silent = receipts.silent_units(article, user, now)
    context = {
        "article": article,
        "document": kinds.of(article),
        "unit": unit,
        "mine": article.receipts.filter(unit=unit).first() if unit else None,
        "asked": receipts.asked_units(user, now).count(),
        "page": page_of(silent, request, 50),
    }
    return render(request, "news/receipt.html", context)


def _asked(request: HttpRequest, name: str) -> str:
    return clean_line(request.GET.get(name, ""))[:LONGEST]


def _rows(articles: QuerySet[Article]) -> list[tuple[Article, kinds.Details]]:
    return [(article, kinds.of(article)) for article in articles]


def _insist(request: HttpRequest) -> None:
    may = permissions.may
    if not (may(request.user, receipts.CONFIRM) or may(request.user, receipts.FOLLOW)):
        raise PermissionDenied
