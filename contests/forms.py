"""What entering, and scoring, asks of people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from content import questions
from content.fields import NFCCharFormField, NFCEmailFormField, NFCTextFormField
from content.files import Kind
from contests import loading
from contests.actions import TypedAuthor
from contests.models import Author, Contest, Criterion, Division, Entry, Field
from contests.rules import FULL_SHARE, births_of
from members.actions import save_profile
from members.consent_texts import ConsentBox
from members.forms import BirthDateField, ProfileForm
from members.models import Person, User

MAX_LINES = 10


class AgreementField(ConsentBox):
    """A box of its own, never ticked beforehand (Law 91/2025/QH15, article 9)."""

    def __init__(self) -> None:
        super().__init__(
            "contests.entry",
            error_messages={
                "required": _("Tick the box: without it we may not take your entry.")
            },
        )


class StartForm(forms.Form):
    """For whom we know: one box, one button."""

    agreed = AgreementField()


class FirstStartForm(ProfileForm):
    """For newcomers: who they are, and the box."""

    agreed = AgreementField()

    def save(self, *, user: User, now: dt.datetime) -> Person:
        told = {name: self.cleaned_data[name] for name in ProfileForm.base_fields}
        return save_profile(user=user, now=now, **told)


def _offer(field: forms.ModelChoiceField, rows: QuerySet, say: Callable) -> None:
    """Offer what has been read; a choice that comes in is looked up all the same."""
    field.queryset = rows
    field.choices = [(row.pk, say(row)) for row in rows]


class AboutForm(forms.Form):
    """The texts. A draft may lack anything; the last step lists what is missing."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    title = NFCCharFormField(
        label=_("Title of the work"),
        max_length=200,
        required=False,
        help_text=_("Judges read it: do not write names or schools into it."),
    )
    summary = NFCTextFormField(
        label=_("What it is about"),
        max_length=3000,
        required=False,
        help_text=_("What problem, what idea, whom it helps. At most 3000 characters."),
        widget=forms.Textarea(attrs={"rows": 10}),
    )
    division = forms.ModelChoiceField(
        label=_("Division"),
        queryset=Division.objects.none(),
        required=False,
        empty_label=None,
        widget=forms.RadioSelect,
    )
    field = forms.ModelChoiceField(
        label=_("Field of work"),
        queryset=Field.objects.none(),
        required=False,
        empty_label=None,
        widget=forms.RadioSelect,
    )
    mentor = NFCCharFormField(
        label=_("Who guided you"),
        max_length=120,
        required=False,
        help_text=_("A teacher, for example. Leave it empty if nobody did."),
    )
    mentor_school = NFCCharFormField(
        label=_("Their school or unit"), max_length=150, required=False
    )

    def __init__(self, *args, entry: Entry, **kwargs) -> None:
        self.questions = list(entry.contest.questions.all())
        known = {
            "version": entry.version,
            "title": entry.title,
            "summary": entry.summary,
            "division": entry.division_id,
            "field": entry.field_id,
            "mentor": entry.mentor,
            "mentor_school": entry.mentor_school,
        }
        for answer in entry.answers.all():
            several = answer.question.kind == questions.Kind.SEVERAL
            value = answer.value.splitlines() if several else answer.value
            known[questions.name_of(answer.question)] = value
        kwargs["initial"] = known | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        contest = entry.contest
        loading.fill_choices(contest)
        divisions, fields = contest.divisions.all(), contest.fields.all()
        _offer(self.fields["division"], divisions, division_in_words)
        _offer(self.fields["field"], fields, str)
        if not fields:
            del self.fields["field"]
        for question in self.questions:
            # Nothing is required of a draft; the last step lists what is missing.
            field = questions.field_for(question, required=False)
            self.fields[questions.name_of(question)] = field

    def asked(self) -> list[forms.BoundField]:
        """The organisers' own questions."""
        return [self[questions.name_of(question)] for question in self.questions]

    def told(self) -> dict[str, object]:
        """What `actions.save` takes."""
        data = self.cleaned_data
        named = (
            "version",
            "title",
            "summary",
            "division",
            "field",
            "mentor",
            "mentor_school",
        )
        answers = {
            question.pk: value
            for question, value in questions.read(self.questions, data)
        }
        return {name: data.get(name) for name in named} | {"answers": answers}


def division_in_words(division: Division) -> str:
    first, last = births_of(division)
    text = _(
        "%(name)s: %(youngest)s to %(oldest)s years old on %(day)s, born from "
        "%(first)s to %(last)s"
    )
    return text % {
        "name": division.name,
        "youngest": division.min_age,
        "oldest": division.max_age,
        "day": f"{division.age_on:%d/%m/%Y}",
        "first": f"{first:%d/%m/%Y}",
        "last": f"{last:%d/%m/%Y}",
    }


class ShareField(forms.IntegerField):
    """How much of the work is somebody's, in percent."""

    def __init__(self, **kwargs) -> None:
        super().__init__(
            **{
                "label": _("Share of the work in percent"),
                "required": False,
                "min_value": 1,
                "max_value": FULL_SHARE,
                "widget": forms.TextInput(attrs={"inputmode": "numeric"}),
                **kwargs,
            }
        )


