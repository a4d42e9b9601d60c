"""Films in pieces, documents to keep, and what may not come in."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from content.files.storage import private_storage
from news import actions, files
from news.models import Article, ArticleFile
from tests.factories import kinds
from tests.factories.news import ArticleFactory

pytestmark = pytest.mark.django_db
Use = ArticleFile.Use


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.PRIVATE_ROOT = tmp_path / "private"


@pytest.fixture
def film() -> ArticleFile:
    return files.take(kinds.upload("phim.webm", kinds.webm()), use=Use.FILM)


def body(response) -> bytes:
    return b"".join(response.streaming_content)


def test_a_film_is_sent_whole_and_may_be_kept(client, film):
    response = client.get(film.get_absolute_url())
    assert response["Content-Type"] == "video/webm"
    assert response["Accept-Ranges"] == "bytes"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "immutable" in response["Cache-Control"]
    assert "Content-Disposition" not in response
    assert body(response) == kinds.webm()


@pytest.mark.parametrize(
    ("asked", "start", "end"), [("0-3", 0, 4), ("4-", 4, None), ("-5", -5, None)]
)
def test_a_player_gets_the_piece_it_asks_for(client, film, asked, start, end):
    address, data = film.get_absolute_url(), kinds.webm()
    response = client.get(address, headers={"Range": f"bytes={asked}"})
    assert response.status_code == 206
    assert body(response) == data[start:end]
    assert response["Content-Length"] == str(len(data[start:end]))
    assert response["Content-Range"].endswith(f"/{len(data)}")


@pytest.mark.parametrize("asked", ["bytes=9999-", "bytes=5-2", "bytes=-0"])
def test_a_piece_that_is_not_there_is_refused(client, film, asked):
    response = client.get(film.get_absolute_url(), headers={"Range": asked})
    assert response.status_code == 416
    assert response["Content-Range"] == f"bytes */{film.size}"


@pytest.mark.parametrize(
    "asked", ["bytes=0-1,3-4", "lines=1-2", "bytes=-", "bytes=a-b"]
)
def test_what_is_no_single_piece_gets_the_whole(client, film, asked):
    response = client.get(film.get_absolute_url(), headers={"Range": asked})
    assert response.status_code == 200
    assert body(response) == kinds.webm()


def test_a_document_is_an_attachment_that_runs_nothing(client):
    data = kinds.docx()
    row = files.take(kinds.upload("Kế hoạch.docx", data), use=Use.DOCUMENT)
    response = client.get(row.get_absolute_url())
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert body(response) == data


@pytest.mark.parametrize(
    ("name", "data", "use"),
    [
        ("phim.mp4", b"<html><script>alert(1)</script>", Use.FILM),
        ("phim.webm", kinds.webm()[:-3], Use.FILM),
        ("phim.webm", b"\x1a\x45\xdf\xa3\x87\x42\x82\x84webm", Use.FILM),
        ("phim.webm", b"\x1a\x45\xdf\xa3\x8b\x42\x82\x88matroska", Use.FILM),
        ("phim.mp4", kinds.docx(), Use.FILM),
        ("van-ban.pdf", kinds.webm(), Use.DOCUMENT),
        ("anh.svg", b"<svg onload='alert(1)'/>", Use.DOCUMENT),
        ("trong.pdf", b"", Use.DOCUMENT),
    ],
)
def test_what_is_not_what_it_should_be_is_refused(name, data, use):
    with pytest.raises(ValidationError):
        files.take(kinds.upload(name, data), use=use)
    assert not ArticleFile.objects.exists()


def test_an_unknown_key_is_not_found(client):
    assert client.get("/tin-tuc/tep/khong-co/").status_code == 404


@pytest.mark.parametrize("slot", files.SLOTS)
@pytest.mark.parametrize("place", ["article", "version", "nowhere", "new"])
def test_only_what_nothing_names_for_two_days_is_swept(
    film, now, slot, place, django_capture_on_commit_callbacks
):
    age = dt.timedelta(hours=47 if place == "new" else 49)
    ArticleFile.objects.update(created_at=now - age)
    details = {slot: film.key}
    if place == "article":
        ArticleFactory(kind="video", details=details)
    if place == "version":
        article = ArticleFactory(kind="video", details=details)
        article.title = "Bản mới"
        actions.save_text(article=article, by=None, now=now)
        Article.objects.update(details={})
    with django_capture_on_commit_callbacks(execute=True):
        assert files.drop_abandoned(now=now) == (1 if place == "nowhere" else 0)
    assert ArticleFile.objects.exists() == (place != "nowhere")
    assert private_storage().exists(film.file.name) == (place != "nowhere")
