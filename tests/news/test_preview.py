"""An article before it is out: for staff, and for whoever was sent a link."""

import datetime as dt

import pytest
import time_machine
from django.conf import settings

from members.models import Role
from news import actions, preview
from tests.factories.members import AssignmentFactory, UserFactory
from tests.factories.news import ArticleFactory, PublishedFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _frozen(now):
    with time_machine.travel(now, tick=False):
        yield


def path_of(article, now) -> str:
    return preview.link(article, now=now)[0].removeprefix(settings.SITE_URL)


def test_a_link_shows_a_draft_without_an_account(client, now):
    article = ArticleFactory(title="Chưa đăng")
    response = client.get(path_of(article, now))
    assert "Chưa đăng" in response.text
    assert "noindex" in response["X-Robots-Tag"]
    assert '<meta name="robots" content="noindex' in response.text
    assert "no-store" in response["Cache-Control"]
    assert not response.cookies


def test_a_link_shows_the_text_beside_a_live_article(client, now):
    article = PublishedFactory(title="Đang đăng")
    path = path_of(article, now)
    article.title = "Bản sửa"
    actions.save_text(article=article, by=UserFactory(), now=now)
    assert "Bản sửa" in client.get(path).text
    assert "Bản sửa" not in client.get(article.get_absolute_url()).text


def test_a_link_ends_at_its_moment(client, now):
    path, until = preview.link(ArticleFactory(title="Chưa đăng"), now=now)
    path = path.removeprefix(settings.SITE_URL)
    with time_machine.travel(until - dt.timedelta(seconds=1), tick=False):
        assert client.get(path).status_code == 200
    with time_machine.travel(until, tick=False):
        response = client.get(path)
    assert response.status_code == 410
    assert "Chưa đăng" not in response.text
    assert "no-store" in response["Cache-Control"]


def test_a_link_ends_when_the_article_is_taken_down(client, now):
    article = PublishedFactory(title="Gỡ rồi")
    path = path_of(article, now)
    actions.archive(article=article, by=UserFactory(), now=now)
    response = client.get(path)
    assert response.status_code == 410
    assert "Gỡ rồi" not in response.text


@pytest.mark.parametrize("token", ["x", "WzEsMl0:a:b", "%00", "a" * 5000])
def test_a_made_up_link_shows_nothing(client, token):
    assert client.get(f"/tin-tuc/xem-truoc/{token}/").status_code in {400, 404}


def test_a_link_to_one_article_opens_no_other(client, now):
    one, other = ArticleFactory(), ArticleFactory()
    token = path_of(one, now)
    assert other.title not in client.get(token).text


def test_staff_see_it_from_the_form(client, now):
    article = ArticleFactory(title="Chưa đăng")
    editor = AssignmentFactory(role=Role.EDITOR, unit=article.unit).user
    url = f"/quan-tri/news/article/{article.pk}/preview/"
    assert client.get(url).status_code == 302
    client.force_login(editor)
    assert "Chưa đăng" in client.get(url).text
    html = client.get(url.replace("preview", "preview-link")).text
    assert "/tin-tuc/xem-truoc/" in html
