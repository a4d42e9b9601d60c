"""Minutes, score sheets and tables that leave the desk."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils import translation
from django.utils.translation import gettext

from content.tables import XLSX
from contests.admin import pages
from contests.models import Author, RankingRun, Round
from contests.ranking import exports, papers
from members import access_log
from members.models import User

PDF = "application/pdf"


class PaperPages:
    """For the admin of contests."""

    def get_urls(self) -> list:
        wrap = self.admin_site.admin_view
        return [
            path(
                "<int:pk>/ranking/<int:run>.<str:ending>",
                wrap(self.run_view),
                name="contests_contest_run",
            ),
            path(
                "<int:pk>/judging/<int:round_>/<int:judge>.pdf",
                wrap(self.sheet_view),
                name="contests_contest_sheet",
            ),
            *super().get_urls(),
        ]

    def run_view(
        self, request: HttpRequest, pk: int, run: int, ending: str
    ) -> HttpResponse:
        """A fixed ranking as minutes or as a table; the history says who took it."""
        contest = pages.contest_of(self, request, pk)
        rows = RankingRun.objects.select_related(
            "round__contest__unit", "made_by__person"
        )
        found = get_object_or_404(rows, pk=run, round__contest=contest)
        if ending == "pdf":
            made, kind = papers.minutes(found, now=request.now), PDF
        elif ending == "xlsx":
            made, kind = exports.as_xlsx(found), XLSX
        else:
            raise Http404("no such paper")
        name = papers.file_name("bien-ban", found.round, found.made_at, ending)
        return self._paper(request, contest, made, kind, name)

    def sheet_view(
        self, request: HttpRequest, pk: int, round_: int, judge: int
    ) -> HttpResponse:
        contest = pages.contest_of(self, request, pk)
        rows = Round.objects.select_related("contest__unit")
        found = get_object_or_404(rows, pk=round_, contest=contest)
        of_round = User.objects.filter(judge_assignments__round=found).distinct()
        user = get_object_or_404(of_round.select_related("person"), pk=judge)
        made = papers.score_sheet(found, user, now=request.now)
        name = papers.file_name(f"phieu-cham-{user.pk}", found, request.now, "pdf")
        return self._paper(request, contest, made, PDF, name)

    def _paper(self, request, contest, made: bytes, kind: str, name: str):
        with translation.override(settings.LANGUAGE_CODE):
            text = gettext("Paper taken out: %(name)s") % {"name": name}
            self.log_change(request, contest, text)
        authors = Author.objects.filter(entry__contest=contest).order_by()
        access_log.note_access(
            by=request.user,
            kind="contests.paper",
            what=f"{contest.title}: {name}",
            about=f"contests.contest:{contest.pk}",
            unit=contest.unit,
            people=authors.values_list("person", flat=True),
            now=request.now,
        )
        response = HttpResponse(made, content_type=kind)
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        response["Cache-Control"] = "private, no-store"
        return response
