"""The page about our letters to oneself."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from mail import suppressions
from members import own_letters
from members.forms import LettersForm


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def letters(request: HttpRequest) -> HttpResponse:
    """Whether letters arrive, and which kinds one wants."""
    user = request.user
    typed = request.POST if request.method == "POST" else None
    form = LettersForm(typed, user=user)
    if form.is_valid():
        own_letters.choose(user, form.cleaned_data["kinds"], now=request.now)
        messages.success(request, _("Your choice has been saved."))
        return redirect("members:letters")
    context = {
        "addresses": own_letters.addresses(user),
        "returned": own_letters.returned(user),
        "form": form,
    }
    return render(request, "members/letters.html", context)


@never_cache
@login_required
@require_POST
def try_again(request: HttpRequest) -> HttpResponse:
    """The mailbox works again: letters are tried once more."""
    addresses = own_letters.addresses(request.user)
    if suppressions.try_again(addresses=addresses, now=request.now):
        messages.success(
            request,
            _("We write to you again. Do our letters still come back, we stop."),
        )
    return redirect("members:letters")
