"""What people do leaves no trace of who they are in the log."""

import io
import logging

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.log import configure_logging

from content import logs
from members.models import Person
from tests.factories.members import PersonFactory, UserFactory

SECRET = "mat-khau-rat-rieng-2026"
NAMES = ("dao.nong", "0912345678", "Bích Đào", "+84912345678", SECRET, "q=rieng")


@pytest.fixture(params=["line", "json"])
def log(request):
    """All that the console would show."""
    made = {
        "line": logs.LineFormatter("%(levelname)s %(name)s: %(message)s"),
        "json": logs.JSONFormatter(),
    }[request.param]
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(made)
    root = logging.getLogger()
    before, root.level = root.level, logging.DEBUG
    root.addHandler(handler)
    yield out
    root.removeHandler(handler)
    root.setLevel(before)


@pytest.mark.django_db
def test_signing_up_signing_in_wrongly_and_an_error(client, log):
    address = "dao.nong@example.com"
    UserFactory(email="biet@example.com")
    client.post(reverse("account_signup"), {"email": address})
    client.post(
        reverse("account_login"), {"login": "biet@example.com", "password": SECRET}
    )
    client.post(reverse("account_login"), {"login": address, "password": SECRET})
    client.get(reverse("portal:search"), {"q": "rieng"})
    client.get(f"/khong-co/{address}/?q=rieng&so=0912345678")
    said = log.getvalue()
    assert "/khong-co/[email]/" in said
    for name in (*NAMES, "biet@"):
        assert name not in said, name


@pytest.mark.django_db
def test_a_row_that_the_database_quotes_is_not_told(log):
    name, phone, address = NAMES[2], NAMES[3], f"{NAMES[0]}@example.com"
    person = PersonFactory(full_name=name, phone=phone, email=address)
    with pytest.raises(IntegrityError, match=name) as caught, transaction.atomic():
        Person.objects.filter(pk=person.pk).update(sort_name=None)
    logging.getLogger("portal").error("it failed", exc_info=caught.value)
    said = log.getvalue()
    assert "it failed" in said
    assert "null value in column" in said
    for one in NAMES:
        assert one not in said, one


def test_the_console_speaks_by_our_formatters():
    configure_logging(settings.LOGGING_CONFIG, settings.LOGGING)
    made = settings.LOGGING["formatters"]
    assert made["line"]["()"] == "content.logs.LineFormatter"
    assert made["json"]["()"] == "content.logs.JSONFormatter"
