"""Letters about requests: received, copy ready, answered; and to staff: soon due."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy, override
from django.utils.translation import gettext as _

from mail import kinds
from mail.actions import Draft, queue
from mail.models import Letter
from mail.rendering import Content, render
from members.models import DataRequest, User
from vietnam.dates import local_day

ABOUT = "members.datarequest"
RECEIVED = "members.data_received"
READY = "members.data_ready"
ANSWERED = "members.data_answered"
DUE = "members.data_due"
TEMPLATE = "members/data_request"
Kind = DataRequest.Kind
Facts = dict[str, Any]
"""What the template sees."""


def register_kinds() -> None:
    for kind, label in (
        (RECEIVED, gettext_lazy("Request about data received")),
        (READY, gettext_lazy("Copy of the data ready")),
        (ANSWERED, gettext_lazy("Request about data answered")),
        (DUE, gettext_lazy("Request about data soon due")),
    ):
        waits = kinds.Wait.MORNING if kind == DUE else kinds.Wait.NOTHING
        kinds.register(kind, kinds.LetterKind(label=label, waits=waits))


def received(request: DataRequest, *, now: dt.datetime) -> bool:
    """Say that the request is here and by when it is done; False without address."""
    return _send(RECEIVED, request, received_facts(request), now)


def ready(request: DataRequest, *, now: dt.datetime) -> bool:
    """Say where the copy can be fetched, and until when."""
    return _send(READY, request, ready_facts(request), now)


def answered(request: DataRequest, *, now: dt.datetime) -> bool:
    """Say what was done, or why not."""
    return _send(ANSWERED, request, answered_facts(request), now)


def address_of(request: DataRequest) -> str:
    """The account's address, which is proved; else the one in the record."""
    person = request.person
    if person is None:
        return ""
    user = getattr(person, "user", None)
    return (user and user.email) or person.email


def extended(request: DataRequest, *, now: dt.datetime) -> bool:
    """Say that it takes longer, why, and until when."""
    return _send(RECEIVED, request, extended_facts(request), now, key="extended")


def received_facts(request: DataRequest) -> Facts:
    facts = {"kind": _kind(request), "day": _day(request.due_on)}
    if request.not_before:
        words = [
            _(
                "You have asked us to delete your account and your data. We do so on "
                "%(day)s. Until then you can take it back on the page “My data”."
            )
            % {"day": _day(local_day(request.not_before))},
            _(
                "After that we have no address of yours any more, so no further letter "
                "follows. If it was not you, take it back now and change your password."
            ),
        ]
    else:
        words = [
            _("We have received your request: %(kind)s.") % facts,
            _("You get our answer by %(day)s at the latest. It costs nothing.") % facts,
        ]
    return _facts(_("We have received your request"), words)


def extended_facts(request: DataRequest) -> Facts:
    facts = {"kind": _kind(request), "day": _day(request.due_on)}
    words = [
        _("Your request takes longer than we thought: %(kind)s.") % facts,
        request.reason_to_extend,
        _("You get our answer by %(day)s at the latest. It costs nothing.") % facts,
    ]
    return _facts(_("Your request takes longer"), words)


def ready_facts(request: DataRequest) -> Facts:
    until = {"day": _day(local_day(request.file_until))}
    words = [
        _("The copy of your data is ready. You can fetch it until %(day)s.") % until,
        _(
            "You sign in and confirm that it is you before it is handed out. Keep the "
            "file where nobody else can open it."
        ),
    ]
    return _facts(_("The copy of your data is ready"), words)


def answered_facts(request: DataRequest) -> Facts:
    said = {"kind": _kind(request), "day": _day(local_day(request.received_at))}
    if request.state == DataRequest.State.REFUSED:
        subject = _("We cannot do what you asked")
        words = [_("About your request of %(day)s: %(kind)s.") % said, request.answer]
        words.append(
            _(
                "If you do not agree, write to us, or complain to the authority for "
                "personal data protection at the Ministry of Public Security."
            )
        )
    else:
        subject = _("What you asked has been done")
        words = [_("Your request of %(day)s has been carried out: %(kind)s.") % said]
        words.append(request.answer)
    return _facts(subject, words)


def due_facts(request: DataRequest) -> Facts:
    """Without the person's name: letters to staff are kept longer than it may be."""
    facts = {"kind": _kind(request), "day": _day(request.due_on)}
    words = [
        _("A request about somebody's data has to be answered by %(day)s: %(kind)s.")
        % facts,
        _("The law sets this day. If it cannot be kept, extend it once and say why."),
    ]
    url = reverse("admin:members_datarequest_change", args=[request.pk or 0])
    return _facts(
        _("A request about data is due on %(day)s") % facts,
        words,
        url=url,
        label=_("Open the request"),
        why=_("You get this letter because requests of this unit are your work."),
    )


def due_drafts(request: DataRequest, staff: Iterable[User]) -> Iterable[Draft]:
    """One letter to each of the staff; written once for each day it is due on."""
    stem = f"{DUE}:{request.pk}:{request.due_on:%Y%m%d}:"
    people = {f"{stem}{user.pk}": user for user in staff if user.email}
    written = Letter.objects.filter(dedupe_key__in=list(people))
    for key in people.keys() - set(written.values_list("dedupe_key", flat=True)):
        with override(settings.LANGUAGE_CODE):
            content = _rendered(due_facts(request))
        yield Draft(
            kind=DUE,
            address=people[key].email,
            recipient=people[key].person_id,
            content=content,
            about=(ABOUT, request.pk),
            dedupe_key=key,
        )


def _send(
    kind: str, request: DataRequest, facts: Facts, now: dt.datetime, *, key: str = ""
) -> bool:
    address = address_of(request)
    if not address:
        return False
    queue(
        kind=kind,
        address=address,
        recipient=request.person_id,
        about=(ABOUT, request.pk),
        content=_rendered(facts),
        now=now,
        language=_language(),
        dedupe_key=f"{kind}:{request.pk}:{key}" if key else f"{kind}:{request.pk}",
    )
    return True


def _facts(
    subject: str,
    words: list[str],
    *,
    url: str = "",
    label: str = "",
    why: str = "",
) -> Facts:
    return {
        "subject": subject,
        "words": [each for each in words if each],
        "url": settings.SITE_URL + (url or reverse("members:my_data")),
        "label": label or _("Open “My data”"),
        "why": why or _("You get this letter because you asked about your data."),
    }


def _rendered(facts: Facts) -> Content:
    return render(TEMPLATE, facts, language=_language())


def _kind(request: DataRequest) -> str:
    label = str(request.get_kind_display())
    return label[:1].lower() + label[1:]


def _day(day: dt.date) -> str:
    return f"{day:%d/%m/%Y}"


def _language() -> str:
    """That of the page on which somebody asked; Vietnamese for the worker."""
    return get_language() or settings.LANGUAGE_CODE
