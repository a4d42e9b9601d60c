"""The letters about entries and judging; one function per letter."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from content.files import size_text
from contests.models import (
    Appeal,
    Award,
    Contest,
    Entry,
    Invitation,
    JudgeAssignment,
    Round,
    SignedForm,
)
from mail import actions as outbox
from mail import kinds
from mail.models import Letter
from mail.preferences import unsubscribe_url
from mail.rendering import Content, render
from members import guardians
from members.models import GuardianRequest, User

ABOUT = "contests.entry"
INVITATION = "contests.invitation"
GUARDIAN_REQUEST = "members.guardianrequest"

RECEIPT = "contests.receipt"
WITHDRAWN = "contests.withdrawn"
DISQUALIFIED = "contests.disqualified"
FELL_OUT = "contests.fell_out"
REMINDER = "contests.reminder"
RESULT = "contests.result"
ASSIGNED = "contests.assigned"
INVITED = "contests.invited"
ANSWERED = "contests.answered"
FORM_READ = "contests.form_read"
GUARDIAN_REMINDER = "contests.guardian_reminder"
JUDGE_REMINDER = "contests.judge_reminder"
MESSAGE = "contests.message"
SHORTLIST = "contests.shortlist"
APPEAL_RECEIVED = "contests.appeal_received"
APPEAL_ANSWERED = "contests.appeal_answered"

State = Entry.State


class Why(StrEnum):
    """Why an entry fell out of the contest without its owner's doing."""

    CONSENT = "consent"
    FILE = "file"


KINDS = {
    WITHDRAWN: _("Entry withdrawn"),
    DISQUALIFIED: _("Entry taken out"),
    FELL_OUT: _("Entry needs attention"),
    ASSIGNED: _("Entries to score"),
    ANSWERED: _("Answer to an invitation"),
    FORM_READ: _("Signed form read"),
    MESSAGE: _("Letter of the organisers"),
    APPEAL_RECEIVED: _("Appeal received"),
    APPEAL_ANSWERED: _("Answer to an appeal"),
}

# What answers a button just pressed, or may still be mended before the deadline,
# leaves at any hour; what the organisers write may wait for the end of Tết.
_WAIT = {
    WITHDRAWN: kinds.Wait.NOTHING,
    FELL_OUT: kinds.Wait.NOTHING,
    APPEAL_RECEIVED: kinds.Wait.NOTHING,
    MESSAGE: kinds.Wait.TET,
}


def receipt(entry: Entry, *, now: dt.datetime) -> None:
    """Code, title, files with their sizes, and until when changes are possible."""
    with translation.override(entry.language):
        files = [
            {"name": row.name, "size": size_text(row.size)} for row in entry.files.all()
        ]
    _queue(
        RECEIPT,
        entry,
        {"files": files},
        once=f"{entry.submitted_at:%Y%m%d%H%M%S%f}",
        now=now,
    )


def withdrawn(entry: Entry, *, now: dt.datetime) -> None:
    open_ = now < entry.contest.closes_at
    _queue(WITHDRAWN, entry, {"can_reopen": open_}, once=_moment(now), now=now)


def disqualified(entry: Entry, *, now: dt.datetime) -> None:
    _queue(DISQUALIFIED, entry, {}, once=_moment(now), now=now)


def fell_out(entry: Entry, why: Why, *, now: dt.datetime) -> None:
    """A guardian took the consent back, or a virus was found."""
    seen = {"why": str(why), "draft": entry.state == State.DRAFT}
    _queue(FELL_OUT, entry, seen, once=_moment(now), now=now)


def invited(invitation: Invitation, *, token: str, now: dt.datetime) -> None:
    """To whoever is wanted in a team: the link that answers for them alone.

    Names the contest and who asks, never the work: its title is anybody's text.
    """
    entry = invitation.entry
    seen = {
        "name": invitation.full_name,
        "asks": entry.owner.display_name if entry.owner else "",
        "contest": entry.contest,
        "url": settings.SITE_URL + reverse("contests:invitation", args=[token]),
    }
    outbox.queue(
        kind=INVITED,
        address=invitation.email,
        content=render("contests/invited", seen),
        now=now,
        about=(INVITATION, invitation.pk),
        dedupe_key=f"{INVITED}:{invitation.pk}",
        not_after=entry.contest.closes_at,
        secret=True,
    )


def answered(invitation: Invitation, *, now: dt.datetime) -> None:
    """To the entrant: who joined, who does not, and how the entry stands now."""
    entry = invitation.entry
    author = invitation.author
    seen = {
        "who": author.person.full_name if author else invitation.full_name,
        "joined": invitation.answer == Invitation.Answer.ACCEPTED,
        "draft": entry.state == State.DRAFT,
    }
    once = f"{invitation.pk}:{_moment(now)}"
    _queue(ANSWERED, entry, seen, once=once, now=now)


def form_read(form: SignedForm, *, now: dt.datetime) -> None:
    """To whoever sent a guardian's signed form in: it counts, or why it does not."""
    sender = form.uploaded_by
    if sender is None or not sender.email:
        return
    seen = {
        "name": sender.display_name,
        "child": form.child.full_name,
        "contest": form.contest,
        "accepted": form.state == SignedForm.State.ACCEPTED,
        "reason": form.reason,
        "url": settings.SITE_URL + reverse("portal:me"),
    }
    outbox.queue(
        kind=FORM_READ,
        address=sender.email,
        content=render("contests/form_read", seen),
        now=now,
        recipient=sender.person_id,
        about=("contests.signedform", form.pk),
        dedupe_key=f"{FORM_READ}:{form.pk}",
    )


