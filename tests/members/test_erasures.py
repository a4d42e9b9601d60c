"""The ledger of erasures, and doing them again after a restore."""

import datetime as dt
import json

import pytest
from django.db import DatabaseError, connection, transaction

from members import erasures, ledger, merge, privacy
from members.models import Erasure, Person, User
from tests.factories.members import (
    AssignmentFactory,
    PersonFactory,
    UnitFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def path(settings, tmp_path):
    settings.ERASURE_LEDGER = tmp_path / "elsewhere" / "ledger.jsonl"
    return settings.ERASURE_LEDGER


@pytest.fixture
def erase(now, django_capture_on_commit_callbacks):
    def erase(person, **kwargs):
        with django_capture_on_commit_callbacks(execute=True):
            return privacy.erase_person(person=person, now=now, **kwargs)

    return erase


def lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def brought_back(person, **changed):
    """The record as an older backup has it; its row of the ledger is not there yet."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE members_erasure")
    made = person.created_at
    back = PersonFactory(pk=person.pk, **changed)
    Person.objects.filter(pk=back.pk).update(created_at=made)
    back.refresh_from_db()
    return back


def test_an_erasure_is_written_down_without_a_word_of_who_it_was(now, path, erase):
    person = PersonFactory(full_name="Nông Thị Hà", email="ha@example.com")
    number = person.pk
    erase(person)
    [line] = lines(path)
    assert (line["person"], line["kind"]) == (number, "asked")
    assert dt.datetime.fromisoformat(line["at"]) == now
    assert set(line) == {"person", "digest", "kind", "at"}
    assert "Hà" not in path.read_text()
    assert path.stat().st_mode & 0o777 == 0o600
    row = Erasure.objects.get()
    assert (row.person, row.digest, row.at) == (number, line["digest"], now)


def test_an_erasure_that_is_rolled_back_leaves_no_line(now, path):
    person = PersonFactory()
    with transaction.atomic():
        privacy.erase_person(person=person, now=now)
        transaction.set_rollback(True)
    assert erasures.settle() == 0
    assert erasures.read_ledger() == []


def test_twice_is_once(now, path, erase):
    user = UserFactory()
    erase(user.person)
    erase(user.person)
    assert erasures.settle() == 0
    assert len(lines(path)) == 1


def test_what_a_dying_process_left_out_is_written_at_night(now, path, erase):
    erase(PersonFactory())
    path.write_bytes(path.read_bytes()[:-20])  # cut off in the middle of the line
    assert erasures.settle() == 1
    broken, whole = path.read_text().splitlines()
    with pytest.raises(json.JSONDecodeError):
        json.loads(broken)
    assert json.loads(whole)["kind"] == "asked"
    assert len(erasures.read_ledger()) == 1


def test_rows_of_the_ledger_are_neither_changed_nor_deleted(now, erase):
    erase(PersonFactory())
    rows = Erasure.objects.all()
    for change in (rows.delete, lambda: rows.update(kind="staff")):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert Erasure.objects.exists()


def test_a_restored_backup_is_erased_again(now, path, erase):
    user = UserFactory(email="ha@example.com")
    person = user.person
    erase(person, kind=Erasure.Kind.STAFF)
    back = brought_back(person, full_name="Nông Thị Hà")
    UserFactory(email="ha@example.com", person=back)
    report = erasures.replay(erasures.read_ledger(), now + DAY)
    assert (report.erased, report.already, report.unknown) == ([person.pk], [], [])
    assert not Person.objects.exists()
    assert not User.objects.exists()
    row = Erasure.objects.get()
    assert (row.at, row.kind) == (now, "staff")
    assert len(lines(path)) == 1


def test_a_replay_done_twice_is_done_once(now, erase):
    person = PersonFactory()
    number = person.pk
    erase(person)
    brought_back(person)
    erasures.replay(erasures.read_ledger(), now)
    report = erasures.replay(erasures.read_ledger(), now)
    assert (report.erased, report.already) == ([], [number])


def test_somebody_else_with_the_number_of_the_erased_stays(now, erase):
    """A restore winds the counters back: numbers are given out once more."""
    person = PersonFactory()
    erase(person)
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE members_erasure")
    other = PersonFactory(pk=person.pk, full_name="Người Khác")
    report = erasures.replay(erasures.read_ledger(), now)
    assert (report.erased, report.unknown) == ([], [other.pk])
    other.refresh_from_db()
    assert other.full_name == "Người Khác"


def test_records_merged_before_the_erasure_are_erased_again_too(now, erase):
    keep, drop = PersonFactory(), PersonFactory(full_name="Nông Thị Hà")
    gone = Person.objects.get(pk=drop.pk)
    merge.merge_people(keep=keep, drop=drop, now=now)
    erase(keep)
    brought_back(gone, full_name="Nông Thị Hà")
    report = erasures.replay(erasures.read_ledger(), now)
    assert report.erased == [gone.pk]
    assert not Person.objects.exists()


def test_the_ledger_without_a_file_is_what_the_database_knows(now, path, erase):
    assert erasures.read_ledger() == []
    erase(PersonFactory())
    path.unlink()
    assert len(erasures.read_ledger()) == 1
    assert ledger.settle() == 1


@pytest.mark.parametrize("page", ["erasure", "purgerun"])
def test_the_lists_of_what_is_gone_are_for_who_runs_the_whole_portal(client, page):
    top = UnitFactory()
    below = UnitFactory(parent=top)
    for unit, status in ((below, 403), (top, 200)):
        client.force_login(AssignmentFactory(role="province_admin", unit=unit).user)
        assert client.get(f"/quan-tri/members/{page}/").status_code == status
