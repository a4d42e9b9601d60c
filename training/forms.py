"""What signing up asks: who newcomers are, the session's own questions, the boxes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import cached_property

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from content.fields import NFCCharFormField, NFCEmailFormField
from content.kept import Alike
from members.actions import save_profile
from members.consent_texts import ConsentBox
from members.forms import ProfileForm
from members.models import Person, User
from training import answers, points
from training.answers import POINT, Told
from training.models import RemotePoint, TrainingSession


class AgreementField(ConsentBox):
    """A box of its own, never ticked beforehand (Law 91/2025/QH15, article 9)."""

    def __init__(self) -> None:
        super().__init__(
            "training.sign_up",
            error_messages={
                "required": _("Tick the box: without it we may not sign you up.")
            },
        )


class PhotosField(ConsentBox):
    """Another purpose, another box; the sign-up does not hang on it."""

    def __init__(self) -> None:
        super().__init__("training.photos", required=False)


class PointField(forms.ModelChoiceField):
    """The room; a full one says so, and the action refuses it."""

    widget = forms.RadioSelect

    def __init__(self, session: TrainingSession, *, present: int | None = None) -> None:
        self.present = present
        super().__init__(
            label=_("Where will you take part?"),
            queryset=points.with_free(session),
            empty_label=None,
            error_messages={"required": _("Choose the room where you will sit.")},
        )

    def label_from_instance(self, point: RemotePoint) -> str:
        name = f"{point.name}, {point.address}" if point.address else point.name
        if point.places is None or point.pk == self.present:
            return name
        left = max(0, point.places - point.seated)
        text = ngettext("%(left)d place left", "%(left)d places left", left)
        words = text % {"left": left} if left else _("full")
        return f"{name} ({words})"


class AsksOfSession:
    """Adds to a form what a session asks; call `ask` at the end of `__init__`."""

    def ask(self, session: TrainingSession) -> None:
        self.session = session
        own = list(self.fields)
        if self.rooms:
            self.fields[POINT] = PointField(session)
        for question in self.questions:
            self.fields[answers.name_of(question)] = answers.field_for(question)
        boxes = [name for name in ("agreed", "photos") if name in own]
        self.order_fields([name for name in self.fields if name not in boxes] + boxes)

    @cached_property
    def questions(self) -> list:
        return self.session.rows_of("questions")

    @cached_property
    def rooms(self) -> bool:
        known = getattr(self.session, "has_points", None)
        return self.session.points.exists() if known is None else known

    @property
    def told(self) -> Told:
        """What a valid form says beside who the person is."""
        return Told(
            point=self.cleaned_data.get(POINT),
            answers=answers.read(self.questions, self.cleaned_data),
        )


class SignUpForm(AsksOfSession, forms.Form):
    """For whom we know: what the session asks, two boxes, one button."""

    agreed = AgreementField()
    photos = PhotosField()

    def __init__(self, *args, session: TrainingSession, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.ask(session)


def untouched(form: forms.Form) -> Alike | None:
    """The form for `kept`, while it is the same for everybody: two empty boxes."""
    same = type(form) is SignUpForm and list(form.fields) == list(form.base_fields)
    if not same or form.is_bound or form.initial:
        return None
    words = tuple(form.fields[box].stamp for box in ("agreed", "photos"))
    return Alike((SignUpForm, words), form)


class FirstSignUpForm(AsksOfSession, ProfileForm):
    """For newcomers: who they are, what the session asks, and the boxes."""

    agreed = AgreementField()
    photos = PhotosField()

    def __init__(self, *args, session: TrainingSession, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.ask(session)

    def save(self, *, user: User, now: dt.datetime) -> Person:
        told = {name: self.cleaned_data[name] for name in ProfileForm.base_fields}
        return save_profile(user=user, now=now, **told)


class ExcuseForm(forms.Form):
    """Why somebody did not come, in their own words."""

    reason = forms.CharField(
        label=_("Why could you not come?"),
        max_length=300,
        error_messages={"required": _("Write a few words, please.")},
    )


class PointForm(forms.Form):
    """Another room than the one chosen first."""

    def __init__(self, *args, session: TrainingSession, present: int | None, **kwargs):
        kwargs.setdefault("initial", {POINT: present})
        super().__init__(*args, **kwargs)
        self.fields[POINT] = PointField(session, present=present)


class NameForm(forms.Form):
    """Who takes the place: typed, and chosen where several may be meant."""

    full_name = NFCCharFormField(label=_("Full name"), max_length=120)
    birth_year = forms.IntegerField(
        label=_("Year of birth"),
        min_value=1900,
        max_value=2100,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    person = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def offer(self, people: Iterable[Person]) -> None:
        """Ask which of them is meant."""
        pairs = []
        for one in people:
            known = [one.full_name, one.birth_year, one.unit]
            pairs.append((one.pk, ", ".join(str(part) for part in known if part)))
        self.fields["person"] = forms.ChoiceField(
            label=_("Who is it?"), choices=pairs, widget=forms.RadioSelect
        )


class GuardianAskForm(forms.Form):
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
