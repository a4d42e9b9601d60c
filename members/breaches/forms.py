"""What is asked on the pages of a breach."""

from __future__ import annotations

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from members import access_log
from members.breaches.affected import Search
from members.models import AccessNote, User
from members.scoped_admin import CalmAutocomplete


class SearchForm(forms.Form):
    """Where data got out: the span, the account, the list or file."""

    since = forms.DateTimeField(label=_("From this moment on"))
    until = forms.DateTimeField(
        label=_("Up to this moment"),
        help_text=_("The moment itself does not count any more."),
    )
    by = forms.ModelChoiceField(
        User.objects.all(), required=False, label=_("By this account")
    )
    kind = forms.ChoiceField(required=False, label=_("Kind of list or file"))
    words = forms.CharField(
        required=False, max_length=100, label=_("Words in its name")
    )
    changes_too = forms.BooleanField(
        required=False,
        label=_("People whose records this account changed as well"),
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", _("Any")), *access_log.kinds.items()]
        by = self.fields["by"]
        by.widget = CalmAutocomplete(AccessNote._meta.get_field("by"), admin.site)
        by.widget.choices = by.choices

    def clean(self):
        cleaned = super().clean()
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until <= since:
            self.add_error(
                "until", ValidationError(_("The end lies before the beginning."))
            )
        if cleaned.get("changes_too") and not cleaned.get("by"):
            self.add_error("by", _("Choose the account whose changes you mean."))
        return cleaned

    def search(self) -> Search:
        return Search(**self.cleaned_data)


class LetterForm(forms.Form):
    words = forms.CharField(
        label=_("What people must know"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_(
            "What happened, what may come of it and what they should do, in words that "
            "everybody understands. Name, kinds of data and measures are added."
        ),
    )
