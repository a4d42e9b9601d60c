"""Cards from the secretary: their code, who may get one, and what one use does."""

import json
from datetime import date, timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from members import actions, cards, merge, privacy, rules
from members.models import Role, SignInCard, User
from members.rules import CardRefusal, EntryRefusal, Refused
from tests.factories.members import (
    AssignmentFactory,
    PersonFactory,
    UnitFactory,
    UserFactory,
)

# --- The code -------------------------------------------------------------------


def test_a_code_is_hard_to_guess_and_easy_to_read():
    codes = {cards.new_code() for _ in range(500)}
    assert len(codes) == 500
    assert len(cards.ALPHABET) ** cards.LENGTH > 2**50
    assert not set("".join(codes)) & set("01OILZSGBAEUYWDQ")
    assert all(len(group) == 4 for code in codes for group in code.split("-"))


@pytest.mark.parametrize(
    "typed",
    [
        "4K7M-92PX-3HT8",
        "4k7m92px3ht8",
        " 4K7M 92PX 3HT8 ",
        "4k7m–92px–3ht8.",
        "４Ｋ７Ｍ９２ＰＸ３ＨＴ８",
        "4K7M-9ZPX-3HTB",
    ],
)
def test_a_code_is_read_however_it_was_typed(typed):
    assert cards.read(typed) == "4K7M92PX3HT8"


@pytest.mark.parametrize(
    "typed", ["", "4K7M-92PX", "4K7M-92PX-3HT88", "4K7M-92PX-3HTÂ", "0" * 12, "x" * 999]
)
def test_what_is_no_code_is_none(typed):
    assert cards.read(typed) is None


@pytest.mark.parametrize(
    ("name", "shown"),
    [("Nông Thị Ánh", "N. T. Ánh"), ("Ánh", "Ánh"), ("  Giàng  A Páo ", "G. A. Páo")],
)
def test_a_stranger_sees_little_of_the_name(name, shown):
    assert cards.masked(name) == shown


# --- Who may get one ------------------------------------------------------------

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit():
    return UnitFactory(parent=UnitFactory())


@pytest.fixture
def secretary(unit):
    return AssignmentFactory(role=Role.UNIT_SECRETARY, unit=unit).user


@pytest.fixture
def youth(unit):
    return PersonFactory(full_name="Triệu Thị Ánh", unit=unit, email="")


def why_not(person, by, now, **kwargs):
    return rules.why_not_issue_card(person, by=by, on=now.date(), **kwargs)


def issue(person, by, now, **kwargs):
    return actions.issue_card(person=person, by=by, now=now, **kwargs)


def enter(code, now, browser="one"):
    return actions.enter_with_card(code=cards.read(code), browser=browser, now=now)


def card_account(youth, secretary, now):
    return enter(issue(youth, secretary, now).code, now)


def test_a_secretary_gives_a_card_in_the_whole_subtree(youth, secretary, unit, now):
    below = PersonFactory(unit=UnitFactory(parent=unit))
    assert why_not(youth, secretary, now) is None
    assert why_not(below, secretary, now) is None


@pytest.mark.parametrize(
    ("role", "place"),
    [
        (Role.UNIT_SECRETARY, "beside"),
        *[
            (role, "here")
            for role in Role
            if role not in (Role.UNIT_SECRETARY, Role.PROVINCE_ADMIN)
        ],
    ],
)
def test_nobody_else_does(youth, unit, now, role, place):
    where = {"here": unit, "beside": UnitFactory(parent=unit.parent)}[place]
    other = AssignmentFactory(role=role, unit=where).user
    assert why_not(youth, other, now) == CardRefusal.OUT_OF_REACH
    with pytest.raises(Refused):
        issue(youth, other, now)
    assert not SignInCard.objects.exists()


def test_somebody_of_no_unit_is_for_the_province_alone(unit, secretary, now):
    nowhere = PersonFactory(unit=None)
    assert why_not(nowhere, secretary, now) == CardRefusal.OUT_OF_REACH
    province = AssignmentFactory(role=Role.PROVINCE_ADMIN, unit=unit.parent).user
    assert why_not(nowhere, province, now) is None


def own(person, **kwargs):
    return UserFactory(person=person, **kwargs)


def without_address(person, **fields):
    return User.objects.create_without_email(person=person, **fields)


def with_password(person):
    user = without_address(person)
    user.set_password("mot-hai-ba-bon")
    user.save()


def with_key(person):
    user = without_address(person)
    Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data={})


def with_role(person, **dates):
    AssignmentFactory(
        user=without_address(person), role=Role.TEAM_LEADER, unit=person.unit, **dates
    )


