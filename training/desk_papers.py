"""Pages of the desk beside the list: the sheet on paper, the code on the screen."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from members import access_log
from training import attendance, own_check_in, passes, rules, sheet
from training.attendance import Method
from training.desk_pages import SLOT, at_desk, chosen_slot, lines_of, number, sentence
from training.locks import Busy, Refused
from training.models import Registration, TrainingSession


@require_safe
@at_desk
def paper(request: HttpRequest, session: TrainingSession) -> HttpResponse:
    """The sheet to sign, as PDF: of all half-days, or of the one asked for."""
    slots = attendance.slots_of(session, now=request.now)
    if wanted := request.GET.get(SLOT):
        slots = [slot for slot in slots if str(slot.pk) == wanted] or slots
    made = sheet.sheet(session, slots, now=request.now)
    on_it = Registration.objects.filter(session=session).confirmed().order_by()
    access_log.note_access(
        by=request.user,
        kind="training.sheet",
        what=session.title,
        about=f"training.session:{session.pk}",
        unit=session.unit,
        people=on_it.values_list("person", flat=True),
        now=request.now,
    )
    response = HttpResponse(made, content_type="application/pdf")
    name = content_disposition_header(True, sheet.file_name(session))
    response["Content-Disposition"] = name
    response["X-Content-Type-Options"] = "nosniff"
    return response


@at_desk
def tick(request: HttpRequest, session: TrainingSession) -> HttpResponse:
    """Work off a signed sheet: one box each, everything in one go."""
    slots = attendance.slots_of(session, now=request.now)
    slot = chosen_slot(request, slots)
    problem = ""
    if request.method == "POST":
        chosen = [number(pk) for pk in request.POST.getlist("who")]
        try:
            new = attendance.tick(
                slot=slot, registration_ids=chosen, by=request.user, now=request.now
            )
        except (Refused, Busy) as error:
            problem = sentence(error)
        else:
            text = ngettext("%(n)d person ticked.", "%(n)d people ticked.", new)
            messages.success(request, text % {"n": new})
            url = reverse("training:desk_tick", args=[session.slug])
            return redirect(f"{url}?{SLOT}={slot.pk}")
    refusal = attendance.why_not_slot(
        slot, Method.PAPER, at=request.now, now=request.now
    )
    context = {
        "session": session,
        "slot": slot,
        "slots": slots,
        "lines": lines_of(session, slot),
        "chosen": set(request.POST.getlist("who")),
        "refusal": refusal,
        "problem": problem,
    }
    status = 409 if problem else 200
    return render(request, "training/desk/tick.html", context, status=status)


@require_safe
@at_desk
def host_code(request: HttpRequest, session: TrainingSession) -> HttpResponse:
    """The code for the host's screen, changing every few minutes."""
    if not own_check_in.has_own_check_in(session):
        raise Http404("marked at the desk")
    slot = own_check_in.running(session, request.now)
    code = own_check_in.code_at(slot, request.now) if slot else ""
    left = own_check_in.next_code_at(request.now) - request.now
    context = {
        "session": session,
        "slot": slot,
        "code": f"{code[:3]} {code[3:]}",
        "seconds": int(left.total_seconds()) + 1,
        "until": own_check_in.next_code_at(request.now),
    }
    return render(request, "training/desk/host_code.html", context)


@require_POST
@never_cache
def check_in(request: HttpRequest, slug: str) -> HttpResponse:
    """The participant types the code; the answer stands on their sign-up page."""
    if not request.user.is_authenticated:
        return redirect_to_login(reverse("training:register", args=[slug]))
    found = get_object_or_404(TrainingSession, slug=slug)
    person = request.user.person
    mine = rules.sign_up_of(found, person) if person else None
    if mine is None:
        return redirect("training:register", slug)
    mine.session = found
    try:
        own_check_in.check_in(
            registration=mine,
            typed=request.POST.get("code", "")[:20],
            by=request.user,
            now=request.now,
        )
    except (Refused, Busy) as error:
        messages.error(request, sentence(error))
    else:
        messages.success(request, _("You are marked as here."))
    return redirect("training:register", slug)


def for_participant(mine: Registration, *, now: dt.datetime) -> dict[str, Any]:
    """What the page of a sign-up shows of checking in: the code, or a box for one."""
    session = mine.session
    published = session.state == TrainingSession.State.PUBLISHED
    if mine.state != Registration.State.CONFIRMED or not published:
        return {}
    shown: dict[str, Any] = {}
    online_only = session.mode == TrainingSession.Mode.ONLINE
    if not online_only and now < session.ends_at + attendance.AFTER:
        shown["pass"] = passes.pass_of(mine)
    runs = session.starts_at <= now < session.ends_at
    if runs and own_check_in.has_own_check_in(session):
        slot = own_check_in.running(session, now)
        spent = slot and own_check_in.is_spent(mine, slot)
        shown["own"] = slot and {
            "here": own_check_in.is_in(mine, slot),
            "spent": own_check_in.CodeRefusal.SPENT.label if spent else "",
        }
    return shown
