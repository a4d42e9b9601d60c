"""The desk of one session: its list with big buttons, and what phones bring to it.

Everything works as plain forms; static/js/desk.js keeps it going without a network.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from training import access, attendance, desk_sync, own_check_in, papers, passes
from training.attendance import Method, Outcome, Scan, What
from training.locks import Busy, Refused
from training.models import Attendance, Mark, Registration, Slot, TrainingSession
from vietnam.dates import time_text
from vietnam.fold import fold

log = logging.getLogger(__name__)

SLOT = "buoi"
"""The parameter that chooses a half-day."""
QUERY = "q"
MOST_CLASHES = 20


def at_desk(view: Callable) -> Callable:
    """Sign in first; then the session, for those who may stand at its desk."""

    @wraps(view)
    @never_cache
    def checked(request: HttpRequest, slug: str, *args, **kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            # What was pressed cannot be pressed again by a link: back to the list.
            back = reverse("training:desk", args=[slug])
            path = back if request.method == "POST" else request.get_full_path()
            return redirect_to_login(path)
        session = get_object_or_404(
            TrainingSession.objects.select_related("unit").defer("description"),
            slug=slug,
        )
        if not access.may_attend_desk(request.user, session, now=request.now):
            raise PermissionDenied
        return view(request, session, *args, **kwargs)

    return checked


@dataclass(frozen=True)
class Line:
    """One person in the list of a half-day."""

    registration: Registration
    attendance: Attendance | None
    by_code: bool = False

    @property
    def code(self) -> str:
        return passes.typed_code(self.registration.code)

    @property
    def find(self) -> str:
        """What the page's own search looks through."""
        person = self.registration.person
        unit = self.registration.unit_name
        return f"{fold(person.full_name)} {fold(unit)} {self.code.lower()}"


@at_desk
def desk(request: HttpRequest, session: TrainingSession) -> HttpResponse:
    """GET shows the list, POST marks one person or takes the mark back."""
    slots = attendance.slots_of(session, now=request.now)
    slot = chosen_slot(request, slots)
    if request.method == "POST":
        return _press(request, session, slot)
    lines = lines_of(session, slot)
    query = request.GET.get(QUERY, "").strip()[:100]
    shown = _found(lines, query)
    closed = _closed(slot, request.now)
    context = live_context(session, slot, lines) | {
        "slots": slots,
        "lines": shown,
        "query": query,
        "closed": closed,
        "account": desk_sync.account_key(request.user),
        "may_run": access.may_run(request.user, session),
        "own_check_in": own_check_in.has_own_check_in(session),
        "materials": papers.for_staff(session),
        "now": request.now,
    }
    return render(request, "training/desk/desk.html", context)


@require_POST
@never_cache
def sync(request: HttpRequest, slug: str) -> HttpResponse:
    """Marks of a page that was or is without a network; answers with the state.

    Never a redirect: the page must not lose its marks to a sign-in form.
    """
    session = get_object_or_404(
        TrainingSession.objects.select_related("unit").defer("description"), slug=slug
    )
    if not access.may_bring_marks(request.user, session, now=request.now):
        status = 403 if request.user.is_authenticated else 401
        return JsonResponse({"problem": "access"}, status=status)
    try:
        upload = desk_sync.read(request.body.decode("utf-8", "replace"))
    except desk_sync.Unreadable:
        return JsonResponse({"problem": "unreadable"}, status=400)
    if upload.account != desk_sync.account_key(request.user):
        # Somebody else signed in on this phone: the marks stay until they come back.
        return JsonResponse({"problem": "account"}, status=409)
    answers = desk_sync.take(upload, session, by=request.user, now=request.now)
    skew = (request.now - upload.sent) / dt.timedelta(milliseconds=1)
    answer: dict[str, Any] = {"answers": answers, "skew": round(skew)}
    if access.may_attend_desk(request.user, session, now=request.now):
        slots = attendance.slots_of(session, now=request.now)
        context = live_context(session, slot := chosen_slot(request, slots))
        answer["live"] = render_to_string("training/desk/live.html", context, request)
        answer["slot"] = slot.pk
        answer["here"] = here(slot)
    return JsonResponse(answer)


