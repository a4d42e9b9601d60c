"""What is read by prepared queries is what the plain ones read, fresh each time."""

from __future__ import annotations

import pytest
from django.db import transaction

from contests import loading
from contests.models import Entry, EntryAnswer, Field
from tests.factories.contests import (
    AuthorFactory,
    AwardFactory,
    ContestFactory,
    DivisionFactory,
    EntryFactory,
    EntryFileFactory,
    EntryQuestionFactory,
    InvitationFactory,
    State,
    complete,
    submitted,
)

pytestmark = pytest.mark.django_db
PARTS = ("authors", "files", "invitations", "answers")


@pytest.fixture
def entry():
    """One of two in a contest that have something of everything."""
    contest = ContestFactory()
    questions = [EntryQuestionFactory(contest=contest, order=n) for n in (2, 1)]
    mine, _other = entries = [EntryFactory(contest=contest) for _ in range(2)]
    for one in entries:
        for order in (3, 1, 2):
            AuthorFactory(entry=one, order=order)
            EntryFileFactory(entry=one)
            InvitationFactory(entry=one)
        for question in questions:
            EntryAnswer.objects.create(entry=one, question=question, value="Có")
    return mine


def test_it_reads_what_the_plain_query_reads(entry, django_assert_num_queries):
    plain = Entry.objects.for_page().get(pk=entry.pk)
    found = loading.entry_at(entry.code)
    with django_assert_num_queries(0):
        assert found == plain
        for name in PARTS:
            rows = list(getattr(found, name).all())
            assert rows
            assert rows == list(getattr(plain, name).all())
            assert all(row.entry is found for row in rows)
        assert [row.person.full_name for row in found.authors.all()]
        asked = list(found.contest.questions.all())
        assert asked == list(plain.contest.questions.all())
        assert found.contest.unit
        assert found.owner.person


def test_the_next_one_sees_what_was_changed_meanwhile(entry):
    before = loading.entry_at(entry.code)
    entry.files.all().delete()
    author = entry.authors.order_by("order").first()
    author.person.full_name = "Nông Thị Mới"
    author.person.save()
    Entry.objects.filter(pk=entry.pk).update(title="Tên mới")
    after = loading.entry_at(entry.code)
    assert before.title != after.title == "Tên mới"
    assert list(after.files.all()) == []
    assert after.authors.all()[0].person.full_name == "Nông Thị Mới"


def test_whoever_asks_for_some_of_a_part_asks_anew_and_gets_none_of_others(entry):
    found = loading.entry_at(entry.code)
    added = EntryFileFactory(entry=entry)
    assert list(found.files.filter(pk=added.pk)) == [added]
    assert found.authors.filter(entry=entry).count() == found.authors.count()
    assert set(found.authors.order_by("-id")) == set(entry.authors.all())


def test_a_prize_comes_along_and_a_code_of_nobody_finds_nothing():
    award = AwardFactory()
    assert loading.entry_at(award.entry.code).award == award
    assert loading.entry_at("NOBODY") is None


def test_a_locked_row_is_of_the_database_and_not_of_before(entry):
    with transaction.atomic():
        loading.lock(entry.pk)
        Entry.objects.filter(pk=entry.pk).update(title="Tên mới")
        assert loading.lock(entry.pk).title == "Tên mới"
    with pytest.raises(Entry.DoesNotExist), transaction.atomic():
        loading.lock(0)


def test_rivals_are_in_the_contest_and_of_the_same_people():
    entry = complete(ContestFactory(), state=State.DRAFT)
    person = entry.authors.get().person

    def rivals() -> list[tuple[int]]:
        return list(loading.rivals(entry.pk, entry.owner_id, entry.contest_id))

    EntryFactory(contest=entry.contest, owner=entry.owner)  # a draft
    submitted(entry.contest)  # of others
    submitted(ContestFactory(), owner=entry.owner)
    assert rivals() == []
    same = submitted(entry.contest)
    AuthorFactory(entry=same, person=person, order=2)
    owned = submitted(entry.contest, owner=entry.owner)
    assert sorted(rivals()) == [(same.pk,), (owned.pk,)]


def test_choices_are_those_of_the_contest_in_its_order(django_assert_num_queries):
    contest, other = ContestFactory(), ContestFactory()
    late, early = (DivisionFactory(contest=contest, order=n) for n in (2, 1))
    DivisionFactory(contest=other)
    Field.objects.create(contest=other, name="Nông nghiệp")
    loading.fill_choices(contest)
    with django_assert_num_queries(0):
        assert list(contest.divisions.all()) == [early, late]
        assert list(contest.fields.all()) == []
    assert not loading.field_keys(contest.pk)
    assert loading.field_keys(other.pk)


def test_an_untouched_draft_is_found_by_its_own_account_in_its_own_contest():
    draft = EntryFactory(title="", summary="", state=State.DRAFT)
    mine = draft.owner_id, draft.contest_id
    assert list(loading.untouched(*mine)) == [draft]
    assert not loading.untouched(EntryFactory().owner_id, draft.contest_id)
    assert not loading.untouched(draft.owner_id, ContestFactory().pk)
    file = EntryFileFactory(entry=draft)
    assert not loading.untouched(*mine)
    file.delete()
    Entry.objects.update(version=2)
    assert not loading.untouched(*mine)
