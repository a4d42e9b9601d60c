"""The sets of contests and entries that we have a word for."""

from __future__ import annotations

import datetime as dt

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Concat, JSONObject

from members.models import ADULT_AGE, Consent

ABOUT = "contests.contest"


class ContestQuerySet(models.QuerySet):
    def published(self) -> ContestQuerySet:
        return self.filter(state="published")

    def open_for_entries(self, now: dt.datetime) -> ContestQuerySet:
        """Inside `[opens_at, closes_at)`, the one that closes first on top."""
        return (
            self.published()
            .filter(opens_at__lte=now, closes_at__gt=now)
            .order_by("closes_at", "id")
        )

    def open_first(self, now: dt.datetime) -> ContestQuerySet:
        """Open ones (the next to close first), those to come, then the latest past."""
        is_open = Q(opens_at__lte=now, closes_at__gt=now)
        group = Case(
            When(is_open, then=Value(0)),
            When(opens_at__gt=now, then=Value(1)),
            default=Value(2),
            output_field=IntegerField(),
        )
        return self.annotate(group=group).order_by(
            "group",
            Case(When(closes_at__gt=now, then=F("closes_at"))),
            "-closes_at",
            "id",
        )

    def for_desk(self) -> ContestQuerySet:
        """Adds `taking_part`, how many works are in it, and `prize_titles`."""
        from contests.models import Entry, Prize

        entries = (
            Entry.objects.in_contest()
            .filter(contest=OuterRef("pk"))
            .order_by()
            .values("contest")
            .annotate(number=Count("pk"))
            .values("number")
        )
        prizes = Prize.objects.filter(contest=OuterRef("pk")).order_by("order", "id")
        return self.annotate(
            taking_part=Coalesce(Subquery(entries), 0),
            prize_titles=ArraySubquery(prizes.values("title")),
        )

    def with_results(self, now: dt.datetime) -> ContestQuerySet:
        """Whose results are public."""
        return self.published().filter(results_at__lte=now)


class RoundQuerySet(models.QuerySet):
    def with_counted(self) -> RoundQuerySet:
        """Adds `counted`: id, weight and maximum of each criterion, in their order."""
        from contests.models import Criterion

        rows = Criterion.objects.filter(round=OuterRef("pk")).order_by("order", "id")
        line = JSONObject(pk="id", weight="weight", maximum="maximum")
        return self.annotate(counted=ArraySubquery(rows.values_list(line)))


