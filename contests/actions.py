"""What entrants do with their entries; nothing else writes their state.

Each verb is one transaction with the locks of `contests.locks`: the rule is asked
again inside, the rows are written, letters are queued. Done twice is done once.
Files are taken in by `filing`; what organisers and judges do is in `decisions`,
`publishing` and `judging`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import get_language

from contests import emails, loading, rules, versions
from contests.falling_back import fall_out, settle
from contests.locks import (
    Refused,
    entry_locked,
    guarded,
    lock_account,
    move,
    refuse,
    share_contest,
    touch,
)
from contests.models import Author, Division, Entry, EntryAnswer, Field
from contests.people import person_of
from contests.rules import EntryRefusal
from members import guardians
from members.models import Consent, Guardian, Person, User
from vietnam.dates import local_day

State = Entry.State
TEXTS = ("title", "summary", "division_id", "field_id", "mentor", "mentor_school")


class Conflict(Exception):
    """The entry was saved elsewhere since; `entry` is what is stored now."""

    def __init__(self, entry: Entry) -> None:
        super().__init__(f"version {entry.version} is stored")
        self.entry = entry


@dataclass(frozen=True)
class TypedAuthor:
    """One line of the form; `author` is the row it came from, None for a new line.

    `person` is set for the entrant who is an author too: name and date of birth
    then stand in their own profile.
    """

    full_name: str = ""
    birth_date: dt.date | None = None
    school: str = ""
    author: int | None = None
    person: Person | None = None
    share: int | None = None


# --- The entrant ----------------------------------------------------------------


def begin(*, contest_id: int, user: User, now: dt.datetime) -> Entry:
    """Begin an entry; an untouched draft of the same account is given back instead.

    The entrant is put down as the first author; the next step asks. Raises Refused.
    """
    with guarded():
        contest = share_contest(contest_id)
        lock_account(user.pk)
        if draft := loading.untouched(user.pk, contest_id, limit=1).first():
            return draft
        if refusal := rules.why_not_enter(contest, user, now=now):
            raise Refused(refusal)
        if user.person is None:
            raise Refused(EntryRefusal.LOCKED)
        entry = Entry.objects.create(
            contest=contest,
            owner=user,
            language=get_language() or "vi",
            created_at=now,
            saved_at=now,
        )
        Author.objects.create(
            entry=entry,
            person=user.person,
            school=user.person.unit.name if user.person.unit else "",
        )
    return entry


def save(
    *,
    entry_id: int,
    version: int,
    title: str,
    summary: str,
    division: Division | None,
    by: User | None,
    now: dt.datetime,
    field: Field | None = None,
    mentor: str = "",
    mentor_school: str = "",
    answers: Mapping[int, str] | None = None,
) -> Entry:
    """Keep the texts: what the work is about, who guided it, answers to questions.

    `version` is the one that the page showed. When another was saved since and the
    texts differ, raises Conflict and changes nothing: the page shows both. Raises
    Refused and Busy. A submitted entry stays so only if it is still complete.
    `answers` by question; None leaves them as they are.
    """
    typed = {
        "title": title,
        "summary": summary,
        "division_id": division.pk if division else None,
        "field_id": field.pk if field else None,
        "mentor": mentor,
        "mentor_school": mentor_school,
    }
    with entry_locked(entry_id) as entry:
        refuse(rules.why_not_save(entry, now=now))
        for chosen in (division, field):
            if chosen and chosen.contest_id != entry.contest_id:
                raise ValueError("of another contest")
        known = dict(entry.answers.values_list("question", "value"))
        asked = known if answers is None else dict(answers)
        if asked == known and all(getattr(entry, key) == typed[key] for key in TEXTS):
            return entry
        if entry.version != version:
            raise Conflict(entry)
        entry.title, entry.summary, entry.division = title, summary, division
        entry.field, entry.mentor, entry.mentor_school = field, mentor, mentor_school
        if entry.state == State.SUBMITTED and not (title and division):
            # The database knows no submitted entry without them.
            move(entry, State.DRAFT, submitted_at=None)
        entry.version += 1
        touch(entry, now, "folded_title", "version", *TEXTS)
        _keep_answers(entry, asked)
        settle(entry, by=by, now=now)
    return entry


def _keep_answers(entry: Entry, answers: Mapping[int, str]) -> None:
    entry.answers.exclude(question__in=answers).delete()
    EntryAnswer.objects.bulk_create(
        [
            EntryAnswer(entry=entry, question_id=question, value=value)
            for question, value in answers.items()
        ],
        update_conflicts=True,
        unique_fields=["entry", "question"],
        update_fields=["value"],
    )


def set_authors(
    *,
    entry_id: int,
    version: int,
    authors: Sequence[TypedAuthor],
    by: User,
    now: dt.datetime,
    shares: Mapping[int, int | None] | None = None,
    without: Collection[int] = (),
    takes_out: bool = True,
) -> Entry:
    """Put down who made the work, in this order. Raises as `save` does.

    Lines name their rows by id: who is not named is taken out, but for those who
    joined by invitation; of them only the share is set (`shares` by row), and those
    in `without` are taken out. Without `takes_out` whoever is not named stays as they
    are. A name or date of birth is corrected in place only for
    people whom this entry brought in; a child about whom a guardian was asked gets a
    new record, because the answer was about the old name.
    """
    with entry_locked(entry_id) as entry:
        refuse(rules.why_not_save(entry, now=now))
        if entry.version != version:
            raise Conflict(entry)
        rows = {author.pk: author for author in loading.authors_of(entry)}
        joined = [
            row for row in rows.values() if row.joined_at and row.pk not in without
        ]
        kept: list[Author] = []
        for typed in authors:
            row = rows.get(typed.author) or Author(entry=entry)
            if row.joined_at:
                continue
            person = typed.person or person_of(
                row if row.pk else None,
                full_name=typed.full_name,
                birth_date=typed.birth_date,
                owner=entry.owner,
            )
            if any(other.person_id == person.pk for other in (*kept, *joined)):
                continue
            row.person, row.school, row.share = person, typed.school, typed.share
            kept.append(row)
        for row in joined:
            row.share = (shares or {}).get(row.pk)
        kept += joined
        if not takes_out:
            people = {row.person_id for row in kept}
            kept += [row for row in rows.values() if row.person_id not in people]
        dropped = [pk for pk in rows if pk not in {row.pk for row in kept}]
        Author.objects.filter(pk__in=dropped).delete()
        for order, row in enumerate(kept):
            row.order = order
            row.save()
        entry.version += 1
        touch(entry, now, "version")
        settle(entry, by=by, now=now)
    return entry


def ask_guardian(
    *,
    entry_id: int,
    author_id: int,
    guardian_name: str,
    relation: str,
    email: str,
    by: User,
    now: dt.datetime,
) -> Guardian:
    """Write to the parent of a child author; see `members.guardians.ask`.

    Raises Refused, and guardians.Refused with a reason of its own.
    """
    entry = Entry.objects.select_related("contest").get(pk=entry_id)
    refuse(rules.why_not_save(entry, now=now))
    author = entry.authors.select_related("person").get(pk=author_id)
    return guardians.ask(
        child=author.person,
        guardian_name=guardian_name,
        relation=relation,
        email=email,
        purpose=Consent.Purpose.CONTEST,
        about=rules.consent_about(entry.contest_id),
        matter=entry.contest.title,
        asked_by=by,
        now=now,
    )


def submit(*, entry_id: int, by: User | None, now: dt.datetime) -> Entry:
    """Hand the entry in: the receipt letter goes out in the same transaction.

    Pressed twice it is one submission and one letter. Raises Refused and Busy.
    """
    with entry_locked(entry_id, with_children=True) as entry:
        if entry.state in Entry.IN_CONTEST:
            return entry
        loading.fill(entry)
        refuse(rules.why_not_submit(entry, now=now))
        move(entry, State.SUBMITTED, submitted_at=now, language=_reads(entry, by))
        versions.keep(entry, by=by, now=now)
        emails.receipt(entry, now=now)
    return entry


def _reads(entry: Entry, by: User | None) -> str:
    """The language of letters: that of the page on which the entrant hands in."""
    own = by is not None and by.pk == entry.owner_id
    return (own and get_language()) or entry.language


def withdraw(*, entry_id: int, by: User | None, now: dt.datetime) -> Entry:
    """Take the entry back; judges lose it at once. Twice is once."""
    with entry_locked(entry_id) as entry:
        refusal = rules.why_not_withdraw(entry, now=now)
        if refusal is EntryRefusal.GONE:
            return entry
        refuse(refusal)
        was_draft = entry.state == State.DRAFT
        move(entry, State.WITHDRAWN)
        if not was_draft:
            emails.withdrawn(entry, now=now)
    return entry


def reopen(*, entry_id: int, by: User | None, now: dt.datetime) -> Entry:
    """Make a withdrawn entry a draft again, until the deadline."""
    with entry_locked(entry_id) as entry:
        if entry.state == State.DRAFT:
            return entry
        refuse(rules.why_not_reopen(entry, now=now))
        move(entry, State.DRAFT, submitted_at=None)
    return entry


# --- Consent and checks that come later -----------------------------------------


def consent_changed(consent: Consent, now: dt.datetime) -> None:
    """Told of each consent given or withdrawn: without it a child takes no part.

    Before the deadline the entry becomes a draft again, so that it can be mended;
    afterwards it is withdrawn. Called inside the consent's own transaction.
    """
    if consent.withdrawn_at is None or consent.purpose != Consent.Purpose.CONTEST:
        return
    authorships = Author.objects.filter(
        person=consent.person_id, entry__state__in=Entry.IN_CONTEST
    )
    for entry_id in authorships.values_list("entry_id", flat=True):
        with entry_locked(entry_id) as entry:
            about = {"", rules.consent_about(entry.contest_id)}
            on = local_day(now)
            if consent.about in about and rules.needs_guardian_answer(
                entry, consent.person, on=on
            ):
                fall_out(entry, emails.Why.CONSENT, now=now)
