"""What organisers fill in about a contest, its judging and its results."""

from __future__ import annotations

import datetime as dt

from django import forms
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from content.fields import NFCCharFormField, NFCTextFormField
from content.files import DEFAULT, Kind
from contests.models import Appeal, Contest, Division, Entry, Round
from contests.ranking.shortlist import Ties
from contests.slugs import RESERVED, free_slug
from members.models import Role, User
from vietnam.dates import through_its_minute

TIERS = (
    _("First prize"),
    _("Second prize"),
    _("Third prize"),
    _("Consolation prize"),
)


class ContestForm(forms.ModelForm):
    """The address follows the title until somebody writes one."""

    file_kinds = forms.MultipleChoiceField(
        label=_("Types of files"),
        choices=[(kind.name, kind.label) for kind in Kind if kind in DEFAULT],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_(
            "Told by what a file holds, not by its name. Nothing ticked: all of them. "
            "What was handed in before stays."
        ),
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        # A ModelForm writes into its instance while it cleans.
        self.instance_before = {"vote_closes_at": self.instance.vote_closes_at}
        if not self.initial.get("file_kinds"):
            self.initial["file_kinds"] = self.all_kinds()
        if "slug" in self.fields:
            self.fields["slug"].required = False
            self.fields["slug"].help_text = _("Left empty, it follows the title.")

    @classmethod
    def all_kinds(cls) -> list[str]:
        return [name for name, _label in cls.base_fields["file_kinds"].choices]

    def clean_file_kinds(self) -> list[str]:
        """All of them are kept as none, so that a type that comes later is in."""
        chosen = self.cleaned_data["file_kinds"]
        return [] if set(chosen) == set(self.all_kinds()) else chosen

    def clean_closes_at(self) -> dt.datetime:
        """Until 23:59 is until midnight."""
        return through_its_minute(self.cleaned_data["closes_at"])

    def clean_vote_closes_at(self) -> dt.datetime | None:
        closes = self.cleaned_data["vote_closes_at"]
        return closes and through_its_minute(closes)

    def clean_slug(self) -> str:
        slug = self.cleaned_data["slug"]
        if slug in RESERVED:
            raise forms.ValidationError(_("This address is taken by the entries."))
        return slug or free_slug(self.cleaned_data.get("title", ""), self.instance)

    def clean(self) -> dict:
        data = super().clean()
        closes, results = data.get("closes_at"), self.instance.results_at
        if closes and results and closes > results:
            text = _("The results are set to come out before that. Move them first.")
            self.add_error("closes_at", text)
        self._clean_vote(data)
        return data

    def _clean_vote(self, data: dict) -> None:
        """The window of the vote, or none; the database says the same."""
        stored = self.instance
        opens = data.get("vote_opens_at", stored.vote_opens_at)
        ends = data.get("vote_closes_at", stored.vote_closes_at)
        closes = data.get("closes_at", stored.closes_at)
        if "vote_closes_at" not in self.fields or self.errors:
            return
        if bool(opens) != bool(ends):
            field = "vote_closes_at" if opens else "vote_opens_at"
            field = field if field in self.fields else "vote_closes_at"
            self.add_error(field, _("Say both moments, or neither: then none votes."))
        elif opens and opens < closes:
            text = _("Voting can open when entries have closed, not before.")
            self.add_error("vote_opens_at", text)
        elif opens and ends <= opens:
            self.add_error("vote_closes_at", _("Voting must close after it opens."))
        elif ends and stored.results_at and ends > stored.results_at:
            text = _("The results are set to come out before that. Move them first.")
            self.add_error("vote_closes_at", text)
        elif self._ends_sooner(ends):
            text = _("While people vote, the end can only be moved to later.")
            self.add_error("vote_closes_at", text)
        elif not opens and data.get("vote_weight"):
            text = _("A weight needs a vote: say when it opens and closes.")
            self.add_error("vote_weight", text)

    def _ends_sooner(self, ends: dt.datetime | None) -> bool:
        """Whether a vote that has begun would lose its end, or get an earlier one."""
        begun = "vote_opens_at" not in self.fields
        before = self.instance_before.get("vote_closes_at")
        return begun and before is not None and (ends is None or ends < before)


class RoundFormSet(forms.BaseInlineFormSet):
    """Judging starts when entries have closed."""

    def clean(self) -> None:
        super().clean()
        closes = self.instance.closes_at
        for form in self.forms:
            data = getattr(form, "cleaned_data", {})
            starts = data.get("starts_at")
            if starts and closes and starts < closes and not data.get("DELETE"):
                text = _("Judging must start when entries have closed, not before.")
                form.add_error("starts_at", text)


class ReasonForm(forms.Form):
    """Why an entry is taken out; its owner reads it."""

    reason = NFCTextFormField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The person who entered reads this in a letter and on the page."),
    )


