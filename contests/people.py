"""What a person's entries mean elsewhere: my page, their data, merged records."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from content import pagecache
from contests import versions
from contests.freshness import AREA
from contests.models import (
    Appeal,
    Author,
    Contest,
    Entry,
    Invitation,
    JudgeAssignment,
    SignedForm,
)
from mail.addresses import fold as fold_address
from members import (
    access_log,
    consents,
    history,
    merge,
    privacy,
    succession,
    timeline,
)
from members.models import Person, Unit, UnitSuccession, User

State = Entry.State
LATELY = dt.timedelta(days=365)


def person_of(
    row: Author | None,
    *,
    full_name: str,
    birth_date: dt.date | None,
    owner: User | None,
) -> Person:
    """The record behind a typed author.

    An entrant never reaches the records of others: a typed person is one whom the
    same account brought in before, or somebody new. Doubles are merged by staff.
    """
    if row and (row.person.full_name, row.person.birth_date) == (full_name, birth_date):
        return row.person
    if row and may_correct(row.person):
        row.person.full_name, row.person.birth_date = full_name, birth_date
        row.person.birth_year = birth_date.year if birth_date else None
        row.person.save()
        return row.person
    known = Person.objects.accountless().filter(
        full_name=full_name, birth_date=birth_date, authorships__entry__owner=owner
    )
    return (owner and known.first()) or Person.objects.create(
        full_name=full_name, birth_date=birth_date
    )


def may_correct(person: Person) -> bool:
    """Whether the entrant may correct name and date of birth in place.

    Only of somebody who is known from one entry alone: without an account, a unit or
    a code, and about whom no guardian was asked.
    """
    return not (
        hasattr(person, "user")
        or person.unit_id
        or person.member_code
        or person.authorships.count() > 1
        or person.guardian_requests.exists()
        or person.consents.exists()
    )


class EntriesOnMyPage:
    """My page: what one entered, and works of others that name one as author."""

    def entries(self, person: Person, now: dt.datetime) -> Iterator[timeline.Entry]:
        from contests import rules

        mine = Q(owner__person=person) | Q(authors__person=person)
        found = (
            Entry.objects.filter(mine, contest__closes_at__gt=now - LATELY)
            .select_related("contest", "owner")
            .distinct()
        )
        for entry in found:
            contest = entry.contest
            results = contest.results_at and now >= contest.closes_at
            own = entry.owner and entry.owner.person_id == person.pk
            yield timeline.Entry(
                at=contest.results_at if results else contest.closes_at,
                title=entry.title or contest.title,
                url=entry.get_absolute_url() if own else contest.get_absolute_url(),
                kind=_("Contest"),
                state=rules.state_shown(entry, now=now),
                note=contest.title,
            )


class AuthorHolder:
    """Works are handed out; erased, they leave no text, no name and no file behind.

    What was scored stays as a nameless row: the scores are the judges' work. Works
    with other authors stay theirs. Registered before the account is erased, while it
    still tells what the person had begun.
    """

    def export(self, person: Person) -> list[dict[str, Any]]:
        from content import clock
        from contests import rules

        now = clock.now()
        return [
            {
                "contest": entry.contest.title,
                "code": entry.code,
                "title": entry.title,
                "summary": entry.summary,
                "division": str(entry.division) if entry.division else None,
                "state": str(State(rules.state_shown(entry, now=now)).label),
                "note": entry.note,
                "submitted_at": entry.submitted_at and entry.submitted_at.isoformat(),
                "mentor": entry.mentor,
                "mentor_school": entry.mentor_school,
                "answers": {
                    one.question.text: one.words for one in entry.answers.all()
                },
                "authorship": [
                    {"school": author.school, "share": author.share}
                    for author in entry.authors.all()
                    if author.person_id == person.pk
                ],
                "versions": [
                    {
                        "number": one.number,
                        "made_at": one.made_at.isoformat(),
                        "title": one.content["title"],
                        "files": one.content["files"],
                    }
                    for one in entry.versions.all()
                ],
                "files": [
                    {"name": file.name, "size": file.size, "sha256": file.sha256}
                    for file in entry.files.all()
                ],
                "appeals": [
                    {
                        "text": appeal.text,
                        "answer": appeal.answer,
                        "sent_at": appeal.sent_at.isoformat(),
                    }
                    for appeal in entry.appeals.all()
                ],
            }
            for entry in self._entries(person).prefetch_related(
                "authors", "files", "answers__question", "versions", "appeals"
            )
        ]

    def erase(self, person: Person, now: dt.datetime) -> None:
        erased, appealed = [], []
        for entry in self._entries(person).select_for_update(of=("self",)):
            others = entry.authors.exclude(person=person)
            if entry.owner and entry.owner.person_id == person.pk:
                appealed += entry.appeals.values_list("pk", flat=True)
                entry.appeals.update(text=privacy.NAMELESS)
            entry.authors.filter(person=person).delete()
            if not others.exists():
                erased.append(entry.pk)
        forget_entries(Entry.objects.filter(pk__in=erased))
        if person.email:
            asked = Invitation.objects.filter(address_key=fold_address(person.email))
            asked.filter(author=None).delete()
        versions.forget(person)
        history.mask_rows(Appeal, appealed)

    def files(self, person: Person) -> Iterator[tuple[str, Any]]:
        for entry in self._entries(person).order_by("pk"):
            for row in entry.files.exclude(file="").order_by("pk"):
                yield row.name, row.file

    @staticmethod
    def _entries(person: Person):
        mine = Q(authors__person=person) | Q(owner__person=person)
        keys = Entry.objects.filter(mine).values("pk")
        return Entry.objects.filter(pk__in=keys).select_related("contest", "division")


def forget_entries(rows: QuerySet[Entry]) -> None:
    """Leave no text, no name and no file of these works, nor of their history.

    What was scored stays as a nameless row. Their authors have been taken off before.
    """
    from contests import filing, uploading

    erased = []
    for entry in rows:
        entry.invitations.all().delete()
        entry.answers.all().delete()
        entry.appeals.all().delete()
        filing.delete_versions(entry)
        filing.delete_files(entry.files.all())
        uploading.forget(entry)
        erased.append(entry.pk)
        if entry.judge_assignments.exists():
            _make_nameless(entry)
        else:
            entry.delete()
    history.mask_rows(Entry, erased)


def _make_nameless(entry: Entry) -> None:
    entry.title, entry.summary, entry.note = privacy.NAMELESS, "", ""
    entry.mentor = entry.mentor_school = ""
    if entry.state != State.DISQUALIFIED:
        entry.state = State.WITHDRAWN
    entry.save()


class SignedFormHolder:
    """A guardian's signature on paper: handed out as facts, erased with its picture."""

    def export(self, person: Person) -> list[dict[str, Any]]:
        return [
            {
                "contest": form.contest.title,
                "guardian": form.guardian_name,
                "relation": form.relation,
                "publish_name": form.publish_name,
                "publish_picture": form.publish_picture,
                "file": form.name,
                "size": form.size,
                "uploaded_at": form.uploaded_at.isoformat(),
                "state": str(form.get_state_display()),
                "reason": form.reason,
            }
            for form in person.signed_forms.select_related("contest")
        ]

    def erase(self, person: Person, now: dt.datetime) -> None:
        from contests import signed_forms

        signed_forms.drop(person.signed_forms.all())

    def files(self, person: Person) -> Iterator[tuple[str, Any]]:
        rows = person.signed_forms.exclude(file="").order_by("pk")
        return ((row.name, row.file) for row in rows)


