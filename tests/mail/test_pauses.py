import datetime as dt

import pytest
from django.utils import translation

from mail import kinds, pauses
from mail.kinds import Wait
from vietnam.dates import VIETNAM

NIGHT = dt.datetime(2026, 11, 23, 22, tzinfo=VIETNAM)
MORNING = dt.datetime(2026, 11, 24, 7, tzinfo=VIETNAM)
NOON = dt.datetime(2026, 11, 23, 12, tzinfo=VIETNAM)
# 23 tháng Chạp is 30 January 2027, mùng 7 is 12 February.
TET = dt.datetime(2027, 2, 6, 12, tzinfo=VIETNAM)
TET_NIGHT = dt.datetime(2027, 2, 6, 23, tzinfo=VIETNAM)
AFTER_TET = dt.datetime(2027, 2, 13, 7, tzinfo=VIETNAM)
LAST_HOUR = dt.datetime(2027, 1, 29, 23, tzinfo=VIETNAM)
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _kinds(_kinds):
    for wait in Wait:
        kinds.register(f"w.{wait.value}", kinds.LetterKind(label="", waits=wait))


@pytest.mark.parametrize(
    ("wait", "moment", "leaves"),
    [
        ("nothing", NIGHT, NIGHT),
        ("nothing", TET, TET),
        ("morning", NOON, NOON),
        ("morning", NIGHT, MORNING),
        ("morning", TET, TET),
        ("morning", TET_NIGHT, TET_NIGHT + dt.timedelta(hours=8)),
        ("tet", NOON, NOON),
        ("tet", NIGHT, MORNING),
        ("tet", TET, AFTER_TET),
        ("tet", TET_NIGHT, AFTER_TET),
    ],
)
def test_each_kind_waits_for_what_it_can(wait, moment, leaves):
    assert pauses.leaves_at(f"w.{wait}", moment) == leaves


def test_a_night_that_ends_in_the_holiday_is_followed_by_it():
    """Written late on the evening before 23 tháng Chạp."""
    assert pauses.leaves_at("w.tet", LAST_HOUR) == AFTER_TET


@pytest.mark.parametrize(
    ("moment", "not_after", "leaves"),
    [
        (NIGHT, MORNING, NIGHT),
        (NIGHT, MORNING + dt.timedelta(seconds=1), MORNING),
        (TET, AFTER_TET, TET),
        (TET_NIGHT, TET_NIGHT + DAY, TET_NIGHT + dt.timedelta(hours=8)),
        (TET_NIGHT, TET_NIGHT + dt.timedelta(hours=1), TET_NIGHT),
    ],
)
def test_what_would_be_too_late_cannot_wait(moment, not_after, leaves):
    assert pauses.leaves_at("w.tet", moment, not_after) == leaves


def test_a_kind_that_nobody_registers_waits_for_nothing():
    assert pauses.leaves_at("w.gone", NIGHT) == NIGHT


class TestNotes:
    """To staff, before they send or when they have set a date."""

    def test_of_dates_only_those_ahead_and_in_tet_are_named(self):
        dates = {
            "opens": NOON,
            "closes": TET,
            "starts": AFTER_TET + 30 * DAY,
            "voting": None,
        }
        with translation.override("en"):
            note = pauses.tet_note(dates, NOON)
        assert "closes Saturday 6 February 2027, 12:00" in note
        for day in ("30 January 2027", "12 February 2027", "13 February 2027"):
            assert day in note
        for other in ("opens", "starts", "voting"):
            assert other not in note

    def test_what_is_over_needs_no_note(self):
        assert pauses.tet_note({"closes": TET}, TET + DAY) == ""

    @pytest.mark.parametrize(
        ("kind", "moment", "words"),
        [
            ("w.tet", TET, "It is Tết"),
            ("w.tet", NIGHT, "at night"),
            ("w.morning", TET_NIGHT, "07:00"),
            ("w.morning", NOON, ""),
            ("w.nothing", TET_NIGHT, ""),
        ],
    )
    def test_whoever_writes_is_told_when_it_leaves(self, kind, moment, words):
        with translation.override("en"):
            note = pauses.note(kind, moment)
        assert words in note
        assert bool(words) == bool(note)
