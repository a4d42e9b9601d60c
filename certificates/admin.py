"""The register and the batches; whatever changes a certificate goes by the actions."""

from __future__ import annotations

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certificates import actions, batches, codes, letters, paper, rules
from certificates.forms import CorrectForm, RevokeForm
from certificates.models import Certificate, CertificateBatch, Issuer
from certificates.rules import Refused
from certificates.views import pdf_response
from content.files import download
from content.files.download import private_headers
from members import access_log
from members.scoped_admin import ScopedAdmin
from vietnam.dates import local_day

State = CertificateBatch.State


@admin.register(Issuer)
class IssuerAdmin(ScopedAdmin):
    """Who signs for which unit: the province's business."""

    view_action = "certificates.read"
    change_action = "certificates.manage"
    list_display = ["name", "unit", "signer_name", "suffix"]
    list_select_related = ["unit"]
    autocomplete_fields = ["unit"]


class ValidityFilter(admin.SimpleListFilter):
    title = _("validity")
    parameter_name = "validity"

    def lookups(self, request, model_admin):
        return [
            ("valid", _("Valid")),
            ("replaced", _("Replaced")),
            ("revoked", _("Revoked")),
        ]

    def queryset(self, request, queryset):
        newer = Exists(Certificate.objects.filter(replaces=OuterRef("pk")))
        match self.value():
            case "valid":
                return queryset.filter(revoked_at__isnull=True)
            case "replaced":
                return queryset.filter(newer)
            case "revoked":
                return queryset.filter(~newer, revoked_at__isnull=False)
        return queryset


