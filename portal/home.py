"""What the home page gathers from the features; three questions, few queries."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import QuerySet

from content.prepared import Rows, prepared
from contests.models import Contest
from contests.signs import days_left
from news.front_page import front_page
from news.readers import most_read
from portal.models import KeyFigure
from teams import coverage
from training import pools
from training.models import TrainingSession

ARTICLES = 7
SESSIONS = 4
MOST_READ = 6


@dataclass(frozen=True)
class Home:
    """What is new, what can be signed up for, which contest is open."""

    # The first one opens the page.
    articles: Rows
    sessions: Rows
    # Whether `sessions` take sign-ups now; else they are what comes next.
    open: bool
    # How many of the digital teams have a Union member.
    coverage: coverage.Figure
    # The open contest that closes first, if there is one, and how many days are left.
    contests: Rows
    days_left: int
    key_figures: Rows
    most_read: Rows


def gather(now: dt.datetime) -> Home:
    """Everything the home page shows at `now`, in at most eight queries."""
    can_join = _open_sessions(now, limit=SESSIONS)
    sessions = can_join or _sessions_ahead(now, limit=SESSIONS)
    pools.prefetch(sessions)
    contests = _open_contests(now, limit=1)
    return Home(
        articles=front_page(now, ARTICLES),
        sessions=sessions,
        open=bool(can_join),
        coverage=coverage.figure(now),
        contests=contests,
        days_left=days_left(contests[0], now) if contests else 0,
        key_figures=_key_figures(),
        most_read=most_read(now, MOST_READ),
    )


@prepared
def _open_sessions(now: dt.datetime) -> QuerySet:
    rows = TrainingSession.objects.open_for_registration(now)
    return rows.for_rows().order_by("starts_at", "id")


@prepared
def _sessions_ahead(now: dt.datetime) -> QuerySet:
    return TrainingSession.objects.upcoming(now).filter(state="published").for_rows()


@prepared
def _open_contests(now: dt.datetime) -> QuerySet:
    return Contest.objects.open_for_entries(now).defer("rules")


@prepared
def _key_figures() -> QuerySet:
    return KeyFigure.objects.all()
