"""The pages behind the links in letters to guardians.

The link is the permission, nobody needs an account. Opening it changes nothing: mail
programs and virus scanners open links too.
"""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from members import guardians
from members.guardian_forms import GuardianForm
from members.models import Consent, GuardianRequest

# Which data is used, by what the child wants to do (article 24 asks to name it).
DATA = {
    Consent.Purpose.TRAINING: _(
        "Full name, date of birth, school or unit, phone and email if given, and "
        "which sessions the child attended."
    ),
    Consent.Purpose.CONTEST: _(
        "Full name, date of birth, school or unit, the work with its files, and the "
        "judges' result."
    ),
    Consent.Purpose.STORY: _(
        "Full name, date of birth, school or unit, and the text with its pictures, "
        "which the editors may publish without the child's name."
    ),
}
OTHER_DATA = _("Full name, date of birth, school or unit.")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """Show what is asked; take the guardian's yes or no."""
    asked = _found(guardians.find, token)
    declines = request.POST.get("answer") == "no"
    typed = request.POST if request.method == "POST" and not declines else None
    form = GuardianForm(typed, initial={"relation": asked.guardian.relation})
    try:
        if request.method == "POST" and declines:
            guardians.decline(token=token, now=request.now)
            return redirect("members:guardian_no")
        if form.is_valid():
            guardians.give(
                token=token,
                full_name=form.cleaned_data["full_name"],
                relation=form.cleaned_data["relation"],
                publish=form.publish,
                now=request.now,
            )
            return redirect("members:guardian_given")
    except guardians.Unusable:
        return _gone(request, asked)
    if not asked.is_open(request.now):
        return _gone(request, asked)
    context = {
        "form": form,
        "asked": asked,
        "child": asked.child,
        "data": DATA.get(Consent.Purpose(asked.purpose), OTHER_DATA),
    }
    return render(request, "members/guardian_answer.html", context)


@require_safe
def thanks(request: HttpRequest, answer: str) -> HttpResponse:
    """What happens now; names nobody, so that it may be opened by anybody."""
    given = answer == GuardianRequest.Answer.GIVEN
    return render(request, "members/guardian_thanks.html", {"given": given})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, token: str) -> HttpResponse:
    """Show what the guardian agreed to; each can be taken back, or all at once."""
    asked = _found(guardians.find_answered, token)
    if request.method == "POST":
        chosen = set(request.POST.getlist("purpose")) & set(Consent.Purpose.values)
        guardians.withdraw(token=token, purposes=chosen, now=request.now)
        return redirect("members:guardian_withdraw", token)
    # A signed form may prove once more what the link gave.
    given = {each.purpose: each for each in guardians.standing(asked)}
    context = {"asked": asked, "child": asked.child, "given": given.values()}
    return render(request, "members/guardian_withdraw.html", context)


def _found(find, token: str) -> GuardianRequest:
    try:
        return find(token)
    except GuardianRequest.DoesNotExist as error:
        raise Http404 from error


def _gone(request: HttpRequest, asked: GuardianRequest) -> HttpResponse:
    """The link was used or is too old; the page says no more than that."""
    context = {"used": bool(asked.answer)}
    return render(request, "members/guardian_gone.html", context, status=410)
