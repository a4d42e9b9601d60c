"""What a person's time in a team means elsewhere: my page, their data, merges."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from content import pagecache
from members import (
    access_log,
    audiences,
    desk,
    merge,
    permissions,
    privacy,
    succession,
    timeline,
)
from members.models import Person, Unit, UnitSuccession, User
from teams import actions, coverage
from teams.freshness import AREA
from teams.models import DigitalTeam, Nomination, TeamMember
from teams.nominations import letters
from teams.nominations import rules as nomination_rules
from teams.rules import why_not_name
from vietnam.dates import VIETNAM, local_day

RANKS = [TeamMember.Role.LEADER, TeamMember.Role.DEPUTY, TeamMember.Role.MEMBER]


class TeamEntries:
    """My page: the teams somebody is or was in."""

    def entries(self, person: Person, now: dt.datetime) -> Iterator[timeline.Entry]:
        today = local_day(now)
        memberships = TeamMember.objects.filter(person=person)
        for membership in memberships.select_related("team"):
            yield self._entry(membership, today)

    @staticmethod
    def _entry(membership: TeamMember, today: dt.date) -> timeline.Entry:
        team = membership.team
        begins = dt.datetime.combine(membership.starts_on, dt.time(), VIETNAM)
        left = membership.ends_on is not None and membership.ends_on < today
        public = team.is_public and team.is_active(today)
        last = membership.ends_on if left else membership.starts_on
        day = {"day": f"{last:%d/%m/%Y}"}
        words = _("Until %(day)s") if left else _("In the team since %(day)s")
        return timeline.Entry(
            at=begins,
            all_day=True,
            ongoing=not left,
            title=team.name,
            url=team.get_absolute_url() if public else reverse("teams:list"),
            kind=_("Community digital team"),
            note=membership.get_role_display(),
            state="over" if left else "yes",
            state_text=words % day,
        )


class TeamHolder:
    """Memberships are handed out; of what is over, a figure without a name stays."""

    def export(self, person: Person) -> list[dict[str, Any]]:
        memberships = TeamMember.objects.filter(person=person)
        return [
            {
                "team": membership.team.name,
                "unit": str(membership.team.unit),
                "role": membership.get_role_display(),
                "is_union_member": membership.is_union_member,
                "starts_on": membership.starts_on.isoformat(),
                "ends_on": membership.ends_on and membership.ends_on.isoformat(),
                "name_is_public": membership.name_is_public,
                "skills": [str(skill) for skill in membership.skills.all()],
            }
            for membership in memberships.select_related("team__unit")
            .prefetch_related("skills")
            .order_by("starts_on", "id")
        ]

    def erase(self, person: Person, now: dt.datetime) -> None:
        """Whoever is erased is in no team; "leader of this team" would tell who."""
        today = local_day(now)
        memberships = TeamMember.objects.filter(person=person)
        memberships.filter(starts_on__gt=today).delete()
        memberships.lasting(today).update(ends_on=today)
        TeamMember.skills.through.objects.filter(teammember__person=person).delete()
        memberships.update(role=TeamMember.Role.MEMBER, name_is_public=False)
        pagecache.touch(AREA)


class NominationHolder:
    """What was proposed for somebody; of whoever is erased nothing stays."""

    def export(self, person: Person) -> list[dict[str, Any]]:
        return [
            {
                "team": one.team.name,
                "role": one.get_role_display(),
                "state": one.get_state_display(),
                "note": one.note,
                "reason": one.reason,
                "proposed_at": one.proposed_at.isoformat(),
                "decided_at": one.decided_at and one.decided_at.isoformat(),
            }
            for one in person.team_nominations.select_related("team")
        ]

    def erase(self, person: Person, now: dt.datetime) -> None:
        person.team_nominations.all().delete()


class MergeNominations:
    """Both proposed for one team: the later question goes, the first stays open."""

    def merge(self, keep: Person, drop: Person) -> None:
        open_ = Nomination.objects.filter(state=Nomination.State.PROPOSED)
        asked = open_.filter(person=keep).values("team")
        open_.filter(person=drop, team__in=asked).delete()
        Nomination.objects.filter(person=drop).update(person=keep)


class MergeMemberships:
    """Where both records are in one team, one membership stays with the best of two."""

    def merge(self, keep: Person, drop: Person) -> None:
        staying = {
            membership.team_id: membership
            for membership in TeamMember.objects.filter(
                person=keep, ends_on__isnull=True
            )
        }
        for membership in TeamMember.objects.filter(person=drop):
            rival = staying.get(membership.team_id)
            if rival and membership.ends_on is None:
                rival.skills.add(*membership.skills.all())
                membership.delete()
                self._unite(rival, membership)
            else:
                membership.person = keep
                membership.save(update_fields=["person"])

    @staticmethod
    def _unite(rival: TeamMember, other: TeamMember) -> None:
        rival.role = min(rival.role, other.role, key=RANKS.index)
        rival.is_union_member = rival.is_union_member or other.is_union_member
        rival.starts_on = min(rival.starts_on, other.starts_on)
        # In doubt a name is not public.
        rival.name_is_public = rival.name_is_public and other.name_is_public
        rival.save()


class TeamsOfUnits:
    """Going teams belong to the heir; those that have ended stay with the old unit.

    Where they belonged until then is remembered, so that no past month changes.
    """

    def succeed(
        self,
        *,
        old: Unit,
        new: Unit | None,
        kind: UnitSuccession.Kind,
        date: dt.date,
        now: dt.datetime,
    ) -> list[succession.Moved]:
        if new is None:
            return []
        going = DigitalTeam.objects.active(date).filter(unit=old)
        renamed = 0
        with transaction.atomic():
            going = list(going.select_for_update().order_by("pk"))
            for team in going:
                before, team.name = team.name, self._free_name(team, old, new)
                renamed += before != team.name
                actions.place_team(team, new, until=date - actions.DAY)
        return [
            succession.Moved(_("Digital teams"), len(going)),
            succession.Moved(
                _("Teams that get the old unit's name beside their own"), renamed
            ),
        ]

    @staticmethod
    def _free_name(team: DigitalTeam, old: Unit, new: Unit) -> str:
        """Its own name; where the heir has one of that name, the old unit's beside."""
        names = [team.name]
        stem = team.name[:100]
        names += [f"{stem} ({str(old)[:40]})"]
        names += [f"{stem} ({str(old)[:40]}, {number})" for number in range(2, 100)]
        return next(name for name in names if not why_not_name(new, name, besides=team))


