"""Page "Where I am signed in"."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods

from members import devices


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def list_(request: HttpRequest) -> HttpResponse:
    """Lists them; POST with `device` ends that one, without it all others."""
    this = request.session.session_key
    if request.method == "POST":
        number = request.POST.get("device", "")
        if not number:
            count = devices.end_all(request.user, but=this)
            text = ngettext(
                "One device has been signed out.",
                "%(count)s devices have been signed out.",
                count,
            )
            messages.success(request, text % {"count": count})
        elif number.isdecimal() and len(number) < 19:
            devices.end(request.user, pk=int(number))
            messages.success(request, gettext("The device has been signed out."))
        return redirect("usersessions_list")
    context = {"devices": devices.of(request.user, this=this)}
    return render(request, "members/devices.html", context)
