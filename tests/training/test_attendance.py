"""Marks that come late, twice, out of order, with wrong clocks: LESSONS case 19."""

import datetime as dt
from uuid import uuid4

import pytest

from members import merge, privacy
from tests.factories.members import PersonFactory, UserFactory
from tests.factories.training import (
    AttendanceFactory,
    RegistrationFactory,
    SessionFactory,
    SlotFactory,
    State,
)
from training import attendance
from training.attendance import MarkRefusal, Scan, Share
from training.locks import Refused
from training.models import Attendance, Mark

pytestmark = pytest.mark.django_db

Method, What = Mark.Method, Mark.What
MINUTE = dt.timedelta(minutes=1)
HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)


@pytest.fixture
def slot():
    return SlotFactory()


@pytest.fixture
def lan(slot):
    return RegistrationFactory(session=slot.session)


def press(registration, slot, *, at, now=None, **fields):
    """A mark made at `at`, received at `now`."""
    scan = Scan(
        method=fields.pop("method", Method.LIST),
        at=at,
        nonce=fields.pop("nonce", None) or uuid4(),
        **{
            name: fields.pop(name)
            for name in ("skew", "device", "what")
            if name in fields
        },
    )
    return attendance.mark(
        registration_id=registration.pk,
        slot=slot,
        scan=scan,
        by=fields.pop("by", None),
        now=now or at,
    )


def came_at(registration):
    return list(registration.attendances.values_list("came_at", flat=True))


class TestOnce:
    def test_a_mark_makes_one_attendance(self, lan, slot):
        helper = UserFactory()

        outcome = press(lan, slot, at=slot.starts_at, by=helper, method=Method.QR)

        assert outcome.attendance == lan.attendances.get()
        assert outcome.earlier is None
        assert outcome.mark.by == helper
        assert came_at(lan) == [slot.starts_at]

    def test_the_same_nonce_again_changes_nothing(self, lan, slot):
        nonce = uuid4()
        press(lan, slot, at=slot.starts_at, nonce=nonce)

        again = press(lan, slot, at=slot.starts_at + HOUR, nonce=nonce)

        assert again.repeated
        assert Mark.objects.count() == Attendance.objects.count() == 1
        assert came_at(lan) == [slot.starts_at]

    def test_the_same_nonce_is_harmless_even_after_everything_is_closed(
        self, lan, slot
    ):
        nonce = uuid4()
        press(lan, slot, at=slot.starts_at, nonce=nonce)

        assert press(lan, slot, at=slot.ends_at + 30 * DAY, nonce=nonce).repeated

    def test_a_nonce_of_somebody_else_marks_nobody(self, lan, slot):
        nonce = uuid4()
        press(lan, slot, at=slot.starts_at, nonce=nonce)
        hung = RegistrationFactory(session=slot.session)

        assert press(hung, slot, at=slot.starts_at, nonce=nonce).attendance is None
        assert not hung.marks.exists()

    def test_a_code_shown_twice_says_when_it_was_seen_first(self, lan, slot):
        press(lan, slot, at=slot.starts_at, device="a", method=Method.QR)

        later = slot.starts_at + 5 * MINUTE
        again = press(lan, slot, at=later, device="b", method=Method.QR)

        assert again.earlier.came_at == slot.starts_at
        assert came_at(lan) == [slot.starts_at]
        assert lan.marks.count() == 2
        assert not Mark.objects.open_clashes()

    def test_half_days_are_counted_apart(self, lan, slot):
        afternoon = SlotFactory(
            session=slot.session, starts_at=slot.starts_at + 5 * HOUR
        )
        press(lan, slot, at=slot.starts_at)
        press(lan, afternoon, at=afternoon.starts_at)

        assert attendance.share_attended(lan) == Share(came=2, slots=2)


