"""Many certificates at once."""

import datetime as dt
import io
import zipfile

import pytest
from django.conf import settings as django_settings

from certificates import actions, batches
from certificates.facts import Entry
from certificates.models import BatchEntry, Certificate, CertificateBatch, Register
from certificates.rules import Refused
from content.files import private_storage
from mail.models import Letter
from members import privacy
from tests.factories.certificates import NOW, asked, facts_for, finished, issued
from tests.factories.members import PersonFactory

pytestmark = pytest.mark.django_db
State = CertificateBatch.State
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def private(settings, tmp_path):
    settings.PRIVATE_ROOT = tmp_path / "private"


@pytest.fixture
def small_chunks(monkeypatch):
    monkeypatch.setattr(batches, "CHUNK", 2)


def names(batch) -> list[str]:
    with batch.archive.open() as file:
        return zipfile.ZipFile(io.BytesIO(file.read())).namelist()


def test_everybody_gets_one_in_the_order_asked_and_the_zip_holds_them(small_chunks):
    people = [PersonFactory(full_name=f"Nông Thị {n}") for n in ("Út", "Ánh", "Bé")]
    batch = finished(people)
    assert (batch.state, batch.total, batch.done, batch.failed) == (
        State.DONE,
        3,
        3,
        0,
    )
    numbered = Certificate.objects.order_by("number").values_list("person", flat=True)
    assert list(numbered) == [person.pk for person in people]
    assert names(batch) == [
        "2026-0001-nong-thi-ut.pdf",
        "2026-0002-nong-thi-anh.pdf",
        "2026-0003-nong-thi-be.pdf",
    ]
    assert batches.is_true(batch)


def test_progress_is_seen_after_each_chunk(small_chunks):
    batch = asked(PersonFactory.create_batch(3))
    assert batches.issue_chunk(batch_id=batch.pk, now=NOW)
    batch.refresh_from_db()
    assert (batch.done, batch.state) == (2, State.ISSUING)
    assert not batches.issue_chunk(batch_id=batch.pk, now=NOW)
    batch.refresh_from_db()
    assert (batch.done, batch.state) == (3, State.FILING)


def test_a_worker_killed_between_chunks_wastes_no_number(small_chunks):
    batch = asked(PersonFactory.create_batch(5))
    batches.issue_chunk(batch_id=batch.pk, now=NOW)
    # The next worker begins where the last commit ended, an hour later.
    batches.work_on(batch_id=batch.pk, now=NOW + dt.timedelta(hours=1))
    batch.refresh_from_db()
    assert (batch.done, Register.objects.get().last) == (5, 5)
    assert Certificate.objects.count() == 5


def test_the_work_done_twice_is_done_once():
    batch = finished(PersonFactory.create_batch(2), tell=True)
    kept = batch.archive.name
    batches.work_on(batch_id=batch.pk, now=NOW + DAY)
    batch.refresh_from_db()
    assert (Certificate.objects.count(), Letter.objects.count()) == (2, 2)
    assert batch.archive.name == kept


def test_who_has_one_keeps_it_and_gets_no_letter():
    person = PersonFactory()
    mine = issued(person, about=facts_for().about)
    batch = finished([person, PersonFactory()], tell=True)
    assert batch.done == 2
    assert Certificate.objects.of(person).get() == mine
    assert BatchEntry.objects.get(person=person).certificate == mine
    assert Letter.objects.count() == 1


def test_who_cannot_get_one_is_named_and_takes_no_number():
    nameless = PersonFactory(full_name=privacy.NAMELESS)
    batch = finished([nameless, PersonFactory()])
    assert (batch.done, batch.failed, batch.state) == (1, 1, State.DONE)
    assert Register.objects.get().last == 1


def test_a_person_erased_meanwhile_is_neither_done_nor_failed():
    leaving, staying = PersonFactory.create_batch(2)
    batch = asked([leaving, staying])
    privacy.erase_person(person=leaving, now=NOW)
    batches.work_on(batch_id=batch.pk, now=NOW)
    batch.refresh_from_db()
    assert (batch.total, batch.done, batch.state) == (1, 1, State.DONE)


def test_a_second_click_finds_the_batch_at_work():
    people = PersonFactory.create_batch(2)
    first = asked(people)
    assert asked(people).pk == first.pk
    assert BatchEntry.objects.count() == 2


