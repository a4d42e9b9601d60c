"""Letters about accounts, guardians and roles with made-up readers, for the admin."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from mail import samples
from mail.rendering import Content
from members import accounts, desk, digest, guardian_letters, invitation_letters
from members.breaches import letters as breach_letters
from members.models import (
    Assignment,
    Breach,
    Consent,
    DataRequest,
    Guardian,
    GuardianRequest,
    Person,
    Role,
    RoleInvitation,
    Unit,
    User,
)
from members.mydata import letters as data_letters

LINK = "https://example.com/tai-khoan/"
CHILD = "Lý Minh Khôi"
UNTIL = samples.WRITTEN + dt.timedelta(days=7)


def register() -> None:
    for letter in accounts.LETTERS:
        samples.register(letter.kind, f"members/{letter.template}", _account)
    for kind, template in {
        guardian_letters.ASK: "guardian_consent",
        guardian_letters.THANK: "guardian_thanks",
        guardian_letters.TELL: "guardian_answer",
    }.items():
        samples.register(kind, f"members/{template}", _guardian)
    samples.register(invitation_letters.INVITE, "members/role_invitation", _invited)
    for kind in (digest.DAILY, digest.WEEKLY):
        samples.registry.register(kind, partial(_digest, kind))
    samples.register(invitation_letters.ENDS, "members/role_ends", _ends)
    samples.register(invitation_letters.ENDED, "members/role_ended", _ended)
    samples.register(breach_letters.TELL, "members/breach", _breach)
    for kind, facts in {
        data_letters.RECEIVED: data_letters.received_facts,
        data_letters.READY: data_letters.ready_facts,
        data_letters.ANSWERED: data_letters.answered_facts,
        data_letters.DUE: data_letters.due_facts,
    }.items():
        samples.register(kind, data_letters.TEMPLATE, partial(_asked, facts))


def _breach() -> dict[str, Any]:
    breach = Breach(
        title=_("A list sent to the wrong address"),
        kinds_of_data=_("Full name, year of birth, phone"),
        known_at=samples.WRITTEN,
        measures=_("The address has been asked to delete the list."),
    )
    words = _("Somebody outside got a list of participants by mistake.")
    return {"breach": breach, "person": Person(full_name=CHILD), "words": words}


def _asked(facts: Callable[[DataRequest], dict[str, Any]]) -> dict[str, Any]:
    request = DataRequest(
        kind=DataRequest.Kind.COPY,
        state=DataRequest.State.DONE,
        received_at=samples.WRITTEN,
        due_on=samples.WRITTEN.date() + dt.timedelta(days=10),
        file_until=UNTIL,
    )
    return facts(request)


def _account() -> dict[str, Any]:
    return {
        "code": "482913",
        "code_spaced": "482 913",
        "login_url": LINK,
        "signup_url": LINK,
        "email_url": LINK,
        "reset_url": LINK,
        "minutes": 15,
        "hours": 2,
        "event": accounts.NOTICES["mfa/email/webauthn_added"],
        "email": samples.READER,
        "now": samples.WRITTEN,
    }


def _guardian() -> dict[str, Any]:
    child = Person(full_name=CHILD)
    guardian = Guardian(full_name=samples.NAME, relation=_("mother"), child=child)
    asked = GuardianRequest(
        child=child,
        guardian=guardian,
        purpose=Consent.Purpose.TRAINING,
        expires_at=UNTIL,
    )
    given = Consent(purpose=Consent.Purpose.TRAINING, given_at=samples.WRITTEN)
    return {
        "asked": asked,
        "child": child,
        "guardian": guardian,
        "given": [given],
        "agreed": True,
        "answer_url": LINK,
        "withdraw_url": LINK,
        "me_url": LINK,
    }


def _invited() -> dict[str, Any]:
    return {
        "invitation": RoleInvitation(
            email=samples.READER,
            role=Role.EDITOR,
            unit=Unit(name="Tỉnh đoàn"),
            expires_at=UNTIL,
            ends_on=dt.date(2027, 12, 31),
        ),
        "inviter": User(
            email="a@example.com", person=Person(full_name="Nông Văn Bình")
        ),
        "answer_url": LINK,
    }


def _digest(kind: str, language: str) -> Content:
    due = samples.WRITTEN + dt.timedelta(days=1)
    tasks = [
        desk.Task(label=_("Articles to approve"), url="/quan-tri/", count=3),
        desk.Task(label=_("Your articles that came back to you"), url="/quan-tri/"),
        desk.Task(label=_("Stories sent in"), url="/quan-tri/", count=2, due=due),
    ]
    title = _("Digital teams help with online services")
    ahead = [desk.Moment(at=due, what=_("goes out"), title=title, url="/quan-tri/")]
    return digest.written(
        kind, samples.NAME, samples.READER, tasks, ahead, language=language
    )


def _ends() -> dict[str, Any]:
    role = Assignment(
        role=Role.EDITOR, unit=Unit(name="Tỉnh đoàn"), ends_on=dt.date(2026, 12, 31)
    )
    return {"role": role, "roles_url": LINK}


def _ended() -> dict[str, Any]:
    return {
        "unit": Unit(name="Xã Hồng Thái"),
        "roles": [Role.UNIT_SECRETARY.label],
        "heirs": [Unit(name="Xã Tân Lập")],
        "last_day": dt.date(2026, 11, 30),
        "roles_url": LINK,
    }
