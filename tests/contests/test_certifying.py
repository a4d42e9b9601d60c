"""Certificates of a contest: once the results are public, once for each person."""

import pytest
from django.urls import reverse

from certificates.models import CertificateBatch, Kind
from contests import certifying
from contests.certifying import CertifyRefusal
from contests.locks import Refused
from tests.factories.contests import (
    AuthorFactory,
    AwardFactory,
    ContestFactory,
    State,
    an_organiser,
    submitted,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def contest(now):
    return ContestFactory(closes_at=now, results_at=now)


@pytest.fixture
def winner(contest):
    return AwardFactory(entry=submitted(contest, state=State.AWARDED)).entry


def test_the_authors_of_works_with_a_prize(contest, winner):
    second = AuthorFactory(entry=winner)
    submitted(contest)
    people = {author.person for author in certifying.earned(contest, Kind.PRIZE)}
    assert people == {winner.owner.person, second.person}
    assert len(certifying.earned(contest, Kind.TAKING_PART)) == 3


def test_with_two_prizes_the_better_one(contest, winner):
    other = AwardFactory(
        entry=submitted(contest, state=State.AWARDED), title="Giải Ba", order=3
    ).entry
    AuthorFactory(entry=other, person=winner.owner.person)
    rows = {one.person: one for one in certifying.earned(contest, Kind.PRIZE)}
    assert rows[winner.owner.person].entry.award.title == "Giải Nhất"


def test_not_before_the_results(contest, winner, now):
    contest.results_at = None
    contest.save()
    by = an_organiser(contest)
    with pytest.raises(Refused) as caught:
        certifying.certify(contest=contest, kind=Kind.PRIZE, by=by, now=now)
    assert caught.value.refusal is CertifyRefusal.NOT_PUBLIC


def test_one_press_asks_for_all(client, contest, winner):
    client.force_login(an_organiser(contest))
    url = reverse("admin:contests_contest_certificates", args=[contest.pk])
    assert winner.owner.person.full_name in client.get(url).content.decode()
    for _time in range(2):
        client.post(url, {"kind": Kind.PRIZE})
    batch = CertificateBatch.objects.get()
    assert batch.entries.get().merit == "Giải Nhất"
