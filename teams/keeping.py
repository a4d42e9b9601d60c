"""How long data about digital teams is kept."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from members import history, retention
from members.models import Person
from members.privacy import NAMELESS
from members.retention import TWO_YEARS, Rule
from teams.help import actions as help_actions
from teams.models import TeamMember
from teams.roster import parked, runs
from vietnam.dates import local_day


def forget_left(now: dt.datetime) -> int:
    """Take the name off memberships that ended 24 months ago; figures stay."""
    left = TeamMember.objects.filter(ends_on__lt=local_day(now) - TWO_YEARS)
    left = left.exclude(person__full_name=NAMELESS)
    gone = 0
    for pk in set(left.values_list("person", flat=True)):
        with transaction.atomic():
            Person.objects.select_for_update(of=("self",)).get(pk=pk)
            rows = list(left.filter(person=pk).values_list("pk", flat=True))
            through = TeamMember.skills.through.objects
            through.filter(teammember__in=rows).delete()
            nobody = retention.nameless()
            gone += TeamMember.objects.filter(pk__in=rows).update(
                person=nobody, role=TeamMember.Role.MEMBER, name_is_public=False
            )
            history.hand_over(TeamMember, rows, to=nobody)
    return gone


def register() -> None:
    for key, rule in {
        "teams.teammember": Rule(
            what=_("Names of former members of digital teams"),
            keeps=_("24 months after they left"),
            why=_("Questions about who did what in a team"),
            purge=forget_left,
        ),
        "teams.helprequest": Rule(
            what=_("Requests for help"),
            keeps=_("90 days"),
            why=_("To call back, and to ask whether it helped"),
            purge=lambda now: help_actions.purge(now=now),
        ),
        "teams.lists": Rule(
            what=_("Lists of members that were sent and not brought in"),
            keeps=_("One to two days"),
            why=_("Whoever sent them may go on"),
            purge=lambda now: parked.drop_abandoned(now=now) + runs.drop_old(now=now),
        ),
    }.items():
        retention.registry.register(key, rule)
