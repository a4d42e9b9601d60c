"""Units, people and roles in the admin; everything that counts goes through actions."""

from __future__ import annotations

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from content import clock
from content.yes_and_no import whether
from members import accounts, actions, consents, merge, permissions, rules
from members.card_admin import CardsOfPeople
from members.desk_tasks import waiting_for_guardians
from members.forms import PhoneFormField
from members.guardians import TEXT_VERSION
from members.models import (
    Assignment,
    Consent,
    Guardian,
    Person,
    Role,
    Unit,
    UnitKind,
    UnitSuccession,
    User,
)
from members.scoped_admin import (
    CalmAutocompleteMultiple,
    ScopedAdmin,
    ScopedTabularInline,
)
from vietnam.dates import local_day
from vietnam.phones import display_phone


@admin.register(UnitKind)
class UnitKindAdmin(ScopedAdmin):
    view_action = "units.read"
    change_action = "units.manage"
    unit_path = None
    list_display = ["name", "family", "is_village", "order"]
    search_fields = ["name", "code"]


class UnitForm(forms.ModelForm):
    """The parent is asked about here, and asked again under the tree's lock."""

    may_be_root = True

    def clean_parent(self) -> Unit | None:
        parent = self.cleaned_data["parent"]
        if parent is None:
            if self.may_be_root or (self.instance.pk and not self.instance.parent_id):
                return None
            raise ValidationError(_("Choose the unit above."), code="required")
        if self.instance.pk is None or parent.pk != self.instance.parent_id:
            self._ask_rule(parent)
        return parent

    def _ask_rule(self, parent: Unit) -> None:
        today = local_day(clock.now())
        if self.instance.pk:
            refusal = rules.why_not_move(self.instance, parent, on=today)
        elif not parent.is_current(today):
            refusal = rules.Refusal.PARENT_CLOSED
        else:
            refusal = None
        if refusal:
            raise ValidationError(refusal.label, code=refusal.value)


class UnitTreeList(ChangeList):
    """Units in the order of the tree, each with its depth."""

    def get_queryset(self, request: HttpRequest, exclude_parameters=None):
        rows = super().get_queryset(request, exclude_parameters)
        return rows.with_tree_fields().order_by("tree_ordering")


@admin.register(Unit)
class UnitAdmin(ScopedAdmin):
    view_action = "units.read"
    change_action = "units.manage"
    delete_action = None
    unit_path = ""
    form = UnitForm
    fields = [
        "name",
        "short_name",
        "kind",
        "parent",
        "official_code",
        "slug",
        "valid_from",
        "valid_to",
    ]
    readonly_fields = ["slug", "valid_to"]
    autocomplete_fields = ["parent"]
    list_display = ["in_tree", "kind", "official_code", "valid_to"]
    list_filter = [
        "kind",
        ("valid_to", whether(_("end"), empty=_("Without an end"), filled=_("Has one"))),
    ]
    list_select_related = ["kind"]
    list_per_page = 100
    search_fields = ["official_code"]
    folded_search_fields = ("folded_name",)

    def get_changelist(self, request: HttpRequest, **kwargs):
        return UnitTreeList

    @admin.display(description=_("unit"))
    def in_tree(self, unit: Unit) -> str:
        return format_html("{}{}", "\u2003" * unit.tree_depth, unit.name)

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        form.may_be_root = permissions.everywhere(request.user, self.change_action)
        return form

    def save_model(self, request, obj, form, change) -> None:
        now = clock.now()
        if not change:
            fields = ("kind", "name", "parent", "short_name", "official_code")
            made = actions.create_unit(
                now=now,
                valid_from=form.cleaned_data["valid_from"],
                **{name: form.cleaned_data[name] for name in fields},
            )
            obj.pk, obj.slug = made.pk, made.slug
            obj._state.adding = False
            return
        others = [name for name in form.changed_data if name != "parent"]
        if "parent" in form.changed_data:
            actions.move_unit(unit=obj, parent=obj.parent, now=now)
        if others:
            obj.save(update_fields=[*others, "folded_name"])


