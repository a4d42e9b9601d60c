"""The desk as plain forms, as phones bring marks, and who may see it."""

import datetime as dt
import json
import logging
from urllib.parse import quote
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse
from django.utils import translation

from members.models import Role
from tests.factories.members import (
    AssignmentFactory,
    PersonFactory,
    UnitFactory,
    UserFactory,
)
from tests.factories.training import (
    AttendanceFactory,
    MaterialFactory,
    RegistrationFactory,
    SessionFactory,
    SessionStaffFactory,
    SlotFactory,
    State,
)
from training import desk_sync, passes
from training.models import Attendance, Mark, Registration

pytestmark = pytest.mark.django_db

MINUTE = dt.timedelta(minutes=1)
HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture
def slot():
    return SlotFactory(session__capacity=300)


@pytest.fixture
def session(slot):
    return slot.session


@pytest.fixture
def lan(session):
    return RegistrationFactory(
        session=session,
        person__full_name="Bàn Thị Lan",
        unit_name="Chi đoàn thôn Nà Ngần",
    )


@pytest.fixture
def helper(session):
    return SessionStaffFactory(session=session).user


@pytest.fixture
def at(slot):
    """The clock of the whole test: five minutes into the half-day."""
    with time_machine.travel(slot.starts_at + 5 * MINUTE, tick=False) as clock:
        yield clock


@pytest.fixture
def client(client, helper):
    client.force_login(helper)
    client.cookies["django_language"] = "en"
    return client


def desk(session):
    return reverse("training:desk", args=[session.slug])


class TestList:
    def test_it_says_who_is_expected_and_who_is_here(self, client, session, lan, at):
        AttendanceFactory(slot=session.slots.get())
        RegistrationFactory(session=session, state=State.WAITING)

        page = client.get(desk(session))

        assert page.status_code == 200
        assert (page.context["there"], page.context["expected"]) == (1, 2)
        assert "Bàn Thị Lan" in page.text
        assert "no-store" in page["Cache-Control"]

    def test_a_press_marks_and_comes_back_to_the_list(self, client, session, lan, at):
        page = client.post(desk(session), {"came": lan.pk, "q": "lan"}, follow=True)

        assert lan.attendances.get().mark.method == "list"
        assert "Bàn Thị Lan is here." in page.text
        assert page.context["query"] == "lan"

    def test_a_second_press_says_so(self, client, session, lan, at):
        client.post(desk(session), {"came": lan.pk})

        page = client.post(desk(session), {"came": lan.pk}, follow=True)

        assert "was marked already" in page.text
        assert Attendance.objects.count() == 1

    def test_it_is_taken_back_with_the_other_button(self, client, session, lan, at):
        client.post(desk(session), {"came": lan.pk})
        client.post(desk(session), {"undo": lan.pk})

        assert not lan.attendances.exists()
        assert lan.marks.count() == 2

    @pytest.mark.parametrize("typed", ["ban thi", "Lan BÀN", "na ngan", "lan nà"])
    def test_people_are_found_without_accents_and_by_unit(
        self, client, session, lan, at, typed
    ):
        RegistrationFactory(session=session, person__full_name="Nông Văn Hùng")

        page = client.get(desk(session), {"q": typed})

        assert [line.registration for line in page.context["lines"]] == [lan]

    def test_a_typed_code_finds_the_person_and_is_remembered(
        self, client, session, lan, at
    ):
        RegistrationFactory(session=session)

        page = client.get(desk(session), {"q": passes.spaced(lan.code).lower()})
        assert [line.registration for line in page.context["lines"]] == [lan]
        assert 'name="how" value="code"' in page.text

        client.post(desk(session), {"came": lan.pk, "how": "code"})
        assert lan.attendances.get().mark.method == "code"

    @pytest.mark.parametrize("wanted", ["", "0", "abc", "-1", "٣", "9" * 5000])
    def test_nonsense_marks_nobody(self, client, session, lan, at, wanted):
        assert client.post(desk(session), {"came": wanted}).status_code == 404

    def test_somebody_of_another_session_is_not_in_this_list(
        self, client, session, lan, at
    ):
        other = RegistrationFactory()

        assert client.post(desk(session), {"came": other.pk}).status_code == 404
        assert not Mark.objects.exists()

    def test_it_is_closed_before_its_time(self, client, session, lan, at):
        at.move_to(session.starts_at - 3 * HOUR)

        page = client.get(desk(session))
        assert "It is too early" in page.text

        page = client.post(desk(session), {"came": lan.pk}, follow=True)
        assert "It is too early" in page.text
        assert not Mark.objects.exists()

    def test_another_half_day_can_be_chosen(self, client, session, slot, lan, at):
        late = SlotFactory(session=session, starts_at=slot.starts_at + 6 * HOUR)
        at.move_to(late.starts_at)

        client.post(desk(session), {"came": lan.pk, "buoi": slot.pk})

        assert lan.attendances.get().slot == slot

    def test_three_hundred_cost_as_many_questions_as_three(
        self, client, session, at, django_assert_max_num_queries
    ):
        def questions():
            with django_assert_max_num_queries(20) as asked:
                client.get(desk(session))
            return len(asked)

        RegistrationFactory.create_batch(3, session=session)
        few = questions()
        RegistrationFactory.create_batch(30, session=session)

        assert questions() == few


