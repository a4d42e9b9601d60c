"""Fact checks, and the form by which readers tell of a rumour."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from content import pagecache
from content.fields import NFCCharFormField, NFCTextFormField
from content.pagination import page_of
from content.stamped import StampedForm
from members.account_forms import Guarded
from members.challenge import CSP
from members.limits import Verdict
from news import limits, rumours
from news.models import Article

PER_PAGE = 12


class RumourForm(Guarded, StampedForm):
    text = NFCTextFormField(
        label=_("What goes around?"),
        max_length=2000,
        help_text=_("Copy the message, or tell what is said and where you heard it."),
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    url = forms.URLField(
        label=_("Link"),
        max_length=500,
        required=False,
        assume_scheme="https",
        help_text=_("If it stands on a page. Do not open it again for us."),
        widget=forms.URLInput(attrs={"autocomplete": "off"}),
    )
    contact = NFCCharFormField(
        label=_("Phone or email"),
        max_length=120,
        required=False,
        help_text=_(
            "Only if we may ask you back. The editors alone see it, and it is deleted "
            "after 90 days."
        ),
    )


@pagecache.public("news", query=["page"])
@require_safe
def fact_checks(request: HttpRequest) -> HttpResponse:
    """Every article with a verdict, the newest first."""
    articles = Article.objects.published(request.now).checked().for_cards()
    page = page_of(articles, request, PER_PAGE)
    return render(request, "news/fact_checks.html", {"page": page})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """Anybody may; nothing about who it was is kept but what they write."""
    typed = request.POST if request.method == "POST" else None
    form = RumourForm(typed, now=request.now)
    if form.is_valid() and _goes(request, form):
        told = {name: form.cleaned_data[name] for name in ("text", "url", "contact")}
        rumours.report(**told, press=form.press, now=request.now)
        return redirect("news:rumour_thanks")
    response = render(request, "news/rumour_form.html", {"form": form})
    if form.asks:
        response._csp_update = CSP
    return response


@pagecache.public("news")
@require_safe
def thanks(request: HttpRequest) -> HttpResponse:
    articles = Article.objects.published(request.now).checked().for_cards()[:3]
    return render(request, "news/rumour_thanks.html", {"articles": articles})


def _goes(request: HttpRequest, form: RumourForm) -> bool:
    verdict = limits.rumour(request, solved=form.is_solved)
    if verdict is Verdict.GO:
        return True
    form.add_error(None, form.refusal(verdict, request.now + limits.AN_HOUR))
    return False
