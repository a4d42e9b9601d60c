"""A second factor: who must use one, how it is set up, and what a change asks first."""

import base64
import hmac
import re
import struct
import time

import pytest
import time_machine
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext as _

from mail.models import Letter
from members import accounts
from members.models import Role
from tests.factories.members import (
    AssignmentFactory,
    SuperuserFactory,
    UnitFactory,
    UserFactory,
)
from tests.factories.training import SessionFactory
from tests.members.test_accounts import ask_code, code_of, last_letter, type_code

pytestmark = pytest.mark.django_db
SECRET = base64.b32encode(b"12345678901234567890").decode()
JUNK = [
    *("", "x", "{}", "[]", '{"id": "a"}', '"a"', "1", "null"),
    '{"id": "YQ", "rawId": "YQ", "type": "public-key", "response": {}}',
    '{"id": "YQ", "rawId": "YQ", "type": "public-key", "response": []}',
    '{"id": "YQ", "rawId": "YQ", "response": {"clientDataJSON": "YQ",'
    ' "attestationObject": "YQ", "authenticatorData": "YQ", "signature": "YQ"}}',
    '{"id": "YQ", "rawId": "YQ", "response": {"clientDataJSON": "e30",'
    ' "attestationObject": "oA", "authenticatorData": "", "signature": 1}}',
]
ADD = ("mfa_add_webauthn", "mfa_activate_totp")


def totp(moment: float | None = None, secret: str = SECRET) -> str:
    """RFC 6238 written out, so that allauth is not asked about itself."""
    step = int(moment or time.time()) // 30
    digest = hmac.new(
        base64.b32decode(secret), struct.pack(">Q", step), "sha1"
    ).digest()
    start = digest[-1] & 15
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**6:06}"


def with_app(user):
    TOTP.activate(user, SECRET)
    RecoveryCodes.activate(user)
    return user


def recovery_codes(user) -> list[str]:
    row = Authenticator.objects.get(user=user, type="recovery_codes")
    return row.wrap().get_unused_codes()


def sign_in(user, *, code: str | None = None, to: str = "") -> Client:
    """By the mailed code, and by the code of the second step where there is one."""
    client = Client()
    ask_code(client, user.email)
    page = reverse("account_confirm_login_code")
    data = {"code": code_of(last_letter()), "next": to}
    client.answer = client.post(page, data)
    if code:
        client.answer = client.post(reverse("mfa_authenticate"), {"code": code})
    return client


def is_signed_in(client) -> bool:
    return "_auth_user_id" in client.session


# --- The second step ------------------------------------------------------------


def test_who_has_an_app_is_in_only_after_its_code():
    user = with_app(UserFactory())
    client = sign_in(user)
    assert client.answer.url == reverse("mfa_authenticate")
    assert not is_signed_in(client)
    client.post(reverse("mfa_authenticate"), {"code": totp()})
    assert is_signed_in(client)


def test_a_recovery_code_works_once():
    user = with_app(UserFactory())
    code = recovery_codes(user)[0]
    assert is_signed_in(sign_in(user, code=code))
    assert not is_signed_in(sign_in(user, code=code))


def test_a_phone_half_a_minute_slow_still_gets_in():
    user = with_app(UserFactory())
    # The clock stands: on a slow machine the code would age by a step on its way.
    with time_machine.travel(time.time(), tick=False):
        assert is_signed_in(sign_in(user, code=totp(time.time() - 30)))
        assert not is_signed_in(sign_in(user, code=totp(time.time() - 90)))


def test_the_second_step_takes_thirty_tries_a_day(settings):
    user = with_app(UserFactory())
    with time_machine.travel(1_800_000_000, tick=False) as clock:
        client = sign_in(user)
        for _try in range(30):
            clock.shift(61)
            client.post(reverse("mfa_authenticate"), {"code": "000000"})
        clock.shift(301)
        client = sign_in(user, code=totp())
        assert not is_signed_in(client)
        assert client.answer.context["form"].has_error("code", "refused")
        clock.shift(24 * 60 * 60)
        assert is_signed_in(sign_in(user, code=totp()))


def test_the_session_gets_a_new_name_at_sign_in():
    user, client = UserFactory(), Client()
    ask_code(client, user.email)
    before = client.session.session_key
    type_code(client, code_of(last_letter()))
    assert is_signed_in(client)
    assert client.session.session_key != before


@pytest.mark.parametrize(
    "target", ["https://example.net/", "//example.net/", "javascript:alert(1)", "/\\x"]
)
def test_next_never_leads_away(target):
    assert sign_in(UserFactory(), to=target).answer.url == reverse("portal:me")


