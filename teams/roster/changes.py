"""What a row of the list says otherwise, or besides, of what the portal knows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.utils.translation import gettext as _

from members.codes import code_key
from members.models import Person
from teams.models import DigitalTeam, TeamMember, TeamSkill
from teams.roster.plan import Change
from teams.roster.rows import TypedRow
from vietnam.phones import display_phone


def changes_of(
    row: DigitalTeam | TeamMember, given: Mapping[str, object]
) -> list[Change]:
    """What of `given` the row does not say already."""
    changes = []
    for name, value in given.items():
        old = getattr(row, name)
        if value == old:
            continue
        label = str(row._meta.get_field(name).verbose_name)
        old, new = _shown(row, name, old), _shown(row, name, value)
        changes.append(Change(name, label, old, new, value))
    return changes


def _shown(row: DigitalTeam | TeamMember, name: str, value: object) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dt.date):
        return f"{value:%d/%m/%Y}"
    choices = dict(row._meta.get_field(name).flatchoices)
    return str(choices.get(value, value))


def skill_changes(
    membership: TeamMember, skills: list[TeamSkill] | None
) -> list[Change]:
    """The skills as the list has them, where it says any and others than are known."""
    known = sorted(skill.pk for skill in membership.skills.all())
    if skills is None or sorted(skill.pk for skill in skills) == known:
        return []
    label = str(TeamMember._meta.get_field("skills").verbose_name)
    old = ", ".join(str(skill) for skill in membership.skills.all()) or "–"
    new = ", ".join(str(skill) for skill in skills)
    return [Change("skills", label, old, new, [skill.pk for skill in skills])]


def filled_in(person: Person, one: TypedRow) -> list[Change]:
    """What the row knows of the person and the portal does not; nothing is replaced."""
    given = {
        "birth_date": one.birth_date,
        "birth_year": one.birth_year,
        "phone": one.phone,
        "email": one.email,
        "member_code": one.code,
    }
    if (
        person.birth_year
        and one.birth_date
        and person.birth_year != one.birth_date.year
    ):
        given["birth_date"] = None
    changes = []
    for name, value in given.items():
        if not value or getattr(person, name):
            continue
        label = str(Person._meta.get_field(name).verbose_name)
        shown = display_phone(value) if name == "phone" else value
        if isinstance(value, dt.date):
            shown = f"{value:%d/%m/%Y}"
        changes.append(Change(name, label, "–", str(shown), value))
    return changes


def contradicts(person: Person, one: TypedRow) -> bool:
    """Whether the row speaks of somebody else of the same name."""
    year = one.as_typed().year
    if year and person.birth_year and year != person.birth_year:
        return True
    if one.birth_date and person.birth_date and one.birth_date != person.birth_date:
        return True
    codes = code_key(one.code), person.member_key
    return all(codes) and codes[0] != codes[1]
