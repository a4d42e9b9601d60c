"""Why a file is not taken, in sentences that tell its owner what to do."""

from __future__ import annotations

import math

from django.core.exceptions import ValidationError
from django.db.models import TextChoices
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _


class Reason(TextChoices):
    EMPTY = "empty", _("The file is empty. Choose it again.")
    TOO_LARGE = (
        "too_large",
        _("The file is %(size)s; at most %(limit)s are allowed."),
    )
    TYPE = (
        "type",
        _("Files of this kind cannot be taken. Allowed are: %(allowed)s."),
    )
    LYING = (
        "lying",
        _(
            "The name ends in “%(suffix)s”, but that is not what the file holds. "
            "Open it, save it anew as “%(suffix)s” and send that."
        ),
    )
    TWO_FACED = (
        "two_faced",
        _("Something else is hidden in the file. Save it anew and send that."),
    )
    OLD_OFFICE = (
        "old_office",
        _("This is an old Office format. Save the file as “%(suffix)s” first."),
    )
    MACROS = (
        "macros",
        _("The document contains macros. Save it without them, as “%(suffix)s”."),
    )
    ENCRYPTED = (
        "encrypted",
        _("The file is locked with a password. Remove the password first."),
    )
    PACKED = (
        "packed",
        _("Unpacked, the document would be far too large. Save it anew."),
    )
    PIXELS = (
        "pixels",
        _("The picture has too many pixels; at most %(limit)s megapixels are allowed."),
    )
    TOGETHER = (
        "together",
        _("These files are too large for one go. Send them one after another."),
    )
    BROKEN = (
        "broken",
        _("The file is damaged or incomplete. Check that it opens and send it again."),
    )


class FileRefused(ValidationError):
    """The file is not taken; `reason` says why, `sentence` says it to people.

    A ValidationError, so that a form's `clean` may simply let it pass.
    """

    def __init__(self, reason: Reason, **params: object) -> None:
        super().__init__(reason.label, code=reason.value, params=params)
        self.reason = reason

    @property
    def sentence(self) -> str:
        return self.messages[0]


_UNITS = (
    (1024**3, _("%(number)s GB")),
    (1024**2, _("%(number)s MB")),
    (1024, _("%(number)s KB")),
    (1, _("%(number)s bytes")),
)


def size_text(size: int) -> str:
    """A size for people, rounded up to a tenth: "20 MB", "20.1 MB", "700 KB".

    Rounded up, so that a file one byte over the limit never seems to be within it.
    """
    unit, text = next((pair for pair in _UNITS if size >= pair[0]), _UNITS[-1])
    tenths = math.ceil(size * 10 / unit)
    number = number_format(tenths / 10, decimal_pos=1 if tenths % 10 else 0)
    return str(text) % {"number": number}