@require_POST
@at_desk
def settle(request: HttpRequest, session: TrainingSession) -> HttpResponse:
    """Somebody looked at a conflict."""
    mark_id = number(request.POST.get("mark", ""))
    attendance.look_at(mark_id=mark_id, session_id=session.pk, now=request.now)
    return redirect(_back(session, request.POST.get(SLOT, "")))


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The script that answers for a desk page while there is no network.

    Served from here and not from the static files, because its address is the
    furthest that its reach can be.
    """
    response = render(
        request, "training/desk/worker.js", content_type="text/javascript"
    )
    response["Cache-Control"] = "no-cache"
    return response


@never_cache
def show_pass(request: HttpRequest, token: str) -> HttpResponse:
    """What the QR code opens: for the desk a button, for everybody else the code.

    Whether a token is ours shows to nobody but the desk of its session.
    """
    if len(token) > passes.LONGEST:
        raise Http404("no token of ours")
    sign_up = _sign_up_of(request, token)
    if sign_up is None or not access.may_attend_desk(
        request.user, sign_up.session, now=request.now
    ):
        return _for_others(request, token)
    slots = attendance.slots_of(sign_up.session, now=request.now)
    slot = chosen_slot(request, slots)
    if request.method == "POST":
        return _confirm(request, sign_up, slot)
    refusal = attendance.why_not_mark(
        sign_up, slot, Method.QR, at=request.now, now=request.now
    )
    here, just = _attendance(sign_up, slot), request.GET.get("vua") == "1"
    if here and not just:
        who = request.user.pk
        log.info("used check-in code of sign-up %s opened by %s", sign_up.pk, who)
    context = {
        "sign_up": sign_up,
        "session": sign_up.session,
        "slot": slot,
        "slots": slots,
        "refusal": refusal,
        "here": here,
        "just": just,
        "nonce": uuid4(),
    }
    return render(request, "training/desk/confirm.html", context)


def chosen_slot(request: HttpRequest, slots: list[Slot]) -> Slot:
    wanted = request.POST.get(SLOT) or request.GET.get(SLOT, "")
    for slot in slots:
        if str(slot.pk) == wanted:
            return slot
    return attendance.slot_now(slots, request.now)


def lines_of(session: TrainingSession, slot: Slot) -> list[Line]:
    """Everybody with a place, by given name, and whether they are there."""
    there = {
        row.registration_id: row
        for row in Attendance.objects.filter(slot=slot.pk).select_related("mark")
    }
    people = (
        Registration.objects.confirmed()
        .filter(session=session)
        .select_related("person")
        .order_by("person__sort_key", "id")
    )
    return [Line(one, there.get(one.pk)) for one in people]


def live_context(
    session: TrainingSession, slot: Slot, lines: list[Line] | None = None
) -> dict[str, Any]:
    """What changes while the desk works: the counters and the conflicts."""
    if lines is None:
        there = Attendance.objects.filter(slot=slot.pk).count()
        expected = session.confirmed
    else:
        there = sum(1 for line in lines if line.attendance)
        expected = len(lines)
    clashes = Mark.objects.open_clashes().filter(slot__session=session)
    clashes = clashes.select_related("registration__person", "by__person")
    return {
        "session": session,
        "slot": slot,
        "there": there,
        "expected": expected,
        "clashes": clashes[:MOST_CLASHES],
    }


def here(slot: Slot) -> dict[int, str]:
    """Who is there, and since when; by number of the sign-up."""
    rows = Attendance.objects.filter(slot=slot.pk)
    return {pk: time_text(at) for pk, at in rows.values_list("registration", "came_at")}


def number(text: str) -> int:
    """The number of a row as a form sends it; 0, which no row has, for all else."""
    plain = text.isascii() and text.isdigit() and len(text) < 19
    return int(text) if plain else 0


def sentence(error: Refused | Busy) -> str:
    if isinstance(error, Refused):
        return str(error.refusal.label)
    return _("Others are marking the same person. Press the button again.")


def _press(request: HttpRequest, session: TrainingSession, slot: Slot) -> HttpResponse:
    """A button of the list, without JavaScript."""
    what = What.UNDONE if "undo" in request.POST else What.CAME
    wanted = request.POST.get("undo") or request.POST.get("came", "")
    by_code = request.POST.get("how") == Method.CODE
    rows = Registration.objects.filter(session=session).select_related("person")
    sign_up = rows.filter(pk=number(wanted)).first()
    if sign_up is None:
        raise Http404("nobody in this list")
    method = Method.CODE if by_code else Method.LIST
    try:
        outcome = attendance.mark(
            registration_id=sign_up.pk,
            slot=slot,
            scan=Scan.here(method, request.now, what=what),
            by=request.user,
            now=request.now,
        )
    except (Refused, Busy) as error:
        messages.error(request, f"{sign_up.person}: {sentence(error)}")
    else:
        _say(request, sign_up, outcome, what)
    return redirect(_back(session, str(slot.pk), request.POST.get(QUERY, "")))


def _say(
    request: HttpRequest, sign_up: Registration, outcome: Outcome, what: What
) -> None:
    name = {"name": sign_up.person.full_name}
    if what == What.UNDONE:
        messages.info(request, _("%(name)s is marked as not here.") % name)
    elif outcome.earlier:
        messages.warning(request, _("%(name)s was marked already.") % name)
    else:
        messages.success(request, _("%(name)s is here.") % name)


def _confirm(request: HttpRequest, sign_up: Registration, slot: Slot) -> HttpResponse:
    """The big button after a scan; the page's nonce makes a second press harmless."""
    try:
        nonce = UUID(request.POST.get("nonce", ""))
    except ValueError:
        nonce = None
    scan = Scan.here(Method.QR, request.now)
    if nonce:
        scan = Scan(method=Method.QR, at=request.now, nonce=nonce)
    try:
        attendance.mark(
            registration_id=sign_up.pk,
            slot=slot,
            scan=scan,
            by=request.user,
            now=request.now,
        )
    except (Refused, Busy) as error:
        messages.error(request, sentence(error))
        return redirect(f"{request.path}?{urlencode({SLOT: slot.pk or ''})}")
    return redirect(f"{request.path}?{urlencode({SLOT: slot.pk, 'vua': 1})}")