class SuccessionForm(forms.ModelForm):
    heirs = forms.ModelMultipleChoiceField(
        Unit.objects.all(),
        required=False,
        label=_("Units that follow"),
        help_text=_("One for a merger or a new name, several for a split."),
        widget=CalmAutocompleteMultiple(
            UnitSuccession._meta.get_field("new"), admin.site
        ),
    )

    class Meta:
        model = UnitSuccession
        fields = ["old", "kind", "date", "decision_number"]

    def clean(self):
        cleaned = super().clean()
        if not self.errors:
            refusal = rules.why_not_succeed(
                cleaned["old"],
                list(cleaned["heirs"]),
                UnitSuccession.Kind(cleaned["kind"]),
                date=cleaned["date"],
            )
            if refusal:
                raise ValidationError(refusal.label, code=refusal.value)
        return cleaned

    def _post_clean(self) -> None:
        """The rows are made by the action; one row does not hold all heirs."""


@admin.register(UnitSuccession)
class UnitSuccessionAdmin(ScopedAdmin):
    view_action = "units.read"
    change_action = "units.manage"
    delete_action = None
    unit_path = "old"
    form = SuccessionForm
    autocomplete_fields = ["old"]
    list_display = ["old", "kind", "new", "date", "decision_number"]
    list_filter = ["kind"]
    list_select_related = ["old", "new"]
    search_fields = ["decision_number"]
    date_hierarchy = "date"

    def has_change_permission(self, request, obj=None) -> bool:
        """What has happened to a unit is history."""
        return obj is None and super().has_change_permission(request)

    def get_fields(self, request, obj=None):
        if obj:
            return ["old", "kind", "new", "date", "decision_number"]
        return ["old", "kind", "heirs", "date", "decision_number"]

    def get_form(self, request, obj=None, change=False, **kwargs):
        if obj is None:
            kwargs["fields"] = ["old", "kind", "date", "decision_number"]
        form = super().get_form(request, obj, change=change, **kwargs)
        if obj is None:
            form.base_fields["heirs"].queryset = permissions.units_for(
                request.user, self.change_action
            )
        return form

    def save_model(self, request, obj, form, change) -> None:
        data = form.cleaned_data
        rows = actions.succeed_unit(
            old=data["old"],
            heirs=list(data["heirs"]),
            kind=UnitSuccession.Kind(data["kind"]),
            date=data["date"],
            decision_number=data["decision_number"],
            now=clock.now(),
        )
        obj.__dict__.update(rows[0].__dict__)


class PhoneAdmin:
    """Phones are typed as people write them and kept in one form."""

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "phone":
            return PhoneFormField(required=False)
        return super().formfield_for_dbfield(db_field, request, **kwargs)


class GuardianInline(PhoneAdmin, ScopedTabularInline):
    model = Guardian
    view_action = change_action = "people.manage"
    extra = 0
    fields = ["full_name", "relation", "phone", "email"]


class GuardianFilter(admin.SimpleListFilter):
    """Children about whom a guardian was asked."""

    title = _("question to the guardian")
    parameter_name = "guardian"

    def lookups(self, request: HttpRequest, model_admin) -> list[tuple[str, str]]:
        return [("open", _("Not answered yet")), ("expired", _("Link has run out"))]

    def queryset(self, request: HttpRequest, queryset):
        if self.value() not in {"open", "expired"}:
            return queryset
        expired = self.value() == "expired"
        return waiting_for_guardians(queryset, request.now, expired=expired)