class TeamTasks:
    """Teams without a Union member, and teams whose unit is no more."""

    def tasks(self, user: User, now: dt.datetime) -> Iterable[desk.Task]:
        if not permissions.may(user, "teams.read"):
            return
        url = reverse("admin:teams_digitalteam_changelist")
        yield desk.Task(
            label=_("Teams without a Union member"),
            url=f"{url}?covered=no",
            count=coverage.gaps(user, now),
        )
        yield from self._nominations(user, now)
        stranded = stranded_teams(now)
        stranded = permissions.scoped(stranded, user, "teams.manage")
        yield desk.Task(
            label=_("Teams whose unit has been closed"),
            url=f"{url}?going=stranded",
            count=stranded,
        )

    @staticmethod
    def _nominations(user: User, now: dt.datetime) -> Iterator[desk.Task]:
        """What the commune decides, and what came back to whoever proposed."""
        url = reverse("admin:teams_nomination_changelist")
        yield desk.Task(
            label=_("Nominations for teams to decide"),
            url=f"{url}?mine=decide&state__exact=proposed",
            count=nomination_rules.to_decide(user, now),
        )
        yield desk.Task(
            label=_("Nominations that came back: propose somebody else"),
            url=f"{url}?mine=proposed&state__exact=returned",
            count=nomination_rules.sent_back_to(user, now),
        )


def stranded_teams(now: dt.datetime) -> QuerySet[DigitalTeam]:
    """Active teams of a unit that does not exist any more, such as after a split."""
    today = local_day(now)
    return DigitalTeam.objects.active(today).filter(unit__valid_to__lt=today)


class DigitalTeamMembers:
    """Everybody who is in an active team."""

    label = gettext_lazy("Members of community digital teams")

    def people(self, on: dt.date) -> QuerySet[Person]:
        members = TeamMember.objects.current(on).filter(
            team__in=DigitalTeam.objects.active(on).order_by().values("pk")
        )
        return Person.objects.filter(pk__in=members.order_by().values("person"))


def register() -> None:
    access_log.kinds.register("teams.roster", gettext_lazy("List of teams"))
    letters.register_kinds()
    timeline.registry.register("teams", TeamEntries())
    privacy.registry.register("teams.teammember", TeamHolder())
    privacy.registry.register("teams.nomination", NominationHolder())
    merge.registry.register("teams.teammember", MergeMemberships())
    merge.registry.register("teams.nomination", MergeNominations())
    succession.registry.register("teams.digitalteam", TeamsOfUnits())
    desk.registry.register("teams", TeamTasks())
    audiences.registry.register("digital_team_members", DigitalTeamMembers())
