"""What staff fill in about a session."""

from __future__ import annotations

import datetime as dt

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from training.models import TrainingSession
from vietnam.dates import through_its_minute
from vietnam.slug import slugify


class SessionForm(forms.ModelForm):
    """The address follows the title until somebody writes one."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            self.fields["slug"].required = False
            self.fields["slug"].help_text = _("Left empty, it follows the title.")

    def clean_closes_at(self) -> dt.datetime:
        """Until 23:59 is until midnight."""
        return through_its_minute(self.cleaned_data["closes_at"])

    def clean_slug(self) -> str:
        slug = self.cleaned_data["slug"]
        return slug or free_slug(self.cleaned_data.get("title", ""), self.instance)


class SlotFormSet(forms.BaseInlineFormSet):
    """Half-days lie inside the session; a moved session takes them along."""

    def clean(self) -> None:
        super().clean()
        session = self.instance
        if not self.has_changed() or not (session.starts_at and session.ends_at):
            return
        for form in self.forms:
            data = getattr(form, "cleaned_data", {})
            starts, ends = data.get("starts_at"), data.get("ends_at")
            if not starts or not ends or data.get("DELETE"):
                continue
            if starts >= ends:
                form.add_error("ends_at", _("The half-day must end after it starts."))
            elif starts < session.starts_at or ends > session.ends_at:
                form.add_error(
                    "starts_at", _("The half-day must lie within the session.")
                )


class PlacesForm(forms.Form):
    """The number of places, and the explicit yes to going below those given."""

    capacity = forms.IntegerField(label=_("Places"), min_value=1, max_value=100_000)
    agree_over = forms.BooleanField(
        label=_("Yes, keep everybody who has a place and give out no new ones"),
        required=False,
    )

    def __init__(self, *args, session: TrainingSession, **kwargs) -> None:
        self.session = session
        kwargs.setdefault("initial", {"capacity": session.capacity})
        super().__init__(*args, **kwargs)

    def clean(self) -> dict:
        data = super().clean()
        given = self.session.confirmed + self.session.offered
        capacity = data.get("capacity")
        if capacity and capacity < given and not data.get("agree_over"):
            text = _(
                "%(given)d people already have a place, %(over)d more than that. "
                "Nobody loses a place; tick the box if you want it so."
            )
            values = {"given": given, "over": given - capacity}
            raise ValidationError(text % values, code="below_confirmed")
        return data


def free_slug(title: str, session: TrainingSession) -> str:
    """The address for this title: an-toan-so, an-toan-so-2, an-toan-so-3."""
    stem = slugify(title, max_length=110, fallback="lop")
    others = TrainingSession.objects.exclude(pk=session.pk)
    taken = set(others.filter(slug__startswith=stem).values_list("slug", flat=True))
    slug, number = stem, 1
    while slug in taken:
        number += 1
        slug = f"{stem}-{number}"
    return slug
