"""A public vote for tests."""

import datetime as dt

import factory
from django.core.files.base import ContentFile
from factory.django import DjangoModelFactory

from contests.models import Ballot, Contest, Pick
from contests.rules import consent_about
from contests.voting import voters
from members.models import Consent
from tests.factories import files as samples
from tests.factories.contests import (
    DAY,
    MORNING,
    AuthorFactory,
    ContestFactory,
    EntryFactory,
    EntryFileFactory,
)
from tests.factories.members import ConsentFactory, UserFactory

NAME = Consent.Purpose.PUBLISH_NAME
PICTURE = Consent.Purpose.PUBLISH_PICTURE
HOUR = dt.timedelta(hours=1)


def a_vote(now=MORNING, **fields) -> Contest:
    """Entries closed five days ago; people vote since yesterday, for three days."""
    times = {
        "opens_at": now - 30 * DAY,
        "closes_at": now - 5 * DAY,
        "vote_opens_at": now - DAY,
        "vote_closes_at": now + 3 * DAY,
    }
    return ContestFactory(**times | fields)


def a_work(contest, *, purposes=(NAME,), person=None, **fields):
    """Handed in by an adult who lets the name be public."""
    entry = EntryFactory(contest=contest, in_contest=True, **fields)
    author = AuthorFactory(entry=entry, person=person or entry.owner.person)
    for purpose in purposes:
        agrees(author.person, contest, purpose)
    return entry


def agrees(person, contest, purpose=NAME, **fields) -> Consent:
    return ConsentFactory(
        person=person, purpose=purpose, about=consent_about(contest), **fields
    )


def a_photo(entry, width=1200, height=900):
    """A file whose copy is a picture; JPEG bytes of that size."""
    jpeg = samples.picture("JPEG", size=(width, height))
    return EntryFileFactory(
        entry=entry,
        name="mo-hinh.jpg",
        media_type="image/jpeg",
        copy=ContentFile(jpeg, name="copy"),
        copy_media_type="image/jpeg",
        copy_size=len(jpeg),
        copy_pages=[[0, len(jpeg), width, height]],
    )


class BallotFactory(DjangoModelFactory):
    """Of an account that is a year old, from a network of its own."""

    class Meta:
        model = Ballot
        skip_postgeneration_save = True

    contest = factory.LazyFunction(a_vote)
    account = factory.SubFactory(UserFactory)
    account_made_at = factory.LazyAttribute(
        lambda row: row.account and MORNING - 365 * DAY
    )
    voter = factory.LazyAttribute(
        lambda row: row.account and voters.key(row.contest, row.account.email)
    )
    way = Ballot.Way.ACCOUNT
    network = factory.Sequence(lambda number: f"{number:016x}")
    cast_at = MORNING - HOUR
    changed_at = factory.SelfAttribute("cast_at")

    @factory.post_generation
    def picks(self, create, extracted, **kwargs):
        for number, entry in enumerate(extracted or (), 1):
            Pick.objects.create(ballot=self, entry=entry, number=number)
