"""The admin as a whole; what each list shows is tested with its feature."""

import re
import time

import pytest
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.urls import get_resolver, reverse
from django.utils import translation

from members.models import Role
from members.permissions import ADMIN_ROLES
from portal import admin_menu
from tests.factories.contests import submitted
from tests.factories.members import (
    AssignmentFactory,
    SuperuserFactory,
    UnitFactory,
    UserFactory,
)
from tests.factories.news import ArticleFactory
from tests.factories.portal import KeyFigureFactory
from tests.factories.training import SessionFactory
from tests.language.reading import Page
from training.models import TrainingSession

pytestmark = pytest.mark.django_db


def address_of(row, pk=None) -> str:
    kind = ContentType.objects.get_for_model(row)
    return f"/quan-tri/r/{kind.pk}/{pk or row.pk}/"


@pytest.fixture
def editor(client):
    """Works for one commune only."""
    user, unit = UserFactory(), UnitFactory(parent=UnitFactory())
    AssignmentFactory(user=user, unit=unit, role=Role.EDITOR)
    client.force_login(user)
    client.unit = unit
    return client


@pytest.mark.parametrize("role", [None, *sorted(ADMIN_ROLES)])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_menu_holds_what_django_would_list(rf, role, language):
    user = SuperuserFactory() if role is None else UserFactory()
    if role:
        AssignmentFactory(user=user, unit=UnitFactory(), role=role)
    request = rf.get("/quan-tri/")
    request.user = user
    theirs = admin.AdminSite.get_app_list
    with translation.override(language):
        ours = admin.site.get_app_list(request)
        assert ours == admin_menu.grouped(theirs(admin.site, request))
        assert ours, "nothing to compare"


def test_the_sidebar_marks_the_list_that_is_looked_at(client):
    client.force_login(SuperuserFactory())
    marked = re.compile(r'<a href="([^"]+)"\s+aria-current="page"')
    for path in ("/quan-tri/members/person/", "/quan-tri/news/tag/add/"):
        sidebar = client.get(path).content.decode().partition('id="nav-sidebar"')[2]
        found = marked.findall(sidebar.partition("</nav>")[0])
        assert found == [path.removesuffix("add/")]


def test_a_right_that_was_taken_away_takes_its_line_along(client):
    user, unit = UserFactory(), UnitFactory()
    AssignmentFactory(user=user, unit=unit, role=Role.UNIT_SECRETARY)
    editor = AssignmentFactory(user=user, unit=unit, role=Role.EDITOR)
    client.force_login(user)
    people, articles = "/quan-tri/members/person/", "/quan-tri/news/article/"
    assert f'href="{articles}"' in client.get(people).content.decode()
    editor.delete()
    assert f'href="{articles}"' not in client.get(people).content.decode()


def test_view_on_site_leads_to_what_the_own_list_shows(editor):
    mine = ArticleFactory(unit=editor.unit, title="Của mình")
    response = editor.get(address_of(mine))
    assert response.status_code == 302
    assert response.url.endswith(mine.get_absolute_url())


def test_view_on_site_tells_no_title_of_another_commune(editor):
    theirs = ArticleFactory(unit=UnitFactory(), title="Chưa ai được biết")
    assert editor.get(address_of(theirs)).status_code == 404


@pytest.mark.parametrize("rest", ["x/y/", "1/x/", "999999999999999999999/1/", "1/"])
def test_view_on_site_of_nothing_is_not_found(editor, rest):
    assert editor.get(f"/quan-tri/r/{rest}").status_code == 404


def test_view_on_site_of_what_has_no_list_is_not_found(editor):
    assert editor.get(address_of(ContentType.objects.first())).status_code == 404
    article = ArticleFactory(unit=editor.unit)
    assert editor.get(address_of(article, pk=10**30)).status_code == 404


# --- The second factor -------------------------------------------------------------

MARKER = "x9x"


def admin_addresses() -> list[str]:
    """Every address below /quan-tri/, with something made up for what varies."""
    found = []

    def walk(patterns, prefix):
        for pattern in patterns:
            path = prefix + str(pattern.pattern)
            if hasattr(pattern, "url_patterns"):
                walk(pattern.url_patterns, path)
            else:
                found.append(path)

    walk(get_resolver().url_patterns, "/")
    inside = [path for path in found if path.startswith("/quan-tri/")]
    return sorted({_concrete(path) for path in inside} - {"/quan-tri/logout/"})