@admin.register(Person)
class PersonAdmin(CardsOfPeople, PhoneAdmin, ScopedAdmin):
    view_action = "people.read"
    change_action = "people.manage"
    delete_action = None
    fields = [
        "full_name",
        "sort_name",
        ("birth_date", "birth_year"),
        "phone",
        "email",
        "unit",
        "member_code",
    ]
    autocomplete_fields = ["unit"]
    inlines = [GuardianInline]
    list_display = ["full_name", "born", "unit", "shown_phone", "email", "has_account"]
    list_filter = [
        "unit__kind",
        (
            "user",
            whether(
                _("account"), empty=_("Without an account"), filled=_("With an account")
            ),
        ),
        GuardianFilter,
    ]
    list_select_related = ["unit", "user"]
    show_full_result_count = False
    list_per_page = 50
    search_fields = ["email"]
    actions = ["issue_cards", "merge_two"]

    @admin.display(description=_("born"), ordering="birth_year")
    def born(self, person: Person) -> str:
        if person.birth_date:
            return f"{person.birth_date:%d/%m/%Y}"
        return str(person.birth_year or "")

    @admin.display(description=_("phone"))
    def shown_phone(self, person: Person) -> str:
        return display_phone(person.phone) if person.phone else ""

    @admin.display(description=_("account"))
    def has_account(self, person: Person) -> str:
        """In words: the icon for yes and no speaks English only."""
        return gettext("Yes") if hasattr(person, "user") else gettext("No")

    def get_search_results(self, request, queryset, search_term):
        allowed, duplicates = super().get_search_results(request, queryset, "")
        if search_term:
            allowed = allowed.found_by(search_term)
        return allowed, duplicates

    @admin.action(description=_("Merge two records of one person"))
    def merge_two(self, request: HttpRequest, queryset):
        people = list(queryset[:3])
        if len(people) != 2:
            self.message_user(
                request, gettext("Choose exactly two records."), messages.WARNING
            )
            return None
        pair = "-".join(str(person.pk) for person in people)
        return redirect("admin:members_person_merge", pair)

    def get_actions(self, request):
        found = super().get_actions(request)
        if not permissions.may(request.user, "people.merge"):
            found.pop("merge_two", None)
        return found

    def get_urls(self):
        view = self.admin_site.admin_view(
            require_http_methods(["GET", "POST"])(self.merge_view)
        )
        return [
            path("gop/<str:pair>/", view, name="members_person_merge"),
            *super().get_urls(),
        ]

    def merge_view(self, request: HttpRequest, pair: str) -> HttpResponse:
        """Both records side by side; the button under one of them keeps it."""
        if not permissions.may(request.user, "people.merge"):
            raise PermissionDenied
        people = self._pair(request, pair)
        if request.method == "POST":
            keep = next(
                (p for p in people if str(p.pk) == request.POST.get("keep")), None
            )
            drop = next((p for p in people if p is not keep), None)
            if keep is None:
                raise Http404
            try:
                merge.merge_people(keep=keep, drop=drop, now=clock.now())
            except merge.MergeRefused as refusal:
                self.message_user(request, str(refusal), messages.ERROR)
            else:
                self.log_change(request, keep, f"merged with record {drop.pk}")
                self.message_user(request, gettext("The two records are one now."))
                return redirect("admin:members_person_change", keep.pk)
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Which record stays?"),
            "people": people,
            "opts": self.opts,
            "refusal": merge.why_not_merge(*people),
        }
        return render(request, "admin/members/merge.html", context)

    @staticmethod
    def _chosen(people: list[Person], key: str | None) -> tuple[Person, Person]:
        for keep, drop in (people, reversed(people)):
            if str(keep.pk) == key:
                return keep, drop
        raise Http404

    def _pair(self, request: HttpRequest, pair: str) -> list[Person]:
        ids = pair.split("-")
        if len(ids) != 2 or not all(part.isascii() and part.isdigit() for part in ids):
            raise Http404
        if any(len(part) > 18 for part in ids):
            raise Http404
        rows = permissions.scoped(Person.objects.all(), request.user, "people.merge")
        people = list(rows.filter(pk__in=ids).select_related("unit", "user"))
        if len(people) != 2:
            raise Http404
        return people


