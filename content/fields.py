"""Text fields through which nothing but clean NFC text reaches the database.

Use them instead of Django's own: `from content.fields import NFCCharField,
NFCTextField, NFCEmailField`. Whichever way a value comes (form, admin, import,
`create`, `update`, exact lookup), it is brought to NFC, loses control and
invisible characters and the space around it. A single-line field turns line
breaks into spaces; a text field keeps them as "\\n".

Not for rich text (see `content.richtext`) nor for values where space counts.
"""

import re

from django import forms
from django.core.validators import validate_email
from django.db import models

from content.odd_addresses import validate_not_odd
from vietnam.fold import nfc

# C0 and C1 controls but tab and line feed; lone surrogates (PostgreSQL refuses
# them); zero-width space, word joiner and byte order mark; the bidirectional
# embeddings, overrides and isolates that make text read other than it is.
_UNWANTED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff"
    "\u200b\u2060\ufeff\u202a-\u202e\u2066-\u2069]"
)
_LINE_BREAK = re.compile("\r\n?|\x0b|\x0c|\x85|\u2028|\u2029")


def clean_text(text: str) -> str:
    """Return `text` in NFC, with line breaks as "\\n" and no control characters."""
    # Nothing of what is looked for is printable, and most texts are one plain line.
    if not text.isprintable():
        text = _UNWANTED.sub("", _LINE_BREAK.sub("\n", text))
    return nfc(text).strip()


def clean_line(text: str) -> str:
    """Return `text` as one clean NFC line; tabs and line breaks become spaces."""
    clean = clean_text(text)
    return clean if clean.isprintable() else re.sub(r"[\t\n]+", " ", clean)


class _CleanFormMixin:
    """A form field that measures and validates the cleaned text."""

    clean_value = staticmethod(clean_line)

    def to_python(self, value):
        if isinstance(value, str):
            value = self.clean_value(value)
        return super().to_python(value)


class NFCCharFormField(_CleanFormMixin, forms.CharField):
    """One line of clean text."""


class NFCTextFormField(_CleanFormMixin, forms.CharField):
    """Clean text of several lines."""

    clean_value = staticmethod(clean_text)
    widget = forms.Textarea


class NFCEmailFormField(_CleanFormMixin, forms.EmailField):
    """An e-mail address in NFC that a letter can go to."""

    default_validators = [validate_email, validate_not_odd]


class _CleanMixin:
    clean_value = staticmethod(clean_line)
    form_class = NFCCharFormField

    def to_python(self, value):
        value = super().to_python(value)
        return self.clean_value(value) if isinstance(value, str) else value

    def get_prep_value(self, value):
        value = super().get_prep_value(value)
        return self.clean_value(value) if isinstance(value, str) else value

    def pre_save(self, model_instance, add):
        """Leave the instance with the very text that goes into its row."""
        value = super().pre_save(model_instance, add)
        if isinstance(value, str):
            value = self.clean_value(value)
            setattr(model_instance, self.attname, value)
        return value

    def formfield(self, **kwargs):
        # A field with choices makes its own kind of form field.
        if self.choices is None:
            kwargs = {"form_class": self.form_class, **kwargs}
        return super().formfield(**kwargs)


class NFCCharField(_CleanMixin, models.CharField):
    """A `CharField` of clean NFC text on one line."""


class NFCTextField(_CleanMixin, models.TextField):
    """A `TextField` of clean NFC text."""

    clean_value = staticmethod(clean_text)
    form_class = NFCTextFormField


class NFCEmailField(_CleanMixin, models.EmailField):
    """An `EmailField` of clean NFC text that a letter can go to."""

    default_validators = [validate_email, validate_not_odd]
    form_class = NFCEmailFormField