class TestWalkIn:
    """A doubt is asked; whom it may be is shown to those who may read people."""

    @pytest.fixture
    def known(self):
        return PersonFactory(
            full_name="Bàn Thị Lan", birth_date=dt.date(2001, 5, 4), unit=UnitFactory()
        )

    def add(self, client, session, **told):
        address = reverse("training:desk_walk_in", args=[session.slug])
        typed = {"full_name": "Bàn Thị Lan", "birth_year": 2001, "agreed": "on"}
        return client.post(address, typed | told)

    def test_a_helper_is_asked_for_one_more_fact_and_shown_nobody(
        self, client, session, at, known
    ):
        response = self.add(client, session)

        text = response.content.decode()
        assert response.status_code == 409
        assert "Perhaps we know this person" in text
        assert known.unit.name not in text
        assert "04/05/2001" not in text
        assert not Registration.objects.exists()

        self.add(client, session, unit_name=known.unit.name)
        assert Registration.objects.get().person == known

    def test_or_says_that_they_are_new(self, client, session, at, known):
        response = self.add(client, session, whom="new")

        assert response.status_code == 302
        assert Registration.objects.get().person != known
        assert Attendance.objects.count() == 1

    def test_a_helper_cannot_guess_at_people(self, client, session, at, known):
        assert self.add(client, session, whom=known.pk).status_code == 409
        assert not Registration.objects.exists()

    def test_who_may_read_people_chooses(self, client, session, at, known):
        province = AssignmentFactory(role=Role.PROVINCE_ADMIN, unit=session.unit).user
        known.unit.parent = session.unit
        known.unit.save()
        client.force_login(province)

        text = self.add(client, session).content.decode()
        assert "Is it one of these?" in text
        assert "04/05/2001" in text

        self.add(client, session, whom=known.pk)
        assert Registration.objects.get().person == known

    def test_between_two_half_days_they_are_added_and_not_marked(
        self, client, session, slot, at
    ):
        session.ends_at = slot.ends_at + 2 * DAY
        session.save()
        SlotFactory(session=session, starts_at=slot.starts_at + DAY)
        at.move_to(slot.starts_at + DAY / 2)

        response = self.add(client, session)

        assert response.status_code == 302
        assert Registration.objects.count() == 1
        assert not Attendance.objects.exists()


