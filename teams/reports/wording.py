"""A report as plain text, for the team's chat and the commune's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from content.templatetags.vietnamese import group_digits
from teams import months
from teams.models import Indicator, Report
from teams.reports.rules import Value

Measure = Indicator.Measure


@dataclass(frozen=True)
class Line:
    """One line to read: what was asked, what was said, what was said before."""

    indicator: Indicator
    value: Value | None
    before: Value | None = None

    @property
    def text(self) -> str:
        return words(self.indicator, self.value)

    @property
    def text_before(self) -> str:
        return words(self.indicator, self.before)

    @property
    def is_text(self) -> bool:
        return self.indicator.measure == Measure.TEXT


def lines(
    indicators: Sequence[Indicator],
    values: Mapping[int, Value],
    before: Mapping[int, Value] | None = None,
) -> list[Line]:
    before = before or {}
    return [Line(one, values.get(one.pk), before.get(one.pk)) for one in indicators]


def words(indicator: Indicator, value: Value | None) -> str:
    """A value as people read it: "1.234 lượt", "Có"; a dash for nothing said."""
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, str):
        return value
    if indicator.measure == Measure.COUNT:
        return group_digits(value)
    return f"{group_digits(value)} {indicator.get_measure_display()}"


def bare(indicator: Indicator, value: Value | None) -> str:
    """As `words`, without the unit of measure where that stands beside it."""
    if indicator.is_number and value is not None:
        return group_digits(value)
    return words(indicator, value)


def for_chat(report: Report, found: Sequence[Line]) -> str:
    """To paste into Zalo: a head, then a line for each indicator that says anything."""
    head = _("REPORT %(month)s · %(team)s") % {
        "month": months.text(report.month),
        "team": report.team.name,
    }
    said = [f"• {line.indicator.name}: {line.text}" for line in found if _says(line)]
    return "\n".join([head, report.unit_name, *said])


def _says(line: Line) -> bool:
    return line.value is not None and line.value != ""
