"""Appeals (phúc khảo): the entrant asks once, the organisers answer once."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from content import pagecache
from contests import decisions, emails
from contests.locks import Refused, entry_locked, refuse
from contests.models import Appeal, Contest, Entry
from contests.refusals import StaffRefusal
from contests.rules import results_public
from members.models import User
from vietnam.dates import deadline_text

AREA = "contests"
State = Appeal.State


class AppealRefusal(models.TextChoices):
    """Why nobody can appeal; a sentence for people."""

    NOT_YET = "not_yet", _("You can appeal once the results are out.")
    NONE = "none", _("The rules of this contest know no appeals.")
    OVER = "over", _("Appeals were possible until %(until)s.")
    NOT_IN_CONTEST = "not_in_contest", _("This entry did not take part.")
    ONCE = "once", _("You have appealed already. An entry has one appeal.")
    EMPTY = "empty", _("Write what should be looked at again.")

    def sentence(self, contest: Contest) -> str:
        until = contest.appeals_until
        language = get_language() or "vi"
        text = deadline_text(until, language) if until else ""
        return str(self.label) % {"until": text}


def why_not_appeal(entry: Entry, *, now: dt.datetime) -> AppealRefusal | None:
    """Inside `[results_at, appeals_until)`, once, for an entry that took part."""
    contest = entry.contest
    if not results_public(contest, now=now):
        return AppealRefusal.NOT_YET
    if contest.appeals_until is None:
        return AppealRefusal.NONE
    if entry.state not in Entry.IN_CONTEST:
        return AppealRefusal.NOT_IN_CONTEST
    if now >= contest.appeals_until:
        return AppealRefusal.OVER
    return AppealRefusal.ONCE if entry.appeals.exists() else None


def appeal(*, entry_id: int, text: str, by: User | None, now: dt.datetime) -> Appeal:
    """Send an appeal; the same words sent twice are one. Raises Refused and Busy."""
    with entry_locked(entry_id) as entry:
        there = entry.appeals.filter(text=text).first()
        if there:
            return there
        refuse(why_not_appeal(entry, now=now))
        if not text.strip():
            raise Refused(AppealRefusal.EMPTY)
        row = Appeal.objects.create(entry=entry, text=text, sent_at=now)
        emails.appeal_received(row, now=now)
    return row


def answer(
    *,
    appeal_id: int,
    accepted: bool,
    text: str,
    by: User | None,
    now: dt.datetime,
    prize: str | None = None,
) -> Appeal:
    """Answer an appeal; accepted, it may bring another prize, which shows at once.

    `prize` is the title from now on, "" takes the prize away, None leaves it as it
    is. The letter goes out in the same transaction. Answered twice in the same way it
    is answered once; otherwise raises Refused(ANSWERED).
    """
    entry_id = Appeal.objects.values_list("entry_id", flat=True).get(pk=appeal_id)
    state = State.ACCEPTED if accepted else State.REFUSED
    with entry_locked(entry_id) as entry:
        row = Appeal.objects.select_for_update().get(pk=appeal_id)
        row.entry = entry
        if row.state == state:
            return row
        if row.state != State.OPEN:
            raise Refused(StaffRefusal.ANSWERED)
        if not text.strip():
            raise Refused(StaffRefusal.NO_REASON)
        if accepted and prize is not None:
            if entry.state not in Entry.IN_CONTEST:
                raise Refused(StaffRefusal.NOT_IN_CONTEST)
            decisions.give(entry, prize)
            pagecache.touch(AREA)
        row.state, row.answer = state, text
        row.answered_at, row.answered_by = now, by
        row.save(update_fields=["state", "answer", "answered_at", "answered_by"])
        emails.appeal_answered(row, now=now)
    return row