class EntryQuerySet(models.QuerySet):
    def in_contest(self) -> EntryQuerySet:
        """What is judged: submitted, shortlisted or awarded."""
        return self.filter(state__in=self.model.IN_CONTEST)

    def of(self, user) -> EntryQuerySet:
        """What this account entered."""
        return self.filter(owner=user)

    def to_write_to(self) -> EntryQuerySet:
        """With all that a letter needs."""
        return self.select_related("contest", "division", "owner", "owner__person")

    def for_page(self) -> EntryQuerySet:
        """With all that a page about one entry shows."""
        return self.to_write_to().prefetch_related(
            "authors__person",
            "files",
            "invitations",
            "answers__question",
            "contest__questions",
        )

    def with_files(self) -> EntryQuerySet:
        """Adds `file_count`."""
        from contests.models import EntryFile

        files = (
            EntryFile.objects.filter(entry=OuterRef("pk"))
            .order_by()
            .values("entry")
            .annotate(number=Count("pk"))
            .values("number")
        )
        return self.annotate(file_count=Coalesce(Subquery(files), 0))

    def with_judges(self) -> EntryQuerySet:
        """Adds `judge_count` (without those in conflict) and `scored_count`."""
        ours = Q(judge_assignments__aside="") | Q(
            judge_assignments__admitted_at__isnull=False
        )
        return self.annotate(
            judge_count=Count("judge_assignments", filter=ours, distinct=True),
            scored_count=Count(
                "judge_assignments",
                filter=ours & Q(judge_assignments__scored_at__isnull=False),
                distinct=True,
            ),
        )

    def judged_in(self, round_) -> EntryQuerySet:
        """What is read in this round: everything, or what came on from the one before.

        A later round has no entries until the shortlist of the earlier one is made.
        """
        from contests.models import Round, Shortlisted

        before = Round.objects.filter(contest=round_.contest_id, order__lt=round_.order)
        came_on = Shortlisted.objects.filter(
            entry=OuterRef("pk"),
            round=Subquery(before.order_by("-order").values("pk")[:1]),
        )
        rows = self.in_contest().filter(contest=round_.contest_id)
        return rows.filter(~Exists(before) | Exists(came_on))

    def lacking_judges(self) -> EntryQuerySet:
        """In the contest, with fewer judges than a round of it wants."""
        from contests.models import JudgeAssignment, Round, Shortlisted

        given = (
            JudgeAssignment.objects.counting()
            .filter(round=OuterRef("pk"), entry=OuterRef(OuterRef("pk")))
            .order_by()
            .values("round")
            .annotate(number=Count("pk"))
            .values("number")
        )
        short = Round.objects.filter(contest=OuterRef("contest")).annotate(
            given=Coalesce(Subquery(given), 0)
        )
        before = Round.objects.filter(
            contest=OuterRef("contest"), order__lt=OuterRef("order")
        )
        went_on = Shortlisted.objects.filter(
            entry=OuterRef(OuterRef("pk")),
            round=Subquery(
                Round.objects.filter(
                    contest=OuterRef(OuterRef("contest")),
                    order__lt=OuterRef(OuterRef("order")),
                )
                .order_by("-order")
                .values("pk")[:1]
            ),
        )
        short = short.filter(~Exists(before) | Exists(went_on))
        return self.in_contest().filter(Exists(short.filter(given__lt=F("quorum"))))

    def awaiting_scores(self, now: dt.datetime) -> EntryQuerySet:
        """With a judge who still owes scores, in a round that is on."""
        from contests.models import JudgeAssignment

        owed = JudgeAssignment.objects.open(now).filter(entry=OuterRef("pk"))
        return self.in_contest().filter(Exists(owed))

    def without_texts(self) -> EntryQuerySet:
        return self.filter(Q(title="") | Q(summary="") | Q(division__isnull=True))

    def without_files(self) -> EntryQuerySet:
        return self.filter(files__isnull=True)

    def without_authors(self) -> EntryQuerySet:
        return self.filter(authors__isnull=True)

    def without_guardian(self, on: dt.date) -> EntryQuerySet:
        """With an author who needs a guardian's consent and has none (rule 9).

        The SQL side of `members.rules.why_not_take_part`.
        """
        from contests.models import Author

        # Sixteen years before 29 February there was one too, until 2100.
        sixteen_today = on.replace(year=on.year - ADULT_AGE)
        by_year = Q(person__birth_year__isnull=True) | Q(
            person__birth_year__gte=sixteen_today.year
        )
        child = Q(person__birth_date__gt=sixteen_today) | (
            Q(person__birth_date__isnull=True) & by_year
        )
        agreed = (
            Consent.objects.live()
            .annotate(
                matter=Concat(
                    Value(f"{ABOUT}:"),
                    Cast(OuterRef("entry__contest"), models.TextField()),
                )
            )
            .filter(
                Q(about="") | Q(about=F("matter")),
                person=OuterRef("person"),
                purpose=Consent.Purpose.CONTEST,
                guardian__isnull=False,
            )
        )
        lonely = Author.objects.filter(child, ~Exists(agreed), entry=OuterRef("pk"))
        return self.filter(Exists(lonely))


class EntryFileQuerySet(models.QuerySet):
    def awaiting_copy(self) -> EntryFileQuerySet:
        """What may be opened and has no copy for judges yet, the least tried first."""
        waiting = self.filter(
            copy_state=self.model.CopyState.PENDING, state__in=self.model.READABLE
        )
        return waiting.select_related("entry").order_by("copy_attempts", "pk")


class VersionFileQuerySet(models.QuerySet):
    def of_entry(self, entry) -> VersionFileQuerySet:
        return self.filter(version__entry=entry)

    def earlier(self) -> VersionFileQuerySet:
        """Bytes that the entry itself has no more: replaced or taken out."""
        from contests.models import EntryFile

        current = EntryFile.objects.filter(file=OuterRef("file"))
        return self.filter(~Exists(current))


class AssignmentQuerySet(models.QuerySet):
    def of(self, judge) -> AssignmentQuerySet:
        return self.filter(judge=judge)

    def counting(self) -> AssignmentQuerySet:
        """Whose scores enter the mark; the SQL side of `JudgeAssignment.counts`."""
        return self.filter(Q(aside="") | Q(admitted_at__isnull=False))

    def readable(self) -> AssignmentQuerySet:
        """Not closed to the judge; a disclosed conflict leaves the work open."""
        return self.exclude(aside__in=self.model.CLOSED)

    def open(self, now: dt.datetime) -> AssignmentQuerySet:
        """What this judge can still score at `now`."""
        from contests.models import Entry

        return self.readable().filter(
            scored_at__isnull=True,
            entry__state__in=Entry.IN_CONTEST,
            round__starts_at__lte=now,
            round__ends_at__gt=now,
        )
