"""Sending a publication: files, who made them, what others may do with them."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from content.fields import NFCCharFormField, NFCTextFormField
from content.stamped import StampedForm
from members.consent_texts import ConsentBox
from members.forms import ProfileForm
from members.models import Person
from news import publications
from news.models import Contribution, KitItem
from news.stories import Told
from news.story_forms import ManyFilesField, Newcomer


class PublicationsField(ManyFilesField):
    accept = ".pdf,image/jpeg,image/png"
    most = Contribution.MAX_FILES
    too_many = _("At most %(number)s files.")

    def look(self, file) -> publications.Sent:
        return publications.look(file)


class PublicationForm(StampedForm):
    title = NFCCharFormField(label=_("Title"), max_length=110)
    text = NFCTextFormField(
        label=_("What is it for?"),
        max_length=400,
        help_text=_("When others can use it, and what to change in it."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    files = PublicationsField(
        label=_("Files"),
        required=False,
        help_text=_(
            "PDF, JPEG or PNG, at most five of 20 MB each; you can choose several at "
            "once. Only the editors see them until they are out."
        ),
    )
    made_by = NFCCharFormField(
        label=_("Made by"),
        max_length=120,
        help_text=_(
            "Stands beside it as the credit: the unit, the club, or a name. A child's "
            "name needs parent or guardian and school or unit to agree."
        ),
    )
    licence = forms.ChoiceField(
        label=_("What may others do with it?"),
        choices=KitItem.Licence.choices,
        widget=forms.RadioSelect,
    )
    licence_text = NFCCharFormField(
        label=_("What you allow, in your own words"),
        max_length=300,
        required=False,
        help_text=_("Only needed with the last choice."),
    )
    agreed = ConsentBox(
        "news.publication",
        error_messages={
            "required": _("Tick the box: without it we may not take your publication.")
        },
    )
    good_pictures = ()

    def __init__(
        self, *args, person: Person | None, story: Contribution | None, **kwargs
    ) -> None:
        self.story = story
        kwargs["initial"] = _known(person, story) | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        kept = list(story.files.all()) if story else []
        removed = self.data.getlist("remove") if self.is_bound else []
        self.removed = [each for each in kept if str(each.pk) in removed]
        self.kept = [each for each in kept if each not in self.removed]
        self.fields["files"].room = Contribution.MAX_FILES - len(self.kept)
        self.fields["files"].required = not self.kept

    def clean(self) -> dict:
        data = super().clean()
        if not self.kept and not self.good_files and "files" not in self.errors:
            self.add_error("files", _("Add at least one file."))
        own = data.get("licence") == KitItem.Licence.OWN
        if own and not data.get("licence_text"):
            error = ValidationError(_("Write what you allow, or choose a licence."))
            self.add_error("licence_text", error)
        return data

    @property
    def good_files(self) -> list[publications.Sent]:
        return getattr(self.fields["files"], "good", [])

    def told(self) -> Told:
        data = self.cleaned_data
        own = data.get("licence") == KitItem.Licence.OWN
        return Told(
            kind=Contribution.Kind.PUBLICATION,
            title=data.get("title", ""),
            text=data.get("text", ""),
            licence=data.get("licence", ""),
            licence_text=data.get("licence_text", "") if own else "",
            made_by=data.get("made_by", ""),
            as_unit=True,
        )


class FirstPublicationForm(Newcomer, PublicationForm, ProfileForm):
    """For newcomers: who they are, and the publication."""


def _known(person: Person | None, story: Contribution | None) -> dict:
    if story is None:
        return {"made_by": person.unit.name[:120]} if person and person.unit else {}
    names = ("title", "text", "made_by", "licence", "licence_text")
    return {name: getattr(story, name) for name in names}
