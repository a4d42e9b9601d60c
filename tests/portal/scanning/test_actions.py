"""The nightly look at everything, and what a person makes of it."""

import datetime as dt

import pytest
from django.db import connection, models
from django.urls import reverse

from members import desk
from members.models import Role, Unit
from news.models import Article, FactCheck
from portal import scanning
from portal.models import Finding, SitePage
from portal.scanning.actions import _looks, models_to_scan
from tests.factories.members import (
    AssignmentFactory,
    SuperuserFactory,
    UnitFactory,
    UserFactory,
)
from tests.factories.news import PublishedFactory
from tests.factories.training import SessionFactory

pytestmark = pytest.mark.django_db
SCRIPT = "<p>x</p><script>alert(1)</script>"


def slip_in(row, **values) -> None:
    """Past every field and form, as somebody in the database would."""
    table = row._meta.db_table
    with connection.cursor() as cursor:
        for column, value in values.items():
            cursor.execute(
                f"UPDATE {table} SET {column} = %s WHERE id = %s",  # noqa: S608
                [value, row.pk],
            )


@pytest.fixture
def article(now):
    return PublishedFactory(publish_at=now)


def test_what_was_slipped_in_is_found_wherever_it_is(article, now):
    session = SessionFactory()
    page = SitePage.objects.first()
    slip_in(article, body=SCRIPT)
    slip_in(session, meeting_link="javascript:alert(1)")
    slip_in(page, body_en='<p style="display:none">x</p>')
    slip_in(article.section, name="Nhà cái uy tín hàng đầu")
    found = {(f.model, f.field, f.what) for f in scanning.scan(now=now)}
    assert found == {
        ("news.Article", "body", "script"),
        ("training.TrainingSession", "meeting_link", "script"),
        ("portal.SitePage", "body_en", "hidden"),
        ("news.Section", "name", "gambling"),
    }


def test_clean_content_is_clean(article, now):
    SessionFactory()
    assert scanning.scan(now=now) == []


def test_every_text_that_people_see_is_looked_at():
    looked = {
        f"{model._meta.label}.{name}"
        for model in models_to_scan()
        for name in _looks(model)
    }
    for name in (
        *("news.Article.body", "news.Article.title", "news.Contribution.text"),
        *("training.Feedback.liked", "training.Answer.value"),
    ):
        assert name in looked
    urls = {
        f"{model._meta.label}.{field.attname}"
        for model in models_to_scan()
        for field in model._meta.concrete_fields
        if isinstance(field, models.URLField)
    }
    assert f"{FactCheck._meta.label}.source_url" in urls <= looked


def test_twice_is_once_and_mended_is_gone(article, now):
    slip_in(article, body=SCRIPT)
    assert len(scanning.scan(now=now)) == 1
    assert scanning.scan(now=now + dt.timedelta(days=1)) == []
    assert Finding.objects.get().found_at == now
    Article.objects.get(pk=article.pk).save()  # cleans it
    scanning.scan(now=now)
    assert not Finding.objects.exists()


def test_dismissed_it_stays_so_until_something_else_is_there(article, now):
    slip_in(article, body=SCRIPT)
    (found,) = scanning.scan(now=now)
    by = SuperuserFactory()
    assert scanning.dismiss(finding_id=found.pk, by=by, now=now)
    assert not scanning.dismiss(finding_id=found.pk, by=by, now=now)
    assert scanning.scan(now=now) == []
    assert not Finding.objects.open().exists()
    slip_in(article, body='<iframe src="//evil.example"></iframe>')
    assert scanning.scan(now=now)


def test_the_number_of_queries_does_not_grow_with_the_rows(
    now, django_assert_max_num_queries
):
    PublishedFactory.create_batch(3)
    tables = len(list(models_to_scan()))
    with django_assert_max_num_queries(tables + 4):
        scanning.scan(now=now)


def test_it_stands_on_the_desk_of_the_province_alone(article, now):
    slip_in(article, body=SCRIPT)
    scanning.scan(now=now)
    commune = UnitFactory(parent=UnitFactory())
    province = UserFactory()
    for root in Unit.objects.roots():
        AssignmentFactory(user=province, role=Role.PROVINCE_ADMIN, unit=root)

    def has_it(user) -> bool:
        address = reverse("admin:portal_finding_changelist")
        return any(task.url.startswith(address) for task in desk.tasks(user, now))

    assert has_it(SuperuserFactory())
    assert has_it(province)
    local = AssignmentFactory(role=Role.PROVINCE_ADMIN, unit=commune)
    assert not has_it(local.user)


def test_the_list_leads_to_the_row_and_takes_what_is_fine_off(client, article, now):
    slip_in(article, body=SCRIPT)
    scanning.scan(now=now)
    client.force_login(SuperuserFactory())
    address = reverse("admin:portal_finding_changelist")
    page = client.get(address)
    assert reverse("admin:news_article_change", args=[article.pk]) in page.text
    assert "<script>alert" not in page.text
    found = Finding.objects.get()
    client.post(address, {"action": "leave_it", "_selected_action": [found.pk]})
    found.refresh_from_db()
    assert found.dismissed_at
    assert client.get(f"{address}?dismissed_at__isempty=1").status_code == 200


def test_in_a_commune_nobody_reads_what_was_found_elsewhere(client, article, now):
    slip_in(article, body=SCRIPT)
    scanning.scan(now=now)
    unit = UnitFactory(parent=UnitFactory())
    client.force_login(AssignmentFactory(role=Role.PROVINCE_ADMIN, unit=unit).user)
    assert client.get(reverse("admin:portal_finding_changelist")).status_code == 403
