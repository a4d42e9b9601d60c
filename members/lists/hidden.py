"""What a spreadsheet does not show: hidden columns and rows, formulas without a value.

The reader of the values passes over all of this, so the sheet's own XML is looked at
once more, element by element.
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from typing import BinaryIO
from xml.etree import ElementTree

_CELL = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


@dataclass(frozen=True)
class Unseen:
    """Indexes of columns and numbers of rows that are hidden.

    `uncounted`: (row number, column index) of formulas that no program has worked
    out yet, as in files written by a script.
    """

    columns: frozenset[int] = frozenset()
    rows: frozenset[int] = frozenset()
    uncounted: frozenset[tuple[int, int]] = frozenset()


NOTHING = Unseen()


def look(file: BinaryIO, sheet) -> Unseen:
    """`sheet` is one of openpyxl's read-only worksheets of `file`."""
    from openpyxl.utils import column_index_from_string

    path = getattr(sheet, "_worksheet_path", "")
    if not path:
        return NOTHING
    columns: set[int] = set()
    rows: set[int] = set()
    uncounted: set[tuple[int, int]] = set()
    with zipfile.ZipFile(file) as package, package.open(path) as part:
        # The size was checked before; expat itself refuses entities that multiply.
        for _event, element in ElementTree.iterparse(part):  # noqa: S314
            tag = element.tag.rpartition("}")[2]
            if tag == "col" and _is_on(element.get("hidden")):
                first, last = int(element.get("min", 1)), int(element.get("max", 1))
                columns.update(range(first - 1, min(last, 100)))
            elif tag == "row":
                if _is_on(element.get("hidden")):
                    rows.add(int(element.get("r", 0)))
                element.clear()
            elif tag == "c" and _is_uncounted(element):
                place = _CELL.fullmatch(element.get("r", ""))
                if place:
                    column = column_index_from_string(place[1]) - 1
                    uncounted.add((int(place[2]), column))
    return Unseen(frozenset(columns), frozenset(rows), frozenset(uncounted))


def _is_on(value: str | None) -> bool:
    return value in {"1", "true"}


def _is_uncounted(cell: ElementTree.Element) -> bool:
    parts = {part.tag.rpartition("}")[2]: part.text for part in cell}
    return "f" in parts and not parts.get("v")
