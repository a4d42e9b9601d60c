import pytest
from django.core import signing
from django.test import Client

from mail.models import Preference
from mail.preferences import unsubscribe_url

pytestmark = pytest.mark.django_db


@pytest.fixture
def link(settings):
    settings.SITE_URL = ""
    return unsubscribe_url("Lan+tap@Example.com", "tests.optional")


@pytest.fixture
def client():
    """A mail program: no session, no cookie, and CSRF is really checked."""
    return Client(enforce_csrf_checks=True)


def test_opening_the_link_changes_nothing(client, link):
    response = client.get(link)
    assert response.status_code == 200
    assert "lan@example.com" in response.content.decode()
    assert not Preference.objects.exists()


def test_one_click_of_the_mail_program_acts(client, link):
    response = client.post(link, {"List-Unsubscribe": "One-Click"})
    assert response.status_code == 200
    wish = Preference.objects.get()
    assert (wish.address_key, wish.kind) == ("lan@example.com", "tests.optional")
    assert wish.wanted is False


def test_button_acts_and_offers_the_way_back(client, link):
    page = client.post(link).content.decode()
    assert 'name="wanted"' in page
    client.post(link, {"wanted": "1"})
    assert Preference.objects.get().wanted is True


def test_second_click_changes_nothing(client, link):
    client.post(link)
    assert client.post(link).status_code == 200
    assert Preference.objects.get().wanted is False


def test_page_says_when_it_is_done_already(client, link):
    client.post(link)
    assert 'name="wanted"' in client.get(link).content.decode()


def test_page_is_kept_by_nobody(client, link):
    response = client.get(link)
    assert "no-store" in response["Cache-Control"]
    assert 'content="noindex"' in response.content.decode()
    assert not response.cookies


@pytest.mark.parametrize("token", ["x", "W10:abc", "%00", "a" * 5000])
def test_forged_link_is_not_found(client, token):
    response = client.post(f"/thu-tin/ngung/{token}/")
    assert response.status_code in {400, 404}
    assert not Preference.objects.exists()


def test_another_address_cannot_be_put_into_a_link(client, link):
    _, signature = link.rstrip("/").rsplit(":", 1)
    other = signing.b64_encode(b'["binh@example.com","tests.optional"]').decode()
    response = client.post(f"/thu-tin/ngung/{other}:{signature}/")
    assert response.status_code == 404


def test_what_must_be_told_cannot_be_stopped(client, settings):
    settings.SITE_URL = ""
    link = unsubscribe_url("lan@example.com", "tests.plain")
    assert client.post(link).status_code == 404


def test_other_methods_are_refused(client, link):
    assert client.delete(link).status_code == 405
