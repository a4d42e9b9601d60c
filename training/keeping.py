"""How long sign-ups are kept with a name."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from members import retention
from members.models import Person
from members.privacy import NAMELESS
from members.retention import TWO_YEARS, Rule
from training import answers
from training.models import Answer, Mark, Registration

BATCH = 2000
"""People of one night."""


def forget_old(now: dt.datetime) -> int:
    """Take the names off sign-ups for sessions that ended 24 months ago.

    The rows stay, each person's on a record without a name: places, attendance and
    the number of people of a session stay what they were. Certificates are rows of
    their own and keep their name.
    """
    old = Registration.objects.filter(session__ends_at__lt=now - TWO_YEARS)
    old = old.exclude(person__full_name=NAMELESS)
    people = old.order_by("person").values_list("person", flat=True).distinct()
    gone = 0
    for pk in list(people[:BATCH]):
        with transaction.atomic():
            Person.objects.select_for_update(of=("self",)).get(pk=pk)
            mine = list(old.filter(person=pk).values_list("pk", flat=True))
            answers.remove(Answer.objects.filter(registration__in=mine))
            marks = Mark.objects.filter(registration__in=mine)
            marks.filter(method=Mark.Method.SELF).update(by=None, device="")
            gone += Registration.objects.filter(pk__in=mine).update(
                person=retention.nameless(),
                identity="",
                position="",
                note="",
                excuse="",
                registered_by=None,
            )
    return gone


def register() -> None:
    retention.registry.register(
        "training.registration",
        Rule(
            what=_("Names of those who signed up for training"),
            keeps=_("24 months after the session"),
            why=_("Questions about attendance and certificates"),
            purge=forget_old,
        ),
    )
