"""Invitations into roles in the admin."""

from __future__ import annotations

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from content import clock
from members import inviting
from members.models import Role, RoleInvitation
from members.scoped_admin import ScopedAdmin
from vietnam.dates import local_day

State = RoleInvitation.State


class InvitationForm(forms.ModelForm):
    """Asks the rule with the rights of whoever invites (`by` is set by the admin)."""

    class Meta:
        model = RoleInvitation
        fields = ["email", "role", "unit", "ends_on"]

    def clean(self):
        cleaned = super().clean()
        if not self.errors:
            refusal = inviting.why_not_invite(
                email=cleaned["email"],
                role=Role(cleaned["role"]),
                unit=cleaned["unit"],
                ends_on=cleaned["ends_on"],
                by=self.by,
                on=local_day(clock.now()),
            )
            if refusal:
                raise ValidationError(refusal.label, code=refusal.value)
        return cleaned

    def _post_clean(self) -> None:
        """The action makes the row, or sends the one that waits once more."""


class StateFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin) -> list[tuple[str, str]]:
        return State.choices

    def queryset(self, request: HttpRequest, queryset):
        now = request.now
        unanswered = Q(accepted_at=None, revoked_at=None)
        match self.value():
            case State.OPEN:
                return queryset.filter(unanswered, expires_at__gt=now)
            case State.EXPIRED:
                return queryset.filter(unanswered, expires_at__lte=now)
            case State.ACCEPTED:
                return queryset.exclude(accepted_at=None)
            case State.REVOKED:
                return queryset.exclude(revoked_at=None)
        return queryset


@admin.register(RoleInvitation)
class RoleInvitationAdmin(ScopedAdmin):
    view_action = change_action = "roles.assign"
    delete_action = None
    form = InvitationForm
    autocomplete_fields = ["unit"]
    list_display = ["email", "role", "unit", "state_now", "invited_at", "invited_by"]
    list_filter = [StateFilter, "role"]
    list_select_related = ["unit", "invited_by__person"]
    search_fields = ["email"]
    folded_search_fields = ("unit__folded_name",)
    actions = ["send_again", "take_back"]

    @admin.display(description=_("state"))
    def state_now(self, invitation: RoleInvitation) -> str:
        return str(invitation.state(clock.now()).label)

    def get_fields(self, request, obj=None):
        if obj is None:
            return ["email", "role", "unit", "ends_on"]
        return [
            *("email", "role", "unit", "ends_on", "state_now", "invited_at"),
            *("invited_by", "letters", "expires_at", "accepted_at", "accepted_by"),
            "revoked_at",
        ]

    def has_change_permission(self, request, obj=None) -> bool:
        """Sent is sent: take it back, and invite anew."""
        return obj is None and super().has_change_permission(request)

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        form.by = request.user
        return form

    def save_model(self, request, obj, form, change) -> None:
        data = form.cleaned_data
        made = inviting.invite(
            email=data["email"],
            role=Role(data["role"]),
            unit=data["unit"],
            ends_on=data["ends_on"],
            by=request.user,
            now=clock.now(),
        )
        obj.__dict__.update(made.__dict__)

    @admin.action(description=_("Send the letter once more"), permissions=["add"])
    def send_again(self, request: HttpRequest, queryset) -> None:
        sent, now = 0, clock.now()
        for row in self.changeable(request, queryset):
            try:
                inviting.resend(invitation=row, by=request.user, now=now)
            except inviting.Refused as refused:
                self.message_user(request, f"{row.email}: {refused}", messages.WARNING)
            else:
                sent += 1
                self.log_change(request, row, str(_("Sent once more.")))
        self.message_user(
            request,
            ngettext("%d letter is on its way.", "%d letters are on their way.", sent)
            % sent,
        )

    @admin.action(description=_("Take these invitations back"), permissions=["add"])
    def take_back(self, request: HttpRequest, queryset) -> None:
        now = clock.now()
        taken = [
            row
            for row in self.changeable(request, queryset)
            if inviting.revoke(invitation=row, now=now)
        ]
        for row in taken:
            self.log_change(request, row, str(_("Taken back.")))
        self.message_user(
            request,
            ngettext(
                "%d invitation has been taken back.",
                "%d invitations have been taken back.",
                len(taken),
            )
            % len(taken),
        )
