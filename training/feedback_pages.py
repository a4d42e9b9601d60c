"""One page of feedback, by the link in the letter or signed in; and its results."""

from __future__ import annotations

from django import forms
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from members import permissions
from training import feedback, links
from training.actions import Refused
from training.models import Feedback, Registration, TrainingSession


class FeedbackForm(forms.ModelForm):
    """Three marks and two remarks."""

    class Meta:
        model = Feedback
        fields = ["useful", "clear", "organised", "liked", "better"]
        widgets = {
            "liked": forms.Textarea(attrs={"rows": 3}),
            "better": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        for name in feedback.QUESTIONS:
            self.fields[name] = forms.TypedChoiceField(
                label=self.fields[name].label,
                choices=list(feedback.MARKS.items()),
                coerce=int,
                widget=forms.RadioSelect,
                error_messages={"required": _("Choose one of the answers.")},
            )


@never_cache
def give(request: HttpRequest, slug: str) -> HttpResponse:
    """GET shows the page, POST keeps what was answered."""
    token = request.POST.get(links.PARAMETER) or request.GET.get(links.PARAMETER, "")
    if not token and not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    sign_up = _sign_up(request, slug, token)
    form = FeedbackForm(request.POST if request.method == "POST" else None)
    refusal = feedback.why_not_feedback(sign_up, now=request.now)
    if request.method == "POST" and not refusal and form.is_valid():
        try:
            feedback.give(
                registration_id=sign_up.pk,
                answers=form.cleaned_data,
                now=request.now,
            )
        except Refused as refused:
            refusal = refused.refusal
        else:
            query = f"?{links.PARAMETER}={token}" if token else ""
            return redirect(request.path + query)
    given = refusal is feedback.FeedbackRefusal.GIVEN
    context = {
        "session": sign_up.session,
        "form": form,
        "token": token,
        "parameter": links.PARAMETER,
        "refusal": refusal,
        "given": given,
        "typed": form.is_bound and not given,
    }
    status = 409 if form.is_bound and refusal and not given else 200
    return render(request, "training/feedback.html", context, status=status)


@never_cache
def results(request: HttpRequest, slug: str) -> HttpResponse:
    """For those who run the session."""
    session = get_object_or_404(
        TrainingSession.objects.select_related("unit"), slug=slug
    )
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    if not permissions.may(request.user, "training.manage", session.unit):
        raise PermissionDenied
    context = {
        "session": session,
        "results": feedback.results(session),
        "fewest": feedback.FEWEST,
    }
    return render(request, "training/feedback_results.html", context)


def _sign_up(request: HttpRequest, slug: str, token: str) -> Registration:
    rows = Registration.objects.select_related("session").filter(session__slug=slug)
    if token:
        return get_object_or_404(rows, code=links.feedback_code_of(token))
    person = request.user.person
    own = person and (
        rows.of(person).confirmed().first() or rows.of(person).order_by("-pk").first()
    )
    if not own:
        raise Http404("no sign-up")
    return own
