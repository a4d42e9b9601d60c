"""Answering an offer: by the link, signed in, for a list; late, twice, forged."""

import datetime as dt

import pytest
from django.urls import reverse

from tests.factories.members import (
    AssignmentFactory,
    PersonFactory,
    UnitFactory,
    UserFactory,
)
from tests.factories.training import (
    GroupFactory,
    RegistrationFactory,
    SessionFactory,
    State,
)
from training import actions, audit, links
from training.desk import OfferTasks

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 23, 2, 0, tzinfo=dt.UTC)
YES, NO = {"answer": "nhan"}, {"answer": "khong"}


@pytest.fixture(autouse=True)
def _at_that_moment(now, time_machine):
    time_machine.move_to(now, tick=False)


@pytest.fixture(autouse=True)
def _counters_follow_rows():
    yield
    assert audit.seats() == []


@pytest.fixture
def offered():
    user = UserFactory()
    session = SessionFactory(capacity=1, offer_hours=24)
    sign_up = RegistrationFactory(
        session=session, person=user.person, state=State.OFFERED
    )
    sign_up.user = user
    return sign_up


def path(name, session):
    return reverse(f"training:{name}", args=[session.slug])


def by_link(sign_up):
    return {links.PARAMETER: links.offer_token(sign_up.code)}


def page(response):
    return response.content.decode()


class TestByTheLink:
    def test_looking_at_it_answers_nothing(self, client, offered):
        text = page(client.get(path("offer", offered.session), by_link(offered)))

        assert "08:00, Thứ Ba 24/11/2026" in text
        offered.refresh_from_db()
        assert offered.state == State.OFFERED

    def test_yes_without_signing_in(self, client, offered):
        address = path("offer", offered.session)

        for _ in range(2):
            response = client.post(address, YES | by_link(offered), follow=True)

        offered.refresh_from_db()
        assert offered.state == State.CONFIRMED
        assert "Bạn đã có chỗ" in page(response)

    def test_no_without_signing_in(self, client, offered):
        address = path("offer", offered.session)

        for _ in range(2):
            response = client.post(address, NO | by_link(offered), follow=True)

        offered.refresh_from_db()
        assert offered.state == State.CANCELLED
        assert response.status_code == 200

    def test_too_late_is_said(self, client, offered, time_machine):
        time_machine.move_to(offered.offer_expires_at, tick=False)

        response = client.post(
            path("offer", offered.session), YES | by_link(offered), follow=True
        )

        assert response.status_code == 409
        assert "Lời mời đã hết hạn" in page(response)

    @pytest.mark.parametrize("answer", [{}, {"answer": ""}, {"answer": "có"}])
    def test_what_is_no_answer_is_not_taken_for_one(self, client, offered, answer):
        response = client.post(
            path("offer", offered.session), answer | by_link(offered)
        )

        assert response.status_code == 404
        offered.refresh_from_db()
        assert offered.state == State.OFFERED

    def test_links_for_other_purposes_do_not_open_it(self, client, offered):
        address = path("offer", offered.session)
        for token in (
            "x",
            links.cancel_token(offered.code),
            links.group_offer_token(offered.code),
        ):
            response = client.post(address, YES | {links.PARAMETER: token})
            assert response.status_code == 404
        cancelling = path("cancel", offered.session)
        response = client.get(cancelling, by_link(offered))
        assert response.status_code == 404

    def test_a_link_of_another_session_does_not_open_it(self, client, offered):
        other = SessionFactory()

        response = client.get(path("offer", other), by_link(offered))

        assert response.status_code == 404


class TestSignedIn:
    def test_own_offer_is_answered_without_a_link(self, client, offered):
        client.force_login(offered.user)

        client.post(path("offer", offered.session), YES)

        offered.refresh_from_db()
        assert offered.state == State.CONFIRMED

    def test_whoever_has_none_finds_none(self, client, offered):
        client.force_login(UserFactory())

        assert client.get(path("offer", offered.session)).status_code == 404

    def test_a_stranger_signs_in_first(self, client, offered):
        response = client.get(path("offer", offered.session))

        assert response.status_code == 302

    def test_it_waits_on_the_desk_until_it_ends(self, offered):
        ends = offered.offer_expires_at
        (task,) = OfferTasks().tasks(offered.user, ends - dt.timedelta(seconds=1))

        assert task.url == path("offer", offered.session)
        assert task.due == ends
        assert list(OfferTasks().tasks(offered.user, ends)) == []
        assert list(OfferTasks().tasks(UserFactory(), NOW)) == []

    def test_the_pages_lead_there(self, client, offered):
        client.force_login(offered.user)
        address = path("offer", offered.session)

        for name in ("session", "register"):
            text = page(client.get(path(name, offered.session)))
            assert address in text
            assert "Bạn được mời nhận một chỗ" in text