def test_somebody_named_twice_counts_once():
    person = PersonFactory()
    assert finished([person, person]).total == 1


def test_a_batch_of_nobody_ends_without_a_file():
    batch = finished([])
    assert (batch.state, batch.archive.name) == (State.DONE, "")


def test_facts_that_nobody_can_sign_make_no_batch():
    with pytest.raises(Refused):
        asked([PersonFactory()], course="")
    assert not CertificateBatch.objects.exists()


def test_own_names_and_results_reach_the_paper():
    person = PersonFactory()
    entry = Entry(person=person, name="Tên Trên Giấy", merit="Giải Nhất")
    batch = batches.start(facts=facts_for(), entries=[entry], by=None, now=NOW)
    batches.work_on(batch_id=batch.pk, now=NOW)
    row = Certificate.objects.get()
    assert (row.name, row.merit) == ("Tên Trên Giấy", "Giải Nhất")


@pytest.mark.parametrize("end", ["correct", "revoke"])
def test_a_file_is_not_true_any_more_when_one_of_its_certificates_changed(end):
    batch = finished(PersonFactory.create_batch(2))
    row = Certificate.objects.first()
    if end == "correct":
        actions.correct(
            certificate_id=row.pk, changes={"name": "Mới"}, by=None, now=NOW
        )
    else:
        actions.revoke(certificate_id=row.pk, reason="Sai", by=None, now=NOW)
    assert not batches.is_true(batch)
    batches.remake(batch_id=batch.pk, now=NOW)
    batches.work_on(batch_id=batch.pk, now=NOW)
    batch.refresh_from_db()
    assert batches.is_true(batch)
    assert len(names(batch)) == (2 if end == "correct" else 1)


def test_a_file_that_kills_its_worker_is_given_up(monkeypatch):
    def broken(certificates):
        raise MemoryError

    monkeypatch.setattr(batches.paper, "render", broken)
    batch = asked([PersonFactory()])
    for _try in range(batches.ATTEMPTS):
        with pytest.raises(MemoryError):
            batches.work_on(batch_id=batch.pk, now=NOW)
    batches.work_on(batch_id=batch.pk, now=NOW)
    batch.refresh_from_db()
    assert (batch.state, batch.done) == (State.FAILED, 1)


def test_nothing_is_left_behind_by_a_file_that_failed(monkeypatch):
    monkeypatch.setattr(batches.paper, "render", lambda certificates: 1 / 0)
    batch = asked([PersonFactory()])
    with pytest.raises(ZeroDivisionError):
        batches.work_on(batch_id=batch.pk, now=NOW)
    left = [p for p in django_settings.PRIVATE_ROOT.rglob("*") if p.is_file()]
    assert left == []


def test_files_go_after_a_month_or_when_they_are_no_longer_true(
    django_capture_on_commit_callbacks,
):
    old = finished([PersonFactory()], about="training.session:1")
    stale = finished([PersonFactory()], about="training.session:2", now=NOW + 20 * DAY)
    fresh = finished([PersonFactory()], about="training.session:3", now=NOW + 20 * DAY)
    row = batches.of(stale).get()
    actions.revoke(certificate_id=row.pk, reason="Sai", by=None, now=NOW + 21 * DAY)
    with django_capture_on_commit_callbacks(execute=True):
        assert batches.drop_old_files(now=NOW + 31 * DAY) == 2
    kept = [batch.archive.name for batch in CertificateBatch.objects.all()]
    assert [name for name in kept if name] == [fresh.archive.name]
    assert not private_storage().exists(old.archive.name)


def test_a_batch_without_a_sign_of_life_wakes_another_worker(monkeypatch):
    woken = []
    monkeypatch.setattr(batches, "ask_worker", woken.append)
    batch = asked([PersonFactory()])
    assert batches.wake_stuck(now=NOW + batches.LOST_AFTER) == 0
    later = NOW + batches.LOST_AFTER + dt.timedelta(seconds=1)
    assert batches.wake_stuck(now=later) == 1
    assert woken == [batch.pk]
    batches.work_on(batch_id=batch.pk, now=NOW)
    assert batches.wake_stuck(now=NOW + 300 * DAY) == 0