class MergeSignedForms:
    """All forms go over; of two that wait in one contest, the later one stays."""

    def merge(self, keep: Person, drop: Person) -> None:
        from contests import signed_forms

        waiting = SignedForm.State.WAITING
        for form in drop.signed_forms.filter(state=waiting):
            other = keep.signed_forms.filter(contest=form.contest_id, state=waiting)
            if twin := other.first():
                older = min(form, twin, key=lambda one: (one.uploaded_at, one.pk))
                signed_forms.drop([older])
        drop.signed_forms.update(child=keep)


class JudgeHolder:
    """What a judge scored is handed out; it stays, under an account without a name."""

    def export(self, person: Person) -> list[dict[str, Any]]:
        rows = JudgeAssignment.objects.filter(judge__person=person)
        rows = rows.select_related("round__contest").prefetch_related(
            "scores__criterion"
        )
        return [
            {
                "contest": row.round.contest.title,
                "round": row.round.name,
                "blind_code": row.blind_code,
                "remark": row.comment,
                "conflict": row.conflict,
                "scored_at": row.scored_at and row.scored_at.isoformat(),
                "scores": {
                    score.criterion.name: str(score.value) for score in row.scores.all()
                },
            }
            for row in rows
        ]

    def erase(self, person: Person, now: dt.datetime) -> None:
        """Why they stood aside told of them and of others; drafts count for nothing."""
        rows = JudgeAssignment.objects.filter(judge__person=person)
        keys = list(rows.values_list("pk", flat=True))
        rows.exclude(draft={}).update(draft={}, drafted_at=None)
        rows.exclude(conflict="").update(conflict=privacy.NAMELESS)
        history.mask_rows(JudgeAssignment, keys)


class MergeAuthors:
    """Where both records are authors of one work, one line stays."""

    def merge(self, keep: Person, drop: Person) -> None:
        for author in Author.objects.filter(person=drop):
            if Author.objects.filter(entry=author.entry_id, person=keep).exists():
                author.delete()
            else:
                Author.objects.filter(pk=author.pk).update(person=keep)
        versions.repoint(keep=keep, drop=drop)
        pagecache.touch(AREA)


class ContestsOfUnits:
    """Contests that are not decided yet go over to the heir."""

    def succeed(
        self,
        *,
        old: Unit,
        new: Unit | None,
        kind: UnitSuccession.Kind,
        date: dt.date,
        now: dt.datetime,
    ) -> list[succession.Moved]:
        if new is None:
            return []
        decided = Q(results_at__isnull=False, results_at__lte=now)
        count = Contest.objects.filter(~decided, unit=old).update(unit=new)
        pagecache.touch(AREA)
        return [succession.Moved(_("Contests not decided yet"), count)]


def register() -> None:
    access_log.kinds.register("contests.paper", gettext_lazy("Paper of a contest"))
    access_log.kinds.register("contests.file", gettext_lazy("File of a work"))
    access_log.kinds.register("contests.signed_form", gettext_lazy("Signed form"))
    timeline.registry.register("contests", EntriesOnMyPage())
    privacy.registry.register("contests.author", AuthorHolder())
    privacy.registry.register("contests.judgeassignment", JudgeHolder())
    merge.registry.register("contests.author", MergeAuthors())
    privacy.registry.register("contests.signedform", SignedFormHolder())
    merge.registry.register("contests.signedform", MergeSignedForms())
    succession.registry.register("contests.contest", ContestsOfUnits())
    consents.matters.register("contests.contest", consents.title_in(Contest))
