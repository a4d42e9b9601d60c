"""Who is reminded, when, and once (DESIGN rule 4; LESSONS cases 10 and 13 to 16)."""

import datetime as dt

import pytest
from django.utils import translation

from mail import kinds, reminders
from mail.models import Letter
from tests.factories.members import PersonFactory
from tests.factories.training import RegistrationFactory, SessionFactory, State
from training import actions
from training.emails import REMINDER
from training.reminders import recheck

pytestmark = pytest.mark.django_db

MINUTE, HOUR, DAY = (
    dt.timedelta(minutes=1),
    dt.timedelta(hours=1),
    dt.timedelta(days=1),
)
# 14:00 on Tuesday 1 December in Vietnam, so that two hours before is no night.
START = dt.datetime(2026, 12, 1, 7, 0, tzinfo=dt.UTC)
LONG_AGO = START - 30 * DAY


@pytest.fixture(autouse=True)
def _other_sources_rest(monkeypatch):
    """Whatever else registers reminders is not asked here."""
    ours = reminders.registry["training"]
    monkeypatch.setattr(reminders.registry, "_items", {"training": ours})


def placed(start=START, told=LONG_AGO, **fields):
    session = SessionFactory(
        starts_at=start, closes_at=start, opens_at=LONG_AGO - DAY, **fields
    )
    return RegistrationFactory(session=session, registered_at=told)


def sweep(moment):
    """How many reminders this minute's sweep writes."""
    return reminders.queue_due(moment)


def reminder():
    return Letter.objects.get(kind=REMINDER)


def move(session, by, now):
    return actions.reschedule(
        session_id=session.pk,
        starts_at=session.starts_at + by,
        ends_at=session.ends_at + by,
        by=None,
        now=now,
    )


@pytest.mark.parametrize("lead", [7 * DAY, DAY, 2 * HOUR])
def test_each_lead_is_due_to_the_minute_and_once(lead):
    sign_up = placed()

    assert sweep(START - lead - MINUTE) == 0
    assert sweep(START - lead) == 1
    assert sweep(START - lead) == sweep(START - lead + MINUTE) == 0
    letter = reminder()
    assert letter.about_id == sign_up.pk
    assert letter.recipient == sign_up.person_id
    assert letter.address == sign_up.person.email


def test_a_season_of_sweeps_brings_three_letters():
    placed()

    moment, found = START - 8 * DAY, []
    while moment < START + HOUR:
        if sweep(moment):
            found.append(START - moment)
        moment += 15 * MINUTE

    assert found == [7 * DAY, DAY, 2 * HOUR]


def test_after_a_long_outage_only_the_latest_goes_out():
    placed()

    assert sweep(START - HOUR - MINUTE) == 1
    assert reminder().dedupe_key.split(":")[2] == "120"


def test_none_goes_out_later_than_half_its_lead():
    placed()

    assert sweep(START - HOUR) == 1
    Letter.objects.all().delete()
    assert sweep(START - HOUR + MINUTE) == 0


def test_a_late_letter_does_not_leave_after_half_its_lead_either():
    placed()
    sweep(START - DAY)

    assert reminder().not_after == START - 12 * HOUR


def test_a_lead_in_the_night_moves_to_the_evening_before():
    # Starts at 06:30, so two hours before is 04:30 and moves to 20:00.
    start = dt.datetime(2026, 11, 30, 23, 30, tzinfo=dt.UTC)
    evening = dt.datetime(2026, 11, 30, 13, 0, tzinfo=dt.UTC)
    placed(start=start, told=evening - MINUTE)

    assert sweep(evening - MINUTE) == 0
    assert sweep(evening) == 1
    assert reminder().dedupe_key.split(":")[2] == "120"


@pytest.mark.parametrize("state", [State.WAITING, State.PENDING, State.CANCELLED])
def test_only_whoever_has_a_place_is_reminded(state):
    session = SessionFactory(starts_at=START, closes_at=START)
    RegistrationFactory(session=session, state=state, registered_at=LONG_AGO)

    assert sweep(START - DAY) == 0


@pytest.mark.parametrize("state", ["draft", "cancelled"])
def test_only_published_sessions_remind(state):
    placed(state=state)

    assert sweep(START - DAY) == 0


def test_whoever_signed_up_after_the_reminder_time_has_just_been_told():
    placed(told=START - DAY)
    placed(told=START - DAY + MINUTE)
    early = placed(told=START - DAY - MINUTE)

    assert sweep(START - DAY + HOUR) == 1
    assert reminder().about_id == early.pk


def test_whoever_moved_up_from_the_line_has_just_been_told():
    session = SessionFactory(starts_at=START, closes_at=START, capacity=1)
    holder = RegistrationFactory(session=session, registered_at=LONG_AGO)
    RegistrationFactory(session=session, state=State.WAITING, registered_at=LONG_AGO)
    actions.cancel(registration_id=holder.pk, by=None, now=START - DAY)

    assert sweep(START - DAY) == 0
    assert sweep(START - 2 * HOUR) == 1