class AssignmentForm(forms.ModelForm):
    """A role that exists can only be given another end."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            for name in ("role", "unit", "starts_on"):
                if name in self.fields:
                    self.fields[name].disabled = True


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
    fields = ["email", "person", "is_active", "is_staff", "date_joined", "last_login"]
    readonly_fields = ["is_staff", "date_joined", "last_login"]
    autocomplete_fields = ["person"]
    inlines = [AssignmentInline]
    actions = ["remove_factors"]
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
            actions.end_role(assignment=assignment, now=now)
        changed = [row for row, _fields in formset.changed_objects]
        for assignment in [*formset.new_objects, *changed]:
            _assign(assignment, now)
        formset.save_m2m()


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
        for assignment in ended:
            actions.end_role(assignment=assignment, now=now)
        self.message_user(
            request,
            ngettext("%d role has ended.", "%d roles have ended.", len(ended))
            % len(ended),
        )


@admin.register(Guardian)
class GuardianAdmin(PhoneAdmin, ScopedAdmin):
    view_action = change_action = "people.manage"
    unit_path = "child__unit"
    fields = ["child", "full_name", "relation", "phone", "email"]
    autocomplete_fields = ["child"]
    list_display = ["full_name", "relation", "child"]
    list_select_related = ["child"]
    search_fields = ["full_name", "email"]
    folded_search_fields = ("child__folded_name",)


class ConsentForm(forms.ModelForm):
    """Staff record what they hold in their hands: a signed form, a school's word."""

    METHODS = (Consent.Method.SIGNED_FORM, Consent.Method.SCHOOL)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if "method" in self.fields:
            self.fields["method"].choices = [
                (method.value, method.label) for method in self.METHODS
            ]

    def clean(self):
        cleaned = super().clean()
        guardian, person = cleaned.get("guardian"), cleaned.get("person")
        if guardian and person and guardian.child_id != person.pk:
            self.add_error("guardian", _("This is the guardian of another child."))
        return cleaned


@admin.register(Consent)
class ConsentAdmin(ScopedAdmin):
    view_action = change_action = "consents.record"
    delete_action = None
    unit_path = "person__unit"
    form = ConsentForm
    fields = ["person", "guardian", "purpose", "text_version", "method"]
    autocomplete_fields = ["person", "guardian"]
    list_display = [
        "person",
        "purpose",
        "guardian",
        "method",
        "given_at",
        "withdrawn_at",
    ]
    list_filter = [
        "purpose",
        "method",
        (
            "withdrawn_at",
            whether(_("state"), empty=_("In force"), filled=_("Withdrawn")),
        ),
    ]
    list_select_related = ["person", "guardian"]
    search_fields = ["about"]
    folded_search_fields = ("person__folded_name",)
    actions = ["withdraw"]

    def has_change_permission(self, request, obj=None) -> bool:
        """A consent is withdrawn, never rewritten."""
        return obj is None and super().has_change_permission(request)

    def get_fields(self, request, obj=None):
        if obj is None:
            return self.fields
        past = ["given_at", "withdrawn_at", "recorded_by"]
        return ["person", "guardian", "purpose", "matter", *self.fields[3:], *past]

    def get_readonly_fields(self, request, obj=None):
        return ["matter"] if obj else []

    def get_changeform_initial_data(self, request: HttpRequest) -> dict:
        """The words on the forms that are handed out today."""
        given = super().get_changeform_initial_data(request)
        return {"text_version": TEXT_VERSION} | given

    @admin.display(description=_("about"))
    def matter(self, consent: Consent) -> str:
        return consents.matter_of(consent) or gettext("Everything of this purpose")

    def save_model(self, request, obj, form, change) -> None:
        consent = consents.give(
            person=obj.person,
            purpose=Consent.Purpose(obj.purpose),
            about=obj.about,
            guardian=obj.guardian,
            text_version=obj.text_version,
            method=Consent.Method(obj.method),
            recorded_by=request.user,
            now=clock.now(),
        )
        obj.__dict__.update(consent.__dict__)

    @admin.action(description=_("Withdraw these consents"), permissions=["change"])
    def withdraw(self, request: HttpRequest, queryset) -> None:
        rows = self.changeable(request, queryset)
        count = consents.withdraw_rows(rows, now=clock.now())
        self.message_user(
            request,
            ngettext(
                "%d consent has been withdrawn.",
                "%d consents have been withdrawn.",
                count,
            )
            % count,
        )
