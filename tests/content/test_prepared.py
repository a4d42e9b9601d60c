"""Queries that are prepared find what their querysets find, at any moment."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection, transaction
from django.db.models.signals import post_init

from content.prepared import among, hold, prepared
from contests.models import Contest, EntryFile
from news.models import Article, Section
from tests.factories.contests import (
    ContestFactory,
    EntryFactory,
    EntryFileFactory,
)
from tests.factories.news import PublishedFactory, SectionFactory

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@prepared
def out(now: dt.datetime):
    return Article.objects.published(now).for_cards()


@prepared
def out_in(section: int, now: dt.datetime):
    return Article.objects.published(now).filter(section=section).for_cards()


@prepared
def named(name: str):
    return Section.objects.filter(name=name)


@prepared
def titles(now: dt.datetime):
    return Article.objects.published(now).values_list("title", "details")


@prepared
def contest_of(number: int):
    return Contest.objects.filter(pk=number)


def test_it_finds_what_the_queryset_finds(pooling, now):
    old = PublishedFactory(publish_at=now - DAY, details={"a": [1]})
    new = PublishedFactory(publish_at=now)
    assert list(out(now)) == [new, old]
    assert list(out(now - DAY)) == [old]
    assert list(out(now - 2 * DAY)) == []
    assert list(titles(now)) == [(new.title, {}), (old.title, {"a": [1]})]


def test_values_go_where_they_belong(pooling, now):
    one, other = PublishedFactory(), PublishedFactory()
    assert list(out_in(one.section_id, now)) == [one]
    assert list(out_in(other.section_id, now)) == [other]
    assert list(out_in(0, now)) == []


@pytest.mark.parametrize("name", ["100 % số", "it's", "$1", "%s", '\\ "x"', "Tin"])
def test_any_text_is_a_value(pooling, name):
    section = SectionFactory(name=name)
    SectionFactory(name="another")
    assert list(named(name)) == [section]


@prepared
def numbered(numbers: list[int], now: dt.datetime):
    return Article.objects.published(now).filter(among("pk", numbers)).order_by("pk")


def test_a_list_of_numbers_is_one_value(pooling, now):
    rows = [PublishedFactory(publish_at=now) for _n in range(3)]
    keys = [row.pk for row in rows]
    assert list(numbered([keys[1]], now)) == [rows[1]]
    assert list(numbered([*keys, keys[0], 0], now)) == rows
    assert list(numbered(keys, now - DAY)) == []
    assert list(numbered([], now)) == []


def test_lists_of_any_length_are_one_statement(now):
    for length in range(4):
        numbered([0] * length, now)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE %s",
            ["%news_article%ANY($1::bigint[])%"],
        )
        assert cursor.fetchone() == (1,)


def test_pages(pooling, now):
    rows = [PublishedFactory(publish_at=now - n * DAY) for n in range(5)]
    assert list(out(now, limit=2)) == rows[:2]
    assert list(out(now, limit=2, offset=2)) == rows[2:4]
    assert list(out(now, limit=9, offset=4)) == rows[4:]
    assert list(out(now)) == rows


def test_what_is_joined_comes_along_in_one_query(now, django_assert_num_queries):
    PublishedFactory()
    with django_assert_num_queries(1):
        (found,) = out(now)
        assert found.section.name
        assert found.cover is None
        assert not hasattr(found, "fact_check")
    with django_assert_num_queries(1):
        assert found.body  # left out, and read when it is needed


@prepared
def files_of(entry: int):
    rows = EntryFile.objects.filter(entry=entry).defer("sha256")
    return rows.select_related("entry__contest__unit", "entry__owner__person")


def test_instances_hold_what_djangos_own_hold(django_assert_num_queries):
    """Fields of every kind, joined ones and those left out; set and saved as ever."""
    file = EntryFileFactory()
    (ours,) = files_of(file.entry_id)
    (its,) = files_of.queryset(file.entry_id)
    while its is not None:
        assert type(ours) is type(its)
        own, other = ({**one.__dict__} for one in (ours, its))
        ours_state, its_state = own.pop("_state"), other.pop("_state")
        assert own == other
        assert vars(ours_state).keys() == vars(its_state).keys()
        assert ours_state.adding is False
        assert ours_state.db == its_state.db
        ours, its = (getattr(one, "entry", None) for one in (ours, its))
    (ours,) = files_of(file.entry_id)
    assert ours.get_deferred_fields() == {"sha256"}
    with django_assert_num_queries(1):
        assert ours.sha256 == file.sha256
    assert ours.file.name == file.file.name
    ours.entry = other = EntryFactory()
    ours.name = "other.pdf"
    ours.save()
    file.refresh_from_db()
    assert (file.entry, file.name) == (other, "other.pdf")


def test_a_transaction_that_failed_spoils_nothing(now):
    @prepared
    def first_asked_in_it(now: dt.datetime):
        return Article.objects.published(now)

    article = PublishedFactory()
    with transaction.atomic():
        assert list(first_asked_in_it(now)) == [article]
        transaction.set_rollback(True)
    assert list(first_asked_in_it(now)) == [article]


def test_rows_are_equal_when_every_column_is(now):
    article = PublishedFactory()
    before = out(now)
    assert out(now) == before
    assert hash(out(now)) == hash(before)
    Section.objects.update(name="Khác")
    assert out(now) != before
    assert titles(now) != before
    assert before[0] == article  # as models go, which is why they are no key


def test_rows_with_lists_in_them_are_a_key_too(now):
    contest = ContestFactory(file_kinds=["pdf", "docx"])
    before = contest_of(contest.pk)
    assert {before: "kept"}[contest_of(contest.pk)] == "kept"
    Contest.objects.update(file_kinds=["docx", "pdf"])
    assert hash(contest_of(contest.pk)) != hash(before)


def test_others_follow_without_doubles(now):
    one, two, three = (PublishedFactory(publish_at=now - n * DAY) for n in range(3))
    chosen = out_in(two.section_id, now)
    assert list(chosen.then(out(now))) == [two, one, three]
    assert list(chosen.then(out(now))[:2]) == [two, one]
    with pytest.raises(TypeError):
        chosen.then(titles(now))


def test_a_day_worked_out_from_a_moment_is_refused(now):
    @prepared
    def of_the_month(now: dt.datetime):
        return Article.objects.published(now).in_month(now.year, now.month)

    with pytest.raises(ValueError, match="must be an argument"):
        of_the_month(now)


def test_an_argument_that_is_not_asked_for_is_refused(now):
    @prepared
    def all_of_them(now: dt.datetime):
        return Section.objects.all()

    with pytest.raises(ValueError, match="not asked for"):
        all_of_them(now)


def test_what_needs_other_queries_is_refused(now):
    @prepared
    def with_tags(now: dt.datetime):
        return Article.objects.published(now).prefetch_related("tags")

    @prepared
    def sliced(now: dt.datetime):
        return Article.objects.published(now)[:3]

    for ask in (with_tags, sliced):
        with pytest.raises(TypeError):
            ask(now)


def test_the_plan_is_made_once(now):
    """And still finds the index of what is published: only values are left open."""
    for _time in range(8):
        out(now, limit=3)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT statement, generic_plans FROM pg_prepared_statements"
            " WHERE statement LIKE %s ORDER BY prepare_time DESC LIMIT 1",
            ["%news_article%LIMIT 3%"],
        )
        statement, generic = cursor.fetchone()
    assert "\"state\" = 'published'" in statement
    assert generic > 0


@prepared
def articles_of(section: int):
    return Article.objects.filter(section=section).order_by("id")


def test_rows_that_are_held_are_the_owners_and_asked_for_once(
    pooling, now, django_assert_num_queries
):
    section, other = SectionFactory(), SectionFactory()
    mine = PublishedFactory(section=section)
    PublishedFactory(section=other)
    hold(section, "articles", articles_of(section.pk))
    with django_assert_num_queries(0):
        assert list(section.articles.all()) == [mine]
        assert section.articles.all()[0].section is section
    later = PublishedFactory(section=section)
    assert list(section.articles.order_by("-id")) == [later, mine]
    hold(section, "articles", articles_of(section.pk))
    assert list(section.articles.all()) == [mine, later]


class Listening(Section):
    """Its listener wants to hear of each instance."""

    class Meta:
        app_label = "news"
        proxy = True


def test_a_model_that_somebody_listens_to_is_made_djangos_way(now):
    heard = []

    def hear(instance, **_told) -> None:
        heard.append(instance.pk)

    @prepared
    def heard_of(name: str):
        return Listening.objects.filter(name=name)

    section = SectionFactory()
    post_init.connect(hear, sender=Listening)
    try:
        (found,) = heard_of(section.name)
    finally:
        post_init.disconnect(hear, sender=Listening)
    assert heard == [found.pk]
