"""What the home page gathers from the features; three questions, few queries."""

import datetime as dt
from dataclasses import dataclass

from contests.models import Contest
from contests.signs import days_left
from news.front_page import front_page
from news.models import Article
from news.readers import most_read
from portal.models import KeyFigure
from teams import coverage
from training.models import TrainingSession

ARTICLES = 7
SESSIONS = 4
MOST_READ = 6


@dataclass(frozen=True)
class Home:
    """What is new, what can be signed up for, which contest is open."""

    lead: Article | None
    articles: list[Article]
    sessions: list[TrainingSession]
    # Whether `sessions` take sign-ups now; else they are what comes next.
    open: bool
    # How many of the digital teams have a Union member.
    coverage: coverage.Figure
    # The open contest that closes first, and how many days are left.
    contest: Contest | None
    days_left: int
    key_figures: list[KeyFigure]
    most_read: list[Article]


def gather(now: dt.datetime) -> Home:
    """Everything the home page shows at `now`, in at most eight queries."""
    articles = front_page(now, ARTICLES)
    sessions = TrainingSession.objects.select_related("kind")
    sessions = sessions.defer("description")
    soon = sessions.open_for_registration(now).order_by("starts_at", "id")
    can_join = list(soon[:SESSIONS])
    ahead = sessions.upcoming(now).filter(state="published")
    contest = Contest.objects.open_for_entries(now).defer("rules").first()
    return Home(
        lead=articles[0] if articles else None,
        articles=articles[1:],
        sessions=can_join or list(ahead[:SESSIONS]),
        open=bool(can_join),
        coverage=coverage.figure(now),
        contest=contest,
        days_left=days_left(contest, now) if contest else 0,
        key_figures=list(KeyFigure.objects.all()),
        most_read=most_read(now, MOST_READ),
    )
