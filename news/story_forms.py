"""What sending a story asks: the words, up to five pictures, three separate boxes."""

from __future__ import annotations

import datetime as dt

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from content.fields import NFCCharFormField, NFCEmailFormField, NFCTextFormField
from content.pictures import reading
from content.stamped import StampedForm
from members.actions import save_profile
from members.consent_texts import ConsentBox
from members.forms import ProfileForm
from members.models import Consent, Person, User
from news.models import Contribution, Section
from news.stories import Told
from news.story_rules import about


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Several files; `good` keeps what could be read although another could not."""

    accept = ""
    most = 0
    too_many = ""

    def __init__(self, **kwargs) -> None:
        super().__init__(widget=ManyFilesInput(attrs={"accept": self.accept}), **kwargs)
        self.room = self.most

    def look(self, file):
        """What is kept of one upload. Raises ValidationError, or FileRefused."""
        raise NotImplementedError

    def clean(self, data, initial=None) -> list:
        self.good = []
        problems = []
        files = [file for file in data or [] if file]
        if len(files) > self.room:
            number = {"number": self.most}
            problems.append(ValidationError(self.too_many, params=number, code="many"))
        for file in files[: max(0, self.room)]:
            try:
                self.good.append(self.look(file))
            except ValidationError as refused:
                problems.append(
                    ValidationError(
                        "%(name)s: %(reason)s",
                        params={"name": file.name, "reason": refused.messages[0]},
                        code="refused",
                    )
                )
        if problems:
            raise ValidationError(problems)
        return self.good


class PicturesField(ManyFilesField):
    accept = "image/jpeg,image/png,image/webp,image/gif"
    most = Contribution.MAX_PICTURES
    too_many = _("At most %(number)s pictures.")

    def look(self, file) -> reading.Reading:
        return reading.read(file, name=file.name)


class StoryForm(StampedForm):
    section = forms.ModelChoiceField(
        label=_("What is it?"),
        queryset=Section.objects.none(),
        empty_label=None,
        widget=forms.RadioSelect,
    )
    title = NFCCharFormField(label=_("Title"), max_length=200)
    text = NFCTextFormField(
        label=_("Your story"),
        max_length=12000,
        help_text=_("Who, where, when, and what was good about it. Plain words do."),
        widget=forms.Textarea(attrs={"rows": 12}),
    )
    pictures = PicturesField(
        label=_("Pictures"),
        required=False,
        help_text=_(
            "At most five; you can choose several at once. The place where they were "
            "taken is removed. Only the editors see them until the story is out."
        ),
    )
    as_unit = forms.BooleanField(required=False)
    agreed = ConsentBox(
        "news.story",
        error_messages={
            "required": _("Tick the box: without it we may not take your story.")
        },
    )
    publish_name = ConsentBox("news.publish_name", required=False)
    faces_agreed = ConsentBox("news.faces", required=False)
    last = ("as_unit", "agreed", "publish_name", "faces_agreed")

    def __init__(
        self, *args, person: Person | None, story: Contribution | None, **kwargs
    ) -> None:
        self.story = story
        kwargs["initial"] = _known(story) | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        self.fields["section"].queryset = Section.objects.in_rhythm()
        self.kept = list(story.pictures.all()) if story else []
        removed = self.data.getlist("remove") if self.is_bound else []
        self.removed = [each for each in self.kept if str(each.pk) in removed]
        self.kept = [each for each in self.kept if each not in self.removed]
        self.fields["pictures"].room = Contribution.MAX_PICTURES - len(self.kept)
        if person and person.unit:
            self.fields["as_unit"].label = _("Send it in the name of %(unit)s") % {
                "unit": person.unit
            }
        else:
            del self.fields["as_unit"]

    def clean(self) -> dict:
        data = super().clean()
        shows = self.kept or self.good_pictures
        if shows and not data.get("faces_agreed"):
            self.add_error(
                "faces_agreed",
                _("Tick the box, or send the story without the pictures."),
            )
        return data

    good_files = ()

    @property
    def good_pictures(self) -> list[reading.Reading]:
        return getattr(self.fields["pictures"], "good", [])

    def told(self) -> Told:
        """What was typed, as far as it could be read."""
        data = self.cleaned_data
        return Told(
            title=data.get("title", ""),
            text=data.get("text", ""),
            section=data.get("section"),
            as_unit=data.get("as_unit", False),
            publish_name=data.get("publish_name", False),
            faces_agreed=data.get("faces_agreed", False),
        )


class Newcomer:
    """Mixed into a form together with `ProfileForm`: who they are comes first."""

    def __init__(self, *args, person: Person | None, story, **kwargs) -> None:
        known = ProfileForm._known(person)
        kwargs["initial"] = known | (kwargs.get("initial") or {})
        super().__init__(*args, person=person, story=story, **kwargs)

    def save(self, *, user: User, now: dt.datetime) -> Person:
        told = {name: self.cleaned_data[name] for name in ProfileForm.base_fields}
        return save_profile(user=user, now=now, **told)


class FirstStoryForm(Newcomer, StoryForm, ProfileForm):
    """For newcomers: who they are, and the story."""

    def __init__(self, *args, person: Person | None, story, **kwargs) -> None:
        self.person = person
        kwargs["initial"] = self._known(person) | (kwargs.get("initial") or {})
        super().__init__(*args, person=person, story=story, **kwargs)

    def save(self, *, user: User, now: dt.datetime) -> Person:
        told = {name: self.cleaned_data[name] for name in ProfileForm.base_fields}
        return save_profile(user=user, now=now, **told)


def _known(story: Contribution | None) -> dict:
    """No consent is ticked beforehand, not even one that was given before."""
    if story is None:
        return {}
    return {
        "section": story.section_id,
        "title": story.title,
        "text": story.text,
        "as_unit": story.as_unit,
    }


def consents_of(story: Contribution):
    """What stands of the sender's and the guardian's word, for the editors."""
    return Consent.objects.live().filter(
        person=story.sender_id,
        about__in={"", about(story)},
        purpose__in=[
            Consent.Purpose.STORY,
            Consent.Purpose.PUBLISH_NAME,
            Consent.Purpose.PUBLISH_PICTURE,
        ],
    )


class StoryGuardianForm(forms.Form):
    """Whom we may ask for a child; they answer by a link in a letter."""

    guardian_name = NFCCharFormField(
        label=_("Name of your parent or guardian"), max_length=120
    )
    relation = NFCCharFormField(
        label=_("Who that is to you"),
        max_length=60,
        help_text=_("For example mother, father or grandmother."),
    )
    email = NFCEmailFormField(
        label=_("Their email address"),
        max_length=254,
        help_text=_("We send them a letter with a link. It works for two weeks."),
    )
