"""The attendance sheet on paper and working it off again."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse

from members.models import AccessNote
from tests.factories.training import (
    RegistrationFactory,
    SessionStaffFactory,
    SlotFactory,
    State,
)
from training import attendance, sheet
from training.models import Mark

pytestmark = pytest.mark.django_db


@pytest.fixture
def slot():
    return SlotFactory()


@pytest.fixture
def client(client, slot):
    client.force_login(SessionStaffFactory(session=slot.session).user)
    with time_machine.travel(slot.ends_at, tick=False):
        yield client


def printed(slot):
    return sheet.sheet(slot.session, [slot], now=slot.starts_at)


def test_the_same_list_gives_the_same_paper(slot):
    RegistrationFactory(session=slot.session)

    assert printed(slot) == printed(slot)
    assert printed(slot).startswith(b"%PDF-")


def test_only_people_with_a_place_are_printed(slot):
    before = printed(slot)
    RegistrationFactory(session=slot.session, state=State.CANCELLED)
    assert printed(slot) == before

    RegistrationFactory(session=slot.session)
    assert printed(slot) != before


@pytest.mark.parametrize(
    "name",
    ["#set page(fill: red)", "*_`$]{", "Nguyê\u0303n Thị Ánh", "Lê " * 30, "\\"],
)
def test_a_name_is_printed_and_never_run(slot, name):
    RegistrationFactory(session=slot.session, person__full_name=name.strip())

    assert printed(slot).startswith(b"%PDF-")


def test_it_leaves_as_a_file_with_a_name(client, slot):
    answer = client.get(reverse("training:desk_paper", args=[slot.session.slug]))

    assert answer["Content-Type"] == "application/pdf"
    assert answer["X-Content-Type-Options"] == "nosniff"
    day = f"{slot.starts_at + dt.timedelta(hours=7):%Y-%m-%d}"
    disposition = answer["Content-Disposition"]
    assert disposition.startswith('attachment; filename="diem-danh-an-toan-so')
    assert disposition.endswith(f'{day}.pdf"')
    assert "no-store" in answer["Cache-Control"]
    assert AccessNote.objects.get().kind == "training.sheet"


class TestWorkingOff:
    def post(self, client, slot, who):
        url = reverse("training:desk_tick", args=[slot.session.slug])
        return client.post(url, {"who": who, "buoi": slot.pk}, follow=True)

    def test_everybody_ticked_is_marked_in_one_go(self, client, slot):
        people = [RegistrationFactory(session=slot.session) for _ in range(3)]

        self.post(client, slot, [one.pk for one in people[:2]])

        methods = Mark.objects.values_list("method", flat=True)
        assert list(methods) == ["paper", "paper"]
        assert attendance.shares_attended(slot.session).keys() == {
            one.pk for one in people[:2]
        }

    def test_nonsense_ticks_nobody(self, client, slot):
        stranger = RegistrationFactory()

        page = self.post(
            client, slot, ["x", "-1", "", "9" * 18, "9" * 5000, stranger.pk]
        )

        assert page.status_code == 200
        assert not Mark.objects.exists()

    def test_after_seven_days_the_ticks_are_given_back(self, client, slot):
        one = RegistrationFactory(session=slot.session)
        type(slot).objects.filter(pk=slot.pk).update(
            starts_at=slot.starts_at - dt.timedelta(days=8),
            ends_at=slot.ends_at - dt.timedelta(days=8),
        )

        page = self.post(client, slot, [one.pk])

        assert page.status_code == 409
        assert page.context["chosen"] == {str(one.pk)}
