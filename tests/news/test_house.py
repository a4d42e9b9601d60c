import datetime as dt

import pytest

from content.pictures import staff
from members import desk, succession
from members.models import Role, UnitSuccession
from news import kinds as shapes
from news import revisions
from tests.factories import kinds
from tests.factories.members import AssignmentFactory, UnitFactory
from tests.factories.news import ArticleFactory, PublishedFactory
from tests.factories.pictures import kept

pytestmark = pytest.mark.django_db


def succeed(old, new, now) -> None:
    succession.registry["news.article"].succeed(
        old=old,
        new=new,
        kind=UnitSuccession.Kind.MERGE,
        date=dt.date(2026, 11, 23),
        now=now,
    )


def test_the_heir_of_a_unit_looks_after_its_articles(now):
    old, new = UnitFactory(), UnitFactory()
    mine, other = PublishedFactory(unit=old), PublishedFactory()
    succeed(old, new, now)
    mine.refresh_from_db()
    assert mine.unit == new
    other.refresh_from_db()
    assert other.unit not in {old, new}


def test_without_an_heir_the_articles_stay(now):
    article = PublishedFactory()
    succeed(article.unit, None, now)
    article.refresh_from_db()
    assert article.unit is not None


def tasks_of(role, unit, now) -> list[desk.Task]:
    user = AssignmentFactory(role=role, unit=unit).user
    return [task for task in desk.tasks(user, now) if "/news/" in task.url]


def test_who_publishes_sees_what_was_handed_in_within_their_units(now):
    unit = UnitFactory()
    ArticleFactory.create_batch(2, unit=unit, state="in_review")
    ArticleFactory(state="in_review")
    ArticleFactory(unit=unit)
    (task,) = tasks_of(Role.PUBLISHER, unit, now)
    assert task.count == 2
    assert task.url.endswith("?state__exact=in_review")


def test_nobody_else_has_it_on_the_desk(now):
    unit = UnitFactory()
    ArticleFactory(unit=unit, state="in_review")
    assert not tasks_of(Role.EDITOR, unit, now)


def test_an_empty_desk_is_empty(now):
    assert not tasks_of(Role.PUBLISHER, UnitFactory(), now)


@pytest.mark.parametrize("where", ["cover", "body"])
def test_a_picture_in_a_kept_version_is_in_use(now, where):
    """Else putting the version back would point to nothing."""
    picture, other = kept(), kept()
    text = {
        "cover": {"cover_id": picture.pk},
        "body": {"body": f'<p><img src="{picture.file.url}"></p>'},
    }[where]
    article = PublishedFactory()
    revisions.keep(article, text, by=None, now=now)
    assert list(staff.uses(picture)) == [article]
    assert list(staff.uses(other)) == []


@pytest.mark.parametrize("kind", [kinds.infographic, kinds.reportage, kinds.guide])
def test_a_picture_that_a_kind_places_is_in_use(kind, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    article = kind()
    [picture] = shapes.pictures_of(article)
    assert list(staff.uses(picture)) == [article]
    assert list(staff.uses(kept())) == []
