"""The editors' calendar: which days and weeks have their piece, and which do not."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext

from news import rhythm
from news.models import Article, Section
from vietnam.dates import local_day

LATEST = 2200


class RhythmPages:
    """For the admin of articles; scheduled ones count, drafts do not."""

    def get_urls(self) -> list:
        view = self.admin_site.admin_view
        route, name = "calendar/", "news_article_calendar"
        return [
            path(route, view(self.calendar), name=name),
            path(
                f"{route}<int:year>/<int:month>/",
                view(self.calendar),
                name=f"{name}_month",
            ),
            *super().get_urls(),
        ]

    def calendar(
        self, request: HttpRequest, year: int | None = None, month: int | None = None
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        today = local_day(request.now)
        if year is None or month is None:
            year, month = today.year, today.month
        if not (rhythm.EARLIEST < year < LATEST and 1 <= month <= 12):
            raise Http404
        # All units' articles: the site has one calendar, and it is public anyway.
        articles = Article.objects.filter(state=Article.State.PUBLISHED)
        articles = articles.for_cards().order_by("publish_at")
        sections = list(Section.objects.in_rhythm())
        context = self.admin_site.each_context(request) | {
            "month": rhythm.month_of(articles, year, month, now=request.now),
            "totals": rhythm.totals(request.now),
            "today": today,
            "daily": self._first(sections, Section.Rhythm.DAILY),
            "weekly": self._first(sections, Section.Rhythm.WEEKLY),
            "may_write": self.has_add_permission(request),
            "title": gettext("Good news by day, stories by week"),
            "opts": self.opts,
        }
        return TemplateResponse(request, "news/admin/calendar.html", context)

    @staticmethod
    def _first(sections: list[Section], rhythm_: str) -> Section | None:
        """What a click on an empty day begins to write for."""
        return next((each for each in sections if each.rhythm == rhythm_), None)
