"""What js/draft.js sends every few seconds; a draft only, never what is handed in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.forms import BaseForm
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _

from contests.actions import Conflict
from contests.entering import frame
from contests.locks import Busy, Refused
from contests.models import Entry

State = Entry.State


class Unkept(Exception):
    """It cannot be kept as it is; `sentence` says why."""

    def __init__(self, problems: Iterable[str]) -> None:
        super().__init__("not valid")
        self.sentence = " ".join(problems)


def save(
    request: HttpRequest, code: str, keep: Callable[[Entry], dict[str, Any]]
) -> JsonResponse:
    """Answers with what `keep` tells (the version that is stored now among it), or with
    a sentence and a status: 401 signed out, 404 not theirs, 409 stored elsewhere
    meanwhile or too late, 422 cannot be kept as it is (`Unkept`), 503 busy.
    """
    if not request.user.is_authenticated:
        return _said(_("You are signed out. Your text is kept on this device."), 401)
    found = frame.find(request, code, own=True)
    if found.state != State.DRAFT:
        text = _("This entry is no draft any more. Press the button to change it.")
        return _said(text, 409)
    try:
        return JsonResponse(keep(found))
    except Unkept as unkept:
        return _said(unkept.sentence, 422)
    except Refused as refused:
        return _said(refused.refusal.sentence(found.contest), 409)
    except Conflict:
        text = _("Saved in another window meanwhile. Press “Save” to see both texts.")
        return _said(text, 409)
    except Busy:
        return _said(frame.busy_text(), 503)


def problems(form: BaseForm) -> Iterator[str]:
    for name, errors in form.errors.items():
        label = form.fields[name].label if name in form.fields else ""
        yield f"{label}: {' '.join(errors)}" if label else " ".join(errors)


def _said(sentence: str, status: int) -> JsonResponse:
    return JsonResponse({"sentence": sentence}, status=status)