@pytest.mark.parametrize("junk", JUNK)
def test_an_answer_of_a_passkey_that_is_none_is_refused_with_a_word(junk):
    user = with_app(UserFactory())
    client = sign_in(user)
    second = client.post(reverse("mfa_authenticate"), {"credential": junk})
    assert second.status_code == 200
    assert 'class="form-errors"' in second.content.decode()
    alone = Client().post(reverse("mfa_login_webauthn"), {"credential": junk})
    assert alone.url == reverse("account_login")
    adds = sign_in(UserFactory())
    answer = adds.post(reverse("mfa_add_webauthn"), {"credential": junk})
    assert answer.status_code == 200
    assert not is_signed_in(client)


# --- Changes ask for a confirmation ---------------------------------------------


def force(user) -> Client:
    """Signed in long ago: nothing in the session says how."""
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize("page", ADD)
def test_an_account_without_a_password_confirms_by_a_mailed_code(page):
    user = UserFactory()
    client = force(user)
    asked = client.get(reverse(page))
    assert asked.url.startswith(reverse("account_reauthenticate_by_code"))
    client.post(asked.url, {"action": "resend"})
    letter = last_letter()
    assert (letter.kind, letter.address) == ("members.confirm_code", user.email)
    assert letter.secret
    assert client.post(asked.url, {"code": "000000"}).status_code == 200
    done = client.post(asked.url, {"code": code_of(letter)})
    assert done.url == reverse(page)
    assert client.get(reverse(page)).status_code == 200


def test_the_confirmation_code_is_spent_after_five_wrong_ones():
    client = force(UserFactory())
    page = reverse("account_reauthenticate_by_code")
    client.post(page, {"action": "resend"})
    code = code_of(last_letter())
    wrong = "000000" if code != "000000" else "111111"
    for _try in range(5):
        response = client.post(page, {"code": wrong})
    assert response.context["form"].has_error("code", "spent")
    assert client.post(page, {"code": code}).status_code == 200


def test_looking_at_the_confirmation_page_sends_nothing():
    client = force(UserFactory())
    client.get(reverse("account_reauthenticate_by_code"))
    assert not Letter.objects.exists()


@pytest.mark.parametrize("page", ADD)
def test_who_has_just_signed_in_needs_no_confirmation(page):
    with time_machine.travel(1_800_000_000, tick=False) as clock:
        client = sign_in(UserFactory())
        assert client.get(reverse(page)).status_code == 200
        clock.shift(5 * 60)
        assert client.get(reverse(page)).status_code == 302


def test_where_there_is_a_factor_neither_password_nor_mail_confirms():
    """Or whoever reads the mail could take the factor away."""
    user = with_app(UserFactory(password="mat-khau-rieng-82"))
    client = force(user)
    off = reverse("mfa_deactivate_totp")
    assert client.get(off).url.startswith(reverse("mfa_reauthenticate"))
    for weaker in ("account_reauthenticate", "account_reauthenticate_by_code"):
        answer = client.get(reverse(weaker))
        assert answer.url.startswith(reverse("mfa_reauthenticate"))
    client.post(reverse("mfa_reauthenticate") + f"?next={off}", {"code": totp()})
    assert client.get(off).status_code == 200


def test_a_card_without_address_and_password_is_led_to_a_password():
    user = UserFactory(verified=False)
    type(user).objects.filter(pk=user.pk).update(email=None)
    user.refresh_from_db()
    answer = force(user).get(reverse("mfa_add_webauthn"))
    assert answer.url == reverse("account_set_password")


@pytest.mark.parametrize(
    "page",
    [
        "mfa_add_webauthn",
        "mfa_activate_totp",
        "mfa_view_recovery_codes",
        "mfa_generate_recovery_codes",
        "mfa_download_recovery_codes",
    ],
)
def test_every_change_and_every_secret_asks_first(page):
    user = UserFactory()
    RecoveryCodes.activate(user)
    answer = force(user).get(reverse(page))
    assert answer.status_code == 302
    assert "/reauthenticate/" in answer.url


# --- Letters --------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_each_change_is_told_to_the_owner_in_text_and_html():
    user = UserFactory()
    client = sign_in(user)
    Letter.objects.all().delete()
    set_up(client)
    client.post(reverse("mfa_generate_recovery_codes"))
    client.post(reverse("mfa_deactivate_totp"))
    found = Letter.objects.filter(kind="members.account_notice").order_by("id")
    words = [
        _("An authenticator app has been added."),
        _("New recovery codes have been made."),
        _("The authenticator app has been removed."),
    ]
    assert found.count() == len(words)
    for letter, sentence in zip(found, words, strict=True):
        assert sentence in letter.text
        assert sentence in letter.html
        assert letter.address == user.email
        assert letter.text.strip()
        assert "<html" in letter.html
        assert "http://127.0.0.1:8000" in letter.text


