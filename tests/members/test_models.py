"""What the rows keep right by themselves, and what the database refuses."""

import unicodedata
from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from members.codes import code_key
from members.models import Person, Unit, UnitSuccession, User
from tests.factories.members import (
    PersonFactory,
    UnitFactory,
    UnitSuccessionFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

CHILD_CASES = [
    # born, year, on, child?
    (date(2010, 11, 24), None, date(2026, 11, 23), True),
    (date(2010, 11, 23), None, date(2026, 11, 23), False),
    (date(2008, 2, 29), None, date(2024, 2, 28), True),
    (date(2008, 2, 29), None, date(2024, 3, 1), False),
    (None, 2010, date(2026, 12, 31), True),
    (None, 2009, date(2026, 1, 1), False),
    (None, None, date(2026, 1, 1), True),
]


@pytest.mark.parametrize(("born", "year", "on", "child"), CHILD_CASES)
def test_a_child_is_under_16_and_whoever_might_be(born, year, on, child):
    person = Person(full_name="Nông Thị Hà", birth_date=born, birth_year=year)
    assert person.is_child(on) is child


def test_people_sort_by_given_name_and_bulk_inserts_do_too():
    names = ["Nguyễn Văn Đạt", "Trần Thị Ánh", "Lý Ân", "Hoàng Dũng", "Ma Anh"]
    Person.objects.bulk_create(Person(full_name=name) for name in names)
    shown = [person.full_name for person in Person.objects.all()]
    assert shown == ["Ma Anh", "Trần Thị Ánh", "Lý Ân", "Hoàng Dũng", "Nguyễn Văn Đạt"]


def test_the_sort_name_follows_a_corrected_name_unless_staff_set_one():
    person = PersonFactory(full_name="Nguyễn Thị Ánh")
    person.full_name = "Nguyễn Thị Yến"
    person.save()
    assert person.sort_key.startswith("ye{n")
    person.sort_name = "H'Hen, Niê"
    person.save()
    assert person.sort_key.startswith("hhen")


def test_names_are_stored_and_found_in_nfc():
    person = PersonFactory(full_name=unicodedata.normalize("NFD", "Triệu  Thị Phượng"))
    person.refresh_from_db()
    assert unicodedata.is_normalized("NFC", person.full_name)
    assert person.folded_name == "trieu thi phuong"


def test_a_very_long_name_still_has_its_keys():
    person = PersonFactory(full_name="Ữ" * 120)
    assert len(person.sort_key) <= 400
    assert person.folded_name == "u" * 120


def test_the_year_follows_the_date():
    person = PersonFactory(birth_date=date(2011, 4, 30), birth_year=1999)
    assert person.birth_year == 2011
    with pytest.raises(IntegrityError), transaction.atomic():
        Person.objects.filter(pk=person.pk).update(birth_year=2012)


@pytest.mark.parametrize(
    ("code", "key"),
    [
        ("TN-0123 45", "TN012345"),
        ("tn012345", "TN012345"),
        ("ĐV 7", "DV7"),
        ("- -", ""),
        ("", ""),
    ],
)
def test_member_codes_compare_without_dashes_and_case(code, key):
    assert code_key(code) == key


def test_an_address_belongs_to_one_account_in_any_case():
    UserFactory(email="an@example.com")
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(email="AN@example.com")


def test_accounts_are_made_in_lower_case():
    user = User.objects.create_user(" An@Example.COM ")
    assert user.email == "an@example.com"
    assert not user.has_usable_password()
    assert User.objects.get_by_natural_key("AN@EXAMPLE.com") == user
    with pytest.raises(ValueError, match="address"):
        User.objects.create_user("")


def test_a_superuser_enters_the_admin():
    user = User.objects.create_superuser("goc@example.com", "mat-khau-82")
    assert user.is_staff
    assert user.is_superuser


def test_two_units_may_share_a_name_but_not_an_address():
    UnitFactory(name="Đoàn xã Văn Lang", slug="van-lang")
    UnitFactory(name="Đoàn xã Văn Lang", slug="van-lang-2")
    with pytest.raises(IntegrityError), transaction.atomic():
        UnitFactory(slug="van-lang")


def test_a_unit_is_not_its_own_parent():
    unit = UnitFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        Unit.objects.filter(pk=unit.pk).update(parent=unit)


@pytest.mark.parametrize(
    ("first", "last", "exists"),
    [
        (None, None, True),
        (date(2025, 7, 1), None, True),
        (date(2025, 7, 2), None, False),
        (None, date(2025, 7, 1), True),
        (None, date(2025, 6, 30), False),
    ],
)
def test_a_unit_exists_from_its_first_to_its_last_day(first, last, exists):
    on = date(2025, 7, 1)
    unit = UnitFactory(valid_from=first, valid_to=last)
    assert unit.is_current(on) is exists
    assert Unit.objects.current(on).exists() is exists


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": UnitSuccession.Kind.DISSOLVE},
        {"kind": UnitSuccession.Kind.MERGE, "new": None},
    ],
)
def test_a_succession_has_an_heir_unless_the_unit_is_dissolved(wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        UnitSuccessionFactory(**wrong)


def test_a_dissolution_is_written_down_once():
    unit = UnitFactory()
    kind = UnitSuccession.Kind.DISSOLVE
    UnitSuccessionFactory(old=unit, new=None, kind=kind)
    with pytest.raises(IntegrityError), transaction.atomic():
        UnitSuccessionFactory(old=unit, new=None, kind=kind)


def test_words_for_rows():
    unit = UnitFactory(name="Đoàn xã Nà Phặc", short_name="Nà Phặc")
    assert str(unit) == "Nà Phặc"
    dissolved = UnitSuccessionFactory(
        old=unit, new=None, kind=UnitSuccession.Kind.DISSOLVE
    )
    with translation.override("vi"):
        assert str(dissolved) == "Nà Phặc: Giải thể"


def test_communes_are_the_current_units_right_below_a_root():
    on = date(2026, 11, 23)
    province = UnitFactory(name="Tỉnh đoàn")
    commune = UnitFactory(parent=province)
    UnitFactory(parent=commune)
    UnitFactory(parent=province, valid_to=date(2025, 6, 30))
    assert list(Unit.objects.communes(on)) == [commune]


def test_a_subtree_is_the_unit_and_everything_below():
    root = UnitFactory()
    child = UnitFactory(parent=root)
    grandchild = UnitFactory(parent=child)
    UnitFactory()
    assert set(Unit.objects.subtree(root.pk)) == {root, child, grandchild}
    assert set(Unit.objects.subtree(grandchild.pk)) == {grandchild}
    assert not Unit.objects.subtree().exists()
