"""The part of a kind in the article's form: what goes in comes out, nothing is lost."""

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from content.models import Picture
from members.models import Role
from news import kinds, rules
from news.comparing import differences
from news.models import Article
from news.revisions import text_of
from tests.factories import kinds as made
from tests.factories.members import AssignmentFactory, UnitFactory
from tests.factories.news import ArticleFactory
from tests.factories.pictures import halves, kept, png_bomb
from tests.factories.pictures import saved as encoded
from tests.news.test_admin import change_url, form_data

pytestmark = pytest.mark.django_db
Kind = Article.Kind


@pytest.fixture(autouse=True)
def _frozen(now, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.PRIVATE_ROOT = tmp_path / "private"
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def article(client):
    unit = UnitFactory()
    client.force_login(AssignmentFactory(role=Role.EDITOR, unit=unit).user)
    return ArticleFactory(unit=unit)


def part(kind: str, *rows: dict, **fields) -> dict:
    """What the browser sends of a kind's part."""
    data = {f"{kind}-sent": "True"}
    data |= {f"{kind}-{name}": value for name, value in fields.items()}
    if kind in {Kind.INFOGRAPHIC, Kind.REPORTAGE, Kind.GUIDE}:
        data[f"{kind}-rows-TOTAL_FORMS"] = len(rows)
        data[f"{kind}-rows-INITIAL_FORMS"] = 0
    for place, row in enumerate(rows):
        data |= {f"{kind}-rows-{place}-{name}": value for name, value in row.items()}
    return data


def send(client, article, kind, data):
    return client.post(change_url(article), form_data(article, kind=kind) | data)


def saved(article):
    article.refresh_from_db()
    return kinds.of(article)


def test_pictures_stand_in_the_order_of_their_numbers(client, article):
    one, two, gone = kept().pk, kept().pk, kept().pk
    rows = [
        {"picture": one, "caption": "Sau", "ORDER": 2},
        {"picture": two, "caption": "Trước", "ORDER": 1},
        {"picture": gone, "caption": "Bỏ", "ORDER": 3, "DELETE": "on"},
        {"picture": "", "caption": "", "ORDER": ""},
    ]
    data = part(Kind.INFOGRAPHIC, *rows, alternative="Bằng chữ.")
    assert send(client, article, Kind.INFOGRAPHIC, data).status_code == 302
    found = saved(article)
    assert [(p.picture, p.caption) for p in found.placed] == [
        (two, "Trước"),
        (one, "Sau"),
    ]
    assert found.alternative == "Bằng chữ."


def test_an_infographic_without_words_says_so_beside_the_field(client, article):
    rows = [{"picture": kept().pk, "caption": "Chú thích còn đây", "ORDER": 1}]
    response = send(
        client, article, Kind.INFOGRAPHIC, part(Kind.INFOGRAPHIC, *rows, alternative="")
    )
    html = response.content.decode()
    assert response.status_code == 200
    assert str(kinds.Missing.ALTERNATIVE.label) in html
    assert "Chú thích còn đây" in html
    article.refresh_from_db()
    assert article.kind == Kind.ARTICLE


def test_a_guide_keeps_its_steps_and_its_day(client, article):
    rows = [{"title": "Mở máy", "text": "Bấm nút.", "picture": "", "ORDER": ""}]
    data = part(Kind.GUIDE, *rows, tested_on="20/11/2026", tested_with="Android 13")
    assert send(client, article, Kind.GUIDE, data).status_code == 302
    found = saved(article)
    assert [step.title for step in found.steps] == ["Mở máy"]
    assert found.tested_on.isoformat() == "2026-11-20"


@pytest.mark.parametrize(
    ("kind", "rows", "fields"),
    [
        (Kind.GUIDE, [{"title": "", "text": "Thiếu tên việc."}], {}),
        (Kind.GUIDE, [], {"tested_on": "32/13/2026"}),
        (Kind.GUIDE, [], {"tested_on": "01/01/0026"}),
        (Kind.REPORTAGE, [{"picture": "", "caption": "Không ảnh"}], {}),
        (Kind.REPORTAGE, [{"picture": "999999", "caption": "Ảnh lạ"}], {}),
        (Kind.REPORTAGE, [{"picture": "1 OR 1=1", "caption": "Phá"}], {}),
        (Kind.VIDEO, [], {"link": "https://evil.example/watch?v=dQw4w9WgXcQ"}),
        (Kind.VIDEO, [], {"film_upload": made.upload("phim.mp4", b"<html>")}),
        (Kind.VIDEO, [], {"captions_upload": made.upload("a.vtt", b"1\n")}),
        (Kind.DOCUMENT, [], {"file_upload": made.upload("a.pdf", b"<svg>")}),
    ],
)
def test_bad_input_is_said_beside_its_field(client, article, kind, rows, fields):
    response = send(client, article, kind, part(kind, *rows, **fields))
    assert response.status_code == 200
    assert 'class="errorlist"' in response.content.decode()
    article.refresh_from_db()
    assert article.details == {}


def test_a_link_to_a_film_leaves_its_number_and_nothing_else(client, article):
    link = f"https://youtu.be/{made.YOUTUBE}?si=theo-doi"
    data = part(Kind.VIDEO, link=link, transcript="Lời.")
    assert send(client, article, Kind.VIDEO, data).status_code == 302
    assert saved(article).number == made.YOUTUBE
    assert "theo-doi" not in str(article.details)


def test_an_upload_survives_a_mistake_elsewhere_in_the_form(client, article):
    data = part(
        Kind.DOCUMENT,
        file_upload=made.upload("ke-hoach.docx", made.docx()),
        issued_on="99/99/2026",
    )
    form = send(client, article, Kind.DOCUMENT, data).context["adminform"].form
    shown = next(one for one in form.parts if one.kind == Kind.DOCUMENT)
    key = shown["file"].value()
    again = part(Kind.DOCUMENT, file=key, issued_on="05/02/2026", number="1-KH")
    assert send(client, article, Kind.DOCUMENT, again).status_code == 302
    found = saved(article)
    assert (found.file, found.file_name) == (key, "ke-hoach.docx")


def test_words_in_the_part_of_another_kind_are_not_lost(client, article):
    data = part(Kind.GUIDE, {"title": "Mở máy", "text": "", "picture": ""})
    response = send(client, article, Kind.ARTICLE, data)
    html = response.content.decode()
    assert response.status_code == 200
    assert "Mở máy" in html
    assert "Hãy chọn thể loại đó" in html


def test_a_form_without_the_part_leaves_the_details_alone(client, article):
    article.kind, article.details = Kind.VIDEO, {"transcript": "Lời."}
    article.save()
    assert send(client, article, Kind.VIDEO, {}).status_code == 302
    assert saved(article).transcript == "Lời."


def test_the_form_shows_what_is_kept(client, article):
    details = made.guide(steps=2).details
    Article.objects.filter(pk=article.pk).update(kind=Kind.GUIDE, details=details)
    html = client.get(change_url(article)).content.decode()
    assert "Việc số 1" in html
    assert "20/11/2026" in html


def test_a_link_out_says_at_once_what_the_law_does_not_allow(client, article):
    data = form_data(article, origin=Article.Origin.LINK_OUT, lead="chữ " * 41)
    html = client.post(change_url(article), data).content.decode()
    assert str(kinds.Missing.TOO_MANY_WORDS.label) in html
    assert str(kinds.Missing.OWN_TEXT.label) in html


class TestWhyNotComplete:
    @pytest.mark.parametrize(
        ("kind", "details", "missing"),
        [
            (Kind.INFOGRAPHIC, {}, kinds.Missing.PICTURES),
            (Kind.VIDEO, {}, kinds.Missing.FILM),
            (
                Kind.VIDEO,
                {"host": "youtube", "number": made.YOUTUBE},
                kinds.Missing.POSTER,
            ),
            (Kind.REPORTAGE, {}, kinds.Missing.PICTURES),
            (Kind.GUIDE, {}, kinds.Missing.STEPS),
            (Kind.GUIDE, {"steps": [{"title": "Mở máy"}]}, kinds.Missing.TESTED),
            (Kind.DOCUMENT, {}, kinds.Missing.NUMBER),
            (Kind.DOCUMENT, {"number": "1", "issuer": "A"}, kinds.Missing.ISSUED),
        ],
    )
    def test_names_what_the_kind_asks_for(self, kind, details, missing):
        article = ArticleFactory(kind=kind, details=details)
        assert rules.why_not_complete(article) == missing
        assert rules.sentence(missing, article) == str(missing.label)

    def test_a_film_of_ours_needs_captions_unless_nobody_speaks(self):
        article = made.own_video()
        assert rules.why_not_complete(article) is None
        article.details |= {"captions": ""}
        assert rules.why_not_complete(article) == kinds.Missing.CAPTIONS
        article.details |= {"silent": True}
        assert rules.why_not_complete(article) is None
        article.details |= {"transcript": ""}
        assert rules.why_not_complete(article) == kinds.Missing.TRANSCRIPT

    def test_pictures_of_a_kind_need_their_descriptions(self):
        article = made.reportage()
        row = kinds.pictures_of(article)[0]
        row.alt = ""
        row.save()
        assert rules.why_not_complete(article) == rules.Refusal.NOT_DESCRIBED

    @pytest.mark.parametrize(
        ("origin", "facts", "missing"),
        [
            ("partner", {}, kinds.Missing.SOURCE),
            ("partner", {"source_name": "Báo"}, kinds.Missing.PERMISSION),
            ("link_out", {"body": ""}, kinds.Missing.SOURCE),
            ("link_out", {"source_name": "Báo"}, kinds.Missing.SOURCE_ADDRESS),
        ],
    )
    def test_what_is_not_ours_needs_its_source(self, origin, facts, missing):
        article = ArticleFactory(origin=origin, **facts)
        assert rules.why_not_complete(article) == missing

    def test_complete_ones_may_go_out(self):
        for article in (made.infographic(), made.guide(), made.document()):
            assert rules.why_not_complete(article) is None


def test_a_changed_step_is_shown_word_by_word():
    article = made.guide(steps=2)
    before = text_of(article)
    after = before | {"details": made.guide(steps=1).details | {"tested_with": "iOS"}}
    [difference] = differences(before, after)
    words = " ".join(piece.words for line in difference.lines for piece in line)
    assert "Việc số 2" in words
    assert "iOS" in words


def photo(name="Lớp học.jpg"):
    return SimpleUploadedFile(name, encoded(halves(), "JPEG"), "image/jpeg")


def test_a_new_picture_goes_into_the_library_from_its_row(client, article):
    rows = [{"upload": photo(), "alt": "Lớp học tối", "caption": "Buổi đầu"}]
    response = send(client, article, Kind.REPORTAGE, part(Kind.REPORTAGE, *rows))
    assert response.status_code == 302
    picture = Picture.objects.get()
    assert (picture.title, picture.alt, picture.faces) == ("Lớp học", "Lớp học tối", "")
    [placed] = saved(article).placed
    assert (placed.picture, placed.caption) == (picture.pk, "Buổi đầu")


def test_a_new_picture_takes_the_place_of_the_chosen_one(client, article):
    row = {"picture": kept().pk, "upload": photo(), "title": "Mở ứng dụng"}
    send(client, article, Kind.GUIDE, part(Kind.GUIDE, row))
    newest = Picture.objects.order_by("pk").last()
    assert [step.picture for step in saved(article).steps] == [newest.pk]


def test_a_mistake_elsewhere_does_not_cost_the_picture(client, article):
    row = {"upload": photo(), "alt": "Lớp học tối", "text": "Thiếu tên bước"}
    response = send(client, article, Kind.GUIDE, part(Kind.GUIDE, row))
    assert response.status_code == 200
    picture = Picture.objects.get()
    assert f'<option value="{picture.pk}" selected' in response.text
    row = {"picture": picture.pk, "text": "Thiếu tên bước", "title": "Mở"}
    assert send(client, article, Kind.GUIDE, part(Kind.GUIDE, row)).status_code == 302
    assert Picture.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "data"),
    [("ảnh.jpg", b"<html><script>"), ("ảnh.svg", b"<svg/>"), ("to.png", None)],
)
def test_what_is_no_picture_is_refused_in_its_row(client, article, name, data):
    upload = SimpleUploadedFile(name, png_bomb(30000) if data is None else data)
    rows = [{"upload": upload, "caption": "Chú thích còn đây"}]
    response = send(client, article, Kind.REPORTAGE, part(Kind.REPORTAGE, *rows))
    assert response.status_code == 200
    assert "Chú thích còn đây" in response.text
    assert not Picture.objects.exists()
