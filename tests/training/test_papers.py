"""Papers: for everyone, or for people with a place; each download asks again."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from members.models import Role
from tests.factories.members import AssignmentFactory, UserFactory
from tests.factories.pictures import halves, saved
from tests.factories.training import (
    MaterialFactory,
    RegistrationFactory,
    SessionFactory,
    SessionStaffFactory,
    State,
)
from training import files
from training.models import Material

pytestmark = pytest.mark.django_db
For = Material.For


@pytest.fixture(autouse=True)
def _at_that_moment(now, time_machine):
    time_machine.move_to(now, tick=False)


@pytest.fixture(autouse=True)
def _private(settings, tmp_path):
    settings.PRIVATE_ROOT = tmp_path / "private"


def with_file(session, **fields):
    material = MaterialFactory.build(session=session, link="", **fields)
    upload = SimpleUploadedFile("bai-giang.jpg", saved(halves(), "JPEG"))
    files.put(material, files.take(upload, max_bytes=files.MAX_MATERIAL))
    material.save()
    return material


def page(response):
    return response.content.decode()


def fetch(client, address):
    """Read to the end, which closes the file behind the answer."""
    response = client.get(address)
    if response.streaming:
        assert b"".join(response.streaming_content)
    return response


@pytest.mark.parametrize(
    ("shown_to", "state", "shown"),
    [
        (For.EVERYONE, None, True),
        (For.CONFIRMED, None, False),
        (For.CONFIRMED, State.WAITING, False),
        (For.CONFIRMED, State.PENDING, False),
        (For.CONFIRMED, State.CANCELLED, False),
        (For.CONFIRMED, State.CONFIRMED, True),
    ],
)
def test_who_finds_and_gets_a_paper(client, shown_to, state, shown):
    session = SessionFactory()
    material = with_file(session, shown_to=shown_to)
    if state:
        user = UserFactory()
        RegistrationFactory(session=session, person=user.person, state=state)
        client.force_login(user)

    text = page(client.get(session.get_absolute_url()))
    response = fetch(client, material.get_absolute_url())

    assert (material.title in text) == shown
    assert response.status_code == (200 if shown else 404)
    if shown:
        assert response["Content-Disposition"].startswith("attachment")
        assert "no-store" in response["Cache-Control"]


def test_a_draft_shows_nothing_but_to_those_who_run_it(client):
    session = SessionFactory(state="draft")
    material = with_file(session, shown_to=For.EVERYONE)

    assert fetch(client, material.get_absolute_url()).status_code == 404
    role = AssignmentFactory(role=Role.TRAINING_ORGANISER, unit=session.unit)
    client.force_login(role.user)
    assert fetch(client, material.get_absolute_url()).status_code == 200


def test_the_helper_of_this_session_has_every_paper_and_no_other_helper(client):
    material = with_file(SessionFactory(), shown_to=For.CONFIRMED)
    helper, stranger = SessionStaffFactory(session=material.session), UserFactory()
    SessionStaffFactory(user=stranger)

    client.force_login(helper.user)
    assert fetch(client, material.get_absolute_url()).status_code == 200
    client.force_login(stranger)
    assert fetch(client, material.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("state", ["scanning", "quarantined"])
def test_what_the_scanner_holds_is_not_even_named(client, state):
    session = SessionFactory()
    material = with_file(session, shown_to=For.EVERYONE)
    Material.objects.update(state=state)

    assert material.title not in page(client.get(session.get_absolute_url()))
    assert fetch(client, material.get_absolute_url()).status_code == 404


def test_the_address_of_another_session_leads_nowhere(client):
    material = with_file(SessionFactory(), shown_to=For.EVERYONE)
    address = reverse("training:material", args=[SessionFactory().slug, material.pk])

    assert fetch(client, address).status_code == 404


def test_a_link_is_a_link(client):
    material = MaterialFactory()

    assert material.link in page(client.get(material.session.get_absolute_url()))