@admin.register(Certificate)
class CertificateAdmin(ScopedAdmin):
    """The register of certificates; a row is read, corrected by a new one, revoked."""

    view_action = "certificates.read"
    change_action = "certificates.issue"
    delete_action = None
    change_form_template = "certificates/admin/certificate.html"
    list_display = ["number_now", "owner", "course", "issued_on", "validity"]
    list_filter = ["year", "kind", ValidityFilter]
    list_select_related = ["replaced_by"]
    list_per_page = 100
    show_full_result_count = False
    folded_search_fields = ("folded_name",)
    search_fields = ["code"]
    search_help_text = _("Name with or without accents, number such as 12/2026, code")
    ordering = ["-year", "-number", "-version"]
    fields = [
        "number_now",
        "validity",
        "reason",
        "person_link",
        "name",
        "of_unit",
        "kind",
        "course",
        "merit",
        "starts_on",
        "ends_on",
        "extent",
        "venue",
        "issuer",
        "signer_title",
        "signer_name",
        "issued_on",
        "unit",
        "check_link",
        "version",
        "replaces",
        "issued_at",
        "issued_by",
        "revoked_at",
        "revoked_by",
    ]

    def has_add_permission(self, request: HttpRequest, obj=None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj=None) -> list[str]:
        return self.fields

    def get_search_results(self, request, queryset, search_term):
        """By number, alone or with its year; by code; all else is a name."""
        if code := codes.read(search_term):
            return queryset.filter(code=code), False
        number, _slash, rest = search_term.strip().partition("/")
        year = rest.partition("/")[0]
        if number.isdecimal() and len(number) < 9:
            rows = queryset.filter(number=int(number))
            if year.isdecimal() and len(year) == 4:
                rows = rows.filter(year=int(year))
            return rows, False
        return super().get_search_results(request, queryset, search_term)

    @admin.display(description=_("number"), ordering="number")
    def number_now(self, row: Certificate) -> str:
        return row.number_text

    @admin.display(description=_("name as printed"), ordering="folded_name")
    def owner(self, row: Certificate) -> str:
        return row.name

    @admin.display(description=_("validity"))
    def validity(self, row: Certificate) -> str:
        if row.is_valid:
            return gettext("Valid")
        return (
            gettext("Replaced") if hasattr(row, "replaced_by") else gettext("Revoked")
        )

    @admin.display(description=_("person"))
    def person_link(self, row: Certificate) -> str:
        url = reverse("admin:members_person_change", args=[row.person_id])
        return format_html('<a href="{}">{}</a>', url, row.person)

    @admin.display(description=_("public page"))
    def check_link(self, row: Certificate) -> str:
        url = row.get_absolute_url()
        return format_html('<a href="{}">{}</a>', url, row.spaced_code)

    def get_urls(self) -> list:
        wrap = self.admin_site.admin_view
        pages = {
            "pdf": self.pdf_view,
            "correct": self.correct_view,
            "revoke": self.revoke_view,
        }
        return [
            *(
                path(
                    f"<int:pk>/{name}/",
                    wrap(view),
                    name=f"certificates_certificate_{name}",
                )
                for name, view in pages.items()
            ),
            *super().get_urls(),
        ]

    def render_change_form(self, request, context, **kwargs) -> HttpResponse:
        row = kwargs.get("obj")
        may = bool(row) and self.has_change_permission(request, row)
        context["may_end"] = may and row.is_valid
        return super().render_change_form(request, context, **kwargs)

    def pdf_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """As it was printed, whatever became of it: staff look at old versions too."""
        return pdf_response(self._row(request, pk, change=False))

    def correct_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = self._row(request, pk)
        if not row.is_valid:
            return self._ended(request, row)
        form = CorrectForm(request.POST or None, instance=row)
        if request.method == "POST" and form.is_valid():
            try:
                new = actions.correct(
                    certificate_id=pk,
                    changes=form.changes,
                    by=request.user,
                    now=request.now,
                )
            except Refused as refused:
                form.add_error(None, str(refused))
            else:
                self._say_corrected(request, new, changed=new.pk != pk)
                return redirect("admin:certificates_certificate_change", new.pk)
        context = {"form": form, "told": self._told(request, row)}
        return self._page(request, row, "certificates/admin/correct.html", context)

    def revoke_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Whom it touches, then the reason, then the end."""
        row = self._row(request, pk)
        if not row.is_valid:
            return self._ended(request, row)
        form = RevokeForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                actions.revoke(
                    certificate_id=pk,
                    reason=form.cleaned_data["reason"],
                    by=request.user,
                    now=request.now,
                )
            except Refused as refused:
                form.add_error(None, str(refused))
            else:
                text = gettext("The certificate %(number)s is revoked.")
                self.message_user(
                    request, text % {"number": row.number_text}, messages.SUCCESS
                )
                return redirect("admin:certificates_certificate_change", pk)
        return self._page(
            request, row, "certificates/admin/revoke.html", {"form": form}
        )

    def _say_corrected(self, request, new: Certificate, *, changed: bool) -> None:
        if not changed:
            text = gettext("Nothing was changed, so no new version was made.")
            self.message_user(request, text, messages.WARNING)
            return
        text = gettext(
            "Version %(version)d takes the place of the old one, which no longer "
            "counts. Collect the old paper."
        )
        values = {"version": new.version}
        self.message_user(request, text % values, messages.SUCCESS)

    def _told(self, request: HttpRequest, row: Certificate) -> str:
        """The address that hears of a new version; empty where nobody does."""
        return letters.address_of(row.person, on=local_day(request.now))

    def _row(self, request: HttpRequest, pk: int, *, change: bool = True):
        rows = self.get_queryset(request).select_related("person__user", "unit")
        row = get_object_or_404(rows, pk=pk)
        allowed = self.has_change_permission if change else self.has_view_permission
        if not allowed(request, row):
            raise PermissionDenied
        return row

    def _ended(self, request: HttpRequest, row: Certificate) -> HttpResponse:
        """A second click, or somebody else was quicker: show what became of it."""
        self.message_user(request, rules.Refusal.ENDED.label, messages.WARNING)
        now = getattr(row, "replaced_by", row)
        return redirect("admin:certificates_certificate_change", now.pk)

    def _page(self, request, row, template: str, context: dict) -> HttpResponse:
        context |= self.admin_site.each_context(request)
        context |= {"certificate": row, "opts": self.opts, "title": str(row)}
        return render(request, template, context)


@admin.register(CertificateBatch)
class CertificateBatchAdmin(ScopedAdmin):
    """How far a batch is, who got none and why, and its file."""

    view_action = "certificates.read"
    change_action = "certificates.issue"
    delete_action = None
    change_form_template = "certificates/admin/batch.html"
    list_display = ["course", "state", "progress", "failed", "asked_at", "unit"]
    list_filter = ["state", "kind"]
    list_select_related = ["unit"]
    list_per_page = 50
    show_full_result_count = False
    search_fields = ["course"]
    fold_on_search = ("course",)
    fields = [
        "course",
        "kind",
        "state",
        "total",
        "done",
        "failed",
        "unit",
        "tell",
        "asked_at",
        "asked_by",
        "finished_at",
    ]

    def has_add_permission(self, request: HttpRequest, obj=None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj=None) -> list[str]:
        return self.fields

    @admin.display(description=_("progress"))
    def progress(self, batch: CertificateBatch) -> str:
        return f"{batch.settled}/{batch.total}"

    def get_urls(self) -> list:
        wrap = self.admin_site.admin_view
        return [
            path(
                "<int:pk>/zip/",
                wrap(self.zip_view),
                name="certificates_certificatebatch_zip",
            ),
            path(
                "<int:pk>/again/",
                wrap(self.again_view),
                name="certificates_certificatebatch_again",
            ),
            path(
                "<int:pk>/print/<int:volume>/",
                wrap(self.print_view),
                name="certificates_certificatebatch_print",
            ),
            *super().get_urls(),
        ]

    def render_change_form(self, request, context, **kwargs) -> HttpResponse:
        batch = kwargs.get("obj")
        if batch:
            number = batches.of(batch).count()
            context |= {
                "batch": batch,
                "has_file": batches.is_true(batch),
                "volumes": _volumes(number),
                "refused": _refused(batch),
                "may_make": self.has_change_permission(request, batch),
            }
        return super().render_change_form(request, context, **kwargs)

    def zip_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Only while every certificate in it counts; else it must be made again."""
        batch = self._batch(request, pk)
        if not batches.is_true(batch):
            text = gettext("Certificates have changed. Make the file again.")
            self.message_user(request, text, messages.WARNING)
            return redirect("admin:certificates_certificatebatch_change", pk)
        _note(request, batch, batches.of(batch))
        name = f"chung-nhan-{batch.pk}.zip"
        return download(
            batch.archive, name=name, media_type="application/zip", by=request.user.pk
        )

    def again_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        batch = self._batch(request, pk)
        if not self.has_change_permission(request, batch):
            raise PermissionDenied
        if request.method == "POST":
            batches.remake(batch_id=pk, now=request.now)
        return redirect("admin:certificates_certificatebatch_change", pk)

    def print_view(self, request: HttpRequest, pk: int, volume: int) -> HttpResponse:
        """One PDF of many pages for the printer, made at this moment."""
        batch = self._batch(request, pk)
        first = (volume - 1) * paper.VOLUME
        pages = list(batches.of(batch)[max(first, 0) : first + paper.VOLUME])
        if not pages or volume < 1:
            raise Http404
        _note(request, batch, pages)
        name = f"in-{batch.pk}-{first + 1:04}-{first + len(pages):04}.pdf"
        return private_headers(
            HttpResponse(paper.render(pages)), name=name, media_type="application/pdf"
        )

    def _batch(self, request: HttpRequest, pk: int) -> CertificateBatch:
        batch = get_object_or_404(self.get_queryset(request), pk=pk)
        if not self.has_view_permission(request, batch):
            raise PermissionDenied
        return batch


def _note(request: HttpRequest, batch: CertificateBatch, rows) -> None:
    """Names, numbers and courses leave the portal."""
    access_log.note_access(
        by=request.user,
        kind="certificates.batch",
        what=batch.course,
        about=f"certificates.batch:{batch.pk}",
        unit=batch.unit,
        people=[row.person_id for row in rows],
        now=request.now,
    )


def _volumes(number: int) -> list[dict[str, int]]:
    """What one PDF for the printer holds: from the first to the last of the batch."""
    starts = range(0, number, paper.VOLUME)
    return [
        {"at": at, "first": first + 1, "last": min(first + paper.VOLUME, number)}
        for at, first in enumerate(starts, start=1)
    ]


def _refused(batch: CertificateBatch) -> list[tuple[str, str]]:
    """Who got none, and why."""
    rows: QuerySet = batch.entries.exclude(error="").select_related("person")
    labels = dict(rules.Refusal.choices)
    return [(str(row.person), labels.get(row.error, row.error)) for row in rows]
