"""Pages that ask people to sign in first and lose nothing of what they typed."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.views.decorators.cache import never_cache

KEY = "members.typed"
LENGTH = 20_000
"""Letters, as people count them: a letter with its accents is nine in an address."""


def signed_in(view: Callable) -> Callable:
    """Sign in first; what was typed meanwhile is kept in the session."""

    @wraps(view)
    @never_cache
    def checked(request: HttpRequest, *args, **kwargs) -> HttpResponseBase:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        if request.method == "POST":
            fields = dict(request.POST.lists())
            fields.pop("csrfmiddlewaretoken", None)
            if (
                sum(len(name + "".join(said)) for name, said in fields.items())
                <= LENGTH
            ):
                request.session[KEY] = {"path": request.path, "fields": fields}
        return redirect_to_login(request.path)

    return checked


def typed(request: HttpRequest) -> QueryDict | None:
    """What the form should be filled with: what came now, or before signing in."""
    if request.method == "POST":
        return request.POST
    kept = request.session.get(KEY)
    if kept and kept["path"] == request.path:
        del request.session[KEY]
        found = QueryDict(mutable=True)
        for name, said in kept.get("fields", {}).items():
            found.setlist(name, said)
        return found
    return None
