"""The minutes of a ranking and the score sheet of a judge, on paper."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from django.utils.translation import get_language, gettext, ngettext, pgettext

from content.papers import Press
from contests.models import JudgeAssignment, RankingRun, Round
from contests.ranking import calibration, runs
from contests.ranking.reckoning import Bench
from contests.ranking.tables import Standing, tables_of
from contests.voting import weighing
from members.models import User
from vietnam.dates import deadline_text, local, local_day, official_date
from vietnam.fold import nfc

HERE = Path(__file__).parent
MINUTES = Press(HERE / "minutes.typ")
SHEET = Press(HERE / "sheet.typ")


def minutes(run: RankingRun, *, now: dt.datetime) -> bytes:
    """The biên bản of a run as it was fixed; printed again it says the same."""
    round_ = run.round
    contest = round_.contest
    outcome = runs.outcome(run)
    tables = tables_of(outcome, round_)
    on = set(round_.shortlisted.filter(run=run).values_list("entry", flat=True))
    judges = _judges(run)
    words = {
        "heading": gettext("Minutes of judging"),
        "title": nfc(contest.title),
        "round": nfc(round_.name),
        "issuer": nfc(contest.unit.name),
        "place_and_day": official_date(local_day(run.made_at), _language()),
        "facts": _facts(run, judges),
        "columns": [
            gettext("Place"),
            gettext("Receipt code"),
            gettext("Title of the work"),
            gettext("Mean"),
            gettext("Calibrated"),
            gettext("Spread"),
            gettext("Judges"),
            gettext("Remark"),
        ],
        "tables": [
            {
                "name": nfc(table.division.name),
                "how": _how(round_, run, table.bench, judges),
                "rows": [_row(one, on) for one in table.standings],
            }
            for table in tables
        ],
        "rules": _rules(round_, run),
        "signs": [gettext("Secretary"), gettext("Head of the jury")],
        "sign_hint": gettext("(signature, full name)"),
    }
    return MINUTES.pdf(words, at=run.made_at)


def score_sheet(round_: Round, judge: User, *, now: dt.datetime) -> bytes:
    """What one judge gave: each criterion, the points, the remark; to be signed."""
    contest = round_.contest
    criteria = list(round_.criteria.all())
    rows = (
        JudgeAssignment.objects.filter(round=round_, judge=judge)
        .select_related("entry__division")
        .prefetch_related("scores")
        .order_by("entry__division__order", "blind_code")
    )
    words = {
        "heading": gettext("Score sheet"),
        "title": nfc(contest.title),
        "round": nfc(round_.name),
        "issuer": nfc(contest.unit.name),
        "place_and_day": official_date(local_day(now), _language()),
        "judge": nfc(str(judge.person or judge.email)),
        "columns": [
            pgettext("column of a list", "No."),
            gettext("Blind code"),
            gettext("Title of the work"),
        ],
        "criteria": [
            f"{nfc(one.name)} ({one.weight}\N{NO-BREAK SPACE}%, 0–{one.maximum})"
            for one in criteria
        ],
        "last": [gettext("Points"), gettext("Remark")],
        "rows": [
            _sheet_row(number, row, criteria) for number, row in enumerate(rows, 1)
        ],
        "sign": gettext("Judge"),
        "sign_hint": gettext("(signature, full name)"),
    }
    return SHEET.pdf(words, at=now)


def file_name(kind: str, round_: Round, at: dt.datetime, ending: str) -> str:
    return (
        f"{kind}-{round_.contest.slug}-{round_.order + 1}-{local(at):%Y-%m-%d}.{ending}"
    )


def _sheet_row(number: int, row: JudgeAssignment, criteria: list) -> dict:
    given = {score.criterion_id: score.value for score in row.scores.all()}
    complete = all(one.pk in given for one in criteria if one.weight)
    points = sum(
        float(given[one.pk]) / one.maximum * one.weight
        for one in criteria
        if one.weight and complete
    )
    remark = [nfc(row.comment)] if row.comment else []
    if row.aside:
        remark.insert(0, f"{row.get_aside_display()}: {nfc(row.conflict)}")
    return {
        "cells": [str(number), row.blind_code, nfc(row.entry.title)],
        "scores": [_decimal(given.get(one.pk)) for one in criteria],
        "points": _decimal(points) if complete and row.scored_at else "–",
        "remark": "\n".join(remark),
    }


def _judges(run: RankingRun) -> dict[int, str]:
    """Everybody who had an entry in the run, by account."""
    keys = {sheet[1] for sheet in run.inputs["sheets"]}
    users = User.objects.filter(pk__in=keys).select_related("person")
    rows = users.order_by("person__sort_key", "email")
    return {user.pk: nfc(str(user.person or user.email)) for user in rows}


def _facts(run: RankingRun, judges: dict[int, str]) -> list[list[str]]:
    entries = len(run.inputs["entries"])
    works = ngettext("%(n)d work", "%(n)d works", entries) % {"n": entries}
    fixed = deadline_text(run.made_at, _language())
    by = str(run.made_by.person or run.made_by.email) if run.made_by else "–"
    return [
        [gettext("Ranked"), works],
        [gettext("Jury"), "; ".join(judges.values()) or "–"],
        [gettext("Fixed"), f"{fixed}, {nfc(by)}"],
        [gettext("Version of the criteria"), str(run.rubric)],
        [gettext("Check of the scores"), run.inputs_hash[:16]],
    ]


def _how(round_: Round, run: RankingRun, bench: Bench, judges: dict[int, str]) -> str:
    if bench.raw:
        reason = calibration.Raw(bench.raw).label
        return gettext("Not calibrated: %(reason)s.") % {"reason": reason}
    effects = ", ".join(
        f"{judges.get(judge, '–')} {_signed(effect)}"
        for judge, effect in sorted(bench.effects.items(), key=lambda one: -one[1])
    )
    return gettext("Taken off each judge's points: %(effects)s.") % {"effects": effects}


def _rules(round_: Round, run: RankingRun) -> list[str]:
    found = [
        gettext(
            "A judge's points are from 0 to 100: each score over its maximum, times "
            "its weight. The mean counts the judges who scored every criterion and do "
            "not stand aside; a missing score takes nothing away."
        ),
        gettext(
            "Equal marks: the higher mean of the heaviest criterion comes first, then "
            "of the next one; works that are equal in all share a place."
        ),
    ]
    if run.method == Round.RankedBy.CALIBRATED:
        text = gettext("Places follow the calibrated points where there are any.")
        return [*found, text, *_vote_rule(run)]
    return [*found, gettext("Places follow the mean."), *_vote_rule(run)]


def _vote_rule(run: RankingRun) -> list[str]:
    """By how much the public vote counted, where it did."""
    vote = weighing.read(run.inputs.get("vote"))
    if vote is None:
        return []
    text = gettext(
        "Of these points %(jury)s percent count, and %(vote)s percent of the points of "
        "the public vote: 100 for the most votes in the division, the others in "
        "proportion. A work outside the vote gets the mean of these points in its "
        "division."
    )
    return [text % {"jury": weighing.HUNDRED - vote.weight, "vote": vote.weight}]


def _row(one: Standing, on: set[int]) -> list[str]:
    row = one.row
    remark = []
    if one.entry.pk in on:
        remark.append(gettext("goes on"))
    if one.below_quorum:
        remark.append(gettext("too few scores"))
    if one.apart:
        remark.append(gettext("judges far apart"))
    if row.together is not None:
        remark.append(vote_in_words(row.votes, _decimal(row.together)))
    if row.tie == "criterion":
        remark.append(gettext("tie parted by a criterion"))
    if row.tie == "shared":
        remark.append(gettext("shares the place"))
    return [
        str(row.place or "–"),
        one.entry.code,
        nfc(one.entry.title),
        _decimal(row.points),
        _decimal(row.calibrated_points),
        _decimal(row.spread_points),
        f"{row.judges}/{row.assigned}",
        ", ".join(remark),
    ]


def vote_in_words(votes: int | None, together: str) -> str:
    if votes is None:
        text = gettext("outside the vote, %(points)s together")
        return text % {"points": together}
    text = ngettext(
        "%(n)d vote, %(points)s together", "%(n)d votes, %(points)s together", votes
    )
    return text % {"n": votes, "points": together}


def _decimal(value) -> str:
    """Two places, with the comma of Vietnamese."""
    if value is None:
        return "–"
    text = f"{float(value):.2f}"
    return text.replace(".", ",") if _language() == "vi" else text


def _signed(value: float) -> str:
    text = f"{value:+.2f}".replace("-", "−")
    return text.replace(".", ",") if _language() == "vi" else text


def _language() -> str:
    return get_language() or "vi"
