"""Pages beside an article's form: its versions, what changed, how it will look."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_POST

from content.pagination import page_of
from news import actions, preview, revisions
from news.comparing import differences
from news.models import Article, Revision
from vietnam.dates import deadline_text

PER_PAGE = 30


class RevisionPages:
    """For the admin of articles; who may read an article reads its versions."""

    def get_urls(self) -> list:
        view = self.admin_site.admin_view
        mine = [
            ("<int:pk>/versions/", self.versions, "versions"),
            ("<int:pk>/versions/<int:number>/", self.version, "version"),
            ("<int:pk>/versions/<int:number>/restore/", self.restore, "restore"),
            ("<int:pk>/preview/", self.preview, "preview"),
            ("<int:pk>/preview-link/", self.preview_link, "preview_link"),
        ]
        return [
            path(route, view(page), name=f"news_article_{name}")
            for route, page, name in mine
        ] + super().get_urls()

    def versions(self, request: HttpRequest, pk: int) -> HttpResponse:
        """All versions, the newest first: who, when, approved by whom."""
        article = self._readable(request, pk)
        rows = article.revisions.defer("text").select_related(
            "author__person", "approved_by__person"
        )
        context = {"page": page_of(rows, request, PER_PAGE), "live": self._live(rows)}
        title = gettext("Versions of “%(title)s”") % {"title": article.title}
        return self._page(request, "versions", article, title, context)

    def version(self, request: HttpRequest, pk: int, number: int) -> HttpResponse:
        """One version beside the newest text, `?with=<number>` or `?with=live`."""
        article = self._readable(request, pk)
        old = self._numbered(article, number)
        other, before, after = request.GET.get("with", ""), old.text, None
        if other == "live":
            row = Article.objects.get(pk=pk)
            before, after = revisions.text_of(row), old.text
        elif other.isdecimal() and len(other) < 9:
            after = self._numbered(article, int(other)).text
        else:
            other, after = "", revisions.text_of(article)
        title = gettext("Version %(number)s of “%(title)s”")
        context = {
            "old": old,
            "with": other,
            "differences": differences(before, after),
            "may_restore": self.has_change_permission(request, article),
        }
        title %= {"number": number, "title": article.title}
        return self._page(request, "version", article, title, context)

    @method_decorator(require_POST)
    def restore(self, request: HttpRequest, pk: int, number: int) -> HttpResponse:
        article = self._readable(request, pk)
        if not self.has_change_permission(request, article):
            raise PermissionDenied
        by, now = request.user, request.now
        try:
            actions.restore(article=article, number=number, by=by, now=now)
        except Revision.DoesNotExist:
            raise Http404 from None
        text = gettext("Version %(number)s is the newest text again. Nothing was lost.")
        self.message_user(request, text % {"number": number}, messages.SUCCESS)
        return redirect("admin:news_article_change", pk)

    def preview(self, request: HttpRequest, pk: int) -> HttpResponse:
        return preview.show(request, self._readable(request, pk))

    def preview_link(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The address for somebody without an account, to copy."""
        article = self._readable(request, pk)
        address, until = preview.link(article, now=request.now)
        time = deadline_text(until, get_language() or "vi")
        title = gettext("Preview link for “%(title)s”") % {"title": article.title}
        context = {"address": address, "until": time}
        return self._page(request, "preview_link", article, title, context)

    def _readable(self, request: HttpRequest, pk: int) -> Article:
        article = self.get_object(request, str(pk))
        if article is None or not self.has_view_permission(request, article):
            raise Http404
        return article

    @staticmethod
    def _numbered(article: Article, number: int) -> Revision:
        rows = article.revisions.select_related("author__person")
        if found := rows.filter(number=number).first():
            return found
        raise Http404

    @staticmethod
    def _live(rows) -> int | None:
        """The number of what the public reads: the newest approved one."""
        approved = rows.filter(approved_at__isnull=False, working=False).first()
        return approved.number if approved else None

    def _page(self, request, name, article, title, context) -> HttpResponse:
        context |= self.admin_site.each_context(request) | {
            "article": article,
            "title": title,
            "opts": self.opts,
            "form_url": reverse("admin:news_article_change", args=[article.pk]),
        }
        template = f"news/admin/{name}.html"
        return TemplateResponse(request, template, context)
