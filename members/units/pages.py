"""One page a verb in the admin: what is decided, what would move, and then it does."""

from __future__ import annotations

import hashlib
from functools import partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from members import permissions
from members.models import Unit, UnitChange, UnitSuccession
from members.rules import Refused
from members.succession import Blocked, Busy, Moved
from members.units import actions
from members.units.forms import ACTION, FORMS, DecisionForm
from vietnam.dates import local_day

Kind = UnitSuccession.Kind
State = UnitChange.State
TITLES = {
    Kind.MERGE: _("Merge units"),
    Kind.SPLIT: _("Split a unit"),
    Kind.RENAME: _("Give a unit a new name"),
    Kind.DISSOLVE: _("Dissolve a unit"),
}
RULES = {
    Kind.MERGE: _(
        "People, units below, teams, quotas, sessions and contests that are not over, "
        "and articles go to the unit that follows. What is over keeps the old name. "
        "Roles end, because a merger gives nobody power over the other half."
    ),
    Kind.SPLIT: _(
        "Whoever and whatever is placed below goes to its part, all others with the "
        "rest. Roles end; give them anew in the parts."
    ),
    Kind.RENAME: _(
        "Everything goes on under the new name, roles too. Lists, reports and "
        "certificates of the time before keep the old name. To mend a spelling "
        "mistake, change the unit itself instead."
    ),
    Kind.DISSOLVE: _(
        "People, units below and everything that is not over go to the unit above. "
        "Roles end."
    ),
}
MOST_UNITS = 50


class ChangePages:
    """For the admin of changes; each page asks for the right to manage units."""

    def get_urls(self) -> list:
        pages = [
            path(
                f"{kind.value}/",
                self._page(partial(self.verb_view, kind=kind)),
                name=f"members_unitchange_{kind.value}",
            )
            for kind in Kind
        ]
        return [
            *pages,
            path(
                "<int:pk>/call-off/",
                self._page(require_POST(self.call_off_view)),
                name="members_unitchange_call_off",
            ),
            path(
                "<int:pk>/again/",
                self._page(require_POST(self.again_view)),
                name="members_unitchange_again",
            ),
            *super().get_urls(),
        ]

    def _page(self, view):
        # `partial` has no name, and Django's wrappers copy it.
        view.__dict__.setdefault("__name__", "view")
        return self.admin_site.admin_view(never_cache(view))

    def verb_view(self, request: HttpRequest, kind: Kind) -> HttpResponse:
        """GET asks, POST shows what would move; a second POST does it."""
        if request.method not in {"GET", "HEAD", "POST"}:
            return require_http_methods(["GET", "POST"])(lambda r: None)(request)
        if not permissions.may(request.user, ACTION):
            raise PermissionDenied
        if kind != Kind.MERGE and "unit" not in request.GET:
            return redirect("admin:members_unit_changelist")  # to choose one
        units = self._units(request, kind)
        sent = request.POST if request.method == "POST" else None
        today = local_day(request.now)
        form = FORMS[kind](
            sent, user=request.user, units=units, initial={"date": today}
        )
        context = self.admin_site.each_context(request) | {
            "title": TITLES[kind],
            "rule": RULES[kind],
            "opts": self.opts,
            "media": self.media + form.media,
            "form": form,
            "kind": kind.value,
            "units": units if kind != Kind.MERGE else [],
        }
        if sent is not None and form.is_valid():
            answer = self._looked_at(request, form, context)
            if answer:
                return answer
        return render(request, "members/admin/unit_change.html", context)

    def _units(self, request: HttpRequest, kind: Kind) -> list[Unit]:
        """The units that the address names; all but a merger are about one."""
        keys = request.GET.getlist("unit")[:MOST_UNITS]
        if not all(key.isascii() and key.isdigit() and len(key) < 19 for key in keys):
            raise Http404("no such unit")
        mine = permissions.units_for(request.user, ACTION).filter(valid_to=None)
        found = list(mine.select_related("kind", "parent").filter(pk__in=keys))
        if kind != Kind.MERGE and len(found) != 1:
            raise Http404("one unit that has not ended")
        return found

    def _looked_at(
        self, request: HttpRequest, form: DecisionForm, context: dict
    ) -> HttpResponse | None:
        draft = form.draft()
        try:
            lines = actions.preview(draft=draft, by=request.user, now=request.now)
            seen = _fingerprint(lines)
            if request.POST.get("seen") == seen and "do" in request.POST:
                change = actions.plan(draft=draft, by=request.user, now=request.now)
                self._tell(request, change)
                return redirect("admin:members_unitchange_change", change.pk)
        except (Refused, Blocked) as problem:
            form.add_error(None, str(problem))
            return None
        except Busy:
            form.add_error(None, gettext("Others are at work here. Try again."))
            return None
        context |= {
            "moves": [line for line in lines if not line.by_hand],
            "by_hand": [line for line in lines if line.by_hand],
            "seen": seen,
            "previewed": True,
            "changed_since": "do" in request.POST,
            "later": draft.date > local_day(request.now),
            "draft": draft,
        }
        return None

    def _tell(self, request: HttpRequest, change: UnitChange) -> None:
        if change.state == State.DONE:
            text = gettext("The change has been carried out.")
        else:
            text = gettext("The change waits for %(day)s.") % {
                "day": f"{change.date:%d/%m/%Y}"
            }
        self.log_addition(request, change, text)
        self.message_user(request, text)

    def call_off_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        change = self._change(request, pk)
        try:
            actions.call_off(change=change, by=request.user, now=request.now)
        except Refused as refused:
            self.message_user(request, str(refused), messages.ERROR)
        else:
            text = gettext("The change has been called off.")
            self.log_change(request, change, text)
            self.message_user(request, text)
        return redirect("admin:members_unitchange_change", pk)

    def again_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Carry out what could not be done on its day."""
        change = self._change(request, pk)
        try:
            actions.carry_out(change_id=change.pk, now=request.now)
        except (Refused, Blocked) as problem:
            self.message_user(request, str(problem), messages.ERROR)
        except Busy:
            text = gettext("Others are at work here. Try again.")
            self.message_user(request, text, messages.WARNING)
        else:
            change.refresh_from_db()
            self._tell(request, change)
        return redirect("admin:members_unitchange_change", pk)

    def _change(self, request: HttpRequest, pk: int) -> UnitChange:
        if not permissions.may(request.user, ACTION):
            raise PermissionDenied
        return get_object_or_404(self.get_queryset(request), pk=pk)


def _fingerprint(lines: list[Moved]) -> str:
    """What was shown: a press of the button does that, or shows it once more."""
    said = "\n".join(f"{line.label}|{line.count}|{line.by_hand}" for line in lines)
    return hashlib.sha256(said.encode()).hexdigest()[:32]
