"""Letters that are derived each minute: reminders, and the results.

A draft is reminded of 7 days, 2 days and 6 hours before the deadline, a guardian's
answer 3 days and 1 day before it, open scores 3 days and 1 day before the round ends;
never of what was begun after the reminder's own time. Results leave at `results_at`,
when the page appears, and not before.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db.models import Count, Exists, OuterRef, Subquery, TextField, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from contests import emails, rules
from contests.models import Author, Contest, Entry, JudgeAssignment, Round
from mail import kinds, reminders
from mail.models import Letter
from mail.reminders import Draft
from members.models import Consent, GuardianRequest, User
from members.rules import why_not_take_part
from vietnam.dates import local_day

LEADS = (dt.timedelta(days=7), dt.timedelta(days=2), dt.timedelta(hours=6))
ANSWER_LEADS = (dt.timedelta(days=3), dt.timedelta(days=1))
SCORE_LEADS = (dt.timedelta(days=3), dt.timedelta(days=1))
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
            language=entry.language,
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


class GuardianReminders:
    """Guardians who have not answered whether a child may enter."""

    kind = emails.GUARDIAN_REMINDER

    def due(self, now: dt.datetime) -> Iterator[Draft]:
        horizon = now + max(ANSWER_LEADS) + reminders.LONGEST_SHIFT
        for contest in Contest.objects.open_for_entries(now).filter(
            closes_at__lte=horizon
        ):
            lead = reminders.latest_lead(
                start=contest.closes_at, leads=ANSWER_LEADS, now=now
            )
            if lead is not None:
                yield from self._of(contest, lead, now)

    @staticmethod
    def _of(contest: Contest, lead: dt.timedelta, now: dt.datetime) -> Iterator[Draft]:
        for asked in due_answers(contest, lead, now).iterator(chunk_size=500):
            yield Draft(
                kind=emails.GUARDIAN_REMINDER,
                address=asked.guardian.email,
                content=emails.guardian_reminder_content(asked, contest),
                recipient=asked.child_id,
                about=(emails.GUARDIAN_REQUEST, asked.pk),
                dedupe_key=reminders.key(
                    emails.GUARDIAN_REMINDER, asked.pk, lead, contest.closes_at
                ),
                not_after=contest.closes_at - lead / 2,
                secret=True,
            )


def due_answers(contest: Contest, lead: dt.timedelta, now: dt.datetime):
    """Open questions about a child in a draft, without this reminder yet."""
    drafts = Author.objects.filter(
        person=OuterRef("child"), entry__contest=contest, entry__state=State.DRAFT
    )
    return (
        GuardianRequest.objects.filter(
            Exists(drafts),
            purpose=Consent.Purpose.CONTEST,
            about=rules.consent_about(contest),
            answer="",
            expires_at__gt=now,
            asked_at__lt=reminders.send_at(contest.closes_at, lead),
        )
        .exclude(guardian__email="")
        .exclude(
            reminders.reminded(
                emails.GUARDIAN_REMINDER, lead=lead, start=contest.closes_at
            )
        )
        .select_related("child", "guardian")
        .order_by("pk")
    )


def recheck_guardian_reminder(letter: Letter, now: dt.datetime) -> kinds.Verdict:
    rows = GuardianRequest.objects.select_related("child")
    asked = rows.filter(pk=letter.about_id).first()
    if asked is None or not asked.is_open(now):
        return kinds.Drop(gettext("The question has been answered or replaced."))
    purpose = Consent.Purpose(asked.purpose)
    on = local_day(now)
    if why_not_take_part(asked.child, purpose, on=on, about=asked.about) is None:
        return kinds.Drop(gettext("Nobody needs to agree any more."))
    return kinds.KEEP


class JudgeReminders:
    """Judges with open scores, one letter for all of a round."""

    kind = emails.JUDGE_REMINDER

    def due(self, now: dt.datetime) -> Iterator[Draft]:
        horizon = now + max(SCORE_LEADS) + reminders.LONGEST_SHIFT
        running = Round.objects.filter(
            contest__state=Contest.State.PUBLISHED,
            starts_at__lte=now,
            ends_at__gt=now,
            ends_at__lte=horizon,
        ).select_related("contest")
        for round_ in running:
            lead = reminders.latest_lead(
                start=round_.ends_at, leads=SCORE_LEADS, now=now
            )
            if lead is not None:
                yield from self._of(round_, lead, now)

    @staticmethod
    def _of(round_: Round, lead: dt.timedelta, now: dt.datetime) -> Iterator[Draft]:
        stem = f"{emails.JUDGE_REMINDER}:{round_.pk}"
        for judge in due_judges(round_, lead, now).iterator(chunk_size=500):
            yield Draft(
                kind=emails.JUDGE_REMINDER,
                address=judge.email,
                content=emails.judge_reminder_content(judge, round_, judge.owed),
                recipient=judge.person_id,
                about=("contests.round", round_.pk),
                dedupe_key=reminders.key(stem, judge.pk, lead, round_.ends_at),
                not_after=round_.ends_at - lead / 2,
            )


def due_judges(round_: Round, lead: dt.timedelta, now: dt.datetime):
    """Accounts that owe scores in the round, with how many (`owed`)."""
    assigned_before = reminders.send_at(round_.ends_at, lead)
    owed = (
        JudgeAssignment.objects.open(now)
        .filter(judge=OuterRef("pk"), round=round_, assigned_at__lt=assigned_before)
        .order_by()
        .values("judge")
        .annotate(number=Count("pk"))
        .values("number")
    )
    stem = f"{emails.JUDGE_REMINDER}:{round_.pk}"
    return (
        User.objects.filter(is_active=True, email__isnull=False)
        .annotate(owed=Subquery(owed))
        .filter(owed__gt=0)
        .exclude(reminders.reminded(stem, lead=lead, start=round_.ends_at))
        .select_related("person")
        .order_by("pk")
    )


def recheck_judge_reminder(letter: Letter, now: dt.datetime) -> kinds.Verdict:
    """Dropped when all is scored; the number is told anew where it changed."""
    round_ = Round.objects.select_related("contest").filter(pk=letter.about_id).first()
    judge = User.objects.filter(pk=letter.dedupe_key.split(":")[2]).first()
    if round_ is None or judge is None:
        return kinds.Drop(gettext("The round is gone."))
    owed = JudgeAssignment.objects.open(now).filter(judge=judge, round=round_).count()
    if not owed:
        return kinds.Drop(gettext("Everything is scored."))
    content = emails.judge_reminder_content(judge, round_, owed)
    return kinds.Renew(content=content)


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
                language=entry.language,
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


class ShortlistLetters:
    """When a preliminary round is announced, all its entrants hear at the same time."""

    kind = emails.SHORTLIST

    def due(self, now: dt.datetime) -> Iterator[Draft]:
        rounds = Round.objects.filter(
            announced_at__lte=now, announced_at__gt=now - STALE
        ).select_related("contest")
        for round_ in rounds:
            went_on = set(round_.shortlisted.values_list("entry", flat=True))
            for entry in due_shortlist(round_).iterator(chunk_size=500):
                yield Draft(
                    kind=emails.SHORTLIST,
                    address=emails.address_of(entry),
                    content=emails.shortlist_content(
                        entry, round_, went_on=entry.pk in went_on
                    ),
                    recipient=entry.owner.person_id,
                    language=entry.language,
                    about=(emails.ABOUT, entry.pk),
                    dedupe_key=f"{emails.SHORTLIST}:{round_.pk}:{entry.pk}",
                )


def due_shortlist(round_: Round):
    """Who took part in the round and has no letter about it yet."""
    key = Concat(
        Value(f"{emails.SHORTLIST}:{round_.pk}:"),
        Cast(OuterRef("pk"), TextField()),
        output_field=TextField(),
    )
    return (
        Entry.objects.judged_in(round_)
        .filter(owner__email__isnull=False)
        .exclude(Exists(Letter.objects.filter(dedupe_key=key)))
        .to_write_to()
        .order_by("id")
    )


def recheck_shortlist(letter: Letter, now: dt.datetime) -> kinds.Verdict:
    if Entry.objects.in_contest().filter(pk=letter.about_id).exists():
        return kinds.KEEP
    return kinds.Drop(gettext("The entry is no longer in the contest."))


def register_sources() -> None:
    reminders.registry.register("contests.drafts", DraftReminders())
    reminders.registry.register("contests.guardians", GuardianReminders())
    reminders.registry.register("contests.judges", JudgeReminders())
    reminders.registry.register("contests.results", ResultLetters())
    reminders.registry.register("contests.shortlists", ShortlistLetters())
    kinds.register(
        emails.SHORTLIST,
        kinds.LetterKind(
            label=_("Shortlist of a contest"),
            waits=kinds.Wait.TET,
            recheck=recheck_shortlist,
        ),
    )
    kinds.register(
        emails.GUARDIAN_REMINDER,
        kinds.LetterKind(
            label=_("Reminder of a guardian"),
            waits=kinds.Wait.MORNING,
            recheck=recheck_guardian_reminder,
        ),
    )
    kinds.register(
        emails.JUDGE_REMINDER,
        kinds.LetterKind(
            label=_("Reminder of open scores"),
            waits=kinds.Wait.MORNING,
            recheck=recheck_judge_reminder,
        ),
    )
    kinds.register(
        emails.REMINDER,
        kinds.LetterKind(
            label=_("Reminder of a draft"),
            waits=kinds.Wait.MORNING,
            optional=True,
            recheck=recheck_reminder,
        ),
    )
    kinds.register(
        emails.RESULT,
        kinds.LetterKind(
            label=_("Results of a contest"),
            waits=kinds.Wait.TET,
            recheck=recheck_result,
        ),
    )
