"""Signing up and in by a mailed code, through the real pages."""

import re
import threading
import time
from datetime import timedelta
from pathlib import Path

import allauth
import pytest
import time_machine
from django.db import connection
from django.urls import reverse

from mail.delivery import deliver
from mail.models import Letter
from members import accounts
from members.account_forms import CodeField
from members.models import Role, User
from tests.factories.members import AssignmentFactory, UserFactory

pytestmark = pytest.mark.django_db

CODE = re.compile(r"\b\d{6}\b")
SIGNUP_PAGE = "account_email_verification_sent"


def code_of(letter: Letter) -> str:
    return CODE.search(letter.subject)[0]


def last_letter() -> Letter:
    return Letter.objects.order_by("-id").first()


def sign_up(client, email="an@example.com"):
    return client.post(reverse("account_signup"), {"email": email})


def ask_code(client, email):
    return client.post(reverse("account_login"), {"login": email})


def type_code(client, code, page="account_confirm_login_code"):
    return client.post(reverse(page), {"code": code})


def is_signed_in(client) -> bool:
    return "_auth_user_id" in client.session


# --- Sign-up --------------------------------------------------------------------


def test_sign_up_takes_an_address_and_the_code_from_the_letter(client):
    assert sign_up(client, "An@Example.com").url == reverse(SIGNUP_PAGE)
    letter = last_letter()
    assert letter.kind == "members.signup_code"
    assert letter.address == "an@example.com"
    assert letter.secret
    type_code(client, code_of(letter), SIGNUP_PAGE)
    assert is_signed_in(client)
    user = User.objects.get(email="an@example.com")
    assert user.emailaddress_set.get().verified
    assert not user.has_usable_password()


def test_signing_up_again_before_the_code_was_typed_sends_another_code(client):
    sign_up(client)
    client.cookies.clear()
    with time_machine.travel(time.time() + 60 * 60, tick=True):
        sign_up(client, "AN@example.com ")
        letter = last_letter()
        assert letter.kind == "members.signup_code"
        type_code(client, code_of(letter), SIGNUP_PAGE)
    assert is_signed_in(client)
    assert User.objects.filter(email__iexact="an@example.com").count() == 1


def test_a_known_address_gets_the_same_page_and_a_letter_to_its_owner(client):
    UserFactory(email="an@example.com")
    known = sign_up(client, "an@example.com")
    assert last_letter().kind == "members.account_exists"
    shown = client.get(known.url)
    client.cookies.clear()
    new = sign_up(client, "binh@example.com")
    assert (known.status_code, known.url) == (new.status_code, new.url)
    hide = re.compile(r"an@example.com|binh@example.com|value=\"[^\"]{60,}\"")
    other = client.get(new.url)
    assert hide.sub("", shown.content.decode()) == hide.sub("", other.content.decode())


@pytest.mark.parametrize(
    "email",
    [
        "",
        "an",
        "an@",
        "an@example",
        "a\x00n@example.com",
        "a" * 100_000 + "@example.com",
        "ân@example.com",
        "an@example.com\nbcc: b@example.com",
        '"an"@example.com',
        "an@exаmple.com",
    ],
)
def test_an_address_that_is_none_is_refused_beside_its_field(client, email):
    response = sign_up(client, email)
    assert response.status_code in (200, 400)
    assert not User.objects.exists()
    assert not Letter.objects.exists()