def _sign_up_of(request: HttpRequest, token: str) -> Registration | None:
    code = passes.code_of(token)
    if code is None:
        who = request.user.pk if request.user.is_authenticated else "a visitor"
        log.warning("forged check-in code opened by %s", who)
        return None
    rows = Registration.objects.select_related("person", "session__unit")
    return rows.defer("session__description").filter(code=code).first()


def _for_others(request: HttpRequest, token: str) -> HttpResponse:
    """The same page for whichever token, so that nobody learns whose it is."""
    if request.method == "POST":
        raise PermissionDenied
    address = settings.SITE_URL + reverse("training:pass", args=[token])
    context = {"picture": passes.picture(address), "address": request.path}
    return render(request, "training/desk/pass.html", context)


def _attendance(sign_up: Registration, slot: Slot) -> Attendance | None:
    rows = Attendance.objects.select_related("mark__by__person")
    return rows.filter(registration=sign_up, slot=slot.pk).first()


def _found(lines: list[Line], query: str) -> list[Line]:
    if not query:
        return lines
    if passes.is_code(query):
        known = {
            one.pk for one in passes.with_code([x.registration for x in lines], query)
        }
        if known:
            return [
                Line(line.registration, line.attendance, by_code=True)
                for line in lines
                if line.registration.pk in known
            ]
    words = fold(query).split()
    return [line for line in lines if all(word in line.find for word in words)]


def _closed(slot: Slot, now: dt.datetime) -> attendance.MarkRefusal | None:
    return attendance.why_not_slot(slot, Method.LIST, at=now, now=now)


def _back(session: TrainingSession, slot: str, query: str = "") -> str:
    url = reverse("training:desk", args=[session.slug])
    values = {SLOT: number(slot) or "", QUERY: query[:100]}
    values = {name: value for name, value in values.items() if value}
    return f"{url}?{urlencode(values)}" if values else url
