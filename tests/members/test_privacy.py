"""Handing out and erasing what is held about a person; merging two records."""

import json
from datetime import date

import pytest
from allauth.account.models import EmailAddress
from django.db.models import ProtectedError

from mail.models import Letter
from members import merge, privacy
from members.models import Assignment, Consent, Guardian, Person, Role, User
from tests.factories.members import (
    AssignmentFactory,
    ConsentFactory,
    GuardianFactory,
    PersonFactory,
    UnitFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def write_letter(person, now, **kwargs):
    return Letter.objects.create(
        kind="members.account_notice",
        address=person.email,
        recipient=person.pk,
        subject="Thư của bạn",
        text="Nội dung",
        created_at=now,
        not_before=now,
        **kwargs,
    )


# --- Export ---------------------------------------------------------------------


def test_the_export_holds_everything_as_plain_data(now):
    user = UserFactory(email="ha@example.com")
    person = user.person
    guardian = GuardianFactory(child=person, full_name="Nông Văn Mạnh")
    ConsentFactory(person=person, guardian=guardian, given_at=now)
    AssignmentFactory(user=user, role=Role.EDITOR)
    write_letter(person, now)
    write_letter(person, now, secret=True)
    told = json.loads(json.dumps(privacy.export_person(person)))
    assert told["members.person"]["full_name"] == person.full_name
    assert told["members.person"]["birth_date"] == "2000-05-19"
    assert told["members.user"][0]["addresses"] == ["ha@example.com"]
    assert len(told["members.user"][0]["roles"]) == 1
    assert told["members.guardian"][0]["full_name"] == "Nông Văn Mạnh"
    assert told["members.consent"][0]["guardian"] == "Nông Văn Mạnh"
    assert [row["text"] for row in told["mail.letter"]] == ["Nội dung", ""]


def test_the_export_tells_of_nobody_else(now):
    mine, other = UserFactory(), UserFactory()
    GuardianFactory(child=other.person)
    ConsentFactory(person=other.person)
    write_letter(other.person, now)
    told = privacy.export_person(mine.person)
    assert told["members.guardian"] == []
    assert told["members.consent"] == []
    assert told["mail.letter"] == []
    assert [row["email"] for row in told["members.user"]] == [mine.email]


# --- Erasure --------------------------------------------------------------------


def test_erasing_leaves_nothing(now):
    user = UserFactory()
    person = user.person
    guardian = GuardianFactory(child=person)
    ConsentFactory(person=person, guardian=guardian)
    AssignmentFactory(user=user)
    write_letter(person, now)
    assert privacy.erase_person(person=person, now=now) is True
    for model in (Person, User, Guardian, Consent, Assignment, Letter):
        assert not model.objects.exists()
    assert privacy.erase_person(person=person, now=now) is True


@pytest.fixture
def anchor(monkeypatch):
    """A feature's rows that must stay: deleting the model fails on them."""

    def protect(model):
        def delete(row, *args, **kwargs):
            raise ProtectedError("stays", set())

        monkeypatch.setattr(model, "delete", delete)

    return protect


def test_where_a_judges_scores_must_stay_the_account_is_nameless(now, anchor, client):
    user = UserFactory(email="giam-khao@example.com", password="mat-khau-rieng-82")
    AssignmentFactory(user=user, role=Role.EDITOR)
    client.force_login(user)
    anchor(User)
    assert privacy.erase_person(person=user.person, now=now) is True
    user.refresh_from_db()
    assert "giam-khao" not in user.email
    assert (user.is_active, user.is_staff) == (False, False)
    assert not user.has_usable_password()
    assert not user.assignments.exists()
    assert not user.emailaddress_set.exists()
    assert client.get("/ca-nhan/ho-so/").status_code == 302


def test_where_rows_must_stay_a_nameless_record_stays_with_them(now, anchor):
    person = PersonFactory(member_code="TN01", phone="+84912345678", unit=UnitFactory())
    anchor(Person)
    assert privacy.erase_person(person=person, now=now) is False
    person.refresh_from_db()
    assert person.full_name == privacy.NAMELESS
    told = (person.email, person.phone, person.member_code, person.member_key)
    assert told == ("", "", "", "")
    assert (person.birth_date, person.birth_year, person.unit) == (None, None, None)
    assert "nguyen" not in person.folded_name


def test_other_people_are_left_alone(now):
    gone, stays = UserFactory(), UserFactory()
    write_letter(stays.person, now)
    privacy.erase_person(person=gone.person, now=now)
    assert list(Person.objects.all()) == [stays.person]
    assert Letter.objects.count() == 1


# --- Merging --------------------------------------------------------------------


def test_merging_fills_in_what_was_empty_and_keeps_the_rest(now):
    unit = UnitFactory()
    keep = PersonFactory(full_name="Nông Thị Hà", email="", phone="+84912345678")
    drop = PersonFactory(
        full_name="NONG THI HA", email="ha@example.com", phone="+84387654321", unit=unit
    )
    kept = merge.merge_people(keep=keep, drop=drop, now=now)
    assert Person.objects.get() == kept == keep
    kept.refresh_from_db()
    assert kept.full_name == "Nông Thị Hà"
    assert (kept.email, kept.phone, kept.unit) == (
        "ha@example.com",
        "+84912345678",
        unit,
    )


def test_merging_moves_rows(now):
    keep, drop = PersonFactory(), PersonFactory()
    guardian = GuardianFactory(child=drop)
    consent = ConsentFactory(person=drop, guardian=guardian)
    letter = write_letter(drop, now)
    merge.merge_people(keep=keep, drop=drop, now=now)
    for row in (guardian, consent, letter):
        row.refresh_from_db()
    assert guardian.child == keep
    assert consent.person == keep
    assert letter.recipient == keep.pk


def test_a_consent_both_gave_stands_once(now):
    keep, drop = PersonFactory(), PersonFactory()
    ConsentFactory(person=keep)
    ConsentFactory(person=drop)
    merge.merge_people(keep=keep, drop=drop, now=now)
    assert keep.consents.count() == 2
    assert keep.consents.live().count() == 1


def test_the_account_goes_along(now):
    keep, user = PersonFactory(), UserFactory()
    merge.merge_people(keep=keep, drop=user.person, now=now)
    user.refresh_from_db()
    assert user.person == keep
    assert user.is_active


def test_of_two_accounts_one_stays_and_both_addresses_sign_into_it(now, client):
    staying = UserFactory(email="ha@example.com")
    leaving = UserFactory(email="ha.nong@example.com")
    unit = UnitFactory()
    AssignmentFactory(user=leaving, role=Role.EDITOR, unit=unit)
    AssignmentFactory(user=leaving, role=Role.PUBLISHER, unit=unit)
    AssignmentFactory(user=staying, role=Role.EDITOR, unit=unit)
    merge.merge_people(keep=staying.person, drop=leaving.person, now=now)
    staying.refresh_from_db()
    leaving.refresh_from_db()
    assert staying.is_staff
    assert {role.role for role in staying.assignments.all()} == {"editor", "publisher"}
    assert not leaving.is_active
    assert not leaving.is_staff
    assert leaving.person is None
    from tests.members.test_accounts import ask_code, code_of, last_letter, type_code

    ask_code(client, "ha.nong@example.com")
    type_code(client, code_of(last_letter()))
    assert client.session["_auth_user_id"] == str(staying.pk)


def test_after_a_merge_erasure_leaves_no_address_in_the_closed_account(now):
    """It stays, for what staff have changed is written down under its number."""
    staying = UserFactory(email="ha@example.com")
    leaving = UserFactory(email="ha.nong@example.com")
    merge.merge_people(keep=staying.person, drop=leaving.person, now=now)
    privacy.erase_person(person=Person.objects.get(), now=now)
    leaving.refresh_from_db()
    assert (leaving.email, leaving.is_active) == (None, False)
    assert not EmailAddress.objects.exists()


def test_an_account_by_card_gets_the_address_of_the_other_one(now):
    staying = UserFactory(email=None, person__email="", verified=False)
    leaving = UserFactory(email="ha@example.com")
    merge.merge_people(keep=staying.person, drop=leaving.person, now=now)
    staying.refresh_from_db()
    assert staying.email == "ha@example.com"
    assert staying.emailaddress_set.get().primary


@pytest.mark.parametrize(
    ("keep", "drop", "refused"),
    [
        ({"birth_date": date(2005, 4, 30)}, {"birth_date": date(2005, 5, 1)}, True),
        ({"birth_date": date(2005, 4, 30)}, {"birth_date": date(2005, 4, 30)}, False),
        ({"birth_date": None, "birth_year": 2005}, {"birth_date": None}, False),
        (
            {"birth_date": None, "birth_year": 2005},
            {"birth_date": date(2006, 1, 1)},
            True,
        ),
    ],
)
def test_people_of_different_age_are_two_people(now, keep, drop, refused):
    keep, drop = PersonFactory(**keep), PersonFactory(**drop)
    if not refused:
        merge.merge_people(keep=keep, drop=drop, now=now)
        assert Person.objects.count() == 1
        return
    with pytest.raises(merge.MergeRefused) as error:
        merge.merge_people(keep=keep, drop=drop, now=now)
    assert error.value.reason == merge.WhyNot.BIRTH
    assert Person.objects.count() == 2


def test_merging_twice_is_merging_once(now):
    keep, drop = PersonFactory(), PersonFactory()
    merge.merge_people(keep=keep, drop=drop, now=now)
    assert merge.merge_people(keep=keep, drop=drop, now=now) == keep


def test_nobody_is_merged_with_themselves(now):
    person = PersonFactory()
    with pytest.raises(merge.MergeRefused):
        merge.merge_people(keep=person, drop=person, now=now)