ACCOUNTS = [
    ("no account", lambda person: None, None),
    ("card account", without_address, None),
    ("address", own, CardRefusal.OWN_SIGN_IN),
    (
        "address not proved yet",
        lambda person: own(person, verified=False),
        CardRefusal.OWN_SIGN_IN,
    ),
    ("password", with_password, CardRefusal.OWN_SIGN_IN),
    ("passkey", with_key, CardRefusal.OWN_SIGN_IN),
    ("role", with_role, CardRefusal.HOLDS_ROLE),
    (
        "role to come",
        lambda person: with_role(person, starts_on=date(2027, 1, 1)),
        CardRefusal.HOLDS_ROLE,
    ),
    ("superuser", lambda p: without_address(p, is_superuser=True), "holds_role"),
    ("closed", lambda p: without_address(p, is_active=False), CardRefusal.CLOSED),
]


@pytest.mark.parametrize(
    ("make", "refusal"), [row[1:] for row in ACCOUNTS], ids=[row[0] for row in ACCOUNTS]
)
def test_a_card_opens_nothing_that_its_owner_secured(
    youth, secretary, now, make, refusal
):
    make(youth)
    assert why_not(youth, secretary, now) == refusal


def test_the_province_recovers_what_was_lost_with_its_password(
    youth, secretary, unit, now
):
    with_password(youth)
    province = AssignmentFactory(role=Role.PROVINCE_ADMIN, unit=unit.parent).user
    code = issue(youth, province, now).code
    assert not User.objects.get(person=youth).has_usable_password()
    assert enter(code, now).person == youth


@pytest.mark.parametrize("make", [own, with_key, with_role])
def test_the_province_takes_over_nothing_else(youth, unit, now, make):
    make(youth)
    province = AssignmentFactory(role=Role.PROVINCE_ADMIN, unit=unit.parent).user
    assert why_not(youth, province, now)


def test_a_whole_list_is_asked_about_in_few_queries(unit, secretary, now):
    def queries(number):
        people = [PersonFactory(unit=unit) for _ in range(number)]
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert not rules.card_refusals(
                people, by=secretary, on=now.date(), since=now
            )
        return len(seen)

    queries(1)  # the secretary's reach is resolved
    assert queries(1) == queries(3) == 2


# --- Issue ----------------------------------------------------------------------


def test_the_code_is_kept_nowhere(youth, secretary, now):
    issued = issue(youth, secretary, now)
    row = SignInCard.objects.values().get()
    plain = cards.read(issued.code)
    assert plain not in json.dumps(row, default=str)
    assert (row["issued_by_id"], row["issued_at"]) == (secretary.pk, now)
    assert SignInCard.objects.with_code(plain) == issued.card
    assert not hasattr(youth, "user"), "the account is made at the first use"


def test_a_new_card_ends_the_one_before(youth, secretary, now):
    first = issue(youth, secretary, now)
    second = issue(youth, secretary, now + timedelta(hours=1))
    with pytest.raises(Refused) as refused:
        enter(first.code, now + timedelta(hours=2))
    assert refused.value.reason == EntryRefusal.ENDED
    assert enter(second.code, now + timedelta(hours=2)).person == youth


def test_a_page_loaded_again_does_not_end_the_card_just_printed(youth, secretary, now):
    issue(youth, secretary, now + timedelta(seconds=5), since=now)
    with pytest.raises(Refused) as refused:
        issue(youth, secretary, now + timedelta(minutes=1), since=now)
    assert refused.value.reason == CardRefusal.JUST_ISSUED


def test_the_database_knows_one_live_card_a_person(youth, secretary, now):
    card = issue(youth, secretary, now).card
    card.pk, card.code_hash = None, "x"
    with pytest.raises(IntegrityError), transaction.atomic():
        card.save()


def test_the_database_knows_no_empty_address():
    user = User.objects.create_without_email()
    user.email = ""
    user.save()
    user.refresh_from_db()
    assert user.email is None
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=user.pk).update(email="")


def test_two_accounts_without_address_stand_side_by_side(youth):
    first = without_address(youth)
    second = without_address(PersonFactory(full_name="Hà Văn Sơn"))
    assert str(first) == "Triệu Thị Ánh"
    assert str(second) == "Hà Văn Sơn"
    assert str(User.objects.create_without_email()).startswith("#")


# --- Use ------------------------------------------------------------------------


def test_the_first_use_makes_the_account(youth, secretary, now):
    user = card_account(youth, secretary, now)
    assert user.person == youth
    assert user.email is None
    assert not user.has_usable_password()


def test_the_next_card_leads_to_the_same_account(youth, secretary, now):
    user = card_account(youth, secretary, now)
    later = now + timedelta(days=200)
    assert enter(issue(youth, secretary, later).code, later) == user