class TestTwoDevices:
    """Both without a network, both scan the same code."""

    @pytest.mark.parametrize("first_to_sync", ["early", "late"])
    def test_the_earliest_scan_wins_and_the_other_is_listed(
        self, lan, slot, first_to_sync
    ):
        early, late = slot.starts_at, slot.starts_at + 10 * MINUTE
        scans = {"early": early, "late": late}
        names = sorted(scans, key=lambda name: name != first_to_sync)
        for number, name in enumerate(names):
            back = slot.starts_at + HOUR + number * MINUTE
            press(lan, slot, at=scans[name], now=back, device=name)

        assert came_at(lan) == [early]
        assert [one.device for one in Mark.objects.open_clashes()] == ["late"]
        assert lan.marks.count() == 2

    def test_a_conflict_that_was_looked_at_is_listed_no_more(self, lan, slot):
        for device in "ab":
            press(
                lan, slot, at=slot.starts_at, now=slot.starts_at + HOUR, device=device
            )
        (clash,) = Mark.objects.open_clashes()

        other = SessionFactory()
        attendance.look_at(mark_id=clash.pk, session_id=other.pk, now=slot.ends_at)
        assert Mark.objects.open_clashes().exists()

        attendance.look_at(
            mark_id=clash.pk, session_id=slot.session_id, now=slot.ends_at
        )
        assert not Mark.objects.open_clashes().exists()

    def test_one_device_that_presses_twice_is_no_conflict(self, lan, slot):
        back = slot.starts_at + HOUR
        press(lan, slot, at=slot.starts_at, now=back, device="a")
        press(lan, slot, at=slot.starts_at + MINUTE, now=back, device="a")

        assert not Mark.objects.open_clashes()

    def test_taking_back_what_had_not_arrived_yet_is_a_conflict(self, lan, slot):
        start = slot.starts_at
        press(lan, slot, at=start, device="a")
        press(lan, slot, at=start + 9 * MINUTE, device="a", what=What.UNDONE)

        press(lan, slot, at=start + 5 * MINUTE, now=start + HOUR, device="b")

        assert came_at(lan) == []
        assert [one.device for one in Mark.objects.open_clashes()] == ["b"]


class TestTakingBack:
    def test_it_is_a_mark_too(self, lan, slot):
        press(lan, slot, at=slot.starts_at)

        press(lan, slot, at=slot.starts_at + MINUTE, what=What.UNDONE)

        assert came_at(lan) == []
        assert lan.marks.count() == 2

    def test_who_comes_back_is_there_again(self, lan, slot):
        press(lan, slot, at=slot.starts_at)
        press(lan, slot, at=slot.starts_at + MINUTE, what=What.UNDONE)

        press(lan, slot, at=slot.starts_at + 2 * MINUTE)

        assert came_at(lan) == [slot.starts_at + 2 * MINUTE]

    def test_the_order_of_arrival_changes_nothing(self, lan, slot):
        back = slot.starts_at + HOUR
        press(lan, slot, at=slot.starts_at + 2 * MINUTE, now=back, what=What.UNDONE)
        press(lan, slot, at=slot.starts_at + 3 * MINUTE, now=back)
        press(lan, slot, at=slot.starts_at, now=back)

        assert came_at(lan) == [slot.starts_at + 3 * MINUTE]


class TestClocks:
    @pytest.mark.parametrize("wrong_by", [-HOUR, HOUR], ids=["behind", "ahead"])
    def test_a_clock_an_hour_wrong_is_put_right_by_its_skew(self, lan, slot, wrong_by):
        seen = slot.starts_at + 5 * MINUTE

        press(lan, slot, at=seen + wrong_by, skew=-wrong_by, now=seen + HOUR)

        assert came_at(lan) == [seen]

    def test_a_time_after_the_arrival_becomes_the_arrival(self, lan, slot):
        back = slot.starts_at + HOUR

        press(lan, slot, at=back + HOUR, now=back)

        assert came_at(lan) == [back]

    def test_a_time_before_the_desk_opened_becomes_the_arrival(self, lan, slot):
        back = slot.starts_at + HOUR

        press(lan, slot, at=dt.datetime(2015, 1, 1, tzinfo=dt.UTC), now=back)

        assert came_at(lan) == [back]


