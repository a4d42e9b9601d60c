"""Handing a place on: the very same place, past nobody, with two letters."""

import datetime as dt

import pytest
from django.urls import reverse
from icalendar import Calendar

from mail.models import Letter
from members.models import Role
from tests.factories.members import (
    AssignmentFactory,
    PersonFactory,
    UnitFactory,
    UserFactory,
)
from tests.factories.training import (
    QuestionFactory,
    RegistrationFactory,
    RemotePointFactory,
    SessionFactory,
    State,
)
from training import actions, audit, links, quotas, rules, substitution
from training.actions import Refused
from training.answers import name_of
from training.models import Answer, Registration
from training.substitution import HandoverRefusal

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_that_moment(now, time_machine):
    time_machine.move_to(now, tick=False)


@pytest.fixture(autouse=True)
def _english(client):
    from portal.language import COOKIE

    client.cookies[COOKIE] = "en"


@pytest.fixture
def province():
    return UnitFactory(name="Tỉnh đoàn")


@pytest.fixture
def commune(province):
    return UnitFactory(parent=province, name="Đoàn xã Ba Bể")


@pytest.fixture
def session():
    return SessionFactory(capacity=1)


@pytest.fixture
def placed(session, commune):
    """Somebody of the commune with the only place."""
    unit = UnitFactory(parent=commune, name="Chi đoàn Pác Ngòi")
    person = PersonFactory(unit=unit, email="truoc@example.com")
    return RegistrationFactory(session=session, person=person, unit=unit)


def take(placed, person, now):
    return substitution.substitute(
        registration_id=placed.pk, person=person, by=None, now=now
    )


def fine():
    """The counters say what the rows say."""
    return not audit.seats()


class TestSubstitute:
    def test_the_place_goes_over_and_none_is_freed(self, session, placed, commune, now):
        waiting = RegistrationFactory(session=session, state=State.WAITING)
        other = UnitFactory(parent=commune, name="Chi đoàn Bó Lù")

        newcomer = take(placed, PersonFactory(unit=other), now)

        placed.refresh_from_db()
        waiting.refresh_from_db()
        session.refresh_from_db()
        assert (placed.state, newcomer.state) == (State.CANCELLED, State.CONFIRMED)
        assert waiting.state == State.WAITING
        assert (session.confirmed, session.line_length) == (1, 1)
        assert fine()

    def test_both_get_a_letter_and_the_calendars_follow(self, placed, commune, now):
        person = PersonFactory(unit=commune, email="sau@example.com")

        newcomer = take(placed, person, now)

        letters = {letter.address: letter for letter in Letter.objects.all()}
        assert set(letters) == {"truoc@example.com", "sau@example.com"}
        gone, come = letters["truoc@example.com"], letters["sau@example.com"]
        assert (gone.kind, come.kind) == ("training.handed_on", "training.confirmed")
        methods = {}
        for name, letter in (("gone", gone), ("come", come)):
            calendar = Calendar.from_ical(letter.attachments[0]["content"])
            (event,) = calendar.walk("VEVENT")
            methods[name] = str(calendar["method"]), str(event["uid"])[:32]
        assert methods["gone"] == ("CANCEL", placed.code.hex)
        assert methods["come"] == ("REQUEST", newcomer.code.hex)

    def test_done_twice_is_done_once(self, placed, commune, now):
        person = PersonFactory(unit=commune)

        first, second = take(placed, person, now), take(placed, person, now)

        assert first.pk == second.pk
        assert Registration.objects.count() == 2
        assert fine()

    def test_only_one_of_two_gets_it(self, placed, commune, now):
        take(placed, PersonFactory(unit=commune), now)

        with pytest.raises(Refused) as refused:
            take(placed, PersonFactory(unit=commune), now)

        assert refused.value.refusal is HandoverRefusal.NO_PLACE
        assert fine()

    def test_whoever_stood_in_line_leaves_it(self, session, placed, commune, now):
        person = PersonFactory(unit=commune)
        waiting = RegistrationFactory(
            session=session, person=person, state=State.WAITING
        )

        take(placed, person, now)

        waiting.refresh_from_db()
        session.refresh_from_db()
        assert waiting.state == State.CANCELLED
        assert session.line_length == 0
        assert fine()

    def test_the_room_goes_along(self, session, placed, commune, now):
        placed.point = RemotePointFactory(session=session, places=1)
        placed.save()

        newcomer = take(placed, PersonFactory(unit=commune), now)

        assert newcomer.point == placed.point

    def test_a_kept_place_stays_a_kept_place(self, session, commune, now):
        quotas.set_quota(
            session_id=session.pk, unit=commune, places=1, by=None, now=now
        )
        from training import actions

        first = actions.register(
            session_id=session.pk, person=PersonFactory(unit=commune), by=None, now=now
        )
        assert first.quota

        newcomer = take(first, PersonFactory(unit=commune), now)

        assert newcomer.quota.unit == commune
        assert fine()
        with pytest.raises(Refused) as refused:
            take(newcomer, PersonFactory(), now)
        assert refused.value.refusal is HandoverRefusal.KEPT


