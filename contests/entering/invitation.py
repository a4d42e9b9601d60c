"""The page behind the link of an invitation; the link is the permission.

Opening it changes nothing: mail programs and virus scanners open links too. Whoever
joined finds here what stands, can ask a parent, and can leave the team again.
"""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from contests import actions, guardianship, joining
from contests.entering import frame
from contests.forms import GuardianAskForm, JoinForm
from contests.locks import Busy, Refused
from contests.models import Invitation
from members import guardians
from vietnam.dates import local_day

Answer = Invitation.Answer


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    found = _found(token)
    if found.answer == Answer.ACCEPTED:
        return _member(request, found, token)
    user = joining.account_of(found, request.user)
    refusal = joining.why_not_answer(found, user, now=request.now)
    joins = request.method == "POST" and request.POST.get("answer") != "no"
    known = user.person if user else None
    form = JoinForm(
        request.POST if joins else None,
        known=known,
        initial={"full_name": found.full_name},
    )
    problem = refusal.sentence(found.entry.contest) if refusal else ""
    status = 410 if refusal else 200
    try:
        if request.method == "POST" and not joins:
            joining.decline(token=token, now=request.now)
            return redirect("contests:not_joined")
        if joins and form.is_valid():
            data = form.cleaned_data
            joining.accept(
                token=token,
                full_name=data.get("full_name") or known.full_name,
                birth_date=data.get("birth_date") or known.birth_date,
                school=data["school"],
                publish_name=data["publish_name"],
                user=user,
                now=request.now,
            )
            return redirect("contests:invitation", token)
    except Refused as refused:
        problem, status = refused.refusal.sentence(found.entry.contest), 409
    except Busy:
        problem, status = frame.busy_text(), 503
    context = {
        "invitation": found,
        "contest": found.entry.contest,
        "owner": found.entry.owner,
        "known": known,
        "form": form,
        "problem": problem,
        "closed": bool(refusal),
    }
    return render(request, "contests/invitation.html", context, status=status)


def _member(request: HttpRequest, found: Invitation, token: str) -> HttpResponse:
    """For who has joined: the parent, and the way out."""
    author = found.author
    standing = None
    if author.person.is_child(local_day(request.now)):
        standing = guardianship.of_author(found.entry, author, now=request.now)
    asks = request.method == "POST" and "leave" not in request.POST
    form = GuardianAskForm(request.POST if asks else None)
    problem, status = "", 200
    try:
        if "leave" in request.POST:
            joining.leave(token=token, now=request.now)
            return redirect("contests:not_joined")
        if asks and form.is_valid():
            actions.ask_guardian(
                entry_id=found.entry_id,
                author_id=author.pk,
                by=None,
                now=request.now,
                **form.cleaned_data,
            )
            return redirect("contests:invitation", token)
    except Refused as refused:
        problem, status = refused.refusal.sentence(found.entry.contest), 409
    except guardians.Refused as refused:
        form.add_error(None, str(refused.reason.label))
        status = 409
    except Busy:
        problem, status = frame.busy_text(), 503
    context = {
        "invitation": found,
        "contest": found.entry.contest,
        "entry": found.entry,
        "author": author,
        "standing": standing,
        "form": form,
        "problem": problem,
        "locked": request.now >= found.entry.contest.closes_at,
    }
    return render(request, "contests/joined.html", context, status=status)


@require_safe
def not_joined(request: HttpRequest) -> HttpResponse:
    """Thanks; names nobody, so that it may be opened by anybody."""
    return render(request, "contests/not_joined.html")


def _found(token: str) -> Invitation:
    try:
        return joining.find(token)
    except Invitation.DoesNotExist as error:
        raise Http404 from error
