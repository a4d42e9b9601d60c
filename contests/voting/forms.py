"""The ballot: of somebody signed in, and of somebody with a mailbox only."""

from __future__ import annotations

from collections.abc import Sequence

from allauth.core import context
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from content.fields import NFCEmailFormField
from content.stamped import StampedForm
from contests.models import Contest
from contests.voting import limits
from members.account_forms import Guarded
from members.limits import Verdict


class PicksForm(forms.Form):
    """Which works: one by a radio button, several by boxes.

    `works` are ids and titles, those that are chosen already on top.
    """

    def __init__(
        self,
        *args,
        contest: Contest,
        works: Sequence[tuple[int, str]],
        withdraws: bool,
        **kwargs,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.contest, self.withdraws = contest, withdraws
        choices = [(str(pk), title) for pk, title in works]
        kind = forms.MultipleChoiceField if self.several else forms.ChoiceField
        field = kind(
            label=_("I vote for"),
            choices=choices,
            required=not withdraws,
            widget=forms.CheckboxSelectMultiple if self.several else forms.RadioSelect,
            error_messages={
                "required": _("Choose a work first."),
                "invalid_choice": _(
                    "A work that you chose is not in the vote any more. Choose again."
                ),
            },
        )
        if self.several:
            text = _("At most %(picks)s works.")
            field.help_text = text % {"picks": contest.vote_picks}
        self.fields = {"picks": field} | self.fields

    @property
    def several(self) -> bool:
        return self.contest.vote_picks > 1

    def clean_picks(self) -> list[int]:
        """Ids; none when the ballot is to be withdrawn."""
        chosen = self.cleaned_data["picks"]
        if self.withdraws:
            return []
        picks = [int(pk) for pk in (chosen if self.several else [chosen])]
        if len(picks) > self.contest.vote_picks:
            text = _("You can choose at most %(picks)s work(s).")
            raise ValidationError(text, params={"picks": self.contest.vote_picks})
        return picks


class BallotForm(Guarded, PicksForm):
    """Of an account; under a flood the challenge comes up."""

    def __init__(self, *args, account_id: int, **kwargs) -> None:
        self.account_id = account_id
        super().__init__(*args, **kwargs)

    def clean(self) -> dict:
        data = super().clean()
        if not self.errors:
            verdict = limits.ballot(
                context.request, self.account_id, solved=self.is_solved
            )
            if verdict is not Verdict.GO:
                again = context.request.now + limits.AN_HOUR
                raise self.refusal(verdict, again)
        return data


class MailBallotForm(Guarded, PicksForm, StampedForm):
    """Of a mailbox: a letter with a link goes there first."""

    email = NFCEmailFormField(
        label=_("Your email"),
        max_length=254,
        help_text=_(
            "You get a letter with a link; the vote counts once you press it. One "
            "vote for each mailbox. The address is not kept with the vote."
        ),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def clean(self) -> dict:
        data = super().clean()
        if not self.errors:
            self.guard_letter(data["email"])
        return data
