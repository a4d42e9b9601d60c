"""Entries with what belongs to them, by queries that are built once.

What the steps of an entry ask at every request, and what every verb locks. A part that
nobody has filled in is asked for as usual by whoever looks at it.
"""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from content.prepared import hold, prepared
from contests.models import (
    Appeal,
    Author,
    Contest,
    Division,
    Entry,
    EntryAnswer,
    EntryFile,
    EntryQuestion,
    EntryVersion,
    Field,
    Invitation,
    JudgeAssignment,
    VersionFile,
)
from members.models import User


@prepared
def contest_at(slug: str) -> QuerySet:
    return Contest.objects.select_related("unit").filter(slug=slug)


@prepared
def contest_of(pk: int) -> QuerySet:
    return Contest.objects.select_related("unit").filter(pk=pk)


@prepared
def _entry_at(code: str) -> QuerySet:
    rows = Entry.objects.to_write_to().select_related("contest__unit", "award")
    return rows.filter(code=code)


@prepared
def _locked(pk: int) -> QuerySet:
    rows = Entry.objects.to_write_to().select_related("contest__unit")
    return rows.select_for_update(no_key=True, of=("self",)).filter(pk=pk)


@prepared
def _authors(entry: int) -> QuerySet:
    rows = Author.objects.select_related("person").filter(entry=entry)
    return rows.order_by("order", "id")


@prepared
def _files(entry: int) -> QuerySet:
    return EntryFile.objects.filter(entry=entry).order_by("id")


@prepared
def _invitations(entry: int) -> QuerySet:
    return Invitation.objects.filter(entry=entry).order_by("invited_at", "id")


@prepared
def _answers(entry: int) -> QuerySet:
    rows = EntryAnswer.objects.select_related("question").filter(entry=entry)
    return rows.order_by("question__order", "question")


@prepared
def _questions(contest: int) -> QuerySet:
    return EntryQuestion.objects.filter(contest=contest).order_by("order", "id")


PARTS = {
    "authors": _authors,
    "files": _files,
    "invitations": _invitations,
    "answers": _answers,
}


def entry_at(code: str) -> Entry | None:
    """With all that `for_page` gives it."""
    found = _entry_at(code).first()
    if found:
        fill(found)
    return found


def lock(pk: int) -> Entry:
    """The row, fresh and ours until the transaction ends. Raises DoesNotExist."""
    if found := _locked(pk).first():
        return found
    raise Entry.DoesNotExist(f"no entry {pk}")


def fill(entry: Entry, *parts: str) -> None:
    """Read these parts now, or all of them; the same as `for_page` reads."""
    for name in parts or PARTS:
        hold(entry, name, PARTS[name](entry.pk))
    if not parts:
        hold(entry.contest, "questions", _questions(entry.contest_id))


def fill_choices(contest: Contest) -> None:
    """Its divisions and fields, of which an entry chooses one each."""
    hold(contest, "divisions", _divisions(contest.pk))
    hold(contest, "fields", _fields(contest.pk))


def authors_of(entry: Entry) -> list[Author]:
    """As they are in the database now, with their people."""
    found = list(_authors(entry.pk))
    for author in found:
        author.entry = entry
    return found


@prepared
def _divisions(contest: int) -> QuerySet:
    return Division.objects.filter(contest=contest).order_by("order", "id")


@prepared
def _fields(contest: int) -> QuerySet:
    return Field.objects.filter(contest=contest).order_by("order", "id")


@prepared
def field_keys(contest: int) -> QuerySet:
    """The numbers of the fields that the contest asks to choose from."""
    return Field.objects.filter(contest=contest).order_by().values_list("pk")


@prepared
def held_account(user: int) -> QuerySet:
    """Its number, and the row is ours until the transaction ends."""
    rows = User.objects.select_for_update(no_key=True).filter(pk=user)
    return rows.values_list("pk")


@prepared
def untouched(user: int, contest: int) -> QuerySet:
    """Drafts of this account in which nothing has been written yet."""
    rows = Entry.objects.filter(owner=user, contest=contest, state=Entry.State.DRAFT)
    rows = rows.filter(title="", summary="", version=1)
    return rows.filter(~Exists(EntryFile.objects.filter(entry=OuterRef("pk"))))


@prepared
def with_contest(entry: int) -> QuerySet:
    return Entry.objects.select_related("contest").filter(pk=entry)


@prepared
def files_alike(entry: int, sha256: str) -> QuerySet:
    """Its files that hold the very same bytes."""
    return EntryFile.objects.filter(entry=entry, sha256=sha256).order_by("id")


@prepared
def kept_files(entry: int) -> QuerySet:
    """Name and size of what only earlier versions hold."""
    rows = VersionFile.objects.filter(version__entry=entry).earlier()
    return rows.order_by().values_list("file", "size")


@prepared
def versions_of(entry: int) -> QuerySet:
    """The latest first."""
    return EntryVersion.objects.filter(entry=entry).order_by("-number")


@prepared
def version_numbers(entry: int) -> QuerySet:
    return EntryVersion.objects.filter(entry=entry).order_by().values_list("number")


@prepared
def appeals_of(entry: int) -> QuerySet:
    return Appeal.objects.filter(entry=entry).order_by().values_list("pk")


@prepared
def entries_of(user: int, contest: int) -> QuerySet:
    """The numbers of what this account entered there."""
    return Entry.objects.filter(owner=user, contest=contest).values_list("pk")


@prepared
def judged_by(user: int, contest: int) -> QuerySet:
    rows = JudgeAssignment.objects.filter(judge=user, round__contest=contest)
    return rows.order_by().values_list("pk")


@prepared
def rivals(entry: int, owner: int, contest: int) -> QuerySet:
    """What is in the contest from the same owner or one of the authors; 0 is nobody."""
    ours = Author.objects.filter(entry=entry).values("person")
    theirs = Author.objects.filter(entry=OuterRef("pk"), person__in=ours)
    rows = Entry.objects.in_contest().filter(contest=contest).exclude(pk=entry)
    return rows.filter(Q(owner=owner) | Exists(theirs)).order_by().values_list("pk")
