"""Choosing the team of the month from the ranking, and taking that back."""

from __future__ import annotations

import datetime as dt
import logging

from django.db import IntegrityError, transaction
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from teams.models import DigitalTeam, Recognition
from teams.months import last_day
from teams.recognition import letters
from teams.recognition.ranking import rank
from vietnam.dates import local_day

logger = logging.getLogger(__name__)


class Refusal(TextChoices):
    """Why a team cannot be the team of that month."""

    NOT_OVER = "not_over", _("The month is not over yet.")
    NOT_RANKED = "not_ranked", _("This team is not in the ranking of that month.")
    TAKEN = (
        "taken",
        _("Another team has been chosen for this month: take that back first."),
    )


class Refused(Exception):
    def __init__(self, reason: Refusal) -> None:
        super().__init__(str(reason.label))
        self.reason = reason


def choose(
    *, team: DigitalTeam, month: dt.date, reason: str, now: dt.datetime
) -> Recognition:
    """Make it the team of the month: public at once, with a letter of thanks.

    Chosen twice is chosen once. Raises Refused.
    """
    there = Recognition.objects.filter(month=month).select_related("team").first()
    if there:
        return _same(there, team)
    if last_day(month) >= local_day(now):
        raise Refused(Refusal.NOT_OVER)
    place = rank(month).place_of(team)
    if place is None:
        raise Refused(Refusal.NOT_RANKED)
    try:
        with transaction.atomic():
            chosen = Recognition.objects.create(
                month=month,
                team=team,
                unit_name=place.report.unit_name,
                place=place.number,
                points=place.points,
                reason=reason,
                chosen_at=now,
            )
            letters.thanks(chosen, now=now)
    except IntegrityError:
        # Two people at once: the first one counts.
        return _same(Recognition.objects.get(month=month), team)
    logger.info("team %s is the team of %s", team.pk, month)
    return chosen


def _same(there: Recognition, team: DigitalTeam) -> Recognition:
    if there.team_id != team.pk:
        raise Refused(Refusal.TAKEN)
    return there


def take_back(*, recognition: Recognition) -> None:
    """The month has no team any more; the history keeps who did it."""
    recognition.delete()
