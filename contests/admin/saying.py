"""Doing what was pressed, and saying what became of it."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext

from contests.locks import Busy, Refused
from members.scoped_admin import (
    ScopedAdmin,
)


def run(
    model_admin: ScopedAdmin, request: HttpRequest, act: Callable, done: str
) -> bool:
    """Do it, or say why not."""
    try:
        act(by=request.user, now=request.now)
    except (Refused, Busy) as error:
        model_admin.message_user(request, sentence(error), messages.ERROR)
        return False
    if done:
        model_admin.message_user(request, done, messages.SUCCESS)
    return True


def sentence(error: Refused | Busy) -> str:
    if isinstance(error, Refused):
        return str(error.refusal.label)
    return gettext("Somebody else is just changing this. Press the button again.")
