"""The words beside each box of consent: which are in force, and which were shown.

A consent keeps the stamp of the words it was given to ("training.sign_up/2026-11/vi"),
so that the very sentence can be shown years later. Law 91/2025/QH15, articles 9 and
14: consent is given to something definite, and whoever holds it must prove it.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.functional import lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from content import clock
from content.registry import Registry
from members import consent_texts_first as first
from members.models import Consent, ConsentText, User

SECONDS = 30
"""How old a process's copy of the texts may be."""
VERSION_LENGTH = 12
Purpose = Consent.Purpose


@dataclass(frozen=True)
class Box:
    """What the admin calls a place where people are asked, and for what."""

    label: str
    purpose: str


boxes: Registry[Box] = Registry("members.consent_texts.boxes")
for _key, (_purpose, _label) in first.BOXES.items():
    boxes.register(_key, Box(_label, _purpose))

_kept: tuple[float, list[ConsentText]] | None = None


def forget() -> None:
    """Ask the database the next time."""
    global _kept
    _kept = None


def keep(rows: list[ConsentText]) -> list[ConsentText]:
    """Answer with these for the next SECONDS."""
    global _kept
    _kept = time.monotonic() + SECONDS, rows
    return rows


def _rows() -> list[ConsentText]:
    if _kept and time.monotonic() < _kept[0]:
        return _kept[1]
    return keep(list(ConsentText.objects.defer("made_by")))


def at_first() -> list[ConsentText]:
    """The words that the portal came with; a database without rows has these."""
    return [ConsentText(**row) for row in first.rows()]


def current(
    key: str, language: str | None = None, *, now: dt.datetime | None = None
) -> ConsentText:
    """The words in force beside a box; Vietnamese where a language has none.

    KeyError for an unknown box.
    """
    box, now = boxes[key], now or clock.now()
    language = language or (get_language() or "vi")[:2]
    # A clock that is behind the first version must not leave a box without words.
    found = _latest(_rows(), key, now) or {
        row.language: row for row in at_first() if row.key == key
    }
    if not found:
        raise KeyError(f"no words for {box}")
    return found.get(language) or found["vi"]


def _latest(
    rows: list[ConsentText], key: str, now: dt.datetime
) -> dict[str, ConsentText]:
    found: dict[str, ConsentText] = {}
    for row in rows:
        if row.key != key or row.valid_from > now:
            continue
        best = found.get(row.language)
        if best is None or (row.valid_from, row.pk or 0) > (
            best.valid_from,
            best.pk or 0,
        ):
            found[row.language] = row
    return found


def stamp(key: str) -> str:
    """What a consent given now, in the language of the page, refers to."""
    return current(key).stamp


def shown(consent_version: str, purpose: str, method: str) -> ConsentText | None:
    """The very words of a consent; None for a paper that was never put in here.

    Consents of before the texts had rows say the version alone.
    """
    key, _slash, rest = consent_version.partition("/")
    version, _slash, language = rest.partition("/")
    if not rest:
        key = first.LEGACY.get((purpose, method), "")
        version, language = first.VERSION, "vi"
    rows = {row.stamp: row for row in at_first()}
    rows |= {row.stamp: row for row in _rows()}
    return rows.get(f"{key}/{version}/{language}")


def asked_again_since(purpose: str, now: dt.datetime) -> dt.datetime | None:
    """Consents to the purpose as such from before that moment cover nothing new."""
    moments = [
        row.valid_from
        for row in _rows()
        if row.ask_again and _is_about(row, purpose) and row.valid_from <= now
    ]
    return max(moments, default=None)


def _is_about(row: ConsentText, purpose: str) -> bool:
    """A guardian agrees to taking part in whatever it is by the same box."""
    taking_part = {Purpose.TRAINING, Purpose.CONTEST, Purpose.STORY}
    return row.purpose == purpose or (
        row.key == "guardian.take_part" and purpose in taking_part
    )


def publish(
    *,
    key: str,
    language: str,
    words: str,
    now: dt.datetime,
    more: str = "",
    valid_from: dt.datetime | None = None,
    ask_again: bool = False,
    by: User | None = None,
) -> ConsentText:
    """Make a new version; the one of before stays and goes on proving what it proves.

    The same words again are no new version. KeyError for an unknown box; ValueError
    for a beginning in the past, when other words were shown.
    """
    box, valid_from = boxes[key], valid_from or now
    if valid_from < now:
        raise ValueError("other words were shown then")
    with transaction.atomic():
        rows = ConsentText.objects.filter(key=key, language=language)
        last = rows.order_by("valid_from", "pk").last()
        if last and (last.words, last.more) == (words, more) and not ask_again:
            return last
        row = ConsentText.objects.create(
            key=key,
            purpose=box.purpose,
            language=language,
            version=_free_version(set(rows.values_list("version", flat=True)), now),
            words=words,
            more=more,
            valid_from=valid_from,
            ask_again=ask_again,
            made_at=now,
            made_by=by,
        )
        transaction.on_commit(forget)
    return row


def _free_version(taken: set[str], now: dt.datetime) -> str:
    """The day, and a number where the day has one already: "20261126", "20261126-2"."""
    day = f"{now:%Y%m%d}"
    numbered = (f"{day}-{number}" for number in range(2, 1000))
    return next(name for name in (day, *numbered) if name not in taken)


# --- In forms -------------------------------------------------------------------


def _lazily(read: Callable[[], str]) -> str:
    return lazy(read, str)()


class CheckboxInput(forms.CheckboxInput):
    """Carries the stamp of the words beside it; never ticked beforehand.

    Words that changed after the page was drawn count as not ticked.
    """

    def __init__(self, key: str) -> None:
        self.key = key
        self.has_changed = False
        super().__init__(attrs={"value": _lazily(lambda: stamp(key))})

    def value_from_datadict(self, data, files, name) -> bool:
        ticked = super().value_from_datadict(data, files, name)
        said = str(data.get(name, ""))
        self.has_changed = said.count("/") == 2 and not self._is_current(said)
        return ticked and not self.has_changed

    def _is_current(self, said: str) -> bool:
        """In either language: people change it between page and press."""
        language = said.rpartition("/")[2]
        return current(self.key, language).stamp == said


class ConsentBox(forms.BooleanField):
    """A box of its own for one purpose, with the words that are in force."""

    def __init__(self, key: str, **kwargs) -> None:
        boxes[key]
        self.key = key
        kwargs.setdefault("label", _lazily(lambda: current(key).words))
        kwargs.setdefault("help_text", _lazily(lambda: current(key).more))
        super().__init__(widget=CheckboxInput(key), **kwargs)

    def clean(self, value):
        if self.widget.has_changed:
            raise ValidationError(
                _("These words have changed. Please read them and tick the box again."),
                code="changed",
            )
        return super().clean(value)

    @property
    def stamp(self) -> str:
        return stamp(self.key)
