"""What a preview tells of a list: counts of everything, samples of what matters."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from members.listing.planning import Kind, Verdict, shown
from members.listing.rows import phone_pair
from members.models import Person
from vietnam.names import title_case

MOST_ERRORS, MOST_ASKED, MOST_SHOWN = 500, 200, 50


@dataclass
class Summary:
    """Grows row by row and stays small; `as_json` is what a run keeps."""

    rows: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    cells: int = 0
    """Cells with something wrong; a row may have several."""
    repeated: int = 0
    errors: list[dict[str, Any]] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)
    repeats: list[dict[str, Any]] = field(default_factory=list)
    differing: int = 0
    differs: list[dict[str, Any]] = field(default_factory=list)
    miscased: int = 0
    misspelt: list[str] = field(default_factory=list)
    converted: int = 0
    phones: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    hidden_columns: list[str] = field(default_factory=list)
    hidden_rows: int = 0

    def add(self, verdict: Verdict) -> None:
        one = verdict.one
        self.rows += 1
        self.counts[verdict.kind] = self.counts.get(verdict.kind, 0) + 1
        self.cells += len(one.errors)
        if len(self.errors) < MOST_ERRORS:
            self.errors += [asdict_of(error) for error in one.errors]
        if verdict.kind == Kind.ASKED and len(self.asked) < MOST_ASKED:
            self.asked.append(
                {"row": one.number, "name": one.name, "choices": verdict.choices}
            )
        if verdict.repeats:
            self.repeated += 1
            self._show(
                self.repeats,
                {"row": one.number, "name": one.name, "first": verdict.repeats},
            )
        if verdict.differs:
            self.differing += 1
            said = [
                f"{label_of(name)}: {shown(value)}"
                for name, value in verdict.differs.items()
            ]
            self._show(
                self.differs, {"row": one.number, "name": one.name, "said": said}
            )
        if one.miscased:
            self.miscased += 1
            self._show(self.misspelt, f"{one.miscased} → {title_case(one.miscased)}")
        if one.converted:
            self.converted += 1
            self._show(self.phones, phone_pair(one))

    @staticmethod
    def _show(sample: list, item: object) -> None:
        if len(sample) < MOST_SHOWN:
            sample.append(item)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    def outcome(self) -> dict[str, int]:
        """Numbers alone, which may be kept: they tell of nobody."""
        return {
            "rows": self.rows,
            "repeated": self.repeated,
            "differing": self.differing,
            **{kind.value: self.counts.get(kind, 0) for kind in Kind},
        }


def asdict_of(error) -> dict[str, Any]:
    return {name: getattr(error, name) for name in error.__slots__}


def label_of(name: str) -> str:
    return str(Person._meta.get_field(name).verbose_name)