def test_nobody_without_an_address_holds_the_others_up():
    session = SessionFactory(starts_at=START, closes_at=START)
    for email in ("", "b@example.com"):
        person = PersonFactory(email=email)
        RegistrationFactory(session=session, person=person, registered_at=LONG_AGO)

    assert sweep(START - DAY) == 1


class TestMoved:
    def test_a_small_move_brings_no_second_reminder(self):
        sign_up = placed()
        sweep(START - DAY)
        move(sign_up.session, 29 * MINUTE, START - DAY + HOUR)

        assert sweep(START - DAY + 2 * HOUR) == 0
        assert Letter.objects.filter(kind="training.changed").count() == 1

    def test_small_moves_do_not_add_up_to_silence(self):
        sign_up = placed()
        sweep(START - 7 * DAY)
        for _ in range(3):
            sign_up.session.refresh_from_db()
            move(sign_up.session, 20 * MINUTE, START - 6 * DAY)

        assert sweep(START + HOUR - DAY) == 1

    def test_a_move_of_a_day_brings_the_reminder_of_the_new_day(self):
        sign_up = placed()
        sweep(START - DAY)
        move(sign_up.session, 3 * DAY, START - DAY + HOUR)

        assert sweep(START + 2 * DAY - MINUTE) == 0
        assert sweep(START + 2 * DAY) == 1

    def test_a_reminder_whose_time_has_passed_is_not_sent_again(self):
        sign_up = placed()
        sweep(START - 7 * DAY)
        move(sign_up.session, DAY, START - 5 * DAY)

        # The week-before reminder of the new day would have been due yesterday.
        assert sweep(START - 5 * DAY + MINUTE) == 0

    def test_a_session_moved_close_is_told_by_the_change_letter(self):
        sign_up = placed(start=START + 10 * DAY)
        now = START - 20 * HOUR
        move(sign_up.session, -10 * DAY, now)

        assert sweep(now + MINUTE) == 0
        assert sweep(START - 2 * HOUR) == 1


class TestRecheck:
    def queued(self):
        sign_up = placed()
        sweep(START - DAY)
        return sign_up, reminder()

    def test_what_is_still_true_stays(self):
        _sign_up, letter = self.queued()

        assert recheck(letter, START - DAY) is kinds.KEEP

    def test_whoever_cancelled_meanwhile_gets_none(self):
        sign_up, letter = self.queued()
        actions.cancel(registration_id=sign_up.pk, by=None, now=START - DAY)

        assert isinstance(recheck(letter, START - DAY), kinds.Drop)

    def test_a_cancelled_session_reminds_nobody(self):
        sign_up, letter = self.queued()
        actions.cancel_session(session_id=sign_up.session_id, by=None, now=START - DAY)

        assert isinstance(recheck(letter, START - DAY), kinds.Drop)

    def test_nobody_is_reminded_of_what_has_begun(self):
        _sign_up, letter = self.queued()

        assert isinstance(recheck(letter, START), kinds.Drop)

    def test_a_small_move_is_told_anew(self):
        sign_up, letter = self.queued()
        move(sign_up.session, 15 * MINUTE, START - DAY)

        with translation.override("vi"):
            verdict = recheck(letter, START - DAY)

        assert isinstance(verdict, kinds.Renew)
        assert "14:15" in verdict.content.text
        assert "14:15" not in letter.text
        assert verdict.fingerprint != letter.fingerprint

    def test_a_new_venue_is_told_anew(self):
        sign_up, letter = self.queued()
        actions.revise(
            session_id=sign_up.session_id,
            changes={"venue": "Hội trường B"},
            by=None,
            now=START - DAY,
        )

        verdict = recheck(letter, START - DAY)

        assert isinstance(verdict, kinds.Renew)
        assert "Hội trường B" in verdict.content.html

    def test_a_far_move_leaves_it_to_the_new_reminders(self):
        sign_up, letter = self.queued()
        move(sign_up.session, DAY, START - DAY)

        assert isinstance(recheck(letter, START - DAY), kinds.Drop)


def test_the_letter_says_when_where_and_how_to_stay_away():
    placed(online=True, venue="Điểm cầu Chợ Mới")
    sweep(START - DAY)

    letter = reminder()

    for text in (letter.text, letter.html):
        assert "14:00, Thứ Ba 01/12/2026" in text
        assert "Điểm cầu Chợ Mới" in text
        assert "https://hop.example.com/lop-an-toan-so" in text
        assert "/huy/?ma=" in text
    assert "14:00, Thứ Ba 01/12/2026" in letter.subject
    assert kinds.is_optional(REMINDER)
    assert "\ue000" not in letter.subject + letter.text + letter.html


def test_the_sweep_asks_as_many_questions_for_many_people_as_for_one(
    django_assert_max_num_queries,
):
    sign_up = placed()
    with django_assert_max_num_queries(12):
        assert sweep(START - 7 * DAY) == 1
    for _ in range(20):
        RegistrationFactory(session=sign_up.session, registered_at=LONG_AGO)

    with django_assert_max_num_queries(12):
        assert sweep(START - DAY) == 21