def test_an_address_too_long_to_keep_is_refused_not_cut_off(client):
    """Cut off, it would be the account of whoever owns the shorter address."""
    response = sign_up(client, "a" * 243 + "@example.com")
    assert response.context["form"].errors.as_data().keys() == {"email"}
    assert not User.objects.exists()
    assert sign_up(client, "a" * 242 + "@example.com").status_code == 302
    client.force_login(UserFactory())
    change = {"action_add": "", "email": "a" * 243 + "@example.com"}
    response = client.post(reverse("account_email"), change)
    assert response.context["form"].errors.as_data().keys() == {"email"}


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_make_one_account_and_no_error_page(client_class):
    barrier = threading.Barrier(2)
    answers = []

    def click():
        barrier.wait()
        answers.append(sign_up(client_class()).status_code)
        connection.close()

    threads = [threading.Thread(target=click) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [302, 302]
    assert User.objects.count() == 1


@pytest.fixture
def client_class():
    from django.test import Client

    return Client


# --- Sign-in --------------------------------------------------------------------


def test_sign_in_by_code(client):
    user = UserFactory()
    assert ask_code(client, user.email).url == reverse("account_confirm_login_code")
    letter = last_letter()
    assert letter.kind == "members.login_code"
    assert letter.recipient == user.person_id
    assert letter.not_after - letter.created_at == timedelta(minutes=15)
    type_code(client, code_of(letter))
    assert is_signed_in(client)


@pytest.mark.parametrize(
    "spelled",
    [
        "{0} {1}",
        "{0}-{1}",
        " {0}{1} ",
        "{0}\u00a0{1}",
        "{0}.{1}",
        "{0}{1} là mã đăng nhập của bạn",
        "\ufeff{0}\u200b{1}",
    ],
)
def test_the_code_counts_however_it_was_typed_or_pasted(client, spelled):
    user = UserFactory()
    ask_code(client, user.email)
    code = code_of(last_letter())
    type_code(client, spelled.format(code[:3], code[3:]))
    assert is_signed_in(client)


def test_full_width_digits_are_digits():
    assert CodeField().clean("４８２９１３") == "482913"


@pytest.mark.parametrize("typed", ["", "abc", "\x00", "9" * 100_000, "ÀÁ", "12345６7"])
def test_a_wrong_code_is_refused_beside_its_field(client, typed):
    ask_code(client, UserFactory().email)
    response = type_code(client, typed)
    assert response.status_code in (200, 400)
    assert not is_signed_in(client)


def test_an_unknown_address_gets_the_same_page_and_a_letter_that_says_so(client):
    known = ask_code(client, UserFactory().email)
    client.cookies.clear()
    unknown = ask_code(client, "ai-do@example.com")
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    letter = last_letter()
    assert letter.kind == "members.unknown_account"
    assert letter.address == "ai-do@example.com"
    assert "http://127.0.0.1:8000" + reverse("account_signup") in letter.text
    assert type_code(client, "000000").status_code == 200
    assert not User.objects.filter(email="ai-do@example.com").exists()


def test_an_unproved_account_is_proved_by_signing_in(client):
    user = UserFactory(verified=False)
    ask_code(client, user.email)
    type_code(client, code_of(last_letter()))
    assert is_signed_in(client)
    assert user.emailaddress_set.get().verified


def test_an_account_that_was_switched_off_gets_no_code(client):
    user = UserFactory(is_active=False)
    ask_code(client, user.email)
    assert last_letter().kind == "members.unknown_account"


def test_a_new_code_replaces_the_old_one_and_has_its_own_quarter_of_an_hour(client):
    user = UserFactory()
    with time_machine.travel(1_800_000_000, tick=False) as clock:
        ask_code(client, user.email)
        old = code_of(last_letter())
        clock.shift(14 * 60)
        client.post(reverse("account_confirm_login_code"), {"action": "resend"})
        new = code_of(last_letter())
        clock.shift(14 * 60)
        if old != new:
            type_code(client, old)
            assert not is_signed_in(client)
        type_code(client, new)
        assert is_signed_in(client)
    assert Letter.objects.filter(kind="members.login_code").count() == 2


@pytest.mark.parametrize(("minutes", "enters"), [(14.9, True), (15.1, False)])
def test_a_code_is_valid_for_15_minutes(client, minutes, enters):
    with time_machine.travel(1_800_000_000, tick=False) as clock:
        ask_code(client, UserFactory().email)
        clock.shift(minutes * 60)
        response = type_code(client, code_of(last_letter()))
        assert is_signed_in(client) is enters
        if not enters:
            # The page stays, says why, and offers a new code.
            assert response.status_code == 200
            assert response.context["form"].has_error("code", "expired")
            assert b'value="resend"' in response.content


def test_the_sign_up_code_grows_old_too(client):
    with time_machine.travel(1_800_000_000, tick=False) as clock:
        sign_up(client)
        clock.shift(16 * 60)
        type_code(client, code_of(last_letter()), SIGNUP_PAGE)
        assert not is_signed_in(client)
        client.post(reverse(SIGNUP_PAGE), {"action": "resend"})
        type_code(client, code_of(last_letter()), SIGNUP_PAGE)
        assert is_signed_in(client)


@pytest.mark.parametrize(
    ("ask", "page"),
    [
        (ask_code, "account_confirm_login_code"),
        (lambda client, email: sign_up(client, email), SIGNUP_PAGE),
    ],
    ids=["sign-in", "sign-up"],
)
def test_five_wrong_codes_end_it_and_the_page_says_how_to_go_on(client, ask, page):
    if page == "account_confirm_login_code":
        UserFactory(email="an@example.com")
    ask(client, "an@example.com")
    code = code_of(last_letter())
    for _ in range(4):
        response = type_code(client, other_than(code), page)
        assert response.context["form"].has_error("code", "incorrect_code")
    response = type_code(client, other_than(code), page)
    assert response.context["form"].has_error("code", "spent")
    assert "an@example.com" in response.content.decode()
    assert b'value="resend"' in response.content
    type_code(client, code, page)
    assert not is_signed_in(client)
    client.post(reverse(page), {"action": "resend"})
    type_code(client, code_of(last_letter()), page)
    assert is_signed_in(client)


def test_tries_sent_side_by_side_are_five_together(client, client_class):
    """Each request reads the session before any other has written it."""
    ask_code(client, UserFactory().email)
    code = code_of(last_letter())
    before = client.session.load()
    results = []
    for _ in range(8):
        session = client.session
        session.update(before)
        session.save()
        response = type_code(client, other_than(code))
        results.append(response.context["form"].has_error("code", "spent"))
    assert results == [False] * 4 + [True] * 4


def test_wrong_tries_of_a_stranger_leave_the_owners_code_alone(client, client_class):
    user = UserFactory()
    ask_code(client, user.email)
    code, stranger = code_of(last_letter()), client_class()
    ask_code(stranger, user.email)
    for _ in range(7):
        type_code(stranger, other_than(code_of(last_letter())))
    type_code(client, code)
    assert is_signed_in(client)


def test_another_code_in_the_same_session_neither_renews_age_nor_tries(client):
    user = UserFactory()
    with time_machine.travel(1_800_000_000, tick=False) as clock:
        ask_code(client, user.email)
        code = code_of(last_letter())
        clock.shift(14 * 60)
        client.post(reverse("account_reset_password"), {"email": "x@example.com"})
        clock.shift(2 * 60)
        response = type_code(client, code)
        assert response.context["form"].has_error("code", "expired")


def other_than(code: str) -> str:
    return "000000" if code != "000000" else "111111"


def test_the_code_of_another_browser_is_worth_nothing(client, client_class):
    user = UserFactory()
    ask_code(client, user.email)
    code = code_of(last_letter())
    stranger = client_class()
    ask_code(stranger, "ai-do@example.com")
    type_code(stranger, code)
    assert not is_signed_in(stranger)


def test_a_whole_school_behind_one_address_gets_its_codes(client):
    for _ in range(40):
        assert ask_code(client, UserFactory().email).status_code == 302
        client.cookies.clear()
    assert Letter.objects.filter(kind="members.login_code").count() == 40


# --- Passwords ------------------------------------------------------------------


def test_sign_in_with_a_password_is_one_click_away(client):
    user = UserFactory(password="mat-khau-rieng-82")
    url = reverse("account_login")
    assert "password" not in client.get(url).context["form"].fields
    assert "password" in client.get(url + "?password=1").context["form"].fields
    client.post(url, {"login": user.email, "password": "mat-khau-rieng-82"})
    assert is_signed_in(client)


def test_a_wrong_password_signs_nobody_in_and_sends_nothing(client):
    user = UserFactory(password="mat-khau-rieng-82")
    client.post(reverse("account_login"), {"login": user.email, "password": "sai"})
    assert not is_signed_in(client)
    assert not Letter.objects.exists()


def test_a_reset_link_works_once_and_never_repeats_a_forged_host(client):
    user = UserFactory(password="mat-khau-cu-82")
    client.post(
        reverse("account_reset_password"),
        {"email": user.email},
        headers={"host": "ke-gian.example.net"},
    )
    letter = last_letter()
    assert letter.kind == "members.password_reset"
    assert "ke-gian" not in letter.text + letter.html
    link = re.search(r"http://127\.0\.0\.1:8000(/\S+)", letter.text)[1]
    page = client.get(link, follow=True)
    form_url = page.redirect_chain[-1][0]
    new = {"password1": "mat-khau-moi-93", "password2": "mat-khau-moi-93"}
    client.post(form_url, new)
    user.refresh_from_db()
    assert user.check_password("mat-khau-moi-93")
    again = client.get(link, follow=True)
    assert again.context["token_fail"]
    assert last_letter().kind == "members.account_notice"


# --- Letters --------------------------------------------------------------------


def test_every_letter_that_allauth_knows_has_words_of_ours():
    templates = Path(allauth.__file__).parent / "templates"
    names = {
        f"{folder}/email/{path.name.removesuffix('_subject.txt')}"
        for folder in ("account", "mfa")
        for path in (templates / folder / "email").glob("*_subject.txt")
    }
    unused = {"account/email/password_reset_code", "account/email/email_confirm"}
    assert names - unused == set(accounts.BY_PREFIX) | set(accounts.NOTICES)


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("letter", accounts.LETTERS, ids=lambda letter: letter.template)
def test_each_letter_has_three_parts_and_escapes_what_others_typed(letter, language):
    from mail.rendering import render

    seen = accounts.AccountAdapter._seen({"code": "482913"}) | {
        "email": "<b>an</b>@example.com",
        "now": letter_time(),
        "event": "Something.",
    }
    content = render(f"members/{letter.template}", seen, language=language)
    assert content.subject
    assert "\n" not in content.subject
    assert content.text.strip()
    assert "<b>an</b>" not in content.html
    if "code" in letter.template:
        assert content.subject.startswith("482913 ")
        assert "482 913" in content.text
        assert "482 913" in content.html


def letter_time():
    from content import clock

    return clock.now()


def test_a_letter_speaks_the_language_of_the_page(client):
    client.cookies["django_language"] = "en"
    ask_code(client, UserFactory().email)
    letter = last_letter()
    assert letter.language in {"en", "vi"}
    page = client.get(reverse("account_login"))
    assert letter.language == page.headers["Content-Language"]


@pytest.mark.django_db(transaction=True)
def test_the_code_leaves_by_the_secret_queue_and_the_row_forgets_it(client, mailoutbox):
    user = UserFactory()
    ask_code(client, user.email)
    code = code_of(last_letter())
    deliver(now=letter_time(), secret=False)
    assert mailoutbox == []
    deliver(now=letter_time(), secret=True)
    (message,) = mailoutbox
    assert message.to == [user.email]
    assert message.subject.startswith(code)
    letter = last_letter()
    assert letter.state == Letter.State.SENT
    assert code not in letter.subject + letter.text + letter.html
    type_code(client, code)
    assert is_signed_in(client)


def test_staff_never_see_a_code_in_the_outbox(client, admin_client_of_letters):
    ask_code(client, UserFactory().email)
    letter = last_letter()
    for address in (
        reverse("admin:mail_letter_changelist"),
        reverse("admin:mail_letter_change", args=[letter.pk]),
    ):
        page = admin_client_of_letters.get(address)
        assert page.status_code == 200
        assert code_of(letter) not in page.content.decode()


@pytest.fixture
def admin_client_of_letters(client_class):
    """A province admin, signed in by a browser of their own."""
    role = AssignmentFactory(role=Role.PROVINCE_ADMIN)
    staff = client_class()
    staff.force_login(role.user)
    return staff
