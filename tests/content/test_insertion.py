"""A row written by a prepared statement is the row that the ORM would have written."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import DataError, IntegrityError, connection, transaction
from django.forms.models import model_to_dict

from content.insertion import Insertion, Written, write
from mail.models import Letter

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("pooling")]
NOW = dt.datetime(2026, 11, 26, 3, 0, tzinfo=dt.UTC)
letters = Insertion(Letter, once="dedupe_key")


def letter(**facts) -> Letter:
    told = {
        "kind": "training.confirmed",
        "address": "lan@example.com",
        "address_key": "lan@example.com",
        "subject": '100 % số, it\'s $1 \\ "x"',
        "text": "%s\n",
        "headers": {"X-Một": "%(a)s"},
        "attachments": [{"filename": "a.ics", "content": "ô"}],
        "not_before": NOW,
        "not_after": NOW + dt.timedelta(days=1),
        "created_at": NOW,
    }
    return Letter(**told | facts)


def test_every_column_comes_back_as_the_orm_has_it():
    """Seven times: from the sixth on PostgreSQL has one plan for all values."""
    for number in range(7):
        ours, its = letter(dedupe_key=f"a{number}"), letter(dedupe_key=f"b{number}")
        assert letters(ours)
        its.save()
        found = model_to_dict(Letter.objects.get(pk=ours.pk))
        same = model_to_dict(Letter.objects.get(pk=its.pk))
        found |= {"id": 0, "dedupe_key": ""}
        assert found == same | {"id": 0, "dedupe_key": ""}


def test_it_is_a_row_that_can_be_saved_again():
    row = letter()
    letters(row)
    row.subject = "Khác"
    row.save(update_fields=["subject"])
    assert [one.subject for one in Letter.objects.all()] == ["Khác"]


def test_what_is_taken_is_left_and_the_row_stays_unwritten():
    assert letters(letter(dedupe_key="once"))
    second = letter(dedupe_key="once", subject="Second")
    assert not letters(second)
    assert second.pk is None
    assert second._state.adding
    assert letters(letter(dedupe_key=None))
    assert letters(letter(dedupe_key=None))


def test_without_once_the_database_refuses():
    always = Insertion(Letter)
    always(letter(dedupe_key="once"))
    with pytest.raises(IntegrityError), transaction.atomic():
        always(letter(dedupe_key="once"))


def test_what_is_too_long_is_refused_and_not_cut():
    with pytest.raises(DataError), transaction.atomic():
        letters(letter(kind="x" * 61))
    assert letters(letter())


def test_a_transaction_that_failed_spoils_nothing():
    fresh = Insertion(Letter)
    with transaction.atomic():
        fresh(letter())
        transaction.set_rollback(True)
    assert fresh(letter())
    assert Letter.objects.count() == 1


def test_several_go_in_one_breath_and_the_last_one_answers(django_assert_num_queries):
    row, other = letter(), letter()
    letters(other)
    shout = Written("UPDATE mail_letter SET subject = %s || '%%' WHERE id = %s")
    with django_assert_num_queries(1), connection.cursor() as cursor:
        write(cursor, [(shout, ["A", other.pk]), letters.step(row)])
        letters.settle(row, cursor.fetchone())
    other.refresh_from_db()
    assert other.subject == "A%"
    assert Letter.objects.get(pk=row.pk).text == "%s\n"