class TestRules:
    def why(self, placed, person, now):
        placed.refresh_from_db()
        placed.session.refresh_from_db()
        return substitution.why_not_take(placed, person, now=now)

    @pytest.mark.parametrize(
        ("fields", "reason"),
        [
            ({"state": "cancelled"}, HandoverRefusal.OFF),
            ({"max_age": 20}, rules.Refusal.TOO_OLD),
        ],
    )
    def test_what_holds_for_all_holds_for_the_newcomer(
        self, session, placed, commune, now, fields, reason
    ):
        type(session).objects.update(**fields)

        assert self.why(placed, PersonFactory(unit=commune), now) == reason

    def test_a_child_needs_its_guardian(self, placed, commune, now):
        child = PersonFactory(unit=commune, birth_date=dt.date(2013, 9, 5))

        assert self.why(placed, child, now) == rules.Refusal.GUARDIAN

    def test_from_the_start_on_the_place_stays(self, session, placed, commune):
        person = PersonFactory(unit=commune)
        just_before = session.starts_at - dt.timedelta(seconds=1)

        assert self.why(placed, person, just_before) is None
        assert self.why(placed, person, session.starts_at) == HandoverRefusal.STARTED

    def test_the_close_of_sign_up_does_not_matter(self, session, placed, commune):
        person = PersonFactory(unit=commune)

        assert self.why(placed, person, session.closes_at) is None

    def test_while_people_wait_the_place_stays_in_its_house(
        self, session, placed, commune, province, now
    ):
        neighbours = UnitFactory(parent=province, name="Đoàn xã bên")
        stranger = PersonFactory(unit=neighbours)
        assert self.why(placed, stranger, now) is None

        RegistrationFactory(session=session, state=State.WAITING)

        assert self.why(placed, stranger, now) == HandoverRefusal.OTHER_UNIT
        assert self.why(placed, PersonFactory(unit=None), now) is not None
        assert self.why(placed, PersonFactory(unit=province), now) is not None
        assert self.why(placed, PersonFactory(unit=commune), now) is None

    def test_nobody_gets_two(self, session, placed, commune, now):
        type(session).objects.update(capacity=2)
        other = RegistrationFactory(session=session, person=PersonFactory(unit=commune))

        assert self.why(placed, placed.person, now) == HandoverRefusal.OWN
        assert self.why(placed, other.person, now) == HandoverRefusal.HAS_PLACE

    @pytest.mark.parametrize("state", [State.WAITING, State.CANCELLED, State.PENDING])
    def test_only_a_place_is_handed_on(self, state, now):
        sign_up = RegistrationFactory(state=state)

        refusal = substitution.why_not_hand_on(sign_up, now=now)

        assert refusal == HandoverRefusal.NO_PLACE


def path_of(placed):
    address = links.take_over_url(placed.session.slug, placed.code)
    return address.removeprefix("http://127.0.0.1:8000")


def page(response):
    return response.content.decode()


class TestQuotas:
    """A unit that may have no more than its places gets no other one this way."""

    @pytest.fixture
    def full(self, commune, now):
        """The commune has its one place; somebody of nowhere has the open one."""
        session = SessionFactory(capacity=2)
        quotas.set_quota(
            session_id=session.pk,
            unit=commune,
            places=1,
            at_most=True,
            by=None,
            now=now,
        )
        rows = [
            actions.register(session_id=session.pk, person=one, by=None, now=now)
            for one in (PersonFactory(unit=commune), PersonFactory())
        ]
        assert [bool(row.quota_id) for row in rows] == [True, False]
        return rows

    def test_not_past_no_more_than_these(self, full, commune, now):
        _mine, placed = full

        with pytest.raises(Refused) as refused:
            take(placed, PersonFactory(unit=commune), now)

        assert refused.value.refusal is HandoverRefusal.AT_MOST
        assert take(placed, PersonFactory(), now).state == State.CONFIRMED
        assert fine()

    def test_but_within_the_unit(self, full, commune, now):
        mine, _placed = full

        newcomer = take(mine, PersonFactory(unit=commune), now)

        assert newcomer.quota is not None
        assert fine()

    def test_and_where_one_of_its_own_is_free(self, full, commune, now):
        mine, placed = full
        actions.cancel(registration_id=mine.pk, by=None, now=now)

        newcomer = take(placed, PersonFactory(unit=commune), now)

        newcomer.refresh_from_db()
        assert newcomer.quota is not None
        assert fine()


def test_whoever_took_their_name_off_a_list_is_named_by_nobody(placed, commune, now):
    person = PersonFactory(unit=commune)
    RegistrationFactory(
        session=placed.session,
        person=person,
        state=State.CANCELLED,
        objected_at=now,
        cancelled_at=now,
    )

    with pytest.raises(Refused) as refused:
        substitution.substitute(
            registration_id=placed.pk, person=person, by=None, now=now, named=True
        )

    assert refused.value.refusal is rules.Refusal.OBJECTED
    # By the link they take it themselves.
    assert take(placed, person, now).state == State.CONFIRMED


