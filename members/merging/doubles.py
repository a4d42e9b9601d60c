"""Records that are likely to be one person: two facts or more are the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Lower
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from members.merge import why_not_merge
from members.models import Person

MOST = 50
"""Groups for each reason: the next ones come up as these are dealt with."""
MANY = 6
"""So many alike are a school's phone number, not one person."""

REASONS: list[tuple[str | Promise, tuple[str, ...], Q]] = [
    (_("same name and phone"), ("folded_name", "phone"), ~Q(phone="")),
    (_("same name and email"), ("folded_name", "address"), ~Q(email="")),
    (
        _("same name, year of birth and unit"),
        ("folded_name", "birth_year", "unit"),
        Q(birth_year__isnull=False, unit__isnull=False),
    ),
    (
        _("same phone and year of birth"),
        ("phone", "birth_year"),
        ~Q(phone="") & Q(birth_year__isnull=False),
    ),
    (
        _("same name and full date of birth"),
        ("folded_name", "birth_date"),
        Q(birth_date__isnull=False),
    ),
]


@dataclass
class Pair:
    """Two records, and all that speaks for their being one."""

    one: Person
    other: Person
    reasons: list[str | Promise] = field(default_factory=list)

    @property
    def key(self) -> str:
        """As the page of the merge is asked for."""
        return f"{self.one.pk}-{self.other.pk}"


def likely(people: QuerySet[Person]) -> list[Pair]:
    """The pairs among these with most reasons first; queries: one a reason, one more.

    Whom dates of birth tell apart is not among them.
    """
    reasons: dict[tuple[int, int], list] = {}
    for words, columns, known in REASONS:
        for pair in _alike(people.filter(known), columns):
            reasons.setdefault(pair, []).append(words)
    wanted = {key for pair in reasons for key in pair}
    rows = people.select_related("unit", "user").in_bulk(wanted)
    pairs = [
        Pair(rows[one], rows[other], said)
        for (one, other), said in reasons.items()
        if one in rows and other in rows
    ]
    pairs = [pair for pair in pairs if why_not_merge(pair.one, pair.other) is None]
    return sorted(pairs, key=lambda pair: (-len(pair.reasons), pair.one.sort_key))


def _alike(
    people: QuerySet[Person], columns: tuple[str, ...]
) -> Iterator[tuple[int, int]]:
    groups = (
        people.order_by()
        .annotate(address=Lower("email"))
        .values(*columns)
        .annotate(keys=ArrayAgg("pk", order_by="pk"), number=Count("pk"))
        .filter(number__gt=1, number__lte=MANY)
        .order_by("keys")
        .values_list("keys", flat=True)
    )
    for first, *others in groups[:MOST]:
        for other in others:
            yield first, other
