import datetime as dt

import pytest
from django.db import DataError, transaction

from mail.models import Letter
from tests.factories.mail import LetterFactory

pytestmark = pytest.mark.django_db


def test_pending_is_what_waits_and_may_leave_in_its_order(now):
    minute = dt.timedelta(minutes=1)
    second = LetterFactory(not_before=now)
    first = LetterFactory(state=Letter.State.RETRY, not_before=now - minute)
    LetterFactory(not_before=now + minute)
    LetterFactory(sent=True)
    LetterFactory(in_flight=True)
    assert list(Letter.objects.pending(now)) == [first, second]


def test_insert_once_sets_the_id_of_the_new_row_only():
    new = LetterFactory.build(dedupe_key="a")
    assert Letter.objects.insert_once(new)
    assert Letter.objects.get() == new
    again = LetterFactory.build(dedupe_key="a")
    assert not Letter.objects.insert_once(again)
    assert again.pk is None


def test_insert_new_counts_the_rows_that_are_new():
    letters = [LetterFactory.build(dedupe_key=key) for key in ("a", "b", None, None)]
    assert Letter.objects.insert_new(letters) == 4
    letters = [LetterFactory.build(dedupe_key=key) for key in ("b", "c", "c")]
    assert Letter.objects.insert_new(letters) == 1
    assert Letter.objects.insert_new([]) == 0


def test_insert_new_writes_each_letter_as_it_is():
    letters = [
        LetterFactory.build(
            dedupe_key=key,
            recipient=recipient,
            subject=subject,
            headers=headers,
            attachments=attachments,
            not_after=not_after,
            secret=False,
            urgent=urgent,
        )
        for key, recipient, subject, headers, attachments, not_after, urgent in (
            ("a", 1, "Ánh's “{x}”, 5 %s \\ NULL", {}, [], None, False),
            ("b", None, "", {"X-A": "b"}, [{"filename": "a"}], None, True),
        )
    ]
    letters[1].not_after = letters[1].created_at
    assert Letter.objects.insert_new(letters) == 2
    for letter in letters:
        row = Letter.objects.get(dedupe_key=letter.dedupe_key)
        for field in Letter._meta.concrete_fields:
            if not field.primary_key:
                found, meant = (getattr(one, field.attname) for one in (row, letter))
                assert found == meant, field.attname


def test_insert_new_writes_letters_that_are_equal_too():
    letters = [LetterFactory.build(dedupe_key=None, message_id="<1@example.com>")] * 3
    assert Letter.objects.insert_new(letters) == Letter.objects.count() == 3


@pytest.mark.parametrize("others", [[], ["short"]])
def test_insert_new_refuses_what_is_too_long_instead_of_cutting_it(others):
    kinds = [*others, "k" * 61]
    with pytest.raises(DataError), transaction.atomic():
        Letter.objects.insert_new([LetterFactory.build(kind=kind) for kind in kinds])
    assert not Letter.objects.exists()


def test_djangos_own_ways_of_writing_rows_still_work():
    Letter.objects.bulk_create([LetterFactory.build(), LetterFactory.build()])
    LetterFactory.build().save()
    assert Letter.objects.count() == 3
