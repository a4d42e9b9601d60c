"""The desk of the organisers; whatever counts goes through the actions."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from functools import partial

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import translation
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext, gettext_noop, ngettext
from django.utils.translation import gettext_lazy as _

from content.questions import QuestionForm
from content.richtext import RichTextAdminMixin
from mail.pauses import TellsOfTet
from members import access_log
from members.models import Person
from members.scoped_admin import (
    ScopedAdmin,
    ScopedRelatedFilter,
    ScopedStackedInline,
    ScopedTabularInline,
)
from training import (
    actions,
    answers,
    approval_admin,
    copying,
    exports,
    glance,
    logbook,
)
from training.actions import Busy, Refused
from training.admin_forms import (
    CopyForm,
    MaterialForm,
    MaterialFormSet,
    PlacesForm,
    SeriesForm,
    SessionForm,
    SlotFormSet,
)
from training.admin_words import sentence
from training.attendance_admin import AttendancePages
from training.certificate_admin import CertificatePages
from training.models import (
    Material,
    Question,
    Registration,
    RemotePoint,
    Series,
    SessionKind,
    Slot,
    TrainingSession,
    UnitQuota,
)
from training.quota_admin import QuotaPages
from training.year_admin import YearPages

State = TrainingSession.State
MOST = 1000
"""People looked at in one go before anything is done to them."""
CONFIRMED = "confirmed"
# As the history calls them; the logbook translates.
DECLINED = gettext_noop("Sign-ups declined")
WITHDRAWN = gettext_noop("Sign-ups cancelled by staff")
_KEY = re.compile(r"[0-9]{1,18}", re.ASCII)


def _moved_rooms(formsets) -> set[int]:
    """The keys of rooms that were there and now have another name or address."""
    return {
        room.pk
        for part in formsets
        if part.model is RemotePoint
        for room, fields in part.changed_objects
        if {"name", "address"} & set(fields)
    }


@admin.register(SessionKind)
class SessionKindAdmin(ScopedAdmin):
    view_action = "training.read"
    change_action = "training.manage"
    unit_path = None
    list_display = ["name", "order"]


@admin.register(Series)
class SeriesAdmin(ScopedAdmin):
    view_action = "training.read"
    change_action = "training.manage"
    form = SeriesForm
    list_display = ["title", "unit", "session_count"]
    ordering = ["title", "id"]
    list_select_related = ["unit"]
    autocomplete_fields = ["unit"]
    search_fields = ["title"]
    fold_on_search = ("title",)
    fields = ["title", "summary", "unit", "slug"]

    def get_queryset(self, request: HttpRequest):
        return super().get_queryset(request).annotate(number=models.Count("sessions"))

    @admin.display(description=_("sessions"), ordering="number")
    def session_count(self, series: Series) -> int:
        return series.number


class PartOfSession:
    """What the inlines of a session share."""

    view_action = "training.read"
    change_action = "training.manage"
    extra = 0
    min_num = 0


class SlotInline(PartOfSession, ScopedTabularInline):
    model = Slot
    formset = SlotFormSet


class PointInline(PartOfSession, ScopedTabularInline):
    model = RemotePoint
    fields = ["name", "address", "places", "contact", "order"]


class QuestionInline(PartOfSession, ScopedStackedInline):
    model = Question
    form = QuestionForm
    fields = ["text", "hint", ("kind", "required", "order"), "choices"]


class MaterialInline(PartOfSession, ScopedStackedInline):
    model = Material
    form = MaterialForm
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    formset = MaterialFormSet
    fields = ["title", "upload", "link", ("shown_to", "order")]


@admin.register(TrainingSession)
class TrainingSessionAdmin(
    AttendancePages,
    CertificatePages,
    QuotaPages,
    YearPages,
    TellsOfTet,
    RichTextAdminMixin,
    ScopedAdmin,
):
    view_action = "training.read"
    change_action = "training.manage"
    form = SessionForm
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    tet_dates = ("opens_at", "closes_at", "starts_at", "ends_at")
    inlines = [SlotInline, PointInline, QuestionInline, MaterialInline]
    history_parts = [(UnitQuota, "session")]
    change_form_template = "training/admin/session_form.html"
    list_display = ["title", "starts_at", "state", "seats", "waiting", "unit"]
    list_filter = ["state", "kind", "mode", ("series", ScopedRelatedFilter)]
    list_select_related = ["unit"]
    list_per_page = 50
    show_full_result_count = False
    search_fields = ["title", "venue"]
    fold_on_search = ("title", "venue")
    autocomplete_fields = ["unit", "audience_unit", "series"]
    date_hierarchy = "starts_at"
    ordering = ["-starts_at", "-id"]
    readonly_fields = ["state_now", "seats", "waiting"]
    fieldsets = [
        (None, {"fields": ["state_now", "title", "kind", "summary", "description"]}),
        (
            _("When and where"),
            {"fields": ["starts_at", "ends_at", "mode", "venue", "meeting_link"]},
        ),
        (
            _("Signing up"),
            {
                "fields": [
                    "opens_at",
                    "closes_at",
                    "capacity",
                    "seats",
                    "waiting",
                    "has_waiting_list",
                    "offer_hours",
                    "needs_approval",
                ]
            },
        ),
        (
            _("For whom"),
            {
                "fields": [
                    "unit",
                    "audience_unit",
                    "audience_group",
                    "min_age",
                    "max_age",
                ]
            },
        ),
        (
            _("Letters and certificates"),
            {
                "fields": [
                    "reminder_leads",
                    "certificate_share",
                    "certificate_needs_feedback",
                ]
            },
        ),
        (_("Address"), {"fields": ["series", "slug"], "classes": ["collapse"]}),
    ]

    @admin.display(description=_("state"), ordering="state")
    def state_now(self, session: TrainingSession) -> str:
        return session.get_state_display()

    @admin.display(description=_("places given"))
    def seats(self, session: TrainingSession) -> str:
        return f"{session.confirmed + session.offered}/{session.capacity or 0}"

    @admin.display(description=_("waiting"))
    def waiting(self, session: TrainingSession) -> int:
        return session.line_length

    def get_queryset(self, request: HttpRequest):
        rows = super().get_queryset(request)
        match = request.resolver_match
        is_list = match and match.url_name.endswith("_changelist")
        return rows.defer("description") if is_list else rows

    def get_readonly_fields(self, request: HttpRequest, obj=None) -> list[str]:
        """The number of places has its own page, because people hang on it."""
        fields = list(super().get_readonly_fields(request, obj))
        return [*fields, "capacity"] if obj else fields

    def has_delete_permission(self, request: HttpRequest, obj=None) -> bool:
        """What was public is cancelled, not deleted: people may have signed up."""
        allowed = super().has_delete_permission(request, obj)
        return allowed and (obj is None or obj.state == State.DRAFT)

    def get_actions(self, request: HttpRequest) -> dict:
        """No deleting in bulk: it would not ask for the state."""
        found = super().get_actions(request)
        found.pop("delete_selected", None)
        return found

    def get_view_on_site_url(self, obj=None) -> str | None:
        return super().get_view_on_site_url(obj) if obj else None

    def dates_of(self, session: TrainingSession) -> dict[str, dt.datetime | None]:
        """Its own, and the hours at which people would be reminded."""
        leads = [dt.timedelta(hours=hours) for hours in session.reminder_leads]
        name = gettext("Reminder of a session")
        return super().dates_of(session) | {
            f"{name} ({lead // dt.timedelta(hours=1)} h)": session.starts_at - lead
            for lead in leads
        }

    def save_model(self, request, obj: TrainingSession, form, change) -> None:
        """A new session is a draft; changes of one wait for `save_related`."""
        if not change:
            super().save_model(request, obj, form, change)

    def save_related(self, request, form, formsets, change) -> None:
        """Half-days first, so that the letters of the change tell the new ones."""
        if not change:
            super().save_related(request, form, formsets, change)
            return
        changes = {name: form.cleaned_data[name] for name in form.changed_data}
        try:
            with transaction.atomic():
                super().save_related(request, form, formsets, change)
                actions.revise(
                    session_id=form.instance.pk,
                    changes=changes,
                    by=request.user,
                    now=request.now,
                    slots_changed=any(
                        part.has_changed() for part in formsets if part.model is Slot
                    ),
                    rooms_changed=_moved_rooms(formsets),
                )
        except (Refused, Busy) as error:
            self.message_user(request, sentence(error), messages.ERROR)

    def response_add(self, request, obj, post_url_continue=None) -> HttpResponse:
        answer = super().response_add(request, obj, post_url_continue)
        return self._publish_if_pressed(request, obj) or answer

    def response_change(self, request, obj) -> HttpResponse:
        return self._publish_if_pressed(request, obj) or super().response_change(
            request, obj
        )

    def _publish_if_pressed(self, request, obj) -> HttpResponse | None:
        if "_publish" not in request.POST:
            return None
        act = partial(actions.publish_session, session_id=obj.pk)
        self._run(request, act, gettext("The session is public now."))
        return redirect("admin:training_trainingsession_change", obj.pk)

    def render_change_form(self, request, context, **kwargs) -> HttpResponse:
        session = kwargs.get("obj")
        if self.has_change_permission(request, session):
            context["may_publish"] = session is None or session.state == State.DRAFT
            context["may_cancel"] = bool(session) and session.state == State.PUBLISHED
            context["may_change"] = True
        if session:
            context["glance"] = glance.of(session)
        return super().render_change_form(request, context, **kwargs)

    def get_urls(self) -> list:
        wrap = self.admin_site.admin_view
        return [
            path(
                "<int:pk>/places/",
                wrap(self.places_view),
                name="training_trainingsession_places",
            ),
            path(
                "<int:pk>/cancel/",
                wrap(self.cancel_view),
                name="training_trainingsession_cancel",
            ),
            path(
                "<int:pk>/approve/",
                wrap(self.approve_view),
                name="training_trainingsession_approve",
            ),
            path(
                "<int:pk>/copy/",
                wrap(self.copy_view),
                name="training_trainingsession_copy",
            ),
            path(
                "<int:pk>/list.<str:ending>",
                wrap(self.export_view),
                name="training_trainingsession_export",
            ),
            *super().get_urls(),
        ]

    def places_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Change the number of places; below those given it asks once more."""
        session = self._session(request, pk)
        form = PlacesForm(request.POST or None, session=session)
        if request.method == "POST" and form.is_valid():
            act = partial(
                actions.change_capacity,
                session_id=pk,
                capacity=form.cleaned_data["capacity"],
                agree_over=form.cleaned_data["agree_over"],
                recall=form.cleaned_data["offers"] == PlacesForm.RECALL,
            )
            if self._run(request, act, gettext("The number of places is changed.")):
                return redirect("admin:training_trainingsession_change", pk)
        title = gettext("Places of “%(title)s”") % {"title": session.title}
        page = "training/admin/places.html"
        return self._page(request, session, page, form=form, title=title)

    def cancel_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Say how many will hear of it, then cancel."""
        session = self._session(request, pk)
        if request.method == "POST":
            act = partial(actions.cancel_session, session_id=pk)
            text = gettext("The session is cancelled, and everybody was written to.")
            self._run(request, act, text)
            return redirect("admin:training_trainingsession_change", pk)
        letters = Registration.objects.filter(session=session).live().count()
        title = gettext("Cancel “%(title)s”?") % {"title": session.title}
        page = "training/admin/cancel.html"
        return self._page(request, session, page, letters=letters, title=title)

    def approve_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Say who gets a place and who would wait, then approve these very people."""
        session = self._session(request, pk)
        if request.method == "POST":
            keys = [key for key in request.POST.getlist("key") if _KEY.fullmatch(key)]

            def act(**who) -> None:
                done = actions.approve_all(
                    session_id=pk, registration_ids=keys[:MOST], **who
                )
                logbook.decided(request.user, approval_admin.APPROVED, done)

            text = gettext("The sign-ups are approved, and everybody was written to.")
            self._run(request, act, text)
            return redirect("admin:training_trainingsession_change", pk)
        pending = Registration.objects.filter(session=session).pending()
        keys = list(pending.values_list("pk", flat=True)[:MOST])
        rows = actions.preview_approval(
            session=session, registration_ids=keys, now=request.now
        )
        return self._page(
            request,
            session,
            "training/admin/approve_all.html",
            rows=rows,
            placed=sum(row.state == Registration.State.CONFIRMED for row in rows),
        )

    def copy_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The same again as a draft, which then only needs a look."""
        session = self._session(request, pk)
        usual = copying.usual_start(session, now=request.now)
        form = CopyForm(request.POST or None, initial={"starts_at": usual})
        if request.method == "POST" and form.is_valid():
            copy = copying.copy_session(
                session_id=pk,
                starts_at=form.cleaned_data["starts_at"],
                by=request.user,
                now=request.now,
            )
            with translation.override(settings.LANGUAGE_CODE):
                text = gettext("Copied from: %(title)s")
                self.log_addition(request, copy, text % {"title": session.title})
            text = gettext("This is the copy, a draft. Look at its dates and publish.")
            self.message_user(request, text, messages.SUCCESS)
            return redirect("admin:training_trainingsession_change", copy.pk)
        return self._page(request, session, "training/admin/copy.html", form=form)

    def export_view(self, request: HttpRequest, pk: int, ending: str) -> HttpResponse:
        """The paper list; who took it with them stands in the history of the row."""
        session = get_object_or_404(self.get_queryset(request), pk=pk)
        if ending not in {"xlsx", "csv"}:
            raise Http404("no such list")
        rows = Registration.objects.filter(session=session)
        every = "all" in request.GET
        rows = rows.live() if every else rows.confirmed()
        lines = exports.table(session, rows.order_by("registered_at", "id"))
        with translation.override(settings.LANGUAGE_CODE):
            text = gettext("List of %(n)d people taken out as %(kind)s")
            about = {"n": len(lines) - 1, "kind": ending.upper()}
            self.log_change(request, session, text % about)
        access_log.note_access(
            by=request.user,
            kind="training.list",
            what=session.title,
            about=f"training.session:{session.pk}",
            unit=session.unit,
            people=rows.order_by().values_list("person", flat=True),
            now=request.now,
        )
        if ending == "csv":
            response = HttpResponse(exports.as_csv(lines), content_type=exports.CSV)
        else:
            made = exports.as_xlsx(lines, title=session.title)
            response = HttpResponse(made, content_type=exports.XLSX)
        name = f"{session.slug}.{ending}"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        response["Cache-Control"] = "private, no-store"
        return response

    def _session(self, request: HttpRequest, pk: int) -> TrainingSession:
        session = get_object_or_404(self.get_queryset(request), pk=pk)
        if not self.has_change_permission(request, session):
            raise PermissionDenied
        return session

    def _page(self, request, session, template: str, **context) -> HttpResponse:
        context = self.admin_site.each_context(request) | {
            "session": session,
            "opts": self.opts,
            "title": session.title,
            **context,
        }
        return render(request, template, context)

    def _run(self, request: HttpRequest, act: Callable, done: str) -> bool:
        try:
            act(by=request.user, now=request.now)
        except (Refused, Busy) as error:
            self.message_user(request, sentence(error), messages.ERROR)
            return False
        self.message_user(request, done, messages.SUCCESS)
        return True


@admin.register(Registration)
class RegistrationAdmin(ScopedAdmin):
    """Who signed up; decided on here, never typed in or edited by hand."""

    view_action = "training.read"
    change_action = "training.manage"
    delete_action = None
    unit_path = "session__unit"
    list_display = [
        "person",
        "session",
        "state",
        "place",
        "unit_name",
        "registered_at",
    ]
    list_filter = ["state", ("session", ScopedRelatedFilter)]
    list_select_related = ["person", "session"]
    list_per_page = 50
    show_full_result_count = False
    search_fields = ["person__email", "person__phone"]
    search_help_text = _("Name with or without accents, email or phone")
    date_hierarchy = "registered_at"
    ordering = ["-registered_at", "-id"]
    actions = ["approve", "reject", "withdraw"]
    fields = [
        "session_link",
        "person",
        "state",
        "place",
        "quota",
        "offer_expires_at",
        "point",
        "answer_list",
        "unit_name",
        "registered_at",
        "registered_by",
        "confirmed_at",
        "cancelled_at",
        "excuse",
        "hand_on",
    ]

    def get_search_results(self, request, queryset, search_term):
        allowed, duplicates = super().get_search_results(request, queryset, "")
        if search_term:
            people = Person.objects.found_by(search_term)
            allowed = allowed.filter(person__in=people.order_by())
        return allowed, duplicates

    def has_add_permission(self, request: HttpRequest, obj=None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj=None) -> list[str]:
        return self.fields

    @admin.display(description=_("session"))
    def session_link(self, sign_up: Registration) -> str:
        url = reverse(
            "admin:training_trainingsession_change", args=[sign_up.session_id]
        )
        return format_html('<a href="{}">{}</a>', url, sign_up.session)

    @admin.display(description=_("Somebody else comes in their place?"))
    def hand_on(self, sign_up: Registration) -> str:
        """Leads to the page that names the substitute; only a place is handed on."""
        if sign_up.state != Registration.State.CONFIRMED:
            return "–"
        args = [sign_up.session.slug, sign_up.code]
        url = reverse("training:name_somebody", args=args)
        return format_html('<a href="{}">{}</a>', url, gettext("Hand the place on"))

    @admin.display(description=_("answers"))
    def answer_list(self, sign_up: Registration) -> str:
        """Files leave by the page that asks for the right once more."""
        lines = []
        for answer in answers.of(sign_up):
            words = answer.words
            if answer.is_readable:
                args = [sign_up.session.slug, answer.pk]
                url = reverse("training:answer", args=args)
                words = format_html('<a href="{}">{}</a>', url, words)
            if answer.file:
                words = format_html("{} ({})", words, answer.get_state_display())
            lines.append((answer.question.text, words))
        return format_html_join("", "<p><strong>{}</strong><br>{}</p>", lines) or "–"

    @admin.action(description=_("Approve the chosen sign-ups"), permissions=["change"])
    def approve(self, request: HttpRequest, rows) -> HttpResponse | None:
        """Say first who gets a place and who waits."""
        return approval_admin.approve(self, request, self.changeable(request, rows))

    @admin.action(description=_("Decline the chosen sign-ups"), permissions=["change"])
    def reject(self, request: HttpRequest, rows) -> HttpResponse | None:
        return self._each(request, rows, actions.reject, DECLINED)

    @admin.action(description=_("Cancel the chosen sign-ups"), permissions=["change"])
    def withdraw(self, request: HttpRequest, rows) -> HttpResponse | None:
        return self._each(request, rows, actions.cancel, WITHDRAWN)

    def _preview(self, request: HttpRequest, chosen) -> HttpResponse:
        """Whom it would touch; nothing has happened yet."""
        verb = request.POST["action"]
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "title": self.get_actions(request)[verb][2],
            "verb": verb,
            "rows": chosen.select_related("person", "session")[:MOST],
        }
        return render(request, "training/admin/decide.html", context)

    def _each(
        self, request: HttpRequest, rows, act: Callable, verb: str
    ) -> HttpResponse | None:
        done, refused = [], {}
        chosen = self.changeable(request, rows).order_by("registered_at", "id")
        if CONFIRMED not in request.POST:
            return self._preview(request, chosen)
        for pk in chosen.values_list("pk", flat=True):
            try:
                done.append(act(registration_id=pk, by=request.user, now=request.now))
            except (Refused, Busy) as error:
                reason = sentence(error)
                refused[reason] = refused.get(reason, 0) + 1
        if number := len(done):
            logbook.decided(request.user, verb, done)
            text = ngettext("%(n)d sign-up done.", "%(n)d sign-ups done.", number)
            self.message_user(request, text % {"n": number}, messages.SUCCESS)
        for reason, number in refused.items():
            text = ngettext(
                "%(n)d sign-up left as it was: %(reason)s",
                "%(n)d sign-ups left as they were: %(reason)s",
                number,
            )
            values = {"n": number, "reason": reason}
            self.message_user(request, text % values, messages.WARNING)
        return None