class TestLists:
    @pytest.fixture
    def group(self):
        session = SessionFactory(capacity=2, offer_hours=24)
        group = GroupFactory(session=session, together=True)
        for name in ("Nông Thị Ánh", "Lý Văn Sơn"):
            RegistrationFactory(
                session=session,
                person=PersonFactory(full_name=name),
                group=group,
                state=State.OFFERED,
            )
        return group

    def token(self, group):
        return {links.PARAMETER: links.group_offer_token(group.code)}

    def test_the_leader_answers_for_all_by_the_link(self, client, group):
        address = path("group_offer", group.session)

        text = page(client.get(address, self.token(group)))
        assert "Nông Thị Ánh" in text
        assert "Lý Văn Sơn" in text
        client.post(address, YES | self.token(group))

        states = {one.state for one in group.registrations.all()}
        assert states == {State.CONFIRMED}

    def test_the_leader_has_one_task_for_the_list(self, client, group):
        (task,) = OfferTasks().tasks(group.made_by, NOW)
        AssignmentFactory(user=group.made_by, role="unit_secretary", unit=group.unit)
        client.force_login(group.made_by)

        assert client.get(task.url).status_code == 200

    def test_one_of_the_list_can_only_say_no(self, client, group):
        one = group.registrations.first()
        address = path("offer", group.session)

        text = page(client.get(address, by_link(one)))
        assert 'value="nhan"' not in text
        assert client.post(address, YES | by_link(one)).status_code == 409
        client.post(address, NO | by_link(one))

        states = sorted(one.state for one in group.registrations.all())
        assert states == [State.CANCELLED, State.OFFERED]

    def test_whoever_manages_the_unit_answers_too(self, client, group):
        secretary = AssignmentFactory(role="unit_secretary", unit=group.unit).user
        client.force_login(secretary)
        address = f"{path('group_offer', group.session)}?nhom={group.pk}"

        client.post(address, NO)

        states = {one.state for one in group.registrations.all()}
        assert states == {State.CANCELLED}

    def test_whoever_manages_the_unit_lets_them_go_one_by_one(self, client, group):
        group.registrations.update(state=State.CANCELLED, cancelled_at=NOW)
        group.session.offered = 0
        group.session.save()
        waiting = RegistrationFactory(
            session=group.session, group=group, state=State.WAITING
        )
        secretary = AssignmentFactory(role="unit_secretary", unit=group.unit).user
        address = path("loosen", group.session)
        stranger = UserFactory()
        for user in (stranger, secretary):
            client.force_login(user)
            response = client.post(address, {"nhom": group.pk})
            group.refresh_from_db()
            assert group.together is (user == stranger)

        assert response.status_code == 302
        waiting.refresh_from_db()
        assert waiting.state == State.OFFERED
        assert client.get(response.url).status_code == 200

    @pytest.mark.parametrize("number", ["0", "x", "9" * 40])
    def test_nobody_else_sees_the_list(self, client, group, number):
        stranger = AssignmentFactory(role="unit_secretary", unit=UnitFactory()).user
        address = path("group_offer", group.session)
        assert client.get(address, {"nhom": group.pk}).status_code == 404
        client.force_login(stranger)

        for key in (group.pk, number):
            assert client.get(address, {"nhom": key}).status_code == 404
        token = {links.PARAMETER: links.offer_token(group.code)}
        assert client.get(address, token).status_code == 404


def test_a_busy_session_asks_to_press_again(client, offered, monkeypatch):
    from training import locks

    def busy(session_id):
        raise actions.Busy

    monkeypatch.setattr(locks, "lock", busy)
    response = client.post(path("offer", offered.session), YES | by_link(offered))

    assert response.status_code == 503
