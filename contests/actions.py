"""What happens to entries, judging and results; nothing else writes their state.

Each verb is one transaction (READ COMMITTED). Locks come in one order: the children
whose consent counts, the contest (shared: its deadline must not move meanwhile), the
entry. Then the rule is asked again, the rows are written, letters are queued. Done
twice is done once. A wait for a lock ends after three seconds as `Busy`.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.db.models import TextChoices

from content import files, waiting
from content.files import FileState, private_storage
from contests import emails, rules
from contests.models import (
    Author,
    Award,
    Contest,
    Division,
    Entry,
    EntryFile,
    JudgeAssignment,
    Round,
    Score,
)
from contests.people import person_of
from contests.rules import EntryRefusal, ScoreRefusal, StaffRefusal
from members import guardians
from members.models import Consent, Guardian, Person, User
from vietnam.dates import local_day

log = logging.getLogger(__name__)

State = Entry.State
TEXTS = ("title", "summary", "division_id")


class Busy(Exception):
    """Somebody else holds the row; asking again in a moment is right."""


class Refused(Exception):
    """A rule says no; `refusal` is its reason."""

    def __init__(self, refusal: TextChoices) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal


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


# --- The entrant ----------------------------------------------------------------


def begin(*, contest_id: int, user: User, now: dt.datetime) -> Entry:
    """Begin an entry; an untouched draft of the same account is given back instead.

    The entrant is put down as the first author; the next step asks. Raises Refused.
    """
    with _guarded():
        contest = _share(contest_id)
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        untouched = Entry.objects.of(user).filter(
            contest=contest, state=State.DRAFT, title="", summary="", version=1
        )
        if draft := untouched.filter(files__isnull=True).first():
            return draft
        if refusal := rules.why_not_enter(contest, user, now=now):
            raise Refused(refusal)
        if user.person is None:
            raise Refused(EntryRefusal.LOCKED)
        entry = Entry.objects.create(
            contest=contest, owner=user, created_at=now, saved_at=now
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
) -> Entry:
    """Keep title, summary and division.

    `version` is the one that the page showed. When another was saved since and the
    texts differ, raises Conflict and changes nothing: the page shows both. Raises
    Refused and Busy. A submitted entry stays so only if it is still complete.
    """
    division_id = division.pk if division else None
    typed = {"title": title, "summary": summary, "division_id": division_id}
    with _entry_locked(entry_id) as entry:
        _refuse(rules.why_not_save(entry, now=now))
        if division and division.contest_id != entry.contest_id:
            raise ValueError("a division of another contest")
        if all(getattr(entry, name) == typed[name] for name in TEXTS):
            return entry
        if entry.version != version:
            raise Conflict(entry)
        entry.title, entry.summary, entry.division = title, summary, division
        entry.version += 1
        _touch(entry, now, "title", "folded_title", "summary", "division", "version")
        _settle(entry, now=now)
    return entry


def set_authors(
    *,
    entry_id: int,
    version: int,
    authors: Sequence[TypedAuthor],
    by: User,
    now: dt.datetime,
) -> Entry:
    """Put down who made the work, in this order. Raises as `save` does.

    Lines name their rows by id: who is not named is taken out. A name or date of
    birth is corrected in place only for people whom this entry brought in; a child
    about whom a guardian was asked gets a new record, because the answer was about
    the old name.
    """
    with _entry_locked(entry_id) as entry:
        _refuse(rules.why_not_save(entry, now=now))
        if entry.version != version:
            raise Conflict(entry)
        rows = {author.pk: author for author in entry.authors.select_related("person")}
        kept: list[Author] = []
        for order, typed in enumerate(authors):
            row = rows.get(typed.author) or Author(entry=entry)
            person = typed.person or person_of(
                row if row.pk else None,
                full_name=typed.full_name,
                birth_date=typed.birth_date,
                owner=entry.owner,
            )
            if any(other.person_id == person.pk for other in kept):
                continue
            row.person, row.school, row.order = person, typed.school, order
            kept.append(row)
        dropped = [row for row in rows.values() if row not in kept]
        Author.objects.filter(pk__in=[row.pk for row in dropped]).delete()
        for row in kept:
            row.save()
        entry.version += 1
        _touch(entry, now, "version")
        _settle(entry, now=now)
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
    _refuse(rules.why_not_save(entry, now=now))
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


def add_file(
    *, entry_id: int, upload: UploadedFile, by: User | None, now: dt.datetime
) -> EntryFile:
    """Take one file in: looked into, scanned, then moved into the private storage.

    The very same file once more changes nothing. Raises FileRefused and Refused.
    """
    return _keep(entry_id, upload, by=by, now=now)


def replace_file(
    *,
    entry_id: int,
    file_id: int,
    upload: UploadedFile,
    by: User | None,
    now: dt.datetime,
) -> EntryFile:
    """Put a new version in the place of a file; the old one is deleted for good."""
    return _keep(entry_id, upload, by=by, now=now, file_id=file_id)


def remove_file(
    *, entry_id: int, file_id: int, by: User | None, now: dt.datetime
) -> None:
    """Take a file out and delete it. Gone already: nothing happens."""
    with _entry_locked(entry_id) as entry:
        _refuse(rules.why_not_save(entry, now=now))
        delete_files(entry.files.filter(pk=file_id))
        _touch(entry, now)
        _settle(entry, now=now)


def submit(*, entry_id: int, by: User | None, now: dt.datetime) -> Entry:
    """Hand the entry in: the receipt letter goes out in the same transaction.

    Pressed twice it is one submission and one letter. Raises Refused and Busy.
    """
    with _entry_locked(entry_id, with_children=True) as entry:
        if entry.state in Entry.IN_CONTEST:
            return entry
        _refuse(rules.why_not_submit(entry, now=now))
        _move(entry, State.SUBMITTED, submitted_at=now)
        emails.receipt(entry, now=now)
    return entry


def withdraw(*, entry_id: int, by: User | None, now: dt.datetime) -> Entry:
    """Take the entry back; judges lose it at once. Twice is once."""
    with _entry_locked(entry_id) as entry:
        refusal = rules.why_not_withdraw(entry, now=now)
        if refusal is EntryRefusal.GONE:
            return entry
        _refuse(refusal)
        was_draft = entry.state == State.DRAFT
        _move(entry, State.WITHDRAWN)
        if not was_draft:
            emails.withdrawn(entry, now=now)
    return entry


def reopen(*, entry_id: int, by: User | None, now: dt.datetime) -> Entry:
    """Make a withdrawn entry a draft again, until the deadline."""
    with _entry_locked(entry_id) as entry:
        if entry.state == State.DRAFT:
            return entry
        _refuse(rules.why_not_reopen(entry, now=now))
        _move(entry, State.DRAFT, submitted_at=None)
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
        with _entry_locked(entry_id) as entry:
            about = {"", rules.consent_about(entry.contest_id)}
            on = local_day(now)
            if consent.about in about and rules.needs_guardian_answer(
                entry, consent.person, on=on
            ):
                _fall_out(entry, emails.Why.CONSENT, now=now)


def file_checked(*, file_id: int, state: FileState, now: dt.datetime) -> None:
    """Write down what the scanner said of a file that was held.

    A locked file takes a submitted entry back to a draft while it can be mended.
    """
    entry_id = EntryFile.objects.values_list("entry_id", flat=True).get(pk=file_id)
    with _entry_locked(entry_id) as entry:
        row = entry.files.get(pk=file_id)
        if not files.may_move(row.state, state):
            return
        row.state = state
        row.save(update_fields=["state"])
        locked = state == FileState.QUARANTINED
        if locked and entry.state == State.SUBMITTED and now < entry.contest.closes_at:
            _fall_out(entry, emails.Why.FILE, now=now)


def _fall_out(entry: Entry, why: emails.Why, *, now: dt.datetime) -> None:
    if entry.state not in Entry.IN_CONTEST:
        return
    if entry.state == State.SUBMITTED and now < entry.contest.closes_at:
        _move(entry, State.DRAFT, submitted_at=None)
    else:
        _move(entry, State.WITHDRAWN)
    emails.fell_out(entry, why, now=now)


# --- The organisers -------------------------------------------------------------


def publish(*, contest_id: int, by: User | None, now: dt.datetime) -> Contest:
    """Show a draft to the public. Raises Refused where the rule says no."""
    with _guarded():
        contest = _lock_contest(contest_id)
        if contest.state != Contest.State.PUBLISHED:
            _refuse(rules.why_not_publish(contest, now=now))
            contest.state = Contest.State.PUBLISHED
            contest.save(update_fields=["state", "updated_at"])
    return contest


def disqualify(
    *, entry_id: int, reason: str, by: User | None, now: dt.datetime
) -> Entry:
    """Take an entry out of the contest; its owner reads why."""
    with _entry_locked(entry_id) as entry:
        if entry.state == State.DISQUALIFIED:
            return entry
        _refuse(rules.why_not_disqualify(entry))
        entry.note = reason
        _move(entry, State.DISQUALIFIED, note=reason)
        emails.disqualified(entry, now=now)
    return entry


def reinstate(*, entry_id: int, by: User | None, now: dt.datetime) -> Entry:
    """Let an entry that was taken out take part again; a mistake is put right."""
    with _entry_locked(entry_id) as entry:
        if entry.state == State.SUBMITTED:
            return entry
        if entry.state != State.DISQUALIFIED:
            raise Refused(StaffRefusal.NOT_IN_CONTEST)
        _move(entry, State.SUBMITTED, note="")
    return entry


@dataclass(frozen=True)
class Assigned:
    """What became of an assignment in bulk: how many are new, and who was refused."""

    new: int
    refused: list[tuple[Entry, User, StaffRefusal]]


def assign_judges(
    *,
    round_id: int,
    entry_ids: Collection[int],
    judges: Collection[User],
    by: User | None,
    now: dt.datetime,
) -> Assigned:
    """Give these entries to these judges, each under a blind code of its own.

    What is there already stays. Whoever is too close to an entry does not get it and
    is named. Each judge gets one letter for all that is new.
    """
    new: dict[User, list[JudgeAssignment]] = {}
    refused = []
    with _guarded():
        round_ = Round.objects.select_related("contest").get(pk=round_id)
        _share(round_.contest_id)
        entries = (
            Entry.objects.filter(pk__in=entry_ids, contest=round_.contest_id)
            .select_for_update(no_key=True, of=("self",))
            .order_by("pk")
        )
        locked = entries.to_write_to().prefetch_related("authors__person")
        there = set(
            JudgeAssignment.objects.filter(
                round=round_, entry__in=entry_ids
            ).values_list("entry_id", "judge_id")
        )
        for entry in locked:
            for judge in judges:
                if (entry.pk, judge.pk) in there:
                    continue
                if refusal := rules.why_not_assign(round_, entry, judge):
                    refused.append((entry, judge, refusal))
                    continue
                row = JudgeAssignment(
                    round=round_, entry=entry, judge=judge, assigned_at=now
                )
                new.setdefault(judge, []).append(row)
        for judge, rows in new.items():
            JudgeAssignment.objects.bulk_create(rows)
            emails.assigned(judge, round_, rows, now=now)
    return Assigned(new=sum(map(len, new.values())), refused=refused)


def award(
    *, entry_id: int, title: str, by: User | None, now: dt.datetime, order: int = 0
) -> Entry:
    """Give an entry a prize, or take it away with an empty title.

    Nobody hears of it before the results are public.
    """
    with _entry_locked(entry_id) as entry:
        _refuse(rules.why_not_award(entry, now=now))
        if not title:
            Award.objects.filter(entry=entry).delete()
            if entry.state == State.AWARDED:
                _move(entry, State.SUBMITTED)
            return entry
        Award.objects.update_or_create(
            entry=entry, defaults={"title": title, "order": order}
        )
        if entry.state != State.AWARDED:
            _move(entry, State.AWARDED)
    return entry


def set_results_time(
    *, contest_id: int, moment: dt.datetime | None, by: User | None, now: dt.datetime
) -> Contest:
    """Say when page and letters come out; None keeps them back."""
    with _guarded():
        contest = _lock_contest(contest_id)
        if contest.results_at != moment:
            _refuse(rules.why_not_results_at(contest, moment, now=now))
            contest.results_at = moment
            contest.save(update_fields=["results_at", "updated_at"])
    return contest


# --- The judges -----------------------------------------------------------------


def declare_conflict(
    *, assignment_id: int, reason: str, by: User, now: dt.datetime
) -> JudgeAssignment:
    """The judge steps back; scores given already stay on record and stop counting."""
    with _assignment_locked(assignment_id) as assignment:
        if not assignment.conflict:
            assignment.conflict = reason
            assignment.save(update_fields=["conflict"])
            log.info("judge %s stepped back from %s", by.pk, assignment_id)
    return assignment


def score(
    *,
    assignment_id: int,
    values: Mapping[int, Decimal],
    comment: str,
    by: User,
    now: dt.datetime,
) -> JudgeAssignment:
    """Keep the scores for every criterion of the round, all or none.

    Each lies within 0 and the criterion's maximum. Raises Refused and Busy.
    """
    with _assignment_locked(assignment_id) as assignment:
        _refuse(rules.why_not_score(assignment, now=now))
        criteria = list(assignment.round.criteria.all())
        if {criterion.pk for criterion in criteria} != set(values):
            raise Refused(ScoreRefusal.INCOMPLETE)
        if not all(0 <= values[one.pk] <= one.maximum for one in criteria):
            raise Refused(ScoreRefusal.BOUNDS)
        Score.objects.bulk_create(
            [
                Score(
                    assignment=assignment,
                    criterion=criterion,
                    value=values[criterion.pk],
                    scored_at=now,
                )
                for criterion in criteria
            ],
            update_conflicts=True,
            unique_fields=["assignment", "criterion"],
            update_fields=["value", "scored_at"],
        )
        assignment.comment, assignment.scored_at = comment, now
        assignment.save(update_fields=["comment", "scored_at"])
    return assignment


# --- Files on the disk ----------------------------------------------------------


def delete_files(rows: Iterable[EntryFile]) -> None:
    """Delete the rows now and the bytes when the transaction has committed."""
    for row in list(rows):
        _delete_from_disk(row.file.name)
        row.delete()


def _delete_from_disk(name: str) -> None:
    transaction.on_commit(lambda: private_storage().delete(name), robust=True)


def _keep(
    entry_id: int,
    upload: UploadedFile,
    *,
    by: User | None,
    now: dt.datetime,
    file_id: int | None = None,
) -> EntryFile:
    entry = Entry.objects.select_related("contest").get(pk=entry_id)
    _refuse(rules.why_not_save(entry, now=now))
    # Outside the lock: a film of 100 MB takes its time.
    inspected = files.inspect(
        upload, name=upload.name, max_bytes=entry.contest.max_file_bytes
    )
    state = files.scan(upload)
    stored = ""
    try:
        with _entry_locked(entry_id) as entry:
            _refuse(rules.why_not_save(entry, now=now))
            same = entry.files.filter(sha256=inspected.sha256).exclude(pk=file_id)
            if twin := same.first():
                return twin
            row = _row(entry, file_id, now=now)
            old = row.file.name
            row.file.save(inspected.clean_name, upload, save=False)
            stored = row.file.name
            row.name, row.media_type = inspected.clean_name, inspected.media_type
            row.size, row.sha256 = inspected.size, inspected.sha256
            row.state, row.uploaded_by, row.uploaded_at = state, by, now
            row.save()
            if old:
                _delete_from_disk(old)
            _touch(entry, now)
            _settle(entry, now=now)
    except BaseException:
        if stored:
            private_storage().delete(stored)
        raise
    return row


def _row(entry: Entry, file_id: int | None, *, now: dt.datetime) -> EntryFile:
    """The row to fill: the one to replace, or a new one if there is room."""
    if file_id and (row := entry.files.filter(pk=file_id).first()):
        return row
    _refuse(rules.why_not_add_file(entry, now=now))
    return EntryFile(entry=entry)


# --- Locks and moves ------------------------------------------------------------


def _settle(entry: Entry, *, now: dt.datetime) -> None:
    """A submitted entry that lacks something is a draft again; the page says so.

    A new file that the scanner still holds is no reason: nobody could mend it.
    """
    if entry.state != State.SUBMITTED:
        return
    fresh = Entry.objects.for_page().get(pk=entry.pk)
    lacks = {one.lack for one in rules.missing(fresh, now=now)}
    if lacks - {rules.Lack.FILE_CHECKING}:
        _move(entry, State.DRAFT, submitted_at=None)


def _move(entry: Entry, state: State, **changes: Any) -> None:
    if state not in Entry.MOVES[State(entry.state)]:
        raise ValueError(f"no way from {entry.state} to {state}")
    entry.state = state
    for name, value in changes.items():
        setattr(entry, name, value)
    entry.save(update_fields=["state", *changes])


def _touch(entry: Entry, now: dt.datetime, *fields: str) -> None:
    entry.saved_at = now
    entry.save(update_fields=["saved_at", *fields])


def _refuse(refusal: TextChoices | None) -> None:
    if refusal:
        raise Refused(refusal)


def lock_entry(entry_id: int) -> Entry:
    """The entry's row, fresh and ours until the transaction ends."""
    entries = Entry.objects.to_write_to().select_related("contest__unit")
    return entries.select_for_update(no_key=True, of=("self",)).get(pk=entry_id)


