"""A contest held once more: the same again, later, and nothing of its people."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import models, transaction

from contests.models import (
    Contest,
    Criterion,
    Division,
    EntryQuestion,
    Field,
    Prize,
    Round,
)
from contests.slugs import free_slug
from members.models import User
from vietnam.dates import local

TIMES = ("opens_at", "closes_at", "vote_opens_at", "vote_closes_at")
NOT_COPIED = frozenset(
    {
        "id",
        "slug",
        "state",
        "results_at",
        "shortlist_at",
        "created_at",
        "updated_at",
        "search",
    }
)
"""What belongs to the old contest alone; the rest is copied."""
NOT_OF_ROUND = frozenset({"id", "contest", "rubric", "announced_at"})


def usual_start(contest: Contest, *, now: dt.datetime) -> dt.datetime:
    """The same day and hour of the next year that is still ahead."""
    start = contest.opens_at
    while start <= now:
        start = _later(start, 1)
    return start


def copy_contest(
    *, contest_id: int, opens_at: dt.datetime, by: User | None, now: dt.datetime
) -> Contest:
    """A draft with rules, divisions, fields, prizes, questions, rounds and criteria.

    Dates move by as much as the opening does; the day on which ages are counted moves
    by whole years. Entries, judges, scores and the people to ask stay behind.
    """
    with transaction.atomic():
        old = Contest.objects.get(pk=contest_id)
        shift = opens_at - old.opens_at
        new = Contest(**_columns(old, NOT_COPIED))
        for name in TIMES:
            if moment := getattr(old, name):
                setattr(new, name, moment + shift)
        new.slug = free_slug(old.title, new)
        new.save()
        years = local(opens_at).year - local(old.opens_at).year
        for division in Division.objects.filter(contest=old):
            values = _columns(division, {"id", "contest"})
            values["age_on"] = _later(division.age_on, years)
            Division.objects.create(contest=new, **values)
        for model in (Field, Prize, EntryQuestion):
            for row in model.objects.filter(contest=old):
                model.objects.create(contest=new, **_columns(row, {"id", "contest"}))
        for round_ in Round.objects.filter(contest=old):
            _copy_round(round_, new, shift)
    return new


def _copy_round(round_: Round, contest: Contest, shift: dt.timedelta) -> None:
    values = _columns(round_, NOT_OF_ROUND)
    values["starts_at"] += shift
    values["ends_at"] += shift
    new = Round.objects.create(contest=contest, **values)
    # What was taken out of the count while it was judged is not asked for again.
    for criterion in Criterion.objects.filter(round=round_, weight__gt=0):
        Criterion.objects.create(round=new, **_columns(criterion, {"id", "round"}))


def _columns(row: models.Model, without: frozenset[str] | set[str]) -> dict[str, Any]:
    return {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if field.name not in without
    }


def _later(day: Any, years: int) -> Any:
    """So many years later; 29 February becomes 28."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
