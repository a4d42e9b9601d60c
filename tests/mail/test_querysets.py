import datetime as dt

import pytest

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


def test_djangos_own_ways_of_writing_rows_still_work():
    Letter.objects.bulk_create([LetterFactory.build(), LetterFactory.build()])
    LetterFactory.build().save()
    assert Letter.objects.count() == 3