def _concrete(path: str) -> str:
    path = re.sub(r"<(int|uuid|slug|path|str)?:?\w+>", "1", path)
    # The site's last pattern takes whatever is left over.
    return re.sub(r"\(\?P<\w+>.*", MARKER, path).replace("^", "").replace("$", "")


def _show_factor(client, user) -> None:
    session = client.session
    record = {"method": "mfa", "type": "totp", "at": time.time()}
    session["account_authentication_methods"] = [record]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()


def test_the_walk_sees_the_addresses_that_matter():
    seen = admin_addresses()
    for part in ("autocomplete", "jsi18n", "history", "anh", "/r/"):
        assert any(part in path for path in seen), part
    assert len(seen) > 60


@pytest.mark.parametrize("method", ["get", "post"])
def test_no_address_of_the_admin_opens_without_a_factor(client, settings, method):
    """Signed in as somebody who may do everything, but by a mailed code alone."""
    client.force_login(SuperuserFactory())
    settings.STAFF_SECOND_FACTOR = True
    for path in admin_addresses():
        response = getattr(client, method)(path)
        if response.status_code == 302:
            assert response.url.startswith(("/quan-tri/login/", "/tai-khoan/2fa/")), (
                path
            )
        else:
            assert response.status_code in {403, 404, 405}, path


def test_without_a_factor_a_role_of_the_admin_opens_no_other_page_either(
    client, settings
):
    """What staff see on public addresses is as worth guarding as their lists."""
    entry, settings.STAFF_SECOND_FACTOR = submitted(), True
    organiser = AssignmentFactory(
        role=Role.CONTEST_ORGANISER, unit=entry.contest.unit
    ).user
    client.force_login(organiser)
    addresses = (
        reverse("contests:entry", args=[entry.code]),
        reverse("training:session", args=[SessionFactory(state="draft").slug]),
    )
    AssignmentFactory(
        user=organiser,
        role=Role.TRAINING_ORGANISER,
        unit=TrainingSession.objects.get().unit,
    )
    assert [client.get(url).status_code for url in addresses] == [404, 404]
    _show_factor(client, organiser)
    assert [client.get(url).status_code for url in addresses] == [200, 200]


def test_what_is_ones_own_needs_no_factor(client, settings):
    entry, settings.STAFF_SECOND_FACTOR = submitted(), True
    AssignmentFactory(user=entry.owner, role=Role.EDITOR)
    client.force_login(entry.owner)
    assert client.get(reverse("contests:entry", args=[entry.code])).status_code == 200
    assert client.get(reverse("portal:me")).context["enters_admin"]


def test_a_superuser_without_a_factor_may_do_nothing_either(client, settings):
    settings.STAFF_SECOND_FACTOR = True
    client.force_login(SuperuserFactory())
    entry = submitted()
    assert client.get(reverse("contests:entry", args=[entry.code])).status_code == 404


def test_the_same_addresses_open_once_a_factor_was_used(client, settings):
    """The negative control: the walk would see an open door."""
    user = SuperuserFactory()
    client.force_login(user)
    settings.STAFF_SECOND_FACTOR = True
    _show_factor(client, user)
    opened = 0
    for path in ("/quan-tri/", "/quan-tri/jsi18n/", "/quan-tri/members/unit/"):
        opened += client.get(path).status_code == 200
    assert opened == 3


@pytest.mark.parametrize("model", admin.site._registry, ids=str)
def test_nonsense_in_every_field_is_refused_and_breaks_nothing(client, model):
    client.force_login(SuperuserFactory())
    url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_add")
    page = client.get(url)
    if page.status_code == 403:
        pytest.skip("nobody adds such a row here")
    [form] = [one for one in Page(page.content.decode()).forms if len(one.fields) > 2]
    sent = {
        field.name: field.value if field.kind == "hidden" else "?"
        for field in form.fields
        if field.kind not in {"submit", "file", "checkbox", "button"}
        and "__prefix__" not in field.name
    }
    answer = client.post(url, sent)
    assert answer.status_code == 200
    assert answer.context["errors"]


@pytest.mark.parametrize(
    ("factory", "name"),
    [(KeyFigureFactory, "portal_keyfigure"), (ArticleFactory, "news_article")],
)
def test_a_row_shows_its_history_whatever_its_columns_are_called(client, factory, name):
    client.force_login(SuperuserFactory())
    url = reverse(f"admin:{name}_history", args=[factory().pk])
    assert client.get(url).status_code == 200
