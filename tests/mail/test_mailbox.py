import os
from email.message import EmailMessage

import pytest
from django.test import override_settings
from django.urls import include, path

from portal.urls import handler404
from portal.urls import urlpatterns as portal_urls

urlpatterns = [*portal_urls, path("thu/", include("mail.urls_debug"))]

__all__ = ["handler404"]

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.mail.test_mailbox")]


@pytest.fixture
def folder(settings, tmp_path):
    settings.MAILBOX = tmp_path / "mail"
    settings.MAILBOX.mkdir()
    return settings.MAILBOX


def drop(folder, name="1.eml", *, subject="Mã của bạn: 123456", age=0, html=None):
    message = EmailMessage()
    message["Subject"] = subject
    message["From"] = "Cổng <cong@example.com>"
    message["To"] = "lan@example.com"
    message.set_content("Chào Lan,\n\nMã: 123456\nhttps://example.com/x\n")
    if html:
        message.add_alternative(html, subtype="html")
    message.add_attachment(b"BEGIN:VCALENDAR", "text", "calendar", filename="lịch.ics")
    file = folder / name
    file.write_bytes(message.as_bytes())
    os.utime(file, (1_700_000_000 - age,) * 2)
    return file


def test_newest_letter_is_first_with_its_words(client, folder):
    drop(folder, "old.eml", subject="Thư cũ", age=60)
    drop(folder, "new.eml")
    page = client.get("/thu/").content.decode()
    assert page.index("Mã của bạn: 123456") < page.index("Thư cũ")
    assert "lan@example.com" in page
    assert "Chào Lan, Mã: 123456" in page


def test_empty_mailbox_says_what_to_do(client, settings, tmp_path):
    settings.MAILBOX = tmp_path / "nothing"
    assert client.get("/thu/").status_code == 200


def test_letter_shows_text_and_attachments(client, folder):
    drop(folder)
    page = client.get("/thu/1.eml/").content.decode()
    assert "Mã: 123456" in page
    assert '<a href="https://example.com/x"' in page
    assert "lịch.ics" in page
    assert "<iframe" not in page


def test_html_is_shut_into_a_sandbox(client, folder):
    drop(folder, html="<html><head></head><script>alert(1)</script><p>Chào</html>")
    assert "<iframe" in client.get("/thu/1.eml/").content.decode()
    response = client.get("/thu/1.eml/html/")
    policy = response["Content-Security-Policy"]
    assert policy.startswith("sandbox ")
    assert "allow-scripts" not in policy
    assert "default-src 'none'" in policy
    assert response["X-Frame-Options"] == "SAMEORIGIN"


def test_attachment_is_saved_not_shown(client, folder):
    drop(folder)
    response = client.get("/thu/1.eml/tep/0/")
    assert response.getvalue().strip() == b"BEGIN:VCALENDAR"
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert client.get("/thu/1.eml/tep/1/").status_code == 404


@pytest.mark.parametrize(
    "name",
    ["none.eml", "..", "../secret.eml", "%2e%2e%2fsecret.eml", "..%5csecret.eml", "*"],
)
def test_no_name_leads_out_of_the_folder(client, folder, name):
    (folder.parent / "secret.eml").write_text("Subject: secret")
    drop(folder)
    assert client.get(f"/thu/{name}/").status_code == 404


def test_damaged_file_is_shown_as_far_as_it_goes(client, folder):
    (folder / "bad.eml").write_bytes(
        b"Subject: =?utf-8?q?\xff?=\nContent-Type: text/plain; charset=none\n\n\xff"
    )
    assert client.get("/thu/").status_code == 200
    assert client.get("/thu/bad.eml/").status_code == 200


def test_mailbox_exists_in_debug_only():
    with override_settings(ROOT_URLCONF="portal.urls"):
        from django.urls import NoReverseMatch, reverse

        with pytest.raises(NoReverseMatch):
            reverse("mailbox:list")
