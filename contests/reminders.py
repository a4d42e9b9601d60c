"""Letters that are derived each minute: reminders of drafts, and the results.

A draft is reminded of 7 days, 2 days and 6 hours before the deadline, never of what
was begun after the reminder's own time. Results leave at `results_at`, when the page
appears, and not before.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db.models import Exists, OuterRef, TextField, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from contests import emails, rules
from contests.models import Contest, Entry
from mail import kinds, reminders
from mail.models import Letter
from mail.reminders import Draft

LEADS = (dt.timedelta(days=7), dt.timedelta(days=2), dt.timedelta(hours=6))
STALE = dt.timedelta(days=7)
"""Results older than this are no news: a portal that slept for long stays silent."""

State = Entry.State


class DraftReminders:
    """Drafts of open contests, once per lead."""

    kind = emails.REMINDER

    def due(self, now: dt.datetime) -> Iterator[Draft]:
        horizon = now + max(LEADS) + reminders.LONGEST_SHIFT
        for contest in Contest.objects.open_for_entries(now).filter(
            closes_at__lte=horizon
        ):
            lead = reminders.latest_lead(start=contest.closes_at, leads=LEADS, now=now)
            if lead is not None:
                yield from _drafts(contest, lead)


def due_entries(contest: Contest, lead: dt.timedelta):
    """Whose reminder is not written yet, in one query."""
    begun_before = reminders.send_at(contest.closes_at, lead)
    return (
        Entry.objects.filter(
            contest=contest,
            state=State.DRAFT,
            created_at__lt=begun_before,
            owner__is_active=True,
            owner__email__isnull=False,
        )
        .exclude(
            reminders.reminded(emails.REMINDER, lead=lead, start=contest.closes_at)
        )
        .to_write_to()
        .order_by("id")
    )


def _drafts(contest: Contest, lead: dt.timedelta) -> Iterator[Draft]:
    for entry in due_entries(contest, lead).iterator(chunk_size=500):
        yield Draft(
            kind=emails.REMINDER,
            address=emails.address_of(entry),
            content=emails.reminder_content(entry),
            recipient=entry.owner.person_id,
            about=(emails.ABOUT, entry.pk),
            dedupe_key=reminders.key(
                emails.REMINDER, entry.pk, lead, contest.closes_at
            ),
            not_after=contest.closes_at - lead / 2,
        )


def recheck_reminder(letter: Letter, now: dt.datetime) -> kinds.Verdict:
    """Dropped: handed in or withdrawn meanwhile, closed, or the deadline moved."""
    entry = Entry.objects.to_write_to().filter(pk=letter.about_id).first()
    if entry is None or entry.state != State.DRAFT:
        return kinds.Drop(gettext("The entry is no draft any more."))
    if now >= entry.contest.closes_at:
        return kinds.Drop(gettext("Entries have closed."))
    start = dt.datetime.strptime(
        letter.dedupe_key.rpartition(":")[2] + "+0000", "%Y%m%d%H%M%z"
    )
    if not reminders.is_same_start(start, entry.contest.closes_at):
        return kinds.Drop(gettext("The deadline was moved."))
    return kinds.KEEP


class ResultLetters:
    """Everybody who took part hears of the results when the page appears."""

    kind = emails.RESULT

    def due(self, now: dt.datetime) -> Iterator[Draft]:
        for entry in due_results(now).iterator(chunk_size=500):
            yield Draft(
                kind=emails.RESULT,
                address=emails.address_of(entry),
                content=emails.result_content(entry),
                recipient=entry.owner.person_id,
                about=(emails.ABOUT, entry.pk),
                dedupe_key=f"{emails.RESULT}:{entry.pk}",
                fingerprint=emails.result_fingerprint(entry),
            )


def due_results(now: dt.datetime):
    """Entries in contests whose results came out, without a letter yet."""
    key = Concat(
        Value(f"{emails.RESULT}:"),
        Cast(OuterRef("pk"), TextField()),
        output_field=TextField(),
    )
    return (
        Entry.objects.in_contest()
        .filter(
            contest__state=Contest.State.PUBLISHED,
            contest__results_at__lte=now,
            contest__results_at__gt=now - STALE,
            owner__email__isnull=False,
        )
        .exclude(Exists(Letter.objects.filter(dedupe_key=key)))
        .to_write_to()
        .select_related("award")
        .order_by("id")
    )


def recheck_result(letter: Letter, now: dt.datetime) -> kinds.Verdict:
    """Dropped when the entry is out or the results were put off; else told anew."""
    entry = (
        Entry.objects.in_contest()
        .to_write_to()
        .select_related("award")
        .filter(pk=letter.about_id)
        .first()
    )
    if entry is None or entry.owner is None:
        return kinds.Drop(gettext("The entry is no longer in the contest."))
    if not rules.results_public(entry.contest, now=now):
        return kinds.Drop(gettext("The results are not public."))
    fingerprint = emails.result_fingerprint(entry)
    if letter.fingerprint == fingerprint:
        return kinds.KEEP
    return kinds.Renew(content=emails.result_content(entry), fingerprint=fingerprint)


def register_sources() -> None:
    reminders.registry.register("contests.drafts", DraftReminders())
    reminders.registry.register("contests.results", ResultLetters())
    kinds.register(
        emails.REMINDER,
        kinds.LetterKind(
            label=_("Reminder of a draft"), optional=True, recheck=recheck_reminder
        ),
    )
    kinds.register(
        emails.RESULT,
        kinds.LetterKind(label=_("Results of a contest"), recheck=recheck_result),
    )
