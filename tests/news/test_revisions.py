"""The line of an article's texts: what is kept, whose it is, what the public reads."""

import datetime as dt

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction

from mail.models import Letter
from news import actions, revisions, rules
from news.models import Article, Revision
from news.rules import Refusal
from tests.factories.members import UserFactory
from tests.factories.news import ArticleFactory, PublishedFactory, SectionFactory

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)
State = Article.State


@pytest.fixture(autouse=True)
def _frozen(now):
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def writer():
    return UserFactory()


@pytest.fixture
def publisher():
    return UserFactory()


def save(article, *, by, now, **text):
    for name, value in text.items():
        setattr(article, name, value)
    return actions.save_text(article=article, by=by, now=now)


def stored(article):
    return Article.objects.get(pk=article.pk)


def refusal(verb, **kwargs):
    with pytest.raises(actions.Refused) as refused:
        verb(**kwargs)
    return refused.value.reason


class TestKeeping:
    def test_a_text_put_down_comes_back_as_it_was(self):
        article = ArticleFactory(source_url="https://example.com/")
        text = revisions.text_of(article)
        other = Article()
        revisions.put(text, other)
        assert revisions.text_of(other) == text
        assert other.section_id == article.section_id

    def test_a_draft_is_saved_in_its_row_with_the_text_before_as_version_one(
        self, now, writer
    ):
        article = ArticleFactory(title="Đầu", created_by=writer)
        save(article, by=writer, now=now + HOUR, title="Sau")
        assert stored(article).title == "Sau"
        titles = article.revisions.values_list("number", "text__title")
        assert list(titles) == [(2, "Sau"), (1, "Đầu")]

    def test_nothing_new_leaves_no_version(self, now, writer):
        article = ArticleFactory()
        assert save(article, by=writer, now=now) is None
        assert not article.revisions.exists()

    def test_one_sitting_of_one_author_is_one_version(self, now, writer, publisher):
        article = ArticleFactory()
        begin = now + HOUR
        minute = dt.timedelta(minutes=1)
        save(article, by=writer, now=begin, title="Một")
        save(article, by=writer, now=begin + 9 * minute, title="Hai")
        assert article.revisions.first().number == 2
        save(article, by=publisher, now=begin + 9 * minute, title="Ba")
        save(article, by=publisher, now=begin + 19 * minute, title="Bốn")
        titles = article.revisions.values_list("text__title", flat=True)
        assert list(titles)[:3] == ["Bốn", "Ba", "Hai"]

    def test_each_save_counts(self, now, writer):
        article = ArticleFactory()
        save(article, by=writer, now=now, title="Một")
        save(article, by=writer, now=now, title="Hai")
        assert stored(article).text_version == article.text_version == 2

    def test_the_database_keeps_one_text_beside_a_live_one(self, now):
        article = PublishedFactory()
        row = {"article": article, "text": {}, "created_at": now, "saved_at": now}
        Revision.objects.create(number=1, working=True, **row)
        with pytest.raises(IntegrityError), transaction.atomic():
            Revision.objects.create(number=2, working=True, **row)


