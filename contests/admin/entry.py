"""Everything that was entered."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.contrib import admin, messages
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from content.files import size_text
from contests import copying, decisions
from contests.admin.desk import TakingAway
from contests.admin.remembered import MANAGE
from contests.admin.saying import sentence
from contests.admin_forms import (
    AssignForm,
    ReasonForm,
)
from contests.judging import assigning
from contests.locks import Busy, Refused
from contests.models import (
    Author,
    Contest,
    Division,
    Entry,
    EntryFile,
    JudgeAssignment,
)
from members.scoped_admin import (
    ScopedAdmin,
    ScopedRelatedFilter,
)
from vietnam.dates import local_day

State = Contest.State


class DivisionFilter(admin.SimpleListFilter):
    """The divisions of the contest that is chosen above."""

    title = _("division")
    parameter_name = "division"

    def lookups(self, request: HttpRequest, model_admin) -> list[tuple[int, str]]:
        contest = request.GET.get("contest__id__exact", "")
        if not contest.isdecimal():
            return []
        return list(Division.objects.filter(contest=contest).values_list("pk", "name"))

    def queryset(self, request: HttpRequest, queryset):
        return queryset.filter(division=self.value()) if self.value() else queryset


class MissingFilter(admin.SimpleListFilter):
    """What an entry lacks."""

    title = _("missing")
    parameter_name = "missing"

    def lookups(self, request: HttpRequest, model_admin) -> list[tuple[str, str]]:
        return [
            ("texts", _("Texts or division")),
            ("authors", _("Authors")),
            ("guardian", _("Guardian's consent")),
            ("files", _("Files")),
            ("judges", _("Judges")),
            ("scores", _("Scores")),
        ]

    def queryset(self, request: HttpRequest, queryset):
        match self.value():
            case "texts":
                return queryset.without_texts()
            case "authors":
                return queryset.without_authors()
            case "guardian":
                return queryset.without_guardian(local_day(request.now))
            case "files":
                return queryset.without_files()
            case "judges":
                return queryset.lacking_judges()
            case "scores":
                return queryset.awaiting_scores(request.now)
        return queryset


@admin.register(Entry)
class EntryAdmin(TakingAway, ScopedAdmin):
    """Everything that was entered; read and decided on here, never edited."""

    view_action = change_action = MANAGE
    delete_action = None
    unit_path = "contest__unit"
    list_display = [
        "code",
        "title",
        "author_names",
        "state",
        "judging",
        "contest",
        "division",
        "file_number",
        "saved_at",
    ]
    list_display_links = ["code", "title"]
    list_filter = [
        ("contest", ScopedRelatedFilter),
        DivisionFilter,
        "state",
        MissingFilter,
    ]
    list_select_related = ["contest", "division"]
    list_per_page = 50
    show_full_result_count = False
    search_fields = ["code"]
    folded_search_fields = ("folded_title", "authors__person__folded_name")
    search_help_text = _("Receipt code, title or author, with or without accents")
    ordering = ["-saved_at", "-id"]
    actions = [
        "assign",
        "write",
        "export_xlsx",
        "export_csv",
        "disqualify",
        "reinstate",
        "copy_again",
    ]
    fields = [
        "code",
        "contest",
        "division",
        "state",
        "note",
        "title",
        "summary",
        "mentor",
        "mentor_school",
        "answer_list",
        "author_list",
        "file_list",
        "judge_list",
        "owner",
        "created_at",
        "saved_at",
        "submitted_at",
    ]

    def has_add_permission(self, request: HttpRequest, obj=None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj=None) -> list[str]:
        return self.fields

    def get_queryset(self, request: HttpRequest):
        authors = Author.objects.select_related("person").order_by("order", "id")
        rows = super().get_queryset(request).with_files()
        return rows.prefetch_related(
            Prefetch("authors", authors),
            Prefetch(
                "judge_assignments",
                JudgeAssignment.objects.select_related("judge__person", "round"),
            ),
        )

    def get_search_results(self, request, queryset, search_term):
        found, _duplicates = super().get_search_results(request, queryset, search_term)
        # Two authors of one work may both match.
        return found, bool(search_term)

    @admin.display(description=_("authors"))
    def author_names(self, entry: Entry) -> str:
        return ", ".join(author.person.full_name for author in entry.authors.all())

    @admin.display(description=_("files"))
    def file_number(self, entry: Entry) -> int:
        return entry.file_count

    @admin.display(description=_("scored"))
    def judging(self, entry: Entry) -> str:
        rows = [row for row in entry.judge_assignments.all() if row.counts]
        return f"{sum(bool(row.scored_at) for row in rows)}/{len(rows)}"

    @admin.display(description=_("authors"))
    def author_list(self, entry: Entry) -> str:
        rows = [
            (
                author.person.full_name,
                f"{author.person.birth_date:%d/%m/%Y}"
                if author.person.birth_date
                else "–",
                author.school or "–",
            )
            for author in entry.authors.all()
        ]
        return format_html_join("", "<p>{}, {}, {}</p>", rows) or "–"

    @admin.display(description=_("answers"))
    def answer_list(self, entry: Entry) -> str:
        rows = [
            (answer.question.text, answer.words)
            for answer in entry.answers.select_related("question")
        ]
        return format_html_join("", "<p>{}<br>{}</p>", rows) or "–"

    @admin.display(description=_("files"))
    def file_list(self, entry: Entry) -> str:
        """Each download asks for the permission again and leaves as an attachment."""
        lines = []
        for file in entry.files.all():
            url = reverse("contests:download", args=[entry.code, file.pk])
            name = (
                format_html('<a href="{}">{}</a>', url, file.name)
                if file.is_readable
                else file.name
            )
            said = [str(file.get_state_display())]
            if file.is_readable:
                said.append(str(file.get_copy_state_display()))
            lines.append((name, size_text(file.size), ". ".join(said)))
        return format_html_join("", "<p>{}, {}. {}.</p>", lines) or "–"

    @admin.display(description=_("judges"))
    def judge_list(self, entry: Entry) -> str:
        rows = [
            (
                row.judge.person or row.judge.email,
                row.blind_code,
                row.conflict
                or (gettext("scored") if row.scored_at else gettext("not scored yet")),
            )
            for row in entry.judge_assignments.all()
        ]
        return format_html_join("", "<p>{} ({}): {}</p>", rows) or "–"

    @admin.action(description=_("Assign judges…"), permissions=["change"])
    def assign(self, request: HttpRequest, rows) -> HttpResponse | None:
        chosen = self.changeable(request, rows)
        contests = list(Contest.objects.filter(entries__in=chosen).distinct()[:2])
        if len(contests) != 1:
            text = gettext("Choose entries of one contest only.")
            self.message_user(request, text, messages.WARNING)
            return None
        form = AssignForm(
            request.POST if "apply" in request.POST else None,
            contest=contests[0],
            on=local_day(request.now),
        )
        if not form.is_valid():
            return self._ask(request, chosen, form, "assign", gettext("Assign judges"))
        try:
            outcome = assigning.assign_judges(
                round_id=form.cleaned_data["round"].pk,
                entry_ids=list(chosen.values_list("pk", flat=True)),
                judges=form.cleaned_data["judges"],
                by=request.user,
                now=request.now,
            )
        except (Refused, Busy) as error:
            self.message_user(request, sentence(error), messages.ERROR)
            return None
        text = ngettext(
            "%(n)d assignment made.", "%(n)d assignments made.", outcome.new
        )
        self.message_user(request, text % {"n": outcome.new}, messages.SUCCESS)
        for entry, judge, refusal in outcome.refused[:10]:
            text = f"{judge.person or judge.email}, {entry.code}: {refusal.label}"
            self.message_user(request, text, messages.WARNING)
        return None

    @admin.action(description=_("Take out of the contest…"), permissions=["change"])
    def disqualify(self, request: HttpRequest, rows) -> HttpResponse | None:
        chosen = self.changeable(request, rows)
        form = ReasonForm(request.POST if "apply" in request.POST else None)
        if not form.is_valid():
            title = gettext("Take out of the contest")
            return self._ask(request, chosen, form, "disqualify", title)
        act = partial(decisions.disqualify, reason=form.cleaned_data["reason"])
        self._each(request, chosen, act)
        return None

    @admin.action(description=_("Let take part again"), permissions=["change"])
    def reinstate(self, request: HttpRequest, rows) -> None:
        self._each(request, self.changeable(request, rows), decisions.reinstate)

    @admin.action(
        description=_("Make the judges' copies of files again"), permissions=["change"]
    )
    def copy_again(self, request: HttpRequest, rows) -> None:
        """Of those that could not be made; the others are there."""
        chosen = self.changeable(request, rows)
        number = copying.try_again(EntryFile.objects.filter(entry__in=chosen))
        text = ngettext(
            "%(number)s copy is being made again.",
            "%(number)s copies are being made again.",
            number,
        )
        self.message_user(request, text % {"number": number})

    def _ask(self, request, rows, form, action: str, title: str) -> HttpResponse:
        """The page between choosing rows and doing something to them."""
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "title": title,
            "form": form,
            "action": action,
            "entries": rows.order_by("code")[:20],
            "number": rows.count(),
            "selected": request.POST.getlist("_selected_action"),
            "select_across": request.POST.get("select_across", "0"),
            "index": request.POST.get("index", "0"),
        }
        return render(request, "contests/admin/ask.html", context)

    def _each(self, request: HttpRequest, rows, act: Callable) -> None:
        done, refused = 0, {}
        for pk in rows.order_by("pk").values_list("pk", flat=True):
            try:
                act(entry_id=pk, by=request.user, now=request.now)
                done += 1
            except (Refused, Busy) as error:
                text = sentence(error)
                refused[text] = refused.get(text, 0) + 1
        if done:
            text = ngettext("%(n)d entry done.", "%(n)d entries done.", done)
            self.message_user(request, text % {"n": done}, messages.SUCCESS)
        for reason, number in refused.items():
            text = ngettext(
                "%(n)d entry left as it was: %(reason)s",
                "%(n)d entries left as they were: %(reason)s",
                number,
            )
            values = {"n": number, "reason": reason}
            self.message_user(request, text % values, messages.WARNING)
