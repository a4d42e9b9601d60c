"""Issuing, printing and ending sign-in cards in the admin: by whom and for whom."""

import re

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from members import cards
from members.models import Person, Role, SignInCard, User
from tests.factories.members import (
    AssignmentFactory,
    PersonFactory,
    UnitFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

CODE = re.compile(r"\b(?:[2-9CFHJKMNPRTVX]{4}-){2}[2-9CFHJKMNPRTVX]{4}\b")


@pytest.fixture
def unit():
    return UnitFactory(parent=UnitFactory())


@pytest.fixture
def secretary(client, unit):
    user = AssignmentFactory(role=Role.UNIT_SECRETARY, unit=unit).user
    client.force_login(user)
    return user


def youth(unit, **fields):
    return PersonFactory(unit=unit, email="", **fields)


def ask(*people):
    ids = ",".join(str(person.pk) for person in people)
    return f"{reverse('admin:members_person_cards')}?ids={ids}"


def issue(client, *people):
    since = client.get(ask(*people)).context["since"]
    return client.post(ask(*people), {"since": since, "issue": "1"})


def codes(response):
    return CODE.findall(response.content.decode())


def test_people_chosen_in_the_list_are_asked_about_first(client, secretary, unit):
    people = [youth(unit) for _ in range(2)]
    response = client.post(
        reverse("admin:members_person_changelist"),
        {"action": "issue_cards", "_selected_action": [p.pk for p in people]},
    )
    asked = client.get(response.url)
    assert asked.context["number"] == 2
    assert not SignInCard.objects.exists()


def test_the_sheet_shows_the_codes_once(client, secretary, unit):
    people = [youth(unit, full_name=f"Hà Văn {given}") for given in ("An", "Bình")]
    sheet = issue(client, *people)
    assert "no-store" in sheet["Cache-Control"]
    assert len(codes(sheet)) == 2
    assert sheet.content.decode().count("data:image/svg+xml") == 2
    for person, code in zip(people, codes(sheet), strict=True):
        card = SignInCard.objects.with_code(cards.read(code))
        assert (card.person, card.issued_by) == (person, secretary)
    assert not codes(client.get(ask(*people)))


def test_the_same_page_sent_again_issues_nothing(client, secretary, unit):
    person = youth(unit)
    since = client.get(ask(person)).context["since"]
    first, second = [
        client.post(ask(person), {"since": since, "issue": "1"}) for _ in range(2)
    ]
    assert len(codes(first)) == 1
    assert not codes(second)
    card = SignInCard.objects.get()
    assert card.ended_at is None, "the printed card still works"


def test_who_may_not_get_one_is_named_with_the_reason_and_skipped(
    client, secretary, unit
):
    plain, secured = youth(unit), youth(unit)
    UserFactory(person=secured)
    asked = client.get(ask(plain, secured))
    assert [row.refusal for row in asked.context["rows"]].count(None) == 1
    assert len(codes(issue(client, plain, secured))) == 1
    assert SignInCard.objects.get().person == plain


@pytest.mark.parametrize("role", [role for role in Role if role != "province_admin"])
def test_the_door_is_open_to_secretaries_only(client, unit, role):
    person = youth(unit)
    client.force_login(AssignmentFactory(role=role, unit=unit).user)
    response = client.get(ask(person))
    allowed = role == Role.UNIT_SECRETARY
    assert response.status_code in ((200,) if allowed else (302, 403))
    if response.status_code != 200:
        client.post(ask(person), {"since": "2026-11-23T00:00:00+00:00"})
        assert not SignInCard.objects.exists()


def test_people_of_other_units_are_not_there(client, secretary, unit):
    here, there = youth(unit), youth(UnitFactory(parent=unit.parent))
    assert client.get(ask(there)).status_code == 404
    assert client.post(ask(there), {"issue": "1"}).status_code == 404
    rows = client.get(ask(here, there)).context["rows"]
    assert [row.person for row in rows] == [here]


def test_the_list_offers_it_to_those_who_may(client, unit):
    address = reverse("admin:members_person_changelist")
    for role, offered in (
        (Role.UNIT_SECRETARY, True),
        (Role.TRAINING_ORGANISER, False),
    ):
        client.force_login(AssignmentFactory(role=role, unit=unit).user)
        youth(unit)
        assert ("issue_cards" in client.get(address).content.decode()) is offered


def test_the_person_s_page_leads_there(client, secretary, unit):
    person = youth(unit)
    page = client.get(reverse("admin:members_person_change", args=[person.pk]))
    assert ask(person) in page.content.decode()


def test_each_issue_and_end_is_logged_without_the_code(client, secretary, unit):
    person = youth(unit)
    code = codes(issue(client, person))[0]
    card = SignInCard.objects.get()
    client.post(ask(person), {"end": card.pk})
    card.refresh_from_db()
    assert card.ended_at
    entries = LogEntry.objects.filter(object_id=person.pk, user=secretary)
    assert entries.count() == 2
    assert not any(code in entry.change_message for entry in entries)


def test_a_card_of_somebody_else_is_not_ended_on_the_way(client, secretary, unit):
    here, there = youth(unit), youth(UnitFactory(parent=unit.parent))
    card = SignInCard.objects.create(
        person=there,
        code_hash="x",
        issued_at="2026-11-23T00:00:00Z",
        expires_at="2026-12-23T00:00:00Z",
    )
    client.post(ask(here), {"end": card.pk})
    card.refresh_from_db()
    assert card.ended_at is None
    rows = client.get(reverse("admin:members_signincard_changelist"))
    assert not rows.context["cl"].result_count


@pytest.mark.parametrize(
    "query", ["", "?ids=", "?ids=a", "?ids=1;2", "?ids=" + "9" * 30, "?ids=0"]
)
def test_odd_addresses_are_not_found(client, secretary, query):
    assert client.get(reverse("admin:members_person_cards") + query).status_code == 404


@pytest.mark.parametrize("since", ["", "gestern", "2026-11-23T00:00:00"])
def test_an_odd_moment_issues_nothing(client, secretary, unit, since):
    person = youth(unit)
    assert client.post(ask(person), {"since": since}).status_code == 404
    assert not SignInCard.objects.exists()


def test_cards_are_ended_from_their_list(client, secretary, unit):
    issue(client, youth(unit), youth(unit))
    address = reverse("admin:members_signincard_changelist")
    chosen = list(SignInCard.objects.values_list("pk", flat=True))
    client.post(address, {"action": "end_now", "_selected_action": chosen})
    assert not SignInCard.objects.live().exists()
    assert client.get(address).status_code == 200


def test_the_list_of_cards_needs_as_many_queries_for_three_as_for_one(
    client, secretary, unit
):
    def queries():
        with CaptureQueriesContext(connection) as seen:
            client.get(reverse("admin:members_signincard_changelist"))
        return len(seen)

    issue(client, youth(unit))
    queries()
    one = queries()
    issue(client, youth(unit), youth(unit))
    assert queries() == one


def test_an_account_without_address_is_listed_by_name(client, unit):
    province = AssignmentFactory(role=Role.PROVINCE_ADMIN, unit=unit.parent).user
    client.force_login(province)
    person = youth(unit, full_name="Triệu Thị Ước")
    User.objects.create_without_email(person=person)
    for address in (
        reverse("admin:members_user_changelist"),
        reverse("admin:members_user_change", args=[person.user.pk]),
    ):
        assert "Triệu Thị Ước" in client.get(address).content.decode()
    added = client.post(reverse("admin:members_user_add"), {"email": ""})
    assert "email" in added.context["adminform"].form.errors
    assert Person.objects.filter(pk=person.pk).exists()
