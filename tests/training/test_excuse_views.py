"""Saying on the page why one was not there: one's own sign-up, for two days."""

import datetime as dt

import pytest
from django.urls import reverse

from tests.factories.members import UserFactory
from tests.factories.training import RegistrationFactory, SessionFactory

pytestmark = pytest.mark.django_db

HOUR = dt.timedelta(hours=1)


@pytest.fixture(autouse=True)
def _remembered(settings):
    settings.TRAINING_NO_SHOW_MEMORY = True


@pytest.fixture(autouse=True)
def _english(client):
    from portal.language import COOKIE

    client.cookies[COOKIE] = "en"


@pytest.fixture
def missed(client, time_machine):
    """A place in a session that was over an hour ago, and nobody came."""
    user = UserFactory()
    sign_up = RegistrationFactory(session=SessionFactory(), person=user.person)
    client.force_login(user)
    time_machine.move_to(sign_up.session.ends_at + HOUR, tick=False)
    return sign_up


def url(sign_up):
    return reverse("training:excuse", args=[sign_up.session.slug])


def say(client, sign_up, reason="Con ốm"):
    return client.post(url(sign_up), {"reason": reason}, follow=True)


def page(response):
    return response.content.decode()


def test_the_page_of_the_sign_up_asks_and_thanks(client, missed):
    own = reverse("training:register", args=[missed.session.slug])
    assert url(missed) in page(client.get(own))

    response = say(client, missed)

    assert "Thank you for telling us." in page(response)
    missed.refresh_from_db()
    assert missed.excuse == "Con ốm"
    # What was said stands there to be put better.
    assert "Con ốm" in page(client.get(own))


def test_said_again_the_words_change_and_the_moment_stays(client, missed, time_machine):
    say(client, missed)
    missed.refresh_from_db()
    first = missed.excused_at
    time_machine.move_to(first + HOUR, tick=False)

    say(client, missed, "Con ốm, phải đi viện")

    missed.refresh_from_db()
    assert (missed.excuse, missed.excused_at) == ("Con ốm, phải đi viện", first)


@pytest.mark.parametrize("reason", ["", "   ", "x" * 301])
def test_nothing_said_and_too_much_are_given_back(client, missed, reason):
    text = page(say(client, missed, reason))

    assert ("Write a few words" in text) == (not reason.strip())
    assert "field-wrong" in text
    assert reason.strip() in text
    missed.refresh_from_db()
    assert missed.excused_at is None


def test_two_days_later_it_is_too_late(client, missed, time_machine):
    time_machine.move_to(missed.session.ends_at + 48 * HOUR, tick=False)

    text = page(say(client, missed))

    assert "Two days have passed" in text
    assert url(missed) not in text
    missed.refresh_from_db()
    assert missed.excused_at is None


def test_nobody_speaks_for_somebody_else(client, missed):
    client.force_login(UserFactory())

    assert say(client, missed).status_code == 404
    missed.refresh_from_db()
    assert missed.excused_at is None


def test_a_stranger_signs_in_first_and_looking_does_nothing(client, missed):
    assert client.get(url(missed)).status_code == 405
    client.logout()
    response = client.post(url(missed), {"reason": "Con ốm"})
    assert response.status_code == 302
    missed.refresh_from_db()
    assert missed.excused_at is None


def test_an_account_without_a_name_has_nothing_to_excuse(client, missed):
    client.force_login(UserFactory(person=None))

    assert say(client, missed).status_code == 404
