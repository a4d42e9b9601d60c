"""The editors' desk: scope, buttons, and what a saved form does."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse

from members.models import Role
from news import actions
from news.models import Article, Section
from news.steps import STEPS, buttons_for, status_line
from tests.factories.members import AssignmentFactory, SuperuserFactory, UnitFactory
from tests.factories.news import ArticleFactory, PublishedFactory, SectionFactory

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)
State = Article.State
LIST = "/quan-tri/news/article/"
ADD = f"{LIST}add/"


@pytest.fixture(autouse=True)
def _frozen(now):
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def unit():
    return UnitFactory()


@pytest.fixture
def editor(unit):
    return AssignmentFactory(role=Role.EDITOR, unit=unit).user


@pytest.fixture
def publisher(unit):
    return AssignmentFactory(role=Role.PUBLISHER, unit=unit).user


def change_url(article) -> str:
    return reverse("admin:news_article_change", args=[article.pk])


def form_data(article=None, **changes) -> dict:
    """What the browser would send back for the article, or for a new one."""
    article = article or ArticleFactory.build(section=None, unit=None)
    data = {
        "title": article.title,
        "lead": article.lead,
        "body": article.body,
        "section": article.section_id or "",
        "kind": article.kind,
        "unit": article.unit_id or "",
        "slug": article.slug,
        "byline": "",
        "source_name": "",
        "source_url": "",
        "permission": "",
        "fact_check-TOTAL_FORMS": 0,
        "fact_check-INITIAL_FORMS": 0,
    }
    for name in ("publish_at", "expire_at"):
        moment = getattr(article, name)
        data[f"{name}_0"] = f"{moment:%d/%m/%Y}" if moment else ""
        data[f"{name}_1"] = f"{moment:%H:%M:%S}" if moment else ""
    return data | changes


def buttons_on(client, article) -> set[str]:
    html = client.get(change_url(article)).content.decode()
    return {name for name in STEPS if f'name="_step_{name}"' in html}


class TestScope:
    def test_an_editor_sees_the_articles_of_their_units(self, client, editor, unit):
        mine, other = ArticleFactory(unit=unit), ArticleFactory()
        client.force_login(editor)
        html = client.get(LIST).content.decode()
        assert mine.title in html
        assert other.title not in html
        assert client.get(change_url(other)).status_code in {302, 403, 404}

    def test_an_article_cannot_be_given_to_another_unit(self, client, editor):
        client.force_login(editor)
        section, foreign = SectionFactory(), UnitFactory()
        data = form_data(section=section.pk, unit=foreign.pk)
        assert client.post(ADD, data).status_code == 200
        assert not Article.objects.exists()

    @pytest.mark.parametrize("role", [Role.TRAINING_ORGANISER, Role.UNIT_SECRETARY])
    def test_others_have_no_business_here(self, client, unit, role):
        client.force_login(AssignmentFactory(role=role, unit=unit).user)
        assert client.get(LIST).status_code == 403

    @pytest.mark.parametrize("number", [1, 3])
    def test_the_queries_of_the_list_do_not_grow(
        self, client, django_assert_max_num_queries, unit, number
    ):
        client.force_login(SuperuserFactory())
        ArticleFactory.create_batch(number, unit=unit)
        with django_assert_max_num_queries(11):
            assert client.get(LIST).status_code == 200


class TestWriting:
    def test_a_new_article_is_a_draft_with_writer_and_address(
        self, client, editor, unit
    ):
        client.force_login(editor)
        section = SectionFactory()
        data = form_data(
            title="Đội hình trí thức trẻ", section=section.pk, unit=unit.pk, slug=""
        )
        assert client.post(ADD, data).status_code == 302
        article = Article.objects.get()
        assert article.state == State.DRAFT
        assert article.created_by == editor
        assert article.slug == "doi-hinh-tri-thuc-tre"

    def test_the_unit_is_filled_in(self, client, editor, unit):
        client.force_login(editor)
        html = client.get(ADD).content.decode()
        assert f'<option value="{unit.pk}" selected' in html

    def test_the_address_follows_the_title_of_a_draft(self, client, editor, unit):
        client.force_login(editor)
        article = ArticleFactory(unit=unit, title="Tên cũ")
        client.post(change_url(article), form_data(article, title="Tên mới"))
        article.refresh_from_db()
        assert article.slug == "ten-moi"

    def test_an_address_chosen_by_hand_stays(self, client, editor, unit):
        client.force_login(editor)
        article = ArticleFactory(unit=unit, slug="tu-chon")
        client.post(change_url(article), form_data(article, title="Tên mới"))
        article.refresh_from_db()
        assert article.slug == "tu-chon"

    def test_the_address_of_what_was_out_stays(self, client, publisher, unit):
        client.force_login(publisher)
        article = PublishedFactory(unit=unit, title="Tên cũ")
        data = form_data(article, title="Tên mới", slug="")
        client.post(change_url(article), data)
        text = article.revisions.get(working=True).text
        assert (text["title"], text["slug"]) == ("Tên mới", "ten-cu")

    def test_an_end_before_the_start_is_said_beside_the_field(
        self, client, publisher, unit, now
    ):
        client.force_login(publisher)
        article = PublishedFactory(unit=unit, publish_at=now)
        data = form_data(article)
        data |= {"expire_at_0": "01/11/2026", "expire_at_1": "08:00"}
        response = client.post(change_url(article), data)
        assert response.status_code == 200
        assert "expire_at" in response.context["adminform"].form.errors

    def test_dates_are_read_day_first(self, client, editor, unit, now):
        client.force_login(editor)
        article = ArticleFactory(unit=unit)
        data = form_data(article)
        data |= {"publish_at_0": "05/03/2027", "publish_at_1": "07:30"}
        client.post(change_url(article), data)
        article.refresh_from_db()
        assert article.publish_at == dt.datetime(2027, 3, 5, 0, 30, tzinfo=dt.UTC)

    def test_only_the_form_has_the_relaxed_policy(self, client, editor, unit):
        client.force_login(editor)
        article = ArticleFactory(unit=unit)
        policy = "Content-Security-Policy"
        assert "unsafe-inline" in client.get(change_url(article))[policy]
        assert "unsafe-inline" in client.get(ADD)[policy]
        assert "unsafe-inline" not in client.get(LIST)[policy]


class TestButtons:
    @pytest.mark.parametrize(
        ("state", "ahead", "expected"),
        [
            (State.DRAFT, False, ["submit", "publish"]),
            (State.DRAFT, True, ["submit", "schedule", "publish"]),
            (State.IN_REVIEW, False, ["approve", "publish", "back"]),
            (State.APPROVED, True, ["schedule", "publish", "back"]),
            (State.PUBLISHED, False, ["archive"]),
            (State.PUBLISHED, True, ["publish", "unschedule"]),
            (State.ARCHIVED, False, ["publish"]),
        ],
    )
    def test_fit_the_state(self, now, state, ahead, expected):
        at = now + HOUR if ahead else now - HOUR
        article = ArticleFactory.build(
            section=None, unit=None, state=state, publish_at=at
        )
        assert list(buttons_for(article, now=now)) == expected
        assert status_line(article, now=now)

    def test_say_when(self, now):
        at = dt.datetime(2026, 11, 30, 0, 30, tzinfo=dt.UTC)
        article = ArticleFactory.build(
            section=None, unit=None, state=State.APPROVED, publish_at=at
        )
        label = buttons_for(article, now=now)["schedule"]
        assert "07:30, Thứ Hai 30/11/2026" in label

    def test_an_editor_hands_in_and_does_not_publish(self, client, editor, unit):
        client.force_login(editor)
        assert buttons_on(client, ArticleFactory(unit=unit)) == {"submit"}

    def test_a_publisher_does_both(self, client, publisher, unit):
        client.force_login(publisher)
        assert buttons_on(client, ArticleFactory(unit=unit)) == {"submit", "publish"}

    def test_save_first_then_do(self, client, publisher, unit, now):
        client.force_login(publisher)
        article = ArticleFactory(unit=unit)
        data = form_data(article, title="Tên cuối cùng", _step_publish="x")
        response = client.post(change_url(article), data)
        assert response["Location"] == change_url(article)
        article = Article.objects.published(now).get()
        assert article.title == "Tên cuối cùng"

    def test_a_new_article_of_ones_own_waits_for_a_second_person(
        self, client, publisher, unit, now
    ):
        client.force_login(publisher)
        assert "_step_publish" not in client.get(ADD).text
        section = SectionFactory()
        data = form_data(section=section.pk, unit=unit.pk, _step_publish="x")
        response = client.post(ADD, data, follow=True)
        assert not Article.objects.published(now).exists()
        assert Article.objects.get().state == State.DRAFT
        assert any(m.level_tag == "error" for m in response.context["messages"])

    def test_a_small_newsroom_may_switch_the_second_person_off(
        self, client, publisher, unit, now, settings
    ):
        settings.NEWS_TWO_PERSON_RULE = False
        client.force_login(publisher)
        assert "_step_publish" in client.get(ADD).text
        section = SectionFactory()
        data = form_data(section=section.pk, unit=unit.pk, _step_publish="x")
        client.post(ADD, data)
        assert Article.objects.published(now).count() == 1

    def test_a_time_typed_and_a_button_pressed_take_the_typed_time(
        self, client, publisher, unit, now
    ):
        client.force_login(publisher)
        article = ArticleFactory(unit=unit, publish_at=now + HOUR)
        data = form_data(article, _step_schedule="x")
        data |= {"publish_at_0": "30/11/2026", "publish_at_1": "07:30"}
        client.post(change_url(article), data)
        article.refresh_from_db()
        assert article.state == State.PUBLISHED
        assert article.publish_at == dt.datetime(2026, 11, 30, 0, 30, tzinfo=dt.UTC)

    def test_a_refusal_keeps_the_text_and_says_why(self, client, publisher, unit, now):
        client.force_login(publisher)
        article = ArticleFactory(unit=unit, publish_at=now + HOUR)
        data = form_data(article, title="Chuy??n đổi số", _step_publish="x")
        response = client.post(change_url(article), data, follow=True)
        article.refresh_from_db()
        assert article.state == State.DRAFT
        assert article.title == "Chuy??n đổi số"
        assert any(m.level_tag == "error" for m in response.context["messages"])

    def test_a_schedule_that_is_over_meanwhile_is_refused(
        self, client, publisher, unit, now
    ):
        client.force_login(publisher)
        article = ArticleFactory(unit=unit, publish_at=now - HOUR)
        client.post(change_url(article), form_data(article, _step_schedule="x"))
        article.refresh_from_db()
        assert article.state == State.DRAFT

    def test_an_editor_reads_what_was_approved_and_changes_nothing(
        self, client, editor, publisher, unit
    ):
        article = ArticleFactory(unit=unit, state=State.APPROVED, title="Đã duyệt")
        data = form_data(article, title="Chưa ai duyệt")
        client.force_login(editor)
        assert "Đã duyệt" in client.get(change_url(article)).text
        assert client.post(change_url(article), data).status_code == 403
        delete = reverse("admin:news_article_delete", args=[article.pk])
        assert client.post(delete, {"post": "yes"}).status_code == 403
        article.refresh_from_db()
        assert article.title == "Đã duyệt"

    def test_what_a_publisher_changes_after_approval_is_reviewed_again(
        self, client, publisher, unit
    ):
        article = ArticleFactory(unit=unit, state=State.APPROVED)
        client.force_login(publisher)
        client.post(change_url(article), form_data(article, title="Sửa sau khi duyệt"))
        article.refresh_from_db()
        assert article.title == "Sửa sau khi duyệt"
        assert article.state == State.IN_REVIEW

    @pytest.mark.parametrize("state", [State.PUBLISHED, State.ARCHIVED])
    def test_what_is_out_is_written_on_beside_itself(
        self, client, editor, unit, now, state
    ):
        article = ArticleFactory(
            unit=unit, state=state, title="Đang đăng", publish_at=now
        )
        client.force_login(editor)
        data = form_data(article, title="Bản sửa") | {"expire_at_0": "01/12/2026"}
        client.post(change_url(article), data | {"expire_at_1": "07:00"})
        article.refresh_from_db()
        assert (article.title, article.expire_at) == ("Đang đăng", None)
        assert 'value="Bản sửa"' in client.get(change_url(article)).text
        delete = reverse("admin:news_article_delete", args=[article.pk])
        assert client.post(delete, {"post": "yes"}).status_code == 403

    def test_pressing_a_button_one_does_not_have_only_saves(self, client, editor, unit):
        client.force_login(editor)
        article = ArticleFactory(unit=unit)
        data = form_data(article, title="Chỉ lưu", _step_publish="x")
        client.post(change_url(article), data)
        article.refresh_from_db()
        assert (article.title, article.state) == ("Chỉ lưu", State.DRAFT)

    def test_the_time_of_what_is_out_cannot_be_typed_over(
        self, client, publisher, unit, now
    ):
        client.force_login(publisher)
        article = PublishedFactory(unit=unit, publish_at=now - HOUR)
        data = form_data(article) | {"publish_at_0": "01/01/2030"}
        client.post(change_url(article), data)
        article.refresh_from_db()
        assert article.publish_at == now - HOUR


class TestChangesToALiveArticle:
    @pytest.fixture
    def article(self, unit, editor):
        return PublishedFactory(unit=unit, title="Đang đăng", created_by=editor)

    def change(self, client, article, **changes):
        return client.post(change_url(article), form_data(article, **changes))

    def test_go_from_the_writer_to_the_publisher_to_the_public(
        self, client, article, editor, publisher, now
    ):
        client.force_login(editor)
        self.change(client, article, title="Bản sửa", _step_submit_changes="x")
        assert buttons_on(client, article) == {"drop_changes"}
        client.force_login(publisher)
        assert {"update", "return_changes"} < buttons_on(client, article)
        self.change(client, article, title="Bản sửa", _step_update="x")
        assert Article.objects.published(now).get().title == "Bản sửa"
        assert buttons_on(client, article) == {"archive"}

    def test_come_back_with_a_remark_that_the_writer_reads(
        self, client, article, editor, publisher
    ):
        client.force_login(editor)
        self.change(client, article, title="Bản sửa", _step_submit_changes="x")
        client.force_login(publisher)
        data = {"title": "Bản sửa", "_step_return_changes": "x"}
        response = self.change(client, article, **data)
        html = client.get(response["Location"]).content.decode()
        assert article.revisions.get(working=True).submitted_at is not None, html
        self.change(client, article, **data, _remark="Thêm nguồn cho số liệu.")
        client.force_login(editor)
        assert "Thêm nguồn cho số liệu." in client.get(change_url(article)).text

    def test_of_ones_own_are_not_let_out(self, client, article, publisher):
        client.force_login(publisher)
        self.change(client, article, title="Tự sửa, tự đăng", _step_update="x")
        article.refresh_from_db()
        assert article.title == "Đang đăng"
        assert "update" not in buttons_on(client, article)


class TestTwoEditorsAtOnce:
    @pytest.fixture
    def article(self, unit, editor):
        return ArticleFactory(unit=unit, lead="Câu mở đầu cũ.", created_by=editor)

    def test_the_second_sees_both_texts_and_overwrites_nothing(
        self, client, article, editor, publisher
    ):
        opened = {"seen_version": article.text_version}
        client.force_login(editor)
        first = form_data(article, lead="Câu mở đầu của người thứ nhất.", **opened)
        client.post(change_url(article), first)
        client.force_login(publisher)
        second = form_data(article, lead="Câu mở đầu của người thứ hai.", **opened)
        response = client.post(change_url(article), second)
        assert response.status_code == 200
        html = response.content.decode()
        assert "người thứ hai" in html
        assert "<del>nhất.</del>" in html or "<del>nhất</del>" in html
        article.refresh_from_db()
        assert article.lead == "Câu mở đầu của người thứ nhất."

    def test_pressing_again_keeps_the_second_and_the_history_the_first(
        self, client, article, editor, publisher
    ):
        client.force_login(editor)
        client.post(
            change_url(article), form_data(article, lead="Một.", seen_version=0)
        )
        client.force_login(publisher)
        data = form_data(article, lead="Hai.", seen_version=0)
        form = client.post(change_url(article), data).context["adminform"].form
        data["seen_version"] = form["seen_version"].value()
        assert client.post(change_url(article), data).status_code == 302
        article.refresh_from_db()
        assert article.lead == "Hai."
        leads = article.revisions.values_list("text__lead", flat=True)
        assert list(leads) == ["Hai.", "Một."]

    def test_each_is_told_who_else_has_it_open(
        self, client, article, editor, publisher
    ):
        client.force_login(editor)
        client.get(change_url(article))
        client.force_login(publisher)
        assert editor.display_name in client.get(change_url(article)).text


class TestVersions:
    @pytest.fixture
    def article(self, unit, editor, now):
        article = ArticleFactory(unit=unit, title="Bản đầu", created_by=editor)
        for hours, title in ((1, "Bản hai"), (2, "Bản ba")):
            article.title = title
            actions.save_text(article=article, by=editor, now=now + hours * HOUR)
        return article

    def url(self, name, *args):
        return reverse(f"admin:news_article_{name}", args=args)

    def test_are_listed_compared_and_brought_back(self, client, editor, article):
        client.force_login(editor)
        html = client.get(self.url("versions", article.pk)).content.decode()
        assert self.url("version", article.pk, 1) in html
        html = client.get(self.url("version", article.pk, 1)).content.decode()
        assert "Bản" in html
        assert "<del>" in html
        restore = self.url("restore", article.pk, 1)
        assert client.get(restore).status_code == 405
        client.post(restore)
        article.refresh_from_db()
        assert article.title == "Bản đầu"
        assert article.revisions.first().restored_from == 1
        assert article.revisions.count() == 4

    @pytest.mark.parametrize("name", ["versions", "version", "preview", "preview_link"])
    def test_of_other_units_are_nobodys_business(self, client, article, name):
        client.force_login(AssignmentFactory(role=Role.PUBLISHER).user)
        args = [article.pk, 1] if name == "version" else [article.pk]
        assert client.get(self.url(name, *args)).status_code == 404
        assert client.post(self.url("restore", article.pk, 1)).status_code == 404

    @pytest.mark.parametrize("query", ["?with=99", "?with=x", "?with=-1", "?with=1e9"])
    def test_a_version_that_is_not_there(self, client, editor, article, query):
        client.force_login(editor)
        url = self.url("version", article.pk, 1)
        assert client.get(url + query).status_code in {200, 404}
        assert client.get(self.url("version", article.pk, 99)).status_code == 404


class TestDeleting:
    def delete(self, client, article):
        url = reverse("admin:news_article_delete", args=[article.pk])
        return client.post(url, {"post": "yes"})

    def test_a_draft_may_go(self, client, publisher, unit):
        client.force_login(publisher)
        assert self.delete(client, ArticleFactory(unit=unit)).status_code == 302
        assert not Article.objects.exists()

    def test_what_was_out_stays(self, client, unit):
        client.force_login(SuperuserFactory())
        article = PublishedFactory(unit=unit)
        assert self.delete(client, article).status_code == 403
        client.post(
            LIST,
            {
                "action": "delete_selected",
                "_selected_action": [article.pk],
                "post": "yes",
            },
        )
        assert Article.objects.exists()


class TestSections:
    url = "/quan-tri/news/section/"

    def test_who_publishes_for_the_province_changes_them(self, client):
        root = UnitFactory(parent=None)
        client.force_login(AssignmentFactory(role=Role.PUBLISHER, unit=root).user)
        response = client.post(
            f"{self.url}add/",
            {"name": "Gương trẻ số", "slug": "", "description": "", "order": 1},
        )
        assert response.status_code == 302
        assert Section.objects.get().slug == "guong-tre-so"

    def test_who_publishes_for_one_commune_only_reads_them(self, client):
        root = UnitFactory(parent=None)
        commune = UnitFactory(parent=root)
        client.force_login(AssignmentFactory(role=Role.PUBLISHER, unit=commune).user)
        section = SectionFactory()
        assert client.get(self.url).status_code == 200
        assert client.get(f"{self.url}add/").status_code == 403
        url = f"{self.url}{section.pk}/change/"
        assert client.post(url, {"name": "Khác"}).status_code == 403

    def test_two_names_that_fold_to_one_address_are_told_apart(self, client):
        SectionFactory(name="Văn Lang", slug="van-lang")
        client.force_login(SuperuserFactory())
        response = client.post(
            f"{self.url}add/",
            {"name": "Văn Lăng", "slug": "", "description": "", "order": 1},
        )
        assert response.status_code == 200
        assert "slug" in response.context["adminform"].form.errors
