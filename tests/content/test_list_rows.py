"""What only odd columns have; every list there is, is in portal/test_admin_matrix."""

import datetime as dt

import pytest
from django.contrib import admin
from django.contrib.admin.templatetags import admin_list
from django.contrib.admin.views.main import ChangeList
from django.urls import NoReverseMatch

from content import list_rows
from members.models import Person, User
from tests.factories.members import PersonFactory, UnitFactory, UserFactory

pytestmark = pytest.mark.django_db
ODD = "<b>&amp; 'Nông'</b>"


class SomebodyElse(ChangeList):
    """Leads elsewhere, and from one row nowhere."""

    def url_for_result(self, result):
        if result.full_name == ODD:
            raise NoReverseMatch
        return f"/đâu-đó/?q={result.pk}&a=<b>"


@admin.display(boolean=True)
def grown_up(person):
    return {1990: True, 2020: False}.get(person.birth_year)


class Columns(admin.ModelAdmin):
    list_display = [
        "__str__",
        "full_name",
        "birth_date",
        "birth_year",
        "email",
        "unit",
        "unit_id",
        "unit__name",
        "pk",
        "id",
        "user",
        "blank",
        "many",
        "fails",
        "day",
        grown_up,
        lambda person: f"{person.birth_year}<",
    ]

    @admin.display(empty_value="(không có)")
    def blank(self, person):
        return "  "

    def many(self, person):
        return [1, "<2>", None]

    def fails(self, person):
        return person.user.email

    def day(self, person):
        return person.birth_date


def cl_of(request, columns=Columns, model=Person, **more):
    request.user = UserFactory(is_superuser=True, is_staff=True)
    cl = columns(model, admin.site).get_changelist_instance(request)
    for name, value in ({"formset": None} | more).items():
        setattr(cl, name, value)
    return cl


def theirs(cl):
    return ["".join(row) for row in admin_list.results(cl)]


@pytest.fixture
def people():
    UserFactory(person=PersonFactory(full_name=ODD, birth_year=1990, email=""))
    PersonFactory(birth_date=dt.date(2020, 2, 29), unit=UnitFactory(name=ODD))
    PersonFactory(birth_year=None, birth_date=None, unit=None)


@pytest.mark.parametrize("way", [ChangeList, SomebodyElse])
@pytest.mark.parametrize("links", [["__str__", "blank"], [], None, ["day", "unit"]])
def test_odd_columns_are_drawn_as_by_django(links, way, people, rf):
    class Ways(Columns):
        def get_changelist(self, request, **kwargs):
            return way

    cl = cl_of(rf.get("/"), Ways, list_display_links=links)
    assert list(list_rows.rows(cl)) == theirs(cl)
    assert ODD not in "".join(list_rows.rows(cl))


@pytest.mark.parametrize("to_field", [None, "full_name"])
def test_a_window_of_a_form_is_told_the_key_it_asked_for(to_field, people, rf):
    filters = "_changelist_filters=q%3D1&and=%3Cthis"
    cl = cl_of(rf.get("/"), is_popup=True, to_field=to_field, preserved_filters=filters)
    assert list(list_rows.rows(cl)) == theirs(cl)
    assert "data-popup-opener" in next(list_rows.rows(cl))


def test_yes_no_and_choices_are_drawn_as_by_django(people, rf):
    class Accounts(admin.ModelAdmin):
        list_display = ["is_staff", "email", "last_login", "is_usual"]

        @admin.display(boolean=True)
        def is_usual(self, user):
            return None

    cl = cl_of(rf.get("/"), Accounts, User)
    assert list(list_rows.rows(cl)) == theirs(cl)


def test_cells_to_type_into_are_left_to_django(people, rf):
    class Typed(admin.ModelAdmin):
        list_display = ["full_name", "email"]
        list_editable = ["email"]

    request = rf.get("/")
    cl = cl_of(request, Typed)
    forms = Typed(Person, admin.site).get_changelist_formset(request)
    cl.formset = forms(queryset=cl.result_list)
    assert 'name="form-0-email"' in "".join(list_rows.result_list(cl)["results"][0])