class TestBesideALiveArticle:
    def test_the_public_reads_on(self, now, writer):
        article = PublishedFactory(title="Đang đăng")
        save(article, by=writer, now=now, title="Bản sửa")
        assert stored(article).title == "Đang đăng"
        shown = stored(article)
        assert revisions.overlay(shown).working
        assert shown.title == "Bản sửa"

    def test_the_next_author_writes_on_the_same_text(self, now, writer, publisher):
        article = PublishedFactory()
        save(article, by=writer, now=now, title="Một")
        save(article, by=publisher, now=now + HOUR, title="Hai")
        assert article.revisions.get(working=True).text["title"] == "Hai"

    def test_an_update_replaces_what_is_read(self, now, writer, publisher):
        article = PublishedFactory(title="Đang đăng", publish_at=now - HOUR)
        save(article, by=writer, now=now, title="Bản sửa")
        actions.update(article=article, by=publisher, now=now + HOUR)
        row = stored(article)
        assert (row.title, row.publish_at) == ("Bản sửa", now - HOUR)
        assert revisions.working(row) is None
        newest = row.revisions.first()
        assert (newest.approved_by, newest.approved_at) == (publisher, now + HOUR)
        verb = actions.update
        again = refusal(verb, article=article, by=publisher, now=now + HOUR)
        assert again == Refusal.NO_CHANGES

    def test_a_broken_text_does_not_go_out(self, now, writer, publisher):
        article = PublishedFactory(title="Đang đăng")
        save(article, by=writer, now=now, title="Chuy??n đổi số")
        kwargs = {"article": article, "by": publisher, "now": now}
        assert refusal(actions.update, **kwargs) is not None
        assert stored(article).title == "Đang đăng"

    def test_dropped_changes_stay_in_the_history(self, now, writer):
        article = PublishedFactory(title="Đang đăng")
        save(article, by=writer, now=now, title="Bỏ đi")
        actions.drop_changes(article=article, by=writer, now=now)
        assert article.title == stored(article).title == "Đang đăng"
        assert revisions.working(article) is None
        assert article.revisions.first().text["title"] == "Bỏ đi"

    def test_an_old_version_comes_back_beside_and_not_over_it(
        self, now, writer, publisher
    ):
        article = PublishedFactory(title="Đầu")
        save(article, by=writer, now=now, title="Hai")
        actions.update(article=article, by=publisher, now=now)
        actions.restore(article=article, number=1, by=writer, now=now + HOUR)
        assert stored(article).title == "Hai"
        beside = revisions.working(article)
        assert (beside.text["title"], beside.restored_from) == ("Đầu", 1)

    def test_a_rewrite_after_handing_in_must_be_handed_in_again(self, now, writer):
        article = PublishedFactory()
        save(article, by=writer, now=now, title="Một")
        actions.submit_changes(article=article, by=writer, now=now)
        save(article, by=writer, now=now, title="Hai")
        assert revisions.working(article).submitted_at is None


class TestSecondPerson:
    def test_the_writer_of_a_draft_does_not_approve_it(self, now, writer, publisher):
        article = ArticleFactory(state=State.IN_REVIEW, created_by=writer)
        kwargs = {"article": article, "now": now}
        assert refusal(actions.approve, by=writer, **kwargs) == Refusal.OWN_TEXT
        actions.approve(by=publisher, **kwargs)
        assert stored(article).state == State.APPROVED

    def test_who_mends_a_line_of_anothers_text_may(self, now, writer, publisher):
        article = ArticleFactory(state=State.IN_REVIEW, created_by=writer)
        save(article, by=publisher, now=now + HOUR, title="Sửa một chữ")
        actions.approve(article=article, by=publisher, now=now + HOUR)
        assert stored(article).state == State.APPROVED

    def test_who_began_it_does_not_hide_behind_anothers_line(
        self, now, writer, publisher
    ):
        article = ArticleFactory(state=State.IN_REVIEW, created_by=writer)
        save(article, by=writer, now=now + HOUR, title="Của tôi")
        save(article, by=publisher, now=now + 2 * HOUR, title="Thêm một chữ")
        kwargs = {"article": article, "now": now + 3 * HOUR}
        assert refusal(actions.approve, by=writer, **kwargs) == Refusal.OWN_TEXT

    def test_a_change_after_approval_is_read_again(self, now, publisher):
        article = ArticleFactory(state=State.APPROVED)
        save(article, by=publisher, now=now, title="Sau khi duyệt")
        assert article.state == stored(article).state == State.IN_REVIEW
        kwargs = {"article": article, "by": publisher, "now": now}
        assert refusal(actions.approve, **kwargs) == Refusal.OWN_TEXT

    def test_a_command_without_an_account_may(self, now):
        article = ArticleFactory(state=State.IN_REVIEW, created_by=None)
        actions.approve(article=article, by=None, now=now)
        assert stored(article).state == State.APPROVED

    def test_switched_off_one_person_does_it_all(self, now, writer, settings):
        settings.NEWS_TWO_PERSON_RULE = False
        article = ArticleFactory(created_by=writer)
        actions.approve_and_publish(article=article, by=writer, now=now)
        save(article, by=writer, now=now, title="Sửa luôn")
        actions.update(article=article, by=writer, now=now)
        assert stored(article).title == "Sửa luôn"
        assert not rules.waits_for_second_person(article, writer)


