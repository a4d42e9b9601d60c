"""The organisers' desk: scope, buttons, letters, decisions."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import translation

from mail.models import Letter
from members.models import Role
from tests.factories.members import AssignmentFactory, PersonFactory, UnitFactory
from tests.factories.training import (
    QuotaFactory,
    RegistrationFactory,
    SessionFactory,
    SessionKindFactory,
    SlotFactory,
    State,
)
from training import actions
from training.models import Registration, TrainingSession
from vietnam.dates import VIETNAM, deadline_text, local

pytestmark = pytest.mark.django_db

HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _at_that_moment(now, time_machine):
    time_machine.move_to(now, tick=False)


@pytest.fixture
def unit():
    return UnitFactory()


@pytest.fixture
def organiser(client, unit):
    from portal.language import COOKIE

    user = AssignmentFactory(role=Role.TRAINING_ORGANISER, unit=unit).user
    client.force_login(user)
    client.cookies[COOKIE] = "en"
    return user


def change_url(session, name="change"):
    return reverse(f"admin:training_trainingsession_{name}", args=[session.pk])


def typed(session, slots=(), **changes):
    """The form of a session as the browser would send it."""
    data = {
        "title": session.title,
        "kind": session.kind_id,
        "summary": session.summary,
        "description": session.description,
        "mode": session.mode,
        "venue": session.venue,
        "meeting_link": session.meeting_link,
        "has_waiting_list": "on",
        "unit": session.unit_id,
        "audience_unit": "",
        "min_age": "",
        "max_age": "",
        "slug": session.slug,
        "slots-TOTAL_FORMS": len(slots),
        "slots-INITIAL_FORMS": sum(bool(slot.pk) for slot in slots),
        "slots-MIN_NUM_FORMS": 0,
        "slots-MAX_NUM_FORMS": 1000,
        "audience_group": session.audience_group,
        "series": session.series_id or "",
    }
    for prefix in ("points", "questions", "materials"):
        for name in ("TOTAL", "INITIAL", "MIN_NUM", "MAX_NUM"):
            data[f"{prefix}-{name}_FORMS"] = 1000 if name == "MAX_NUM" else 0
    for name in ("starts_at", "ends_at", "opens_at", "closes_at"):
        data |= moment(name, changes.pop(name, getattr(session, name)))
    for number, slot in enumerate(slots):
        prefix = f"slots-{number}-"
        data |= {f"{prefix}id": slot.pk or "", f"{prefix}session": session.pk}
        data[f"{prefix}title"] = slot.title
        data |= moment(f"{prefix}starts_at", slot.starts_at)
        data |= moment(f"{prefix}ends_at", slot.ends_at)
    return data | changes


def moment(name, value):
    here = local(value)
    return {f"{name}_0": f"{here:%d/%m/%Y}", f"{name}_1": f"{here:%H:%M:%S}"}


def messages_of(response):
    return [str(message) for message in response.context["messages"]]


class TestScope:
    def test_organisers_see_their_units_sessions_and_sign_ups(
        self, client, organiser, unit
    ):
        mine = RegistrationFactory(
            session=SessionFactory(unit=UnitFactory(parent=unit), title="Lớp của ta")
        )
        other = RegistrationFactory(session=SessionFactory(title="Lớp của họ"))

        for model in ("trainingsession", "registration"):
            address = reverse(f"admin:training_{model}_changelist")
            text = client.get(address).content.decode()
            assert "Lớp của ta" in text
            assert "Lớp của họ" not in text
        assert client.get(change_url(mine.session)).status_code == 200
        for name in ("change", "places", "quotas", "cancel"):
            response = client.get(change_url(other.session, name))
            assert response.status_code in {302, 403, 404}

    def test_whoever_only_reads_changes_nothing(self, client, unit):
        user = AssignmentFactory(role=Role.UNIT_SECRETARY, unit=unit).user
        client.force_login(user)
        session = SessionFactory(unit=unit)

        assert client.get(change_url(session)).status_code == 200
        assert client.post(change_url(session), typed(session)).status_code == 403
        for name in ("places", "quotas", "cancel"):
            assert client.post(change_url(session, name)).status_code == 403

    @pytest.mark.parametrize("number", [1, 3])
    @pytest.mark.parametrize("model", ["trainingsession", "registration"])
    def test_lists_ask_few_questions(
        self, client, organiser, unit, model, number, django_assert_max_num_queries
    ):
        for _ in range(number):
            RegistrationFactory(session=SessionFactory(unit=unit))

        with django_assert_max_num_queries(15):
            client.get(reverse(f"admin:training_{model}_changelist"))


class TestForm:
    def test_a_new_session_is_a_draft_with_an_address(self, client, organiser, unit):
        like = SessionFactory.build(
            kind=SessionKindFactory(), unit=unit, title="Chuyển đổi số ở Đồng Phúc"
        )
        data = typed(like, slug="", capacity=20)

        client.post(reverse("admin:training_trainingsession_add"), data)

        session = TrainingSession.objects.get()
        assert session.state == TrainingSession.State.DRAFT
        assert session.slug == "chuyen-doi-so-o-dong-phuc"

    def test_two_sessions_of_one_title_have_two_addresses(
        self, client, organiser, unit
    ):
        like = SessionFactory.build(kind=SessionKindFactory(), unit=unit, title="Lớp A")

        for _ in range(2):
            data = typed(like, slug="", capacity=20)
            client.post(reverse("admin:training_trainingsession_add"), data)

        slugs = set(TrainingSession.objects.values_list("slug", flat=True))
        assert slugs == {"lop-a", "lop-a-2"}

    def test_publishing_saves_what_was_typed_first(self, client, organiser, unit):
        session = SessionFactory(unit=unit, state="draft")

        client.post(
            change_url(session), typed(session, venue="Hội trường B", _publish="1")
        )

        session.refresh_from_db()
        assert session.state == TrainingSession.State.PUBLISHED
        assert session.venue == "Hội trường B"

    def test_a_changed_venue_goes_through_the_action_and_is_told(
        self, client, organiser, unit, now
    ):
        session = SessionFactory(unit=unit)
        actions.register(
            session_id=session.pk, person=PersonFactory(), by=None, now=now
        )

        client.post(change_url(session), typed(session, venue="Hội trường B"))

        session.refresh_from_db()
        assert (session.venue, session.sequence) == ("Hội trường B", 1)
        letter = Letter.objects.get(kind="training.changed")
        assert "Hội trường B" in letter.text

    @pytest.mark.parametrize(
        ("day", "told"),
        [
            (dt.date(2027, 2, 8), True),
            (dt.date(2027, 2, 13), True),
            (dt.date(2027, 3, 20), False),
        ],
        ids=["in Tết", "its reminder would be", "in March"],
    )
    def test_whoever_sets_a_date_in_tet_is_told(
        self, client, organiser, unit, day, told
    ):
        starts = dt.datetime.combine(day, dt.time(8), VIETNAM)
        hours = {"starts_at": starts, "ends_at": starts + dt.timedelta(hours=3)}
        session = SessionFactory(unit=unit, **hours)

        response = client.post(
            change_url(session), typed(session, **hours), follow=True
        )

        assert any("Tết" in text for text in messages_of(response)) == told

    def test_saving_without_a_change_tells_nobody(self, client, organiser, unit):
        session = SessionFactory(unit=unit)
        slot = SlotFactory(session=session)
        RegistrationFactory(session=session)

        client.post(change_url(session), typed(session, slots=[slot]))

        session.refresh_from_db()
        assert session.sequence == 0
        assert not Letter.objects.exists()

    def test_a_moved_session_takes_its_half_days_along(self, client, organiser, unit):
        session = SessionFactory(unit=unit)
        slot = SlotFactory(session=session)
        RegistrationFactory(session=session)

        client.post(
            change_url(session),
            typed(
                session,
                slots=[slot],
                starts_at=session.starts_at + DAY,
                ends_at=session.ends_at + DAY,
            ),
        )

        before = slot.starts_at
        slot.refresh_from_db()
        assert slot.starts_at == before + DAY
        assert Letter.objects.get().kind == "training.changed"

    def test_new_half_days_are_in_the_letter(self, client, organiser, unit):
        session = SessionFactory(unit=unit)
        RegistrationFactory(session=session)
        slot = SlotFactory.build(session=session, title="Buổi thực hành")

        client.post(change_url(session), typed(session, slots=[slot]))

        assert "Buổi thực hành" in Letter.objects.get().text

    def test_a_half_day_outside_the_session_is_refused(self, client, organiser, unit):
        session = SessionFactory(unit=unit)
        slot = SlotFactory.build(session=session, starts_at=session.ends_at)

        response = client.post(change_url(session), typed(session, slots=[slot]))

        assert "must lie within the session" in response.content.decode()
        assert not session.slots.exists()

    @pytest.mark.parametrize(
        ("changes", "sentence"),
        [
            ({"venue": ""}, "Say where the session takes place."),
            ({"min_age": "30", "max_age": "16"}, "must not be below"),
            ({"meeting_link": "javascript:alert(1)"}, "URL"),
        ],
    )
    def test_a_wrong_answer_is_told_beside_its_field(
        self, client, organiser, unit, changes, sentence
    ):
        session = SessionFactory(unit=unit)

        response = client.post(change_url(session), typed(session, **changes))

        assert response.status_code == 200
        assert sentence in response.content.decode()

    def test_only_drafts_are_deleted(self, client, organiser, unit):
        draft = SessionFactory(unit=unit, state="draft")
        public = SessionFactory(unit=unit)

        assert client.get(change_url(draft, "delete")).status_code == 200
        assert client.get(change_url(public, "delete")).status_code == 403


class TestPlaces:
    def test_more_places_let_the_line_in(self, client, organiser, unit):
        session = SessionFactory(unit=unit, capacity=1)
        RegistrationFactory(session=session)
        waiting = RegistrationFactory(session=session, state=State.WAITING)

        client.post(change_url(session, "places"), {"capacity": 2})

        waiting.refresh_from_db()
        assert waiting.state == State.CONFIRMED

    def test_below_those_given_it_asks_first(self, client, organiser, unit):
        session = SessionFactory(unit=unit, capacity=3)
        for _ in range(3):
            RegistrationFactory(session=session)
        address = change_url(session, "places")
        first = client.get(address).content.decode()
        assert "agree_over" not in first

        text = client.post(address, {"capacity": 2}).content.decode()
        session.refresh_from_db()
        assert session.capacity == 3
        assert "3 people already have a place, 1 more than that." in text
        assert "agree_over" in text

        client.post(address, {"capacity": 2, "agree_over": "on"})
        session.refresh_from_db()
        assert (session.capacity, session.confirmed) == (2, 3)

    @pytest.mark.parametrize("capacity", ["", "0", "-1", "x", "9" * 30])
    def test_what_is_no_number_of_places_is_refused(
        self, client, organiser, unit, capacity
    ):
        session = SessionFactory(unit=unit)

        response = client.post(change_url(session, "places"), {"capacity": capacity})

        assert response.status_code == 200
        session.refresh_from_db()
        assert session.capacity == 30

    def test_what_becomes_of_offers_is_chosen(self, client, organiser, unit):
        session = SessionFactory(unit=unit, capacity=2)
        RegistrationFactory(session=session)
        offered = RegistrationFactory(session=session, state=State.OFFERED)
        address = change_url(session, "places")

        text = client.post(address, {"capacity": 1}).content.decode()
        assert "1 place is offered and not answered yet." in text
        client.post(address, {"capacity": 1, "offers": "recall"})

        session.refresh_from_db()
        offered.refresh_from_db()
        assert (session.capacity, offered.state) == (1, State.WAITING)


class TestQuotas:
    def keep(self, client, session, target, **typed):
        data = {"keep": "1", "unit": target.pk, "whom": "itself", "places": 4} | typed
        return client.post(change_url(session, "quotas"), data, follow=True)

    def test_places_are_kept_for_one_or_for_each(self, client, organiser, unit):
        session, below = SessionFactory(unit=unit), UnitFactory(parent=unit)

        self.keep(client, session, unit, places=2, at_most="on")
        text = self.keep(client, session, unit, whom="each").content.decode()

        kept = {(one.unit, one.seats, one.at_most) for one in session.quotas.all()}
        assert kept == {(unit, 2, True), (below, 4, False)}
        assert "0 of 30 places are given, 6 are kept for units and unused" in text

    def test_the_history_of_the_session_tells_of_them(self, client, organiser, unit):
        session, below = SessionFactory(unit=unit), UnitFactory(parent=unit)
        self.keep(client, session, below)
        key = session.quotas.get().pk
        client.post(change_url(session, "quotas"), {"remove": "1", "chosen": key})

        text = client.get(change_url(session, "history")).content.decode()

        assert text.count(f"Places of a unit: {below}") == 2

    def test_more_than_there_are_is_said_and_nothing_kept(
        self, client, organiser, unit
    ):
        session = SessionFactory(unit=unit, capacity=3)

        response = self.keep(client, session, unit)

        assert "More places would be kept for units than the session has." in (
            messages_of(response)
        )
        assert not session.quotas.exists()

    @pytest.mark.parametrize(
        "typed", [{"places": "x"}, {"unit": 0}, {"whom": ""}, {"release_at": "bald"}]
    )
    def test_what_cannot_be_read_is_given_back(self, client, organiser, unit, typed):
        session = SessionFactory(unit=unit)

        response = self.keep(client, session, unit, **typed)

        assert response.status_code == 200
        assert "errorlist" in response.content.decode()
        assert not session.quotas.exists()

    def test_another_units_places_are_not_to_be_chosen(self, client, organiser, unit):
        session = SessionFactory(unit=unit)

        self.keep(client, session, UnitFactory())

        assert not session.quotas.exists()

    def test_unused_places_are_opened_and_taken_away(self, client, organiser, unit):
        session = SessionFactory(unit=unit)
        one, other = (
            QuotaFactory(session=session, unit=UnitFactory(parent=unit))
            for _ in range(2)
        )
        address = change_url(session, "quotas")

        client.post(address, {"release": "1", "chosen": one.pk})
        one.refresh_from_db()
        other.refresh_from_db()
        assert one.release_at is not None
        assert other.release_at is None
        client.post(address, {"release_all": "1"})
        other.refresh_from_db()
        assert other.release_at is not None
        client.post(address, {"remove": "1", "chosen": [one.pk]})
        assert list(session.quotas.all()) == [other]
        for nonsense in ("9" * 30, "x", "", "²"):
            response = client.post(address, {"remove": "1", "chosen": nonsense})
            assert "Choose the units first." in response.content.decode()

    def test_each_says_how_many_are_left_and_until_when(self, client, organiser, unit):
        session = SessionFactory(unit=unit)
        quota = QuotaFactory(session=session, unit=unit, seats=47)
        type(quota).objects.filter(pk=quota.pk).update(taken=9)

        text = client.get(change_url(session, "quotas")).content.decode()

        assert "<td>38</td>" in text
        assert deadline_text(session.closes_at, "en") in text

    @pytest.mark.parametrize("number", [1, 3])
    def test_the_page_asks_few_questions(
        self, client, organiser, unit, number, django_assert_max_num_queries
    ):
        session = SessionFactory(unit=unit)
        for _ in range(number):
            QuotaFactory(session=session, unit=UnitFactory(parent=unit))

        with django_assert_max_num_queries(15):
            client.get(change_url(session, "quotas"))


class TestCancel:
    def test_it_says_how_many_will_hear_and_then_does_it(self, client, organiser, unit):
        session = SessionFactory(unit=unit)
        for _ in range(2):
            RegistrationFactory(session=session)
        address = change_url(session, "cancel")

        assert "2 people" in client.get(address).content.decode()
        client.post(address)

        session.refresh_from_db()
        assert session.state == TrainingSession.State.CANCELLED
        assert Letter.objects.count() == 2


class TestSignUps:
    def act(self, client, name, rows, **confirmed):
        return client.post(
            reverse("admin:training_registration_changelist"),
            {"action": name, "_selected_action": [row.pk for row in rows]} | confirmed,
            follow=True,
        )

    @pytest.mark.parametrize("verb", ["reject", "withdraw"])
    def test_first_it_says_whom_it_touches(self, client, organiser, unit, now, verb):
        one, other = self.pending(unit, people=2, now=now)

        text = self.act(client, verb, [one]).content.decode()

        assert "touches 1 person" in text
        assert one.person.full_name in text
        assert f'value="{other.pk}"' not in text
        one.refresh_from_db()
        assert one.state == State.PENDING

    def pending(self, unit, people, now, **fields):
        session = SessionFactory(unit=unit, needs_approval=True, **fields)
        return [
            actions.register(
                session_id=session.pk,
                person=PersonFactory(),
                by=None,
                now=now + minute * dt.timedelta(minutes=1),
            )
            for minute in range(people)
        ]

    def test_sixty_chosen_for_fifty_places_never_pass_them(
        self, client, organiser, unit, now
    ):
        rows = self.pending(unit, people=6, now=now, capacity=4)

        preview = self.act(client, "approve", reversed(rows)).content.decode()
        assert "4 people get a place:" in preview
        assert "2 people stand in line, because no place is left:" in preview
        assert not Registration.objects.confirmed().exists()
        self.act(client, "approve", reversed(rows), confirmed="1")

        states = [row.state for row in Registration.objects.order_by("registered_at")]
        assert states == [State.CONFIRMED] * 4 + [State.WAITING] * 2

    def test_what_cannot_be_done_is_said_with_its_reason(
        self, client, organiser, unit, now
    ):
        rows = self.pending(unit, people=3, now=now, capacity=2, has_waiting_list=False)

        preview = self.act(client, "approve", rows).content.decode()
        assert "1 person stays undecided" in preview
        response = self.act(client, "approve", rows, confirmed="1")

        told = messages_of(response)
        assert "2 sign-ups done." in told
        assert any("No place is free" in text for text in told)

    def test_declining_and_cancelling(self, client, organiser, unit, now):
        (one, other) = self.pending(unit, people=2, now=now)

        self.act(client, "reject", [one], confirmed="1")
        self.act(client, "withdraw", [other], confirmed="1")

        for row in (one, other):
            row.refresh_from_db()
        assert (one.state, other.state) == (State.REJECTED, State.CANCELLED)

    def test_who_decided_stands_in_the_histories(self, client, organiser, unit, now):
        one, two, other = self.pending(unit, people=3, now=now)
        self.act(client, "approve", [one, two], confirmed="1")
        self.act(client, "reject", [other], confirmed="1")

        of_one = reverse("admin:training_registration_history", args=[one.pk])
        text = client.get(of_one).content.decode()
        assert "Duyệt đăng ký" in text
        assert str(organiser.person) in text
        of_all = client.get(change_url(one.session, "history")).content.decode()
        assert "Duyệt đăng ký: 2" in of_all
        assert "Không xếp được chỗ: 1" in of_all
        assert one.person.full_name not in of_all

    def test_all_at_once_is_written_down_too(self, client, organiser, unit, now):
        rows = self.pending(unit, people=2, now=now)
        keys = [row.pk for row in rows]

        client.post(change_url(rows[0].session, "approve"), {"key": keys})

        text = client.get(change_url(rows[0].session, "history")).content.decode()
        assert "Duyệt đăng ký: 2" in text

    def test_another_units_sign_ups_cannot_be_decided(self, client, organiser, now):
        (row,) = self.pending(UnitFactory(), people=1, now=now)

        text = self.act(client, "approve", [row]).content.decode()
        assert row.person.full_name not in text
        self.act(client, "approve", [row], confirmed="1")

        row.refresh_from_db()
        assert row.state == State.PENDING

    def test_people_are_found_without_accents(self, client, organiser, unit):
        session = SessionFactory(unit=unit)
        for name in ("Nông Thị Ánh", "Lý Văn Sơn"):
            person = PersonFactory(full_name=name)
            RegistrationFactory(session=session, person=person)

        address = reverse("admin:training_registration_changelist")
        text = client.get(address, {"q": "nong thi anh"}).content.decode()

        assert "Nông Thị Ánh" in text
        assert "Lý Văn Sơn" not in text

    def test_nobody_is_typed_in_or_edited_here(self, client, organiser, unit):
        sign_up = RegistrationFactory(session=SessionFactory(unit=unit))

        add = client.get(reverse("admin:training_registration_add"))
        client.post(
            reverse("admin:training_registration_change", args=[sign_up.pk]),
            {"state": "cancelled"},
        )

        sign_up.refresh_from_db()
        assert add.status_code == 403
        assert sign_up.state == State.CONFIRMED


def test_the_kinds_of_session_are_rows(client):
    role = Role.PROVINCE_ADMIN
    client.force_login(AssignmentFactory(role=role, unit=UnitFactory()).user)
    SessionKindFactory()

    with translation.override("vi"):
        response = client.get(reverse("admin:training_sessionkind_changelist"))

    assert "Tập huấn" in response.content.decode()
