"""Everything that changes monthly reports."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable, Mapping

from django.db import transaction

from content import pagecache
from teams.freshness import AREA
from teams.models import DigitalTeam, Indicator, Report, ReportValue
from teams.reports import letters, rules
from teams.reports.rules import ReportRefused, Value

logger = logging.getLogger(__name__)

State, SentBy = Report.State, Report.SentBy
Values = Mapping[int, Value | None]
"""What was typed for each indicator (its key); None or "" for a line left empty."""


class Conflict(Exception):
    """Somebody else has saved other figures meanwhile; nothing was written.

    `report` is as it stands now, `theirs` what it holds where the two differ.
    """

    def __init__(self, report: Report, theirs: dict[int, Value | None]) -> None:
        super().__init__(f"report {report.pk}, version {report.version}")
        self.report, self.theirs = report, theirs


def begin(*, team: DigitalTeam, month: dt.date, now: dt.datetime) -> Report:
    """An empty draft, which the commune fills in for the team. Raises ReportRefused.

    Begun twice is begun once.
    """
    with transaction.atomic():
        team = _locked(team)
        if report := _of(team, month):
            return report
        if refusal := rules.why_not_begin(team, month, now=now):
            raise ReportRefused(refusal)
        return _saved(team, month, None, {}, 0, now)


def keep(
    *,
    team: DigitalTeam,
    month: dt.date,
    values: Values,
    version: int,
    now: dt.datetime,
    by: SentBy = SentBy.LINK,
) -> Report:
    """Save a draft. Raises ReportRefused, Conflict.

    `version` is that of the report the values were typed over (0: there was none).
    The same values twice are one saving, whatever their version: answers get lost.
    """
    with transaction.atomic():
        team = _locked(team)
        report = _of(team, month)
        if refusal := rules.why_not_keep(team, month, report, now=now, by=by):
            raise ReportRefused(refusal)
        return _saved(team, month, report, values, version, now)


def send(
    *,
    team: DigitalTeam,
    month: dt.date,
    values: Values,
    version: int,
    sent_by: SentBy,
    now: dt.datetime,
) -> Report:
    """Save and hand it to the commune. Raises ReportRefused, Conflict.

    Sent twice is sent once; other figures correct what was sent.
    """
    with transaction.atomic():
        team = _locked(team)
        report = _of(team, month)
        refusal = rules.why_not_send(team, month, report, values, now=now, by=sent_by)
        if refusal:
            raise ReportRefused(refusal)
        before = report.version if report else None
        was_sent = report is not None and report.state == State.SENT
        report = _saved(team, month, report, values, version, now)
        if was_sent and report.version == before:
            return report
        report.state = State.SENT
        report.sent_at = now
        report.first_sent_at = report.first_sent_at or now
        report.sent_by = sent_by
        report.save(update_fields=["state", "sent_at", "first_sent_at", "sent_by"])
    logger.info("report %s sent: %s", report.pk, sent_by)
    return report


def accept(
    *, report: Report, now: dt.datetime, version: int | None = None, remark: str = ""
) -> Report:
    """The figures count from now on, and nobody changes them. Raises ReportRefused.

    `version` is what the commune has looked at: figures that were corrected in
    between are looked at again.
    """
    with transaction.atomic():
        report = _locked_report(report)
        if report.state == State.ACCEPTED:
            return report
        if refusal := rules.why_not_accept(report, version=version):
            raise ReportRefused(refusal)
        _decide(report, State.ACCEPTED, remark, now)
    return report


def return_(*, report: Report, remark: str, now: dt.datetime) -> Report:
    """Give a sent report back with a remark. Raises ReportRefused."""
    with transaction.atomic():
        report = _locked_report(report)
        if refusal := rules.why_not_return(report, remark):
            raise ReportRefused(refusal)
        _decide(report, State.RETURNED, remark, now)
    return report


def reopen(*, report: Report, remark: str, now: dt.datetime) -> Report:
    """Open an accepted report again, and say why. Raises ReportRefused.

    Its figures leave the sums until it is accepted anew; the history keeps who did it.
    """
    with transaction.atomic():
        report = _locked_report(report)
        if refusal := rules.why_not_reopen(report, remark):
            raise ReportRefused(refusal)
        _decide(report, State.RETURNED, remark, now)
    logger.info("report %s opened again", report.pk)
    return report


def values_of(report: Report | None) -> dict[int, Value]:
    """What the report says, by the key of the indicator."""
    if report is None:
        return {}
    return {row.indicator_id: row.value for row in report.values.all()}


def _decide(report: Report, state: State, remark: str, now: dt.datetime) -> None:
    counts = State.ACCEPTED in {report.state, state}
    report.state, report.decided_at, report.remark = state, now, remark
    report.save(update_fields=["state", "decided_at", "remark"])
    letters.decided(report, now=now)
    if counts:
        pagecache.touch(AREA)


def _saved(
    team: DigitalTeam,
    month: dt.date,
    report: Report | None,
    values: Values,
    version: int,
    now: dt.datetime,
) -> Report:
    asked = set(Indicator.objects.asked_in(month).values_list("pk", flat=True))
    wanted = {pk: _bare(value) for pk, value in values.items() if pk in asked}
    held = values_of(report)
    differing = {
        pk: held.get(pk)
        for pk, value in wanted.items()
        if not _same(value, held.get(pk))
    }
    if report and not differing:
        return report
    if report and version != report.version:
        raise Conflict(report, differing)
    if report is None:
        report = Report(
            team=team,
            month=month,
            unit=team.unit,
            unit_name=str(team.unit),
            due_on=rules.due_on(month),
        )
    report.version += 1
    report.saved_at = now
    report.save()
    _write(report, {pk: wanted[pk] for pk in differing}, there=held)
    return report


def _write(report: Report, values: Values, *, there: Iterable[int]) -> None:
    """Only the lines that changed, so that the history holds nothing else."""
    gone = [pk for pk, value in values.items() if value is None]
    report.values.filter(indicator__in=gone).delete()
    there = set(there)
    new = []
    for pk, value in values.items():
        if value is None:
            continue
        if pk in there:
            report.values.filter(indicator=pk).update(**columns_of(value))
        else:
            row = ReportValue(report=report, indicator_id=pk, **columns_of(value))
            new.append(row)
    ReportValue.objects.bulk_create(new)


def columns_of(value: Value) -> dict[str, Value | None]:
    """Where a value stands in the row of a report."""
    match value:
        case bool():
            return {"number": None, "yes": value, "text": ""}
        case int():
            return {"number": value, "yes": None, "text": ""}
    return {"number": None, "yes": None, "text": value}


def _bare(value: Value | None) -> Value | None:
    return None if value == "" else value


def _same(one: Value | None, other: Value | None) -> bool:
    """Equal and of one kind: 1 is not yes."""
    return type(one) is type(other) and one == other


def _locked(team: DigitalTeam) -> DigitalTeam:
    """One writer at a time for a team's reports; its members are not held up."""
    rows = DigitalTeam.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("unit").get(pk=team.pk)


def _of(team: DigitalTeam, month: dt.date) -> Report | None:
    return Report.objects.filter(team=team, month=month).first()


def _locked_report(report: Report) -> Report:
    """The team first, then the report: one order for all."""
    _locked(report.team)
    rows = Report.objects.select_related("team__unit")
    return rows.get(pk=report.pk)
