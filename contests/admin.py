"""The desk of the organisers; whatever counts goes through the actions."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.contrib import admin, messages
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from content.files import size_text
from content.richtext import RichTextAdminMixin
from contests import actions, ranking, rules
from contests.actions import Busy, Refused
from contests.admin_forms import (
    AssignForm,
    AwardsForm,
    ContestForm,
    ReasonForm,
    ResultsForm,
    RoundFormSet,
)
from contests.models import (
    Author,
    Contest,
    Criterion,
    Division,
    Entry,
    EntryFile,
    JudgeAssignment,
    Round,
    Score,
)
from members import permissions
from members.scoped_admin import (
    ScopedAdmin,
    ScopedRelatedFilter,
    ScopedTabularInline,
)
from vietnam.dates import local_day

State = Contest.State
MANAGE = "contests.manage"


class Remembered:
    """Asks the permission for a row once a request; inlines ask for every line."""

    def _allowed(self, request: HttpRequest, action: str, obj) -> bool:
        asked = request.__dict__.setdefault("_contests_asked", {})
        key = action, self.unit_path, type(obj), obj and obj.pk
        if key not in asked:
            asked[key] = super()._allowed(request, action, obj)
        return asked[key]


class DivisionInline(Remembered, ScopedTabularInline):
    model = Division
    view_action = change_action = MANAGE
    extra = 0


class RoundInline(Remembered, ScopedTabularInline):
    """The criteria have a page of their own: follow the pencil."""

    model = Round
    formset = RoundFormSet
    view_action = change_action = MANAGE
    extra = 0
    show_change_link = True


@admin.register(Contest)
class ContestAdmin(Remembered, RichTextAdminMixin, ScopedAdmin):
    view_action = change_action = MANAGE
    form = ContestForm
    inlines = [DivisionInline, RoundInline]
    change_form_template = "contests/admin/contest_form.html"
    list_display = ["title", "state", "opens_at", "closes_at", "results_at", "unit"]
    list_filter = ["state"]
    list_select_related = ["unit"]
    show_full_result_count = False
    search_fields = ["title"]
    autocomplete_fields = ["unit"]
    ordering = ["-closes_at", "-id"]
    readonly_fields = ["state_now", "results_at"]
    fieldsets = [
        (None, {"fields": ["state_now", "title", "summary", "rules"]}),
        (_("When"), {"fields": ["opens_at", "closes_at", "results_at"]}),
        (
            _("Entries"),
            {"fields": ["min_authors", "max_authors", "max_files", "max_file_mb"]},
        ),
        (_("Who runs it"), {"fields": ["unit", "contact"]}),
        (_("Address"), {"fields": ["slug"], "classes": ["collapse"]}),
    ]

    @admin.display(description=_("state"), ordering="state")
    def state_now(self, contest: Contest) -> str:
        return contest.get_state_display()

    def get_queryset(self, request: HttpRequest):
        rows = super().get_queryset(request)
        match = request.resolver_match
        is_list = match and match.url_name.endswith("_changelist")
        return rows.defer("rules") if is_list else rows

    def get_readonly_fields(self, request: HttpRequest, obj=None) -> list[str]:
        """Once the results are public, the dates that led there stay as they were."""
        fields = list(super().get_readonly_fields(request, obj))
        if obj and rules.results_public(obj, now=request.now):
            fields += ["opens_at", "closes_at"]
        return fields

    def get_changeform_initial_data(self, request: HttpRequest) -> dict:
        unit = permissions.units_for(request.user, self.change_action).first()
        given = super().get_changeform_initial_data(request)
        return {"unit": unit.pk if unit else None} | given

    def has_delete_permission(self, request: HttpRequest, obj=None) -> bool:
        """What was public stays: people may have entered."""
        allowed = super().has_delete_permission(request, obj)
        return allowed and (obj is None or obj.state == State.DRAFT)

    def get_actions(self, request: HttpRequest) -> dict:
        found = super().get_actions(request)
        found.pop("delete_selected", None)
        return found

    def get_view_on_site_url(self, obj=None) -> str | None:
        return super().get_view_on_site_url(obj) if obj else None

    def response_add(self, request, obj, post_url_continue=None) -> HttpResponse:
        answer = super().response_add(request, obj, post_url_continue)
        return self._publish_if_pressed(request, obj) or answer

    def response_change(self, request, obj) -> HttpResponse:
        answer = super().response_change(request, obj)
        return self._publish_if_pressed(request, obj) or answer

    def _publish_if_pressed(self, request, obj) -> HttpResponse | None:
        if "_publish" not in request.POST:
            return None
        act = partial(actions.publish, contest_id=obj.pk)
        run(self, request, act, gettext("The contest is public now."))
        return redirect("admin:contests_contest_change", obj.pk)

    def render_change_form(self, request, context, **kwargs) -> HttpResponse:
        contest = kwargs.get("obj")
        context["may_publish"] = contest is not None and contest.state == State.DRAFT
        return super().render_change_form(request, context, **kwargs)

    def get_urls(self) -> list:
        wrap = self.admin_site.admin_view
        return [
            path(
                "<int:pk>/ranking/",
                wrap(self.ranking_view),
                name="contests_contest_ranking",
            ),
            *super().get_urls(),
        ]

    def ranking_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Places, spread and prizes of a round; and when the results come out."""
        # Whoever sees a contest here may change it: both ask for one permission.
        contest = get_object_or_404(self.get_queryset(request), pk=pk)
        rounds = list(contest.rounds.prefetch_related("criteria"))
        chosen = _chosen(rounds, request.GET.get("round", ""))
        tables = ranking.tables(chosen) if chosen else []
        posted = request.method == "POST"
        sets_time = posted and "results" in request.POST
        gives = posted and not sets_time
        awards = AwardsForm(request.POST if gives else None, tables=tables)
        results = ResultsForm(
            request.POST if sets_time else None, initial={"moment": contest.results_at}
        )
        if gives and awards.is_valid() and self._award(request, awards):
            return redirect(request.get_full_path())
        if sets_time and results.is_valid():
            act = partial(
                actions.set_results_time,
                contest_id=pk,
                moment=results.cleaned_data["moment"],
            )
            if run(self, request, act, gettext("The moment is set.")):
                return redirect(request.get_full_path())
        public = rules.results_public(contest, now=request.now)
        context = self.admin_site.each_context(request) | {
            "contest": contest,
            "opts": self.opts,
            "title": gettext("Ranking"),
            "rounds": rounds,
            "chosen": chosen,
            "tables": [
                (table, [(one, _award_field(awards, one)) for one in table.standings])
                for table in tables
            ],
            "results": results,
            "public": public,
            "letters": sum(len(table.standings) for table in tables),
            "may_award": request.now >= contest.closes_at and not public,
        }
        return render(request, "contests/admin/ranking.html", context)

    def _award(self, request: HttpRequest, form: AwardsForm) -> bool:
        done = True
        for entry_id, title, order in form.changes():
            act = partial(actions.award, entry_id=entry_id, title=title, order=order)
            done &= run(self, request, act, "")
        if done:
            self.message_user(request, gettext("The prizes are saved."))
        return done


