"""Who may enter, save, submit, see and download; and if not, why not.

Times are half-open: `closes_at` itself is too late. What decides is `request.now`,
taken when a request begins; for files there is `why_not_take_file`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from content.files import size_text
from contests import loading
from contests.models import (
    Author,
    Contest,
    Division,
    Entry,
    EntryFile,
    VersionFile,
)
from contests.querysets import ABOUT
from members import permissions
from members.models import Consent, Person, User
from members.rules import why_not_take_part
from vietnam.dates import deadline_text, local_day

State = Entry.State
FileState = EntryFile.State

FULL_SHARE = 100
MAX_ENTRIES_AN_ACCOUNT = 30
"""A teacher enters a class; nobody fills the desk with a thousand drafts."""
LATE = dt.timedelta(minutes=15)
"""How long after the deadline an upload that began before it may still end."""


class EntryRefusal(models.TextChoices):
    """Why nobody can enter, save, submit or withdraw; a sentence for people."""

    NOT_PUBLISHED = (
        "not_published",
        _("This contest is not published yet. Look at the list of contests."),
    )
    NOT_YET_OPEN = "not_yet_open", _("Entries open at %(opens)s. Come back then.")
    CLOSED = (
        "closed",
        _("Entries closed at %(closes)s. Nothing can be changed any more."),
    )
    JURY = (
        "jury",
        _("You work for this contest as a judge or organiser, so you cannot enter."),
    )
    TOO_MANY = (
        "too_many",
        _("You have begun very many entries already. Finish those first."),
    )
    LOCKED = (
        "locked",
        _("This entry was withdrawn or taken out, so it cannot be changed."),
    )
    MISSING = "missing", _("Something is still missing. Look at the list.")
    FILES_FULL = (
        "files_full",
        _("An entry has at most %(max_files)s files. Take one out first."),
    )
    KEPT_FULL = (
        "kept_full",
        _(
            "The files of the versions handed in before take up %(kept)s, and more are "
            "not kept for one entry. What you handed in last counts; write to the "
            "organisers if a file must still change."
        ),
    )
    GONE = "gone", _("This entry is already withdrawn. There is nothing left to do.")
    RESULTS_OUT = (
        "results_out",
        _("The results are public, so this cannot be done any more."),
    )
    OUT = "out", _("The organisers took this entry out of the contest.")
    TEAM_FULL = (
        "team_full",
        _("The team is complete: at most %(max_authors)s author(s) make one work."),
    )
    IN_TEAM = "in_team", _("This person is in the team already.")
    ANSWERED = (
        "answered",
        _("This invitation was answered or taken back. Ask whoever invited you."),
    )
    NOT_A_CHILD = (
        "not_a_child",
        _("No parent needs to agree: this author is sixteen or older."),
    )

    def sentence(self, contest: Contest) -> str:
        language = get_language() or "vi"
        return str(self.label) % {
            "opens": deadline_text(contest.opens_at, language),
            "closes": deadline_text(contest.closes_at, language),
            "max_files": contest.max_files,
            "max_authors": contest.max_authors,
            "kept": size_text(contest.max_kept_bytes),
        }


class Lack(models.TextChoices):
    """What an entry still needs; the value before the dot is the step to mend it."""

    TITLE = "about.title", _("The title of the work")
    SUMMARY = "about.summary", _("What the work is about")
    DIVISION = "about.division", _("The division")
    FIELD = "about.field", _("The field of work")
    TWICE = (
        "about.twice",
        _("This work is handed in already, in %(division)s. One work enters once."),
    )
    QUESTION = "about.question", _("An answer to: %(question)s")
    FEW_AUTHORS = "authors.few", _("At least %(least)s author(s)")
    MANY_AUTHORS = "authors.many", _("At most %(most)s authors")
    BIRTH_DATE = "authors.birth", _("The date of birth of %(name)s")
    AGE = (
        "authors.age",
        _(
            "%(name)s, born on %(born)s, is not of an age for %(division)s: it takes "
            "those born from %(first)s to %(last)s"
        ),
    )
    INVITED = (
        "authors.invited",
        _("%(name)s has not answered the invitation: wait, or take it back"),
    )
    SHARES = (
        "authors.shares",
        _("The shares of the work add up to %(sum)s percent, not to 100"),
    )
    SHARE = (
        "authors.share",
        _("The share of %(name)s: say it for every author or for none"),
    )
    GUARDIAN = "guardian.consent", _("A parent or guardian of %(name)s must agree")
    FILE = "files.none", _("At least one file")
    FILE_LOCKED = "files.locked", _("“%(file)s” is locked. Take it out.")


@dataclass(frozen=True)
class Missing:
    """One thing that an entry lacks, in words, and whom or what it is about."""

    lack: Lack
    text: str
    author: Author | None = None

    @property
    def step(self) -> str:
        return self.lack.value.partition(".")[0]


def consent_about(contest: Contest | int) -> str:
    """What a consent is limited to that counts for this contest only."""
    pk = contest if isinstance(contest, int) else contest.pk
    return f"{ABOUT}:{pk}"


# --- Entering -------------------------------------------------------------------


def why_not_now(contest: Contest, *, now: dt.datetime) -> EntryRefusal | None:
    """The half-open window `[opens_at, closes_at)` of a published contest."""
    if contest.state != Contest.State.PUBLISHED:
        return EntryRefusal.NOT_PUBLISHED
    if now < contest.opens_at:
        return EntryRefusal.NOT_YET_OPEN
    if now >= contest.closes_at:
        return EntryRefusal.CLOSED
    return None


def why_not_enter(
    contest: Contest, user: User, *, now: dt.datetime
) -> EntryRefusal | None:
    """Why this account cannot begin an entry at `now`.

    Jury, secretariat and organisers may not enter (as every province's rules have it).
    """
    if refusal := why_not_now(contest, now=now):
        return refusal
    if works_for(contest, user):
        return EntryRefusal.JURY
    entered = loading.entries_of(user.pk, contest.pk, limit=MAX_ENTRIES_AN_ACCOUNT)
    if len(entered) >= MAX_ENTRIES_AN_ACCOUNT:
        return EntryRefusal.TOO_MANY
    return None


def works_for(contest: Contest, user: User) -> bool:
    """Whether the account organises the contest or judges in it."""
    if permissions.may(user, "contests.manage", contest.unit):
        return True
    return bool(loading.judged_by(user.pk, contest.pk, limit=1))


def why_not_save(entry: Entry, *, now: dt.datetime) -> EntryRefusal | None:
    """Why texts, authors and files of the entry cannot be changed at `now`.

    A submitted entry can be changed until the deadline; one that is out cannot.
    """
    if entry.state not in {State.DRAFT, State.SUBMITTED}:
        return EntryRefusal.LOCKED
    return why_not_now(entry.contest, now=now)


def why_not_take_file(
    entry: Entry, *, begun_at: dt.datetime, now: dt.datetime
) -> EntryRefusal | None:
    """The one rule about uploads and the deadline.

    A file whose first byte came (`begun_at`) before the deadline is taken when its
    last one comes (`now`) within fifteen minutes after it. The entry was saved before
    the deadline too: none begins later.
    """
    refusal = why_not_save(entry, now=now)
    closes = entry.contest.closes_at
    if refusal is EntryRefusal.CLOSED and begun_at < closes <= now < closes + LATE:
        return None
    return refusal


def late_until(contest: Contest) -> dt.datetime:
    """Until then, that moment excluded, an upload begun in time may end."""
    return contest.closes_at + LATE


def why_not_add_file(
    entry: Entry, *, now: dt.datetime, begun_at: dt.datetime | None = None
) -> EntryRefusal | None:
    if refusal := why_not_take_file(entry, begun_at=begun_at or now, now=now):
        return refusal
    if entry.files.count() >= entry.contest.max_files:
        return EntryRefusal.FILES_FULL
    return None


def why_not_submit(
    entry: Entry, *, now: dt.datetime, lacks: Sequence[Missing] | None = None
) -> EntryRefusal | None:
    """Why the entry cannot be handed in at `now`; see `missing` for the list.

    Whose file came in by the rule of the fifteen minutes hands in within them.
    `lacks` is that list, from a page that shows it.
    """
    refusal = why_not_save(entry, now=now)
    if refusal is EntryRefusal.CLOSED and _has_late_file(entry, now=now):
        refusal = None
    if refusal:
        return refusal
    lacks = missing(entry, now=now) if lacks is None else lacks
    return EntryRefusal.MISSING if lacks else None


def _has_late_file(entry: Entry, *, now: dt.datetime) -> bool:
    closes = entry.contest.closes_at
    return now < closes + LATE and any(
        file.begun_at and file.begun_at < closes <= file.uploaded_at
        for file in entry.files.all()
    )


def why_not_withdraw(entry: Entry, *, now: dt.datetime) -> EntryRefusal | None:
    """An entry may be taken back until its results are public.

    Shortlisted or awarded before that moment makes no difference to its owner, who
    must not learn of it here.
    """
    if entry.state == State.WITHDRAWN:
        return EntryRefusal.GONE
    if entry.state == State.DISQUALIFIED:
        return EntryRefusal.OUT
    if results_public(entry.contest, now=now) and entry.state != State.DRAFT:
        return EntryRefusal.RESULTS_OUT
    return None


def why_not_reopen(entry: Entry, *, now: dt.datetime) -> EntryRefusal | None:
    """A withdrawn entry may become a draft again until the deadline."""
    if entry.state != State.WITHDRAWN:
        return EntryRefusal.LOCKED
    return why_not_now(entry.contest, now=now)


def missing(entry: Entry, *, now: dt.datetime) -> list[Missing]:
    """Everything that keeps the entry from being handed in, in the order of the steps.

    Asks for authors, files, invitations, questions, twins and one consent a child.
    """
    authors = list(entry.authors.all())
    return [
        *_missing_texts(entry),
        *_twins(entry, authors),
        *_missing_answers(entry),
        *_missing_authors(entry, authors),
        *_missing_guardians(entry, authors, local_day(now)),
        *_missing_files(list(entry.files.all())),
    ]


def _missing_texts(entry: Entry) -> list[Missing]:
    there = {
        Lack.TITLE: entry.title,
        Lack.SUMMARY: entry.summary,
        Lack.DIVISION: entry.division_id,
    }
    if entry.field_id is None and loading.field_keys(entry.contest_id, limit=1):
        there[Lack.FIELD] = None
    return [
        Missing(lack, str(lack.label)) for lack, value in there.items() if not value
    ]


def _twins(entry: Entry, authors: Sequence[Author]) -> list[Missing]:
    """The same work of the same people, handed in to another division or once more.

    The same: title without accents, or one of the files byte by byte.
    """
    if not loading.rivals(entry.pk, entry.owner_id or 0, entry.contest_id, limit=1):
        return []
    people = [author.person_id for author in authors]
    others = Entry.objects.in_contest().filter(contest=entry.contest_id)
    ours = Q(authors__person__in=people)
    if entry.owner_id:
        ours |= Q(owner=entry.owner_id)
    hashes = [file.sha256 for file in entry.files.all() if file.sha256]
    same = Q(files__sha256__in=hashes)
    if entry.folded_title:
        same |= Q(folded_title=entry.folded_title)
    twin = others.exclude(pk=entry.pk).filter(ours).filter(same)
    found = twin.select_related("division").order_by("pk").first()
    if found is None:
        return []
    text = Lack.TWICE.label % {"division": found.division}
    return [Missing(Lack.TWICE, text)]


def _missing_answers(entry: Entry) -> list[Missing]:
    answered = {answer.question_id for answer in entry.answers.all()}
    return [
        Missing(Lack.QUESTION, Lack.QUESTION.label % {"question": question.text})
        for question in entry.contest.questions.all()
        if question.required and question.pk not in answered
    ]


def _missing_authors(entry: Entry, authors: Sequence[Author]) -> list[Missing]:
    contest, found = entry.contest, []
    if len(authors) < contest.min_authors:
        text = Lack.FEW_AUTHORS.label % {"least": contest.min_authors}
        found.append(Missing(Lack.FEW_AUTHORS, text))
    if len(authors) > contest.max_authors:
        text = Lack.MANY_AUTHORS.label % {"most": contest.max_authors}
        found.append(Missing(Lack.MANY_AUTHORS, text))
    for author in authors:
        if not author.person.birth_date:
            text = Lack.BIRTH_DATE.label % {"name": author.person.full_name}
            found.append(Missing(Lack.BIRTH_DATE, text, author))
    for invitation in entry.invitations.all():
        if not invitation.answer:
            text = Lack.INVITED.label % {"name": invitation.full_name}
            found.append(Missing(Lack.INVITED, text))
    return [*found, *wrong_ages(entry, authors), *wrong_shares(authors)]


def wrong_ages(entry: Entry, authors: Sequence[Author]) -> list[Missing]:
    """Who was born too early or too late for the division, with the dates."""
    if not entry.division:
        return []
    first, last = births_of(entry.division)
    return [
        Missing(
            Lack.AGE,
            Lack.AGE.label
            % {
                "name": author.person.full_name,
                "born": f"{author.person.birth_date:%d/%m/%Y}",
                "division": entry.division.name,
                "first": f"{first:%d/%m/%Y}",
                "last": f"{last:%d/%m/%Y}",
            },
            author,
        )
        for author in authors
        if author.person.birth_date and not fits(entry.division, author.person)
    ]


def wrong_shares(authors: Sequence[Author]) -> list[Missing]:
    """Shares are said for everybody or nobody, and add up to the whole work."""
    if len(authors) < 2 or all(author.share is None for author in authors):
        return []
    silent = [
        Missing(
            Lack.SHARE, Lack.SHARE.label % {"name": author.person.full_name}, author
        )
        for author in authors
        if author.share is None
    ]
    total = sum(author.share or 0 for author in authors)
    if silent or total == FULL_SHARE:
        return silent
    return [Missing(Lack.SHARES, Lack.SHARES.label % {"sum": total})]


def _missing_guardians(
    entry: Entry, authors: Sequence[Author], on: dt.date
) -> list[Missing]:
    """For each child (rule 9); an unknown date of birth counts as a child."""
    return [
        Missing(
            Lack.GUARDIAN,
            Lack.GUARDIAN.label % {"name": author.person.full_name},
            author,
        )
        for author in authors
        if needs_guardian_answer(entry, author.person, on=on)
    ]


def needs_guardian_answer(entry: Entry, person: Person, *, on: dt.date) -> bool:
    """Whether a child's guardian has not agreed (yet) to this contest."""
    about = consent_about(entry.contest_id)
    purpose = Consent.Purpose.CONTEST
    return why_not_take_part(person, purpose, on=on, about=about) is not None


def _missing_files(files: Sequence[EntryFile]) -> list[Missing]:
    if not files:
        return [Missing(Lack.FILE, str(Lack.FILE.label))]
    # One that the scanner still holds is no lack: an entrant cannot mend our scanner,
    # and must not miss the deadline by it. Nobody opens it until it is clean.
    return [
        Missing(Lack.FILE_LOCKED, Lack.FILE_LOCKED.label % {"file": file.name})
        for file in files
        if file.state == FileState.QUARANTINED
    ]


def age_on(born: dt.date, day: dt.date) -> int:
    """Full years; who was born on 29 February has a birthday on 1 March."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def births_of(division: Division) -> tuple[dt.date, dt.date]:
    """The first and the last date of birth that the division takes."""
    day = division.age_on
    eldest = _years_before(day, division.max_age + 1) + dt.timedelta(days=1)
    return eldest, _years_before(day, division.min_age)


def _years_before(day: dt.date, years: int) -> dt.date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return day.replace(year=day.year - years, day=28)


def fits(division: Division, person: Person) -> bool:
    """Whether the person is of the division's ages on its day; dates of birth only."""
    if not person.birth_date:
        return False
    age = age_on(person.birth_date, division.age_on)
    return division.min_age <= age <= division.max_age


def ages_of(division: Division) -> dict[str, object]:
    return {
        "youngest": division.min_age,
        "oldest": division.max_age,
        "day": f"{division.age_on:%d/%m/%Y}",
    }


# --- Seeing ---------------------------------------------------------------------


def results_public(contest: Contest, *, now: dt.datetime) -> bool:
    """From `results_at` on, that moment included."""
    return (
        contest.state == Contest.State.PUBLISHED
        and contest.results_at is not None
        and contest.results_at <= now
    )


def shortlist_public(contest: Contest, *, now: dt.datetime) -> bool:
    """From the moment on at which a preliminary round was announced."""
    return contest.shortlist_at is not None and contest.shortlist_at <= now


def state_shown(entry: Entry, *, now: dt.datetime) -> str:
    """The state as the entrant may know it: no prize before the results are
    public, and no shortlist before it is announced.
    """
    hidden = entry.state in {State.SHORTLISTED, State.AWARDED}
    if not hidden or results_public(entry.contest, now=now):
        return entry.state
    if entry.went_on and shortlist_public(entry.contest, now=now):
        return State.SHORTLISTED
    return State.SUBMITTED


def manages(user: User, contest: Contest) -> bool:
    return permissions.may(user, "contests.manage", contest.unit)


def may_see_entry(entry: Entry, user: User) -> bool:
    """The owner and the organisers. Judges have their own, blind page."""
    if not user.is_authenticated or not user.is_active:
        return False
    return entry.owner_id == user.pk or manages(user, entry.contest)


def may_download(file: EntryFile | VersionFile, user: User) -> bool:
    """Whoever may see the entry; what is locked or still being checked: nobody.

    An unscanned file (no scanner is set up) may be opened by the same people; the
    page warns of it. Judges have their copies, and of the last version alone.
    """
    return file.is_readable and may_see_entry(file.entry, user)


def author_name(author: Author, publishable: set[int]) -> str:
    """The name for everybody to read, or that it is not public (rule 9)."""
    if author.person_id in publishable:
        return author.person.full_name
    return gettext("Author's name not public")
