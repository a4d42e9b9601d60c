"""Yes and no stand in words wherever the admin shows what nobody may type there."""

import pytest
from django.urls import reverse

from members.models import Role, User
from tests.factories.mail import PreferenceFactory
from tests.factories.members import (
    AssignmentFactory,
    PersonFactory,
    SuperuserFactory,
    UnitFactory,
    UserFactory,
)
from tests.factories.teams import MemberFactory, TeamFactory
from tests.language.reading import Page

pytestmark = pytest.mark.django_db


def change(row) -> str:
    meta = row._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[row.pk])


def texts(client, address: str) -> list[str]:
    html = client.get(address).content.decode()
    assert "icon-yes" not in html
    assert "icon-no" not in html
    return Page(html).texts


@pytest.mark.parametrize(("staff", "words"), [(True, "Có"), (False, "Không")])
def test_a_field_that_a_form_only_shows(client, staff, words):
    client.force_login(SuperuserFactory())
    shown = texts(client, change(UserFactory(is_staff=staff)))
    label = User._meta.get_field("is_staff").verbose_name
    place = shown.index(f"{label[0].upper()}{label[1:]}:")
    assert shown[place + 1] == words


def test_a_form_and_an_inline_that_somebody_may_only_look_at(client):
    unit = UnitFactory()
    team = TeamFactory(unit=unit, is_public=True)
    MemberFactory(team=team, is_union_member=True, name_is_public=False)
    user = AssignmentFactory(role=Role.UNIT_SECRETARY, unit=unit).user
    client.force_login(user)
    shown = texts(client, change(team))
    assert shown.count("Có") == 2  # in the directory, in the Union
    assert shown.count("Không") == 1


def test_an_admin_outside_all_units(client):
    client.force_login(SuperuserFactory())
    assert "Không" in texts(client, change(PreferenceFactory(wanted=False)))


def test_what_may_be_ticked_stays_a_box(client):
    unit = UnitFactory()
    team = TeamFactory(unit=unit)
    MemberFactory(team=team)
    user = AssignmentFactory(role=Role.TEAM_COORDINATOR, unit=unit).user
    client.force_login(user)
    html = client.get(change(team)).content.decode()
    assert 'type="checkbox" name="is_public"' in html
    assert 'name="memberships-0-is_union_member"' in html


def test_a_filter_says_what_an_empty_column_means(client):
    with_account = PersonFactory(full_name="Nông Thị Có")
    UserFactory(person=with_account)
    without = PersonFactory(full_name="Nông Thị Chưa")
    client.force_login(SuperuserFactory())
    address = reverse("admin:members_person_changelist")
    shown = Page(client.get(address, {"_facets": "True"}).content.decode()).texts
    for words in ("Có tài khoản (", "Chưa có tài khoản ("):
        assert any(text.startswith(words) for text in shown)
    found = client.get(address, {"user__isempty": "0"}).context["cl"].queryset
    assert with_account in found
    assert without not in found
