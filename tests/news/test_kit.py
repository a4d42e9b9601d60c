"""The media kit: files that are what they say, and what may be done with them."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from content.files import FileRefused, Reason
from content.files.storage import private_storage
from news import kit
from news.models import KitItem
from tests.factories.members import UserFactory
from tests.factories.news import ArticleFactory, KitItemFactory, PublishedFactory
from tests.factories.pictures import halves, saved

pytestmark = pytest.mark.django_db
PAGE = "/tin-tuc/an-pham/"
ADD = "/quan-tri/news/kititem/add/"
PNG = saved(halves(), "PNG")


def item(data: bytes = PNG, name: str = "Biểu trưng.png", **fields) -> KitItem:
    row = KitItemFactory.build(article=None, **{"what": "logo"} | fields)
    upload = SimpleUploadedFile(name, data)
    kit.keep(item=row, upload=upload, found=kit.look(upload, name=name))
    return row


@pytest.fixture
def publisher(client):
    client.force_login(UserFactory(is_superuser=True, is_staff=True))
    return client


def test_the_page_says_kind_size_licence_and_credit(client):
    item(title="Biểu trưng màu", credit="Tỉnh đoàn mẫu")
    html = client.get(PAGE).text
    for text in ("Biểu trưng màu", "PNG", "byte", "Tỉnh đoàn mẫu", "CC BY 4.0"):
        assert text in html, text


def test_a_file_leaves_as_an_attachment_and_never_runs(client):
    row = item()
    response = client.get(row.get_absolute_url())
    assert b"".join(response.streaming_content) == PNG
    assert response["Content-Disposition"].startswith("attachment")
    assert response["Content-Type"] == "image/png"
    assert response["X-Content-Type-Options"] == "nosniff"


def test_another_name_or_number_is_not_found(client):
    row = item()
    assert client.get(f"{PAGE}{row.pk}/khac.png").status_code == 404
    assert client.get(f"{PAGE}{row.pk + 1}/{row.name}").status_code == 404
    how_to = KitItemFactory()
    assert client.get(f"{PAGE}{how_to.pk}/x").status_code == 404


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("logo.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", Reason.TYPE),
        ("logo.png", b"<html><script>alert(1)</script></html>", Reason.LYING),
        ("phim.mp4", b"\x00\x00\x00\x18ftypisom" + bytes(64), Reason.TYPE),
        ("trong.pdf", b"", Reason.EMPTY),
        ("cut.pdf", b"%PDF-1.7 cut short", Reason.BROKEN),
    ],
)
def test_what_is_not_on_the_list_is_refused(name, data, reason):
    with pytest.raises(FileRefused) as refused:
        kit.look(io.BytesIO(data), name=name)
    assert refused.value.reason == reason


def test_a_how_to_may_be_an_article_and_shows_while_it_is_out(client):
    out = KitItemFactory(article=PublishedFactory(title="Cách làm"))
    KitItemFactory(title="Chưa ra", article=ArticleFactory())
    html = client.get(PAGE).text
    assert f'href="{out.article.get_absolute_url()}"' in html
    assert "Chưa ra" not in html


def test_it_is_a_file_or_an_article():
    with pytest.raises(IntegrityError), transaction.atomic():
        KitItemFactory(article=None)


def test_a_new_file_takes_the_place_of_the_old(django_capture_on_commit_callbacks):
    row = item()
    old = row.file.name
    upload = SimpleUploadedFile("mới.png", PNG)
    with django_capture_on_commit_callbacks(execute=True):
        kit.keep(item=row, upload=upload, found=kit.look(upload, name="mới.png"))
    assert not private_storage().exists(old)
    assert private_storage().exists(row.file.name)
    with django_capture_on_commit_callbacks(execute=True):
        kit.remove(item=row)
    assert not private_storage().exists(row.file.name)


def form(**fields) -> dict:
    return {
        "what": "logo", "title": "Biểu trưng", "description": "", "article": "",
        "licence": "cc-by", "credit": "Tỉnh đoàn", "order": "0",
    } | fields  # fmt: skip


def test_is_put_in_by_the_admin(publisher):
    upload = SimpleUploadedFile("bieu-trung.png", PNG)
    response = publisher.post(ADD, form(upload=upload))
    assert response.status_code == 302, response.context["errors"]
    row = KitItem.objects.get()
    assert (row.name, row.size, row.kind_label) == ("bieu-trung.png", len(PNG), "PNG")
    edit = f"/quan-tri/news/kititem/{row.pk}/change/"
    assert publisher.post(edit, form(title="Khác")).status_code == 302
    row.refresh_from_db()
    assert (row.title, row.name) == ("Khác", "bieu-trung.png")


@pytest.mark.parametrize("what", ["neither", "both", "svg"])
def test_the_admin_says_beside_the_field_what_is_wrong(publisher, what):
    fields = {}
    if what != "neither":
        name, data = ("x.svg", b"<svg/>") if what == "svg" else ("x.png", PNG)
        fields["upload"] = SimpleUploadedFile(name, data)
    if what == "both":
        fields["article"] = PublishedFactory().pk
    response = publisher.post(ADD, form(**fields))
    assert response.status_code == 200
    assert response.context["adminform"].form.errors["upload"]
    assert not KitItem.objects.exists()


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_takes_one_query(client, number, django_assert_num_queries):
    KitItemFactory.create_batch(number)
    with django_assert_num_queries(1):
        client.get(PAGE)


def test_is_in_the_sitemap(client):
    assert "/tin-tuc/an-pham/</loc>" in client.get("/sitemap.xml").text