class TestPapers:
    def test_whoever_helps_finds_link_and_papers_at_the_desk_and_on_the_page(
        self, client, session, at
    ):
        session.meeting_link = "https://hop.example.com/lop"
        session.save()
        material = MaterialFactory(session=session, shown_to="confirmed")

        at_desk = client.get(desk(session)).content.decode()
        assert session.meeting_link in at_desk
        assert material.title in at_desk
        assert material.title in client.get(session.get_absolute_url()).content.decode()
        client.force_login(UserFactory())
        text = client.get(session.get_absolute_url()).content.decode()
        assert material.title not in text


class TestWhoMaySeeIt:
    """One session, until a day after its end, and nothing else."""

    def addresses(self, session):
        return {
            name: reverse(f"training:{name}", args=[session.slug])
            for name in ("desk", "desk_walk_in", "desk_tick", "desk_paper")
        }

    def statuses(self, client, session):
        pages = self.addresses(session).values()
        return {client.get(address).status_code for address in pages}

    def test_a_helper_sees_the_desk_of_the_session(self, client, session, at):
        assert self.statuses(client, session) == {200}

    def test_and_no_other(self, client, at):
        assert self.statuses(client, SessionFactory()) == {403}

    def test_and_neither_the_admin_nor_the_list_of_helpers(self, client, session, at):
        staff = reverse("training:desk_staff", args=[session.slug])

        assert client.get(staff).status_code == 403
        for path in ("/quan-tri/", "/quan-tri/training/registration/"):
            assert client.get(path).status_code in {302, 403, 404}

    def test_a_day_after_the_session_it_is_closed(self, client, session, at):
        at.move_to(session.ends_at + DAY - MINUTE)
        assert self.statuses(client, session) == {200}

        at.move_to(session.ends_at + DAY)
        assert self.statuses(client, session) == {403}

    def test_a_moved_session_moves_the_end_along(self, client, session, at):
        type(session).objects.filter(pk=session.pk).update(
            ends_at=session.ends_at + 7 * DAY
        )
        at.move_to(session.ends_at + 3 * DAY)

        assert self.statuses(client, session) == {200}

    def test_an_invitation_that_was_ended_opens_nothing(self, client, session, at):
        session.staff.update(ended_at=session.starts_at)

        assert self.statuses(client, session) == {403}

    @pytest.mark.parametrize(
        ("role", "status"),
        [
            (Role.TRAINING_ORGANISER, 200),
            (Role.HELPER, 200),
            (Role.INSTRUCTOR, 200),
            (Role.PROVINCE_ADMIN, 200),
            (Role.UNIT_SECRETARY, 403),
            (Role.EDITOR, 403),
            (Role.TEAM_LEADER, 403),
        ],
    )
    def test_roles_of_the_units_above_count(self, client, session, at, role, status):
        held = AssignmentFactory(role=role, unit=session.unit)
        client.force_login(held.user)

        assert client.get(desk(session)).status_code == status

    def test_roles_elsewhere_do_not(self, client, session, at):
        held = AssignmentFactory(role=Role.TRAINING_ORGANISER, unit=UnitFactory())
        client.force_login(held.user)

        assert self.statuses(client, session) == {403}

    def test_participants_do_not_see_it(self, client, session, lan, at):
        client.force_login(UserFactory(person=lan.person))

        assert self.statuses(client, session) == {403}

    def test_visitors_sign_in_first_and_come_back(self, client, session, at):
        client.logout()

        answer = client.get(desk(session))

        assert answer.status_code == 302
        assert desk(session) in answer.url.replace("%2F", "/")


