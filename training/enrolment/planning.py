"""What each row of a unit's list means; nothing is written here."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members import permissions
from members.lists import cells
from members.lists.cells import CellRefused
from members.lists.columns import ListColumn
from members.lists.sheet import Row, Sheet
from members.lists.units import UnitNames
from members.matching import Certainty, Known, Typed, describe
from members.models import Person, Unit, User
from training import pools, rules
from training.answers import Told
from training.enrolment.columns import Column, Columns
from training.enrolment.text import cell_text
from training.models import Registration, TrainingSession, UnitQuota
from training.rules import Refusal
from vietnam.dates import local_day
from vietnam.fold import fold
from vietnam.names import looks_miscased, title_case
from vietnam.phones import display_phone

NEW = "new"
# A row says it in other words than the person's own page would.
SENTENCES = {
    Refusal.GUARDIAN: gettext_lazy(
        "Under sixteen: a parent or guardian has to agree first."
    ),
    Refusal.BIRTH_UNKNOWN: gettext_lazy("The year of birth is needed."),
}


class Outcome(StrEnum):
    """What would become of a row."""

    READY = "ready"
    ALREADY = "already"
    DOUBT = "doubt"
    WRONG = "wrong"


@dataclass
class PlannedRow:
    """One person of the list."""

    number: int
    """Counted from 1 below the headings."""
    texts: dict[ListColumn, str]
    """The cells as they stand, or as they would be written."""
    errors: dict[ListColumn, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    """What was put right, as sentences."""
    typed: Person | None = None
    """What the row says of the person, not saved."""
    person: Person | None = None
    """Whom the row means: somebody we know, or `typed` itself."""
    choices: list[tuple[str, str]] = field(default_factory=list)
    """Whom the row may mean, when that is in doubt: value and description."""
    chosen: str = ""
    unit_name: str = ""
    standing: Registration | None = None
    """The sign-up that the person has already."""
    has_place: bool = False
    """Whether a place would be free for them, were the list handed in now."""
    told: Told = field(default_factory=Told)
    """What the row says to the session's questions, and the room."""
    lacks: bool = False
    """Whether the session insists on something that the row does not say."""

    @property
    def outcome(self) -> Outcome:
        if self.errors:
            return Outcome.WRONG
        if self.standing:
            return Outcome.ALREADY
        return Outcome.READY if self.person else Outcome.DOUBT

    @property
    def is_reached(self) -> bool:
        """Whether a letter can ask for what the row lacks."""
        return bool(self.typed.email or (self.person and self.person.email))

    @property
    def is_new(self) -> bool:
        return bool(self.person) and self.person.pk is None


@dataclass
class Plan:
    """What a list would do."""

    session: TrainingSession
    unit: Unit
    rows: list[PlannedRow]
    columns: Columns
    miscased: int = 0
    """How many names came in one case."""
    quotas: list[UnitQuota] = field(default_factory=list)
    """Places that are kept for the unit or one above it."""
    open_left: int = 0
    """Free places for everyone; a line that waits for them aside."""

    @property
    def placed(self) -> int:
        return sum(row.has_place for row in self.ready)

    def _of(self, outcome: Outcome) -> list[PlannedRow]:
        return [row for row in self.rows if row.outcome == outcome]

    @property
    def ready(self) -> list[PlannedRow]:
        return self._of(Outcome.READY)

    @property
    def are_some_lacking(self) -> bool:
        return any(row.lacks for row in self.ready)

    @property
    def to_be_asked(self) -> list[PlannedRow]:
        """Who gets the session's questions by a link in the letter."""
        return [row for row in self.ready if row.lacks and row.is_reached]

    @property
    def not_asked(self) -> list[PlannedRow]:
        """Whom nobody can ask: no answer in the list, and no address."""
        return [row for row in self.ready if row.lacks and not row.is_reached]

    @property
    def already(self) -> list[PlannedRow]:
        return self._of(Outcome.ALREADY)

    @property
    def doubts(self) -> list[PlannedRow]:
        return self._of(Outcome.DOUBT)

    @property
    def wrong(self) -> list[PlannedRow]:
        return self._of(Outcome.WRONG)

    @property
    def is_whole(self) -> bool:
        """Nothing is wrong and nothing open."""
        return not self.wrong and not self.doubts

    def fingerprint(self) -> str:
        """Two plans that would do the same have the same one."""
        lines = [
            f"{row.number} {row.outcome} {row.person and row.person.pk} "
            f"{sorted((c.name, t) for c, t in row.texts.items())}"
            for row in self.rows
        ]
        text = "\n".join([str(self.session.pk), str(self.unit.pk), *lines])
        return hashlib.sha256(text.encode()).hexdigest()[:32]


