"""The letters to and about guardians."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mail import kinds
from mail.actions import queue
from mail.models import Letter
from mail.rendering import render
from members.models import Consent, GuardianRequest

ASK = "guardian.consent"
THANK = "guardian.thanks"
TELL = "guardian.answer"
ABOUT = "members.guardianrequest"


def register_kinds() -> None:
    kinds.register(
        ASK, kinds.LetterKind(label=_("Question to a guardian"), recheck=_still_asked)
    )
    kinds.register(THANK, kinds.LetterKind(label=_("Thanks to a guardian")))
    kinds.register(
        TELL, kinds.LetterKind(label=_("A guardian's answer"), waits=kinds.Wait.MORNING)
    )


def ask(request: GuardianRequest, *, token: str, now: dt.datetime) -> None:
    """To the guardian: the question, and the link that answers it once."""
    seen = {
        "asked": request,
        "child": request.child,
        "answer_url": _url("members:guardian_answer", token),
    }
    queue(
        kind=ASK,
        address=request.guardian.email,
        recipient=request.child_id,
        about=(ABOUT, request.pk),
        content=render("members/guardian_consent", seen),
        now=now,
        not_after=request.expires_at,
        secret=True,
        dedupe_key=f"{ASK}:{request.pk}",
    )


def thank(
    request: GuardianRequest,
    *,
    given: Iterable[Consent],
    token: str,
    now: dt.datetime,
) -> None:
    """To the guardian: what was agreed, and the link that takes it back."""
    seen = {
        "asked": request,
        "child": request.child,
        "guardian": request.guardian,
        "given": list(given),
        "withdraw_url": _url("members:guardian_withdraw", token),
    }
    queue(
        kind=THANK,
        address=request.guardian.email,
        recipient=request.child_id,
        about=(ABOUT, request.pk),
        content=render("members/guardian_thanks", seen),
        now=now,
        secret=True,
        dedupe_key=f"{THANK}:{request.pk}",
    )


def tell(request: GuardianRequest, *, now: dt.datetime) -> None:
    """To whoever asked: the guardian's answer, and that it goes on now, or not."""
    asker = request.asked_by
    address = asker.email if asker else request.child.email
    if not address:
        return
    seen = {
        "asked": request,
        "child": request.child,
        "agreed": request.answer == GuardianRequest.Answer.GIVEN,
        "me_url": _url("portal:me"),
    }
    queue(
        kind=TELL,
        address=address,
        recipient=request.child_id,
        about=(ABOUT, request.pk),
        content=render("members/guardian_answer", seen),
        now=now,
        dedupe_key=f"{TELL}:{request.pk}",
    )


def _url(name: str, *args: str) -> str:
    return settings.SITE_URL + reverse(name, args=args)


def _still_asked(letter: Letter, now: dt.datetime) -> kinds.Verdict:
    request = GuardianRequest.objects.filter(pk=letter.about_id).first()
    if request is None:
        return kinds.Drop(gettext("The question has been erased."))
    if not request.is_open(now):
        return kinds.Drop(gettext("The question has been answered or replaced."))
    return kinds.KEEP