class TestRemarks:
    def test_nothing_comes_back_without_a_word(self, now, publisher):
        article = ArticleFactory(state=State.IN_REVIEW)
        kwargs = {"article": article, "by": publisher, "now": now, "remark": "  "}
        assert refusal(actions.send_back, **kwargs) == Refusal.NO_REMARK
        assert stored(article).state == State.IN_REVIEW

    def test_what_was_read_stays_as_it_was_read(self, now, writer, publisher):
        article = PublishedFactory(title="Đang đăng")
        save(article, by=writer, now=now, title="Bản đã đọc")
        actions.submit_changes(article=article, by=writer, now=now)
        actions.return_changes(
            article=article, by=publisher, now=now, remark="Viết rõ hơn."
        )
        minute = now + dt.timedelta(minutes=1)
        save(article, by=writer, now=minute, title="Bản viết lại")
        titles = [row.text["title"] for row in article.revisions.all()]
        assert titles == ["Bản viết lại", "Bản đã đọc", "Đang đăng"]
        newest, read = article.revisions.all()[:2]
        assert (newest.returned_at, read.returned_at) == (None, now)
        assert (newest.working, read.working) == (True, False)

    def test_the_word_reaches_the_writer_and_goes_when_handed_in_again(
        self, now, writer, publisher
    ):
        article = ArticleFactory(state=State.IN_REVIEW, created_by=writer)
        remark = "Thêm số liệu\u200b của xã."
        actions.send_back(article=article, by=publisher, now=now, remark=remark)
        assert stored(article).remark == "Thêm số liệu của xã."
        letter = Letter.objects.get()
        assert letter.address == writer.email
        assert "Thêm số liệu của xã." in letter.text
        assert publisher.display_name in letter.text
        actions.submit(article=article, by=writer, now=now)
        assert stored(article).remark == ""


class TestNobodyLetsTheirOwnTextOut:
    """Ways round the two-person rule that were open once."""

    def test_a_dropped_text_of_somebody_else_lends_no_name(
        self, now, writer, publisher
    ):
        article = PublishedFactory(title="Đang đăng")
        save(article, by=writer, now=now, title="Bỏ đi")
        actions.drop_changes(article=article, by=publisher, now=now + HOUR)
        save(article, by=publisher, now=now + 2 * HOUR, title="Của tôi")
        verb = {"article": article, "by": publisher, "now": now + 3 * HOUR}
        assert refusal(actions.update, **verb) == Refusal.OWN_TEXT
        actions.update(article=article, by=writer, now=now + 3 * HOUR)
        assert stored(article).title == "Của tôi"

    def test_a_text_off_the_schedule_is_what_the_next_one_approves(
        self, now, writer, publisher
    ):
        article = PublishedFactory(
            title="Hẹn giờ", created_by=writer, publish_at=now + 9 * HOUR
        )
        save(article, by=publisher, now=now, title="Chưa ai đọc")
        actions.unschedule(article=article, by=publisher, now=now + HOUR)
        row = stored(article)
        assert (row.title, row.state) == ("Chưa ai đọc", State.IN_REVIEW)
        assert article.state == State.IN_REVIEW
        assert not row.revisions.filter(working=True).exists()
        verb = {"article": article, "by": publisher, "now": now + 2 * HOUR}
        assert refusal(actions.approve, **verb) == Refusal.OWN_TEXT
        actions.approve(article=article, by=writer, now=now + 2 * HOUR)
        actions.publish(article=article, by=writer, now=now + 3 * HOUR)
        assert stored(article).title == "Chưa ai đọc"
        assert revisions.working(stored(article)) is None

    def test_off_the_schedule_without_a_newer_text_stays_approved(self, now, writer):
        article = PublishedFactory(publish_at=now + HOUR)
        actions.unschedule(article=article, by=writer, now=now)
        assert stored(article).state == State.APPROVED


class TestATextThatNamesWhatIsGone:
    def test_keeps_the_section_that_the_article_has(self, now, writer, publisher):
        article = PublishedFactory()
        gone, stays = SectionFactory(), article.section
        save(article, by=writer, now=now, section=gone, title="Bản sửa")
        gone.delete()
        shown = stored(article)
        revisions.overlay(shown)
        assert (shown.title, shown.section) == ("Bản sửa", stays)
        actions.update(article=article, by=publisher, now=now + HOUR)
        assert stored(article).section == stays
        actions.restore(article=article, number=2, by=writer, now=now + 2 * HOUR)
        connection.check_constraints()