def recheck_invited(letter: Letter, now: dt.datetime) -> kinds.Verdict:
    rows = Invitation.objects.select_related("entry__contest")
    invitation = rows.filter(pk=letter.about_id).first()
    if invitation and invitation.is_open(now):
        return kinds.KEEP
    return kinds.Drop(gettext("The invitation was answered or taken back."))


def assigned(
    judge: User, round_: Round, rows: Sequence[JudgeAssignment], *, now: dt.datetime
) -> None:
    """One letter for all that is new; names nobody and no work."""
    if not judge.email:
        return
    seen = {
        "name": judge.display_name,
        "contest": round_.contest,
        "round": round_,
        "number": len(rows),
        "url": settings.SITE_URL + reverse("judging:list"),
    }
    outbox.queue(
        kind=ASSIGNED,
        address=judge.email,
        content=render("contests/assigned", seen),
        now=now,
        recipient=judge.person_id,
        about=("contests.round", round_.pk),
        dedupe_key=f"{ASSIGNED}:{round_.pk}:{judge.pk}:{_moment(now)}",
        not_after=round_.ends_at,
    )


def reminder_content(entry: Entry) -> Content:
    """The entry is still a draft; says the day and the hour of the deadline."""
    stop = unsubscribe_url(address_of(entry), REMINDER)
    return _content(REMINDER, entry, {"unsubscribe_url": stop})


def guardian_reminder_content(asked: GuardianRequest, contest: Contest) -> Content:
    """The question once more, with a link that answers the same."""
    path = reverse("members:guardian_answer", args=[guardians.reminder_token(asked)])
    seen = {
        "name": asked.guardian.full_name,
        "child": asked.child,
        "contest": contest,
        "url": settings.SITE_URL + path,
    }
    return render("contests/guardian_reminder", seen)


def judge_reminder_content(judge: User, round_: Round, owed: int) -> Content:
    seen = {
        "name": judge.display_name,
        "contest": round_.contest,
        "round": round_,
        "number": owed,
        "url": settings.SITE_URL + reverse("judging:list"),
    }
    return render("contests/judge_reminder", seen)


def result_content(entry: Entry) -> Content:
    """A prize, or thanks; with the way to the results of all."""
    award = getattr(entry, "award", None) if entry.state == State.AWARDED else None
    path = reverse("contests:results", args=[entry.contest.slug])
    return _content(RESULT, entry, {"award": award, "url": settings.SITE_URL + path})


def shortlist_content(entry: Entry, round_: Round, *, went_on: bool) -> Content:
    """Whether the work goes on; with the next round's days where it does."""
    later = Round.objects.filter(contest=round_.contest_id, order__gt=round_.order)
    extra = {"round": round_, "went_on": went_on, "next": later.first()}
    return _content(SHORTLIST, entry, extra)


def appeal_received(appeal: Appeal, *, now: dt.datetime) -> None:
    _queue(APPEAL_RECEIVED, appeal.entry, {"appeal": appeal}, once="", now=now)


def appeal_answered(appeal: Appeal, *, now: dt.datetime) -> None:
    award = Award.objects.filter(entry=appeal.entry).first()
    extra = {
        "appeal": appeal,
        "accepted": appeal.state == Appeal.State.ACCEPTED,
        "award": award,
    }
    _queue(APPEAL_ANSWERED, appeal.entry, extra, once="", now=now)


def result_fingerprint(entry: Entry) -> str:
    award = getattr(entry, "award", None) if entry.state == State.AWARDED else None
    return f"{entry.title}|{award}"[:200]


def address_of(entry: Entry) -> str:
    """Empty for an owner without e-mail, who reads the same on the entry's page."""
    return (entry.owner and entry.owner.email) or ""


def recheck_receipt(letter: Letter, now: dt.datetime) -> kinds.Verdict:
    """A receipt of something withdrawn meanwhile would only confuse."""
    taking_part = Entry.objects.in_contest().filter(pk=letter.about_id)
    if taking_part.exists():
        return kinds.KEEP
    return kinds.Drop(gettext("The entry has another state by now."))


def register_kinds() -> None:
    kinds.register(
        RECEIPT,
        kinds.LetterKind(label=_("Receipt of an entry"), recheck=recheck_receipt),
    )
    kinds.register(
        INVITED,
        kinds.LetterKind(label=_("Invitation to a team"), recheck=recheck_invited),
    )
    for key, label in KINDS.items():
        waits = _WAIT.get(key, kinds.Wait.MORNING)
        kinds.register(key, kinds.LetterKind(label=label, waits=waits))


def _queue(
    kind: str, entry: Entry, extra: dict[str, Any], *, once: str, now: dt.datetime
) -> None:
    """Write the letter in the caller's transaction; nobody without address gets one."""
    address = address_of(entry)
    if not address:
        return
    outbox.queue(
        kind=kind,
        address=address,
        content=_content(kind, entry, extra),
        now=now,
        recipient=entry.owner.person_id,
        about=(ABOUT, entry.pk),
        dedupe_key=f"{kind}:{entry.pk}:{once}",
        language=entry.language,
    )


def _content(
    kind: str, entry: Entry, extra: dict[str, Any], *, language: str = ""
) -> Content:
    owner = entry.owner
    seen = {
        "name": owner.display_name,
        "entry": entry,
        "contest": entry.contest,
        "url": settings.SITE_URL + entry.get_absolute_url(),
        **extra,
    }
    language = language or entry.language
    return render(kind.replace(".", "/"), seen, language=language)


def _moment(now: dt.datetime) -> str:
    return f"{now:%Y%m%d%H%M%S}"
