"""The outbox for staff: what left, what waits, what failed and why."""

from __future__ import annotations

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from content.lookups import OfferedLookups
from content.yes_and_no import YesAndNo
from mail import actions, channels, kinds, suppressions
from mail.access import may_read
from mail.masking import without_keys
from mail.models import Letter, Preference, Suppression
from mail.sample_pages import SamplePages


class KindFilter(admin.SimpleListFilter):
    """The registered kinds, instead of a walk through all letters."""

    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request, model_admin):
        return [(key, kind.label) for key, kind in kinds.registry.items()]

    def queryset(self, request, queryset):
        return queryset.filter(kind=self.value()) if self.value() else queryset


class ChannelFilter(admin.SimpleListFilter):
    """Shown where there is more than e-mail."""

    title = _("channel")
    parameter_name = "channel"

    def lookups(self, request, model_admin):
        names = channels.names()
        return [(name, name) for name in names] if len(names) > 1 else []

    def queryset(self, request, queryset):
        return queryset.filter(channel=self.value()) if self.value() else queryset


class _MailAdmin(OfferedLookups, YesAndNo, admin.ModelAdmin):
    """Seen and managed by those who may read the whole outbox."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may_read(request.user)

    def has_view_permission(self, request: HttpRequest, obj=None) -> bool:
        return may_read(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj=None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj=None) -> bool:
        return False


@admin.register(Letter)
class LetterAdmin(SamplePages, _MailAdmin):
    change_list_template = "admin/mail/letters.html"
    list_display = ["address", "kind_label", "state_label", "created_at", "sent_at"]
    list_filter = ["state", KindFilter, "reason", ChannelFilter]
    search_fields = ["address__istartswith", "address_key__istartswith"]
    search_help_text = _("The beginning of an address, or @ and a mail provider.")
    ordering = ["-id"]
    list_per_page = 50
    show_full_result_count = False
    actions = ["retry", "cancel"]
    fieldsets = [
        (None, {"fields": ["address", "channel", "kind_label", "what_it_says"]}),
        (
            _("Delivery"),
            {
                "fields": [
                    "state",
                    "reason",
                    "error",
                    "attempts",
                    "created_at",
                    "not_before",
                    "not_after",
                    "sent_at",
                    "message_id",
                ]
            },
        ),
    ]
    # The only doors to subject and text are the two methods below: both stay shut
    # for secret letters, whose codes and links belong to the reader alone.

    def render_change_form(self, request, context: dict, **kwargs) -> HttpResponse:
        """With the one thing that can be done to this letter, as the list does it."""
        letter = kwargs.get("obj")
        if letter and letter.can_retry:
            context["act"] = "retry"
        elif letter and letter.state in Letter.PENDING:
            context["act"] = "cancel"
        return super().render_change_form(request, context, **kwargs)

    @admin.display(description=_("kind"))
    def kind_label(self, letter: Letter) -> str:
        return kinds.label_of(letter.kind)

    @admin.display(description=_("state"), ordering="state")
    def state_label(self, letter: Letter) -> str:
        state, reason = letter.get_state_display(), letter.get_reason_display()
        words = f"{state}: {reason}" if reason else state
        if not letter.error:
            return words
        return format_html('{}<br><span class="quiet">{}</span>', words, letter.error)

    @admin.display(description=_("what it says"))
    def what_it_says(self, letter: Letter) -> str:
        if letter.secret:
            return _("A code or a personal link. Nobody but the reader sees it.")
        if not letter.text:
            return format_html(
                "<strong>{}</strong><br>{}",
                letter.subject,
                _("The text was deleted 30 days after sending."),
            )
        return format_html(
            "<strong>{}</strong><pre>{}</pre>",
            letter.subject,
            without_keys(letter.text),
        )

    def get_search_results(self, request, queryset, search_term):
        """ "@gmail.com" finds the letters to one mail provider."""
        if search_term.startswith("@") and " " not in search_term:
            domain = search_term.lower()
            return queryset.filter(address_key__endswith=domain), False
        return super().get_search_results(request, queryset, search_term)

    @admin.action(description=_("Send the failed letters once more"))
    def retry(self, request: HttpRequest, queryset: QuerySet) -> None:
        chosen = list(queryset.values_list("pk", flat=True))
        done = [pk for pk in chosen if actions.retry(letter_id=pk, now=request.now)]
        for letter in Letter.objects.filter(pk__in=done):
            self.log_change(request, letter, "sent once more")
        self.message_user(
            request,
            ngettext(
                "%(count)d letter is sent once more.",
                "%(count)d letters are sent once more.",
                len(done),
            )
            % {"count": len(done)},
            messages.SUCCESS if done else messages.WARNING,
        )

    @admin.action(description=_("Never send the letters that still wait"))
    def cancel(self, request: HttpRequest, queryset: QuerySet) -> None:
        chosen = list(queryset.values_list("pk", flat=True))
        done = [pk for pk in chosen if actions.cancel(letter_id=pk)]
        for letter in Letter.objects.filter(pk__in=done):
            self.log_change(request, letter, "withdrawn")
        self.message_user(
            request,
            ngettext(
                "%(count)d letter will not be sent.",
                "%(count)d letters will not be sent.",
                len(done),
            )
            % {"count": len(done)},
            messages.SUCCESS if done else messages.WARNING,
        )


class InForce(admin.SimpleListFilter):
    """Those that still hold letters back, unless asked otherwise."""

    title = _("in force")
    parameter_name = "lifted"

    def lookups(self, request, model_admin):
        return [("no", _("Nothing is sent")), ("yes", _("Lifted"))]

    def queryset(self, request, queryset):
        if self.value() is None:
            return queryset
        return queryset.filter(lifted_at__isnull=self.value() == "no")


@admin.register(Suppression)
class SuppressionAdmin(_MailAdmin):
    list_display = ["address_key", "reason", "detail", "created_at", "lifted_at"]
    list_filter = ["reason", InForce]
    search_fields = ["address_key__istartswith"]
    ordering = ["-created_at", "-id"]
    actions = ["lift"]

    @admin.action(description=_("Let letters through again"))
    def lift(self, request: HttpRequest, queryset: QuerySet) -> None:
        """Say after a typing error, or when the reader has called."""
        done = 0
        for row in list(queryset):
            if suppressions.lift(suppression_id=row.pk, now=request.now):
                self.log_change(request, row, "lifted")
                done += 1
        self.message_user(
            request,
            ngettext(
                "%(count)d address gets letters again.",
                "%(count)d addresses get letters again.",
                done,
            )
            % {"count": done},
            messages.SUCCESS if done else messages.WARNING,
        )


@admin.register(Preference)
class PreferenceAdmin(_MailAdmin):
    list_display = ["address_key", "kind_label", "wanted", "changed_at"]
    search_fields = ["address_key__istartswith"]
    ordering = ["-changed_at", "-id"]
    fields = ["address_key", "kind_label", "wanted", "changed_at"]

    @admin.display(description=_("kind"), ordering="kind")
    def kind_label(self, preference: Preference) -> str:
        return kinds.label_of(preference.kind)
