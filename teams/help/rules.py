"""Questions about requests for help; each answers yes or why not."""

from __future__ import annotations

import datetime as dt

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from members.models import Unit
from teams.help.routing import reachable
from teams.models import DigitalTeam, HelpRequest

State = HelpRequest.State

SILENCE = dt.timedelta(days=2)
"""So long may a team say nothing; then the commune looks after the request."""
KEPT = dt.timedelta(days=90)
"""Law 91/2025/QH15, article 3: not longer than the purpose needs."""


class HelpRefusal(TextChoices):
    """Why something about a request for help cannot be done."""

    ENDED = "ended", _("This request is done with already.")
    WITH_COMMUNE = "with_commune", _("The commune looks after this request now.")
    CHANGED = "changed", _("Something was noted meanwhile. Look at it once more.")
    ELSEWHERE = "elsewhere", _("This team cannot be reached, or works elsewhere.")


class Refused(Exception):
    """An action that a rule forbids; `reason` is the HelpRefusal."""

    def __init__(self, reason: HelpRefusal) -> None:
        super().__init__(str(reason.label))
        self.reason = reason


def why_not_note(
    request: HelpRequest, outcome: State, *, seen: int
) -> HelpRefusal | None:
    """Why this outcome cannot be noted; `seen` is the number of calls on the page."""
    if outcome not in HelpRequest.MOVES[State(request.state)]:
        return HelpRefusal.ENDED
    return HelpRefusal.CHANGED if request.calls != seen else None


def why_not_by_team(request: HelpRequest, team: DigitalTeam) -> HelpRefusal | None:
    """Why the team has no say in the request (any more)."""
    if request.with_commune or request.team_id != team.pk:
        return HelpRefusal.WITH_COMMUNE
    return None


def why_not_pass_on(request: HelpRequest) -> HelpRefusal | None:
    """Why it cannot go to the commune."""
    return None if request.is_open else HelpRefusal.ENDED


def why_not_give_to(
    request: HelpRequest, team: DigitalTeam, *, on: dt.date
) -> HelpRefusal | None:
    """Why this team cannot get the request: done with, or the team of others."""
    if not request.is_open:
        return HelpRefusal.ENDED
    fits = reachable(on).filter(unit__in=_branch(request.commune)).filter(pk=team.pk)
    return None if fits.exists() else HelpRefusal.ELSEWHERE


def _branch(commune: Unit):
    return Unit.objects.subtree(commune.pk).order_by().values("pk")
