"""Pages of the desk about people: who walks in, who helps."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from members import consent_texts, consents, permissions
from members.matching import Certainty, Match
from members.models import Consent, Person
from training import access, attendance, rules, staffing, walk_ins
from training.attendance import Method, Scan
from training.desk_forms import NEW, StaffForm, WalkInForm
from training.desk_pages import at_desk, chosen_slot, number, sentence
from training.locks import Busy, Refused
from training.models import Registration, SessionStaff, Slot, TrainingSession

MOST_SHOWN = 8
"""The version of the sentence in WalkInForm that a consent refers to."""


class InDoubt(Exception):
    """The person may be one we know; `people` are those whom the desk may see."""

    def __init__(self, people: list[Person]) -> None:
        super().__init__()
        self.people = people


@at_desk
def walk_in(request: HttpRequest, session: TrainingSession) -> HttpResponse:
    """Add somebody who stands at the desk, and mark them for the half-day."""
    may_agree = access.may_run(request.user, session)
    form = WalkInForm(request.POST or None, may_agree=may_agree)
    slot = chosen_slot(request, attendance.slots_of(session, now=request.now))
    problem, status = "", 200
    if request.method == "POST" and form.is_valid():
        try:
            sign_up, is_here = _add(request, session, form, slot)
        except InDoubt as doubt:
            form.ask(doubt.people)
            status = 409
        except (Refused, Busy) as error:
            problem, status = sentence(error), 409
        else:
            text = (
                _("%(name)s has been added and is here.")
                if is_here
                else _("%(name)s has been added; no half-day is open to be marked.")
            )
            messages.success(request, text % {"name": sign_up.person.full_name})
            return redirect("training:desk", session.slug)
    refusal = walk_ins.why_not_at_desk(session, now=request.now)
    context = {
        "session": session,
        "slot": slot,
        "form": form,
        "problem": problem,
        "refusal": refusal,
    }
    return render(request, "training/desk/walk_in.html", context, status=status)


@at_desk
def staff(request: HttpRequest, session: TrainingSession) -> HttpResponse:
    """Who helps at this session; organisers invite and end."""
    if not access.may_run(request.user, session):
        raise PermissionDenied
    if request.method == "POST" and "end" in request.POST:
        return _end(request, session)
    form = StaffForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = staffing.invite(
            session=session, by=request.user, now=request.now, **form.cleaned_data
        )
        text = _("%(email)s may work at this desk. A letter with the link goes out.")
        messages.success(request, text % {"email": made.user.email})
        return redirect("training:desk_staff", session.slug)
    helpers = SessionStaff.objects.current(request.now).filter(session=session)
    context = {
        "session": session,
        "form": form,
        "helpers": helpers.select_related("user__person", "session"),
    }
    return render(request, "training/desk/staff.html", context)


def _end(request: HttpRequest, session: TrainingSession) -> HttpResponse:
    rows = SessionStaff.objects.filter(session=session)
    helper = get_object_or_404(rows, pk=number(request.POST["end"]))
    staffing.end(staff=helper, now=request.now)
    messages.success(request, _("The desk is closed to this account."))
    return redirect("training:desk_staff", session.slug)


@transaction.atomic
def _add(
    request: HttpRequest, session: TrainingSession, form: WalkInForm, slot: Slot
) -> tuple[Registration, bool]:
    """The person (known or new), their consent and place: all or nothing.

    And whether they could be marked for the half-day: between two of them nobody can.
    Raises InDoubt, Refused and Busy.
    """
    data, unit = form.cleaned_data, form.unit
    told = {
        name: data[name] for name in ("full_name", "birth_date", "birth_year", "phone")
    }
    match = walk_ins.look_up(**told, member_code=data["member_code"], unit=unit)
    person = _known(request, match, form.whom)
    if person is None:
        # A code that belongs to nobody we know may be mistyped: it is not kept.
        person = Person.objects.create(**told, unit=unit)
    elif person.birth_year is None and (data["birth_date"] or data["birth_year"]):
        person.birth_date, person.birth_year = data["birth_date"], data["birth_year"]
        person.save(update_fields=["birth_date", "birth_year", "updated_at"])
    consents.give(
        person=person,
        purpose=Consent.Purpose.TRAINING,
        about=rules.consent_about(session),
        text_version=consent_texts.stamp("training.desk"),
        method=Consent.Method.SIGNED_FORM,
        now=request.now,
        recorded_by=request.user,
    )
    sign_up = walk_ins.walk_in(
        session_id=session.pk,
        person=person,
        by=request.user,
        now=request.now,
        unit_name=data["unit_name"],
        agreed=data.get("over", False),
    )
    return sign_up, _mark(request, sign_up, slot)


def _mark(request: HttpRequest, sign_up: Registration, slot: Slot) -> bool:
    if slot.pk is None:
        return False
    try:
        attendance.mark(
            registration_id=sign_up.pk,
            slot=slot,
            scan=Scan.here(Method.LIST, request.now),
            by=request.user,
            now=request.now,
        )
    except Refused:
        return False
    return True


def _known(request: HttpRequest, match: Match, whom: str) -> Person | None:
    """The record that is meant, None for somebody new. Raises InDoubt.

    Only who may read people is shown whom it may be; a helper of one session, who
    must not search in everybody's data, is asked for one more fact instead.
    """
    if match.certainty is not Certainty.DOUBT or whom == NEW:
        return match.person
    among = Person.objects.filter(pk__in=[one.pk for one in match.people])
    among = permissions.scoped(among, request.user, "people.read")
    shown = list(among.select_related("unit").order_by("sort_name", "pk")[:MOST_SHOWN])
    chosen = next((one for one in shown if str(one.pk) == whom), None)
    if chosen is None:
        raise InDoubt(shown)
    return chosen
