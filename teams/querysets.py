"""The sets of teams and members that we have a word for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection

from django.db import models
from django.db.models import Case, Count, Exists, OuterRef, Q, Value, When
from django.db.models.functions import Coalesce

from teams import months
from vietnam.fold import fold

MOST_WORDS = 8
"""Of what somebody searches for; more words narrow nothing down any more."""


def _on(day: dt.date, start: str, end: str) -> Q:
    return (Q(**{f"{start}__isnull": True}) | Q(**{f"{start}__lte": day})) & (
        Q(**{f"{end}__isnull": True}) | Q(**{f"{end}__gte": day})
    )


class TeamQuerySet(models.QuerySet):
    def active(self, on: dt.date) -> TeamQuerySet:
        """Teams that exist on that day."""
        return self.filter(_on(on, "active_from", "active_to"))

    def of_month(self, month: dt.date) -> TeamQuerySet:
        """Teams that existed on any day of that month; each owes a report of it."""
        return self.filter(
            Q(active_from__isnull=True) | Q(active_from__lte=months.last_day(month)),
            Q(active_to__isnull=True) | Q(active_to__gte=month),
        )

    def in_directory(self, on: dt.date) -> TeamQuerySet:
        """Active teams that show themselves to everybody."""
        return self.active(on).filter(is_public=True)

    def with_union_member(self, on: dt.date) -> TeamQuerySet:
        """Teams in which at least one Union member is on that day."""
        return self.filter(Exists(self._union_members(on)))

    def without_union_member(self, on: dt.date) -> TeamQuerySet:
        """The gaps in the coverage."""
        return self.filter(~Exists(self._union_members(on)))

    def marked_covered(self, on: dt.date) -> TeamQuerySet:
        """With `is_covered`: whether a Union member is in the team on that day."""
        return self.annotate(is_covered=Exists(self._union_members(on)))

    def with_counts(self, on: dt.date) -> TeamQuerySet:
        """With `member_count` and `union_count` of that day."""
        return self.annotate(
            member_count=self._count(self._members(on)),
            union_count=self._count(self._union_members(on)),
        )

    def search(
        self, text: str, units_named: Callable[[str], Collection[int]]
    ) -> TeamQuerySet:
        """Teams whose name, area or unit has every word, with accents or without.

        `units_named` gives the units that a folded word names, the communes above
        them included. Text without a single letter or digit finds everything.
        Whoever types the accents gets the teams spelt so first.
        """
        found = self
        for word in fold(text).split()[:MOST_WORDS]:
            named = Q(search_text__contains=word) | Q(unit__in=units_named(word))
            found = found.filter(named)
        spelt = Q(name__icontains=text) | Q(area__icontains=text)
        rank = Case(When(spelt, then=Value(0)), default=Value(1))
        return found.order_by(rank, "level", "name_folded", "id")

    @staticmethod
    def _members(on: dt.date) -> models.QuerySet:
        from teams.models import TeamMember

        return TeamMember.objects.current(on).filter(team=OuterRef("pk")).order_by()

    def _union_members(self, on: dt.date) -> models.QuerySet:
        return self._members(on).filter(is_union_member=True)

    @staticmethod
    def _count(members: models.QuerySet) -> Coalesce:
        number = members.values("team").annotate(n=Count("pk")).values("n")
        return Coalesce(number, 0, output_field=models.IntegerField())


class TeamMemberQuerySet(models.QuerySet):
    def current(self, on: dt.date) -> TeamMemberQuerySet:
        """In the team on that day."""
        return self.filter(_on(on, "starts_on", "ends_on"))

    def lasting(self, on: dt.date) -> TeamMemberQuerySet:
        """In the team on that day or still to come into it."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on))

    def by_rank(self) -> TeamMemberQuerySet:
        """Leader first, then deputies, then members in the order of given names."""
        rank = Case(
            When(role="leader", then=Value(0)),
            When(role="deputy", then=Value(1)),
            default=Value(2),
        )
        return self.order_by(rank, "person__sort_key", "id")


class IndicatorQuerySet(models.QuerySet):
    def asked_in(self, month: dt.date) -> IndicatorQuerySet:
        """The lines of the report of that month, in their order."""
        return self.filter(_on(month, "active_from", "active_to"))

    def numbers(self) -> IndicatorQuerySet:
        """Those that are counted; the others are yes or no, or words."""
        return self.filter(measure__in=self.model.NUMBERS)


class ReportQuerySet(models.QuerySet):
    def of_month(self, month: dt.date) -> ReportQuerySet:
        return self.filter(month=month)

    def accepted(self) -> ReportQuerySet:
        """What figures are made of; nothing else counts anywhere."""
        return self.filter(state="accepted")

    def to_decide(self) -> ReportQuerySet:
        """Sent, and the commune has not answered."""
        return self.filter(state="sent")

    def handed_in(self) -> ReportQuerySet:
        """Sent or accepted: the commune has it."""
        return self.filter(state__in=["sent", "accepted"])


class ReportValueQuerySet(models.QuerySet):
    def counted(self) -> ReportValueQuerySet:
        """The figures of accepted reports."""
        return self.filter(report__state="accepted")


class HelpPointQuerySet(models.QuerySet):
    def open(self, on: dt.date) -> HelpPointQuerySet:
        """Points that exist on that day."""
        return self.filter(_on(on, "opens_on", "closes_on"))


class HelpRequestQuerySet(models.QuerySet):
    def open(self) -> HelpRequestQuerySet:
        """Requests that somebody still has to do something about."""
        return self.filter(state__in=self.model.OPEN)

    def with_team(self) -> HelpRequestQuerySet:
        """Those that a team looks after, not the commune."""
        return self.filter(why_commune="")

    def to_call_first(self) -> HelpRequestQuerySet:
        """Who has not been talked to comes first, the longest waiting before others."""
        arranged = Case(When(state="called", then=Value(1)), default=Value(0))
        return self.order_by(arranged, "sent_at", "pk")

    def orphaned(self, on: dt.date) -> HelpRequestQuerySet:
        """Open ones whose team is no more."""
        return self.open().with_team().filter(team__active_to__lt=on)

    def silent(self, before: dt.datetime) -> HelpRequestQuerySet:
        """Those that a team got, or tried to call, by then and nothing since."""
        waits = [self.model.State.WAITING, self.model.State.MISSED]
        return self.with_team().filter(state__in=waits, moved_at__lte=before)
