"""What a secretary hands over: rows or a file, and for whom."""

from __future__ import annotations

import datetime as dt

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from members import permissions
from members.consent_texts import ConsentBox
from members.lists import sheet
from members.lists.sheet import Sheet, SheetRefused
from members.models import Unit, User
from training.enrolment.columns import LAYOUT, layout_of
from training.models import TrainingSession

MOST_LETTERS = 400_000
"""Far above what 500 rows take; a longer text is no list of people."""


class UnitForListField(forms.ModelChoiceField):
    """The units that an account signs people up for: its own and those just below."""

    def __init__(self) -> None:
        super().__init__(
            queryset=Unit.objects.none(),
            label=_("Unit that sends them"),
            empty_label=None,
            help_text=_("Their places count on the quota of this unit."),
        )

    def offer(self, user: User, *, on: dt.date) -> None:
        home = permissions.home_unit(user, "training.enrol")
        units = permissions.units_for(user, "training.enrol")
        near = units.filter(pk=home and home.pk) | units.filter(parent=home)
        here = [unit for unit in near.select_related("kind") if unit.is_current(on)]
        here.sort(key=lambda unit: (unit != home, unit.kind.order, unit.folded_name))
        self.queryset = near.filter(pk__in=[unit.pk for unit in here])
        self.choices = [(unit.pk, str(unit)) for unit in here]


class ListForm(forms.Form):
    """Rows that were pasted, or a spreadsheet; the file wins where both came.

    After `is_valid()` `sheet` is the list that was read.
    """

    unit = UnitForListField()
    rows = forms.CharField(
        label=_("Rows from the spreadsheet"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 10, "wrap": "off", "spellcheck": "false"}),
        help_text=_(
            "Select the rows in Excel, copy them and paste them here, with the line of "
            "headings if there is one. Only the name is needed; year of birth, phone "
            "and email help."
        ),
    )
    file = forms.FileField(
        label=_("Or the spreadsheet itself (.xlsx)"),
        required=False,
        allow_empty_file=True,
        help_text=_("At most 5 MB and 500 people."),
        widget=forms.FileInput(
            attrs={
                "accept": ".xlsx,application/vnd.openxmlformats-officedocument."
                "spreadsheetml.sheet"
            }
        ),
    )

    def __init__(
        self, *args, session: TrainingSession, user: User, on: dt.date, **kwargs
    ) -> None:
        super().__init__(*args, **kwargs)
        self.layout = layout_of(session)
        self.sheet: Sheet | None = None
        self.fields["unit"].offer(user, on=on)

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file:
            sheet.check(file, name=file.name)
            try:
                self.sheet = sheet.read(file, self.layout)
            except SheetRefused as refused:
                raise ValidationError(refused.sentence) from refused
            self._check_rows()
        return file

    def clean(self) -> dict:
        data = super().clean()
        if self.sheet or "file" in self.errors:
            return data
        text = data.get("rows") or ""
        try:
            if len(text) > MOST_LETTERS:
                raise SheetRefused(LAYOUT.too_long % {"number": LAYOUT.most_rows})
            self.sheet = sheet.read_text(text, self.layout)
            self._check_rows()
        except SheetRefused as refused:
            self.add_error("rows", refused.sentence)
        except ValidationError as error:
            self.add_error("rows", error)
        return data

    def _check_rows(self) -> None:
        if not self.sheet.rows:
            raise ValidationError(_("There is nobody in this list yet."))
        if len(self.sheet.rows) > LAYOUT.most_rows:
            raise ValidationError(LAYOUT.too_long % {"number": LAYOUT.most_rows})


class AgreeForm(forms.Form):
    """Said by whoever hands the list in; never ticked beforehand."""

    together = forms.BooleanField(
        required=False,
        label=_("They come together or not at all"),
        help_text=_(
            "If places do not suffice for all of them, all of them wait together."
        ),
    )
    told = ConsentBox(
        "training.list",
        error_messages={
            "required": _("Tick the box: without it we may not sign them up.")
        },
    )
