"""Sections and articles for tests."""

import datetime as dt

import factory
from factory.django import DjangoModelFactory

from news.models import (
    Article,
    Contribution,
    FactCheck,
    KitItem,
    SafetyAdvice,
    SafetyContact,
    Section,
)
from tests.factories.members import PersonFactory, UnitFactory


class SectionFactory(DjangoModelFactory):
    class Meta:
        model = Section
        django_get_or_create = ("slug",)

    name = factory.Sequence(lambda number: f"Chuyên mục {number}")
    slug = factory.Sequence(lambda number: f"chuyen-muc-{number}")
    order = factory.Sequence(lambda number: number % 1000)


class ArticleFactory(DjangoModelFactory):
    """A complete draft."""

    class Meta:
        model = Article

    section = factory.SubFactory(SectionFactory)
    unit = factory.SubFactory(UnitFactory)
    title = factory.Sequence(lambda number: f"Đoàn viên học kỹ năng số, kỳ {number}")
    lead = "Một buổi tối, ba chiếc bàn và rất nhiều câu hỏi."
    body = "<p>Nhà văn hóa thôn sáng đèn từ lúc bảy giờ tối.</p>"


class PublishedFactory(ArticleFactory):
    """Out since a day before the tests' `now`; pass `publish_at` for another time."""

    state = Article.State.PUBLISHED
    publish_at = dt.datetime(2026, 11, 22, 2, 0, tzinfo=dt.UTC)


class FactCheckFactory(DjangoModelFactory):
    """A rumour about a fee, found false."""

    class Meta:
        model = FactCheck

    article = factory.SubFactory(PublishedFactory)
    claim = "Ai có căn cước cũng phải nộp phí kích hoạt."
    verdict = FactCheck.Verdict.FALSE
    finding = "Không có khoản phí nào như vậy."
    source_name = "Công an tỉnh"
    source_url = "https://congan.example.com/thong-bao"
    checked_on = dt.date(2026, 11, 10)


class ContributionFactory(DjangoModelFactory):
    """A story that waits for the editors."""

    class Meta:
        model = Contribution

    sender = factory.SubFactory(PersonFactory)
    unit = factory.LazyAttribute(lambda story: story.sender.unit)
    section = factory.SubFactory(SectionFactory, rhythm="daily")
    title = factory.Sequence(lambda number: f"Chiếc xe đạp tặng bạn, kỳ {number}")
    text = "Sáng nay ở cổng trường.\n\nBạn Hà tặng lại xe đạp cho em lớp dưới."
    state = Contribution.State.RECEIVED
    press = factory.Sequence(lambda number: f"{number:032x}")
    created_at = dt.datetime(2026, 11, 22, 2, 0, tzinfo=dt.UTC)
    sent_at = dt.datetime(2026, 11, 22, 2, 0, tzinfo=dt.UTC)


class SafetyContactFactory(DjangoModelFactory):
    class Meta:
        model = SafetyContact

    name = "Trực an toàn số"
    purpose = "khi nghi bị lừa"
    phone = "0209 3000 113"
    source = "Trang mẫu"


class SafetyAdviceFactory(DjangoModelFactory):
    class Meta:
        model = SafetyAdvice

    audience = SafetyAdvice.Audience.ALL
    title = "Trước khi bấm"
    points = "Dừng lại một phút.\nHỏi người nhà."


class KitItemFactory(DjangoModelFactory):
    """A how-to that is an article; tests with a file go through `news.kit.keep`."""

    class Meta:
        model = KitItem

    what = KitItem.What.HOW_TO
    title = "Làm một tấm infographic"
    article = factory.SubFactory(PublishedFactory)
    licence = KitItem.Licence.CC_BY
    credit = "Ban biên tập"
