"""Is a person that somebody typed one we know? A doubt is asked, never guessed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import QuerySet

from members.models import Person, Unit, code_key
from vietnam.fold import fold


class Certainty(StrEnum):
    EXACT = "exact"
    DOUBT = "doubt"
    NONE = "none"


@dataclass(frozen=True)
class Match:
    """The answer and whom it is about: one if exact, the candidates if in doubt."""

    certainty: Certainty
    people: tuple[Person, ...] = ()

    @property
    def person(self) -> Person | None:
        return self.people[0] if self.certainty == Certainty.EXACT else None


NOBODY = Match(Certainty.NONE)


def match(
    *,
    full_name: str,
    among: QuerySet[Person],
    birth_date: dt.date | None = None,
    birth_year: int | None = None,
    unit: Unit | None = None,
    member_code: str = "",
) -> Match:
    """Look for the typed person among those whom the asker may see (rule 10).

    First by member code: exact if the name agrees too, a doubt if it does not. Then
    by name (without accents and case), year of birth and unit: exact when all three
    agree and no date contradicts, a doubt when one is missing or the unit differs.
    A different year of birth is somebody else: names repeat in every village.
    """
    name = fold(full_name)
    if member_code:
        by_code = list(among.filter(member_key=code_key(member_code)))
        if by_code:
            named = [person for person in by_code if person.folded_name == name]
            return _one(named) or Match(Certainty.DOUBT, tuple(by_code))
    year = birth_date.year if birth_date else birth_year
    same_name = among.filter(folded_name=name)
    near = [p for p in same_name if _may_be_same_age(p, year)]
    if member_code:
        # The code was typed and belongs to nobody here: who has another is another.
        near = [person for person in near if not person.member_key]
    sure = [p for p in near if _surely(p, year, birth_date, unit)]
    near = [p for p in near if p in sure or _plausible(p, year, unit)]
    if len(near) == len(sure):
        return _one(sure) or (Match(Certainty.DOUBT, tuple(sure)) if sure else NOBODY)
    return Match(Certainty.DOUBT, tuple(near))


def _one(people: list[Person]) -> Match | None:
    return Match(Certainty.EXACT, tuple(people)) if len(people) == 1 else None


def _may_be_same_age(person: Person, year: int | None) -> bool:
    return not (person.birth_year and year) or person.birth_year == year


def _surely(
    person: Person, year: int | None, birth_date: dt.date | None, unit: Unit | None
) -> bool:
    dates_clash = birth_date and person.birth_date and birth_date != person.birth_date
    return bool(
        year
        and person.birth_year == year
        and unit
        and person.unit_id == unit.pk
        and not dates_clash
    )


def _plausible(person: Person, year: int | None, unit: Unit | None) -> bool:
    """Same year elsewhere, or same unit with a year unknown."""
    same_year = bool(year) and person.birth_year == year
    same_unit = unit is not None and person.unit_id == unit.pk
    return same_year or same_unit
