"""What people type about themselves."""

import re
import unicodedata
from datetime import date

import pytest
from django.urls import reverse

from members.forms import ProfileForm
from members.models import Person
from tests.factories.members import (
    PersonFactory,
    UnitFactory,
    UnitKindFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

URL = "/ca-nhan/ho-so/"
GOOD = {
    "full_name": "Nông Thị Hà",
    "birth_date": "19/05/2008",
    "phone": "0912 345 678",
    "unit": "",
}


def form(**typed):
    return ProfileForm(GOOD | typed)


@pytest.mark.parametrize(
    "typed",
    [
        "19/05/2008",
        "19/5/2008",
        "19-05-2008",
        "19.5.2008",
        "19 5 2008",
        "19 / 05 / 2008",
        "19052008",
        "19/05/08",
        "2008-05-19",
    ],
)
def test_dates_of_birth_as_people_write_them(typed):
    bound = form(birth_date=typed)
    assert bound.is_valid(), bound.errors
    assert bound.cleaned_data["birth_date"] == date(2008, 5, 19)


@pytest.mark.parametrize(
    "typed",
    ["", "hôm qua", "31/02/2008", "05/19/2008", "19/05/2999", "01/01/1850", "9" * 9999],
)
def test_what_is_no_date_of_birth_is_refused(typed):
    assert "birth_date" in form(birth_date=typed).errors


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("", ""),
        ("0912 345 678", "+84912345678"),
        ("+84 912.345.678", "+84912345678"),
        ("01689 123 456", "+84389123456"),
    ],
)
def test_phones_as_people_write_them(typed, kept):
    bound = form(phone=typed)
    assert bound.is_valid(), bound.errors
    assert bound.cleaned_data["phone"] == kept


@pytest.mark.parametrize("typed", ["113x", "0912", "0012 345 6789", "1" * 100_000])
def test_what_is_no_phone_is_refused(typed):
    assert "phone" in form(phone=typed).errors


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Nông   Thị Hà ", "Nông Thị Hà"),
        (unicodedata.normalize("NFD", "Nông Thị Hà"), "Nông Thị Hà"),
        ("H'Hen Niê", "H'Hen Niê"),
        ("Nông\u200b Thị\tHà", "Nông Thị Hà"),
    ],
)
def test_names_are_kept_clean(typed, kept):
    bound = form(full_name=typed)
    assert bound.is_valid(), bound.errors
    assert bound.cleaned_data["full_name"] == kept


@pytest.mark.parametrize("typed", ["", "Hà", "Hà 2", "Ữ" * 100_000, "A " * 61, "- -"])
def test_what_is_no_full_name_is_refused(typed):
    assert "full_name" in form(full_name=typed).errors


def test_units_are_grouped_by_kind_and_only_those_of_today():
    province = UnitFactory(name="Tỉnh đoàn")
    school = UnitKindFactory(code="truong", name="Đoàn trường", order=30)
    nine = UnitFactory(parent=province, name="Đoàn xã Đồng Phúc")
    five = UnitFactory(parent=province, name="Đoàn xã Chợ Rã")
    high = UnitFactory(parent=province, kind=school, name="THPT Nà Phặc")
    UnitFactory(parent=five, name="Chi đoàn 1")
    UnitFactory(parent=province, valid_to=date(2025, 6, 30))
    _empty, communes, schools = ProfileForm().fields["unit"].choices
    assert communes == ("Đoàn xã", [(five.pk, str(five)), (nine.pk, str(nine))])
    assert schools == ("Đoàn trường", [(high.pk, str(high))])


def test_whom_a_secretary_placed_in_a_branch_stays_there():
    province = UnitFactory()
    commune = UnitFactory(parent=province)
    branch = UnitFactory(parent=commune, name="Chi đoàn 1")
    person = PersonFactory(unit=branch)
    bound = ProfileForm(GOOD | {"unit": branch.pk}, person=person)
    assert bound.is_valid(), bound.errors
    assert bound.cleaned_data["unit"] == branch
    stranger = ProfileForm(GOOD | {"unit": branch.pk}, person=PersonFactory())
    assert "unit" in stranger.errors


@pytest.mark.parametrize("unit", ["abc", "0", "-1", "9" * 40, "\x00"])
def test_a_unit_that_is_none_is_refused(unit):
    assert "unit" in form(unit=unit).errors


# --- The page -------------------------------------------------------------------


@pytest.fixture
def signed_in(client):
    client.force_login(UserFactory(person=None))
    return client


def test_strangers_sign_in_first(client):
    response = client.get(URL)
    assert response.status_code == 302
    assert response.url.startswith(reverse("account_login"))


def test_a_new_account_tells_who_it_is_and_goes_back(signed_in):
    response = signed_in.post(URL, GOOD | {"next": "/tap-huan/"})
    assert (response.status_code, response.url) == (302, "/tap-huan/")
    person = Person.objects.get()
    assert person.full_name == "Nông Thị Hà"
    page = signed_in.get(URL)
    shown = page.content.decode()
    assert 'value="Nông Thị Hà"' in shown
    assert 'value="19/05/2008"' in shown
    assert 'value="0912 345 678"' in shown


def test_nobody_is_sent_to_another_site(signed_in):
    response = signed_in.post(URL, GOOD | {"next": "https://example.net/"})
    assert response.url == reverse("portal:me")


def test_everything_typed_is_given_back(signed_in):
    typed = {"full_name": "Hà", "birth_date": "32/13/2008", "phone": "123"}
    page = signed_in.post(URL, typed)
    shown = page.content.decode()
    assert set(page.context["form"].errors) == {"full_name", "birth_date", "phone"}
    for value in typed.values():
        assert f'value="{value}"' in shown
    assert not Person.objects.exists()


HOSTILE = [
    "N%C3%B4ng%00+H%C3%A0",
    "%ED%A0%80+H%C3%A0",  # a lone surrogate
    "%FF%FE+H%C3%A0",  # no UTF-8
    "H%C3%A0+" * 20_000,
    "%3Cscript%3Ealert(1)%3C%2Fscript%3E+a",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_no_error_page(signed_in, name):
    response = signed_in.post(
        URL,
        f"full_name={name}&birth_date=19/05/2008",
        content_type="application/x-www-form-urlencoded",
    )
    assert response.status_code in (200, 302, 400)
    assert b"<script>alert" not in response.content


@pytest.mark.parametrize("units", [1, 30])
def test_the_page_costs_the_same_however_many_units(
    signed_in, units, django_assert_num_queries
):
    province = UnitFactory()
    for _ in range(units):
        UnitFactory(parent=province)
    # session, account, units; the menu may count what waits for the account
    with django_assert_num_queries(3):
        page = signed_in.get(URL)
    assert len(re.findall("<option", page.content.decode())) == units + 1
