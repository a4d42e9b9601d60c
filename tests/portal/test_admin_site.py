"""The admin as a whole; what each list shows is tested with its feature."""

import pytest
from django.contrib.contenttypes.models import ContentType

from members.models import Role
from tests.factories.members import AssignmentFactory, UnitFactory, UserFactory
from tests.factories.news import ArticleFactory

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
