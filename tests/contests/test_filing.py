"""Files of an entry: what comes in, what stays out, what becomes of the bytes."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from content.files import FileRefused, FileState, Reason
from contests import emails, filing
from contests.locks import Refused
from contests.models import EntryFile
from contests.rules import LATE, EntryRefusal
from mail.models import Letter
from tests.factories import files as samples
from tests.factories.contests import (
    EntryFactory,
    EntryFileFactory,
    State,
    complete,
    submitted,
)

pytestmark = pytest.mark.django_db
TICK = dt.timedelta(microseconds=1)


def refusal_of(act, **kwargs):
    with pytest.raises(Refused) as caught:
        act(**kwargs)
    return caught.value.refusal


def letters(kind):
    return Letter.objects.filter(kind=kind)


def upload(content=None, name="thuyet-minh.pdf"):
    content = samples.pdf() if content is None else content
    return SimpleUploadedFile(name, content)


class TestKindsOfAContest:
    @pytest.fixture
    def entry(self):
        return EntryFactory(contest__file_kinds=["PDF", "PNG"])

    def add(self, entry, now, content, name):
        sent = upload(content, name=name)
        return filing.add_file(entry_id=entry.pk, upload=sent, by=None, now=now)

    def test_those_that_were_chosen_come_in(self, entry, now):
        assert self.add(entry, now, samples.pdf(), "bai.pdf").name == "bai.pdf"
        assert self.add(entry, now, samples.picture("PNG"), "anh.png")

    @pytest.mark.parametrize(
        ("content", "name"),
        [
            (samples.picture("JPEG"), "anh.jpg"),
            (samples.picture("JPEG"), "doi-ten.pdf"),
            (samples.package(), "doi-ten.png"),
        ],
    )
    def test_others_are_refused_by_what_they_hold(self, entry, now, content, name):
        with pytest.raises(FileRefused) as caught:
            self.add(entry, now, content, name)
        assert caught.value.reason is Reason.TYPE
        assert "PDF, PNG" in caught.value.sentence
        assert not entry.files.exists()

    def test_a_renamed_one_that_is_allowed_comes_in_under_its_own_ending(
        self, entry, now
    ):
        assert self.add(entry, now, samples.pdf(), "anh.jpg").name == "anh.pdf"

    def test_nothing_chosen_is_everything(self, now):
        entry = EntryFactory()
        assert self.add(entry, now, samples.package(), "bai.docx").name == "bai.docx"

    def test_what_came_in_before_the_choice_stays(self, entry, now):
        row = EntryFileFactory(entry=entry, media_type="image/jpeg")
        assert entry.files.get() == row


class TestFiles:
    def test_it_comes_in_looked_into_and_under_a_random_name(self, now, stored):
        entry = EntryFactory()
        row = filing.add_file(
            entry_id=entry.pk,
            upload=upload(name="Thuyết minh của Lan.pdf"),
            by=entry.owner,
            now=now,
        )
        assert (row.name, row.media_type) == (
            "Thuyết minh của Lan.pdf",
            "application/pdf",
        )
        assert row.state == EntryFile.State.UNSCANNED
        [path] = stored()
        assert path.read_bytes() == samples.pdf()
        assert "Lan" not in str(path)
        assert entry.code not in str(path)

    @pytest.mark.parametrize(
        ("content", "name", "reason"),
        [
            (b"", "bai.pdf", Reason.EMPTY),
            (samples.pdf(1024 * 1024 + 1), "bai.pdf", Reason.TOO_LARGE),
            (samples.EXE, "bai.pdf", Reason.LYING),
            (samples.HTML, "anh.jpg", Reason.LYING),
        ],
    )
    def test_what_is_refused_leaves_nothing_behind(
        self, now, stored, content, name, reason
    ):
        entry = EntryFactory()
        with pytest.raises(FileRefused) as caught:
            filing.add_file(
                entry_id=entry.pk, upload=upload(content, name), by=None, now=now
            )
        assert caught.value.reason is reason
        assert not EntryFile.objects.exists()
        assert stored() == []

    def test_exactly_the_limit_is_within_it(self, now):
        entry = EntryFactory()
        limit = entry.contest.max_file_bytes
        row = filing.add_file(
            entry_id=entry.pk, upload=upload(samples.pdf(limit)), by=None, now=now
        )
        assert row.size == limit

    def test_the_same_file_twice_is_one(self, now, stored):
        entry = EntryFactory()
        rows = {
            filing.add_file(entry_id=entry.pk, upload=upload(), by=None, now=now).pk
            for _time in range(2)
        }
        assert len(rows) == len(stored()) == 1

    def test_not_more_than_the_contest_takes(self, now, stored):
        entry = EntryFactory(contest__max_files=1)
        EntryFileFactory(entry=entry)
        refusal = refusal_of(
            filing.add_file, entry_id=entry.pk, upload=upload(), by=None, now=now
        )
        assert refusal is EntryRefusal.FILES_FULL
        assert len(stored()) == 1

    def test_a_new_version_takes_the_place_and_the_old_bytes_are_gone(
        self, now, stored, django_capture_on_commit_callbacks
    ):
        entry = submitted()
        row = entry.files.get()
        [old] = stored()
        with django_capture_on_commit_callbacks(execute=True):
            filing.replace_file(
                entry_id=entry.pk,
                file_id=row.pk,
                upload=upload(samples.picture("PNG"), "anh.png"),
                by=None,
                now=now,
            )
        row.refresh_from_db()
        assert (row.name, row.media_type) == ("anh.png", "image/png")
        [new] = stored()
        assert new != old
        entry.refresh_from_db()
        assert entry.state == State.SUBMITTED

    def test_taken_out_it_is_gone_from_the_disk_once_committed(
        self, now, stored, django_capture_on_commit_callbacks
    ):
        entry = submitted()
        row = entry.files.get()
        with django_capture_on_commit_callbacks(execute=True):
            for _time in range(2):
                filing.remove_file(entry_id=entry.pk, file_id=row.pk, by=None, now=now)
            assert len(stored()) == 1
        assert stored() == []
        entry.refresh_from_db()
        assert entry.state == State.DRAFT

    def test_a_file_of_another_entry_is_not_touched(self, now, stored):
        entry, other = complete(), complete()
        filing.remove_file(
            entry_id=entry.pk, file_id=other.files.get().pk, by=None, now=now
        )
        assert len(stored()) == 2
        assert other.files.exists()

    def test_an_upload_that_began_in_time_counts_for_a_quarter_of_an_hour(self):
        entry = EntryFactory()
        closes = entry.contest.closes_at
        common = {"entry_id": entry.pk, "by": None, "begun_at": closes - TICK}
        row = filing.add_file(upload=upload(), now=closes + LATE - TICK, **common)
        assert (row.begun_at, row.uploaded_at) == (closes - TICK, closes + LATE - TICK)
        late = upload(samples.picture("PNG"), "anh.png")
        refusal = refusal_of(filing.add_file, upload=late, now=closes + LATE, **common)
        assert refusal is EntryRefusal.CLOSED

    def test_a_late_file_leaves_a_submitted_entry_handed_in(self):
        """Even if by now it would lack something that nobody can mend any more."""
        entry = submitted(summary="")
        closes = entry.contest.closes_at
        filing.add_file(
            entry_id=entry.pk,
            upload=upload(samples.picture("PNG"), "anh.png"),
            by=None,
            begun_at=closes - TICK,
            now=closes,
        )
        entry.refresh_from_db()
        assert entry.state == State.SUBMITTED

    def test_when_writing_the_row_fails_the_bytes_go_too(
        self, now, stored, monkeypatch
    ):
        def fail(*args, **kwargs):
            raise RuntimeError("the plug was pulled")

        monkeypatch.setattr(filing, "settle", fail)
        with pytest.raises(RuntimeError):
            filing.add_file(
                entry_id=EntryFactory().pk, upload=upload(), by=None, now=now
            )
        assert stored() == []


class TestHeldFiles:
    def test_a_virus_takes_a_submitted_entry_back(self, now):
        entry = submitted()
        row = EntryFileFactory(entry=entry, state=EntryFile.State.SCANNING)
        filing.file_checked(
            file_id=row.pk, sha256=row.sha256, state=FileState.QUARANTINED, now=now
        )
        row.refresh_from_db()
        entry.refresh_from_db()
        assert (row.state, entry.state) == (EntryFile.State.QUARANTINED, State.DRAFT)
        assert letters(emails.FELL_OUT).count() == 1
        filing.file_checked(
            file_id=row.pk, sha256=row.sha256, state=FileState.CLEAN, now=now
        )
        row.refresh_from_db()
        assert row.state == EntryFile.State.QUARANTINED

    def test_an_answer_about_the_file_before_is_not_about_this_one(self, now):
        row = EntryFileFactory(state=EntryFile.State.SCANNING)
        filing.file_checked(
            file_id=row.pk, sha256="f" * 64, state=FileState.CLEAN, now=now
        )
        row.refresh_from_db()
        assert row.state == EntryFile.State.SCANNING

    def test_clean_is_clean(self, now):
        row = EntryFileFactory(state=EntryFile.State.SCANNING)
        filing.file_checked(
            file_id=row.pk, sha256=row.sha256, state=FileState.CLEAN, now=now
        )
        row.refresh_from_db()
        assert row.state == EntryFile.State.CLEAN

    def test_a_new_file_that_is_held_keeps_the_entry_in(
        self, now, monkeypatch, settings, tmp_path
    ):
        settings.CLAMD_SOCKET = str(tmp_path / "nobody-listens")
        entry = submitted()
        upload_ = upload(samples.picture("PNG"), "anh.png")
        row = filing.add_file(entry_id=entry.pk, upload=upload_, by=None, now=now)
        entry.refresh_from_db()
        assert (row.state, entry.state) == (EntryFile.State.SCANNING, State.SUBMITTED)
