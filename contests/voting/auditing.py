"""Where ballots came from: by network, minute and age of account; setting them aside.

While people vote nobody reads here what a ballot is for, only that it came; whoever
watches over a vote must not know who is ahead. Ballots that are set aside stay, are
counted apart, and come back when the decision is taken back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import (
    Case,
    Count,
    DateTimeField,
    F,
    Func,
    Max,
    Min,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import TruncMinute
from django.utils.translation import gettext_lazy as _

from contests.locks import Refused, guarded, lock_contest, refuse
from contests.models import Ballot, Contest, Pick, SetAside
from contests.refusals import StaffRefusal
from contests.rules import results_public
from members.models import User

MOST = 20
"""Lines of a table; the list of ballots of one line holds MOST_BALLOTS."""
MOST_BALLOTS = 500
WINDOW = dt.timedelta(minutes=10)
MANY_AT_ONCE = 10
"""From one network within WINDOW: a class votes like that, and so does a script."""
MANY_YOUNG = 5
"""Of accounts younger than a day, from one network."""
DAY = dt.timedelta(days=1)
AGES = (
    ("day", _("Younger than a day"), DAY),
    ("week", _("Younger than a week"), 7 * DAY),
    ("month", _("Younger than 30 days"), 30 * DAY),
)


@dataclass(frozen=True)
class Totals:
    ballots: int
    counting: int
    aside: int
    withdrawn: int


@dataclass(frozen=True)
class Cluster:
    """Ballots that came close together; `why` is "many" or "young"."""

    why: str
    network: str
    number: int
    first: dt.datetime
    last: dt.datetime


@dataclass(frozen=True)
class Audit:
    totals: Totals
    networks: list[dict]
    minutes: list[dict]
    ages: list[tuple[str, int]]
    clusters: list[Cluster]


def audit(contest: Contest) -> Audit:
    """In seven queries, however many voted."""
    rows = cast_in(contest)
    return Audit(
        totals=_totals(contest),
        networks=_networks(rows),
        minutes=_minutes(rows),
        ages=_ages(rows),
        clusters=[*_at_once(rows), *_young(rows)],
    )


def cast_in(contest: Contest) -> QuerySet[Ballot]:
    """Ballots that are for some work."""
    voted = Pick.objects.filter(ballot__contest=contest).values("ballot")
    return Ballot.objects.filter(contest=contest, pk__in=voted).order_by()


def _totals(contest: Contest) -> Totals:
    every = Ballot.objects.filter(contest=contest).count()
    rows = cast_in(contest)
    cast, good = rows.count(), rows.counting().count()
    return Totals(cast, good, cast - good, every - cast)


def _networks(rows: QuerySet[Ballot]) -> list[dict]:
    young = Q(account_made_at__gt=F("cast_at") - DAY)
    found = (
        rows.exclude(network="")
        .values("network")
        .annotate(
            number=Count("pk"),
            mail=Count("pk", filter=Q(way=Ballot.Way.MAIL)),
            young=Count("pk", filter=young),
            first=Min("cast_at"),
            last=Max("cast_at"),
        )
    )
    return list(found.order_by("-number", "network")[:MOST])


def _minutes(rows: QuerySet[Ballot]) -> list[dict]:
    found = rows.values(minute=TruncMinute("cast_at")).annotate(
        number=Count("pk"), networks=Count("network", distinct=True)
    )
    return list(found.order_by("-number", "minute")[:MOST])


def _ages(rows: QuerySet[Ballot]) -> list[tuple[str, int]]:
    """How old accounts were when they voted; letters apart."""
    band = Case(
        When(way=Ballot.Way.MAIL, account_made_at=None, then=Value("mail")),
        *(
            When(account_made_at__gt=F("cast_at") - least, then=Value(key))
            for key, _label, least in AGES
        ),
        default=Value("older"),
    )
    counted = rows.values(band=band).annotate(number=Count("pk"))
    found = dict(counted.values_list("band", "number"))
    labels = [(key, label) for key, label, _least in AGES]
    labels += [("older", _("30 days or older")), ("mail", _("By letter, no account"))]
    return [(str(label), found.get(key, 0)) for key, label in labels]


def _at_once(rows: QuerySet[Ballot]) -> list[Cluster]:
    window = Func(
        Value(WINDOW),
        F("cast_at"),
        Value(dt.datetime(2020, 1, 1, tzinfo=dt.UTC)),
        function="date_bin",
        output_field=DateTimeField(),
    )
    found = (
        rows.exclude(network="")
        .values("network", window=window)
        .annotate(number=Count("pk"), first=Min("cast_at"), last=Max("cast_at"))
        .filter(number__gte=MANY_AT_ONCE)
        .order_by("-number", "first")[:MOST]
    )
    return [
        Cluster("many", one["network"], one["number"], one["first"], one["last"])
        for one in found
    ]


def _young(rows: QuerySet[Ballot]) -> list[Cluster]:
    found = (
        rows.exclude(network="")
        .filter(account_made_at__gt=F("cast_at") - DAY)
        .values("network")
        .annotate(number=Count("pk"), first=Min("cast_at"), last=Max("cast_at"))
        .filter(number__gte=MANY_YOUNG)
        .order_by("-number", "first")[:MOST]
    )
    return [
        Cluster("young", one["network"], one["number"], one["first"], one["last"])
        for one in found
    ]


def ballots(
    contest: Contest,
    *,
    network: str = "",
    first: dt.datetime | None = None,
    last: dt.datetime | None = None,
) -> list[Ballot]:
    """The ballots behind a line, as far as a page holds them; both ends included."""
    rows = cast_in(contest).select_related("aside")
    if network:
        rows = rows.filter(network=network)
    if first and last:
        rows = rows.filter(cast_at__gte=first, cast_at__lte=last)
    rows = rows.prefetch_related("picks__entry")
    return list(rows.order_by("cast_at", "pk")[:MOST_BALLOTS])


def why_not_set_aside(contest: Contest, *, now: dt.datetime) -> StaffRefusal | None:
    """From the first ballot on until the results are public."""
    if not contest.has_vote:
        return StaffRefusal.NO_VOTE
    if results_public(contest, now=now):
        return StaffRefusal.RESULTS_OUT
    return None


def set_aside(
    *,
    contest_id: int,
    ballot_ids: Collection[int],
    reason: str,
    by: User | None,
    now: dt.datetime,
) -> SetAside:
    """Take ballots out of the count, with a reason. Those that are out already stay
    where they are. Raises Refused and Busy.
    """
    with guarded():
        contest = lock_contest(contest_id)
        refuse(why_not_set_aside(contest, now=now))
        if not reason.strip():
            raise Refused(StaffRefusal.NO_REASON)
        rows = Ballot.objects.filter(contest=contest, pk__in=ballot_ids).counting()
        ids = list(rows.values_list("pk", flat=True))
        if not ids:
            raise Refused(StaffRefusal.NO_BALLOTS)
        decision = SetAside.objects.create(
            contest=contest, reason=reason, number=len(ids), made_at=now, made_by=by
        )
        Ballot.objects.filter(pk__in=ids).update(aside=decision)
    return decision


def take_back(*, decision_id: int, by: User | None, now: dt.datetime) -> SetAside:
    """Let the ballots of a decision count again; the decision stays to be read."""
    with guarded():
        contest_id = SetAside.objects.values_list("contest", flat=True).get(
            pk=decision_id
        )
        contest = lock_contest(contest_id)
        refuse(why_not_set_aside(contest, now=now))
        decision = SetAside.objects.get(pk=decision_id)
        if decision.ended_at is None:
            decision.ended_at, decision.ended_by = max(now, decision.made_at), by
            decision.save(update_fields=["ended_at", "ended_by"])
    return decision
