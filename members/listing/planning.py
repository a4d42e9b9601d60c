"""What each row would do, one after the other; nothing is written here.

Everybody the maker of the list looks after is known in short form, and so is
everybody whom the list itself has named so far: the same person three ways in one
file is one person, or a question.
"""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from django.utils.translation import gettext as _

from members import permissions
from members.codes import code_key
from members.listing.rows import RowReader, TypedRow
from members.matching import Certainty, Known, describe
from members.models import Person, Unit, User
from vietnam.fold import fold
from vietnam.phones import display_phone

NEW = "new"
ALL_OTHERS = 0
"""No row: the answer for every row that resembles people of other units only."""
REPLACED = ("phone", "email", "unit")
"""What it may replace, if the maker of the list says so."""


class Kind(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    KNOWN = "known"
    ASKED = "asked"
    WRONG = "wrong"


@dataclass(slots=True, eq=False)
class Entry:
    """Somebody in short form; `pk` is None until they are written."""

    full_name: str
    folded_name: str
    member_key: str
    birth_date: dt.date | None
    birth_year: int | None
    unit: Unit | None
    phone: str
    email: str
    member_code: str
    pk: int | None = None
    row: int = 0
    """The row of the list that named them first."""
    pending: Person | None = None
    """What waits to be written."""

    @property
    def unit_id(self) -> int | None:
        return self.unit and self.unit.pk


@dataclass(slots=True)
class Verdict:
    """What becomes of one row."""

    kind: Kind
    one: TypedRow
    entry: Entry | None = None
    repeats: int = 0
    """The earlier row that names the same person."""
    fills: dict[str, object] = field(default_factory=dict)
    differs: dict[str, object] = field(default_factory=dict)
    """What the list says otherwise; written only with `replace`."""
    choices: list[tuple[str, str]] = field(default_factory=list)

    def written(self, *, replace: bool) -> dict[str, object]:
        """What changes of the person; who is meant and how old is never replaced."""
        if not replace:
            return self.fills
        said = {name: self.differs[name] for name in REPLACED if name in self.differs}
        return self.fills | said


class Planner:
    """Decides row by row; `answers` by row: "new", "p<person id>" or "r<row>"."""

    def __init__(
        self,
        reader: RowReader,
        *,
        user: User,
        answers: Mapping[int, str] | None = None,
        replace: bool = False,
    ) -> None:
        self.reader, self.answers, self.replace = reader, answers or {}, replace
        self.known = Known()
        for entry in _everybody(user, reader.unit_of):
            self.known.keep(entry)

    def __iter__(self) -> Iterator[Verdict]:
        return map(self.decide, self.reader)

    def decide(self, one: TypedRow) -> Verdict:
        if one.errors:
            return Verdict(Kind.WRONG, one)
        found = self.known.match(one.as_typed())
        if found.certainty == Certainty.EXACT:
            entry = found.people[0]
            if entry.row and _contradicts(one, entry):
                # Twice in one list and not alike: two people, or a slip?
                return self._asked(one, found.people)
            return self._about(one, entry)
        if found.certainty == Certainty.NONE:
            return self._new(one)
        people = tuple(each for each in found.people if _may_be(one, each))
        if not people:
            return self._new(one)
        sure = [each for each in people if _is(one, each)]
        if len(sure) == 1:
            # A namesake of the same year elsewhere puts nothing in doubt.
            return self._about(one, sure[0])
        same = next((each for each in people if _says_no_more(one, each)), None)
        if same is not None:
            return self._about(one, same)
        return self._asked(one, people)

    def _asked(self, one: TypedRow, people: tuple[Entry, ...]) -> Verdict:
        values = {_value(each): each for each in people}
        answer = self.answers.get(one.number, "")
        if answer == NEW:
            return self._new(one)
        if answer in values:
            return self._about(one, values[answer])
        elsewhere = all(each.unit_id != one.unit.pk for each in people)
        if elsewhere and self.answers.get(ALL_OTHERS) == NEW:
            return self._new(one)
        choices = [(value, _words(each)) for value, each in values.items()]
        choices.append((NEW, _("Somebody else, who is new here")))
        return Verdict(Kind.ASKED, one, choices=choices)

    def _new(self, one: TypedRow) -> Verdict:
        entry = Entry(
            full_name=one.name,
            folded_name=sys.intern(fold(one.name)),
            member_key=one.key,
            birth_date=one.birth_date,
            birth_year=one.year,
            unit=one.unit,
            phone=one.phone,
            email=one.email,
            member_code=one.code,
            row=one.number,
        )
        self.known.keep(entry)
        return Verdict(Kind.NEW, one, entry)

    def _about(self, one: TypedRow, entry: Entry) -> Verdict:
        """A row about somebody who is known, from the portal or from an earlier row."""
        verdict = Verdict(Kind.KNOWN, one, entry, repeats=entry.row)
        entry.row = entry.row or one.number
        given = {
            "birth_date": one.birth_date,
            "birth_year": one.year,
            "phone": one.phone,
            "email": one.email,
            "member_code": one.code,
            "unit": one.unit,
        }
        if entry.birth_year and one.year != entry.birth_year:
            # A date of another year is no filling in.
            given["birth_date"] = None
        for name, value in given.items():
            old = getattr(entry, name)
            if not value or _same(name, value, old):
                continue
            if old:
                verdict.differs[name] = value
            else:
                verdict.fills[name] = value
        written = verdict.written(replace=self.replace)
        for name, value in written.items():
            setattr(entry, name, value)
        if "member_code" in written:
            # Not in the index of codes: the list says it once, of the person it means.
            entry.member_key = one.key
        if written:
            verdict.kind = Kind.CHANGED
        return verdict


def _everybody(user: User, unit_of: Mapping[int, Unit]) -> Iterator[Entry]:
    """All whom this account may change, in one pass that holds no model objects."""
    rows = permissions.scoped(Person.objects.all(), user, "people.manage").order_by()
    columns = (
        *("full_name", "folded_name", "member_key", "birth_date", "birth_year"),
        *("unit_id", "phone", "email", "member_code", "pk"),
    )
    for name, folded, key, day, year, unit, phone, email, code, pk in rows.values_list(
        *columns
    ).iterator(chunk_size=2000):
        yield Entry(
            full_name=name,
            folded_name=sys.intern(folded),
            member_key=key,
            birth_date=day,
            birth_year=year,
            unit=unit_of.get(unit),
            phone=phone,
            email=email,
            member_code=code,
            pk=pk,
        )


def _may_be(one: TypedRow, entry: Entry) -> bool:
    """Whether neither the full date of birth nor the member code tells them apart."""
    if one.birth_date and entry.birth_date and one.birth_date != entry.birth_date:
        return bool(one.key) and one.key == entry.member_key
    return not (one.key and entry.member_key and one.key != entry.member_key)


def _is(one: TypedRow, entry: Entry) -> bool:
    """Name, year of birth and unit agree, and nothing else contradicts."""
    return (
        entry.folded_name == fold(one.name)
        and one.year is not None
        and entry.birth_year == one.year
        and entry.unit_id == one.unit.pk
        and not _contradicts(one, entry)
    )


def _says_no_more(one: TypedRow, entry: Entry) -> bool:
    """Whether the row says just what is known of this person, without a birth year.

    Nothing would be written either way, and asking each time would be a nuisance.
    """
    return (
        entry.folded_name == fold(one.name)
        and entry.unit_id == (one.unit and one.unit.pk)
        and entry.birth_year == one.year
        and entry.birth_date == one.birth_date
        and (not one.phone or one.phone == entry.phone)
        and (not one.email or one.email == entry.email.lower())
        and (not one.code or code_key(one.code) == entry.member_key)
    )


def _contradicts(one: TypedRow, entry: Entry) -> bool:
    pairs = [
        (one.phone, entry.phone),
        (one.email, entry.email.lower()),
        (one.key, entry.member_key),
        (one.year, entry.birth_year),
    ]
    return any(said and known and said != known for said, known in pairs)


def _same(name: str, value: object, old: object) -> bool:
    if name == "email":
        return str(value).lower() == str(old).lower()
    if name == "member_code":
        return code_key(str(value)) == code_key(str(old))
    return value == old


def _value(entry: Entry) -> str:
    return f"p{entry.pk}" if entry.pk is not None and not entry.row else f"r{entry.row}"


def _words(entry: Entry) -> str:
    text = describe(entry)
    if entry.row:
        text += ", " + _("row %(row)d of this list") % {"row": entry.row}
    return text


def shown(value: object) -> str:
    """A value as the preview writes it."""
    if isinstance(value, dt.date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, str) and value.startswith("+"):
        return display_phone(value)
    return str(value)
