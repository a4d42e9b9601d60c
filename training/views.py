"""What visitors see of the sessions; signing up and giving a place back."""

from __future__ import annotations

import datetime as dt
import logging
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from content import pagecache
from content.prepared import Prepared
from members import consents, guardians, permissions
from members.models import Consent, Person
from training import (
    actions,
    answers,
    calendars,
    crowd_pages,
    desk_papers,
    emails,
    links,
    lookups,
    papers,
    points,
    rules,
    seo,
    signing_up,
    steps,
    substitution,
)
from training.actions import Busy, Refused
from training.facts import facts_of, may_be_asked, with_room
from training.forms import (
    ExcuseForm,
    FirstSignUpForm,
    GuardianAskForm,
    PointForm,
    SignUpForm,
    untouched,
)
from training.models import Material, Registration, TrainingSession
from training.signs import sign_of
from vietnam.dates import local_day

log = logging.getLogger(__name__)

RETRY_AFTER = 3
"""Seconds after which a busy session may be asked again."""
TYPED = "training.typed"
TYPED_LENGTH = 3000
MOST_TYPED = 60
MAP = "https://www.openstreetmap.org/search?"

State = Registration.State


@pagecache.public("training")
@require_safe
def session(request: HttpRequest, slug: str) -> HttpResponse:
    found = find(request, slug)
    person = person_of(request)
    mine = _mine(found, person)
    context = {
        "session": found,
        "slots": found.slots.all(),
        "step": steps.next_step(found, person, mine, now=request.now),
        "mine": mine,
        "has_place": bool(mine) and mine.state == State.CONFIRMED,
        "points": found.rows_of("points"),
        "materials": _papers(request, found, mine),
        "share_picture": seo.share_picture(found),
        "share_text": seo.share_text(found),
        "json_ld": seo.json_ld(found),
        "map_url": MAP + urlencode({"query": found.venue}),
        "may_enrol": request.user.is_authenticated
        and rules.why_not_now(found, now=request.now) is None
        and permissions.may(request.user, "training.enrol"),
        "now": request.now,
    }
    return render(request, "training/session.html", context)


@never_cache
def register(request: HttpRequest, slug: str) -> HttpResponse:
    """GET shows the form, or what became of it; POST signs up and leads to that."""
    found = find(request, slug, among=lookups.sessions_to_join)
    if not request.user.is_authenticated:
        return sign_in_first(request)
    person = person_of(request)
    mine = _mine(found, person)
    if mine:
        if request.method == "POST":
            return redirect("training:register", slug)
        return registered(request, found, mine)
    if "ask_guardian" in request.POST and person:
        return _ask_guardian(request, found, person)
    form = sign_up_form(request, found, person)
    if request.method != "POST":
        return _sign_up_page(request, found, form)
    refusal = rules.why_not_now(found, now=request.now)
    if refusal:
        return _sign_up_page(request, found, form, status=409)
    if not form.is_valid():
        return _sign_up_page(request, found, form)
    try:
        _sign_up(request, found, form)
    except Refused as refused:
        mine, sentence = _mine(found, person), sentence_of(refused, found)
        return _sign_up_page(
            request, found, form, mine=mine, problem=sentence, status=409
        )
    except Busy:
        return busy(_sign_up_page(request, found, form, problem=busy_text()))
    request.session.pop(TYPED, None)
    return redirect("training:register", slug)


@never_cache
@require_POST
def point(request: HttpRequest, slug: str) -> HttpResponse:
    """Another room, until sign-up closes."""
    found = find(request, slug)
    if not request.user.is_authenticated:
        return sign_in_first(request)
    mine = _mine(found, person_of(request))
    if mine is None:
        return redirect("training:register", slug)
    form = PointForm(request.POST, session=found, present=mine.point_id)
    if not form.is_valid():
        return registered(request, found, mine, point_form=form)
    try:
        points.choose(
            registration_id=mine.pk,
            point_id=form.cleaned_data[answers.POINT].pk,
            by=request.user,
            now=request.now,
        )
    except Refused as refused:
        form.add_error(answers.POINT, sentence_of(refused, found))
        return registered(request, found, mine, point_form=form, status=409)
    except Busy:
        form.add_error(None, busy_text())
        return busy(registered(request, found, mine, point_form=form))
    messages.success(request, _("Your room is changed."))
    return redirect("training:register", slug)


