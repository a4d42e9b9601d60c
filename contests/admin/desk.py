"""The secretary's desk of one contest, and what is done with chosen entries there."""

from __future__ import annotations

import hashlib
import uuid

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from content import tables
from content.replica import may_lag
from contests import emails
from contests.admin_forms import LetterForm
from contests.models import Contest, Entry
from contests.secretary import exports, figures, writing
from mail import pauses
from vietnam.dates import local

# What stands still longer than this is not one letter but a news item.
MOST = 3000


def _digest(words: dict[str, str]) -> str:
    text = f"{words['subject']}\n{words['text']}"
    return hashlib.sha256(text.encode()).hexdigest()


class DeskPage:
    """Of the contest's admin: entries by division and state, what is missing."""

    def get_urls(self) -> list:
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/desk/", wrap(self.desk_view), name="contests_contest_desk"),
            *super().get_urls(),
        ]

    def desk_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        contest = get_object_or_404(self.get_queryset(request), pk=pk)
        context = self.admin_site.each_context(request) | {
            "contest": contest,
            "opts": self.opts,
            "title": gettext("Secretary's desk"),
            "states": list(Entry.State),
            "figures": figures.of(contest, now=request.now),
        }
        return render(request, "contests/admin/desk.html", context)


class TakingAway:
    """Of the entries' admin: lists for Excel and letters to those who entered."""

    @admin.action(description=_("Export for Excel (.xlsx)"), permissions=["view"])
    def export_xlsx(self, request: HttpRequest, rows) -> HttpResponse:
        return self._file(request, rows, "xlsx")

    @admin.action(description=_("Export as CSV"), permissions=["view"])
    def export_csv(self, request: HttpRequest, rows) -> HttpResponse:
        return self._file(request, rows, "csv")

    @staticmethod
    def _file(request: HttpRequest, rows, ending: str) -> HttpResponse:
        with may_lag():
            lines = exports.table(rows)
        return tables.response(
            lines,
            ending,
            name=f"bai-du-thi-{local(request.now):%Y%m%d-%H%M}",
            title=gettext("Entries"),
            widths=exports.WIDTHS,
        )

    @admin.action(description=_("Write a letter…"), permissions=["change"])
    def write(self, request: HttpRequest, rows) -> HttpResponse | None:
        chosen = self.changeable(request, rows)
        contests = list(Contest.objects.filter(entries__in=chosen).distinct()[:2])
        if len(contests) != 1 or chosen.count() > MOST:
            text = gettext("Choose entries of one contest only, at most %(most)s.")
            self.message_user(request, text % {"most": MOST}, messages.WARNING)
            return None
        entries = chosen.prefetch_related(None).to_write_to().order_by("code")
        mailing = writing.mailing_to(entries)
        typed = request.POST if "apply" in request.POST else None
        form = LetterForm(typed, initial={"nonce": uuid.uuid4().hex})
        seen = _digest(form.cleaned_data) if form.is_valid() else ""
        # What was changed after the look at it is looked at once more.
        if seen and "send" in request.POST and request.POST.get("seen") == seen:
            new = writing.send(
                mailing, contest=contests[0], now=request.now, **form.cleaned_data
            )
            self._say_sent(request, new)
            return None
        preview = None
        if form.is_valid() and mailing.letters:
            user, works = next(iter(mailing.works.items()))
            said = {key: form.cleaned_data[key] for key in ("subject", "text")}
            preview = writing.content_for(user, works, contest=contests[0], **said)
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "title": gettext("Write a letter"),
            "form": form,
            "mailing": mailing,
            "preview": preview,
            "note": pauses.note(emails.MESSAGE, request.now),
            "seen": seen,
            "selected": request.POST.getlist("_selected_action"),
            "select_across": request.POST.get("select_across", "0"),
            "index": request.POST.get("index", "0"),
        }
        return render(request, "contests/admin/letter.html", context)

    def _say_sent(self, request: HttpRequest, new: int) -> None:
        if not new:
            text = gettext("These letters are on their way already.")
            self.message_user(request, text, messages.WARNING)
            return
        text = ngettext(
            "%(n)d letter is on its way.", "%(n)d letters are on their way.", new
        )
        self.message_user(request, text % {"n": new}, messages.SUCCESS)
