"""A member takes their data along and has the account deleted: on a phone, by keyboard
alone, and in a browser without scripts."""

import datetime as dt
import json
import zipfile

import pytest
import time_machine
from django.urls import reverse
from playwright.sync_api import expect

from mail.models import Letter
from members import tasks
from members.models import Consent, DataRequest, Person, User
from tests.browser.test_sign_in import sign_in_by_code
from tests.factories.members import ConsentFactory, PersonFactory, UserFactory

OVERVIEW = reverse("members:my_data")
THINK = dt.timedelta(days=7, minutes=1)


@pytest.fixture(autouse=True)
def _ledger(settings, tmp_path):
    settings.ERASURE_LEDGER = tmp_path / "ledger.jsonl"


def press(page, target) -> None:
    """Go there by the tab key, as somebody does who cannot use a mouse."""
    target.wait_for()
    for _step in range(60):
        page.keyboard.press("Tab")
        if target.evaluate("one => one === document.activeElement"):
            break
    else:
        pytest.fail(f"not reached by keyboard: {target}")
    with page.expect_navigation():
        page.keyboard.press("Enter")


def link(page, name: str, *args):
    return page.locator(f"main a[href='{reverse(name, args=args)}']").last


@pytest.mark.parametrize("script", [True, False])
def test_taking_the_data_along_and_leaving(visit, tmp_path, script):
    person = PersonFactory(full_name="Nông Thị Hoa", email="hoa@example.com")
    user = UserFactory(email="hoa@example.com", person=person)
    ConsentFactory(person=person)
    somebody = UserFactory()
    window = visit(width=360, script=script)
    sign_in_by_code(window, user.email)
    page = window.page
    page.wait_for_url("**/ca-nhan/")
    press(page, link(page, "members:my_data"))
    window.nothing_is_wrong()

    press(page, link(page, "members:my_data_copy"))
    window.nothing_is_wrong()
    press(page, page.locator("main form button").last)
    page.wait_for_url(f"**{OVERVIEW}")
    # The worker has its turn, by the task that looks after lost ones too.
    tasks.tend_data_requests()
    made = DataRequest.objects.get(kind="copy")
    window.to(OVERVIEW)
    window.nothing_is_wrong()
    with page.expect_download() as download:
        link(page, "members:my_data_fetch", made.pk).click()
    download.value.save_as(tmp_path / "copy.zip")
    with zipfile.ZipFile(tmp_path / "copy.zip") as copy:
        told = json.loads(copy.read("du-lieu.json"))
        readable = copy.read("du-lieu.html").decode()
    assert "Nông Thị Hoa" in json.dumps(told, ensure_ascii=False)
    reader = visit(width=360, script=False).page
    reader.set_content(readable)
    assert reader.get_by_text("Nông Thị Hoa").first.is_visible()
    assert reader.get_by_text("hoa@example.com").first.is_visible()

    press(page, link(page, "members:my_data_delete"))
    window.nothing_is_wrong()
    press(page, page.locator("main form button").last)
    expect(page.locator("[name=sure][aria-invalid=true]")).to_be_visible()
    assert not DataRequest.objects.filter(kind="delete").exists()
    page.locator("[name=sure]").focus()
    page.keyboard.press("Space")
    press(page, page.locator("main form button").last)
    page.wait_for_url(f"**{OVERVIEW}")
    window.nothing_is_wrong()
    assert User.objects.filter(pk=user.pk).exists()

    request = DataRequest.objects.get(kind="delete")
    with time_machine.travel(request.received_at + THINK):
        tasks.tend_data_requests()
    page.goto(window.base + OVERVIEW)
    assert window.path() == reverse("account_login")
    assert list(User.objects.all()) == [somebody]
    assert list(Person.objects.all()) == [somebody.person]
    assert not Consent.objects.exists()
    assert not Letter.objects.filter(address="hoa@example.com").exists()
