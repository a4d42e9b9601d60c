"""The admin: what each sees, chooses and changes, and that actions do the work."""

import json
from datetime import date

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from members.models import (
    Assignment,
    Consent,
    Guardian,
    Person,
    Role,
    Unit,
    UnitKind,
    UnitSuccession,
    User,
)
from members.scoped_admin import ScopedAdmin
from tests.factories.members import (
    AssignmentFactory,
    ConsentFactory,
    GuardianFactory,
    PersonFactory,
    SuperuserFactory,
    UnitFactory,
    UnitKindFactory,
    UnitSuccessionFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def url(model, view="changelist", *args):
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}_{view}"
    return reverse(name, args=args)


@pytest.fixture
def world():
    """Province, communes A and B, and one person with guardian and consent in each."""
    province = UnitFactory(name="Tỉnh đoàn")
    world = {"province": province}
    for key, name in (("a", "Đoàn xã Nà Phặc"), ("b", "Đoàn xã Đồng Phúc")):
        unit = UnitFactory(parent=province, name=name)
        person = PersonFactory(full_name=f"Nông Thị {key.upper()}", unit=unit)
        guardian = GuardianFactory(child=person, full_name=f"Mẹ {key.upper()}")
        world[key] = {
            "unit": unit,
            "person": person,
            "guardian": guardian,
            "consent": ConsentFactory(person=person, guardian=guardian),
            "user": UserFactory(person=person, email=f"{key}@example.com"),
        }
        world[key]["role"] = AssignmentFactory(
            user=world[key]["user"], unit=unit, role=Role.TEAM_LEADER
        )
    return world


@pytest.fixture
def secretary(client, world):
    """Signed in: the secretary of commune A."""
    user = UserFactory(email="bi-thu@example.com")
    Person.objects.filter(pk=user.person_id).update(unit=world["a"]["unit"])
    AssignmentFactory(user=user, role=Role.UNIT_SECRETARY, unit=world["a"]["unit"])
    client.force_login(user)
    return client


@pytest.fixture
def province_admin(client, world):
    user = UserFactory(email="tinh@example.com")
    AssignmentFactory(user=user, role=Role.PROVINCE_ADMIN, unit=world["province"])
    client.force_login(user)
    return client


# --- Who enters -----------------------------------------------------------------


def test_a_member_does_not_enter(client):
    client.force_login(UserFactory())
    assert client.get(reverse("admin:index"), follow=True).status_code == 403


def test_a_secretary_sees_only_rooms_with_something_to_do(secretary):
    page = secretary.get(reverse("admin:index"))
    shown = {
        model["object_name"]
        for app in page.context["app_list"]
        if app["app_label"] == "members"
        for model in app["models"]
    }
    # Levels and mergers of units may only be looked at: their lists are not here.
    assert shown == {
        "Unit",
        "Person",
        "User",
        "Assignment",
        "Guardian",
        "Consent",
        "SignInCard",
        "DataRequest",
    }


def test_an_editor_sees_no_people(client, world):
    user = UserFactory()
    AssignmentFactory(user=user, role=Role.EDITOR, unit=world["province"])
    client.force_login(user)
    for model in (Person, User, Assignment, Guardian, Consent):
        assert client.get(url(model)).status_code == 403
    assert client.get(url(Unit)).status_code == 200


# --- Scope ----------------------------------------------------------------------

ROWS = [
    (Person, "person"),
    (User, "user"),
    (Assignment, "role"),
    (Guardian, "guardian"),
    (Consent, "consent"),
    (Unit, "unit"),
]


@pytest.mark.parametrize(("model", "key"), ROWS)
def test_a_secretary_sees_the_rows_of_the_own_commune_alone(
    secretary, world, model, key
):
    mine, theirs = world["a"][key], world["b"][key]
    page = secretary.get(url(model))
    rows = set(page.context["cl"].result_list)
    assert mine in rows
    assert theirs not in rows
    assert secretary.get(url(model, "change", mine.pk)).status_code == 200
    for view in ("change", "history", "delete"):
        response = secretary.get(url(model, view, theirs.pk))
        # Django's answer for a row outside the list: back to the start, saying so.
        assert response.status_code in (302, 403)


@pytest.mark.parametrize("query", ["?q=Thi", "?q=dong phuc", "?unit__id__exact={b}"])
def test_no_search_or_filter_reaches_another_commune(secretary, world, query):
    page = secretary.get(url(Person) + query.format(b=world["b"]["unit"].pk))
    rows = page.context["cl"].result_list if page.status_code == 200 else []
    assert world["b"]["person"] not in rows