def _chosen(rounds: list[Round], asked: str) -> Round | None:
    return next(
        (one for one in rounds if str(one.pk) == asked), rounds[-1] if rounds else None
    )


def _award_field(form: AwardsForm, standing: ranking.Standing):
    return form[f"award-{standing.entry.pk}"]


class CriterionInline(Remembered, ScopedTabularInline):
    model = Criterion
    view_action = change_action = MANAGE
    unit_path = "contest__unit"
    extra = 0

    def _frozen(self, obj: Round | None) -> bool:
        """Scores were given by these weights; they do not change any more."""
        return bool(obj) and Score.objects.filter(criterion__round=obj).exists()

    def has_add_permission(self, request, obj=None) -> bool:
        return super().has_add_permission(request, obj) and not self._frozen(obj)

    def has_change_permission(self, request, obj=None) -> bool:
        return super().has_change_permission(request, obj) and not self._frozen(obj)

    def has_delete_permission(self, request, obj=None) -> bool:
        return super().has_delete_permission(request, obj) and not self._frozen(obj)


@admin.register(Round)
class RoundAdmin(Remembered, ScopedAdmin):
    """Reached from its contest; holds the criteria."""

    view_action = change_action = MANAGE
    delete_action = None
    unit_path = "contest__unit"
    inlines = [CriterionInline]
    list_display = ["name", "contest", "starts_at", "ends_at", "quorum", "weight"]
    list_select_related = ["contest"]
    show_full_result_count = False
    fields = ["contest", "name", "order", "starts_at", "ends_at", "quorum", "blind"]
    readonly_fields = ["contest"]

    def has_add_permission(self, request: HttpRequest, obj=None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest):
        return super().get_queryset(request).prefetch_related("criteria")

    @admin.display(description=_("sum of the weights"))
    def weight(self, round_: Round) -> int:
        return rules.weight_of(round_)


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
class EntryAdmin(ScopedAdmin):
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
    actions = ["assign", "disqualify", "reinstate"]
    fields = [
        "code",
        "contest",
        "division",
        "state",
        "note",
        "title",
        "summary",
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
        rows = [row for row in entry.judge_assignments.all() if not row.conflict]
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

    @admin.display(description=_("files"))
    def file_list(self, entry: Entry) -> str:
        """Each download asks for the permission again and leaves as an attachment."""
        readable = {EntryFile.State.CLEAN, EntryFile.State.UNSCANNED}
        lines = []
        for file in entry.files.all():
            url = reverse("contests:download", args=[entry.code, file.pk])
            name = (
                format_html('<a href="{}">{}</a>', url, file.name)
                if file.state in readable
                else file.name
            )
            lines.append((name, size_text(file.size), file.get_state_display()))
        return format_html_join("", "<p>{}, {}, {}</p>", lines) or "–"

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
            outcome = actions.assign_judges(
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
        act = partial(actions.disqualify, reason=form.cleaned_data["reason"])
        self._each(request, chosen, act)
        return None

    @admin.action(description=_("Let take part again"), permissions=["change"])
    def reinstate(self, request: HttpRequest, rows) -> None:
        self._each(request, self.changeable(request, rows), actions.reinstate)

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


def run(
    model_admin: ScopedAdmin, request: HttpRequest, act: Callable, done: str
) -> bool:
    """Do it, or say why not."""
    try:
        act(by=request.user, now=request.now)
    except (Refused, Busy) as error:
        model_admin.message_user(request, sentence(error), messages.ERROR)
        return False
    if done:
        model_admin.message_user(request, done, messages.SUCCESS)
    return True


def sentence(error: Refused | Busy) -> str:
    if isinstance(error, Refused):
        return str(error.refusal.label)
    return gettext("Somebody else is just changing this. Press the button again.")
