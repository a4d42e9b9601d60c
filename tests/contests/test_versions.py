"""Each time something is handed in, a copy is kept."""

import pytest

from contests import actions
from members import merge, privacy
from members.privacy import NAMELESS
from tests.factories.contests import AuthorFactory, ContestFactory, State, complete
from tests.factories.members import PersonFactory

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
