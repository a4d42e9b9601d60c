"""The check of an article's words in its form, and the buttons beside it."""

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from members.models import Role
from news import actions, rules
from news.models import Article, LinkConfirmation, TrustedHost
from tests.factories.members import AssignmentFactory, UnitFactory
from tests.factories.news import ArticleFactory, PublishedFactory
from tests.factories.pictures import kept
from tests.news.test_admin import form_data

pytestmark = pytest.mark.django_db
State = Article.State
OUT = '<p>Đọc ở <a href="https://bao.example/x">báo bạn</a>.</p>'


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


def url(article) -> str:
    return reverse("admin:news_article_change", args=[article.pk])


class TestForm:
    def test_each_finding_stands_in_the_form_with_what_helps(
        self, client, editor, unit
    ):
        article = ArticleFactory(
            unit=unit,
            title="Chuy??n đổi số",
            body="<p>Đoạn một.</p><p>các giải p</p><p>háp</p>",
        )
        client.force_login(editor)
        html = client.get(url(article)).content.decode()
        assert "Chuy??n đổi số" in html
        assert "p ⏎ háp" in html
        assert 'name="_step_mend"' in html

    def test_a_clean_article_has_no_check(self, client, editor, unit):
        client.force_login(editor)
        html = client.get(url(ArticleFactory(unit=unit))).content.decode()
        assert "text-check" not in html

    def test_only_what_cannot_be_mended_gets_no_button(self, client, editor, unit):
        client.force_login(editor)
        article = ArticleFactory(unit=unit, title="Chuy??n đổi số")
        assert "_step_mend" not in client.get(url(article)).content.decode()

    def test_one_press_mends_the_text_and_keeps_the_old_one(self, client, editor, unit):
        article = ArticleFactory(
            unit=unit, title="ChuyÓn ®æi sè", body="<p>giải p</p><p>háp</p>"
        )
        client.force_login(editor)
        data = form_data(article, _step_mend="1")
        client.post(url(article), data)
        article.refresh_from_db()
        assert article.title == "Chuyển đổi số"
        assert article.body == "<p>giải pháp</p>"
        texts = [revision.text["title"] for revision in article.revisions.all()]
        assert texts == ["Chuyển đổi số", "ChuyÓn ®æi sè"]

    def test_a_live_article_is_mended_beside_itself(self, editor, now):
        article = PublishedFactory(title="Chuyển đổi số")
        article.body = "<p>giải p</p><p>háp</p>"
        actions.save_text(article=article, by=editor, now=now)
        actions.mend_text(article=article, by=editor, now=now)
        assert article.body == "<p>giải pháp</p>"
        assert Article.objects.get().body != "<p>giải pháp</p>"

    @pytest.mark.parametrize(
        ("kind", "broken", "good"),
        [
            (
                "infographic",
                {"alternative": "Ba b­íc\nchuyÓn ®æi sè", "pictures": []},
                {"alternative": "Ba bước\nchuyển đổi số", "pictures": []},
            ),
            (
                "guide",
                {
                    "steps": [{"title": "Më øng dông", "text": "Gõ mã", "picture": 7}],
                    "tested_on": "2026-11-20",
                },
                {
                    "steps": [{"title": "Mở ứng dụng", "text": "Gõ mã", "picture": 7}],
                    "tested_on": "2026-11-20",
                },
            ),
            (
                "video",
                {"transcript": "Chuyá»ƒn Ä‘á»•i sá»‘", "film": "khoa0", "silent": True},
                {"transcript": "Chuyển đổi số", "film": "khoa0", "silent": True},
            ),
        ],
    )
    def test_the_words_of_a_kind_are_mended_too(self, editor, now, kind, broken, good):
        article = ArticleFactory(kind=kind, details=broken)
        assert rules.is_mendable(article)
        actions.mend_text(article=article, by=editor, now=now)
        article.refresh_from_db()
        assert article.details == good
        assert not rules.is_mendable(article)
        versions = [row.text["details"] for row in article.revisions.all()]
        assert versions == [good, broken]

    def test_whoever_only_saves_hears_of_the_damage(self, client, editor, unit):
        article = ArticleFactory(unit=unit)
        client.force_login(editor)
        data = form_data(article, title="Chuy??n đổi số")
        html = client.post(url(article), data, follow=True).content.decode()
        assert "“Chuy??n đổi số”" in html


