"""The pages behind a card: what opens, what signs in, what is refused and how."""

from datetime import timedelta

import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.test import Client
from django.urls import reverse

from content import clock
from mail.models import Letter
from members import actions, cards
from members.models import Role, SignInCard, User
from portal.language import COOKIE
from tests.factories.members import AssignmentFactory, PersonFactory, UserFactory
from tests.factories.training import RegistrationFactory, SessionFactory
from training.models import Registration

pytestmark = pytest.mark.django_db

PASSWORD = "mot-hai-ba-bon"
WRONG = "4K7M-92PX-3HT8"


@pytest.fixture(autouse=True)
def _at_that_moment(now, time_machine):
    time_machine.move_to(now, tick=False)


@pytest.fixture(autouse=True)
def _english(client):
    client.cookies[COOKIE] = "en"


@pytest.fixture
def secretary():
    return AssignmentFactory(role=Role.UNIT_SECRETARY).user


@pytest.fixture
def youth(secretary):
    return PersonFactory(
        full_name="Triệu Thị Ánh", unit=secretary.assignments.get().unit, email=""
    )


@pytest.fixture
def code(youth, secretary):
    return give(youth, secretary)


def give(youth, secretary):
    now = clock.now()
    return actions.issue_card(person=youth, by=secretary, now=now).code


def link(code):
    return reverse("cards:enter", args=[code])


def page(response):
    return response.content.decode()


def who(client):
    return client.get(reverse("portal:me")).context.get("user")


def is_in(client):
    return client.get(reverse("portal:me")).status_code == 200


def type_in(client, code, **more):
    return client.post(reverse("cards:type"), {"code": code} | more)


# --- The way in -----------------------------------------------------------------


def test_opening_the_link_changes_nothing(client, code):
    """Zalo draws a preview of every link that is sent."""
    for method in (client.get, client.head, client.get):
        response = method(link(code))
        assert response.status_code == 200
        assert "no-store" in response["Cache-Control"]
    assert SignInCard.objects.get().used_at is None
    assert not User.objects.filter(person__full_name="Triệu Thị Ánh").exists()
    assert not is_in(client)


def test_the_page_shows_little_of_the_name(client, code):
    text = page(client.get(link(code)))
    assert "T. T. Ánh" in text
    assert "Triệu" not in text
    assert 'content="noindex"' in text


def test_the_button_signs_in_and_the_phone_stays_signed_in(client, code, youth, now):
    client.get(link(code))
    assert client.post(link(code)).url == reverse("portal:me")
    assert who(client).person == youth
    assert client.session.get_expiry_date() == now + cards.SESSION


def test_signing_in_is_recorded_once(client, code):
    client.post(link(code))
    ways = client.session[AUTHENTICATION_METHODS_SESSION_KEY]
    assert [way["method"] for way in ways] == ["card"]


def test_a_typed_code_leads_to_the_same_button(client, code):
    typed = code.lower().replace("-", " ")
    response = type_in(client, typed, next="/tap-huan/")
    assert response.url == link(code) + "?next=%2Ftap-huan%2F"
    shown = client.get(response.url)
    assert shown.context["next"] == "/tap-huan/"
    assert client.post(link(code), {"next": "/tap-huan/"}).url == "/tap-huan/"


def test_the_way_on_never_leads_to_another_site(client, code):
    response = type_in(client, code, next="https://xau.example.com/")
    assert "next" not in response.url
    assert client.post(link(code), {"next": "//xau.example.com/"}).url == "/ca-nhan/"


def test_the_sign_in_page_tells_of_the_cards(client):
    text = page(client.get(reverse("account_login") + "?next=/tap-huan/"))
    assert reverse("cards:type") + "?next=%2Ftap-huan%2F" in text


def test_somebody_signed_in_goes_straight_to_their_page(client, code):
    client.post(link(code))
    assert client.get(link(code)).url == reverse("portal:me")