class TestSync:
    """What phones bring."""

    def bring(self, client, session, *marks, sent=None, account=None, body=None):
        now = dt.datetime.now(dt.UTC)
        user = client.session.get("_auth_user_id", 0)
        body = body or json.dumps(
            {
                "sent": (sent or now).timestamp() * 1000,
                "account": account or self.key(user),
                "device": "a1b2c3d4",
                "marks": marks,
            }
        )
        return client.post(
            reverse("training:desk_sync", args=[session.slug]),
            body,
            content_type="application/json",
        )

    @staticmethod
    def key(user_pk):
        from members.models import User

        return desk_sync.account_key(User(pk=int(user_pk)))

    def scan(self, registration, half_day, seen, **fields):
        return {
            "nonce": str(uuid4()),
            "who": registration.pk,
            "slot": half_day.pk,
            "what": "came",
            "how": "list",
            "at": seen.timestamp() * 1000,
            "skew": 0,
        } | fields

    def test_marks_made_without_a_network_count_from_when_they_were_made(
        self, client, session, slot, lan, at
    ):
        at.move_to(slot.starts_at + HOUR)
        scan = self.scan(lan, slot, slot.starts_at)

        answer = self.bring(client, session, scan)

        assert answer.json()["answers"] == {scan["nonce"]: {"state": "done"}}
        assert answer.json()["here"] == {str(lan.pk): "08:00"}
        assert lan.attendances.get().came_at == slot.starts_at
        assert lan.marks.get().device == "a1b2c3d4"

    def test_the_same_upload_again_changes_nothing(
        self, client, session, slot, lan, at
    ):
        scan = self.scan(lan, slot, slot.starts_at)

        first, second = (self.bring(client, session, scan) for _ in range(2))

        assert first.json()["answers"] == second.json()["answers"]
        assert Mark.objects.count() == 1

    @pytest.mark.parametrize("wrong", [-HOUR, HOUR])
    def test_a_wrong_clock_is_found_out_by_the_handshake(
        self, client, session, slot, lan, at, wrong
    ):
        now = slot.starts_at + HOUR
        at.move_to(now)
        seen = slot.starts_at + 10 * MINUTE
        scan = self.scan(lan, slot, seen + wrong, skew=None)

        answer = self.bring(client, session, scan, sent=now + wrong)

        assert lan.attendances.get().came_at == seen
        assert answer.json()["skew"] == -wrong / dt.timedelta(milliseconds=1)

    def test_two_phones_one_attendance_and_a_conflict_on_the_page(
        self, client, session, slot, lan, at
    ):
        at.move_to(slot.starts_at + HOUR)
        self.bring(client, session, self.scan(lan, slot, slot.starts_at + 9 * MINUTE))
        client.force_login(SessionStaffFactory(session=session).user)

        answer = self.bring(
            client, session, self.scan(lan, slot, slot.starts_at + 5 * MINUTE)
        )

        assert lan.attendances.get().came_at == slot.starts_at + 5 * MINUTE
        assert "Please look at this" in answer.json()["live"]
        page = client.get(desk(session))
        (clash,) = page.context["clashes"]
        settle = reverse("training:desk_settle", args=[session.slug])
        client.post(settle, {"mark": clash.pk})
        assert not client.get(desk(session)).context["clashes"]

    def test_a_refused_mark_comes_with_its_sentence(self, client, session, slot, at):
        gone = RegistrationFactory(session=session, state=State.CANCELLED)
        scan = self.scan(gone, slot, slot.starts_at)

        answer = self.bring(client, session, scan).json()["answers"][scan["nonce"]]

        assert answer["state"] == "refused"
        assert "cancelled" in answer["text"]

    def test_one_bad_mark_does_not_hold_up_the_others(
        self, client, session, slot, lan, at
    ):
        good = self.scan(lan, slot, slot.starts_at)
        bad = [
            self.scan(lan, slot, slot.starts_at, nonce="x"),
            self.scan(lan, slot, slot.starts_at, who=0),
            self.scan(lan, slot, slot.starts_at, who=10**30),
            self.scan(lan, slot, slot.starts_at, slot=SlotFactory().pk),
            self.scan(lan, slot, slot.starts_at, at="soon"),
            self.scan(lan, slot, slot.starts_at, at=1e300),
            self.scan(lan, slot, slot.starts_at, what="vanished"),
            self.scan(lan, slot, slot.starts_at, nonce=None),
            None,
            [],
            "came",
        ]

        answer = self.bring(client, session, *bad, good)

        assert answer.json()["answers"][good["nonce"]] == {"state": "done"}
        assert Mark.objects.count() == 1

    @pytest.mark.parametrize("skew", [1e13, -1e13, 9e13])
    def test_an_absurd_clock_becomes_the_time_of_arrival(
        self, client, session, slot, lan, at, skew
    ):
        self.bring(client, session, self.scan(lan, slot, slot.starts_at, skew=skew))

        assert lan.attendances.get().came_at == slot.starts_at + 5 * MINUTE

    @pytest.mark.parametrize(
        "body",
        [
            "",
            "null",
            "[]",
            "{}",
            "[" * 9000,
            '{"sent": NaN, "account": "", "device": "", "marks": []}',
            '{"sent": 1, "account": "", "device": "", "marks": {}}',
            '{"sent": 1, "account": "", "device": "", "marks": '
            + json.dumps([None] * 101)
            + "}",
            " " * 50_000,
        ],
    )
    def test_what_our_page_does_not_send_is_refused(self, client, session, at, body):
        assert self.bring(client, session, body=body or " ").status_code == 400

    def test_a_phone_with_somebody_else_signed_in_keeps_its_marks(
        self, client, session, slot, lan, at
    ):
        other = SessionStaffFactory(session=session).user
        scan = self.scan(lan, slot, slot.starts_at)

        answer = self.bring(client, session, scan, account=desk_sync.account_key(other))

        assert answer.status_code == 409
        assert not Mark.objects.exists()

    def test_nobody_brings_marks_without_a_desk(self, client, session, slot, lan, at):
        client.force_login(UserFactory())
        scan = self.scan(lan, slot, slot.starts_at)

        assert self.bring(client, session, scan).status_code == 403
        client.logout()
        answer = self.bring(client, session, body="{}")
        assert answer.status_code == 401
        assert not Mark.objects.exists()

    def test_a_helper_whose_time_has_ended_still_hands_over_what_was_kept(
        self, client, session, slot, lan, at
    ):
        at.move_to(session.ends_at + 3 * DAY)

        answer = self.bring(client, session, self.scan(lan, slot, slot.starts_at))

        assert lan.attendances.get().came_at == slot.starts_at
        assert set(answer.json()) == {"answers", "skew"}

    def test_but_not_one_who_was_sent_away(self, client, session, slot, lan, at):
        session.staff.update(ended_at=slot.starts_at)

        answer = self.bring(client, session, self.scan(lan, slot, slot.starts_at))

        assert answer.status_code == 403

    def test_each_mark_costs_the_same_however_many_came(
        self, client, session, slot, at, django_assert_max_num_queries
    ):
        people = RegistrationFactory.create_batch(12, session=session)

        def questions(some):
            scans = [self.scan(one, slot, slot.starts_at) for one in some]
            with django_assert_max_num_queries(150) as asked:
                self.bring(client, session, *scans)
            return len(asked)

        one = questions(people[:1])
        ten = questions(people[2:12])
        assert (ten - one) % 9 == 0
        assert (ten - one) // 9 <= 8

    def test_the_name_of_a_device_is_letters_and_digits(
        self, client, session, slot, lan, at
    ):
        scan = self.scan(lan, slot, slot.starts_at)
        body = {
            "sent": 1,
            "account": self.key(client.session["_auth_user_id"]),
            "device": "a\x00b<1>" + "c" * 50,
            "marks": [scan],
        }

        self.bring(client, session, body=json.dumps(body))

        assert lan.marks.get().device == "ab1" + "c" * 13


