"""The page of what a session still asks, by the link in a letter or signed in."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache

from training import answers, asking, links, rules
from training.asking import AskedForm
from training.locks import Busy, Refused
from training.models import Registration
from training.views import busy, busy_text, find, person_of, sentence_of


@never_cache
def asked(request: HttpRequest, slug: str) -> HttpResponse:
    """GET asks, POST keeps the answers; without signing in by the link alone."""
    token = request.POST.get(links.PARAMETER) or request.GET.get(links.PARAMETER, "")
    if not token and not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    sign_up = _sign_up(request, slug, token)
    data = (request.POST, request.FILES) if request.method == "POST" else ()
    form = AskedForm(*data, registration=sign_up)
    if request.method != "POST" or not form.fields or not form.is_valid():
        return _page(request, sign_up, token, form)
    try:
        asking.tell(
            registration_id=sign_up.pk,
            told=form.told,
            by=request.user if request.user.is_authenticated else None,
            now=request.now,
        )
    except Refused as refused:
        sentence = sentence_of(refused, sign_up.session)
        if answers.POINT in form.fields:
            form.add_error(answers.POINT, sentence)
        return _page(request, sign_up, token, form, problem=sentence, status=409)
    except Busy:
        return busy(_page(request, sign_up, token, form, problem=busy_text()))
    query = "?" + urlencode({links.PARAMETER: token}) if token else ""
    return redirect(request.path + query)


def _sign_up(request: HttpRequest, slug: str, token: str) -> Registration:
    if token:
        rows = Registration.objects.select_related("session", "person", "point")
        code = links.asked_code_of(token)
        return get_object_or_404(rows.filter(session__slug=slug), code=code)
    found, person = find(request, slug), person_of(request)
    mine = rules.sign_up_of(found, person) if person else None
    if mine is None:
        raise Http404("no sign-up")
    mine.session = found
    return mine


def _page(
    request: HttpRequest,
    sign_up: Registration,
    token: str,
    form: AskedForm,
    *,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "session": sign_up.session,
        "sign_up": sign_up,
        "answers": answers.of(sign_up),
        "form": form,
        "token": token,
        "parameter": links.PARAMETER,
        "refusal": asking.why_not_tell(sign_up, now=request.now),
        "problem": problem,
    }
    return render(request, "training/asked.html", context, status=status)