def set_up(client):
    """Set up the app with the secret that the page shows."""
    page = reverse("mfa_activate_totp")
    shown = client.get(page).content.decode()
    secret = re.search(r"<code>(\w+)</code>", shown)[1]
    return client.post(page, {"code": totp(secret=secret)})


# --- The admin ------------------------------------------------------------------


@pytest.fixture
def strict(settings):
    settings.STAFF_SECOND_FACTOR = True


@pytest.fixture
def staff(strict):
    return AssignmentFactory(role=Role.PROVINCE_ADMIN).user


INDEX = "/quan-tri/"
REQUIRED = "/tai-khoan/2fa/required/?next=/quan-tri/"


def test_without_the_setting_the_admin_opens_as_before():
    user = AssignmentFactory(role=Role.PROVINCE_ADMIN).user
    assert sign_in(user).get(INDEX).status_code == 200


def test_staff_without_a_factor_are_led_to_one_and_back(staff):
    client = sign_in(staff, to="/quan-tri/members/unit/")
    way = client.get("/quan-tri/members/unit/", follow=True)
    assert way.redirect_chain[-1][0] == (
        "/tai-khoan/2fa/required/?next=/quan-tri/members/unit/"
    )
    before = client.session.session_key
    assert set_up(client).url == reverse("mfa_view_recovery_codes")
    assert client.session.session_key != before
    codes = client.get(reverse("mfa_view_recovery_codes"))
    assert client.get(codes.context["go_on"]).url == "/quan-tri/members/unit/"
    assert client.get("/quan-tri/members/unit/").status_code == 200
    # Led there once; later visits of the codes lead nowhere.
    assert not client.get(reverse("mfa_view_recovery_codes")).context["go_on"]


def test_a_factor_registered_but_not_used_in_this_session_does_not_count(staff):
    client = sign_in(staff)
    with_app(staff)
    way = client.get(INDEX, follow=True)
    assert way.redirect_chain[-1][0].startswith(reverse("mfa_reauthenticate"))
    client.post(way.redirect_chain[-1][0], {"code": totp()})
    assert client.get(INDEX).status_code == 200


def test_a_factor_used_at_sign_in_opens_the_admin(staff):
    client = sign_in(with_app(staff), code=totp(), to=INDEX)
    assert client.get(INDEX).status_code == 200


def test_a_mailed_confirmation_is_no_second_factor(staff):
    client = sign_in(staff)
    page = reverse("account_reauthenticate_by_code")
    client.post(page, {"action": "resend"})
    client.post(page, {"code": code_of(last_letter())})
    assert any(
        record.get("reauthenticated")
        for record in client.session[AUTHENTICATION_METHODS_SESSION_KEY]
    )
    assert client.get(INDEX).status_code == 302


def test_the_records_of_another_account_do_not_count(staff):
    """Somebody signs in with a factor, and then another account in that browser."""
    other = with_app(UserFactory())
    client = sign_in(other, code=totp())
    client.force_login(staff)
    assert client.get(INDEX).status_code == 302


def test_who_has_no_work_in_the_admin_is_refused_and_not_led_on(strict):
    assert sign_in(UserFactory()).get(INDEX, follow=True).status_code == 403


@pytest.mark.parametrize("target", ["https://example.net/", "//example.net", ""])
def test_the_page_leads_back_to_this_site_only(staff, target):
    client = sign_in(staff)
    client.get(reverse("mfa_required"), {"next": target})
    assert client.session["members_go_on"] == INDEX


def test_members_need_no_factor(strict):
    client = sign_in(UserFactory())
    assert client.get(reverse("portal:me")).status_code == 200


# --- A factor grows old ---------------------------------------------------------

HOUR, NOON = 3600, 1_800_000_000
GRAVE = [
    "admin:members_person_list_export csv",
    "admin:members_datarequest_erase 1",
    "admin:members_breach_export 1",
    "admin:members_breach_letter 1",
    "admin:members_person_merge 1-2",
]


def below(staff, **facts):
    return UnitFactory(parent=staff.assignments.get().unit, **facts)


def renamed(unit, name: str) -> dict:
    """What the form of the unit would send."""
    return {"name": name, "kind": unit.kind_id, "parent": unit.parent_id}


