"""Is a person that somebody typed one we know? A doubt is asked, never guessed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from members.codes import code_key
from members.models import Person, Unit
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


@dataclass(frozen=True)
class Typed:
    """What somebody typed about a person."""

    full_name: str
    birth_date: dt.date | None = None
    birth_year: int | None = None
    unit: Unit | None = None
    member_code: str = ""

    @classmethod
    def of(cls, person: Person) -> Typed:
        """What an unsaved person says."""
        return cls(
            person.full_name,
            person.birth_date,
            person.birth_year,
            person.unit,
            person.member_code,
        )

    @property
    def year(self) -> int | None:
        return self.birth_date.year if self.birth_date else self.birth_year


class Known:
    """People to look for typed ones among, read once for a whole list."""

    def __init__(self, people: Iterable[Person] = ()) -> None:
        self._by_name: dict[str, list[Person]] = {}
        self._by_code: dict[str, list[Person]] = {}
        for person in people:
            self._keep(person)

    @classmethod
    def read(cls, among: QuerySet[Person], typed: Iterable[Typed]) -> Known:
        """Those of `among` who may be one of the typed people, in one query."""
        typed = list(typed)
        names = {fold(one.full_name) for one in typed}
        codes = {code_key(one.member_code) for one in typed} - {""}
        return cls(among.filter(Q(folded_name__in=names) | Q(member_key__in=codes)))

    def keep(self, person: Person) -> None:
        """Know one more, whose folded name and member key are right."""
        self._keep(person)

    def add(self, person: Person) -> None:
        """Know one more, who may not be saved yet."""
        person.folded_name = fold(person.full_name)
        person.member_key = code_key(person.member_code)
        self._keep(person)

    def _keep(self, person: Person) -> None:
        self._by_name.setdefault(person.folded_name, []).append(person)
        if person.member_key:
            self._by_code.setdefault(person.member_key, []).append(person)

    def match(self, typed: Typed) -> Match:
        """Who the typed person is.

        First by member code: exact if the name agrees too, a doubt if it does not.
        Then by name (without accents and case), year of birth and unit: exact when
        all three agree and no date contradicts, a doubt when one is missing or the
        unit differs. A different year of birth is somebody else: names repeat in
        every village.
        """
        name, code = fold(typed.full_name), code_key(typed.member_code)
        by_code = self._by_code.get(code, []) if code else []
        if by_code:
            named = [person for person in by_code if person.folded_name == name]
            return _one(named) or Match(Certainty.DOUBT, tuple(by_code))
        same_name = self._by_name.get(name, [])
        near = [p for p in same_name if _may_be_same_age(p, typed.year)]
        if typed.member_code:
            # It belongs to nobody here: who has another code is another.
            near = [person for person in near if not person.member_key]
        sure = [p for p in near if _surely(p, typed.year, typed.birth_date, typed.unit)]
        near = [p for p in near if p in sure or _plausible(p, typed.year, typed.unit)]
        if len(near) == len(sure):
            return _one(sure) or (
                Match(Certainty.DOUBT, tuple(sure)) if sure else NOBODY
            )
        return Match(Certainty.DOUBT, tuple(near))


def match(
    *,
    full_name: str,
    among: QuerySet[Person],
    birth_date: dt.date | None = None,
    birth_year: int | None = None,
    unit: Unit | None = None,
    member_code: str = "",
) -> Match:
    """Look for one typed person among those whom the asker may see (rule 10)."""
    typed = Typed(full_name, birth_date, birth_year, unit, member_code)
    return Known.read(among, [typed]).match(typed)


def describe(person: Person) -> str:
    """Enough to tell two people apart, and no more."""
    parts = [person.full_name]
    if person.birth_date:
        parts.append(f"{person.birth_date:%d/%m/%Y}")
    elif person.birth_year:
        parts.append(str(person.birth_year))
    if person.unit:
        parts.append(str(person.unit))
    if person.phone:
        parts.append(_("phone ending in %(digits)s") % {"digits": person.phone[-3:]})
    return ", ".join(parts)


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
