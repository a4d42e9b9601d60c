"""The part of the article's form that belongs to its kind: plain forms and rows.

Everything works without JavaScript: rows are ordered by a number, some empty ones
follow, and files that came in once need not be chosen again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminDateWidget, AutocompleteSelect
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from content.fields import NFCCharFormField, NFCTextFormField
from content.files import FileRefused, size_text
from content.models import Picture
from content.pictures import actions as pictures
from content.pictures.staff import thumbnail
from news import files, kinds
from news.kinds import hosts
from news.kinds.document import Document
from news.kinds.guide import Guide, Step
from news.kinds.infographic import Infographic
from news.kinds.reportage import Reportage
from news.kinds.shapes import Details, Placed
from news.kinds.video import Video
from news.models import Article, ArticleFile

Kind = Article.Kind
Use = ArticleFile.Use
EMPTY_ROWS = 3
MOST_ROWS = 60
NEWEST = 40
"""Pictures offered where the library cannot be searched for lack of JavaScript."""


class Library:
    """The pictures that the form's rows offer, read once for all of them."""

    def __init__(self, used: Iterable[int]) -> None:
        self._used = set(used)
        self._rows: dict[int, Picture] | None = None

    def rows(self) -> dict[int, Picture]:
        if self._rows is None:
            newest = Picture.objects.order_by("-pk")[:NEWEST]
            self._rows = {row.pk: row for row in newest}
            if left := self._used - self._rows.keys():
                self._rows |= Picture.objects.in_bulk(left)
        return self._rows

    def get(self, pk: int) -> Picture | None:
        rows = self.rows()
        if pk and pk not in rows and (row := Picture.objects.filter(pk=pk).first()):
            rows[pk] = row
        return rows.get(pk)


class PictureSelect(AutocompleteSelect):
    """Searches the library; without JavaScript it offers the newest pictures."""

    def __init__(self, library: Library) -> None:
        super().__init__(Article._meta.get_field("cover"), admin.site)
        self.library = library

    def __deepcopy__(self, memo):
        return type(self)(self.library)

    def optgroups(self, name, value, attrs=None):
        chosen = {str(one) for one in value}
        rows = self.library.rows()
        for one in chosen:
            if one.isdecimal():
                self.library.get(int(one))
        options = [("", ""), *((row.pk, row.title) for row in rows.values())]
        made = [
            self.create_option(name, pk, title, str(pk) in chosen, place)
            for place, (pk, title) in enumerate(options)
        ]
        return [(None, made, 0)]


class PictureField(forms.TypedChoiceField):
    """The number of a picture in the library."""

    default_error_messages = {
        "invalid_choice": _("This picture is not in the library any more.")
    }

    def __init__(self, library: Library, **kwargs) -> None:
        self.library = library
        kwargs |= {"coerce": int, "empty_value": 0, "widget": PictureSelect(library)}
        super().__init__(**kwargs)

    def valid_value(self, value) -> bool:
        is_number = str(value).isdecimal() and len(str(value)) < 12
        return is_number and self.library.get(int(value)) is not None