class TestPass:
    """The QR code."""

    def url(self, registration):
        return reverse("training:pass", args=[passes.token(registration.code)])

    def test_a_helper_sees_name_and_unit_and_one_button(self, client, session, lan, at):
        page = client.get(self.url(lan))

        assert "Bàn Thị Lan" in page.text
        assert "Chi đoàn thôn Nà Ngần" in page.text
        assert lan.person.phone not in page.text or not lan.person.phone
        assert "Mark as here" in page.text
        assert not Mark.objects.exists()

    def test_the_button_marks_and_a_second_press_is_harmless(
        self, client, session, lan, at
    ):
        nonce = client.get(self.url(lan)).context["nonce"]

        for _ in range(2):
            page = client.post(self.url(lan), {"nonce": nonce}, follow=True)

        assert "You can scan the next code" in page.text
        assert lan.marks.get().method == "qr"

    def test_a_picture_of_a_code_that_was_used_is_found_out(
        self, client, session, lan, at, caplog
    ):
        client.post(self.url(lan))
        at.shift(5 * MINUTE)

        with caplog.at_level(logging.INFO, "training.desk_pages"):
            page = client.get(self.url(lan))

        assert f"used check-in code of sign-up {lan.pk}" in caplog.text
        assert "Marked already" in page.text
        assert "This code was taken at 08:05" in page.text
        assert "Mark as here" not in page.text

    def test_a_cancelled_place_is_answered(self, client, session, at):
        gone = RegistrationFactory(session=session, state=State.CANCELLED)

        page = client.get(self.url(gone))

        assert "This sign-up was cancelled" in page.text
        client.post(self.url(gone))
        assert not Mark.objects.exists()

    def test_too_early_and_too_late_are_answered(self, client, session, lan, slot, at):
        at.move_to(slot.starts_at - 3 * HOUR)
        assert "It is too early" in client.get(self.url(lan)).text
        at.move_to(slot.ends_at + 2 * HOUR)
        assert "This half-day is over" in client.get(self.url(lan)).text

    def plain(self, page, url):
        """The page without its address and without the picture of it."""
        main = page.text.split("<main", 1)[1].split("</main>")[0]
        before, after = main.split("<svg", 1)
        main = before + after.split("</svg>", 1)[1]
        return main.replace(url, "").replace(quote(url), "")

    def test_nobody_else_learns_whose_code_it_is_or_whether_it_is_one(
        self, client, session, lan, at, caplog
    ):
        stranger = RegistrationFactory()
        forged = reverse("training:pass", args=["A" * 22 + ":" + "b" * 43])
        pages = {}
        with caplog.at_level(logging.WARNING, "training.desk_pages"):
            for url in (self.url(stranger), forged):
                page = client.get(url)
                assert page.status_code == 200
                assert "Bàn" not in page.text
                assert stranger.person.full_name not in page.text
                pages[url] = self.plain(page, url)
                assert client.post(url).status_code == 403
        assert len(set(pages.values())) == 1
        assert "forged check-in code" in caplog.text
        assert not Mark.objects.exists()

    def test_a_visitor_sees_the_same_for_every_code(self, client, session, lan, at):
        client.logout()
        forged = reverse("training:pass", args=["no-such-thing"])
        mine = self.url(lan)

        assert self.plain(client.get(mine), mine) == self.plain(
            client.get(forged), forged
        )
        assert "Bàn Thị Lan" not in client.get(mine).text
        assert client.post(mine).status_code == 403

    def test_a_cancel_link_is_no_check_in_code(self, client, session, lan, at):
        from training import links

        url = reverse("training:pass", args=[links.cancel_token(lan.code)])

        assert "Bàn Thị Lan" not in client.get(url).text

    def test_a_code_longer_than_ours_is_not_found(self, client, at):
        url = reverse("training:pass", args=["A" * 500])

        assert client.get(url).status_code == 404

    def test_the_persons_own_page_shows_code_and_letters(
        self, client, session, lan, at
    ):
        client.force_login(UserFactory(person=lan.person))

        page = client.get(reverse("training:register", args=[session.slug]))

        assert '<svg viewBox="0 0' in page.text
        assert passes.spaced(lan.code) in page.text


class TestWorker:
    def test_it_is_a_script_that_is_asked_for_anew(self, client):
        answer = client.get(reverse("training:desk_worker"))

        assert answer["Content-Type"].startswith("text/javascript")
        assert answer["Cache-Control"] == "no-cache"
        assert b"respondWith" in answer.content
