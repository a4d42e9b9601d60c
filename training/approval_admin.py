"""Yes to many sign-ups at once: first who gets a place and who waits, then the yes."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext, gettext_noop, ngettext

from training import actions, logbook
from training.actions import Busy, Refused
from training.admin_words import sentence
from training.models import Registration, TrainingSession
from training.rules import StaffRefusal

State = Registration.State
APPROVED = gettext_noop("Sign-ups approved")


@dataclass
class Preview:
    """What would become of those chosen in one session, in the order of sign-up."""

    session: TrainingSession
    rows: list[Registration]

    @property
    def placed(self) -> list[Registration]:
        return [one for one in self.rows if one.state == State.CONFIRMED]

    @property
    def waiting(self) -> list[Registration]:
        return [one for one in self.rows if one.state == State.WAITING]

    @property
    def left(self) -> list[Registration]:
        return [one for one in self.rows if one.state == State.PENDING]


def approve(
    admin, request: HttpRequest, rows: QuerySet[Registration]
) -> HttpResponse | None:
    """The preview, or with `confirmed` the deed; `rows` are those one may change."""
    chosen: dict[int, list[int]] = {}
    for pk, session_id in rows.order_by("pk").values_list("pk", "session_id"):
        chosen.setdefault(session_id, []).append(pk)
    if "confirmed" in request.POST:
        for session_id, keys in chosen.items():
            _approve(admin, request, session_id, keys)
        return None
    sessions = TrainingSession.objects.defer("description").in_bulk(chosen)
    previews = [
        Preview(
            sessions[session_id],
            actions.preview_approval(
                session=sessions[session_id], registration_ids=keys, now=request.now
            ),
        )
        for session_id, keys in chosen.items()
    ]
    context = admin.admin_site.each_context(request) | {
        "title": gettext("Approve the chosen sign-ups"),
        "opts": admin.opts,
        "previews": [preview for preview in previews if preview.rows],
        "keys": [pk for keys in chosen.values() for pk in keys],
    }
    return TemplateResponse(request, "training/admin/approve.html", context)


def _approve(admin, request: HttpRequest, session_id: int, keys: list[int]) -> None:
    try:
        done = actions.approve_all(
            session_id=session_id,
            registration_ids=keys,
            by=request.user,
            now=request.now,
        )
    except (Refused, Busy) as error:
        _left_as_it_was(admin, request, len(keys), sentence(error))
        return
    if done:
        logbook.decided(request.user, APPROVED, done)
        text = ngettext("%(n)d sign-up done.", "%(n)d sign-ups done.", len(done))
        admin.message_user(request, text % {"n": len(done)}, messages.SUCCESS)
    undecided = Registration.objects.filter(pk__in=keys).pending().count()
    if undecided:
        reason = str(StaffRefusal.FULL.label)
        _left_as_it_was(admin, request, undecided, reason)
    if decided := len(keys) - len(done) - undecided:
        reason = str(StaffRefusal.NOT_PENDING.label)
        _left_as_it_was(admin, request, decided, reason)


def _left_as_it_was(admin, request: HttpRequest, number: int, reason: str) -> None:
    text = ngettext(
        "%(n)d sign-up left as it was: %(reason)s",
        "%(n)d sign-ups left as they were: %(reason)s",
        number,
    )
    values = {"n": number, "reason": reason}
    admin.message_user(request, text % values, messages.WARNING)
