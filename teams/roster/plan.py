"""Everything that a list would change, and everything that is wrong with it.

A plan is made for the preview and, under the lock, once more before it is carried
out; the fingerprints tell whether both agree. `planning` makes it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass, field

from members.models import Person
from teams.models import DigitalTeam, TeamMember, TeamSkill
from vietnam.fold import fold

Role = TeamMember.Role
MOST_DOUBTS = 500


@dataclass(frozen=True)
class CellError:
    """What is wrong in one cell."""

    row: int
    column: str
    heading: str
    sentence: str


@dataclass(frozen=True)
class Change:
    """One column of a row that exists, as it is and as it would be."""

    name: str
    label: str
    old: str
    new: str
    value: object


@dataclass(frozen=True)
class Doubt:
    """A row that may mean somebody we know; `choices` are values and what they mean."""

    row: int
    name: str
    choices: list[tuple[str, str]]
    chosen: str = ""


@dataclass(frozen=True)
class SecondTeam:
    """Somebody with the same role in another team: in both, or do they move?"""

    row: int
    name: str
    sentence: str
    choices: list[tuple[str, str]]
    chosen: str = ""


@dataclass
class MemberPlan:
    """What becomes of one row with a person."""

    row: int
    person: Person
    role: Role
    is_union_member: bool
    starts_on: dt.date
    is_new_person: bool
    membership: TeamMember | None = None
    filled: list[Change] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    skills: list[TeamSkill] | None = None
    """What the list says they can; None where it says nothing."""
    leaves: list[TeamMember] = field(default_factory=list)
    """The time in other teams that ends when they move here."""

    @property
    def changed(self) -> bool:
        said = self.filled or self.changes or self.leaves
        return self.membership is None or bool(said)


@dataclass
class TeamPlan:
    """What becomes of one team."""

    row: int
    team: DigitalTeam
    is_new: bool
    changes: list[Change] = field(default_factory=list)
    members: list[MemberPlan] = field(default_factory=list)

    @property
    def changed(self) -> bool:
        return (
            self.is_new
            or bool(self.changes)
            or any(member.changed for member in self.members)
        )

    @property
    def changed_members(self) -> list[MemberPlan]:
        return [member for member in self.members if member.changed]

    @property
    def unchanged(self) -> int:
        return len(self.members) - len(self.changed_members)


@dataclass
class Plan:
    """What the list would do."""

    teams: list[TeamPlan] = field(default_factory=list)
    errors: list[CellError] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    second_teams: list[SecondTeam] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    miscased: list[tuple[int, str, str]] = field(default_factory=list)
    """Row, name as written and name as offered."""
    converted: list[tuple[int, str, str]] = field(default_factory=list)
    """Row, old phone number of eleven digits and the one it became."""

    @property
    def members(self) -> list[MemberPlan]:
        return [member for team in self.teams for member in team.members]

    @property
    def open_doubts(self) -> list[Doubt | SecondTeam]:
        asked = [*self.doubts, *self.second_teams]
        return [doubt for doubt in asked if not doubt.chosen]

    @property
    def changed_teams(self) -> list[TeamPlan]:
        return [team for team in self.teams if team.changed]

    @property
    def has_too_many_doubts(self) -> bool:
        """More than anybody would answer one by one."""
        return len(self.doubts) + len(self.second_teams) > MOST_DOUBTS

    @property
    def is_ready(self) -> bool:
        return not self.errors and not self.open_doubts

    @property
    def is_empty(self) -> bool:
        """The list says nothing that the portal does not know."""
        return self.is_ready and not self.changed_teams

    def counts(self) -> dict[str, int]:
        members = self.members
        return {
            "teams": len(self.teams),
            "new_teams": sum(team.is_new for team in self.teams),
            "changed_teams": sum(bool(t.changes) and not t.is_new for t in self.teams),
            "members": len(members),
            "new_members": sum(member.membership is None for member in members),
            "changed_members": sum(
                member.changed and member.membership is not None for member in members
            ),
            "new_people": len({id(m.person) for m in members if m.is_new_person}),
        }

    def fingerprint(self) -> str:
        """Two plans that would do the same have the same one."""
        lines = []
        for team in self.teams:
            lines.append(f"T {team.row} {team.team.pk} {team.changes}")
            lines += [
                # Capitals or not is a choice of whoever carries it out.
                f"M {m.row} {m.person.pk} {fold(m.person.full_name)} {m.role} "
                f"{m.is_union_member} {m.membership and m.membership.pk} "
                f"{m.filled} {m.changes} {[left.pk for left in m.leaves]} "
                f"{[skill.pk for skill in m.skills or ()]}"
                for m in team.members
            ]
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:32]