class FormReasonForm(forms.Form):
    """Why a signed form is not accepted; whoever sent it in reads it."""

    reason = NFCTextFormField(
        label=_("Reason"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "For example: not signed, not readable, another child. Whoever sent the "
            "form reads it."
        ),
    )


class LetterForm(forms.Form):
    """Plain words to those who entered."""

    subject = NFCCharFormField(
        label=_("Subject"),
        max_length=120,
        widget=forms.TextInput(attrs={"size": 60}),
    )
    text = NFCTextFormField(
        label=_("Text"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=_(
            "Plain words. The greeting, the works and a link to them stand around it "
            "by themselves."
        ),
    )
    # Of this page: pressed twice, it writes each letter once.
    nonce = forms.RegexField(r"^[0-9a-f]{32}$", widget=forms.HiddenInput)


class AssignForm(forms.Form):
    """Which judges read the chosen entries, in which round."""

    round = forms.ModelChoiceField(label=_("Round"), queryset=Round.objects.none())
    judges = forms.ModelMultipleChoiceField(
        label=_("Judges"),
        queryset=User.objects.none(),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args, contest: Contest, on, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        rounds, judges = self.fields["round"], self.fields["judges"]
        rounds.queryset = contest.rounds.all()
        rounds.initial = contest.rounds.last()
        judges.queryset = judges_on(on)
        judges.label_from_instance = judge_in_words


def judges_on(on):
    """Accounts with a judge's role that day, by name."""
    from members.models import Assignment

    roles = Assignment.objects.current(on).filter(role=Role.JUDGE)
    users = User.objects.filter(pk__in=roles.values("user"), is_active=True)
    return users.select_related("person__unit").order_by("person__sort_key", "email")


def judge_in_words(user: User) -> str:
    if not user.person:
        return user.email
    unit = user.person.unit
    return f"{user.person.full_name} ({unit})" if unit else user.person.full_name


class ResultsForm(forms.Form):
    """The moment at which page and letters come out."""

    moment = forms.SplitDateTimeField(
        label=_("Results come out at"),
        required=False,
        help_text=_("Left empty, they stay back. Times are Vietnamese time."),
        widget=forms.SplitDateTimeWidget(
            date_attrs={"aria-label": _("Day"), "placeholder": _("dd/mm/yyyy")},
            time_attrs={"aria-label": _("Time"), "placeholder": _("hh:mm")},
        ),
    )


class ShortlistForm(forms.Form):
    """How many of each division go on, and what becomes of a tie at the cut."""

    size = forms.IntegerField(
        label=_("Works of each division"), min_value=1, max_value=1000, initial=10
    )
    ties = forms.ChoiceField(
        label=_("Works that share the last place"),
        choices=Ties.choices,
        initial=Ties.ALL,
        widget=forms.RadioSelect,
    )


class ProposalForm(forms.Form):
    """Which judges read which division of a round."""

    division = forms.ChoiceField(label=_("Division"), required=False)
    judges = forms.MultipleChoiceField(
        label=_("Judges"), widget=forms.CheckboxSelectMultiple
    )
    again = forms.BooleanField(
        label=_("Only one more reading where judges are far apart"), required=False
    )
    fingerprint = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args, divisions: list[Division], judges: list[User], **kwargs
    ) -> None:
        super().__init__(*args, **kwargs)
        self.divisions = {str(one.pk): one for one in divisions}
        self.users = {str(one.pk): one for one in judges}
        self.fields["division"].choices = [
            ("", _("all divisions")),
            *((key, one.name) for key, one in self.divisions.items()),
        ]
        self.fields["judges"].choices = [
            (key, judge_in_words(one)) for key, one in self.users.items()
        ]

    def asked(self) -> dict:
        """What `judging.assigning.propose` takes."""
        return {
            "judges": [self.users[key] for key in self.cleaned_data["judges"]],
            "division": self.divisions.get(self.cleaned_data["division"]),
            "again": self.cleaned_data["again"],
        }


class WeightsForm(forms.Form):
    """New weights after the first score, and why."""

    def __init__(self, *args, round_: Round, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.criteria = list(round_.criteria.all())
        for one in self.criteria:
            self.fields[f"weight-{one.pk}"] = forms.IntegerField(
                label=one.name, min_value=0, max_value=100, initial=one.weight
            )
        self.fields["reason"] = NFCTextFormField(
            label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
        )

    def weights(self) -> dict[int, int]:
        return {one.pk: self.cleaned_data[f"weight-{one.pk}"] for one in self.criteria}


class AnswerForm(forms.Form):
    """The answer to an appeal, and the prize that follows from it."""

    accepted = forms.TypedChoiceField(
        label=_("Accepted or not"),
        choices=[("", "–"), ("yes", _("Accepted")), ("no", _("Refused"))],
        coerce=lambda value: value == "yes",
    )
    prize = forms.ChoiceField(
        label=_("Prize from now on"),
        required=False,
        help_text=_("Only where the appeal is accepted; it shows at once."),
    )
    text = NFCTextFormField(
        label=_("Answer"),
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("The entrant reads it in a letter and on the page."),
    )

    UNCHANGED, NONE = "", "-"

    def __init__(self, *args, appeal: Appeal, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        known = [one.title for one in appeal.entry.contest.prizes.all()] or tiers()
        self.fields["prize"].choices = [
            (self.UNCHANGED, _("as it is")),
            (self.NONE, _("no prize")),
            *((title, title) for title in known),
        ]

    @property
    def new_prize(self) -> str | None:
        """The title, "" for none, None where it stays as it is."""
        chosen = self.cleaned_data["prize"]
        if chosen == self.UNCHANGED:
            return None
        return "" if chosen == self.NONE else chosen


class CopyForm(forms.Form):
    """When the copy opens; everything else moves along."""

    opens_at = forms.SplitDateTimeField(
        label=_("Entries open"),
        widget=forms.SplitDateTimeWidget(
            date_attrs={"aria-label": _("Day"), "placeholder": _("dd/mm/yyyy")},
            time_attrs={"aria-label": _("Time"), "placeholder": _("hh:mm")},
        ),
    )


class AwardsForm(forms.Form):
    """A prize or none for each entry of the ranking."""

    def __init__(
        self, *args, entries: list[Entry], prizes: list[str], **kwargs
    ) -> None:
        super().__init__(*args, **kwargs)
        self.entries = entries
        self.tiers = prizes or tiers()
        for entry in self.entries:
            award = getattr(entry, "award", None)
            title = award.title if award else ""
            choices = [("", "–"), *((tier, tier) for tier in self.tiers)]
            if title and title not in self.tiers:
                choices.append((title, title))
            self.fields[f"award-{entry.pk}"] = forms.ChoiceField(
                label=_("Prize for %(code)s") % {"code": entry.code},
                choices=choices,
                required=False,
                initial=title,
            )

    def changes(self) -> list[tuple[int, str, int]]:
        """Entry, title and order of each prize that is not as before."""
        order = {tier: number for number, tier in enumerate(self.tiers, 1)}
        return [
            (entry.pk, title, order.get(title, len(order) + 1))
            for entry in self.entries
            if (title := self.cleaned_data[f"award-{entry.pk}"])
            != self.fields[f"award-{entry.pk}"].initial
        ]


def tiers() -> list[str]:
    """The usual prizes in the portal's own language, whoever gives them."""
    with translation.override(settings.LANGUAGE_CODE):
        return [str(tier) for tier in TIERS]
