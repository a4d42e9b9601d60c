"""Each time something is handed in, a copy is kept."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from content.files import FileState
from contests import actions, filing, rules, upkeep, uploading
from contests.locks import Refused
from contests.models import Contest, VersionFile
from members import merge, privacy
from members.privacy import NAMELESS
from tests.factories import files as samples
from tests.factories.contests import (
    DAY,
    AuthorFactory,
    ContestFactory,
    JudgeAssignmentFactory,
    RoundFactory,
    State,
    a_judge,
    an_organiser,
    complete,
)
from tests.factories.members import PersonFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry(now):
    entry = complete(ContestFactory())
    actions.submit(entry_id=entry.pk, by=entry.owner, now=now)
    entry.refresh_from_db()
    return entry


def rename(entry, title, now):
    return actions.save(
        entry_id=entry.pk,
        version=entry.version,
        title=title,
        summary=entry.summary,
        division=entry.division,
        by=entry.owner,
        now=now,
    )


def test_handing_in_keeps_texts_authors_and_files(entry):
    version = entry.versions.get()
    assert version.number == 1
    assert version.content["title"] == entry.title
    [author] = version.content["authors"]
    assert author["name"] == entry.owner.person.full_name
    [file] = version.content["files"]
    assert file["sha256"] == entry.files.get().sha256


def test_a_change_is_a_new_version_and_the_old_one_stays(entry, now):
    before = entry.title
    rename(entry, "Tên mới", now)
    titles = [one.content["title"] for one in entry.versions.all()]
    assert titles == ["Tên mới", before]


def test_nothing_changed_is_no_version(entry, now):
    rename(entry, entry.title, now)
    assert entry.versions.count() == 1


def test_what_makes_it_a_draft_again_is_no_version(entry, now):
    assert rename(entry, "", now).state == State.DRAFT
    assert entry.versions.count() == 1


def test_drafts_have_none(now):
    entry = complete(ContestFactory())
    rename(entry, "Tên mới", now)
    assert not entry.versions.exists()


def test_an_erased_author_is_in_no_copy(now):
    entry = complete(ContestFactory())
    other = AuthorFactory(entry=entry, school="THPT Na Rì")
    actions.submit(entry_id=entry.pk, by=entry.owner, now=now)
    name = other.person.full_name
    privacy.erase_person(person=other.person, now=now)
    content = entry.versions.get().content
    assert name not in str(content)
    assert "THPT Na Rì" not in str(content)
    assert [author["name"] for author in content["authors"]] == [
        entry.owner.person.full_name,
        NAMELESS,
    ]


def test_merged_records_are_one_author_in_the_copies(entry, now):
    keep, drop = PersonFactory(), entry.owner.person
    merge.registry["contests.author"].merge(keep, drop)
    assert entry.versions.get().content["authors"][0]["person"] == keep.pk


def put(entry, content, now, *, replaces=None):
    """Another file, or one in the place of another."""
    upload = SimpleUploadedFile("bai.pdf", content)
    common = {"entry_id": entry.pk, "upload": upload, "by": entry.owner, "now": now}
    if replaces:
        return filing.replace_file(file_id=replaces.pk, **common)
    return filing.add_file(**common)


def address(row):
    version = row.version
    return reverse(
        "contests:version_file", args=[version.entry.code, version.number, row.pk]
    )


class TestBytes:
    @pytest.fixture
    def replaced(self, entry, now, django_capture_on_commit_callbacks):
        """A file that was handed in and then replaced; the first version's row."""
        with django_capture_on_commit_callbacks(execute=True):
            put(entry, samples.pdf(900), now, replaces=entry.files.get())
        return entry.versions.get(number=1).files.get()

    def test_what_was_replaced_stays_with_its_version(self, entry, replaced, stored):
        assert len(stored()) == 2
        assert replaced.file.name != entry.files.get().file.name
        with replaced.file.open("rb") as file:
            assert file.read() == samples.pdf()
        assert rules.missing(entry, now=entry.saved_at) == []

    def test_versions_share_what_did_not_change(
        self, entry, now, stored, django_capture_on_commit_callbacks
    ):
        rename(entry, "Tên mới", now)
        assert VersionFile.objects.count() == 2
        assert len(stored()) == 1
        with django_capture_on_commit_callbacks(execute=True):
            filing.remove_file(
                entry_id=entry.pk, file_id=entry.files.get().pk, by=None, now=now
            )
        assert len(stored()) == 1

    def test_of_a_draft_nothing_stays(
        self, now, stored, django_capture_on_commit_callbacks
    ):
        entry = complete(ContestFactory())
        with django_capture_on_commit_callbacks(execute=True):
            put(entry, samples.pdf(900), now, replaces=entry.files.get())
        assert len(stored()) == 1

    def test_the_sweep_leaves_them(self, entry, replaced, now, stored):
        later = dt.datetime.now(dt.UTC) + 365 * DAY
        assert upkeep.drop_orphan_files(now=later) == []
        assert len(stored()) == 2

    def test_the_entrant_and_the_organisers_have_them_and_nobody_else(
        self, client, entry, replaced, time_machine
    ):
        Contest.objects.update(closes_at=entry.saved_at + DAY)
        round_ = RoundFactory(contest=Contest.objects.get(), blind=False)
        judge = a_judge()
        JudgeAssignmentFactory(round=round_, entry=entry, judge=judge)
        time_machine.move_to(round_.starts_at + DAY, tick=False)
        for user in (entry.owner, an_organiser(entry.contest)):
            client.force_login(user)
            page = client.get(reverse("contests:versions", args=[entry.code]))
            assert address(replaced) in page.content.decode()
            answer = client.get(address(replaced))
            assert answer.getvalue() == samples.pdf()
            assert answer["Content-Disposition"].startswith("attachment")
        for user in (judge, UserFactory()):
            client.force_login(user)
            assert client.get(address(replaced)).status_code == 404
        client.logout()
        assert client.get(address(replaced)).status_code == 404

    def test_under_the_address_of_another_entry_there_is_nothing(
        self, client, entry, replaced
    ):
        other = complete(entry.contest, owner=entry.owner)
        client.force_login(entry.owner)
        wrong = address(replaced).replace(entry.code, other.code)
        assert client.get(wrong).status_code == 404

    def test_a_virus_found_later_locks_them_too(self, client, entry, replaced, now):
        VersionFile.objects.filter(pk=replaced.pk).update(state=FileState.SCANNING)
        filing.earlier_checked(name=replaced.file.name, state=FileState.QUARANTINED)
        client.force_login(entry.owner)
        assert client.get(address(replaced)).status_code == 404
        page = client.get(reverse("contests:versions", args=[entry.code]))
        assert "Locked: a virus was found" in page.content.decode()

    def test_what_was_replaced_while_it_was_held_is_asked_about(
        self, entry, replaced, now
    ):
        VersionFile.objects.filter(pk=replaced.pk).update(state=FileState.SCANNING)
        assert upkeep.check_held_files(now=now) == 1
        replaced.refresh_from_db()
        assert replaced.state == FileState.UNSCANNED

    def test_all_versions_together_have_a_bound_that_is_said(
        self, entry, replaced, now, monkeypatch
    ):
        monkeypatch.setattr(Contest, "max_kept_bytes", 2 * replaced.size)
        with pytest.raises(Refused) as caught:
            put(entry, samples.pdf(2 * replaced.size), now, replaces=entry.files.get())
        assert "Lần nộp gần nhất vẫn được tính" in caught.value.refusal.sentence(
            entry.contest
        )
        monkeypatch.setattr(Contest, "max_kept_bytes", replaced.size)
        refusal = uploading.why_not_begin(entry, replaces=None, now=now)
        assert refusal is rules.EntryRefusal.KEPT_FULL

    def test_a_year_after_the_results_only_the_last_ones_are_left(
        self, entry, replaced, now, stored, django_capture_on_commit_callbacks
    ):
        results = entry.contest.closes_at + DAY
        Contest.objects.update(results_at=results)
        year = dt.timedelta(days=365)
        assert upkeep.drop_old_versions(now=results + year) == 0
        with django_capture_on_commit_callbacks(execute=True):
            late = results + year + dt.timedelta(seconds=1)
            assert upkeep.drop_old_versions(now=late) == 1
        assert [path.name for path in stored()] == [
            entry.files.get().file.name.rpartition("/")[2]
        ]
        assert entry.versions.count() == 2
        assert not entry.versions.get(number=1).files.exists()
        assert entry.versions.get(number=2).files.exists()

    def test_whoever_is_erased_leaves_no_byte(
        self, entry, replaced, now, stored, django_capture_on_commit_callbacks
    ):
        with django_capture_on_commit_callbacks(execute=True):
            privacy.erase_person(person=entry.owner.person, now=now)
        assert stored() == []
        assert not VersionFile.objects.exists()
