"""The pages below /ca-nhan/du-lieu/."""

from __future__ import annotations

from allauth.account.decorators import reauthentication_required
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from content import files
from members import consents
from members.models import Consent, DataRequest, Person
from members.mydata import actions, copies, holdings, preview, rules, withdrawing
from members.mydata.forms import AskForm, SureForm
from members.typed import signed_in
from vietnam.dates import local_day

Kind, Way = DataRequest.Kind, DataRequest.Way


@never_cache
@login_required
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """What there is about me, and everything I may do about it."""
    return _overview(request, AskForm())


def _overview(request: HttpRequest, form: AskForm) -> HttpResponse:
    person = request.user.person
    mine = person.data_requests.all() if person else DataRequest.objects.none()
    asked = list(mine[:20])
    context = {
        "person": person,
        "holdings": holdings.of(person) if person else [],
        "consents": withdrawing.standing(person) if person else [],
        "requests": asked,
        "copy": next((one for one in asked if one.has_copy(request.now)), None),
        "copy_asked": _open(asked, Kind.COPY),
        "deletion": _open(asked, Kind.DELETE),
        "days": settings.DATA_COPY_DAYS,
        "form": form,
    }
    return render(request, "members/mydata/overview.html", context)


def _open(asked: list[DataRequest], kind: Kind) -> DataRequest | None:
    return next((one for one in asked if one.is_open and one.kind == kind), None)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def ask(request: HttpRequest) -> HttpResponse:
    """A request for the staff; what was typed comes back when something is missing."""
    if request.method != "POST":
        return redirect("members:my_data")
    form = AskForm(request.POST)
    if not form.is_valid():
        return _overview(request, form)
    actions.ask(
        person=actions.account_person(request.user),
        kind=Kind(form.cleaned_data["kind"]),
        text=form.cleaned_data["text"],
        way=Way.PAGE,
        now=request.now,
    )
    messages.success(request, _("We have received your request. You find it here."))
    return redirect("members:my_data")


# --- A copy ---------------------------------------------------------------------


@never_cache
@login_required
@reauthentication_required
@require_http_methods(["GET", "HEAD", "POST"])
def copy(request: HttpRequest) -> HttpResponse:
    """GET asks once more, for those who come back from confirming who they are."""
    if request.method != "POST":
        return render(request, "members/mydata/copy_ask.html")
    actions.ask(
        person=actions.account_person(request.user),
        kind=Kind.COPY,
        way=Way.PAGE,
        now=request.now,
    )
    messages.success(
        request, _("The copy is being made. You get a letter when it is ready.")
    )
    return redirect("members:my_data")


@never_cache
@login_required
@reauthentication_required
@require_safe
def fetch(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The archive; nobody else's, and only until its time is over."""
    made = _own(request, pk)
    if not made.has_copy(request.now):
        raise Http404
    return files.download(
        made.file,
        name=copies.name_of(made.person, made.decided_at),
        media_type=copies.MEDIA_TYPE,
        by=request.user.pk,
    )


# --- Consents -------------------------------------------------------------------


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what follows, then withdraw; the consent is gone: back to the overview."""
    person = request.user.person
    mine = Consent.objects.filter(person=person, guardian=None) if person else None
    if mine is None:
        raise Http404
    consent = get_object_or_404(mine, pk=pk)
    if request.method == "POST":
        withdrawing.withdraw(consent, now=request.now)
        messages.success(request, _("The consent has been withdrawn."))
    if request.method == "POST" or consent.withdrawn_at:
        return redirect("members:my_data")
    context = {
        "consent": consent,
        "matter": consents.matter_of(consent),
        "consequence": withdrawing.consequence(consent),
    }
    return render(request, "members/mydata/withdraw.html", context)


# --- Deleting -------------------------------------------------------------------


@never_cache
@login_required
@reauthentication_required
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest) -> HttpResponse:
    """First what would happen, found out by a dry run; then the request itself."""
    user = request.user
    asked = DataRequest.objects.open().filter(kind=Kind.DELETE, person=user.person)
    if user.person and asked.exists():
        return redirect("members:my_data")
    refusal = rules.why_not_delete(user, now=request.now)
    form = SureForm(request.POST or None)
    if request.method == "POST" and not refusal and form.is_valid():
        try:
            actions.ask(
                person=actions.account_person(user),
                kind=Kind.DELETE,
                way=Way.PAGE,
                now=request.now,
            )
        except rules.Refused as error:
            refusal = error.reason
        else:
            messages.success(request, _("Your request has been written down."))
            return redirect("members:my_data")
    context = {
        "form": form,
        "refusal": refusal and refusal.label,
        "plan": None if refusal else preview.of_account(user, now=request.now),
        "duties": rules.duties(user, now=request.now),
        "child": user.person is None or _is_child(user.person, request),
        "days": settings.DATA_DELETE_THINK_DAYS,
    }
    return render(request, "members/mydata/delete.html", context)


def _is_child(person: Person, request: HttpRequest) -> bool:
    return person.is_child(local_day(request.now))


@login_required
@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    actions.take_back(request_id=_own(request, pk).pk, now=request.now)
    messages.success(request, _("You have taken the request back."))
    return redirect("members:my_data")


def _own(request: HttpRequest, pk: int) -> DataRequest:
    """A request of the person who is signed in; anybody else's is not there."""
    person = request.user.person
    if person is None:
        raise Http404
    return get_object_or_404(person.data_requests.select_related("person"), pk=pk)