def test_a_second_click_on_the_same_phone_signs_in_again(client, code):
    """The answer to the first may have got lost on the way."""
    client.get(link(code))
    client.post(link(code))
    del client.cookies["sessionid"]
    assert client.post(link(code)).status_code == 302
    assert is_in(client)


# --- What is refused ------------------------------------------------------------


def other_phone():
    phone = Client()
    phone.cookies[COOKIE] = "en"
    return phone


ASK = "Ask the secretary of your unit for a new code"


def test_a_used_code_says_so_and_what_to_do(client, code):
    client.post(link(code))
    phone = other_phone()
    for response in (phone.get(link(code)), phone.post(link(code))):
        assert response.status_code == 410
        assert "used already" in page(response)
        assert ASK in page(response)
    assert not is_in(phone)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        ("late", "not been used in time"),
        ("ended", "has ended"),
        ("replaced", "newer one"),
        ("own", "a way of your own"),
    ],
)
def test_a_code_that_went_bad_says_why(
    client, code, youth, secretary, now, time_machine, spoil, words
):
    if spoil == "late":
        time_machine.move_to(now + cards.LIFETIME, tick=False)
    elif spoil == "ended":
        actions.end_card(card=SignInCard.objects.get(), now=now)
    elif spoil == "replaced":
        give(youth, secretary)
    else:
        UserFactory(person=youth)
    for response in (client.get(link(code)), client.post(link(code))):
        assert response.status_code == 410
        assert words in page(response)
        assert (ASK in page(response)) is (spoil != "own")
    assert not is_in(client)


@pytest.mark.parametrize("typed", [WRONG, "4K7M", "đoán mò", "1' OR '1'='1", "x" * 60])
def test_a_wrong_code_gets_one_sentence_whatever_is_wrong(client, code, typed):
    response = type_in(client, typed)
    assert "Compare it with your card" in page(response)
    assert f'value="{typed}"' in page(response) or "'" in typed


def test_a_wrong_link_gets_the_same_sentence(client):
    response = client.get(link(WRONG))
    assert response.status_code == 404
    assert "Compare it with your card" in page(response)


# --- Guessing -------------------------------------------------------------------


def test_ten_wrong_codes_that_begin_alike_stop_this_beginning_only(client, code):
    first = code[:4]
    for number in range(10):
        tail = f"{cards.ALPHABET[number]}222-2222"
        assert type_in(client, f"{first}-{tail}").status_code == 200
    assert type_in(client, f"{first}-3333-3333").status_code == 429
    assert client.get(link(code)).status_code == 429
    assert client.post(link(code)).status_code == 429
    beginning = "2222" if first != "2222" else "3333"
    assert type_in(client, f"{beginning}-3333-3333").status_code == 200


def test_looking_at_links_counts_like_typing(client):
    for number in range(10):
        client.get(link(f"4K7M-{cards.ALPHABET[number]}222-2222"))
    assert client.get(link(WRONG)).status_code == 429


