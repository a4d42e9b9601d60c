"""Two people, two clicks and two workers at one register."""

import datetime as dt
import time

import pytest
from django.db import IntegrityError

from certificates import actions, batches
from certificates.models import Certificate, CertificateBatch, Register
from certificates.rules import Refused
from members import privacy
from members.models import Person
from tests.factories.certificates import NOW, asked, facts_for, issued
from tests.factories.members import PersonFactory, UnitFactory
from tests.races.test_unit_tree import at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def private(settings, tmp_path, monkeypatch):
    settings.PRIVATE_ROOT = tmp_path / "private"
    monkeypatch.setattr(batches, "ask_worker", lambda batch_id: None)


@pytest.fixture
def slow(monkeypatch):
    """Widen the gap between the look and the write, where races happen."""
    columns = actions._columns

    def slowly(facts):
        time.sleep(0.3)
        return columns(facts)

    monkeypatch.setattr(actions, "_columns", slowly)


@pytest.fixture
def no_locks(monkeypatch):
    def people(keys):
        return Person.objects.in_bulk(list(keys))

    def register(year):
        return Register.objects.get_or_create(year=year)[0]

    monkeypatch.setattr(actions, "_lock_people", people)
    monkeypatch.setattr(actions, "_lock_register", register)


def issue(person, unit, about="test:1"):
    return lambda: issued(person, unit=unit, about=about)


def numbers() -> list[int]:
    rows = Certificate.objects.filter(version=1)
    return sorted(rows.values_list("number", flat=True))


# --- Numbers --------------------------------------------------------------------


def two_people():
    unit = UnitFactory()
    people = PersonFactory.create_batch(2)
    Register.objects.create(year=2026)
    return at_once(*(issue(person, unit) for person in people))


def test_two_at_once_get_two_numbers_without_a_gap(slow):
    assert two_people() == [None, None]
    assert numbers() == [1, 2]
    assert Register.objects.get().last == 2


def test_without_the_lock_both_want_one_number(slow, no_locks):
    """The negative control; the database's own word is what stops the second."""
    assert any(isinstance(error, IntegrityError) for error in two_people())


def test_two_begin_the_year_together(slow):
    unit, people = UnitFactory(), PersonFactory.create_batch(2)
    assert at_once(*(issue(person, unit) for person in people)) == [None, None]
    assert numbers() == [1, 2]


# --- One person -----------------------------------------------------------------


def two_clicks():
    unit, person = UnitFactory(), PersonFactory()
    Register.objects.create(year=2026)
    return at_once(issue(person, unit), issue(person, unit))


def test_two_clicks_issue_one_certificate(slow):
    assert two_clicks() == [None, None]
    assert numbers() == [1]
    assert Register.objects.get().last == 1


def test_without_the_lock_the_second_click_fails(slow, no_locks):
    """The negative control."""
    assert any(isinstance(error, IntegrityError) for error in two_clicks())


def issued_and_erased():
    unit, person = UnitFactory(), PersonFactory(full_name="Nông Thị Ánh")

    def erase():
        time.sleep(0.1)  # the other has looked, and not yet written
        privacy.erase_person(person=person, now=NOW)

    at_once(issue(person, unit), erase)
    return set(Certificate.objects.values_list("name", "revoked_at"))


def test_somebody_erased_meanwhile_has_no_name_in_the_register(slow):
    assert issued_and_erased() == {(privacy.NAMELESS, NOW)}


def test_without_the_lock_the_name_comes_back(slow, no_locks):
    """The negative control."""
    assert issued_and_erased() != {(privacy.NAMELESS, NOW)}


# --- Batches --------------------------------------------------------------------


def test_two_workers_at_one_batch_issue_each_certificate_once(slow, monkeypatch):
    monkeypatch.setattr(batches, "CHUNK", 3)
    batch = asked(PersonFactory.create_batch(10))

    def work(minutes):
        now = NOW + dt.timedelta(minutes=minutes)
        return lambda: batches.work_on(batch_id=batch.pk, now=now)

    assert at_once(work(0), work(1), work(2)) == [None] * 3
    # Who finds another at it goes away; that one ends the work.
    batch.refresh_from_db()
    assert (batch.done, batch.state) == (10, CertificateBatch.State.DONE)
    assert numbers() == list(range(1, 11))
    assert Register.objects.get().last == 10


def test_two_batches_that_share_people_issue_each_certificate_once(slow, monkeypatch):
    monkeypatch.setattr(batches, "CHUNK", 3)
    people = PersonFactory.create_batch(7)
    first = asked(people)
    CertificateBatch.objects.filter(pk=first.pk).update(state="done")
    second = asked(people[::-1])
    CertificateBatch.objects.filter(pk=second.pk).update(state="done")
    facts = facts_for(first.unit)
    entries = [batches.Entry(person=person) for person in people]

    def run(order):
        def act():
            with batches.transaction.atomic():
                actions.issue_many(order, facts, by=None, now=NOW, tell=False)

        return act

    assert at_once(run(entries), run(entries[::-1])) == [None, None]
    assert numbers() == list(range(1, 8))


def test_two_clicks_start_one_batch():
    unit, people = UnitFactory(), PersonFactory.create_batch(3)
    outcomes = at_once(*[lambda: asked(people, unit=unit)] * 2)
    assert outcomes == [None, None]
    assert CertificateBatch.objects.get().entries.count() == 3


# --- Corrections ----------------------------------------------------------------


@pytest.fixture
def slow_words(monkeypatch):
    ask = actions._why_not_words

    def slowly(certificate):
        time.sleep(0.3)
        return ask(certificate)

    monkeypatch.setattr(actions, "_why_not_words", slowly)


def correct(row, name):
    return lambda: actions.correct(
        certificate_id=row.pk, changes={"name": name}, by=None, now=NOW, tell=False
    )


def revoke(row):
    def act():
        time.sleep(0.1)
        actions.revoke(certificate_id=row.pk, reason="Sai", by=None, now=NOW)

    return act


@pytest.fixture
def unlocked(monkeypatch):
    def read(certificate_id):
        return Certificate.objects.select_related("person").get(pk=certificate_id)

    monkeypatch.setattr(actions, "_lock_certificate", read)


def test_of_two_corrections_one_is_made(slow_words):
    row = issued(name="Anh")
    outcomes = at_once(correct(row, "Ánh"), correct(row, "Ành"))
    assert sorted(type(error) for error in outcomes if error) == [Refused]
    assert Certificate.objects.valid().get().version == 2


def test_without_the_lock_the_database_stops_the_second(slow_words, unlocked):
    """The negative control."""
    row = issued(name="Anh")
    outcomes = at_once(correct(row, "Ánh"), correct(row, "Ành"))
    assert any(isinstance(error, IntegrityError) for error in outcomes)


def test_corrected_and_revoked_at_once_is_one_of_the_two(slow_words):
    row = issued(name="Anh")
    outcomes = at_once(correct(row, "Ánh"), revoke(row))
    assert [type(error) for error in outcomes if error] == [Refused]
    old = Certificate.objects.get(version=1)
    assert old.revoked_at == NOW
    assert (old.reason == "Sai") != hasattr(old, "replaced_by")


def test_without_the_lock_it_is_both(slow_words, unlocked):
    """The negative control."""
    row = issued(name="Anh")
    assert at_once(correct(row, "Ánh"), revoke(row)) == [None, None]
    assert Certificate.objects.valid().exists()