@never_cache
def cancel(request: HttpRequest, slug: str) -> HttpResponse:
    """GET asks, POST does; by the link in a letter also without signing in."""
    token = request.POST.get(links.PARAMETER) or request.GET.get(links.PARAMETER, "")
    if not token and not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    sign_up = _sign_up_to_cancel(request, slug, token)
    if token and not sign_up.is_live:
        log.info("cancel link of sign-up %s used again", sign_up.pk)
    if request.method != "POST":
        return _cancel_page(request, sign_up, token)
    try:
        actions.cancel(
            registration_id=sign_up.pk,
            by=request.user if request.user.is_authenticated else None,
            now=request.now,
        )
    except Refused:
        return _cancel_page(request, sign_up, token, status=409)
    except Busy:
        return busy(_cancel_page(request, sign_up, token, problem=busy_text()))
    query = "?" + urlencode({links.PARAMETER: token}) if token else ""
    return redirect(request.path + query)


@require_safe
def calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """The session for anybody's calendar; with the link for whoever has a place."""
    found = get_object_or_404(
        TrainingSession.objects.filter(state="published").select_related("unit"),
        slug=slug,
    )
    person = person_of(request)
    mine = _mine(found, person)
    has_place = bool(mine) and mine.state == State.CONFIRMED
    facts = facts_of(found, now=request.now)
    text = calendars.calendar(
        with_room(facts, mine) if has_place else facts,
        method=calendars.Method.PUBLISH,
        uid=(
            calendars.registration_uid(mine.code)
            if has_place
            else calendars.session_uid(found.pk)
        ),
        now=found.updated_at,
        with_link=has_place,
    )
    response = HttpResponse(
        text, content_type=f"{calendars.CONTENT_TYPE}; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="{found.slug}.ics"'
    if person:
        response["Cache-Control"] = "private, no-store"
    return response


def _papers(
    request: HttpRequest, found: TrainingSession, mine: Registration | None
) -> list[Material]:
    """An instructor prepares from them, so whoever helps finds all."""
    if not getattr(found, "has_materials", True):
        return []
    if papers.may_have_every(request.user, found, now=request.now):
        return papers.for_staff(found)
    return papers.for_reader(found, mine)


def find(
    request: HttpRequest, slug: str, *, among: Prepared = lookups.sessions_at
) -> TrainingSession:
    """A session that the public sees; drafts are there for those who manage them."""
    found = among(slug).first()
    if found is None:
        raise Http404("no session")
    if found.state == TrainingSession.State.DRAFT and not (
        request.user.is_authenticated
        and permissions.may(request.user, "training.manage", found.unit)
    ):
        raise Http404("a draft")
    return found


def person_of(request: HttpRequest) -> Person | None:
    return request.user.person if request.user.is_authenticated else None


def _mine(found: TrainingSession, person: Person | None) -> Registration | None:
    mine = rules.sign_up_of(found, person) if person else None
    if mine:
        mine.session = found
    return mine


def _lacks_profile(person: Person | None, now: dt.datetime) -> bool:
    """Whether we must ask who it is: no name, or in doubt about the age."""
    if person is None or not person.full_name.strip():
        return True
    return not person.birth_date and person.is_child(local_day(now))


def sign_up_form(
    request: HttpRequest, found: TrainingSession, person: Person | None
) -> SignUpForm | FirstSignUpForm:
    sent = request.method == "POST"
    given = (request.POST, request.FILES) if sent else ()
    about: dict[str, Any] = {"session": found}
    if _lacks_profile(person, request.now):
        form_class = FirstSignUpForm
        about["person"] = person
    else:
        form_class = SignUpForm
    form = form_class(*given, **about)
    if not sent and (typed := request.session.get(TYPED)):
        form.initial |= _as_initial(form, typed)
    return form


def _as_initial(form: forms.Form, typed: dict[str, list[str]]) -> dict[str, Any]:
    """Words that were kept over a sign-in, as the form's fields take them."""
    return {
        name: values
        if isinstance(form.fields[name], forms.MultipleChoiceField)
        else values[-1]
        for name, values in typed.items()
        if name in form.fields and values
    }


def _sign_up(
    request: HttpRequest, found: TrainingSession, form: SignUpForm | FirstSignUpForm
) -> Registration:
    person = agreed_person(request, found, form)
    return signing_up.sign_up(
        session_id=found.pk,
        person=person,
        told=form.told,
        by=request.user,
        now=request.now,
    )


def agreed_person(
    request: HttpRequest, found: TrainingSession, form: SignUpForm | FirstSignUpForm
) -> Person:
    """Who filled in the form, with what they just told of themselves and agreed to."""
    if isinstance(form, FirstSignUpForm):
        person = form.save(user=request.user, now=request.now)
    else:
        person = request.user.person
    give_consents(found, person, form, now=request.now)
    return person


def give_consents(
    found: TrainingSession, person: Person, form: forms.Form, *, now: dt.datetime
) -> None:
    """Each box is a consent of its own; an empty one takes nothing back."""
    boxes = {
        Consent.Purpose.TRAINING: "agreed",
        Consent.Purpose.PUBLISH_PICTURE: "photos",
    }
    for purpose, box in boxes.items():
        if form.cleaned_data[box]:
            consents.give(
                person=person,
                purpose=purpose,
                about=rules.consent_about(found),
                text_version=form.fields[box].stamp,
                method=Consent.Method.OWN_FORM,
                now=now,
            )


def _ask_guardian(
    request: HttpRequest, found: TrainingSession, person: Person
) -> HttpResponse:
    """The child's page then says that we wait for the answer."""
    form, status = ask_guardian(request, found, person)
    if form:
        return _sign_up_page(request, found, form, status=status)
    return redirect("training:register", found.slug)


def ask_guardian(
    request: HttpRequest, found: TrainingSession, person: Person
) -> tuple[GuardianAskForm | None, int]:
    """Write to the parent; the form with its faults and a status if that failed."""
    form = GuardianAskForm(request.POST)
    if not form.is_valid():
        return form, 200
    try:
        guardians.ask(
            child=person,
            purpose=Consent.Purpose.TRAINING,
            about=rules.consent_about(found),
            matter=found.title,
            asked_by=request.user,
            now=request.now,
            **form.cleaned_data,
        )
    except guardians.Refused as refused:
        form.add_error(None, str(refused.reason.label))
        return form, 409
    return None, 302


def _sign_up_page(
    request: HttpRequest,
    found: TrainingSession,
    form: forms.Form,
    *,
    mine: Registration | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    person = person_of(request)
    step = steps.next_step(found, person, mine, now=request.now)
    context = {
        "session": found,
        "sign": sign_of(found, request.now),
        "step": step,
        "problem": problem,
        "form": form,
        "untouched": untouched(form),
        "show_form": step.open or form.is_bound,
    }
    if step.asks_guardian:
        asks = isinstance(form, GuardianAskForm)
        context["guardian_form"] = form if asks else GuardianAskForm()
        context["asked"] = guardians.latest(
            person, Consent.Purpose.TRAINING, rules.consent_about(found)
        )
        context["show_form"] = False
    is_plain = status == 200 and not problem and step.open and context["untouched"]
    if is_plain and (alike := crowd_pages.to_sign_up(request, context)):
        return HttpResponse(alike)
    return render(request, "training/register.html", context, status=status)


def registered(
    request: HttpRequest,
    found: TrainingSession,
    mine: Registration,
    *,
    point_form: PointForm | None = None,
    excuse_form: ExcuseForm | None = None,
    status: int = 200,
) -> HttpResponse:
    if point_form is None and getattr(found, "has_points", True):
        point_form = PointForm(session=found, present=mine.point_id)
    context = {
        "session": found,
        "mine": mine,
        "in_words": steps.mine_in_words(mine),
        "has_place": mine.state == State.CONFIRMED,
        "may_cancel": rules.why_not_cancel(mine, now=request.now) is None,
        "may_hand_on": substitution.why_not_hand_on(mine, now=request.now) is None,
        "off": found.state == TrainingSession.State.CANCELLED,
        "over": found.ends_at <= request.now,
        "gets_letters": bool(emails.address_of(mine)),
        "excuse_form": excuse_form or _excuse_form(mine, now=request.now),
        "materials": papers.for_reader(found, mine),
        "answers": answers.of(mine) if getattr(found, "has_questions", True) else [],
        "point_form": point_form,
        "may_change_point": points.why_not_choose(mine, now=request.now) is None,
        "room_is_full": points.is_crowded_out(mine),
        "lacks": may_be_asked(found, now=request.now) and mine.lacks,
        **desk_papers.for_participant(mine, now=request.now),
    }
    if status == 200 and (alike := crowd_pages.signed_up(request, context)):
        return HttpResponse(alike)
    return render(request, "training/registered.html", context, status=status)


def _excuse_form(mine: Registration, *, now: dt.datetime) -> ExcuseForm | None:
    """Asked of whoever has not been seen there, while a reason still counts."""
    if not settings.TRAINING_NO_SHOW_MEMORY or rules.why_not_excuse(mine, now=now):
        return None
    if mine.attendances.exists():
        return None
    return ExcuseForm(initial={"reason": mine.excuse})


def sentence_of(refused: Refused, found: TrainingSession) -> str:
    refusal = refused.refusal
    if isinstance(refusal, rules.Refusal):
        return refusal.sentence(found)
    return str(refusal.label)


def sign_in_first(request: HttpRequest, *, back: str = "") -> HttpResponse:
    """Whoever was signed out while typing finds the words again after signing in."""
    if request.method == "POST":
        asked = set(FirstSignUpForm.base_fields) - {"agreed", "photos"}
        request.session[TYPED] = {
            name: [value[:TYPED_LENGTH] for value in request.POST.getlist(name)[:30]]
            for name in list(request.POST)[:MOST_TYPED]
            if name in asked or answers.is_name(name)
        }
    return redirect_to_login(back or request.path)


def _sign_up_to_cancel(request: HttpRequest, slug: str, token: str) -> Registration:
    sign_ups = Registration.objects.select_related("session", "person").filter(
        session__slug=slug
    )
    if token:
        return get_object_or_404(sign_ups, code=links.code_of(token))
    person = person_of(request)
    if person is None:
        raise Http404("no sign-up")
    own = sign_ups.of(person)
    sign_up = own.live().first() or own.order_by("-id").first()
    if sign_up is None:
        raise Http404("no sign-up")
    return sign_up


def _cancel_page(
    request: HttpRequest,
    sign_up: Registration,
    token: str,
    *,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    refusal = rules.why_not_cancel(sign_up, now=request.now)
    context = {
        "session": sign_up.session,
        "sign_up": sign_up,
        "token": token,
        "parameter": links.PARAMETER,
        "refusal": refusal,
        "gone": refusal is rules.CancelRefusal.GONE,
        "problem": problem,
        "in_words": steps.mine_in_words(sign_up),
    }
    return render(request, "training/cancel.html", context, status=status)


def busy_text() -> str:
    return _("Many people are signing up right now. Press the button again.")


def busy(response: HttpResponse) -> HttpResponse:
    response.status_code = 503
    response["Retry-After"] = str(RETRY_AFTER)
    return response