class TestLinks:
    def test_links_to_strange_sites_keep_the_article_in(self, now):
        article = ArticleFactory(state=State.APPROVED, body=OUT)
        refusal = rules.why_not_publish(article, at=now, now=now)
        assert refusal == rules.Refusal.OUTSIDE_LINKS
        assert "bao.example" in rules.sentence(refusal, article)

    def test_a_writer_may_hand_them_in(self, now):
        assert rules.why_not_complete(ArticleFactory(body=OUT)) is None

    @pytest.mark.parametrize(
        "address",
        [
            "https://vneid.gov.vn/",
            "https://thcs-na-leng.edu.vn/tin",
            "/tin-tuc/",
            "mailto:to@example.com",
            "https://bao.vn/1",
            "https://video.bao.vn/1",
            "https://www.bao.vn/1",
        ],
    )
    def test_trusted_sites_need_no_word(self, address):
        TrustedHost.objects.create(host="bao.vn")
        article = ArticleFactory(body=f'<p><a href="{address}">x</a></p>')
        assert rules.unconfirmed_hosts(article) == []

    @pytest.mark.parametrize("host", ["xbao.vn", "bao.vn.evil.example", "gov.vn.co"])
    def test_a_name_that_only_looks_alike_is_not_trusted(self, host):
        TrustedHost.objects.create(host="bao.vn")
        article = ArticleFactory(body=f'<p><a href="https://{host}/">x</a></p>')
        assert rules.unconfirmed_hosts(article) == [host]

    def test_a_publisher_confirms_them_and_that_is_kept(
        self, client, editor, publisher, unit, now
    ):
        article = ArticleFactory(unit=unit, body=OUT, created_by=editor)
        client.force_login(publisher)
        assert 'name="_step_confirm_links"' in client.get(url(article)).content.decode()
        client.post(url(article), form_data(article, _step_confirm_links="1"))
        row = LinkConfirmation.objects.get()
        assert (row.host, row.by, row.at) == ("bao.example", publisher, now)
        assert LogEntry.objects.filter(change_message__contains="bao.example").exists()
        assert rules.why_not_links(article) is None
        assert publisher.display_name in client.get(url(article)).content.decode()

    def test_a_writer_cannot_confirm_them(self, client, editor, unit):
        article = ArticleFactory(unit=unit, body=OUT)
        client.force_login(editor)
        assert "_step_confirm_links" not in client.get(url(article)).content.decode()
        client.post(url(article), form_data(article, _step_confirm_links="1"))
        assert not LinkConfirmation.objects.exists()

    def test_another_site_asks_again(self, publisher, now):
        article = ArticleFactory(body=OUT)
        actions.confirm_links(article=article, by=publisher, now=now)
        actions.confirm_links(article=article, by=publisher, now=now)
        assert LinkConfirmation.objects.count() == 1
        article.body += '<p><a href="https://khac.example/">y</a></p>'
        assert rules.unconfirmed_hosts(article) == ["khac.example"]


class TestFaces:
    @pytest.fixture
    def article(self, unit, editor):
        cover = kept(title="Lớp học tối", faces="")
        return ArticleFactory(unit=unit, created_by=editor, cover=cover)

    @pytest.mark.parametrize(
        ("button", "faces"), [("nobody_seen", "none"), ("all_agreed", "agreed")]
    )
    def test_a_publisher_answers_in_the_form(
        self, client, article, publisher, button, faces
    ):
        client.force_login(publisher)
        html = client.get(url(article)).text
        assert f'name="_step_{button}"' in html
        assert "Lớp học tối" in html
        data = form_data(article, cover=article.cover_id, **{f"_step_{button}": "1"})
        client.post(url(article), data)
        article.cover.refresh_from_db()
        assert article.cover.faces == faces
        said = LogEntry.objects.filter(change_message__contains="Lớp học tối")
        assert said.get().user == publisher
        assert f'name="_step_{button}"' not in client.get(url(article)).text

    def test_a_writer_cannot_answer(self, client, article, editor):
        client.force_login(editor)
        assert "_step_nobody_seen" not in client.get(url(article)).text
        data = form_data(article, cover=article.cover_id, _step_nobody_seen="1")
        client.post(url(article), data)
        article.cover.refresh_from_db()
        assert article.cover.faces == ""

    def test_what_was_said_before_stays(self, article, publisher, now):
        article.cover.faces = "not_asked"
        article.cover.save()
        actions.say_faces(article=article, by=publisher, now=now, faces="none")
        article.cover.refresh_from_db()
        assert article.cover.faces == "not_asked"
