"""What changes the public pages of the contests, and when."""

from __future__ import annotations

import datetime as dt

from content import clock, pagecache
from contests import rules
from contests.models import Author, Award, Contest, Criterion, Division, Entry, Round
from members.models import Consent, Person, Unit

AREA = "contests"


def next_moment(now: dt.datetime) -> dt.datetime | None:
    """When the next contest opens or closes, or its results come out."""
    fields = "opens_at", "closes_at", "results_at"
    return pagecache.soonest(Contest.objects.published(), *fields, now=now)


def shows_entry(entry: Entry, created: bool) -> bool:
    """Entries show with the results only; before that thousands are being written."""
    return rules.results_public(entry.contest, now=clock.now())


def shows_part(part: Author | Award, created: bool) -> bool:
    return shows_entry(part.entry, created)


def shows_person(person: Person, created: bool) -> bool:
    """Whether the person has a prize; nobody just entered has one."""
    prizes = Author.objects.filter(person=person, entry__state=Entry.State.AWARDED)
    return not created and prizes.exists()


def shows_consent(consent: Consent, created: bool) -> bool:
    return consent.purpose == Consent.Purpose.PUBLISH_NAME


def register() -> None:
    for model in (Contest, Division, Round, Criterion, Unit):
        pagecache.watch(model, AREA)
    pagecache.watch(Entry, AREA, when=shows_entry)
    for part in (Author, Award):
        pagecache.watch(part, AREA, when=shows_part)
    pagecache.watch(Person, AREA, when=shows_person)
    pagecache.watch(Consent, AREA, when=shows_consent)
    pagecache.moments(AREA, next_moment)