def _share(contest_id: int) -> Contest:
    """The contest, whose dates nobody moves until we are done; many may hold it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM contests_contest WHERE id = %s FOR SHARE", [contest_id]
        )
    return Contest.objects.select_related("unit").get(pk=contest_id)


def _lock_contest(contest_id: int) -> Contest:
    contests = Contest.objects.select_related("unit")
    return contests.select_for_update(no_key=True, of=("self",)).get(pk=contest_id)


@contextmanager
def _guarded() -> Iterator[None]:
    with waiting.no_longer(Busy), transaction.atomic():
        yield


@contextmanager
def _entry_locked(entry_id: int, *, with_children: bool = False) -> Iterator[Entry]:
    """The entry as it stands once it is ours; see the module for the order of locks."""
    contest_id = Entry.objects.values_list("contest_id", flat=True).get(pk=entry_id)
    with _guarded():
        if with_children:
            _lock_children(entry_id)
        _share(contest_id)
        yield lock_entry(entry_id)


def _lock_children(entry_id: int) -> None:
    """Whoever withdraws a consent holds the child: so that we see it or they see us."""
    authors = Author.objects.filter(entry=entry_id).values("person")
    list(Person.objects.filter(pk__in=authors).order_by("pk").select_for_update())


@contextmanager
def _assignment_locked(assignment_id: int) -> Iterator[JudgeAssignment]:
    """The entry first, so that it cannot be withdrawn meanwhile, then the row."""
    entry_id = JudgeAssignment.objects.values_list("entry_id", flat=True).get(
        pk=assignment_id
    )
    with _entry_locked(entry_id) as entry:
        rows = JudgeAssignment.objects.select_related("round__contest", "judge__person")
        row = rows.select_for_update(no_key=True, of=("self",)).get(pk=assignment_id)
        row.entry = entry
        yield row
