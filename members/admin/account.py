"""Accounts and their roles in the admin."""

from __future__ import annotations

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from content import clock
from content.yes_and_no import whether
from members import accounts, actions, permissions, rules
from members.models import (
    Assignment,
    Role,
    User,
)
from members.scoped_admin import (
    ScopedAdmin,
    ScopedTabularInline,
)
from vietnam.dates import local_day


class AssignmentForm(forms.ModelForm):
    """A role that exists can only be given another end."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            for name in ("role", "unit", "starts_on"):
                if name in self.fields:
                    self.fields[name].disabled = True

    def clean(self):
        cleaned = super().clean()
        unit = cleaned.get("unit")
        if unit and not self.instance.pk:
            today = local_day(clock.now())
            if unit.has_ended(max(today, cleaned.get("starts_on") or today)):
                raise ValidationError({"unit": rules.Refusal.UNIT_CLOSED.label})
        return cleaned


class AccountForm(forms.ModelForm):
    """The last province admin cannot be closed out."""

    def clean_is_active(self) -> bool:
        is_active = self.cleaned_data["is_active"]
        closes = self.instance.pk and not is_active
        if closes and rules.is_last_admin(self.instance, on=local_day(clock.now())):
            raise ValidationError(rules.Refusal.LAST_ADMIN.label)
        return is_active


class AssignmentInline(ScopedTabularInline):
    model = Assignment
    form = AssignmentForm
    view_action = "roles.read"
    change_action = "roles.assign"
    unit_path = "person__unit"
    fields = ["role", "unit", "starts_on", "ends_on"]
    autocomplete_fields = ["unit"]
    extra = 0
    verbose_name_plural = _("roles (removing a row ends the role)")

    def get_queryset(self, request: HttpRequest):
        rows = super().get_queryset(request).select_related("unit", "user")
        return permissions.scoped(rows, request.user, self.view_action)


@admin.register(User)
class UserAdmin(ScopedAdmin):
    view_action = "roles.read"
    change_action = "roles.assign"
    delete_action = None
    unit_path = "person__unit"
    form = AccountForm
    fields = ["email", "person", "is_active", "is_staff", "date_joined", "last_login"]
    readonly_fields = ["is_staff", "date_joined", "last_login"]
    autocomplete_fields = ["person"]
    inlines = [AssignmentInline]
    actions = ["end_roles", "remove_factors"]
    list_display = ["__str__", "person", "is_active", "is_staff", "last_login"]
    list_filter = ["is_active", "is_staff", "assignments__role"]
    list_select_related = ["person"]
    search_fields = ["email"]
    folded_search_fields = ("person__folded_name",)

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        """Accounts without an address are made by cards, not by hand."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "email":
            field.required = True
        return field

    @admin.action(
        permissions=["change"], description=_("End all their roles (they have left)")
    )
    def end_roles(self, request: HttpRequest, queryset) -> None:
        """Every role that lies where the presser gives roles, in one press."""
        ended, now = 0, clock.now()
        within = permissions.units_for(request.user, self.change_action)
        for user in self.changeable(request, queryset):
            if not self.has_change_permission(request, user):
                continue
            try:
                number = actions.end_roles(user=user, now=now, within=within)
            except rules.Refused as refused:
                self.message_user(request, f"{user}: {refused}", messages.ERROR)
                continue
            ended += number
            if number:
                self.log_change(request, user, str(_("All roles ended.")))
        self.message_user(
            request,
            ngettext("%d role has ended.", "%d roles have ended.", ended) % ended,
        )

    @admin.action(
        permissions=["change"], description=_("Remove passkeys and codes (device lost)")
    )
    def remove_factors(self, request, queryset) -> None:
        """Each owner then sets up a new one; nobody signs in by this alone."""
        for user in queryset:
            if self.has_change_permission(request, user):
                if accounts.remove_factors(user):
                    self.log_change(request, user, [{"changed": {"fields": ["2FA"]}}])
            else:
                raise PermissionDenied
        self.message_user(request, _("Passkeys and codes have been removed."))

    def get_readonly_fields(self, request, obj=None):
        """An address that signs in is changed by its owner, who proves the new one."""
        return [*self.readonly_fields, *(["email"] if obj else [])]

    def has_change_permission(self, request, obj=None) -> bool:
        """Whoever holds a role touches no superuser."""
        if obj and obj.is_superuser and not request.user.is_superuser:
            return False
        return super().has_change_permission(request, obj)

    def save_model(self, request, obj, form, change) -> None:
        if not change:
            obj.email = User.objects.normalize_email(obj.email)
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)

    def save_formset(self, request, form, formset, change) -> None:
        if formset.model is not Assignment:
            super().save_formset(request, form, formset, change)
            return
        now = clock.now()
        formset.save(commit=False)
        for assignment in formset.deleted_objects:
            _end(self, request, assignment, now)
        changed = [row for row, _fields in formset.changed_objects]
        for assignment in [*formset.new_objects, *changed]:
            _assign(assignment, now)
        formset.save_m2m()


def _end(model_admin, request: HttpRequest, assignment: Assignment, now) -> bool:
    """End one role; where a rule forbids it, say so and leave it."""
    try:
        actions.end_role(assignment=assignment, now=now)
    except rules.Refused as refused:
        model_admin.message_user(request, f"{assignment}: {refused}", messages.ERROR)
        return False
    return True


def _assign(assignment: Assignment, now) -> Assignment:
    return actions.assign_role(
        user=assignment.user,
        role=Role(assignment.role),
        unit=assignment.unit,
        starts_on=assignment.starts_on,
        ends_on=assignment.ends_on,
        now=now,
    )


@admin.register(Assignment)
class AssignmentAdmin(ScopedAdmin):
    view_action = "roles.read"
    change_action = "roles.assign"
    delete_action = None
    form = AssignmentForm
    fields = ["user", "role", "unit", "starts_on", "ends_on"]
    autocomplete_fields = ["user", "unit"]
    list_display = ["user", "role", "unit", "starts_on", "ends_on"]
    list_filter = [
        "role",
        ("ends_on", whether(_("end"), empty=_("Without an end"), filled=_("Has one"))),
    ]
    list_select_related = ["user", "unit"]
    search_fields = ["user__email"]
    folded_search_fields = ("user__person__folded_name", "unit__folded_name")
    actions = ["end_now"]

    def get_readonly_fields(self, request, obj=None):
        return ["user", "role", "unit", "starts_on"] if obj else []

    def has_change_permission(self, request, obj=None) -> bool:
        """Whoever holds a role touches no superuser."""
        if obj and obj.user.is_superuser and not request.user.is_superuser:
            return False
        return super().has_change_permission(request, obj)

    def save_model(self, request, obj, form, change) -> None:
        obj.pk = _assign(obj, clock.now()).pk
        obj._state.adding = False

    @admin.action(description=_("End these roles now"), permissions=["change"])
    def end_now(self, request: HttpRequest, queryset) -> None:
        rows = self.changeable(request, queryset).select_related("user")
        now = clock.now()
        ended = [row for row in rows if self.has_change_permission(request, row)]
        number = sum(_end(self, request, assignment, now) for assignment in ended)
        self.message_user(
            request,
            ngettext("%d role has ended.", "%d roles have ended.", number) % number,
        )
