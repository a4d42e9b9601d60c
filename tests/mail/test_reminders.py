import datetime as dt
from collections.abc import Iterable

import pytest
from django.db import connection

from mail import locks, reminders
from mail.actions import Draft
from mail.models import Letter
from mail.reminders import due_lead, is_same_start, key, latest_lead, queue_due, send_at
from tests.factories.mail import LetterFactory
from tests.mail.sessions import other_session
from vietnam.dates import VIETNAM

HOURS = dt.timedelta(hours=1)
DAYS = dt.timedelta(days=1)
MINUTE = dt.timedelta(minutes=1)
LEADS = (7 * DAYS, DAYS, 2 * HOURS)


def at(text: str) -> dt.datetime:
    """A moment in Việt Nam: "01/12 08:00"."""
    moment = dt.datetime.strptime(f"{text} 2026", "%d/%m %H:%M %Y")  # noqa: DTZ007
    return moment.replace(tzinfo=VIETNAM)


class TestSendAt:
    @pytest.mark.parametrize(
        ("start", "lead", "expected"),
        [
            ("10/12 08:00", DAYS, "09/12 08:00"),
            ("10/12 08:00", 2 * HOURS, "09/12 20:00"),
            ("10/12 09:00", 2 * HOURS, "10/12 07:00"),
            ("10/12 08:59", 2 * HOURS, "09/12 20:00"),
            ("10/12 22:59", 2 * HOURS, "10/12 20:59"),
            ("10/12 23:00", 2 * HOURS, "10/12 20:00"),
            ("10/12 20:30", DAYS, "09/12 20:30"),
            ("10/12 21:00", DAYS, "09/12 20:00"),
            ("10/12 06:00", DAYS, "08/12 20:00"),
            ("11/12 00:30", 2 * HOURS, "10/12 20:00"),
            ("01/12 00:30", 7 * DAYS, "23/11 20:00"),
        ],
    )
    def test_nobody_is_written_to_at_night(self, start, lead, expected):
        assert send_at(at(start), lead) == at(expected)

    @pytest.mark.parametrize(
        ("start", "lead", "expected"),
        [
            # By the calendar of Việt Nam, where the day begins at 17:00 UTC.
            ("2028-03-01 07:00", DAYS, "2028-02-29 07:00"),
            ("2028-02-29 07:00", DAYS, "2028-02-28 07:00"),
            ("2027-03-01 07:00", DAYS, "2027-02-28 07:00"),
            ("2028-01-01 07:00", DAYS, "2027-12-31 07:00"),
            ("2028-01-01 00:30", 2 * HOURS, "2027-12-31 20:00"),
            ("2028-01-01 22:30", DAYS, "2027-12-31 20:00"),
        ],
    )
    def test_leap_days_and_the_turn_of_the_year(self, start, lead, expected):
        moment = dt.datetime.fromisoformat(start).replace(tzinfo=VIETNAM)
        sent = dt.datetime.fromisoformat(expected).replace(tzinfo=VIETNAM)
        assert send_at(moment.astimezone(dt.UTC), lead) == sent

    def test_shift_is_never_longer_than_sources_look_ahead(self):
        start = at("10/12 00:00")
        for minute in range(24 * 60):
            moment = start + minute * MINUTE
            shift = moment - send_at(moment, dt.timedelta())
            assert dt.timedelta() <= shift <= reminders.LONGEST_SHIFT

    @pytest.mark.parametrize(
        ("start", "lead", "expected"),
        [
            # Tết is 6 February 2027; 23 tháng Chạp is 30 January.
            ("2027-02-20 08:00", 7 * DAYS, "2027-02-13 08:00"),  # mùng 8
            ("2027-02-19 08:00", 7 * DAYS, "2027-01-29 20:00"),  # mùng 7
            ("2027-02-13 08:00", DAYS, "2027-01-29 20:00"),
            ("2027-02-13 08:30", 2 * HOURS, "2027-01-29 20:00"),  # night, then Tết
            ("2027-02-06 08:00", 7 * DAYS, "2027-01-30 08:00"),  # called in Tết itself
            ("2027-01-31 08:00", 2 * DAYS, "2027-01-29 08:00"),
        ],
    )
    def test_nobody_is_written_to_in_tet(self, start, lead, expected):
        moment = dt.datetime.fromisoformat(start).replace(tzinfo=VIETNAM)
        sent = dt.datetime.fromisoformat(expected).replace(tzinfo=VIETNAM)
        assert send_at(moment, lead) == sent

    @pytest.mark.parametrize("year", range(2026, 2041))
    def test_no_tet_is_longer_than_sources_look_ahead(self, year):
        after = dt.datetime(year, 1, 1, 6, 59, tzinfo=VIETNAM)
        for day in range(90):
            moment = after + day * DAYS
            shift = moment - send_at(moment + DAYS, DAYS)
            assert shift <= reminders.LONGEST_SHIFT


