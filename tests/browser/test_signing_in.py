"""Password, another house's identity, devices and an old factor in a real browser.

Codes, passkeys and setting up a factor: test_sign_in.
"""

import re
import time

import pytest
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings as portal
from django.contrib.sessions.models import Session

from mail.models import Letter
from members.models import Role, Unit, User
from members.sessions import SessionStore
from tests import openid
from tests.browser.test_sign_in import press, totp
from tests.factories.members import AssignmentFactory, UserFactory

PASSWORD = "mat-khau-rieng-82"


@pytest.fixture(scope="module")
def provider():
    with openid.running() as address:
        yield address


def type_password(window, email: str, path: str = "/tai-khoan/login/") -> None:
    page = window.to(path)
    page.get_by_role("link", name="Dùng mật khẩu").click()
    window.nothing_is_wrong()
    page.get_by_label("Email").fill(email)
    page.get_by_label("Mật khẩu", exact=True).fill(PASSWORD)
    press(page, "Đăng nhập")


def type_code(window, code: str) -> None:
    window.page.wait_for_url("**/2fa/authenticate/**")
    window.page.get_by_label("Mã", exact=True).fill(code)
    press(window.page, "Đăng nhập")


def test_by_password_without_scripts(visit):
    user = UserFactory(password=PASSWORD)
    window = visit(script=False)
    type_password(window, user.email, "/tai-khoan/login/?next=/ca-nhan/ho-so/")
    window.page.wait_for_url("**/ca-nhan/ho-so/")
    window.nothing_is_wrong()


def test_by_the_identity_of_another_house(visit, settings, provider):
    """There and back again, past the policies that a real browser keeps."""
    openid.named(settings, provider)
    window = visit()
    # The provider's own page wants a style sheet from somewhere in the world.
    window.page.route("https://**", lambda route: route.abort())
    page = window.to("/tai-khoan/login/?next=/ca-nhan/ho-so/")
    window.nothing_is_wrong()
    press(page, f"Đăng nhập bằng {openid.NAME}")
    page.wait_for_url(f"{provider}/**")
    press(page, "anh")
    page.wait_for_url("**/ca-nhan/ho-so/")
    assert User.objects.get().email == "anh@example.com"
    assert any(url.startswith(provider) for url in window.strangers)
    window.strangers.clear()
    window.complaints.clear()
    window.nothing_is_wrong()


def test_staff_hear_of_a_new_device_see_it_and_sign_it_out(visit, settings):
    settings.STAFF_SECOND_FACTOR = True
    user = UserFactory(password=PASSWORD)
    AssignmentFactory(user=user, role=Role.PROVINCE_ADMIN)
    TOTP.activate(user, generate_totp_secret())
    codes = RecoveryCodes.activate(user).get_unused_codes()
    mine, theirs = visit(), visit(width=1280, scheme="dark")
    for window, code in ((mine, codes[0]), (theirs, codes[1])):
        type_password(window, user.email, "/tai-khoan/login/?next=/quan-tri/")
        type_code(window, code)
        window.page.wait_for_url("**/quan-tri/")
    told = Letter.objects.filter(kind="members.account_notice", address=user.email)
    assert [("chưa từng" in letter.text) for letter in told] == [True, True]

    page = mine.to("/ca-nhan/")
    page.get_by_role("link", name="Nơi đang đăng nhập").click()
    mine.nothing_is_wrong()
    assert page.get_by_text("Thiết bị này").count() == 1
    page.get_by_role("button", name=re.compile("^Đăng xuất: ")).click()
    page.get_by_text("Thiết bị này").wait_for()
    assert page.get_by_role("button", name=re.compile("^Đăng xuất: ")).count() == 0
    theirs.page.goto(theirs.base + "/quan-tri/")
    assert theirs.path() == "/tai-khoan/login/"
    mine.to("/quan-tri/")
    assert mine.path() == "/quan-tri/"


def test_a_form_filled_in_over_night_is_saved_after_the_code(visit, settings):
    settings.STAFF_SECOND_FACTOR = True
    secret = generate_totp_secret()
    role = AssignmentFactory(role=Role.PROVINCE_ADMIN)
    TOTP.activate(role.user, secret)
    window = visit(user=role.user)
    show_factor(window, hours_ago=1)
    page = window.to(f"/quan-tri/members/unit/{role.unit.pk}/change/")
    page.locator("#id_name").fill("Tỉnh đoàn sau sáp nhập")
    show_factor(window, hours_ago=13)
    page.locator("[name=_save]").click()
    page.wait_for_url("**/2fa/reauthenticate/**")
    window.nothing_is_wrong()
    page.get_by_label("Mã trong ứng dụng xác thực").fill(totp(secret))
    press(page, "Xác nhận")
    page.wait_for_url("**/quan-tri/members/unit/")
    assert Unit.objects.get().name == "Tỉnh đoàn sau sáp nhập"


def show_factor(window, *, hours_ago: int) -> None:
    """As if the window's owner had shown it then."""
    cookies = {one["name"]: one["value"] for one in window.page.context.cookies()}
    session = SessionStore(cookies[portal.SESSION_COOKIE_NAME])
    at = time.time() - hours_ago * 3600
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "mfa", "at": at}]
    session["account_authentication_methods_user"] = session["_auth_user_id"]
    session.save()
    assert Session.objects.filter(pk=session.session_key).exists()