class TestPages:
    def test_whoever_has_the_place_finds_the_link(self, client, session, commune):
        user = UserFactory()
        mine = RegistrationFactory(session=session, person=user.person)
        client.force_login(user)
        own = page(client.get(reverse("training:register", args=[session.slug])))
        address = reverse("training:hand_on", args=[session.slug])
        assert address in own

        text = page(client.get(address))

        assert links.hand_on_token(mine.code) in text
        client.force_login(UserFactory())
        assert client.get(address).status_code == 404

    def test_the_link_asks_what_the_session_asks(self, client, session, placed, now):
        question = QuestionFactory(session=session, required=True)
        user = UserFactory()
        client.force_login(user)
        address = path_of(placed)
        assert question.text in page(client.get(address))
        token = links.hand_on_token(placed.code)

        bare = client.post(address, {"agreed": "on", links.PARAMETER: token})
        assert not Answer.objects.exists()
        assert placed.person.full_name not in page(bare)

        said = {"agreed": "on", links.PARAMETER: token, name_of(question): "Có"}
        response = client.post(address, said, follow=True)

        assert "You have a place" in page(response)
        assert Answer.objects.get().registration.person == user.person
        placed.refresh_from_db()
        assert placed.state == State.CANCELLED

    def test_without_an_account_one_signs_in_and_comes_back(self, client, placed):
        response = client.get(path_of(placed))

        assert response.status_code == 302
        assert "nhan-cho" in response.url
        assert links.PARAMETER in response.url

    @pytest.mark.parametrize("token", ["", "x", "\x00", "cancel"])
    def test_a_link_that_is_not_ours_finds_nothing(self, client, placed, token):
        if token == "cancel":
            token = links.cancel_token(placed.code)  # good for another purpose
        client.force_login(UserFactory())
        address = reverse("training:take_over", args=[placed.session.slug])

        response = client.get(address, {links.PARAMETER: token})

        assert response.status_code in {400, 404}

    def test_a_used_link_says_so_and_keeps_what_was_typed(
        self, client, session, placed, commune, now
    ):
        question = QuestionFactory(session=session)
        take(placed, PersonFactory(unit=commune), now)
        client.force_login(UserFactory())

        said = {"agreed": "on", name_of(question): "Đã gõ rồi"}
        response = client.post(path_of(placed), said)

        assert response.status_code == 409
        assert "not there to be handed on any more" in page(response)
        assert "Đã gõ rồi" in page(response)


class TestNaming:
    @pytest.fixture
    def secretary(self, client, commune):
        user = AssignmentFactory(role=Role.UNIT_SECRETARY, unit=commune).user
        client.force_login(user)
        return user

    def url(self, placed):
        return reverse(
            "training:name_somebody", args=[placed.session.slug, placed.code]
        )

    def test_the_secretary_names_one_of_the_unit(
        self, client, secretary, placed, commune
    ):
        person = PersonFactory(
            unit=commune, full_name="Ma Thị Nết", birth_date=dt.date(2003, 4, 5)
        )
        typed = {"full_name": "ma thi net", "birth_year": "2003"}

        asked = page(client.post(self.url(placed), typed))
        assert "Is it one of these?" in asked
        client.post(self.url(placed), typed | {"person": person.pk})

        newcomer = Registration.objects.get(person=person)
        assert newcomer.state == State.CONFIRMED
        assert newcomer.registered_by == secretary

    def test_nobody_is_named_who_took_their_name_off(
        self, client, secretary, placed, commune, now
    ):
        person = PersonFactory(unit=commune)
        RegistrationFactory(
            session=placed.session,
            person=person,
            state=State.CANCELLED,
            objected_at=now,
            cancelled_at=now,
        )
        year = person.birth_date.year
        typed = {"full_name": person.full_name, "birth_year": year}

        response = client.post(self.url(placed), typed | {"person": person.pk})

        assert response.status_code == 409
        assert "took their name off" in page(response)

    def test_nobody_of_another_unit_is_named_or_found(self, client, secretary, placed):
        stranger = PersonFactory(
            full_name="Lý Văn Xa", birth_date=dt.date(2003, 4, 5), unit=UnitFactory()
        )
        typed = {"full_name": "Lý Văn Xa", "birth_year": "2003"}

        assert "We know nobody" in page(client.post(self.url(placed), typed))
        client.post(self.url(placed), typed | {"person": stranger.pk})

        assert not Registration.objects.filter(person=stranger).exists()

    def test_only_those_in_charge_name_anybody(self, client, placed):
        for user in (UserFactory(), AssignmentFactory(role=Role.UNIT_SECRETARY).user):
            client.force_login(user)
            assert client.get(self.url(placed)).status_code == 404
