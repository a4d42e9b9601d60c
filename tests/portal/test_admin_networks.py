"""Outside the networks of the office the admin is not there."""

import subprocess

import pytest
from django.urls import reverse

from tests.factories.members import SuperuserFactory
from tests.portal.test_production_settings import production

OFFICE, ELSEWHERE = "203.0.113.7", "198.51.100.7"
pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client, settings):
    settings.STAFF_SECOND_FACTOR = False
    settings.ADMIN_NETWORKS = ["203.0.113.0/24"]
    client.force_login(SuperuserFactory())
    return client


@pytest.mark.parametrize(
    "name", ["admin:index", "admin:login", "admin:news_article_add", "picture_choice"]
)
def test_every_address_of_it_is_closed(staff, name):
    address = reverse(name)
    assert staff.get(address, REMOTE_ADDR=ELSEWHERE).status_code == 404
    assert staff.get(address, REMOTE_ADDR=OFFICE).status_code != 404


def test_all_else_stays_open(staff):
    assert staff.get(reverse("portal:me"), REMOTE_ADDR=ELSEWHERE).status_code == 200


def test_behind_a_proxy_the_visitor_s_own_address_counts(staff, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1

    def status(forwarded):
        return staff.get(
            reverse("admin:index"), headers={"x-forwarded-for": forwarded}
        ).status_code

    assert status(OFFICE) == 200
    assert status(ELSEWHERE) == 404
    assert status(f"{OFFICE}, {ELSEWHERE}") == 404  # made up by the visitor


def test_without_networks_it_is_open_to_all_who_may(staff, settings):
    settings.ADMIN_NETWORKS = []
    assert staff.get(reverse("admin:index"), REMOTE_ADDR=ELSEWHERE).status_code == 200


def test_what_is_no_network_does_not_start():
    with pytest.raises(subprocess.CalledProcessError):
        production(ADMIN_NETWORKS="văn phòng")
