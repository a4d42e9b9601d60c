"""What staff fill in about a session."""

from __future__ import annotations

import datetime as dt

from django import forms
from django.contrib.admin.widgets import AdminSplitDateTime
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from content.files import size_text
from members import audiences
from members.models import Unit
from training import files
from training.models import Material, TrainingSession
from training.slugs import RESERVED, free_series_slug, free_slug
from vietnam.dates import through_its_minute

USUAL_OFFER_HOURS = 24


LONGEST_LEAD = 60 * 24


class SessionForm(forms.ModelForm):
    """The address follows the title until somebody writes one."""

    audience_group = forms.ChoiceField(
        label=_("only for the group"),
        required=False,
        help_text=_("Empty means everyone."),
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            self.fields["slug"].required = False
            self.fields["slug"].help_text = _("Left empty, it follows the title.")
        if "audience_group" in self.fields:
            self.fields["audience_group"].choices = _groups(self.instance)
        if self.instance.pk is None:
            # People are asked before they get a place, unless staff want it otherwise.
            self.initial.setdefault("offer_hours", USUAL_OFFER_HOURS)

    def clean_reminder_leads(self) -> list[int]:
        """Each once, the longest first; at most two months ahead."""
        leads = self.cleaned_data["reminder_leads"] or []
        if any(not 1 <= hours <= LONGEST_LEAD for hours in leads):
            text = _("Write hours from 1 to %(most)d, such as 168, 24, 2.")
            raise ValidationError(text % {"most": LONGEST_LEAD})
        return sorted(set(leads), reverse=True)

    def clean_closes_at(self) -> dt.datetime:
        """Until 23:59 is until midnight."""
        return through_its_minute(self.cleaned_data["closes_at"])

    def clean_slug(self) -> str:
        slug = self.cleaned_data["slug"]
        if slug in RESERVED:
            raise ValidationError(_("Another page has this address."))
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


class MaterialForm(forms.ModelForm):
    """A paper with its file, or a link in its place."""

    upload = forms.FileField(label=_("file"), required=False)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        limit = size_text(files.MAX_MATERIAL)
        text = _("PDF, Word, Excel, PowerPoint or a picture, at most %(size)s.")
        hint = text % {"size": limit}
        if self.instance.file:
            present = f"{self.instance.name}, {self.instance.size_text}"
            hint = f"{present} ({self.instance.get_state_display()}). {hint}"
        self.fields["upload"].help_text = hint

    def clean_upload(self) -> files.Taken | None:
        upload = self.cleaned_data["upload"]
        return files.take(upload, max_bytes=files.MAX_MATERIAL) if upload else None

    def clean(self) -> dict:
        data = super().clean()
        if "upload" not in data or "link" not in data:
            return data
        has_file = bool(data["upload"] or self.instance.file)
        if data["link"] and data["upload"]:
            raise ValidationError(_("Give either a file or a link, not both."))
        if not data["link"] and not has_file:
            raise ValidationError(_("Choose a file or write a link."))
        return data

    def save(self, commit: bool = True) -> Material:
        taken, old = self.cleaned_data["upload"], self.instance.file.name
        if taken:
            files.put(self.instance, taken)
        elif self.instance.link and old:
            self.instance.file, self.instance.state = "", ""
            self.instance.name, self.instance.size = "", 0
        if self.instance.file.name != old:
            files.forget(old)
        return super().save(commit)


class MaterialFormSet(forms.BaseInlineFormSet):
    def delete_existing(self, obj: Material, commit: bool = True) -> None:
        """The bytes go with the row."""
        files.forget(obj.file.name)
        super().delete_existing(obj, commit)


class SeriesForm(forms.ModelForm):
    """As with sessions, the address follows the title."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            self.fields["slug"].required = False
            self.fields["slug"].help_text = _("Left empty, it follows the title.")

    def clean_slug(self) -> str:
        slug, title = self.cleaned_data["slug"], self.cleaned_data.get("title", "")
        return slug or free_series_slug(title, self.instance)


class PlacesForm(forms.Form):
    """The number of places, and the explicit choices below those given."""

    HONOUR, RECALL = "honour", "recall"

    capacity = forms.IntegerField(label=_("Places"), min_value=1, max_value=100_000)
    offers = forms.ChoiceField(
        label=_("Offers that nobody has answered yet"),
        choices=[
            (HONOUR, _("Honour them: whoever says yes in time has the place")),
            (RECALL, _("Take back as many as needed, the last first, with a letter")),
        ],
        widget=forms.RadioSelect,
        required=False,
    )
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
        confirmed, offered = self.session.confirmed, self.session.offered
        capacity = data.get("capacity")
        if not capacity or capacity >= confirmed + offered:
            return data
        if offered and not data.get("offers"):
            text = ngettext(
                "%(offered)d place is offered and not answered yet. Choose what "
                "becomes of it.",
                "%(offered)d places are offered and not answered yet. Choose what "
                "becomes of them.",
                offered,
            )
            self.add_error("offers", text % {"offered": offered})
        recalled = offered if data.get("offers") == self.RECALL else 0
        given = confirmed + offered - recalled
        if capacity < given and not data.get("agree_over"):
            text = _(
                "%(given)d people already have a place, %(over)d more than that. "
                "Nobody loses a place; tick the box if you want it so."
            )
            values = {"given": given, "over": given - capacity}
            raise ValidationError(text % values, code="below_confirmed")
        return data


class QuotaForm(forms.Form):
    """So many places for one unit, or for each of the units right below it."""

    ITSELF, EACH_BELOW = "itself", "each"

    unit = forms.ModelChoiceField(label=_("Unit"), queryset=Unit.objects.none())
    whom = forms.ChoiceField(
        label=_("For whom"),
        choices=[
            (ITSELF, _("this unit and all units below it together")),
            (EACH_BELOW, _("each unit right below it, as many for each")),
        ],
        initial=ITSELF,
        widget=forms.RadioSelect,
    )
    places = forms.IntegerField(label=_("Places"), min_value=1, max_value=100_000)
    at_most = forms.BooleanField(
        label=_("No more than these: until they open, the unit gets no other places"),
        required=False,
    )
    release_at = forms.DateTimeField(
        label=_("Unused places open to everyone from"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        help_text=_("Empty: when sign-up closes."),
    )

    def __init__(self, *args, units, widget: forms.Widget, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units
        self.fields["unit"].widget = widget
        widget.choices = self.fields["unit"].choices


class CopyForm(forms.Form):
    """When the copy begins; everything else moves along."""

    starts_at = forms.SplitDateTimeField(label=_("Start"), widget=AdminSplitDateTime())


def _groups(session: TrainingSession) -> list[tuple[str, str]]:
    """Everyone, the groups that features have named, and one that is named no more."""
    known = {key: str(group.label) for key, group in audiences.registry.items()}
    present = session.audience_group
    if present and present not in known:
        known[present] = present
    return [("", _("Everyone")), *sorted(known.items(), key=lambda pair: pair[1])]
