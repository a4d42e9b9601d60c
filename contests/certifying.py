"""Certificates of prizes and of taking part; how they look is in certificates/."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.utils.translation import gettext_lazy as _

from certificates import batches
from certificates.facts import Entry as Named
from certificates.facts import Facts
from certificates.models import Certificate, CertificateBatch, Kind
from contests.locks import Refused
from contests.models import Author, Contest, Entry
from contests.rules import results_public
from members.models import User
from vietnam.dates import local_day


class CertifyRefusal(models.TextChoices):
    NOT_PUBLIC = "not_public", _("The results are not public yet.")
    NOBODY = "nobody", _("There is nobody to give one to.")


def about(contest: Contest) -> str:
    return f"contests.contest:{contest.pk}"


def earned(contest: Contest, kind: Kind) -> list[Author]:
    """The authors of works with a prize, or of all that took part, best first.

    Somebody with two prizes stands there once, with the better one.
    """
    rows = Author.objects.filter(entry__contest=contest).select_related(
        "person", "entry__award", "entry__division"
    )
    if kind == Kind.PRIZE:
        rows = rows.filter(entry__state=Entry.State.AWARDED)
        order = ["entry__award__order", "entry__division__order", "entry", "order"]
    else:
        rows = rows.filter(entry__state__in=Entry.IN_CONTEST)
        order = ["person__sort_key", "pk"]
    found: dict[int, Author] = {}
    for author in rows.order_by(*order):
        found.setdefault(author.person_id, author)
    return list(found.values())


def issued(contest: Contest, kind: Kind) -> set[int]:
    """Ids of people who have a valid certificate of this kind."""
    rows = Certificate.objects.about(about(contest), kind).valid()
    return set(rows.values_list("person", flat=True))


def why_not_certify(
    contest: Contest, authors: list[Author], *, now: dt.datetime
) -> CertifyRefusal | None:
    if not results_public(contest, now=now):
        return CertifyRefusal.NOT_PUBLIC
    return None if authors else CertifyRefusal.NOBODY


def certify(
    *, contest: Contest, kind: Kind, by: User, now: dt.datetime
) -> CertificateBatch:
    """Ask for them all at once; a second press gives the same batch back.

    Raises Refused, and certificates.rules.Refused with a reason of its own.
    """
    authors = earned(contest, kind)
    if refusal := why_not_certify(contest, authors, now=now):
        raise Refused(refusal)
    entries = [
        Named(
            person=author.person,
            merit=author.entry.award.title if kind == Kind.PRIZE else "",
        )
        for author in authors
    ]
    return batches.start(
        facts=facts_of(contest, kind, now=now), entries=entries, by=by, now=now
    )


def facts_of(contest: Contest, kind: Kind, *, now: dt.datetime) -> Facts:
    return Facts(
        about=about(contest),
        kind=kind,
        unit=contest.unit,
        course=contest.title,
        starts_on=local_day(contest.opens_at),
        ends_on=local_day(contest.results_at),
        dated=local_day(now),
    )