class TestRefusals:
    def refusal(self, *args, **kwargs):
        with pytest.raises(Refused) as caught:
            press(*args, **kwargs)
        assert not Mark.objects.exists()
        return caught.value.refusal

    @pytest.mark.parametrize(
        ("state", "refusal"),
        [
            (State.CANCELLED, MarkRefusal.CANCELLED),
            (State.REJECTED, MarkRefusal.CANCELLED),
            (State.WAITING, MarkRefusal.NO_PLACE),
            (State.PENDING, MarkRefusal.NO_PLACE),
        ],
    )
    def test_without_a_place(self, slot, state, refusal):
        sign_up = RegistrationFactory(session=slot.session, state=state)

        assert self.refusal(sign_up, slot, at=slot.starts_at) is refusal

    def test_the_code_of_another_session(self, slot):
        other = RegistrationFactory()

        refusal = self.refusal(other, slot, at=slot.starts_at)

        assert refusal is MarkRefusal.OTHER_SESSION

    def test_a_session_that_does_not_take_place(self):
        slot = SlotFactory(session=SessionFactory(state="cancelled"))
        sign_up = RegistrationFactory(session=slot.session)

        refusal = self.refusal(sign_up, slot, at=slot.starts_at)

        assert refusal is MarkRefusal.SESSION_OFF

    TICK = dt.timedelta(microseconds=1)

    @pytest.mark.parametrize("method", Method)
    def test_the_window_is_half_open(self, lan, slot, method):
        early = dt.timedelta() if method == Method.SELF else 2 * HOUR
        opens = slot.starts_at - early
        ends = {
            Method.QR: slot.ends_at + 2 * HOUR,
            Method.CODE: slot.ends_at + 2 * HOUR,
            Method.SELF: slot.ends_at,
        }.get(method, slot.ends_at + 7 * DAY)

        def why_not(at):
            return attendance.why_not_mark(lan, slot, method, at=at, now=at)

        assert why_not(opens - self.TICK) is MarkRefusal.TOO_EARLY
        assert why_not(opens) is None
        assert why_not(ends - self.TICK) is None
        assert why_not(ends) in {MarkRefusal.TOO_LATE, MarkRefusal.CLOSED}

    def test_what_was_scanned_in_time_may_arrive_later(self, lan, slot):
        seen = slot.ends_at
        press(lan, slot, at=seen, now=seen + 3 * DAY, method=Method.QR)

        assert came_at(lan) == [seen]

    def test_but_not_after_seven_days(self, lan, slot):
        refusal = self.refusal(lan, slot, at=slot.starts_at, now=slot.ends_at + 7 * DAY)

        assert refusal is MarkRefusal.CLOSED


class TestPaper:
    def test_everybody_ticked_is_there_and_nobody_twice(self, slot):
        people = [RegistrationFactory(session=slot.session) for _ in range(3)]
        press(people[0], slot, at=slot.starts_at)
        waiting = RegistrationFactory(session=slot.session, state=State.WAITING)
        stranger = RegistrationFactory()
        ids = [one.pk for one in [*people, waiting, stranger]]

        def tick():
            return attendance.tick(
                slot=slot, registration_ids=ids, by=None, now=slot.ends_at
            )

        assert [tick(), tick()] == [2, 0]
        assert Attendance.objects.filter(slot=slot).count() == 3
        assert came_at(people[0]) == [slot.starts_at]

    def test_thirty_cost_as_many_questions_as_three(
        self, slot, django_assert_num_queries
    ):
        people = [RegistrationFactory(session=slot.session) for _ in range(30)]
        for some in (people[:3], people):
            ids = [one.pk for one in some]
            with django_assert_num_queries(6):
                attendance.tick(
                    slot=slot, registration_ids=ids, by=None, now=slot.ends_at
                )


