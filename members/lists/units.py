"""Which unit a cell means, among those that the maker of the list looks after."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable

from django.utils.translation import gettext as _

from members.lists.cells import CellRefused
from members.models import Unit
from vietnam.fold import fold, nfc

_KIND = re.compile(
    r"^(?:(?:doan|chi doan|xa|phuong|thi tran|thon|ban|to dan pho|tdp)\s+"
    r"|(?:x|p|tt)\.\s*)"
)
MOST_NAMED = 5


class UnitNames:
    """Units by every way to write them: "Đoàn xã Ba Bể", "X. Ba Bể", "ba be".

    A branch can be told by its commune: "thôn Nà Tu, Cẩm Giàng". An official code
    stands for the unit that has it.
    """

    def __init__(self, units: Iterable[Unit], *, on: dt.date) -> None:
        units = list(units)
        current = [unit for unit in units if unit.is_current(on)]
        self._former: dict[str, Unit] = {}
        for unit in units:
            if not unit.is_current(on):
                names = (unit.name, unit.short_name)
                self._former |= {bare(name): unit for name in names if name}
        parents = {unit.pk: unit for unit in current}
        self._spelt: dict[str, set[Unit]] = {}
        self._folded: dict[str, set[Unit]] = {}
        self._short: dict[str, set[Unit]] = {}
        self._codes: dict[str, set[Unit]] = {}
        for unit in current:
            if unit.official_code:
                self._codes.setdefault(_code(unit.official_code), set()).add(unit)
            names = {unit.name, unit.short_name} - {""}
            parent = parents.get(unit.parent_id)
            for name in names | {
                f"{own}, {above}"
                for own in names
                for above in ({parent.name, parent.short_name} if parent else ())
                if above
            }:
                self._spelt.setdefault(_spelling(name), set()).add(unit)
                self._folded.setdefault(fold(name), set()).add(unit)
                self._short.setdefault(bare(name), set()).add(unit)

    def find(self, text: str) -> Unit:
        """The one unit that is meant. Raises CellRefused when none or several are.

        Whoever types the accents means the unit spelt so: Văn Lang is not Văn Lăng.
        """
        found: set[Unit] = set()
        for names, name in (
            (self._spelt, _spelling(text)),
            (self._folded, fold(text)),
            (self._short, bare(text)),
            (self._codes, _code(text)),
        ):
            found = names.get(name, set())
            if len(found) > 1:
                found = _same_accents(found, text) or found
            if found:
                break
        if len(found) == 1:
            return next(iter(found))
        if not found and (former := self._former.get(bare(text))):
            raise CellRefused(_closed(former))
        if not found:
            raise CellRefused(_("No unit of this name among those you look after."))
        names = sorted(unit.name for unit in found)[:MOST_NAMED]
        raise CellRefused(
            _("Several units are called so: %(names)s. Write one name in full.")
            % {"names": "; ".join(names)}
        )


class UnitWords:
    """What to write for a unit so that a list finds this one again."""

    def __init__(self, names: UnitNames) -> None:
        self.names = names
        self.known: dict[int, str] = {}

    def of(self, unit: Unit) -> str:
        """The shortest of its names that means nobody else, its code if none does."""
        if unit.pk not in self.known:
            self.known[unit.pk] = self._words(unit)
        return self.known[unit.pk]

    def _words(self, unit: Unit) -> str:
        above = f", {unit.parent}" if unit.parent else ""
        names = (unit.name, f"{unit.name}{above}", unit.short_name, unit.official_code)
        for text in names:
            if text and self._finds(text, unit):
                return text
        return unit.name

    def _finds(self, text: str, unit: Unit) -> bool:
        try:
            return self.names.find(text) == unit
        except CellRefused:
            return False


def _closed(unit: Unit) -> str:
    """Since when there is no such unit any more, and what to write instead."""
    since = {"day": f"{unit.valid_to:%d/%m/%Y}"} if unit.valid_to else {"day": "–"}
    rows = unit.successions.exclude(new=None).select_related("new")
    heirs = "; ".join(row.new.name for row in rows[:MOST_NAMED])
    if not heirs:
        return _("This unit does not exist any more (last day: %(day)s).") % since
    return _(
        "This unit does not exist any more (last day: %(day)s). Write the one that "
        "followed: %(heirs)s."
    ) % (since | {"heirs": heirs})


def bare(text: str) -> str:
    """A unit's name without accents and without the words for its kind."""
    parts = []
    for part in fold(text).split(","):
        name, before = part.strip(), None
        while name != before:
            before, name = name, _KIND.sub("", name)
        parts.append(name or part.strip())
    return ", ".join(parts)


def _code(text: str) -> str:
    """An official code; spreadsheets drop the zeros before a number."""
    return fold(text).lstrip("0")


def _spelling(text: str) -> str:
    return " ".join(nfc(text).casefold().split())


def _same_accents(units: set[Unit], text: str) -> set[Unit]:
    """Those of the units in whose name the typed words stand with their accents."""
    words = set(re.findall(r"\w+", _spelling(text)))
    return {
        unit
        for unit in units
        if words <= set(re.findall(r"\w+", _spelling(f"{unit.name} {unit.short_name}")))
    }