def make_plan(
    sheet: Sheet,
    *,
    session: TrainingSession,
    unit: Unit,
    user: User,
    now: dt.datetime,
    choices: Mapping[int, str] | None = None,
    tidy_names: bool = True,
) -> Plan:
    """What the list would do if `user` handed it in for `unit` at `now`.

    `choices` answer doubts by row number: "new" or "p<person id>". Reads the database
    in a handful of queries, however long the list.
    """
    planner = _Planner(session, unit, user, now, choices or {}, tidy_names)
    return planner.run(sheet.rows)


class _Planner:
    def __init__(self, session, unit, user, now, choices, tidy_names) -> None:
        self.session, self.unit, self.user, self.now = session, unit, user, now
        self.choices, self.tidy_names = choices, tidy_names
        self.today = local_day(now)
        self.columns = Columns(session)
        self.plan = Plan(session=session, unit=unit, rows=[], columns=self.columns)

    def run(self, rows: Sequence[Row]) -> Plan:
        units = permissions.units_for(self.user, "training.enrol")
        self.units = UnitNames(units, on=self.today)
        self.plan.rows = [self._understand(n, row) for n, row in enumerate(rows, 1)]
        self._find_people()
        self._refuse_doubles()
        self._find_standing()
        self._ask_the_rules()
        self._look_for_places()
        return self.plan

    # --- One row after the other ------------------------------------------------

    def _understand(self, number: int, row: Row) -> PlannedRow:
        planned = PlannedRow(
            number, {column: cell_text(row.get(column)) for column in self.columns}
        )
        person = Person(unit=self.unit)
        name = self._cell(planned, row, Column.NAME, cells.name_of)
        if name == "":
            text = _("The name is missing. If the cell is merged, undo that.")
            planned.errors[Column.NAME] = text
        person.full_name = self._tidy(planned, name or "")
        born = self._cell(planned, row, Column.BORN, cells.born_of, today=self.today)
        person.birth_date, person.birth_year = born or (None, None)
        self._phone(planned, row, person)
        person.email = self._cell(planned, row, Column.EMAIL, cells.email_of) or ""
        code = self._cell(planned, row, Column.CODE, cells.text_of, 30) or ""
        person.member_code = code
        self._cell(planned, row, Column.POSITION, cells.text_of, 80)
        self._cell(planned, row, Column.NOTE, cells.text_of, 200)
        self._unit(planned, row, person)
        self._asked(planned, row)
        planned.typed = person
        return planned

    def _asked(self, planned: PlannedRow, row: Row) -> None:
        columns, answers, room = self.columns, [], None
        planned.lacks = columns.needs_file
        for column in columns.asked:
            said = self._cell(planned, row, column, column.read)
            if said:
                answers.append((column.question, said))
            elif column.question.required:
                planned.lacks = True
        if columns.room:
            room = self._cell(planned, row, columns.room, columns.room.read)
            planned.lacks = planned.lacks or room is None
        planned.told = Told(point=room, answers=answers)

    def _tidy(self, planned: PlannedRow, name: str) -> str:
        if not name or not looks_miscased(name):
            return name
        self.plan.miscased += 1
        if not self.tidy_names:
            return name
        tidy = title_case(name)
        planned.notes.append(_("Name: %(old)s → %(new)s") % {"old": name, "new": tidy})
        planned.texts[Column.NAME] = tidy
        return tidy

    def _phone(self, planned: PlannedRow, row: Row, person: Person) -> None:
        phone = self._cell(planned, row, Column.PHONE, cells.phone_of)
        if not phone:
            return
        person.phone = phone.e164
        written, shown = planned.texts[Column.PHONE], display_phone(phone.e164)
        digits = "".join(filter(str.isdigit, written))
        if digits != "".join(filter(str.isdigit, shown)):
            text = _("Phone: %(old)s → %(new)s") % {"old": written, "new": shown}
            planned.notes.append(text)
        planned.texts[Column.PHONE] = shown

    def _unit(self, planned: PlannedRow, row: Row, person: Person) -> None:
        """A branch that the portal does not know is printed, not refused."""
        text = self._cell(planned, row, Column.UNIT, cells.text_of, 150)
        planned.unit_name = text or self.unit.name
        if not text:
            return
        try:
            person.unit = self.units.find(text)
        except CellRefused:
            values = {"name": text, "unit": self.unit}
            planned.notes.append(
                _("“%(name)s” is not in the portal; counted with %(unit)s.") % values
            )

    def _cell(
        self, planned: PlannedRow, row: Row, column: ListColumn, reader, *args, **kw
    ):
        """What the cell says, or None with an error noted."""
        try:
            return reader(row.get(column), *args, **kw)
        except CellRefused as refused:
            planned.errors[column] = str(refused.sentence)
            return None

    # --- The whole list ---------------------------------------------------------

    def _find_people(self) -> None:
        among = permissions.scoped(
            Person.objects.select_related("unit"), self.user, "people.read"
        )
        rows = [row for row in self.plan.rows if not row.errors]
        known = Known.read(among, [Typed.of(row.typed) for row in rows])
        for row in rows:
            found = known.match(Typed.of(row.typed))
            if found.certainty == Certainty.EXACT:
                row.person = found.person
            elif found.certainty == Certainty.NONE:
                row.person = row.typed
            else:
                self._ask(row, found.people)

    def _ask(self, row: PlannedRow, people: Sequence[Person]) -> None:
        values = {f"p{person.pk}": person for person in people}
        row.choices = [(value, describe(one)) for value, one in values.items()]
        row.choices.append((NEW, _("Somebody else, who is new here")))
        chosen = self.choices.get(row.number, "")
        if chosen == NEW:
            row.person = row.typed
        elif chosen in values:
            row.person = values[chosen]
        else:
            return
        row.chosen = chosen

    def _refuse_doubles(self) -> None:
        """Two rows of one person: the second is wrong."""
        first: dict[object, int] = {}
        for row in self.plan.rows:
            if row.errors or not row.person:
                continue
            for key in _keys(row.person):
                if key in first:
                    text = _("This person stands in row %(row)d already.")
                    row.errors[Column.NAME] = text % {"row": first[key]}
                    break
            for key in _keys(row.person):
                first.setdefault(key, row.number)

    def _find_standing(self) -> None:
        people = [row.person for row in self.plan.rows if row.person]
        live = Registration.objects.live().filter(session=self.session)
        ids = [person.pk for person in people if person.pk]
        keys = [key for key in map(rules.identity_of, people) if key]
        by_person = {one.person_id: one for one in live.filter(person__in=ids)}
        by_key = {one.identity: one for one in live.filter(identity__in=keys)}
        for row in self.plan.rows:
            if row.person:
                row.standing = by_person.get(row.person.pk) or by_key.get(
                    rules.identity_of(row.person)
                )

    def _ask_the_rules(self) -> None:
        rows = [row for row in self.plan.rows if row.outcome == Outcome.READY]
        people = [row.person for row in rows]
        reasons = rules.why_not_people(self.session, people, now=self.now)
        for row, refusal in zip(rows, reasons, strict=True):
            if refusal:
                sentence = SENTENCES.get(refusal) or refusal.sentence(self.session)
                row.errors[_COLUMNS.get(refusal, Column.NAME)] = str(sentence)

    def _look_for_places(self) -> None:
        """Only a look: others may be quicker, and then the rows behind wait."""
        session, now = self.session, self.now
        ready = self.plan.ready
        units = [row.person.unit_id for row in ready]
        places = pools.places_for(session, units, now=now)
        for row, place in zip(ready, places, strict=True):
            row.has_place = place is not None and not session.needs_approval
        if session.has_quotas:
            mine = session.quotas.filter(unit__in=pools.path_of(self.unit.pk))
            kept = [q for q in mine.select_related("unit") if not q.is_released(now)]
            self.plan.quotas = kept
        self.plan.open_left = pools.open_left(session, now=now)


_COLUMNS = {
    Refusal.AUDIENCE_UNIT: Column.UNIT,
    Refusal.TOO_YOUNG: Column.BORN,
    Refusal.TOO_OLD: Column.BORN,
    Refusal.GUARDIAN: Column.BORN,
    Refusal.BIRTH_UNKNOWN: Column.BORN,
}


def _keys(person: Person) -> list[object]:
    """By what two rows are one person: the record, the address, else all they say."""
    keys: list[object] = [person.pk] if person.pk else []
    if identity := rules.identity_of(person):
        keys.append(identity)
    elif not person.pk:
        name = fold(person.full_name)
        keys.append((name, person.birth_year, person.unit_id, person.phone))
    return keys