class MeForm(forms.Form):
    """Whether the entrant is an author, and what may be published of them."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    is_author = forms.BooleanField(
        label=_("I am one of the authors"),
        required=False,
        help_text=_("A teacher who enters the work of pupils leaves this empty."),
    )
    school = NFCCharFormField(
        label=_("My school or unit"), max_length=150, required=False
    )
    share = ShareField()
    publish_name = ConsentBox("contests.publish_name", required=False)

    def __init__(self, *args, joined: Sequence[Author] = (), **kwargs) -> None:
        """`joined`: who came by invitation; only their share is asked here."""
        super().__init__(*args, **kwargs)
        self.joined = list(joined)
        for author in self.joined:
            label = _("Share of %(name)s in percent") % {
                "name": author.person.full_name
            }
            self.fields[f"share-{author.pk}"] = ShareField(
                label=label, initial=author.share
            )
            self.fields[f"without-{author.pk}"] = forms.BooleanField(
                label=_("Take %(name)s out of the team")
                % {"name": author.person.full_name},
                required=False,
            )

    def joined_lines(self) -> list[tuple[Author, forms.BoundField, forms.BoundField]]:
        return [
            (author, self[f"share-{author.pk}"], self[f"without-{author.pk}"])
            for author in self.joined
        ]

    def shares(self) -> dict[int, int | None]:
        return {
            author.pk: self.cleaned_data[f"share-{author.pk}"] for author in self.joined
        }

    def without(self) -> list[int]:
        return [
            author.pk
            for author in self.joined
            if self.cleaned_data[f"without-{author.pk}"]
        ]


class AuthorLine(forms.Form):
    """One more author, who needs no account."""

    author = forms.IntegerField(widget=forms.HiddenInput, required=False)
    full_name = NFCCharFormField(label=_("Full name"), max_length=120, required=False)
    birth_date = BirthDateField(required=False)
    school = NFCCharFormField(label=_("School or unit"), max_length=150, required=False)
    share = ShareField()

    def clean(self) -> dict:
        data = super().clean()
        name = " ".join((data.get("full_name") or "").split())
        if not name:
            # A known author without a name is one to take out, as the page says.
            known = data.get("author")
            if not known and (data.get("birth_date") or data.get("school")):
                self.add_error("full_name", _("Write the author's name."))
        elif len(name.split()) < 2:
            self.add_error(
                "full_name",
                _("Write family name and given name, such as Nguyễn Thị Ánh."),
            )
        data["full_name"] = name
        return data

    def typed(self) -> TypedAuthor | None:
        data = self.cleaned_data
        if not data.get("full_name"):
            return None
        return TypedAuthor(
            full_name=data["full_name"],
            birth_date=data.get("birth_date"),
            school=data.get("school") or "",
            share=data.get("share"),
            author=data.get("author"),
        )


class AuthorLines(forms.BaseFormSet):
    """The lines together; nobody stands there twice."""

    def get_form_kwargs(self, index: int | None) -> dict:
        """An empty line is no error by itself; a new one counts although it says what
        was stored of it while it was being typed.
        """
        return super().get_form_kwargs(index) | {"empty_permitted": False}

    def clean(self) -> None:
        if any(self.errors):
            return
        seen = set()
        for form in self.forms:
            typed = form.typed()
            key = typed and (typed.full_name.casefold(), typed.birth_date)
            if key and key in seen:
                raise ValidationError(
                    _("%(name)s stands there twice."),
                    code="twice",
                    params={"name": typed.full_name},
                )
            seen.add(key)

    def typed(self) -> list[TypedAuthor]:
        return [typed for form in self.forms if (typed := form.typed())]


def author_lines(
    data, *, initial: Sequence[dict], contest: Contest, others: int = 0
) -> forms.BaseFormSet:
    """Every known author and two empty lines, up to what the contest allows.

    `others`: how many authors stand elsewhere on the page.
    """
    room = max(contest.max_authors - others, len(initial))
    number = min(len(initial) + 2, room, MAX_LINES)
    lines = forms.formset_factory(
        AuthorLine,
        formset=AuthorLines,
        extra=number - len(initial),
        max_num=MAX_LINES,
        absolute_max=MAX_LINES + 1,
    )
    return lines(data, initial=initial, prefix="authors")


class GuardianAskForm(forms.Form):
    """Whom we may ask for a child; they answer by a link in a letter."""

    guardian_name = NFCCharFormField(
        label=_("Name of the parent or guardian"), max_length=120
    )
    relation = NFCCharFormField(
        label=_("Who that is to the child"),
        max_length=60,
        help_text=_("For example mother, father or grandmother."),
    )
    email = NFCEmailFormField(
        label=_("Their email address"),
        max_length=254,
        help_text=_("We send them a letter with a link. It works for two weeks."),
    )


class InviteForm(forms.Form):
    """Whom we may ask to join; they say who they are themselves."""

    full_name = NFCCharFormField(label=_("Full name"), max_length=120)
    email = NFCEmailFormField(
        label=_("Their email address"),
        max_length=254,
        help_text=_("We send them a letter with a link. They need no account."),
    )


class JoinForm(forms.Form):
    """What an invited author says of themselves."""

    full_name = NFCCharFormField(label=_("Full name"), max_length=120)
    birth_date = BirthDateField()
    school = NFCCharFormField(
        label=_("Your school or unit"), max_length=150, required=False
    )
    agreed = AgreementField()
    publish_name = ConsentBox("contests.publish_name", required=False)

    def __init__(self, *args, known: Person | None = None, **kwargs) -> None:
        """`known`: the account's own record, which is not asked for again."""
        super().__init__(*args, **kwargs)
        if known:
            del self.fields["full_name"]
            if known.birth_date:
                del self.fields["birth_date"]

    def clean_full_name(self) -> str:
        name = " ".join(self.cleaned_data["full_name"].split())
        if len(name.split()) < 2:
            raise ValidationError(
                _("Write family name and given name, such as Nguyễn Thị Ánh.")
            )
        return name


