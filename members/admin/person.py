"""People in the admin."""

from __future__ import annotations

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from content import clock
from content.yes_and_no import whether
from members import factors, merge, permissions
from members.admin.phone import PhoneAdmin
from members.card_admin import CardsOfPeople
from members.desk_tasks import waiting_for_guardians
from members.listing.pages import ListPages
from members.merging import doubles, preview
from members.models import (
    Guardian,
    Person,
)
from members.scoped_admin import (
    ScopedAdmin,
    ScopedTabularInline,
)
from vietnam.phones import display_phone


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
class PersonAdmin(ListPages, CardsOfPeople, PhoneAdmin, ScopedAdmin):
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
            require_http_methods(["GET", "POST"])(
                factors.freshly_shown(self.merge_view)
            )
        )
        doubles = self.admin_site.admin_view(require_safe(self.doubles_view))
        return [
            path("gop/", doubles, name="members_person_doubles"),
            path("gop/<str:pair>/", view, name="members_person_merge"),
            *super().get_urls(),
        ]

    def doubles_view(self, request: HttpRequest) -> HttpResponse:
        """Records that are likely to be one person; a person decides each."""
        if not permissions.may(request.user, "people.merge"):
            raise PermissionDenied
        people = permissions.scoped(Person.objects.all(), request.user, "people.merge")
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Likely doubles"),
            "pairs": doubles.likely(people),
            "opts": self.opts,
        }
        return render(request, "admin/members/doubles.html", context)

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
            "previews": preview.previews(*people),
            "opts": self.opts,
            "refusal": merge.why_not_merge(*people),
        }
        return render(request, "admin/members/merge.html", context)

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
