import pytest
from django.urls import reverse

from mail import kinds
from mail.models import Letter
from tests.factories.members import AssignmentFactory, UnitFactory, UserFactory

pytestmark = pytest.mark.django_db
ALL = reverse("admin:mail_letter_samples")
ONE = reverse("admin:mail_letter_sample", args=["training.reminder"])
HTML = reverse("admin:mail_letter_sample_html", args=["training.reminder"])


@pytest.fixture
def staff(client):
    user = UserFactory()
    AssignmentFactory(user=user, role="province_admin", unit=UnitFactory(parent=None))
    client.force_login(user)
    return client


def test_every_kind_is_listed_and_led_to(staff):
    page = staff.get(ALL).content.decode()
    for key, kind in kinds.registry.items():
        if not key.startswith("tests."):
            assert reverse("admin:mail_letter_sample", args=[key]) in page, kind.label


def test_one_is_shown_as_text_as_html_and_with_its_headers(staff):
    page = staff.get(ONE).content.decode()
    assert "Hoàng Thị Mai" in page
    assert "List-Unsubscribe-Post" in page
    assert HTML in page
    assert "Hello" in staff.get(ONE, {"language": "en"}).content.decode()
    assert not Letter.objects.exists()


def test_html_is_shut_into_a_sandbox_and_may_stand_in_our_frame(staff):
    response = staff.get(HTML)
    assert "Hoàng Thị Mai" in response.content.decode()
    policy = response["Content-Security-Policy"]
    assert policy.startswith("sandbox ")
    assert "script" not in policy
    assert response["X-Frame-Options"] == "SAMEORIGIN"


@pytest.mark.parametrize("where", [f"{ALL}none.such/", f"{ONE}?language=fr"])
def test_what_there_is_not(staff, where):
    assert staff.get(where).status_code == 404


@pytest.mark.parametrize("where", [ALL, ONE, HTML])
def test_other_staff_do_not_see_them(client, where):
    user = UserFactory()
    AssignmentFactory(user=user, role="editor", unit=UnitFactory(parent=None))
    client.force_login(user)
    assert client.get(where).status_code == 403
