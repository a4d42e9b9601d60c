"""What waits for organisers and judges, and the days of the contests."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db.models import Count, Max, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from contests.models import Appeal, Contest, Entry, JudgeAssignment, SignedForm
from members import desk, permissions
from members.models import User
from vietnam.dates import local_day

CLOSING = dt.timedelta(days=7)
JUDGING_ENDS = dt.timedelta(days=3)
MOST = 10


class ContestTasks:
    """Organisers: consents, judges, results. Judges: entries to score."""

    def tasks(self, user: User, now: dt.datetime) -> Iterator[desk.Task]:
        if permissions.may(user, "contests.manage"):
            yield from self._organising(user, now)
        if permissions.may(user, "contests.judge"):
            yield from self._judging(user, now)

    def _organising(self, user: User, now: dt.datetime) -> Iterator[desk.Task]:
        undecided = Q(results_at__isnull=True) | Q(results_at__gt=now)
        rows = Contest.objects.published().filter(undecided, opens_at__lte=now)
        rows = permissions.scoped(rows, user, "contests.manage").defer("rules")
        contests = list(
            rows.annotate(judged_until=Max("rounds__ends_at")).order_by(
                "closes_at", "pk"
            )[:MOST]
        )
        closing = [c for c in contests if now < c.closes_at < now + CLOSING]
        judged = [
            c for c in contests if c.closes_at <= now and (c.judged_until or now) > now
        ]
        over = [
            c
            for c in contests
            if c.judged_until and c.judged_until <= now and c.results_at is None
        ]
        yield from self._counted(
            closing,
            Entry.objects.filter(state__in=["draft", "submitted"]).without_guardian(
                local_day(now)
            ),
            _("Entries that wait for a guardian's consent: %(contest)s"),
            "guardian",
            "closes_at",
        )
        yield from self._counted(
            judged,
            Entry.objects.lacking_judges(),
            _("Entries without enough judges: %(contest)s"),
            "judges",
            "judged_until",
        )
        yield from self._counted(
            [c for c in judged if c.judged_until < now + JUDGING_ENDS],
            Entry.objects.awaiting_scores(now),
            _("Entries that judges have not scored yet: %(contest)s"),
            "scores",
            "judged_until",
        )
        yield from self._forms(contests)
        yield from self._disclosed(judged)
        yield from self._appeals(user)
        for contest in over:
            yield desk.Task(
                label=_("Judging is over, set the results: %(contest)s")
                % {"contest": contest.title},
                url=reverse("admin:contests_contest_ranking", args=[contest.pk]),
            )

    @staticmethod
    def _disclosed(contests: list[Contest]) -> Iterator[desk.Task]:
        """Scores that wait until the organisers let them count."""
        rows = JudgeAssignment.objects.filter(
            aside=JudgeAssignment.Aside.SOFT, admitted_at=None
        )
        for contest in contests:
            yield desk.Task(
                label=_("Conflicts that judges disclosed: %(contest)s")
                % {"contest": contest.title},
                url=reverse("admin:contests_contest_judging", args=[contest.pk]),
                count=rows.filter(round__contest=contest),
                due=contest.judged_until,
            )

    @staticmethod
    def _appeals(user: User) -> Iterator[desk.Task]:
        """However old: each has an answer to come."""
        open_ = Appeal.objects.filter(state=Appeal.State.OPEN).order_by()
        url = reverse("admin:contests_appeal_changelist")
        yield desk.Task(
            label=_("Appeals that wait for an answer"),
            url=f"{url}?state__exact=open",
            count=permissions.scoped(
                open_, user, "contests.manage", "entry__contest__unit"
            ),
        )

    @staticmethod
    def _forms(contests: list[Contest]) -> Iterator[desk.Task]:
        """A child waits for each: until the form is read it cannot enter."""
        waiting = SignedForm.objects.filter(state=SignedForm.State.WAITING)
        url = reverse("admin:contests_signedform_changelist")
        for contest in contests:
            yield desk.Task(
                label=_("Signed forms of parents to read: %(contest)s")
                % {"contest": contest.title},
                url=f"{url}?contest__id__exact={contest.pk}&state__exact=waiting",
                count=waiting.filter(contest=contest),
                due=contest.closes_at,
            )

    @staticmethod
    def _counted(
        contests: list[Contest],
        entries: QuerySet[Entry],
        label: str,
        missing: str,
        due: str,
    ) -> Iterator[desk.Task]:
        """One task for each contest with such entries, one query for all."""
        if not contests:
            return
        found = entries.filter(contest__in=contests).order_by().values("contest")
        counts = dict(found.annotate(n=Count("pk")).values_list("contest", "n"))
        url = reverse("admin:contests_entry_changelist")
        for contest in contests:
            if count := counts.get(contest.pk):
                yield desk.Task(
                    label=label % {"contest": contest.title},
                    url=f"{url}?contest__id__exact={contest.pk}&missing={missing}",
                    count=count,
                    due=getattr(contest, due),
                )

    @staticmethod
    def _judging(user: User, now: dt.datetime) -> Iterator[desk.Task]:
        open_ = JudgeAssignment.objects.of(user).open(now)
        ends = list(open_.order_by("round__ends_at").values_list("round__ends_at"))
        if ends:
            yield desk.Task(
                label=_("Entries to score"),
                url=reverse("judging:list"),
                count=len(ends),
                due=ends[0][0],
            )


class ContestsAhead:
    def ahead(
        self, user: User, now: dt.datetime, until: dt.datetime
    ) -> Iterator[desk.Moment]:
        if not permissions.may(user, "contests.manage"):
            return
        near = Q()
        for name in ("opens_at", "closes_at", "results_at", "rounds__ends_at"):
            near |= Q(**{f"{name}__gte": now, f"{name}__lt": until})
        rows = Contest.objects.published().filter(near).distinct().defer("rules")
        rows = permissions.scoped(rows, user, "contests.manage")
        for contest in rows.prefetch_related("rounds").order_by("pk")[:MOST]:
            url = reverse("admin:contests_contest_change", args=[contest.pk])
            for what, at in self._days(contest):
                if at:
                    yield desk.Moment(at=at, what=what, title=contest.title, url=url)

    @staticmethod
    def _days(contest: Contest) -> Iterator[tuple[str, dt.datetime | None]]:
        yield _("Contest opens"), contest.opens_at
        yield _("Entries close"), contest.closes_at
        yield _("Results come out"), contest.results_at
        for round_ in contest.rounds.all():
            what = _("Judging ends: %(round)s") % {"round": round_.name}
            yield what, round_.ends_at


def register() -> None:
    desk.registry.register("contests", ContestTasks())
    desk.agenda.register("contests", ContestsAhead())