AUTOCOMPLETE = [
    ("members", "person", "unit", "unit"),
    ("members", "guardian", "child", "person"),
    ("members", "consent", "person", "person"),
    ("members", "consent", "guardian", "guardian"),
    ("members", "assignment", "user", "user"),
]


@pytest.mark.parametrize(
    ("model", "question"),
    [
        (User, "password__startswith=argon2"),
        (User, "is_superuser=1"),
        (User, "email__regex=("),
        (Person, "user__password__startswith=argon2"),
        (Person, "full_name__regex=("),
        (Person, "phone__startswith=%2B84"),
    ],
)
def test_the_address_asks_about_nothing_but_what_the_list_offers(
    secretary, world, model, question
):
    assert secretary.get(f"{url(model)}?{question}").status_code == 400


@pytest.mark.parametrize(
    ("model", "question"),
    [
        (User, "is_active__exact=1"),
        (User, "assignments__role__exact=helper"),
        (Person, "user__isempty=1"),
        (Person, "pk__in=1,2"),
    ],
)
def test_the_filters_of_a_list_work(secretary, world, model, question):
    assert secretary.get(f"{url(model)}?{question}").status_code == 200


def test_a_proposal_in_the_address_is_taken_or_left(province_admin, world):
    unit = world["a"]["unit"]
    page = province_admin.get(
        url(Person, "add"), {"unit": unit.pk, "full_name": "Lò Văn Pín"}
    )
    assert unit.name in page.text
    assert "Lò Văn Pín" in page.text
    nonsense = {"unit": "zz", "birth_date": "zz", "nothing": "zz", "guardians": "1"}
    assert province_admin.get(url(Person, "add"), nonsense).status_code == 200
    assert province_admin.get(url(Unit, "add"), {"parent": "x"}).status_code == 200


@pytest.mark.parametrize(("app", "model", "field", "key"), AUTOCOMPLETE)
def test_autocomplete_offers_the_own_commune_alone(
    secretary, world, app, model, field, key
):
    query = {"app_label": app, "model_name": model, "field_name": field}
    answer = secretary.get(reverse("admin:autocomplete"), query)
    offered = {row["id"] for row in json.loads(answer.content)["results"]}
    assert str(world["a"][key].pk) in offered
    assert str(world["b"][key].pk) not in offered


def test_a_posted_unit_of_another_commune_is_refused(secretary, world):
    theirs = world["b"]["unit"]
    typed = {"full_name": "Ma Văn Sơn", "unit": theirs.pk} | empty_inline("guardians")
    page = secretary.post(url(Person, "add"), typed)
    assert page.status_code == 200
    assert "unit" in page.context["adminform"].form.errors
    typed["unit"] = world["a"]["unit"].pk
    assert secretary.post(url(Person, "add"), typed).status_code == 302
    assert Person.objects.filter(full_name="Ma Văn Sơn").exists()


@pytest.mark.parametrize("forged", ["?", "1; --", "9" * 40, "ă"])
def test_a_forged_choice_is_refused_in_words(secretary, forged):
    data = {"full_name": "Lý Thị Mai", "unit": forged} | empty_inline("guardians")
    response = secretary.post(url(Person, "add"), data)
    assert response.status_code == 200
    assert response.context["adminform"].form.has_error("unit")


def test_a_secretary_adds_nobody_without_a_unit(secretary):
    typed = {"full_name": "Ma Văn Sơn", "unit": ""} | empty_inline("guardians")
    page = secretary.post(url(Person, "add"), typed)
    assert "unit" in page.context["adminform"].form.errors


@pytest.mark.parametrize("model", [Unit, UnitSuccession, User, Assignment, UnitKind])
def test_a_secretary_changes_no_units_and_gives_no_roles(secretary, world, model):
    assert secretary.get(url(model, "add")).status_code == 403


def test_actions_cannot_be_posted_past_the_list(secretary, world):
    theirs = world["b"]["consent"]
    secretary.post(
        url(Consent), {"action": "withdraw", "_selected_action": [theirs.pk]}
    )
    theirs.refresh_from_db()
    assert theirs.withdrawn_at is None
    secretary.post(
        url(Assignment),
        {"action": "end_now", "_selected_action": [world["a"]["role"].pk]},
    )
    assert world["a"]["role"].user.assignments.get().ends_on is None