class _Row(forms.Form):
    """A line of a part; `picture_now` is shown beside the choice.

    A new picture goes into the library as soon as it is found good, so that a mistake
    elsewhere in the form does not cost the upload.
    """

    has_picture_label: ClassVar[Promise] = _("picture")

    upload = forms.FileField(
        label=_("or a new picture"),
        required=False,
        widget=forms.FileInput(
            attrs={"accept": "image/jpeg,image/png,image/webp,image/gif"}
        ),
    )
    alt = NFCCharFormField(
        label=_("description of the new picture"), max_length=250, required=False
    )

    def __init__(self, *args, library: Library, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.library = library
        label = self.has_picture_label
        self.fields["picture"] = PictureField(library, label=label, required=False)
        self.order_fields(["picture", "upload", "alt"])
        _widen(self)

    def clean(self) -> dict:
        data = super().clean()
        if upload := data.get("upload"):
            try:
                picture, _was_animated = pictures.add(
                    file=upload, name=upload.name, alt=data.get("alt", "")
                )
            except FileRefused as refused:
                self.add_error("upload", refused)
            else:
                self._choose(data, picture)
        return data

    def _choose(self, data: dict, picture: Picture) -> None:
        data["picture"] = picture.pk
        self.data = self.data.copy()
        self.data[self.add_prefix("picture")] = str(picture.pk)
        self.data[self.add_prefix("alt")] = ""

    def picture_now(self) -> str:
        value = str(self["picture"].value() or "")
        return thumbnail(self.library.get(int(value))) if value.isdecimal() else ""


class PlacedRow(_Row):
    caption = NFCCharFormField(label=_("caption"), max_length=300, required=False)

    def clean(self) -> dict:
        data = super().clean()
        if data.get("caption") and not data.get("picture"):
            self.add_error("picture", _("Choose the picture of this caption."))
        return data


class StepRow(_Row):
    title = NFCCharFormField(label=_("what to do"), max_length=150, required=False)
    text = NFCTextFormField(
        label=_("how to do it"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(["title", "text", "picture", "upload", "alt"])

    def clean(self) -> dict:
        data = super().clean()
        if (data.get("text") or data.get("picture")) and not data.get("title"):
            self.add_error("title", _("Say in a few words what to do in this step."))
        return data


class _Rows(forms.BaseFormSet):
    """Rows with a number to order them by and a box to leave them out."""

    def add_fields(self, form, index) -> None:
        super().add_fields(form, index)
        form.fields["ORDER"].label = _("place")
        form.fields["DELETE"].label = _("leave out")

    def kept(self) -> list[dict[str, Any]]:
        """What stays, in its order; rows without a number come last as they stand."""
        rows = [form.cleaned_data for form in self.forms if form.cleaned_data]
        rows = [row for row in rows if not row.get("DELETE")]
        last = len(self.forms) + 1
        return sorted(rows, key=lambda row: row.get("ORDER") or last)


def _rows_of(row: type[_Row]) -> type[_Rows]:
    return forms.formset_factory(
        row,
        formset=_Rows,
        extra=EMPTY_ROWS,
        can_order=True,
        can_delete=True,
        max_num=MOST_ROWS,
        validate_max=True,
        absolute_max=MOST_ROWS + EMPTY_ROWS,
    )


PlacedRows, StepRows = _rows_of(PlacedRow), _rows_of(StepRow)


class Part(forms.Form):
    """The form of one kind; `found` is what the article says now."""

    kind: ClassVar[str]
    row_set: ClassVar[type[_Rows] | None] = None

    sent = forms.BooleanField(required=False, initial=True, widget=forms.HiddenInput)

    def __init__(self, found: Details, data=None, uploads=None) -> None:
        self.was = found
        initial = {"sent": True} | self.start(found)
        super().__init__(data, uploads, prefix=self.kind, initial=initial)
        _widen(self)
        self.rows = None
        if self.row_set:
            self.rows = self.row_set(
                data,
                uploads,
                prefix=f"{self.kind}-rows",
                initial=self.start_rows(found),
                form_kwargs={"library": Library(found.pictures())},
            )

    @property
    def label(self) -> str:
        return Kind(self.kind).label

    @property
    def is_sent(self) -> bool:
        """Whether the browser had this part at all; an import does not."""
        return f"{self.kind}-sent" in self.data

    def shown_fields(self) -> list[forms.BoundField]:
        return [field for field in self if field.name != "sent"]

    def is_valid(self) -> bool:
        fine = super().is_valid()
        return (self.rows is None or self.rows.is_valid()) and fine

    def has_content(self) -> bool:
        """Whether somebody wrote something here that was not there before."""
        changed = set(self.changed_data) - {"sent"}
        return bool(changed) or (self.rows is not None and self.rows.has_changed())

    def start(self, found: Details) -> dict[str, Any]:
        raise NotImplementedError

    def start_rows(self, found: Details) -> list[dict[str, Any]]:
        return []

    def details(self) -> Details:
        """What a valid form says."""
        raise NotImplementedError


class _PlacedPart(Part):
    row_set = PlacedRows

    def start_rows(self, found) -> list[dict[str, Any]]:
        return [one.as_dict() for one in found.placed]

    def placed(self) -> tuple[Placed, ...]:
        rows = [row for row in self.rows.kept() if row.get("picture")]
        return tuple(Placed(row["picture"], row["caption"]) for row in rows)


class InfographicPart(_PlacedPart):
    kind = Kind.INFOGRAPHIC
    alternative = NFCTextFormField(
        label=_("the same in words"),
        max_length=10_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_(
            "All that the infographic says, for those who cannot see it and for the "
            "search. Needed before it goes out."
        ),
    )

    def start(self, found: Infographic) -> dict[str, Any]:
        return {"alternative": found.alternative}

    def details(self) -> Infographic:
        return Infographic(self.placed(), self.cleaned_data["alternative"])

    def clean(self) -> dict:
        """Pictures without words are the one thing that must not wait for later."""
        data = super().clean()
        with_pictures = self.rows.is_valid() and self.placed()
        if with_pictures and not data.get("alternative"):
            sentence = kinds.Missing.ALTERNATIVE.label
            self.add_error("alternative", sentence)
        return data


class ReportagePart(_PlacedPart):
    kind = Kind.REPORTAGE

    def start(self, found: Reportage) -> dict[str, Any]:
        return {}

    def details(self) -> Reportage:
        return Reportage(self.placed())


class GuidePart(Part):
    kind = Kind.GUIDE
    row_set = StepRows
    tested_on = forms.DateField(
        label=_("tested on"),
        required=False,
        widget=AdminDateWidget,
        help_text=_("The day on which somebody last went through all steps."),
    )
    tested_with = NFCCharFormField(
        label=_("tested with"),
        max_length=120,
        required=False,
        help_text=_("The version of the app, the phone: what readers can compare."),
    )

    def start(self, found: Guide) -> dict[str, Any]:
        return {"tested_on": found.tested_on, "tested_with": found.tested_with}

    def start_rows(self, found: Guide) -> list[dict[str, Any]]:
        return [step.as_dict() for step in found.steps]

    def clean_tested_on(self) -> dt.date | None:
        return _sensible(self.cleaned_data["tested_on"])

    def details(self) -> Guide:
        rows = [row for row in self.rows.kept() if row.get("title")]
        return Guide(
            steps=tuple(Step(r["title"], r["text"], r["picture"]) for r in rows),
            tested_on=self.cleaned_data["tested_on"],
            tested_with=self.cleaned_data["tested_with"],
        )


class _WithFiles(Part):
    """Uploads are kept as soon as they are found good, so that a mistake elsewhere in
    the form does not cost the upload: a hidden field remembers the key."""

    uses: ClassVar[Mapping[str, str]]

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.known: dict[str, ArticleFile | None] = {}
        for name, use in self.uses.items():
            key = self[name].value() if self.is_bound else getattr(self.was, name)
            row = self.known[name] = files.by_key(str(key or ""), use=use)
            self.fields[f"{name}_upload"].help_text = self._help(name, row)

    def _help(self, name: str, row: ArticleFile | None) -> str | Promise:
        if row is None:
            return self.fields[f"{name}_upload"].help_text
        parts = {"name": row.name, "size": size_text(row.size)}
        return _("Now: %(name)s, %(size)s. Choose another file to replace it.") % parts

    def shown_fields(self) -> list[forms.BoundField]:
        return [field for field in super().shown_fields() if not field.is_hidden]

    def clean(self) -> dict:
        data = super().clean()
        for name, use in self.uses.items():
            upload = data.get(f"{name}_upload")
            if data.get(f"{name}_gone"):
                self._keep(data, name, None)
            elif upload:
                try:
                    self._keep(data, name, files.take(upload, use=use))
                except ValidationError as refused:
                    self.add_error(f"{name}_upload", refused)
        return data

    def _keep(self, data: dict, name: str, row: ArticleFile | None) -> None:
        self.known[name] = row
        self.data = self.data.copy()
        self.data[self.add_prefix(name)] = row.key if row else ""
        self.fields[f"{name}_upload"].help_text = self._help(name, row)

    def kept(self, name: str) -> dict[str, str]:
        row = self.known[name]
        return {name: row.key if row else "", f"{name}_name": row.name if row else ""}


class VideoPart(_WithFiles):
    kind = Kind.VIDEO
    uses = {"film": Use.FILM, "captions": Use.CAPTIONS}

    link = forms.CharField(
        label=_("link to the film"),
        max_length=hosts.LONGEST,
        required=False,
        help_text=_("On YouTube or Vimeo. Nothing is loaded there before a click."),
    )
    film = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)
    film_upload = forms.FileField(
        label=_("or a file"),
        required=False,
        help_text=_("MP4 or WebM, at most 300 MB."),
        widget=forms.FileInput(attrs={"accept": "video/mp4,video/webm"}),
    )
    film_gone = forms.BooleanField(label=_("take the file away"), required=False)
    captions = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)
    captions_upload = forms.FileField(
        label=_("captions"),
        required=False,
        help_text=_("A file in the format WebVTT (.vtt), in Vietnamese."),
        widget=forms.FileInput(attrs={"accept": ".vtt,text/vtt"}),
    )
    captions_gone = forms.BooleanField(
        label=_("take the captions away"), required=False
    )
    silent = forms.BooleanField(label=_("nobody speaks in it"), required=False)
    transcript = NFCTextFormField(
        label=_("transcript"),
        max_length=30_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_(
            "What is said and what is shown, to be read and to be found. Needed before "
            "it goes out."
        ),
    )

    def start(self, found: Video) -> dict[str, Any]:
        names = ("link", "film", "captions", "silent", "transcript")
        return {name: getattr(found, name) for name in names}

    def clean_link(self) -> str:
        link = self.cleaned_data["link"].strip()
        if link and hosts.parse(link) is None:
            raise ValidationError(
                _(
                    "This is no link to a film on YouTube or Vimeo. Copy the address "
                    "from the page of the film."
                )
            )
        return link

    def clean(self) -> dict:
        data = super().clean()
        if data.get("link") and self.known["film"]:
            self.add_error("link", _("Either a link or a file. Take one of them away."))
        return data

    def details(self) -> Video:
        data = self.cleaned_data
        host, number = hosts.parse(data["link"]) or (None, "")
        return Video(
            host=host.key if host else "",
            number=number,
            silent=data["silent"],
            transcript=data["transcript"],
            **self.kept("film"),
            **self.kept("captions"),
        )


class DocumentPart(_WithFiles):
    kind = Kind.DOCUMENT
    uses = {"file": Use.DOCUMENT}

    number = NFCCharFormField(
        label=_("number"),
        max_length=60,
        required=False,
        help_text=_("As it stands on the paper, such as 123-KH/BPT."),
    )
    type = NFCCharFormField(
        label=_("kind of document"),
        max_length=60,
        required=False,
        help_text=_("Plan, letter, decision, guidance and the like."),
    )
    issuer = NFCCharFormField(label=_("issued by"), max_length=120, required=False)
    issued_on = forms.DateField(
        label=_("issued on"), required=False, widget=AdminDateWidget
    )
    effective_on = forms.DateField(
        label=_("in force from"), required=False, widget=AdminDateWidget
    )
    file = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)
    file_upload = forms.FileField(
        label=_("the document"),
        required=False,
        help_text=_("PDF or Word (.docx), at most 30 MB. Everybody can fetch it."),
        widget=forms.FileInput(attrs={"accept": ".pdf,.docx"}),
    )
    file_gone = forms.BooleanField(label=_("take the file away"), required=False)
    confirmed = forms.BooleanField(
        label=_("units confirm that they have read it"), required=False
    )

    def start(self, found: Document) -> dict[str, Any]:
        names = ("number", "type", "issuer", "issued_on", "effective_on")
        return {name: getattr(found, name) for name in (*names, "file", "confirmed")}

    def clean_issued_on(self) -> dt.date | None:
        return _sensible(self.cleaned_data["issued_on"])

    def clean_effective_on(self) -> dt.date | None:
        return _sensible(self.cleaned_data["effective_on"])

    def details(self) -> Document:
        names = ("number", "type", "issuer", "issued_on", "effective_on", "confirmed")
        facts = {name: self.cleaned_data[name] for name in names}
        return Document(**facts, **self.kept("file"))


def _widen(form: forms.Form) -> None:
    """Lines and texts as wide as the admin's own."""
    wide = {forms.TextInput: "vTextField", forms.Textarea: "vLargeTextField"}
    for field in form.fields.values():
        if name := wide.get(type(field.widget)):
            field.widget.attrs["class"] = name


def _sensible(day: dt.date | None) -> dt.date | None:
    if day and not 1930 <= day.year <= 2100:
        raise ValidationError(_("Check the year."))
    return day


PARTS = [InfographicPart, VideoPart, ReportagePart, GuidePart, DocumentPart]


def parts_for(article: Article, data=None, uploads=None) -> list[Part]:
    """The parts of all kinds; that of the article's kind knows its details."""
    parts = []
    for part in PARTS:
        own = article.details if article.kind == part.kind else {}
        found = kinds.read(part.kind, own)
        # A form that was sent without this part says nothing about it.
        is_sent = data is not None and f"{part.kind}-sent" in data
        parts.append(part(found, *((data, uploads) if is_sent else ())))
    return parts
