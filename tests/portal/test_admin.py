"""What the site says of itself is changed by those who run the whole of it."""

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from content import identity
from content.models import SiteIdentity
from members.models import Role
from portal.models import KeyFigure, SitePage
from tests.factories.members import AssignmentFactory, UnitFactory
from tests.factories.portal import KeyFigureFactory

pytestmark = pytest.mark.django_db
IDENTITY = {
    "name": "Tuổi trẻ số",
    "owner": "Tỉnh đoàn Thử Nghiệm",
    "responsible": "Nguyễn Văn Thử, Bí thư",
    "address": "Số 1 đường Thử",
    "contact_phone": "0209 3870 000",
    "contact_email": "hoi@example.com",
}


@pytest.fixture
def province():
    return UnitFactory()


def sign_in(client, role, unit):
    client.force_login(AssignmentFactory(role=role, unit=unit).user)
    return client


@pytest.fixture
def chief(client, province):
    return sign_in(client, Role.PROVINCE_ADMIN, province)


def address(model, name="change", *args) -> str:
    return reverse(
        f"admin:{model._meta.label_lower.replace('.', '_')}_{name}", args=args
    )


class TestIdentity:
    form = "/quan-tri/content/siteidentity/1/change/"

    def test_the_list_is_the_form(self, chief):
        response = chief.get(address(SiteIdentity, "changelist"))
        assert response["Location"] == self.form

    def test_the_form_begins_with_what_holds(self, chief):
        html = chief.get(self.form).content.decode()
        assert identity.at_first().name in html
        assert not SiteIdentity.objects.exists()

    def test_saving_it_twice_keeps_one_row_that_every_page_shows(self, chief):
        for name in ("Một", "Hai"):
            assert chief.post(self.form, IDENTITY | {"name": name}).status_code == 302
        assert SiteIdentity.objects.get().name == "Hai"
        identity.forget()
        html = chief.get("/lien-he/").content.decode()
        for text in ("Hai", *list(IDENTITY.values())[1:]):
            assert text in html

    def test_it_says_what_is_wrong(self, chief):
        response = chief.post(self.form, IDENTITY | {"contact_email": "khong"})
        assert response.context["adminform"].form.errors["contact_email"]
        assert not SiteIdentity.objects.exists()

    def test_there_is_no_second_one_and_no_end_of_it(self, chief):
        assert chief.get(address(SiteIdentity, "add")).status_code == 403
        assert chief.get(address(SiteIdentity, "change", 2)).status_code == 302
        chief.post(self.form, IDENTITY)
        assert chief.post(address(SiteIdentity, "delete", 1)).status_code == 403


class TestPages:
    def test_the_text_is_changed_and_the_log_says_by_whom(self, chief):
        page = SitePage.objects.get(key="terms")
        data = {"title": "Quy định", "body": "<p>Chữ mới.</p>"}
        response = chief.post(address(SitePage, "change", page.pk), data)
        assert response.status_code == 302
        before, page = page, SitePage.objects.get(key="terms")
        assert (page.title, page.body) == ("Quy định", "<p>Chữ mới.</p>")
        assert page.changed_at > before.changed_at
        entry = LogEntry.objects.get(object_id=page.pk)
        assert entry.user == chief.get("/quan-tri/").wsgi_request.user

    def test_the_editor_is_shown_and_only_here_is_the_policy_relaxed(self, chief):
        page = SitePage.objects.get(key="terms")
        response = chief.get(address(SitePage, "change", page.pk))
        assert "unsafe-inline" in response["Content-Security-Policy"]
        listed = chief.get(address(SitePage, "changelist"))
        assert "unsafe" not in listed["Content-Security-Policy"]

    def test_they_neither_grow_nor_shrink(self, chief):
        page = SitePage.objects.get(key="terms")
        assert chief.get(address(SitePage, "add")).status_code == 403
        response = chief.post(address(SitePage, "delete", page.pk), {"post": "yes"})
        assert response.status_code == 403


def test_key_figures_are_entered_with_year_and_source(chief):
    data = {
        "value": "gần 25%",
        "label": "dân số là thanh niên",
        "year": "2025",
        "source": "Niên giám",
        "order": "1",
    }
    chief.post(address(KeyFigure, "add"), data | {"year": "", "source": ""})
    assert not KeyFigure.objects.exists()
    chief.post(address(KeyFigure, "add"), data)
    assert str(KeyFigure.objects.get()) == "gần 25% dân số là thanh niên"


@pytest.mark.parametrize("model", [SiteIdentity, SitePage, KeyFigure])
def test_no_other_role_sees_any_of_it(client, province, model):
    KeyFigureFactory()
    pk = 1 if model is SiteIdentity else model.objects.first().pk
    for role in set(Role) - {Role.PROVINCE_ADMIN, Role.HELPER, Role.INSTRUCTOR}:
        sign_in(client, role, province)
        assert client.get(address(model, "change", pk)).status_code in {302, 403}, role
        assert client.post(address(model, "change", pk)).status_code in {302, 403}, role


@pytest.mark.parametrize("model", [SiteIdentity, SitePage, KeyFigure])
def test_who_runs_one_commune_does_not_change_the_site(client, province, model):
    KeyFigureFactory()
    sign_in(client, Role.PROVINCE_ADMIN, UnitFactory(parent=province))
    pk = 1 if model is SiteIdentity else model.objects.first().pk
    assert client.post(address(model, "change", pk), IDENTITY).status_code == 403