def test_the_admin_asks_again_after_twelve_hours(staff):
    with time_machine.travel(NOON, tick=False) as clock:
        client = sign_in(with_app(staff), code=totp())
        clock.shift(12 * HOUR - 1)
        assert client.get(INDEX).status_code == 200
        clock.shift(1)
        asked = client.get(INDEX)
        assert asked.url == f"{reverse('mfa_reauthenticate')}?next=%2Fquan-tri%2F"
        back = client.post(asked.url, {"code": totp()})
        assert back.url == INDEX
        assert client.get(INDEX).status_code == 200


def test_roles_rest_meanwhile_and_a_page_that_is_refused_asks(strict):
    """On public addresses too: a session there is staff's only while it is a draft."""
    organiser = AssignmentFactory(role=Role.TRAINING_ORGANISER)
    session = SessionFactory(state="draft", unit=organiser.unit)
    page = {"path": reverse("training:session", args=[session.slug])}
    page["headers"] = {"Accept": "text/html,*/*;q=0.8"}
    with time_machine.travel(NOON, tick=False) as clock:
        client = sign_in(with_app(organiser.user), code=totp())
        assert client.get(**page).status_code == 200
        clock.shift(12 * HOUR)
        assert client.get(**page).url.startswith(reverse("mfa_reauthenticate"))
        # A script that asks for a part of a page is told the truth.
        assert client.get(page["path"]).status_code == 404
        assert client.get(reverse("portal:me")).status_code == 200


def test_a_member_with_an_app_is_never_asked_for_an_old_one(strict):
    with time_machine.travel(NOON, tick=False) as clock:
        client = sign_in(with_app(UserFactory()), code=totp())
        clock.shift(13 * HOUR)
        gone = client.get("/khong-co/", headers={"Accept": "text/html"})
        assert gone.status_code == 404


def test_what_was_typed_meanwhile_is_saved_after_the_code(staff):
    """With the filters of the list in the address, as the admin writes it."""
    unit = below(staff, name="Xã Tân Lập")
    page = reverse("admin:members_unit_change", args=[unit.pk])
    page += "?_changelist_filters=q%3DT%C3%A2n"
    with time_machine.travel(NOON, tick=False) as clock:
        client = sign_in(with_app(staff), code=totp())
        typed = renamed(unit, "Xã Tân Lập Đông")
        clock.shift(12 * HOUR)
        asked = client.post(page, typed)
        assert asked.url.startswith(reverse("mfa_reauthenticate"))
        assert client.post(asked.url, {"code": "000000"}).status_code == 200
        unit.refresh_from_db()
        assert unit.name == "Xã Tân Lập"
        saved = client.post(asked.url, {"code": totp()})
        assert saved.url.startswith(reverse("admin:members_unit_changelist"))
    unit.refresh_from_db()
    assert unit.name == "Xã Tân Lập Đông"


def test_what_was_typed_in_the_office_is_saved_in_the_office(staff, settings):
    settings.ADMIN_NETWORKS = ["203.0.113.0/24"]
    office, elsewhere = "203.0.113.7", "198.51.100.7"
    unit = below(staff, name="Xã Tân Lập")
    page = reverse("admin:members_unit_change", args=[unit.pk])
    with time_machine.travel(NOON, tick=False) as clock:
        client = sign_in(with_app(staff), code=totp())
        typed = renamed(unit, "Xã Khác")
        clock.shift(12 * HOUR)
        asked = client.post(page, typed, REMOTE_ADDR=office)
        taken_home = client.post(asked.url, {"code": totp()}, REMOTE_ADDR=elsewhere)
    assert taken_home.status_code == 404
    unit.refresh_from_db()
    assert unit.name == "Xã Tân Lập"


def test_a_form_that_was_given_up_is_not_sent_later(staff):
    unit = below(staff, name="Xã Tân Lập")
    page = reverse("admin:members_unit_change", args=[unit.pk])
    with time_machine.travel(NOON, tick=False) as clock:
        client = sign_in(with_app(staff), code=totp())
        typed = renamed(unit, "Xã Khác")
        clock.shift(12 * HOUR)
        client.post(page, typed)
        asked = client.get(page)
        assert client.post(asked.url, {"code": totp()}).url == page
    unit.refresh_from_db()
    assert unit.name == "Xã Tân Lập"


def test_files_do_not_come_along_and_that_is_said(staff):
    page = reverse("admin:members_person_list_upload")
    with time_machine.travel(NOON, tick=False) as clock:
        client = sign_in(with_app(staff), code=totp())
        clock.shift(12 * HOUR)
        file = SimpleUploadedFile("ds.csv", b"a,b")
        asked = client.post(page, {"file": file})
        told = client.post(asked.url, {"code": totp()}).content.decode()
    assert _("The files you chose did not come along. Add them once more.") in told