@pytest.mark.parametrize(
    ("spoil", "after", "reason"),
    [
        (lambda card, now: None, cards.LIFETIME, EntryRefusal.EXPIRED),
        (lambda card, now: None, cards.LIFETIME - timedelta(seconds=1), None),
        (
            lambda card, now: actions.end_card(card=card, now=now),
            timedelta(0),
            EntryRefusal.ENDED,
        ),
        (
            lambda card, now: own(card.person),
            timedelta(0),
            EntryRefusal.OWN_SIGN_IN,
        ),
        (
            lambda card, now: with_role(card.person),
            timedelta(0),
            EntryRefusal.OWN_SIGN_IN,
        ),
    ],
)
def test_why_a_code_does_not_sign_in(youth, secretary, now, spoil, after, reason):
    issued = issue(youth, secretary, now)
    spoil(issued.card, now)
    if reason is None:
        assert enter(issued.code, now + after)
        return
    with pytest.raises(Refused) as refused:
        enter(issued.code, now + after)
    assert refused.value.reason == reason


def test_an_unknown_code_does_not_sign_in(now):
    with pytest.raises(Refused) as refused:
        enter("4K7M-92PX-3HT8", now)
    assert refused.value.reason == EntryRefusal.UNKNOWN


@pytest.mark.parametrize(
    ("browser", "after", "works"),
    [
        ("one", timedelta(minutes=14), True),
        ("one", timedelta(minutes=15), False),
        ("two", timedelta(seconds=1), False),
        ("", timedelta(seconds=1), False),
    ],
)
def test_only_the_same_browser_may_click_twice(
    youth, secretary, now, browser, after, works
):
    code = issue(youth, secretary, now).code
    user = enter(code, now)
    if works:
        assert enter(code, now + after, browser) == user
        return
    with pytest.raises(Refused) as refused:
        enter(code, now + after, browser)
    assert refused.value.reason == EntryRefusal.USED


def test_a_used_code_is_a_name_once_a_password_is_set(youth, secretary, now):
    issued = issue(youth, secretary, now)
    assert not rules.asks_for_password(issued.card, now=now)
    user = enter(issued.code, now)
    card = SignInCard.objects.with_code(cards.read(issued.code))
    assert not rules.asks_for_password(card, now=now)
    user.set_password("mot-hai-ba-bon")
    user.save()
    assert rules.asks_for_password(card, now=now)
    actions.end_card(card=card, now=now)
    card.refresh_from_db()
    assert not rules.asks_for_password(card, now=now)


def test_ending_twice_is_ending_once(youth, secretary, now):
    card = issue(youth, secretary, now).card
    actions.end_card(card=card, now=now)
    actions.end_card(card=card, now=now + timedelta(days=1))
    card.refresh_from_db()
    assert card.ended_at == now


# --- Merge and privacy ----------------------------------------------------------


def twins(unit):
    return [PersonFactory(full_name="Lý Văn Nam", unit=unit, email="") for _ in "ab"]


def test_the_card_account_goes_over_with_its_card(unit, secretary, now):
    keep, drop = twins(unit)
    unused = issue(keep, secretary, now)
    user = card_account(drop, secretary, now)
    merge.merge_people(keep=keep, drop=drop, now=now)
    user.refresh_from_db()
    assert user.person == keep
    assert keep.cards.live().get().used_at == now
    with pytest.raises(Refused):
        enter(unused.code, now)


def test_of_two_card_accounts_one_stays_with_its_card(unit, secretary, now):
    keep, drop = twins(unit)
    staying = card_account(keep, secretary, now)
    leaving = card_account(drop, secretary, now)
    merge.merge_people(keep=keep, drop=drop, now=now)
    assert keep.cards.count() == 2
    assert keep.cards.live().count() == 1
    leaving.refresh_from_db()
    assert not leaving.is_active
    assert User.objects.get(person=keep) == staying


def test_an_unused_card_of_the_record_that_goes_opens_nothing(unit, secretary, now):
    keep, drop = twins(unit)
    own(keep)
    code = issue(drop, secretary, now).code
    merge.merge_people(keep=keep, drop=drop, now=now)
    with pytest.raises(Refused) as refused:
        enter(code, now)
    assert refused.value.reason == EntryRefusal.ENDED


def test_a_person_sees_their_cards_and_takes_them_along(youth, secretary, now):
    card_account(youth, secretary, now)
    told = json.loads(json.dumps(privacy.export_person(youth)))
    row = told["members.signincard"][0]
    assert row["used_at"] == now.isoformat()
    assert "code" not in json.dumps(row)
    assert told["members.user"][0]["email"] is None
    assert privacy.erase_person(person=youth, now=now) is True
    assert not SignInCard.objects.exists()
