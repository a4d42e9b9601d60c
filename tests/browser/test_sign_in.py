"""Passkeys, the authenticator app and the challenge in a real browser."""

import base64
import hmac
import re
import struct
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from playwright.sync_api import CDPSession, expect

from mail.models import Letter
from members.models import Role
from tests.factories.members import AssignmentFactory, UserFactory

CODE = re.compile(r"\b\d{6}\b")


@pytest.fixture
def device():
    """`device(window)`: the window's machine has a finger sensor that says yes."""

    def attach(window) -> CDPSession:
        session = window.page.context.new_cdp_session(window.page)
        session.send("WebAuthn.enable")
        made = session.send(
            "WebAuthn.addVirtualAuthenticator",
            {
                "options": {
                    "protocol": "ctap2",
                    "transport": "internal",
                    "hasResidentKey": True,
                    "hasUserVerification": True,
                    "isUserVerified": True,
                    "automaticPresenceSimulation": True,
                }
            },
        )
        session.authenticator = made["authenticatorId"]
        return session

    return attach


def last_code() -> str:
    return CODE.search(Letter.objects.order_by("-id").first().subject)[0]


def press(page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def sign_in_by_code(window, email: str, path: str = "/tai-khoan/login/") -> None:
    page = window.to(path)
    page.get_by_label("Email").fill(email)
    press(page, "Gửi mã cho tôi")
    page.wait_for_url("**/login/code/confirm/**")
    page.get_by_label("Mã trong thư").fill(last_code())
    press(page, "Xác nhận")


def totp(secret: str, moment: float | None = None) -> str:
    """RFC 6238, written out here so that the portal is not asked about itself."""
    step = int(moment or time.time()) // 30
    key = base64.b32decode(secret.replace(" ", ""))
    digest = hmac.new(key, struct.pack(">Q", step), "sha1").digest()
    start = digest[-1] & 15
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**6:06}"


def test_a_passkey_is_made_and_then_opens_the_door_alone(visit, device):
    user = UserFactory()
    window = visit()
    device(window)
    sign_in_by_code(window, user.email)
    page = window.page
    page.wait_for_url("**/ca-nhan/")
    window.to("/tai-khoan/2fa/")
    window.nothing_is_wrong()
    page.get_by_role("link", name="Thêm khóa truy cập").click()
    window.nothing_is_wrong()
    page.get_by_label("Tên khóa truy cập").fill("Điện thoại của tôi")
    press(page, "Thêm khóa truy cập này")
    page.wait_for_url("**/2fa/recovery-codes/")
    window.nothing_is_wrong()
    passkey = Authenticator.objects.get(type="webauthn")
    assert passkey.wrap().name == "Điện thoại của tôi"
    assert Letter.objects.filter(kind="members.account_notice").count() == 1
    for path in ("", f"keys/{passkey.pk}/edit/", f"keys/{passkey.pk}/remove/"):
        window.to(f"/tai-khoan/2fa/webauthn/{path}")
        window.nothing_is_wrong()
    window.to("/ca-nhan/")
    page.locator("#main").get_by_role("button", name="Đăng xuất").click()
    window.to("/tai-khoan/login/?next=/ca-nhan/ho-so/")
    window.nothing_is_wrong()
    press(page, "Dùng khóa truy cập (passkey)")
    page.wait_for_url("**/ca-nhan/ho-so/")


def test_without_javascript_or_without_a_name_no_passkey_is_offered(visit, live_server):
    button = "Dùng khóa truy cập (passkey)"
    silent = visit(script=False).to("/tai-khoan/login/")
    assert not silent.get_by_role("button", name=button).is_visible()
    window = visit()
    window.base = window.base.replace("localhost", "127.0.0.1")
    digits = window.to("/tai-khoan/login/")
    assert not digits.get_by_role("button", name=button).is_visible()
    named = visit().to("/tai-khoan/login/")
    assert named.get_by_role("button", name=button).is_visible()


def test_a_cancelled_passkey_leaves_a_sentence_and_the_other_ways(visit, device):
    window = visit()
    session = device(window)
    session.send(
        "WebAuthn.setUserVerified",
        {"authenticatorId": session.authenticator, "isUserVerified": False},
    )
    page = window.to("/tai-khoan/login/")
    press(page, "Dùng khóa truy cập (passkey)")
    page.get_by_text("Chưa thực hiện được hoặc đã bị hủy").wait_for()
    assert page.get_by_label("Email").is_visible()


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1280, "dark")])
def test_staff_are_led_to_a_factor_and_back_and_use_it_next_time(
    visit, settings, width, scheme
):
    settings.STAFF_SECOND_FACTOR = True
    user = AssignmentFactory(role=Role.PROVINCE_ADMIN).user
    window = visit(width=width, scheme=scheme)
    page = window.page
    sign_in_by_code(window, user.email, "/quan-tri/members/unit/")
    page.wait_for_url("**/2fa/required/**")
    window.nothing_is_wrong()
    page.get_by_role("link", name="Cài ứng dụng").click()
    window.nothing_is_wrong()
    secret = page.locator("code").inner_text()
    page.get_by_label("Mã trong ứng dụng xác thực").fill("000000")
    press(page, "Bật")
    window.nothing_is_wrong()
    assert page.locator("code").inner_text() == secret
    page.get_by_label("Mã trong ứng dụng xác thực").fill(totp(secret))
    press(page, "Bật")
    page.wait_for_url("**/2fa/recovery-codes/")
    window.nothing_is_wrong()
    codes = page.locator(".recovery-codes code").all_inner_texts()
    assert len(set(codes)) == 10
    with page.expect_download() as saved:
        page.get_by_role("link", name="Lưu thành tệp").click()
    assert codes[0] in saved.value.path().read_text()
    page.get_by_role("link", name="Tôi đã cất mã, tiếp tục").click()
    page.wait_for_url("**/quan-tri/members/unit/")

    for code in (codes[0], totp(secret, time.time() + 30)):
        again = visit(width=width, scheme=scheme)
        sign_in_by_code(again, user.email, "/quan-tri/members/unit/")
        again.page.wait_for_url("**/2fa/authenticate/**")
        again.nothing_is_wrong()
        again.page.get_by_label("Mã", exact=True).fill(code)
        press(again.page, "Đăng nhập")
        again.page.wait_for_url("**/quan-tri/members/unit/")


