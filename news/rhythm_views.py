"""Good news by the day, stories by the week."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from content import pagecache
from news import rhythm
from news.models import Article, Section
from vietnam.dates import local_day


@pagecache.public("news")
@require_safe
def good_news(
    request: HttpRequest, year: int | None = None, month: int | None = None
) -> HttpResponse:
    """One month; the running one without an address of its own."""
    today = local_day(request.now)
    if year is None or month is None:
        year, month = today.year, today.month
    if not (rhythm.EARLIEST <= year <= today.year and 1 <= month <= 12):
        raise Http404
    articles = Article.objects.published(request.now).for_cards()
    shown = rhythm.month_of(articles, year, month, now=request.now)
    if shown.first > today:
        raise Http404
    context = {
        "month": shown,
        "weeks": [week for week in reversed(shown.weeks) if week.state != "ahead"],
        "totals": rhythm.totals(request.now),
        "is_latest": shown.after > today,
        "is_first": shown.before.year < rhythm.EARLIEST,
        "today": today,
        "sections": list(Section.objects.in_rhythm()),
    }
    return render(request, "news/good_news.html", context)