class TestDueLead:
    """A session on Thursday 10 December at 14:00."""

    START = "10/12 14:00"

    @pytest.mark.parametrize(
        ("now", "expected"),
        [
            ("03/12 13:59", None),
            ("03/12 14:00", 7 * DAYS),
            ("07/12 02:00", 7 * DAYS),
            ("07/12 02:01", None),
            ("09/12 13:59", None),
            ("09/12 14:00", DAYS),
            ("10/12 02:00", DAYS),
            ("10/12 02:01", None),
            ("10/12 12:00", 2 * HOURS),
            ("10/12 13:00", 2 * HOURS),
            ("10/12 13:01", None),
            ("10/12 14:00", None),
            ("10/12 15:00", None),
        ],
    )
    def test_latest_one_and_none_later_than_half_its_lead(self, now, expected):
        early = at("01/11 08:00")
        lead = due_lead(
            start=at(self.START), registered_at=early, leads=LEADS, now=at(now)
        )
        assert lead == expected

    @pytest.mark.parametrize(
        ("registered", "now", "expected"),
        [
            ("03/12 13:59", "03/12 14:00", 7 * DAYS),
            ("03/12 14:00", "03/12 14:01", None),
            ("05/12 08:00", "05/12 08:01", None),
            ("05/12 08:00", "09/12 14:00", DAYS),
            ("09/12 14:00", "09/12 15:00", None),
            ("09/12 14:01", "10/12 12:00", 2 * HOURS),
            ("10/12 12:30", "10/12 12:31", None),
        ],
    )
    def test_who_registers_after_the_reminder_time_gets_none(
        self, registered, now, expected
    ):
        lead = due_lead(
            start=at(self.START),
            registered_at=at(registered),
            leads=LEADS,
            now=at(now),
        )
        assert lead == expected

    def test_two_leads_that_fall_together_give_one_letter(self):
        """At 08:00 the two-hour and the twelve-hour lead both mean 20:00 before."""
        lead = latest_lead(
            start=at("10/12 08:00"),
            leads=(12 * HOURS, 2 * HOURS),
            now=at("09/12 20:00"),
        )
        assert lead == 2 * HOURS

    def test_a_worker_that_slept_for_days_sends_only_the_last(self):
        lead = latest_lead(start=at(self.START), leads=LEADS, now=at("09/12 20:00"))
        assert lead == DAYS

    def test_no_leads_no_letter(self):
        assert (
            latest_lead(start=at(self.START), leads=(), now=at("09/12 20:00")) is None
        )


class TestKey:
    def test_names_whom_which_lead_and_the_start_to_the_minute(self):
        start = at("10/12 14:00") + dt.timedelta(seconds=59)
        assert key("training.reminder", 17, DAYS, start) == (
            "training.reminder:17:1440:202612100700"
        )

    @pytest.mark.parametrize(
        ("minutes", "same"),
        [(0, True), (29, True), (-29, True), (30, False), (-30, False)],
    )
    def test_small_move_is_the_same_start(self, minutes, same):
        start = at("10/12 14:00")
        assert is_same_start(start, start + minutes * MINUTE) is same


@pytest.mark.django_db
class TestReminded:
    """Any model will do: here the letters themselves are what is reminded of."""

    START = "10/12 00:10"

    def unreminded(self, row, lead=DAYS, start=START, moved=0) -> bool:
        condition = reminders.reminded("x", lead=lead, start=at(start) + moved * MINUTE)
        return Letter.objects.filter(pk=row.pk).exclude(condition).exists()

    @pytest.fixture
    def row(self):
        row = LetterFactory()
        LetterFactory(dedupe_key=key("x", row.pk, DAYS, at(self.START)))
        return row

    @pytest.mark.parametrize(
        ("moved", "again"),
        [(0, False), (29, False), (-29, False), (30, True), (-30, True), (1440, True)],
    )
    def test_small_move_brings_no_second_reminder(self, row, moved, again):
        assert self.unreminded(row, moved=moved) is again

    def test_other_lead_or_other_row_is_not_reminded(self, row):
        assert self.unreminded(row, lead=7 * DAYS)
        assert self.unreminded(LetterFactory())

    def test_keys_do_not_meet_over_their_digits(self):
        """Row 1 with lead 11:… against row 11 with lead 1:…"""
        row = LetterFactory(pk=1)
        LetterFactory(dedupe_key=key("x", 11, DAYS, at(self.START)))
        LetterFactory(dedupe_key=key("x", 1, 10 * DAYS, at(self.START)))
        assert self.unreminded(row)

    def test_answer_comes_from_the_index(self, row):
        LetterFactory.create_batch(50)
        condition = reminders.reminded("x", lead=DAYS, start=at(self.START))
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
        plan = Letter.objects.exclude(condition).explain()
        assert "dedupe_key" in plan
        assert "Index Cond" in plan


class Source:
    kind = "tests.optional"

    def __init__(self, drafts: Iterable[Draft]) -> None:
        self.drafts = drafts

    def due(self, now):
        yield from self.drafts


class Broken:
    kind = "tests.optional"

    def due(self, now):
        raise RuntimeError("no such table")


@pytest.mark.django_db
class TestQueueDue:
    @pytest.fixture(autouse=True)
    def _own_sources(self, monkeypatch):
        monkeypatch.setattr(reminders.registry, "_items", {})

    @pytest.fixture
    def drafts(self, content):
        return [
            Draft(
                kind="tests.optional",
                address=f"lan{number}@example.com",
                content=content,
                dedupe_key=f"x:{number}",
            )
            for number in range(3)
        ]

    def test_writes_what_is_due_once(self, drafts, now):
        reminders.registry.register("x", Source(drafts))
        assert queue_due(now) == 3
        assert queue_due(now) == 0
        assert Letter.objects.filter(bulk=True).count() == 3

    def test_many_are_written_in_chunks(self, drafts, now, monkeypatch):
        monkeypatch.setattr(reminders, "CHUNK", 2)
        reminders.registry.register("x", Source(drafts))
        assert queue_due(now) == 3

    def test_broken_source_does_not_keep_the_others(self, drafts, now, caplog):
        reminders.registry.register("broken", Broken())
        reminders.registry.register("x", Source(drafts))
        assert queue_due(now) == 3
        assert "no such table" in caplog.text

    def test_second_sweep_at_the_same_time_leaves(self, drafts, now):
        reminders.registry.register("x", Source(drafts))
        with other_session() as other:
            other.execute("SELECT pg_advisory_lock(%s, %s)", [locks.CLASS, locks.SWEEP])
            assert queue_due(now) == 0
        assert queue_due(now) == 3
