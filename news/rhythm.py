""" "Mỗi ngày một tin tốt, mỗi tuần một câu chuyện đẹp": which days and weeks have one.

Which sections these are is data (`Section.rhythm`). A week begins on Monday.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import TruncDate

from news.models import Article, Section
from news.querysets import ArticleQuerySet
from vietnam.dates import VIETNAM, local_day

DAY = dt.timedelta(days=1)
SUNDAY = 6
EARLIEST = 1990
Rhythm = Section.Rhythm


@dataclass
class Day:
    """`state`: "done", "empty" (it is over), "today" (still empty) or "ahead"."""

    date: dt.date
    inside: bool
    """Whether it belongs to the month that is shown."""
    state: str = "ahead"
    articles: list[Article] = field(default_factory=list)


@dataclass
class Week:
    days: list[Day]
    state: str = "ahead"
    stories: list[Article] = field(default_factory=list)

    @property
    def monday(self) -> dt.date:
        return self.days[0].date

    @property
    def sunday(self) -> dt.date:
        return self.days[-1].date

    @property
    def fed_days(self) -> list[Day]:
        """Days of this month with good news, the latest first."""
        return [day for day in reversed(self.days) if day.articles and day.inside]


@dataclass(frozen=True)
class Month:
    first: dt.date
    weeks: list[Week]

    @property
    def days(self) -> list[Day]:
        return [day for week in self.weeks for day in week.days if day.inside]

    @property
    def fed(self) -> int:
        return sum(bool(day.articles) for day in self.days)

    @property
    def over(self) -> int:
        """Days that can have been fed by now: the past ones and today."""
        return sum(day.state != "ahead" for day in self.days)

    @property
    def before(self) -> dt.date:
        return (self.first - DAY).replace(day=1)

    @property
    def after(self) -> dt.date:
        return (self.first + 31 * DAY).replace(day=1)


@dataclass(frozen=True)
class Totals:
    """Of one year, and how many days in a row up to today (or yesterday) were fed."""

    year: int
    news: int
    stories: int
    in_a_row: int


def month_of(
    articles: ArticleQuerySet, year: int, month: int, *, now: dt.datetime
) -> Month:
    """A month in whole weeks, filled from those of `articles` that are in rhythm."""
    grid = calendar.Calendar().monthdatescalendar(year, month)
    today = local_day(now)
    weeks = [
        Week(days=[Day(date, inside=date.month == month) for date in dates])
        for dates in grid
    ]
    daily: dict[dt.date, list[Article]] = defaultdict(list)
    weekly: dict[dt.date, list[Article]] = defaultdict(list)
    found = articles.between(grid[0][0], grid[-1][-1]).exclude(section__rhythm="")
    for article in found:
        day = local_day(article.publish_at)
        if article.section.rhythm == Rhythm.DAILY:
            daily[day].append(article)
        else:
            weekly[day - day.weekday() * DAY].append(article)
    for week in weeks:
        week.stories = weekly[week.monday]
        week.state = _state(bool(week.stories), week.monday, week.sunday, today)
        for day in week.days:
            day.articles = daily[day.date]
            day.state = _state(bool(day.articles), day.date, day.date, today)
    return Month(first=dt.date(year, month, 1), weeks=weeks)


def totals(now: dt.datetime) -> Totals:
    today = local_day(now)
    first = dt.date(today.year, 1, 1)
    out = Article.objects.published(now).order_by()
    of_year = out.between(first, today)
    return Totals(
        year=today.year,
        news=of_year.filter(section__rhythm=Rhythm.DAILY).count(),
        stories=of_year.filter(section__rhythm=Rhythm.WEEKLY).count(),
        in_a_row=_in_a_row(out.filter(section__rhythm=Rhythm.DAILY), today),
    )


def missing(now: dt.datetime) -> list[Section]:
    """The sections whose day, or on Sundays whose week, ends without an article."""
    sunday = local_day(now).weekday() == SUNDAY
    return [
        section for section in empty(now) if section.rhythm == Rhythm.DAILY or sunday
    ]


def empty(now: dt.datetime) -> list[Section]:
    """The sections without an article in the day or week of `now`, in one query.

    What is scheduled for later the same day or week counts: it goes out by itself.
    """
    today = local_day(now)
    monday = today - today.weekday() * DAY
    spans = {
        Rhythm.DAILY: (today, today),
        Rhythm.WEEKLY: (monday, monday + SUNDAY * DAY),
    }
    out = Article.objects.filter(
        section=OuterRef("pk"), state=Article.State.PUBLISHED
    ).order_by()
    wanting = Q()
    for name, (first, last) in spans.items():
        wanting |= Q(rhythm=name) & ~Exists(out.between(first, last))
    return list(Section.objects.filter(wanting))


def _state(fed: bool, first: dt.date, last: dt.date, today: dt.date) -> str:
    if fed:
        return "done"
    if last < today:
        return "empty"
    return "today" if first <= today else "ahead"


def _in_a_row(articles: ArticleQuerySet, today: dt.date) -> int:
    """A day that is not over yet breaks nothing."""
    days = articles.filter(publish_at__lt=_midnight(today + DAY))
    dates = days.annotate(day=TruncDate("publish_at", tzinfo=VIETNAM))
    known = set(dates.values_list("day", flat=True).distinct().order_by("-day")[:400])
    day = today if today in known else today - DAY
    number = 0
    while day in known:
        number, day = number + 1, day - DAY
    return number


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), VIETNAM)