class TestSlots:
    def test_a_session_without_half_days_is_one(self):
        session = SessionFactory()

        (slot,) = attendance.slots_of(session, now=session.starts_at)

        assert (slot.starts_at, slot.ends_at) == (session.starts_at, session.ends_at)
        assert attendance.slots_of(session, now=session.ends_at) == [slot]

    def test_which_is_not_written_down_before_the_desk_opens(self):
        session = SessionFactory()
        early = session.starts_at - 3 * HOUR

        (slot,) = attendance.slots_of(session, now=early)

        assert slot.pk is None
        assert not session.slots.exists()

    def test_the_desk_means_the_half_day_that_runs_or_comes(self, slot):
        afternoon = SlotFactory(
            session=slot.session, starts_at=slot.starts_at + 6 * HOUR
        )
        both = [afternoon, slot]

        def meant(at):
            return attendance.slot_now(both, at)

        assert meant(slot.starts_at - 9 * HOUR) == slot
        assert meant(slot.starts_at) == slot
        assert meant(slot.ends_at - MINUTE) == slot
        assert meant(slot.ends_at) == afternoon
        assert meant(afternoon.ends_at + DAY) == afternoon


class TestShare:
    @pytest.mark.parametrize(
        ("came", "slots", "percent", "reached"),
        [
            (4, 5, 80, True),
            (3, 5, 80, False),
            (2, 3, 66, True),
            (2, 3, 67, False),
            (0, 0, 1, False),
            (3, 3, 100, True),
        ],
    )
    def test_it_is_compared_exactly(self, came, slots, percent, reached):
        assert Share(came=came, slots=slots).reaches(percent) is reached

    def test_everybody_at_once_says_the_same(self, slot, django_assert_num_queries):
        SlotFactory(session=slot.session, starts_at=slot.starts_at + 5 * HOUR)
        rows = [AttendanceFactory(slot=slot) for _ in range(3)]
        RegistrationFactory(session=slot.session)

        with django_assert_num_queries(2):
            shares = attendance.shares_attended(slot.session)

        half = Share(came=1, slots=2)
        assert shares == {row.registration_id: half for row in rows}
        assert attendance.share_attended(rows[0].registration) == half


class TestNoShows:
    def missed(self, sign_up, *, since=None, now=None):
        ends = sign_up.session.ends_at
        return attendance.no_shows(
            sign_up.person, since=since or ends, now=now or ends + DAY
        ).count()

    def test_who_had_a_place_and_did_not_come(self, slot):
        absent = RegistrationFactory(session=slot.session)
        there = AttendanceFactory(slot=slot).registration

        assert self.missed(absent) == 1
        assert self.missed(there) == 0

    def test_nobody_where_no_list_was_kept(self, lan):
        assert not attendance.took_attendance(lan.session)
        assert self.missed(lan) == 0

    def test_nobody_before_the_session_is_over(self, slot, lan):
        AttendanceFactory(slot=slot)

        assert attendance.took_attendance(lan.session)
        assert self.missed(lan, now=lan.session.ends_at) == 0

    def test_nothing_from_before_the_memory_begins(self, slot, lan):
        AttendanceFactory(slot=slot)

        after = lan.session.ends_at + dt.timedelta(microseconds=1)
        assert self.missed(lan, since=after) == 0

    def test_who_cancelled_is_excused(self, slot):
        AttendanceFactory(slot=slot)
        gone = RegistrationFactory(session=slot.session, state=State.CANCELLED)

        assert self.missed(gone) == 0


class TestPeople:
    def test_half_days_are_handed_out(self, slot):
        row = AttendanceFactory(slot=slot)

        (shown,) = privacy.export_person(row.registration.person)["training.attendance"]

        assert shown["session"] == slot.session.title
        assert shown["came_at"] == slot.starts_at.isoformat()

    def test_erased_people_stay_a_figure(self, slot, now):
        row = AttendanceFactory(slot=slot)

        privacy.erase_person(person=row.registration.person, now=now)

        assert Attendance.objects.filter(slot=slot).count() == 1

    def test_merged_people_were_there_once(self, slot, now):
        keep, drop = PersonFactory(birth_date=None), PersonFactory(birth_date=None)
        kept = RegistrationFactory(session=slot.session, person=keep)
        double = RegistrationFactory(session=slot.session, person=drop)
        press(kept, slot, at=slot.starts_at + HOUR)
        press(double, slot, at=slot.starts_at)

        merge.merge_people(keep=keep, drop=drop, now=now)

        (row,) = Attendance.objects.all()
        assert row.registration.person == keep
        assert row.registration.state == State.CONFIRMED
        assert row.came_at == slot.starts_at
