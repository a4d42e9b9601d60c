"""Guardians and consents in the admin."""

from __future__ import annotations

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.timezone import localtime
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from content import clock
from content.yes_and_no import whether
from members import consent_proof, consent_texts, consents
from members.admin.phone import PhoneAdmin
from members.models import (
    Consent,
    Guardian,
)
from members.scoped_admin import (
    ScopedAdmin,
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
        past = ["given_at", "withdrawn_at", "recorded_by", "words", "signed", "asked"]
        return ["person", "guardian", "purpose", "matter", *self.fields[3:], *past]

    def get_readonly_fields(self, request, obj=None):
        return ["matter", "words", "signed", "asked"] if obj else []

    def get_changeform_initial_data(self, request: HttpRequest) -> dict:
        """The words on the forms that are handed out today."""
        given = super().get_changeform_initial_data(request)
        return {"text_version": consent_texts.stamp("contests.paper")} | given

    @admin.display(description=_("about"))
    def matter(self, consent: Consent) -> str:
        return consents.matter_of(consent) or gettext("Everything of this purpose")

    @admin.display(description=_("words agreed to"))
    def words(self, consent: Consent) -> str:
        text = consent_proof.proof_of(consent).text
        if text is None:
            return gettext("As on the paper; its words were not put in here.")
        return " ".join(filter(None, [text.words, text.more]))

    @admin.display(description=_("signed by"))
    def signed(self, consent: Consent) -> str:
        return consent_proof.proof_of(consent).signed_name

    @admin.display(description=_("asked by letter at"))
    def asked(self, consent: Consent) -> str:
        asked_at = consent_proof.proof_of(consent).asked_at
        return f"{localtime(asked_at):%d/%m/%Y %H:%M}" if asked_at else "–"

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