def test_a_value_set_by_a_higher_hand_survives_a_save(secretary, world):
    """The row's own unit is fine, the guardian's child is of another commune."""
    guardian = world["a"]["guardian"]
    page = secretary.get(url(Guardian, "change", guardian.pk))
    assert page.context["adminform"].form.initial["child"] == world["a"]["person"].pk


def empty_inline(prefix):
    return {f"{prefix}-TOTAL_FORMS": "0", f"{prefix}-INITIAL_FORMS": "0"}


# --- Lists ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "factory", "below"),
    [
        (Person, PersonFactory, "unit"),
        (User, UserFactory, "person__unit"),
        (Guardian, GuardianFactory, "child__unit"),
        (Consent, ConsentFactory, "person__unit"),
        (Assignment, AssignmentFactory, "unit"),
        (Unit, UnitFactory, "parent"),
    ],
)
def test_lists_cost_the_same_however_long(province_admin, world, model, factory, below):
    def queries():
        with CaptureQueriesContext(connection) as done:
            assert province_admin.get(url(model)).status_code == 200
        return len(done)

    few = queries()
    for _ in range(3):
        factory(**{below: world["province"]})
    assert queries() == few <= 12


def test_units_are_listed_as_a_tree(province_admin, world):
    branch = UnitFactory(parent=world["b"]["unit"], name="Chi đoàn 1")
    rows = list(province_admin.get(url(Unit)).context["cl"].result_list)
    assert [(unit.name, unit.tree_depth) for unit in rows] == [
        ("Tỉnh đoàn", 0),
        ("Đoàn xã Đồng Phúc", 1),
        (branch.name, 2),
        ("Đoàn xã Nà Phặc", 1),
    ]


@pytest.mark.parametrize(
    ("model", "typed"),
    [
        (Unit, "na phac"),
        (Unit, "NÀ PHẶC"),
        (Person, "nong thi a"),
        (Person, "nông thị a"),
        (Person, "0912 345 678"),
        (Person, "+84912345678"),
        (Person, "tn 0017"),
        (User, "nong thi a"),
        (Consent, "nong thi a"),
    ],
)
def test_search_needs_no_accents(province_admin, world, model, typed):
    Person.objects.filter(pk=world["a"]["person"].pk).update(
        phone="+84912345678", member_code="TN-0017", member_key="TN0017"
    )
    page = province_admin.get(url(model), {"q": typed})
    found = list(page.context["cl"].result_list)
    key = {Unit: "unit", Person: "person", User: "user", Consent: "consent"}[model]
    assert world["a"][key] in found
    assert world["b"][key] not in found


@pytest.mark.parametrize("query", ["?q=%00", "?p=abc", "?q=" + "a" * 5000, "?e=1"])
def test_bad_queries_are_no_error_page(province_admin, query):
    for model in (Person, Unit, User):
        assert province_admin.get(url(model) + query).status_code in (200, 302, 400)


# --- Units ----------------------------------------------------------------------


def unit_data(unit=None, **changes):
    data = {
        "name": "Đoàn xã Văn Lăng",
        "short_name": "",
        "kind": UnitKindFactory().pk,
        "parent": "",
        "official_code": "",
        "valid_from": "",
    }
    if unit:
        data |= {"name": unit.name, "parent": unit.parent_id or ""}
    return data | changes


def test_a_unit_is_added_with_an_address_of_its_own(province_admin, world):
    UnitFactory(slug="doan-xa-van-lang")
    data = unit_data(parent=world["province"].pk)
    assert province_admin.post(url(Unit, "add"), data).status_code == 302
    added = Unit.objects.get(slug="doan-xa-van-lang-2")
    assert added.name == "Đoàn xã Văn Lăng"


def test_a_unit_is_moved_and_renamed_in_one_form(province_admin, world):
    unit = world["a"]["unit"]
    data = unit_data(unit, parent=world["b"]["unit"].pk, name="Đoàn xã Nà Phặc 2")
    assert province_admin.post(url(Unit, "change", unit.pk), data).status_code == 302
    unit.refresh_from_db()
    assert unit.parent == world["b"]["unit"]
    assert unit.folded_name.startswith("doan xa na phac 2")


def test_a_loop_is_refused_beside_the_field(province_admin, world):
    top = world["province"]
    data = unit_data(top, parent=world["a"]["unit"].pk)
    page = province_admin.post(url(Unit, "change", top.pk), data)
    assert "parent" in page.context["adminform"].form.errors