@pytest.mark.parametrize("address", GRAVE)
def test_what_cannot_be_taken_back_asks_after_half_an_hour(staff, address):
    name, argument = address.split()
    page = reverse(name, args=[argument])
    with time_machine.travel(NOON, tick=False) as clock:
        client = sign_in(with_app(staff), code=totp())
        clock.shift(30 * 60 - 1)
        assert client.get(page).status_code in {200, 404}
        clock.shift(1)
        assert client.get(page).url.startswith(reverse("mfa_reauthenticate"))
        assert client.get(INDEX).status_code == 200


@pytest.mark.parametrize("model", ["assignment", "user", "roleinvitation", "breach"])
def test_grave_rows_are_looked_at_freely_and_changed_with_a_fresh_factor(staff, model):
    add = reverse(f"admin:members_{model}_add")
    rows = reverse(f"admin:members_{model}_changelist")
    with time_machine.travel(NOON, tick=False) as clock:
        client = sign_in(with_app(staff), code=totp())
        assert client.post(add, {}).status_code == 200
        clock.shift(30 * 60)
        assert client.get(rows).status_code == client.get(add).status_code == 200
        for page in (add, rows):
            asked = client.post(page, {})
            assert asked.url.startswith(reverse("mfa_reauthenticate"))


def test_a_role_is_given_once_the_code_was_shown(staff):
    somebody, unit = UserFactory(), below(staff)
    data = {"user": somebody.pk, "role": Role.EDITOR, "unit": unit.pk}
    data |= {"starts_on": "01/01/2027", "ends_on": ""}
    with time_machine.travel(NOON, tick=False) as clock:
        client = sign_in(with_app(staff), code=totp())
        clock.shift(HOUR)
        asked = client.post(reverse("admin:members_assignment_add"), data)
        assert not somebody.assignments.exists()
        client.post(asked.url, {"code": totp()})
    assert somebody.assignments.get().role == Role.EDITOR


@pytest.mark.parametrize("later", [HOUR, 13 * HOUR])
def test_whose_factor_was_taken_away_meanwhile_is_led_to_a_new_one(staff, later):
    with time_machine.travel(NOON, tick=False) as clock:
        client = sign_in(with_app(staff), code=totp())
        staff.authenticator_set.all().delete()
        clock.shift(later)
        page = reverse("admin:members_person_list_export", args=["csv"])
        way = client.get(page, follow=True)
    assert way.redirect_chain[-1][0].startswith(reverse("mfa_required"))
    assert way.status_code == 200


def test_without_the_setting_nobody_is_asked_again(settings):
    user = with_app(AssignmentFactory(role=Role.PROVINCE_ADMIN).user)
    with time_machine.travel(NOON, tick=False) as clock:
        client = sign_in(user, code=totp())
        clock.shift(13 * HOUR)
        page = reverse("admin:members_person_list_export", args=["csv"])
        assert client.get(page).status_code == 200


# --- A lost device --------------------------------------------------------------


def test_staff_take_lost_factors_away_and_the_owner_is_told(client):
    chief = AssignmentFactory(role=Role.PROVINCE_ADMIN)
    owner = with_app(AssignmentFactory(role=Role.EDITOR, unit=chief.unit).user)
    client.force_login(chief.user)
    data = {"action": "remove_factors", "_selected_action": [owner.pk]}
    client.post(reverse("admin:members_user_changelist"), data)
    assert not Authenticator.objects.filter(user=owner).exists()
    letter = Letter.objects.get()
    assert (letter.kind, letter.address) == ("members.account_notice", owner.email)


def test_a_lost_device_is_signed_out_with_its_factor(staff):
    client = sign_in(with_app(staff), code=totp())
    page = reverse("admin:members_person_changelist")
    assert client.get(page).status_code == 200
    accounts.remove_factors(staff)
    way = client.get(page, follow=True)
    assert way.redirect_chain[-1][0].startswith(reverse("account_login"))


def test_nobody_below_takes_a_superusers_factors_away(client):
    chief = AssignmentFactory(role=Role.PROVINCE_ADMIN).user
    owner = with_app(SuperuserFactory())
    client.force_login(chief)
    data = {"action": "remove_factors", "_selected_action": [owner.pk]}
    client.post(reverse("admin:members_user_changelist"), data)
    assert Authenticator.objects.filter(user=owner).count() == 2
    assert not Letter.objects.exists()


def test_no_page_of_the_admin_shows_the_secrets(client):
    with_app(UserFactory())
    client.force_login(SuperuserFactory())
    assert client.get("/quan-tri/mfa/authenticator/").status_code == 404
