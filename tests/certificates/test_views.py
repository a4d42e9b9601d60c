"""Checking a certificate, and getting one's own."""

import datetime as dt
import logging

import pytest
from django.urls import reverse

from certificates import actions, limits, links
from members import consents
from members.models import Consent
from tests.factories.certificates import COURSE, NOW, issued
from tests.factories.members import (
    GuardianFactory,
    PersonFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
UNKNOWN = "/chung-nhan/4K7M-92PX-3HT8-C4FJ/"


def page(client, row) -> str:
    response = client.get(row.get_absolute_url())
    assert response.status_code == 200
    return response.content.decode()


def revoke(row):
    actions.revoke(certificate_id=row.pk, reason="Cấp nhầm", by=None, now=NOW)


def correct(row, name):
    return actions.correct(
        certificate_id=row.pk, changes={"name": name}, by=None, now=NOW
    )


# --- What anybody reads ---------------------------------------------------------


def test_a_valid_one_shows_name_title_and_dates_and_nothing_else(client):
    row = issued(
        PersonFactory(full_name="Nông Thị Ánh", email="anh@example.com"),
        merit="Giỏi",
    )
    html = page(client, row)
    for words in ("Nông Thị Ánh", COURSE, "20/11/2026", "21/11/2026", "Còn giá trị"):
        assert words in html
    for words in ("anh@example.com", "Giỏi", row.number_text, "Nhà văn hóa", "tai-ve"):
        assert words not in html


def test_a_child_is_shown_by_initials_until_both_agreed(client):
    child = PersonFactory(full_name="Lý Thị Đào", birth_date=dt.date(2013, 9, 5))
    row = issued(child)
    assert "L. T. Đ." in page(client, row)
    assert "Đào" not in page(client, row)
    given = {"purpose": Consent.Purpose.PUBLISH_NAME, "text_version": "1", "now": NOW}
    consents.give(person=child, method=Consent.Method.OWN_FORM, **given)
    assert "Đào" not in page(client, row)
    guardian = GuardianFactory(child=child)
    signed = {"method": Consent.Method.SIGNED_FORM, "guardian": guardian}
    consents.give(person=child, **signed, **given)
    assert "Lý Thị Đào" in page(client, row)
    consents.withdraw(person=child, purpose=Consent.Purpose.PUBLISH_NAME, now=NOW)
    assert "Đào" not in page(client, row)


def test_an_unknown_date_of_birth_counts_as_a_child(client):
    row = issued(PersonFactory(full_name="Lý Thị Đào", birth_date=None))
    assert "L. T. Đ." in page(client, row)


def test_a_revoked_one_says_so_and_names_nobody(client):
    row = issued(PersonFactory(full_name="Nông Thị Ánh"))
    revoke(row)
    html = page(client, row)
    assert "Đã thu hồi" in html
    for words in ("Ánh", COURSE, "Cấp nhầm"):
        assert words not in html


def test_a_replaced_one_says_so_and_does_not_lead_to_the_new_one(client):
    old = issued(name="Nông Thị Anh")
    new = correct(old, "Nông Thị Ánh")
    html = page(client, old)
    assert "Đã thay bằng bản mới" in html
    for words in ("Nông Thị", new.spaced_code, new.code):
        assert words not in html


def test_no_page_of_a_certificate_is_indexed_kept_or_told_to_others(client):
    """Not "no-referrer": browsers then send no origin, and signing out fails."""
    for path in (issued().get_absolute_url(), UNKNOWN, reverse("certificates:type")):
        response = client.get(path)
        assert "noindex" in response["X-Robots-Tag"]
        assert "no-store" in response["Cache-Control"]
        assert response["Referrer-Policy"] == "same-origin"
        assert 'name="robots" content="noindex"' in response.content.decode()
        assert not response.cookies


# --- Wrong codes ----------------------------------------------------------------


def test_forged_unknown_and_senseless_codes_get_the_same_answer(client):
    row = issued()
    forged = f"/chung-nhan/{row.code[:-1]}{'2' if row.code[-1] != '2' else '3'}/"
    answers = [
        client.get(path)
        for path in (UNKNOWN, forged, "/chung-nhan/khong-phai-ma/", "/chung-nhan/1/")
    ]
    assert {answer.status_code for answer in answers} == {404}
    # All but the way back to the same address in the other language.
    parts = [answer.content.decode().partition("<main")[2] for answer in answers]
    assert len({part.partition("</main>")[0] for part in parts}) == 1


def test_a_wrong_code_is_noted_without_the_code(client, caplog):
    with caplog.at_level(logging.WARNING, logger="certificates.views"):
        client.get(UNKNOWN)
    (note,) = [r for r in caplog.records if r.name == "certificates.views"]
    assert "127.0.0.1" in note.getMessage()
    assert "4K7M" not in note.getMessage()


def test_one_address_tries_only_so_many_wrong_codes(client, monkeypatch):
    monkeypatch.setitem(limits.LIMITS, "wrong_certificate", "3/h/ip")
    row = issued()
    for _try in range(5):
        page(client, row)  # right ones do not count
    answers = [client.get(UNKNOWN).status_code for _try in range(4)]
    assert answers == [404, 404, 404, 429]
    # Above the limit a right code is not told from a wrong one.
    assert client.get(row.get_absolute_url()).status_code == 429
    assert client.get("/chung-nhan/thu/x/").status_code == 429


# --- Typing ---------------------------------------------------------------------


def test_a_typed_code_leads_to_where_the_qr_code_leads(client):
    row = issued()
    typed = row.spaced_code.lower().replace("-", " ")
    response = client.get(reverse("certificates:type"), {"ma": typed})
    assert response.url == row.get_absolute_url()


def test_an_address_typed_in_small_letters_leads_to_the_page(client):
    row = issued()
    response = client.get(f"/chung-nhan/{row.code.lower()}/")
    assert response.url == row.get_absolute_url()


@pytest.mark.parametrize("typed", ["", "12/2026", "x" * 70])
def test_what_is_no_code_is_given_back_with_a_sentence(client, typed):
    response = client.get(reverse("certificates:type"), {"ma": typed})
    html = response.content.decode()
    assert response.status_code == 200
    assert "error" in html.lower()
    assert f'value="{typed}"' in html or not typed


def test_posting_is_no_way_in(client):
    assert client.post(reverse("certificates:type"), {}).status_code == 405


# --- One's own ------------------------------------------------------------------


def test_its_owner_downloads_it(client):
    user = UserFactory()
    row = issued(user.person)
    client.force_login(user)
    path = reverse("certificates:download", args=[row.spaced_code])
    assert path in page(client, row)
    response = client.get(path)
    assert response.content.startswith(b"%PDF")
    assert response["Content-Type"] == "application/pdf"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Disposition"].startswith("attachment")
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("who", ["nobody", "somebody", "without a person"])
def test_others_get_the_page_of_an_unknown_code(client, who):
    row = issued()
    if who != "nobody":
        person = {} if who == "somebody" else {"person": None, "email": "x@example.com"}
        client.force_login(UserFactory(**person))
    response = client.get(reverse("certificates:download", args=[row.spaced_code]))
    assert response.status_code == 404
    assert "tai-ve" not in page(client, row)


def test_its_owner_gets_no_revoked_one(client):
    user = UserFactory()
    row = issued(user.person)
    revoke(row)
    client.force_login(user)
    response = client.get(reverse("certificates:download", args=[row.spaced_code]))
    assert response.status_code == 404


# --- The link of the letter -----------------------------------------------------


def by_letter(client, token):
    return client.get(reverse("certificates:letter_download", args=[token]))


def test_the_link_of_the_letter_hands_it_out(client):
    response = by_letter(client, links.token_of(issued()))
    assert response.content.startswith(b"%PDF")
    assert response["Content-Disposition"].startswith("attachment")


def test_the_link_of_an_old_version_hands_out_nothing(client):
    old = issued(name="Anh")
    token = links.token_of(old)
    correct(old, "Ánh")
    assert by_letter(client, token).status_code == 404


def test_a_forged_or_foreign_link_is_an_unknown_code(client):
    row = issued()
    token = links.token_of(row)
    for wrong in (row.code, token[:-1], token + "x", "a:b:c"):
        assert by_letter(client, wrong).status_code == 404


def test_a_link_ends(client, monkeypatch):
    token = links.token_of(issued())
    monkeypatch.setattr(links, "LIFETIME", dt.timedelta(seconds=-1))
    assert by_letter(client, token).status_code == 404