def test_only_who_governs_everything_adds_a_root(client, world):
    user = UserFactory()
    AssignmentFactory(user=user, role=Role.PROVINCE_ADMIN, unit=world["a"]["unit"])
    client.force_login(user)
    page = client.post(url(Unit, "add"), unit_data())
    assert "parent" in page.context["adminform"].form.errors
    data = unit_data(parent=world["a"]["unit"].pk)
    assert client.post(url(Unit, "add"), data).status_code == 302


def test_what_became_of_a_unit_is_looked_at_and_not_written(province_admin, world):
    row = UnitSuccessionFactory(old=world["a"]["unit"], new=world["b"]["unit"])
    page = province_admin.get(url(UnitSuccession, "change", row.pk))
    assert page.status_code == 200
    assert not page.context["has_change_permission"]
    assert province_admin.get(url(UnitSuccession, "add")).status_code == 403


# --- Accounts and roles ---------------------------------------------------------


def inline(*rows, initial=0):
    data = {
        "assignments-TOTAL_FORMS": str(len(rows)),
        "assignments-INITIAL_FORMS": str(initial),
    }
    for number, row in enumerate(rows):
        data |= {f"assignments-{number}-{key}": value for key, value in row.items()}
    return data


def role_row(unit, **changes):
    row = {"role": "editor", "unit": unit.pk, "starts_on": "", "ends_on": ""}
    return row | changes


def test_an_account_is_added_with_a_role_and_enters(province_admin, world):
    data = {"email": "Moi@Example.com", "person": "", "is_active": "on"}
    data |= inline(role_row(world["a"]["unit"]))
    assert province_admin.post(url(User, "add"), data).status_code == 302
    user = User.objects.get(email="moi@example.com")
    assert user.is_staff
    assert not user.has_usable_password()
    assert user.assignments.get().role == "editor"


def test_removing_a_role_ends_it_and_shuts_out(province_admin, world):
    role = AssignmentFactory(role=Role.EDITOR, unit=world["a"]["unit"])
    user = role.user
    row = role_row(role.unit, id=role.pk, user=user.pk, DELETE="on")
    data = {"person": user.person_id, "is_active": "on"} | inline(row, initial=1)
    response = province_admin.post(url(User, "change", user.pk), data)
    assert response.status_code == 302
    user.refresh_from_db()
    assert not user.is_staff
    assert user.assignments.get().ends_on is not None


def test_a_role_that_exists_only_gets_another_end(province_admin, world):
    role = AssignmentFactory(role=Role.EDITOR, unit=world["a"]["unit"])
    row = role_row(
        world["b"]["unit"],
        id=role.pk,
        user=role.user.pk,
        role="province_admin",
        ends_on="30/06/2027",
    )
    data = {"person": role.user.person_id, "is_active": "on"} | inline(row, initial=1)
    province_admin.post(url(User, "change", role.user.pk), data)
    role.refresh_from_db()
    assert (role.role, role.unit) == ("editor", world["a"]["unit"])
    assert role.ends_on == date(2027, 6, 30)


def test_the_address_of_an_account_is_not_changed_for_its_owner(province_admin, world):
    user = world["a"]["user"]
    data = {"email": "ke-gian@example.com", "person": user.person_id, "is_active": "on"}
    row = role_row(world["a"]["unit"], id=world["a"]["role"].pk, user=user.pk)
    province_admin.post(url(User, "change", user.pk), data | inline(row, initial=1))
    user.refresh_from_db()
    assert user.email == "a@example.com"


def test_no_role_touches_a_superuser(province_admin, world):
    boss = SuperuserFactory()
    data = {"person": boss.person_id} | inline()
    response = province_admin.post(url(User, "change", boss.pk), data)
    assert response.status_code == 403
    boss.refresh_from_db()
    assert boss.is_active


def test_roles_are_added_and_ended_in_their_own_list(province_admin, world):
    user = world["a"]["user"]
    data = role_row(world["a"]["unit"], user=user.pk, role="publisher")
    assert province_admin.post(url(Assignment, "add"), data).status_code == 302
    role = user.assignments.get(role="publisher")
    user.refresh_from_db()
    assert user.is_staff
    province_admin.post(
        url(Assignment), {"action": "end_now", "_selected_action": [role.pk]}
    )
    user.refresh_from_db()
    assert not user.is_staff


# --- Consents and merging -------------------------------------------------------