class SignedFormForm(forms.Form):
    """The signed form as a photo, and what stands on it."""

    guardian_name = NFCCharFormField(
        label=_("Name of the parent or guardian who signed"), max_length=120
    )
    relation = NFCCharFormField(
        label=_("Who that is to the child"),
        max_length=60,
        help_text=_("For example mother, father or grandmother."),
    )
    publish_name = forms.BooleanField(
        label=_("The form allows publishing the name"), required=False
    )
    publish_picture = forms.BooleanField(
        label=_("The form allows publishing pictures"), required=False
    )
    form = forms.FileField(
        label=_("Photo or scan of the signed form"),
        help_text=_("PDF, JPEG or PNG, at most 10 MB."),
        error_messages={"empty": _("This file is empty. Choose another one.")},
    )


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesForm(forms.Form):
    """The choice of files; each is looked into on its own by the action."""

    files = forms.FileField(label=_("Add files"), widget=ManyFilesInput, required=False)

    def __init__(self, *args, contest: Contest, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        text = _(
            "Taken are: %(kinds)s. At most %(files)s files of %(size)s MB each. You "
            "can choose several at once."
        )
        values = {
            "kinds": contest.kinds_in_words,
            "files": contest.max_files,
            "size": contest.max_file_mb,
        }
        field = self.fields["files"]
        field.help_text = text % values
        field.widget.attrs["accept"] = accepted(contest)


def accepted(contest: Contest) -> str:
    """What a browser offers to choose from; the file itself is judged on arrival."""
    allowed = contest.allowed_kinds
    return ",".join(
        suffix for kind in Kind if kind in allowed for suffix in kind.suffixes
    )


class ScoreForm(forms.Form):
    """A score for every criterion, and a remark."""

    def __init__(
        self,
        *args,
        criteria: Sequence[Criterion],
        given: dict[int, Decimal],
        comment: str,
        draft: Mapping[str, str],
        **kwargs,
    ) -> None:
        super().__init__(*args, initial=draft, **kwargs)
        self.criteria = criteria
        for criterion in criteria:
            hint = _("0 to %(maximum)s, weight %(weight)s.") % {
                "maximum": criterion.maximum,
                "weight": criterion.weight,
            }
            self.fields[f"criterion-{criterion.pk}"] = forms.DecimalField(
                label=criterion.name,
                help_text=f"{criterion.guidance} {hint}".strip(),
                min_value=0,
                max_value=criterion.maximum,
                max_digits=5,
                decimal_places=2,
                localize=True,
                initial=given.get(criterion.pk),
                widget=forms.TextInput(
                    attrs={
                        "inputmode": "decimal",
                        "autocomplete": "off",
                        "class": "number-box",
                    }
                ),
            )
        self.fields["comment"] = NFCTextFormField(
            label=_("Remark for the organisers"),
            max_length=2000,
            required=False,
            initial=comment,
            widget=forms.Textarea(attrs={"rows": 5}),
        )

    def values(self) -> dict[int, Decimal]:
        return {
            one.pk: self.cleaned_data[f"criterion-{one.pk}"] for one in self.criteria
        }


class ConflictForm(forms.Form):
    """Why a judge steps back from one entry, or discloses what ties them to it."""

    HARD, SOFT = "hard", "soft"

    kind = forms.ChoiceField(
        label=_("What should happen?"),
        choices=[
            (HARD, _("I step back: somebody else reads this entry")),
            (
                SOFT,
                _("I go on; the organisers decide whether my scores count"),
            ),
        ],
        widget=forms.RadioSelect,
    )
    reason = NFCCharFormField(
        label=_("Why you should not score this entry"),
        max_length=300,
        help_text=_(
            "For example: you teach an author or helped with the work. Stepping back "
            "cannot be undone."
        ),
    )


class AppealForm(forms.Form):
    """What should be looked at again."""

    text = NFCTextFormField(
        label=_("What should be looked at again, and why?"),
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("You can appeal once. The organisers answer by letter and here."),
    )
