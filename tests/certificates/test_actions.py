"""Issuing, correcting and revoking certificates."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from certificates import actions
from certificates.models import Certificate, Kind, Register
from certificates.rules import Refusal, Refused
from mail.models import Letter
from members import privacy
from members.models import Person
from tests.factories.certificates import NOW, facts_for, issued, signing
from tests.factories.members import (
    GuardianFactory,
    PersonFactory,
    UnitFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


def issue(person, facts, **changes):
    given = {"by": None, "now": NOW} | changes
    return actions.issue(person=person, facts=facts, **given)


def numbers() -> list[int]:
    return sorted(Certificate.objects.values_list("number", flat=True))


# --- Issuing --------------------------------------------------------------------


def test_a_certificate_keeps_the_facts_as_they_were_printed():
    unit = UnitFactory(name="Đoàn xã Cẩm Giàng")
    person = PersonFactory(full_name="Nông Thị Ánh", unit=unit)
    row = issue(person, facts_for(unit), by=UserFactory(), merit="Giỏi")
    person.full_name = unit.name = "Tên mới"
    person.save()
    unit.save()
    row = Certificate.objects.get(pk=row.pk)
    assert (row.name, row.of_unit, row.merit) == (
        "Nông Thị Ánh",
        "Đoàn xã Cẩm Giàng",
        "Giỏi",
    )
    assert (row.number_text, row.version, row.is_valid) == ("1/2026/CN", 1, True)


def test_numbers_follow_each_other_and_begin_anew_with_the_year():
    first, second = issued(), issued()
    next_year = issued(dated=dt.date(2027, 1, 1))
    assert (first.number, second.number) == (1, 2)
    assert (next_year.year, next_year.number) == (2027, 1)


def test_the_nearest_unit_with_a_line_of_its_own_signs(settings):
    settings.CERTIFICATE_SUFFIX = "GCN"
    province = UnitFactory(name="Tỉnh đoàn")
    commune = UnitFactory(parent=province)
    village = UnitFactory(parent=commune)
    signing(province, suffix="CN-TĐ")
    assert issued(unit=village).number_text.endswith("/CN-TĐ")
    signing(commune, name="Đoàn xã Ta", suffix="")
    row = issued(unit=village)
    assert (row.issuer, row.suffix, row.above) == (
        "Đoàn xã Ta",
        "GCN",
        "Đoàn TNCS Hồ Chí Minh",
    )


def test_without_any_line_the_owner_of_the_site_issues_and_the_signature_stays_open():
    row = issued()
    assert (row.issuer, row.signer_name) == ("Tỉnh đoàn", "")


def test_a_second_click_gives_the_first_certificate_back():
    person, facts = PersonFactory(), facts_for()
    first = issue(person, facts)
    again = issue(person, facts, now=NOW + HOUR)
    assert again.pk == first.pk
    assert Letter.objects.count() == 1
    assert Register.objects.get().last == 1


def test_one_person_has_one_for_each_kind_and_matter():
    person = PersonFactory()
    for about in ("training.session:1", "training.session:2"):
        for kind in (Kind.TRAINING, Kind.TAKING_PART):
            issued(person, about=about, kind=kind)
    assert numbers() == [1, 2, 3, 4]


def test_the_database_allows_no_second_valid_one():
    row = issued()
    row.pk, row.code, row.number = None, "X" * 16, 2
    with pytest.raises(IntegrityError, match="certificate_live_once"):
        row.save(force_insert=True)


def test_the_database_allows_no_number_twice():
    row, other = issued(), issued()
    other.number = row.number
    with pytest.raises(IntegrityError), transaction.atomic():
        other.save()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"ends_on": dt.date(2026, 11, 1)}, Refusal.DAYS),
        ({"course": "  "}, Refusal.TITLE),
        ({"extent": "b" * 81}, Refusal.TOO_LONG),
    ],
)
def test_facts_that_nobody_can_sign_are_refused(changes, reason):
    with pytest.raises(Refused) as refused:
        issued(**changes)
    assert refused.value.reason == reason


def test_somebody_who_was_erased_gets_none_and_takes_no_number():
    person = PersonFactory(full_name=privacy.NAMELESS)
    with pytest.raises(Refused) as refused:
        issued(person)
    assert refused.value.reason == Refusal.NAMELESS
    assert not numbers()
    issued()
    assert numbers() == [1]


def test_somebody_who_is_gone_gets_none():
    person = PersonFactory()
    Person.objects.filter(pk=person.pk).delete()
    with pytest.raises(Refused) as refused:
        issued(person)
    assert refused.value.reason == Refusal.GONE


def test_after_a_revocation_another_one_needs_a_word():
    person, facts = PersonFactory(), facts_for()
    first = issue(person, facts)
    actions.revoke(certificate_id=first.pk, reason="Nhầm người", by=None, now=NOW)
    with pytest.raises(Refused) as refused:
        issue(person, facts)
    assert refused.value.reason == Refusal.REVOKED
    assert issue(person, facts, again=True).number == 2


def test_a_failed_transaction_takes_no_number():
    with transaction.atomic():
        issued()
        transaction.set_rollback(True)
    assert issued().number == 1


def test_a_name_of_its_own_goes_on_the_paper_in_one_clean_line():
    assert issued(name=" Nông Thị\nÁnh ").name == "Nông Thị Ánh"


# --- Letters --------------------------------------------------------------------


def test_the_letter_goes_to_the_person():
    issue(PersonFactory(email="anh@example.com"), facts_for())
    letter = Letter.objects.get()
    assert letter.address == "anh@example.com"
    assert "/chung-nhan/thu/" in letter.text


def test_the_letter_about_a_child_goes_to_the_guardian_and_never_to_the_child():
    child = PersonFactory(birth_date=dt.date(2013, 9, 5), email="em@example.com")
    GuardianFactory(child=child, email="me@example.com")
    issue(child, facts_for())
    assert Letter.objects.get().address == "me@example.com"


def test_a_child_whose_guardian_has_no_address_gets_no_letter():
    child = PersonFactory(birth_date=dt.date(2013, 9, 5), email="em@example.com")
    GuardianFactory(child=child, email="")
    issue(child, facts_for())
    assert not Letter.objects.exists()


# --- Correcting -----------------------------------------------------------------


def correct(row, **changes):
    return actions.correct(certificate_id=row.pk, changes=changes, by=None, now=NOW)


def test_a_correction_is_a_new_version_under_the_same_number():
    old = issued(name="Nông Thị Anh")
    new = correct(old, name="Nông Thị Ánh")
    old.refresh_from_db()
    assert (new.number_text, new.version, new.replaces) == (old.number_text, 2, old)
    assert (old.is_valid, new.is_valid) == (False, True)
    assert (old.name, new.name) == ("Nông Thị Anh", "Nông Thị Ánh")
    assert new.folded_name == "nong thi anh"
    assert new.code != old.code
    assert Register.objects.get().last == 1


def test_the_same_correction_twice_is_made_once():
    old = issued(name="Nông Thị Anh")
    first = correct(old, name="Nông Thị Ánh")
    assert correct(old, name="Nông Thị Ánh").pk == first.pk
    with pytest.raises(Refused) as refused:
        correct(old, name="Nông Thị Anh Đào")
    assert refused.value.reason == Refusal.ENDED


def test_a_correction_that_changes_nothing_makes_no_version():
    row = issued(name="Nông Thị Ánh")
    # The same name in decomposed letters, as some keyboards write it.
    assert correct(row, name="Nông Thi\u0323 A\u0301nh").pk == row.pk
    assert Certificate.objects.count() == 1


def test_a_correction_can_be_corrected():
    row = issued(name="A")
    for name in ("B", "C"):
        row = correct(row, name=name)
    assert row.version == 3
    assert Certificate.objects.valid().get() == row


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"name": " "}, Refusal.NO_NAME),
        ({"course": ""}, Refusal.TITLE),
        ({"ends_on": dt.date(2020, 1, 1)}, Refusal.DAYS),
    ],
)
def test_a_wrong_correction_is_refused_and_the_old_one_stays(changes, reason):
    row = issued()
    with pytest.raises(Refused) as refused:
        correct(row, **changes)
    assert refused.value.reason == reason
    assert Certificate.objects.valid().get() == row


def test_no_version_changes_number_or_person():
    with pytest.raises(ValueError, match="number"):
        correct(issued(), number=7)


def test_the_letter_of_a_correction_says_so():
    row = issued(PersonFactory(email="anh@example.com"))
    correct(row, name="Tên khác")
    assert "đính chính" in Letter.objects.get().text


# --- Revoking -------------------------------------------------------------------


def test_a_revoked_certificate_stays_in_the_register_with_its_reason():
    row, by = issued(), UserFactory()
    actions.revoke(certificate_id=row.pk, reason="Cấp nhầm", by=by, now=NOW + HOUR)
    row.refresh_from_db()
    assert (row.revoked_at, row.revoked_by, row.reason) == (
        NOW + HOUR,
        by,
        "Cấp nhầm",
    )
    assert issued().number == 2


def test_revoking_twice_keeps_the_first_reason():
    row = issued()
    for number, reason in enumerate(("Một", "Hai")):
        actions.revoke(
            certificate_id=row.pk, reason=reason, by=None, now=NOW + number * HOUR
        )
    row.refresh_from_db()
    assert (row.reason, row.revoked_at) == ("Một", NOW)


def test_a_reason_must_be_given():
    with pytest.raises(Refused) as refused:
        actions.revoke(certificate_id=issued().pk, reason=" ", by=None, now=NOW)
    assert refused.value.reason == Refusal.NO_REASON


def test_what_was_replaced_is_not_revoked_again():
    old = issued()
    correct(old, name="Tên khác")
    with pytest.raises(Refused):
        actions.revoke(certificate_id=old.pk, reason="Sai", by=None, now=NOW)