def test_staff_record_a_signed_form_and_nothing_else(secretary, world):
    data = {
        "person": world["a"]["person"].pk,
        "guardian": world["a"]["guardian"].pk,
        "purpose": "contest",
        "about": "",
        "text_version": "2026-11",
        "method": "guardian_link",
    }
    page = secretary.post(url(Consent, "add"), data)
    assert "method" in page.context["adminform"].form.errors
    data["method"] = "signed_form"
    assert secretary.post(url(Consent, "add"), data).status_code == 302
    consent = Consent.objects.get(purpose="contest")
    assert consent.recorded_by.email == "bi-thu@example.com"
    assert consent.given_at is not None
    page = secretary.get(url(Consent, "change", consent.pk))
    assert not page.context["has_change_permission"]


def test_a_guardian_of_another_child_is_refused(province_admin, world):
    data = {
        "person": world["a"]["person"].pk,
        "guardian": world["b"]["guardian"].pk,
        "purpose": "contest",
        "text_version": "2026-11",
        "method": "signed_form",
    }
    page = province_admin.post(url(Consent, "add"), data)
    assert "guardian" in page.context["adminform"].form.errors


def test_a_consent_is_withdrawn_in_the_list(secretary, world):
    mine = world["a"]["consent"]
    secretary.post(url(Consent), {"action": "withdraw", "_selected_action": [mine.pk]})
    mine.refresh_from_db()
    assert mine.withdrawn_at is not None


def test_two_records_are_merged_after_a_look(province_admin, world):
    keep = world["a"]["person"]
    drop = PersonFactory(full_name="NONG THI A", birth_date=keep.birth_date)
    chosen = {"action": "merge_two", "_selected_action": [keep.pk, drop.pk]}
    look = province_admin.post(url(Person), chosen)
    page = province_admin.get(look.url)
    assert page.status_code == 200
    assert "NONG THI A" in page.content.decode()
    done = province_admin.post(look.url, {"keep": keep.pk})
    assert done.url == url(Person, "change", keep.pk)
    assert not Person.objects.filter(pk=drop.pk).exists()


def test_people_of_different_age_are_not_merged(province_admin, world):
    keep = world["a"]["person"]
    drop = PersonFactory(birth_date=date(1999, 1, 1))
    address = reverse("admin:members_person_merge", args=[f"{keep.pk}-{drop.pk}"])
    page = province_admin.get(address)
    assert b'name="keep"' not in page.content
    province_admin.post(address, {"keep": keep.pk})
    assert Person.objects.filter(pk=drop.pk).exists()


def test_a_secretary_merges_nobody(secretary, world):
    pair = f"{world['a']['person'].pk}-{world['b']['person'].pk}"
    address = reverse("admin:members_person_merge", args=[pair])
    assert secretary.get(address).status_code == 403


@pytest.mark.parametrize("pair", ["1", "1-1", "a-b", "1-2-3", "9" * 30 + "-1", "²-1"])
def test_a_pair_that_is_none_is_not_found(province_admin, pair):
    assert (
        province_admin.get(
            reverse("admin:members_person_merge", args=[pair])
        ).status_code
        == 404
    )


# --- The building block ---------------------------------------------------------


def test_every_admin_of_the_portal_asks_the_permissions():
    """Rule 10: no model of ours is shown past the scope, but mail's own."""
    ours = {"members", "news", "training", "teams", "contests", "certificates"}
    loose = [
        model._meta.label
        for model, model_admin in admin.site._registry.items()
        if model._meta.app_label in ours and not isinstance(model_admin, ScopedAdmin)
    ]
    assert loose == []


def test_a_misspelt_action_is_found_by_the_system_check():
    class Misspelt(ScopedAdmin):
        view_action = "people.raed"
        change_action = "people.manage"
        list_editable = ("phone",)
        list_display = ("full_name", "phone")

    found = {problem.id for problem in Misspelt(Person, admin.site).check()}
    assert found == {"members.E001", "members.E002"}


def test_what_only_happens_is_never_written_by_hand(client):
    """A restore does again what the ledger of erasures says: no row of it is typed."""
    client.force_login(SuperuserFactory())
    closed = [
        model
        for model, one in admin.site._registry.items()
        if isinstance(one, ScopedAdmin) and one.add_action is None
    ]
    assert {model.__name__ for model in closed} >= {"Erasure", "PurgeRun"}
    for model in closed:
        assert client.get(url(model, "add")).status_code == 403
        assert client.post(url(model, "add"), {"person": 1}).status_code == 403
        assert not model.objects.exists()
