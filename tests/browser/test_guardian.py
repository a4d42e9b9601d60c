"""A mother opens the letter on her phone, answers, and takes it back later."""

import datetime as dt

import pytest

from content import clock
from mail.models import Letter
from members import guardian_letters
from members.models import Consent
from tests.factories.members import PersonFactory
from tests.members.test_guardians import ask, last_token, withdraw_token

LOOKS = [(360, "light"), (360, "dark"), (1280, "light")]


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_the_guardian_agrees_and_takes_it_back(visit, width, scheme):
    child = PersonFactory(full_name="Triệu Thị Ánh", birth_date=dt.date(2013, 9, 5))
    ask(child, clock.now())
    address = f"/ca-nhan/giam-ho/{last_token()}/"
    window = visit(width=width, scheme=scheme)
    page = window.to(address)
    window.nothing_is_wrong()

    page.click("main form button:not([name])")
    assert page.locator(".form-errors").is_visible()
    window.nothing_is_wrong()
    page.check("[name=take_part]")
    page.check("[name=publish_name]")
    page.fill("[name=full_name]", "Hoàng Thị Nga")
    page.check("[name=is_guardian]")
    page.click("main form button:not([name])")
    assert window.path() == "/ca-nhan/giam-ho/cam-on/"
    window.nothing_is_wrong()
    assert Consent.objects.live().count() == 2

    window.to(f"/ca-nhan/giam-ho/rut/{withdraw_token()}/")
    window.nothing_is_wrong()
    page.click("main form button >> nth=0")
    page.click("main form button >> nth=-1")
    assert page.locator("main form").count() == 0
    window.nothing_is_wrong()
    assert not Consent.objects.live().exists()

    response = page.goto(window.base + address)
    assert response.status == 410
    window.complaints.clear()  # Chromium complains of the 410 itself
    window.nothing_is_wrong()


def test_no_is_one_click_and_needs_no_script(visit):
    ask(PersonFactory(birth_date=dt.date(2013, 9, 5)), clock.now())
    window = visit(script=False)
    window.to(f"/ca-nhan/giam-ho/{last_token()}/")
    window.page.click("main form button[value=no]")
    assert window.path() == "/ca-nhan/giam-ho/da-ghi-nhan/"
    assert not Consent.objects.exists()
    assert Letter.objects.filter(kind=guardian_letters.TELL).exists()
