"""The attendance sheet on paper, in the columns that everybody knows."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from django.utils.translation import get_language, gettext, ngettext, pgettext

from content.papers import Press
from training.models import Registration, Slot, TrainingSession
from vietnam.dates import (
    day_text,
    deadline_text,
    local,
    local_day,
    official_date,
    time_text,
)
from vietnam.fold import nfc
from vietnam.phones import display_phone
from vietnam.slug import slugify

PRESS = Press(Path(__file__).with_name("sheet.typ"))
BLANK = 5
"""Empty lines for those who are not in the list."""


def sheet(session: TrainingSession, slots: list[Slot], *, now: dt.datetime) -> bytes:
    """The confirmed people by given name, with a cell to sign for each half-day."""
    people = (
        Registration.objects.confirmed()
        .filter(session=session)
        .select_related("person")
        .order_by("person__sort_key", "id")
    )
    language = get_language() or "vi"
    rows = [_row(one) for one in people]
    total = ngettext(
        "In the list: %(n)d person", "In the list: %(n)d people", len(rows)
    )
    words = {
        "heading": gettext("Attendance sheet"),
        "title": nfc(session.title),
        "issuer": nfc(session.unit.name),
        "place_and_day": official_date(local_day(session.starts_at), language),
        "when_and_where": " · ".join(_when_and_where(session, language)),
        "columns": [
            pgettext("column of a list", "No."),
            gettext("Full name"),
            gettext("Born"),
            gettext("Unit"),
            gettext("Phone"),
        ],
        "slots": [_head(slot, language) for slot in slots],
        "rows": rows,
        "blank": BLANK,
        "total": total % {"n": len(rows)},
        "consent": gettext(
            "Whoever signs here agrees that name, year of birth, phone and unit are "
            "used to run this session."
        ),
        "keeper": gettext("Kept by"),
        "keeper_hint": gettext("(signature, full name)"),
    }
    return PRESS.pdf(words, at=now)


def file_name(session: TrainingSession) -> str:
    name = slugify(session.title, max_length=60, fallback="lop")
    return f"diem-danh-{name}-{local(session.starts_at):%Y-%m-%d}.pdf"


def _row(sign_up: Registration) -> dict[str, str]:
    person = sign_up.person
    return {
        "name": nfc(person.full_name),
        "year": str(person.birth_year or ""),
        "unit": nfc(sign_up.unit_name),
        "phone": display_phone(person.phone) if person.phone else "",
    }


def _head(slot: Slot, language: str) -> str:
    day = f"{local(slot.starts_at):%d/%m}"
    return (
        f"{nfc(slot.title) or gettext('Signature')}\n{time_text(slot.starts_at)}, {day}"
    )


def _when_and_where(session: TrainingSession, language: str) -> list[str]:
    words = [deadline_text(session.starts_at, language)]
    if local_day(session.ends_at) != local_day(session.starts_at):
        words.append(
            gettext("until %(day)s") % {"day": day_text(session.ends_at, language)}
        )
    if session.venue:
        words.append(nfc(session.venue))
    return words
