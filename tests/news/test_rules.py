import datetime as dt

import pytest
from django.utils import translation

from news import rules
from news.models import Article
from news.rules import Refusal
from tests.factories.news import ArticleFactory, PublishedFactory
from tests.factories.pictures import kept

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)
State = Article.State


def test_a_complete_approved_article_may_go_out(now):
    article = ArticleFactory(state=State.APPROVED)
    assert rules.why_not_publish(article, at=now, now=now) is None


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"title": ""}, Refusal.NO_TITLE),
        ({"lead": ""}, Refusal.NO_LEAD),
        ({"body": ""}, Refusal.NO_TEXT),
        ({"body": "<p> </p><p></p>"}, Refusal.NO_TEXT),
        ({"title": "Chuy??n đổi số"}, Refusal.GARBLED),
        ({"lead": "Thanh ni\ufffdn tình nguyện"}, Refusal.GARBLED),
        ({"body": "<p>Thanh ni??n</p>"}, Refusal.GARBLED),
        ({"body": "<p>ChuyÓn ®æi sè</p>"}, Refusal.GARBLED),
        (
            {"body": '<p><a href="https://789bet.example/">Đọc</a></p>'},
            Refusal.BETTING,
        ),
    ],
)
def test_what_is_incomplete_stays_in(now, fields, reason):
    article = ArticleFactory(state=State.APPROVED, **fields)
    assert rules.why_not_complete(article) == reason
    assert rules.why_not_publish(article, at=now, now=now) == reason


def test_a_broken_paste_is_told_by_the_line():
    article = ArticleFactory(
        title="Chuy??n đổi số", body="<p>Đoạn một.</p><p>Thanh ni\ufffdn xã.</p>"
    )
    with translation.override("en"):
        told = rules.sentence(Refusal.GARBLED, article)
    assert "Title, line 1: “Chuy??n đổi số”" in told
    assert "Text, line 2: “Thanh ni\ufffdn xã.”" in told


def test_a_link_to_a_betting_site_is_named():
    body = '<p><a href="https://789bet.example/x">Đọc thêm</a></p>'
    told = rules.sentence(Refusal.BETTING, ArticleFactory(body=body))
    assert "789bet.example" in told


def test_without_a_section_nothing_goes_out(now):
    article = ArticleFactory.build(section=None, unit=None, state=State.APPROVED)
    assert rules.why_not_publish(article, at=now, now=now) == Refusal.NO_SECTION


def test_a_picture_without_a_description_keeps_the_article_in(now):
    cover = kept(title="Sân phơi miến", alt="")
    inside = kept(title="Chợ phiên", alt="")
    article = ArticleFactory(
        state=State.APPROVED,
        cover=cover,
        body=f'<p>Chữ</p><p><img src="{inside.file.url}"></p>',
    )
    refusal = rules.why_not_publish(article, at=now, now=now)
    assert refusal == Refusal.NOT_DESCRIBED
    with translation.override("vi"):
        assert "“Sân phơi miến”, “Chợ phiên”" in rules.sentence(refusal, article)
    cover.decorative, inside.alt = True, "Quầy rau ở chợ phiên"
    cover.save()
    inside.save()
    assert rules.why_not_publish(article, at=now, now=now) is None


def test_other_reasons_are_said_as_they_are():
    article = ArticleFactory.build(section=None, unit=None)
    assert rules.sentence(Refusal.NO_TITLE, article) == str(Refusal.NO_TITLE.label)


@pytest.mark.parametrize("text", ["Thật không??", "Bao giờ? Ở đâu?", "Ai ??"])
def test_honest_question_marks_are_no_lost_letters(text):
    assert rules.why_not_complete(ArticleFactory(title=text)) is None


@pytest.mark.parametrize("state", [State.DRAFT, State.IN_REVIEW])
def test_nothing_goes_out_unapproved(now, state):
    article = ArticleFactory(state=state)
    assert rules.why_not_publish(article, at=now, now=now) == Refusal.WRONG_STATE


