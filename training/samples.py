"""Letters about sessions with made-up readers, for the admin."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from uuid import UUID

from django.utils.translation import gettext as _

from mail import samples
from mail.rendering import Content
from members.models import Person, User
from training import emails, staffing
from training.facts import SessionFacts, SlotFacts
from training.models import Registration, RegistrationGroup, TrainingSession
from vietnam.dates import VIETNAM

STARTS = dt.datetime(2026, 12, 12, 8, 0, tzinfo=VIETNAM)
UNTIL = dt.datetime(2026, 12, 5, 10, 0, tzinfo=VIETNAM)
HOUR = dt.timedelta(hours=1)
CODE = UUID("00000000-0000-4000-8000-000000000000")
SLUG = "ky-nang-so-cho-to-cong-nghe-so"
State = Registration.State

_STATES = {
    emails.WAITING: State.WAITING,
    emails.PENDING: State.PENDING,
    emails.REJECTED: State.REJECTED,
    emails.CANCELLED: State.CANCELLED,
    emails.HANDED_ON: State.CANCELLED,
    emails.OFFER: State.OFFERED,
    emails.OFFER_EXPIRED: State.CANCELLED,
    emails.OFFER_RECALLED: State.WAITING,
}


def register() -> None:
    for kind in [*emails.KINDS, emails.THANKS]:
        samples.registry.register(kind, _Sample(kind))
    samples.registry.register(emails.REMINDER, _reminder)
    samples.registry.register(emails.GROUP_OFFER, _group_offer)
    samples.register(staffing.INVITED, "training/staff_invited", _invited)


class _Sample:
    def __init__(self, kind: str) -> None:
        self.kind = kind

    def __call__(self, language: str) -> Content:
        facts = _facts()
        before = replace(facts, starts_at=STARTS - 24 * HOUR, venue="Nhà văn hóa")
        return emails.content_of(
            self.kind,
            _registration(_STATES.get(self.kind, State.CONFIRMED), language),
            facts,
            before=before if self.kind == emails.CHANGED else None,
        )


def _reminder(language: str) -> Content:
    return emails.reminder_content(_facts(), _registration(State.CONFIRMED, language))


def _group_offer(language: str) -> Content:
    people = [_registration(State.OFFERED, language) for _number in range(3)]
    leader = User(email=samples.READER, person=Person(full_name=samples.NAME))
    people[0].group = RegistrationGroup(code=CODE, together=True, made_by=leader)
    return emails.group_content(people, _facts())


def _invited() -> dict:
    return {
        "session": _facts(),
        "role": _("Instructor"),
        "email": samples.READER,
        "desk_url": f"https://example.com/tap-huan/{SLUG}/ban/",
        "invited_by": "Nông Văn Bình",
    }


def _facts() -> SessionFacts:
    return SessionFacts(
        title=_("Skills for members of digital teams"),
        summary=_("Bring your phone and a charger."),
        unit="Tỉnh đoàn",
        mode=TrainingSession.Mode.HYBRID,
        venue=_("Hall of the commune, 2nd floor"),
        meeting_link="https://hop.example.com/abc",
        starts_at=STARTS,
        ends_at=STARTS + 9 * HOUR,
        slots=(
            SlotFacts(_("Morning"), STARTS, STARTS + 3 * HOUR),
            SlotFacts(_("Afternoon"), STARTS + 6 * HOUR, STARTS + 9 * HOUR),
        ),
        sequence=0,
        url=f"https://example.com/tap-huan/{SLUG}/",
        offer_hours=24,
    )


def _registration(state: str, language: str) -> Registration:
    person = Person(full_name=samples.NAME, email=samples.READER)
    return Registration(
        person=person,
        session=TrainingSession(slug=SLUG, title=_facts().title),
        state=state,
        code=CODE,
        place=4 if state == State.WAITING else None,
        offer_expires_at=UNTIL if state == State.OFFERED else None,
        language=language,
    )