def test_staff_may_choose_a_passkey_and_come_in_with_it_alone(visit, device, settings):
    settings.STAFF_SECOND_FACTOR = True
    user = AssignmentFactory(role=Role.PROVINCE_ADMIN).user
    window = visit()
    device(window)
    sign_in_by_code(window, user.email, "/quan-tri/")
    page = window.page
    page.wait_for_url("**/2fa/required/**")
    page.get_by_role("link", name="Tạo khóa truy cập").click()
    press(page, "Thêm khóa truy cập này")
    page.get_by_role("link", name="Tôi đã cất mã, tiếp tục").click()
    page.wait_for_url("**/quan-tri/")
    page.wait_for_load_state("networkidle")
    window.page.context.clear_cookies()
    window.to("/quan-tri/members/unit/")
    press(page, "Dùng khóa truy cập (passkey)")
    page.wait_for_url("**/quan-tri/members/unit/")
    page.wait_for_load_state("networkidle")
    # The passkey is a second step as well, and confirms changes.
    window.page.context.clear_cookies()
    sign_in_by_code(window, user.email, "/quan-tri/")
    page.wait_for_url("**/2fa/authenticate/**")
    window.nothing_is_wrong()
    press(page, "Dùng khóa truy cập (passkey)")
    page.wait_for_url("**/quan-tri/")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_challenge_solves_itself_and_the_next_press_goes_on(visit, scheme):
    UserFactory(email="an@example.com")
    window = visit(scheme=scheme)
    page = window.page
    for _ in range(5):
        page.context.clear_cookies()
        window.to("/tai-khoan/login/")
        page.get_by_label("Email").fill("an@example.com")
        press(page, "Gửi mã cho tôi")
        page.wait_for_load_state()
    page.locator(".altcha[data-state=verified]").wait_for()
    window.nothing_is_wrong()
    assert page.get_by_label("Email").input_value() == "an@example.com"
    press(page, "Gửi mã cho tôi")
    page.wait_for_url("**/login/code/confirm/**")
    press(page, "Gửi mã mới")
    page.locator(".altcha[data-state=verified]").wait_for()
    window.nothing_is_wrong()
    press(page, "Gửi mã mới")
    page.wait_for_load_state()
    page.get_by_label("Mã trong thư").fill(last_code())
    press(page, "Xác nhận")
    page.wait_for_url("**/ca-nhan/")


def test_without_javascript_the_challenge_says_when(visit):
    window = visit(script=False)
    page = window.page
    for _ in range(5):
        page.context.clear_cookies()
        window.to("/tai-khoan/login/")
        page.get_by_label("Email").fill("an@example.com")
        press(page, "Gửi mã cho tôi")
    sentence = page.locator("noscript p")
    expect(sentence).to_contain_text("hãy thử lại sau")
    assert sentence.is_visible()
    window.picture()


@pytest.mark.parametrize(
    ("width", "scheme"), [(360, "light"), (360, "dark"), (1280, "light")]
)
def test_nothing_is_wrong_with_any_page_of_the_factors(visit, client, width, scheme):
    user = UserFactory(password="mat-khau-rieng-82")
    window = visit(width=width, scheme=scheme, user=user)
    confirm(client, user, method="code")
    window.to("/tai-khoan/2fa/totp/activate/")
    window.nothing_is_wrong()
    TOTP.activate(user, generate_totp_secret())
    RecoveryCodes.activate(user)
    confirm(client, user, method="mfa")
    for path in (
        "/tai-khoan/2fa/",
        "/tai-khoan/2fa/totp/deactivate/",
        "/tai-khoan/2fa/recovery-codes/",
        "/tai-khoan/2fa/recovery-codes/generate/",
        "/tai-khoan/2fa/reauthenticate/?next=/ca-nhan/",
    ):
        window.to(path)
        window.nothing_is_wrong()


def confirm(client, user, *, method: str) -> None:
    """As if the window's owner had proved themselves just now."""
    session = client.session
    session["account_authentication_methods"] = [{"method": method, "at": time.time()}]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1280, "dark")])
def test_a_code_typed_wrong_five_times_leaves_one_button(visit, width, scheme):
    user = UserFactory()
    window = visit(width=width, scheme=scheme)
    page = window.to("/tai-khoan/login/")
    page.get_by_label("Email").fill(user.email)
    press(page, "Gửi mã cho tôi")
    page.wait_for_url("**/login/code/confirm/**")
    wrong = "000000" if last_code() != "000000" else "111111"
    for _try in range(5):
        page.get_by_label("Mã trong thư").fill(wrong)
        press(page, "Xác nhận")
        page.wait_for_load_state()
    page.get_by_text("Cách làm tiếp").wait_for()
    assert page.get_by_text(user.email).is_visible()
    window.nothing_is_wrong()
    press(page, "Gửi mã mới")
    page.get_by_label("Mã trong thư").fill(last_code())
    press(page, "Xác nhận")
    page.wait_for_url("**/ca-nhan/")
