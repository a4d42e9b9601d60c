"""What changes the public pages of the contests, and when."""

from __future__ import annotations

import datetime as dt

from django.db.models import DateTimeField, ExpressionWrapper, F, Q

from content import clock, pagecache
from contests import rules
from contests.models import (
    Author,
    Award,
    Contact,
    Contest,
    Criterion,
    Division,
    Entry,
    EntryFile,
    Field,
    Prize,
    Round,
    VoteCount,
)
from contests.voting import gallery
from contests.voting.rules import gallery_public
from members.models import Consent, Person, Unit

AREA = "contests"


def next_moment(now: dt.datetime) -> dt.datetime | None:
    """When a contest, a round or the time for appeals begins or ends."""
    fields = (
        *("opens_at", "closes_at", "results_at"),
        *("vote_opens_at", "vote_closes_at"),
        *("rounds__starts_at", "rounds__ends_at"),
    )
    contests = Contest.objects.published()
    found = [pagecache.soonest(contests, *fields, now=now), _appeals_end(now)]
    if contests.filter(vote_opens_at__lte=now, vote_closes_at__gt=now).exists():
        found.append(gallery.next_order(now))
    return min((moment for moment in found if moment), default=None)


def _appeals_end(now: dt.datetime) -> dt.datetime | None:
    ends = ExpressionWrapper(
        F("results_at") + dt.timedelta(days=1) * F("appeal_days"),
        output_field=DateTimeField(),
    )
    rows = Contest.objects.published().annotate(appeals_end=ends)
    rows = rows.filter(appeals_end__gt=now, appeal_days__gt=0)
    return rows.order_by("appeals_end").values_list("appeals_end", flat=True).first()


def shows_entry(entry: Entry, created: bool) -> bool:
    """Entries show with the results, in the gallery of a vote, or once they are
    announced to go on; before that thousands are being written.
    """
    now, contest = clock.now(), entry.contest
    if gallery_public(contest, now=now):
        return True
    return entry.went_on and rules.shortlist_public(contest, now=now)


def shows_part(part: Author | Award | EntryFile, created: bool) -> bool:
    return shows_entry(part.entry, created)


def shows_person(person: Person, created: bool) -> bool:
    """Whether a work of the person is shown; nobody just entered has one."""
    if created:
        return False
    now = clock.now()
    works = Author.objects.filter(person=person, entry__state__in=Entry.IN_CONTEST)
    shown = Q(entry__state=Entry.State.AWARDED)
    for moment in ("results_at", "vote_opens_at"):
        shown |= Q(**{f"entry__contest__{moment}__lte": now})
    return works.filter(shown).exists()


PUBLISHING = (Consent.Purpose.PUBLISH_NAME, Consent.Purpose.PUBLISH_PICTURE)


def shows_consent(consent: Consent, created: bool) -> bool:
    return consent.purpose in PUBLISHING


def register() -> None:
    for model in (Contact, Contest, Criterion, Division, Field, Prize, Round, Unit):
        pagecache.watch(model, AREA)
    pagecache.watch(Entry, AREA, when=shows_entry)
    pagecache.watch(VoteCount, AREA)
    for part in (Author, Award, EntryFile):
        pagecache.watch(part, AREA, when=shows_part)
    pagecache.watch(Person, AREA, when=shows_person)
    pagecache.watch(Consent, AREA, when=shows_consent)
    pagecache.moments(AREA, next_moment)
