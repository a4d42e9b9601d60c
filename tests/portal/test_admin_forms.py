"""What forms, empty lists and questions before deleting say, whatever the feature."""

import pytest
from django.urls import reverse

from members.models import Consent
from news.models import KitItem, Tag
from tests.factories.contests import EntryFactory
from tests.factories.members import (
    ConsentFactory,
    PersonFactory,
    SuperuserFactory,
    UnitFactory,
)
from tests.factories.news import ArticleFactory, ContributionFactory
from tests.factories.training import (
    RegistrationFactory,
    SessionFactory,
    SessionKindFactory,
)
from tests.language.reading import Page
from tests.portal.test_admin_matrix import ROWS

pytestmark = pytest.mark.django_db


@pytest.fixture
def top(client):
    client.force_login(SuperuserFactory())
    return client


def address(row, page="change") -> str:
    meta = row._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_{page}", args=[row.pk])


def texts(client, url, data=None) -> list[str]:
    return Page(client.get(url, data).content.decode()).texts


@pytest.mark.parametrize(
    "make",
    [
        RegistrationFactory,
        EntryFactory,
        lambda: ROWS["members.SignInCard"](UnitFactory(), "Nông Thị Thẻ"),
    ],
    ids=["sign-up", "entry", "card"],
)
def test_a_form_with_nothing_to_type_into_is_closed_and_not_saved(top, make):
    page = top.get(address(make()))
    html = page.content.decode()
    assert page.context["title"].startswith("Xem ")
    assert 'name="_save"' not in html
    assert 'class="closelink"' in html


def test_a_form_to_type_into_has_its_button(top):
    assert 'name="_save"' in top.get(address(SessionKindFactory())).content.decode()


def test_an_empty_list_leads_to_the_first_row(top):
    url = reverse("admin:news_trustedhost_changelist")
    page = top.get(url)
    assert "Danh sách này còn trống." in Page(page.content.decode()).texts
    assert reverse("admin:news_trustedhost_add") in page.content.decode()
    assert 'name="action"' not in page.content.decode()


def test_an_empty_list_that_fills_by_itself_says_so(top):
    shown = texts(top, reverse("admin:mail_suppression_changelist"))
    assert "Khi có, mục mới sẽ hiện ở đây." in shown


def test_a_search_without_a_result_leads_back_to_everything(top):
    PersonFactory()
    shown = texts(top, reverse("admin:members_person_changelist"), {"q": "zzzz"})
    assert "Không tìm thấy mục nào." in shown
    assert "Danh sách này còn trống." not in shown


def test_deleting_what_is_in_use_names_what_uses_it(top):
    kind = SessionKindFactory()
    SessionFactory(kind=kind, title="Lớp đang mở")
    page = top.get(address(kind, "delete"))
    assert not page.context["perms_lacking"]
    assert "Lớp đang mở" in Page(page.content.decode()).texts
    top.post(address(kind, "delete"), {"post": "yes"})
    kind.refresh_from_db()


def test_deleting_a_tag_speaks_of_it_by_its_name(top):
    tag = Tag.objects.create(name="tình nguyện", slug="tinh-nguyen")
    ArticleFactory().tags.add(tag)
    shown = texts(top, address(tag, "delete"))
    assert any(text.endswith(": tình nguyện") for text in shown)
    assert not any("object" in text for text in shown)


def test_a_consent_names_its_matter_and_not_its_key(top):
    session, story = SessionFactory(title="Lớp bảy"), ContributionFactory(title="Bài")
    named = {
        f"training.session:{session.pk}": "Lớp bảy",
        f"news.contribution:{story.pk}": "Bài",
        "training.session:999999": "Một việc nay đã xóa",
        "": "Mọi việc thuộc mục đích này",
    }
    for about, words in named.items():
        consent = ConsentFactory(about=about, purpose=Consent.Purpose.CONTACT)
        shown = texts(top, address(consent))
        assert words in shown
        assert about not in shown or not about


def test_a_new_consent_begins_with_the_words_of_today(top):
    page = top.get(reverse("admin:members_consent_add"))
    assert page.context["adminform"].form["text_version"].value()


def test_a_new_row_has_no_lines_for_what_it_cannot_have_yet(top):
    kit = texts(top, reverse("admin:news_kititem_add"))
    label = KitItem._meta.get_field("name").verbose_name
    assert f"{label[0].upper()}{label[1:]}:" not in kit
    assert "Ảnh bìa hiện tại:" not in texts(top, reverse("admin:news_article_add"))
    assert "Ảnh bìa hiện tại:" in texts(top, address(ArticleFactory()))


@pytest.mark.parametrize("page", ["places", "quotas", "cancel"])
def test_the_pages_beside_a_session_name_it(top, page):
    session = SessionFactory(title="Lớp bảy")
    address = reverse(f"admin:training_trainingsession_{page}", args=[session.pk])
    assert "Lớp bảy" in top.get(address).context["title"]