def test_a_whole_school_behind_one_address_may_mistype(client, code):
    for number in range(60):
        group = "".join(cards.ALPHABET[number // 20**p % 20] for p in range(4))
        type_in(client, f"{group}-2222-2222")
    assert client.get(link(code)).status_code == 200


# --- Coming back ----------------------------------------------------------------


@pytest.fixture
def phone_in(client, code):
    client.get(link(code))
    client.post(link(code))
    return client


def test_ending_the_card_signs_the_phone_out(phone_in, now):
    assert is_in(phone_in)
    actions.end_card(card=SignInCard.objects.get(), now=now)
    assert not is_in(phone_in)


def test_a_new_card_signs_the_lost_phone_out_for_good(phone_in, youth, secretary):
    fresh = give(youth, secretary)
    assert not is_in(phone_in)
    phone = other_phone()
    phone.post(link(fresh))
    assert is_in(phone)
    assert not is_in(phone_in)


def set_password(client):
    response = client.post(
        reverse("account_set_password"), {"password1": PASSWORD, "password2": PASSWORD}
    )
    assert response.status_code == 302


def test_with_a_password_the_card_opens_the_account_again(phone_in, code, youth):
    set_password(phone_in)
    assert is_in(phone_in)
    phone = other_phone()
    assert phone.get(link(code)).templates[0].name == "members/card_password.html"
    phone.post(link(code), {"password": "sai"})
    assert not is_in(phone)
    assert phone.post(link(code), {"password": PASSWORD}).status_code == 302
    assert who(phone).person == youth


def test_the_password_is_not_guessed(phone_in, code):
    set_password(phone_in)
    phone = other_phone()
    for _ in range(5):
        phone.post(link(code), {"password": "sai"})
    phone.post(link(code), {"password": PASSWORD})
    assert not is_in(phone)


def test_with_the_card_ended_only_sessions_by_password_go_on(phone_in, code, now):
    set_password(phone_in)
    phone = other_phone()
    phone.post(link(code), {"password": PASSWORD})
    actions.end_card(card=SignInCard.objects.get(), now=now)
    assert not is_in(phone_in)
    assert is_in(phone)
    assert other_phone().get(link(code)).status_code == 410


def test_a_passkey_may_be_added_at_once_and_later_after_a_password(
    phone_in, now, time_machine
):
    assert phone_in.get(reverse("mfa_add_webauthn")).status_code == 200
    time_machine.move_to(now + timedelta(hours=1), tick=False)
    later = phone_in.get(reverse("mfa_add_webauthn"))
    assert later.url == reverse("account_set_password")
    set_password(phone_in)
    later = phone_in.get(reverse("mfa_add_webauthn"))
    assert later.url.startswith(reverse("account_reauthenticate"))


def test_an_address_can_be_added_and_then_signs_in(phone_in, youth):
    phone_in.post(
        reverse("account_email"), {"email": "anh@example.com", "action_add": ""}
    )
    code = Letter.objects.get().subject
    digits = "".join(filter(str.isdigit, code))[:6]
    phone_in.post(reverse("account_email_verification_sent"), {"code": digits})
    user = User.objects.get(person=youth)
    assert user.email == "anh@example.com"
    assert user.emailaddress_set.get().verified
    assert is_in(phone_in)


def test_a_card_user_meets_no_page_that_breaks_without_an_address(phone_in):
    names = ["portal:me", "account_email", "account_set_password", "mfa_index"]
    for name in [*names, "members:profile", "portal:home", "training:list"]:
        response = phone_in.get(reverse(name))
        assert response.status_code == 200, name
        assert ">None<" not in page(response), name


# --- The whole way --------------------------------------------------------------


def sign_up(client, session):
    address = reverse("training:register", args=[session.slug])
    return client.post(address, {"agreed": "on"}, follow=True)


def test_without_an_address_one_signs_up_and_finds_it_on_my_page(phone_in, youth):
    session = SessionFactory(title="Khóa chặt tài khoản")
    assert sign_up(phone_in, session).status_code == 200
    assert Registration.objects.get(person=youth).state == "confirmed"
    assert "Khóa chặt tài khoản" in page(phone_in.get(reverse("portal:me")))
    assert not Letter.objects.exists()


def test_the_place_in_line_is_shown_and_moving_up_breaks_nothing(phone_in, youth, now):
    session = SessionFactory(title="Lớp đã đầy", capacity=1)
    first = RegistrationFactory(session=session)
    sign_up(phone_in, session)
    mine = Registration.objects.get(person=youth)
    assert (mine.state, mine.place) == ("waiting", 1)
    text = page(phone_in.get(reverse("training:register", args=[session.slug])))
    assert "the first on the waiting list" in text
    assert "look here again" in text
    assert "letter" not in text

    from training import actions as training

    training.cancel(registration_id=first.pk, by=None, now=now + timedelta(minutes=1))
    mine.refresh_from_db()
    assert mine.state == "confirmed"
    assert not Letter.objects.filter(recipient=youth.pk).exists()
