"""The pages about oneself."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from members.forms import ProfileForm


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """Tell or change who one is; then back to where one came from."""
    target = _next(request)
    typed = request.POST if request.method == "POST" else None
    form = ProfileForm(typed, person=request.user.person)
    if form.is_valid():
        form.save(user=request.user, now=request.now)
        messages.success(request, _("Your details have been saved."))
        return redirect(target or "portal:me")
    return render(request, "members/profile.html", {"form": form, "next": target})


def _next(request: HttpRequest) -> str:
    target = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if safe else ""
