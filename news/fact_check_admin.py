"""The verdict on a rumour, below the article that answers it."""

from __future__ import annotations

import datetime as dt

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from content import clock
from members.scoped_admin import ScopedStackedInline
from news.models import FactCheck
from vietnam.dates import local_day


class FactCheckForm(forms.ModelForm):
    def clean_checked_on(self) -> dt.date:
        day = self.cleaned_data["checked_on"]
        if day > local_day(clock.now()):
            raise forms.ValidationError(_("This day is still ahead."))
        return day


class FactCheckInline(ScopedStackedInline):
    """Seen by who writes, changed by who publishes: it shows at once."""

    model = FactCheck
    form = FactCheckForm
    view_action = "news.write"
    change_action = "news.publish"
    unit_path = "unit"
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    extra = 0
    max_num = 1