def test_what_is_out_cannot_go_out_again(now):
    article = PublishedFactory(publish_at=now - HOUR)
    assert rules.why_not_publish(article, at=now, now=now) == Refusal.WRONG_STATE


def test_what_waits_for_its_time_may_get_another_one(now):
    article = PublishedFactory(publish_at=now + HOUR)
    assert rules.why_not_publish(article, at=now + 2 * HOUR, now=now) is None


@pytest.mark.parametrize(
    ("at", "down", "reason"),
    [
        (0, 1, None),
        (0, 0, Refusal.EXPIRES_FIRST),
        (2, 1, Refusal.EXPIRES_FIRST),
        # Brought back with its old date, but its end has passed meanwhile.
        (-3, -1, Refusal.EXPIRES_FIRST),
    ],
)
def test_nothing_goes_out_after_its_own_end(now, at, down, reason):
    article = ArticleFactory(state=State.APPROVED, expire_at=now + down * HOUR)
    assert rules.why_not_publish(article, at=now + at * HOUR, now=now) == reason


@pytest.mark.parametrize(
    ("hours", "reason"), [(1, None), (0, Refusal.NOT_AHEAD), (-1, Refusal.NOT_AHEAD)]
)
def test_a_schedule_lies_ahead(now, hours, reason):
    assert rules.why_not_schedule(at=now + hours * HOUR, now=now) == reason


def test_a_schedule_needs_a_time(now):
    assert rules.why_not_schedule(at=None, now=now) == Refusal.NOT_AHEAD


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize(("out", "down"), [(-1, None), (1, None), (-2, -1), (-1, 1)])
def test_the_rule_for_one_row_agrees_with_the_set(now, state, out, down):
    article = ArticleFactory(
        state=state,
        publish_at=now + out * HOUR,
        expire_at=None if down is None else now + down * HOUR,
    )
    in_set = Article.objects.published(now).filter(pk=article.pk).exists()
    assert rules.is_visible(article, now) is in_set


@pytest.mark.django_db
class TestFaces:
    """Nobody's face goes out before they were asked."""

    @pytest.mark.parametrize(
        ("faces", "refusal"),
        [
            ("", None),
            ("none", None),
            ("agreed", None),
            ("not_asked", Refusal.FACES_NOT_ASKED),
        ],
    )
    @pytest.mark.parametrize("place", ["cover", "text"])
    def test_of_the_cover_and_in_the_text(self, place, faces, refusal):
        picture = kept(title="Lớp học", faces=faces)
        fields = {"cover": picture}
        if place == "text":
            fields = {"body": f'<p>Chữ</p><img src="{picture.file.url}" alt="Ảnh">'}
        article = ArticleFactory(**fields)
        assert rules.why_not_complete(article) == refusal
        if refusal:
            assert "“Lớp học”" in rules.sentence(refusal, article)

    @pytest.mark.parametrize("place", ["cover", "text", "details"])
    def test_unanswered_they_wait_for_a_publisher(self, now, place):
        picture = kept(title="Lớp học", faces="")
        fields = {"cover": picture}
        if place == "text":
            fields = {"body": f'<p>Chữ</p><img src="{picture.file.url}" alt="Ảnh">'}
        if place == "details":
            row = {"picture": picture.pk, "caption": "Lớp học tối"}
            fields = {"kind": "reportage", "details": {"pictures": [row]}}
        article = ArticleFactory(state=State.APPROVED, **fields)
        refusal = rules.why_not_publish(article, at=now, now=now)
        assert refusal == Refusal.FACES_UNKNOWN
        assert "“Lớp học”" in rules.sentence(refusal, article)
        picture.faces = picture.Faces.NONE
        picture.save()
        article = Article.objects.get(pk=article.pk)
        assert rules.why_not_publish(article, at=now, now=now) is None
