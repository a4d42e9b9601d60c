"""Moving in from an old site, item by item."""

import random
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from content.models import Picture
from news import actions
from news.desk import ArticleTasks
from news.importing import looking
from news.importing.reading import head_of, items
from news.models import Article, ImportedArticle, Tag
from tests.factories.members import UnitFactory, UserFactory
from tests.factories.news import SectionFactory
from tests.factories.pictures import halves, saved
from tests.news import wxr

pytestmark = pytest.mark.django_db
State = Article.State


@pytest.fixture
def folder(tmp_path):
    place = tmp_path / "uploads" / "2023" / "05"
    place.mkdir(parents=True)
    (place / "anh.jpg").write_bytes(saved(halves(), "JPEG"))
    return tmp_path / "uploads"


@pytest.fixture
def move(folder):
    unit, section = UnitFactory(), SectionFactory(slug="tin")
    SectionFactory(slug="chuyen-doi-so")

    def run(path, **options) -> str:
        out = StringIO()
        given = {"section": section.slug, "unit": unit.slug, "pictures": folder}
        call_command("import_articles", path, stdout=out, **given | options)
        return out.getvalue()

    return run


def test_two_hundred_posts_move_in_once(move, tmp_path, client):
    path = wxr.write(tmp_path / "wp.xml")
    report = move(path)
    assert "200 đã nhập" in report
    assert "chưa có chuyên mục tương ứng: Hoạt động lạ" in report
    assert Article.objects.filter(state=State.PUBLISHED).count() == 192
    assert Article.objects.filter(state=State.DRAFT).count() == 8
    assert Picture.objects.count() == 1
    assert Tag.objects.get().name == "VNeID"
    article = Article.objects.get(imported__source_id="3")
    assert article.cover.alt == "Bà con quanh bàn học"
    assert article.byline == "Thu Huệ"
    assert article.body == "<p>các giải pháp số lần 3</p>\n<p>Chữ đỏ</p>"
    assert f"{article.publish_at:%Y-%m-%d}" == "2023-05-02"

    assert "200 không đổi" in move(path)
    assert Article.objects.count() == 200


def test_blocks_shortcodes_and_frames_become_our_html(move, tmp_path):
    move(wxr.write(tmp_path / "wp.xml", 4))
    classic, blocks = (
        Article.objects.get(imported__source_id=number).body for number in ("1", "4")
    )
    assert "<p>Đoạn đầu không có thẻ p, số 1.<br>Dòng hai.</p>" in classic
    assert classic.count("<figure") == 2
    assert "<figcaption>Bà con học cài ứng dụng</figcaption>" in classic
    assert "<h2>Ba buổi</h2>" in blocks
    assert "wp:" not in blocks
    frames = Article.objects.get(imported__source_id="2").body
    assert "<p>Một khối.</p>" in frames
    assert 'href="/2023/05/bai-1/"' in frames
    assert "contact-form" not in frames
    assert "alert" not in frames
    assert 'href="https://www.youtube.com/embed/abc"' in frames


def test_what_staff_changed_or_deleted_is_left_alone(move, tmp_path):
    path = wxr.write(tmp_path / "wp.xml", 3)
    move(path)
    mine = Article.objects.get(imported__source_id="1")
    mine.title = "Sửa tại đây"
    mine.save()
    Article.objects.get(imported__source_id="2").delete()
    path.write_text(path.read_text().replace("học “kỹ", "học lại “kỹ"))
    report = move(path)
    assert "1 được cập nhật, 1 giữ nguyên, 1 bỏ lại" in report
    mine.refresh_from_db()
    assert mine.title == "Sửa tại đây"
    assert "học lại" in Article.objects.get(imported__source_id="3").title


def test_a_broken_item_costs_itself_and_names_its_line(move, tmp_path):
    dice = random.Random(1)
    broken = wxr.item(2, dice).replace("</dc:creator>", "</dc:wrong>")
    odd = wxr.item(3, dice, body="<p>a </item> b <item> \x0b c</p>")
    path = tmp_path / "wp.xml"
    text = [wxr.HEAD, wxr.item(1, dice), broken, odd, "</channel></rss>"]
    path.write_text("".join(text))
    report = move(path)
    assert "2 đã nhập, 1 lỗi" in report
    line = "".join(text[:3]).split("</dc:wrong>")[0].count("\n") + 1
    assert f"{line}: lỗi" in report


def test_a_doctype_is_refused(move, tmp_path):
    path = tmp_path / "bomb.xml"
    path.write_text('<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><rss></rss>')
    with pytest.raises(CommandError, match="DOCTYPE"):
        move(path)


def test_advertising_for_gambling_stays_a_draft(move, tmp_path):
    body = "<p>Kết quả xổ số miền Bắc hôm nay</p>"
    path = tmp_path / "wp.xml"
    path.write_text(f"{wxr.HEAD}{wxr.item(1, random.Random(1), body=body)}</channel>")
    assert "giữ ở bản nháp" in move(path)
    assert Article.objects.get().state == State.DRAFT


def test_a_dry_run_leaves_nothing(move, tmp_path):
    report = move(wxr.write(tmp_path / "wp.xml", 3), dry_run=True)
    assert "Chạy thử: 3 đã nhập" in report
    assert not Article.objects.exists()
    assert not Picture.objects.exists()


def test_pictures_outside_the_folder_are_never_read(move, tmp_path):
    (tmp_path / "secret.jpg").write_bytes(saved(halves(), "JPEG"))
    body = '<p>Chữ</p><img src="/../../secret.jpg"><img src="%2e%2e/secret.jpg">'
    path = tmp_path / "wp.xml"
    path.write_text(f"{wxr.HEAD}{wxr.item(1, random.Random(1), body=body)}</channel>")
    assert "không tìm thấy ảnh" in move(path)
    assert not Picture.objects.exists()


@pytest.mark.parametrize(
    "text",
    [
        '<rss version="2.0"><channel><link>https://a.example</link><item><title>Một bài'
        "</title><link>https://a.example/x/?y=1</link><guid>g1</guid><pubDate>Mon, 01 "
        "May 2023 10:00:00 +0700</pubDate><description>&lt;p&gt;Chữ&nbsp;đây&lt;/p&gt;"
        "</description></item></channel></rss>",
        '<feed xmlns="http://www.w3.org/2005/Atom"><link href="https://a.example"/>'
        '<entry><title>Một bài</title><id>g1</id><link href="https://a.example/x/?y=1"/>'
        "<published>2023-05-01T10:00:00+07:00</published><content type='html'>"
        "&lt;p&gt;Chữ đây&lt;/p&gt;</content></entry></feed>",
    ],
)
def test_rss_and_atom(move, tmp_path, text, client):
    path = tmp_path / "feed.xml"
    path.write_text(text)
    assert "1 đã nhập" in move(path)
    article = Article.objects.get()
    assert f"{article.publish_at:%H:%M}" == "03:00"
    assert ImportedArticle.objects.get().source == "a.example"
    there = client.get("/x/?y=1")
    assert (there.status_code, there["Location"]) == (301, article.get_absolute_url())


def test_old_addresses_lead_to_the_article(move, tmp_path, client):
    move(wxr.write(tmp_path / "wp.xml", 1))
    new = Article.objects.get().get_absolute_url()
    for old in ("/2023/05/bai-1/", "/2023/05/bai-1", "/?p=1", "/2023/05/bai-1/?utm=x"):
        answer = client.get(old)
        assert (answer.status_code, answer["Location"]) == (301, new), old
    for other in (
        "/?p=77",
        "/?p=//evil.example",
        "/2023/05/bai-9/",
        "//evil.example/x",
    ):
        assert client.get(other).status_code in {200, 404}


def test_a_big_file_is_read_in_pieces(tmp_path):
    path = wxr.write(tmp_path / "wp.xml", 40)
    assert head_of(path).authors == {"thuhue": "Thu Huệ"}
    found = list(items(path))
    assert len(found) == 44
    assert not [item for item in found if item.error]
    lines = path.read_text().split("\n")
    assert all("<item>" in lines[item.line - 1] for item in found)


def test_what_ours_would_be_kept_back_for_is_listed(move, tmp_path, client, now):
    body = '<p>Chữ <a href="https://bao.example/x">báo bạn</a></p>'
    path = tmp_path / "wp.xml"
    dice = random.Random(1)
    clean = wxr.item(1, dice, body="<p>Chữ đủ dài để đọc.</p>")
    text = [wxr.HEAD, clean, wxr.item(2, dice, body=body), "</channel></rss>"]
    path.write_text("".join(text))
    report = move(path)
    assert "có đường dẫn tới bao.example" in report
    assert "bài đã đăng nhưng cần xem lại" in report
    listed = Article.objects.get(imported__needs_look=True, imported__source_id="2")
    assert listed.state == State.PUBLISHED
    by = UserFactory(is_superuser=True, is_staff=True)
    client.force_login(by)
    page = client.get("/quan-tri/news/article/?moved=look").text
    assert f"/news/article/{listed.pk}/change/" in page
    label = "Bài chuyển từ trang cũ cần xem lại"
    assert label in {task.label for task in ArticleTasks().tasks(by, now)}
    actions.confirm_links(article=listed, by=by, now=now)
    before = ImportedArticle.objects.filter(needs_look=True).count()
    looking.look_again()
    assert ImportedArticle.objects.filter(needs_look=True).count() == before - 1
    assert not Article.objects.filter(imported__needs_look=True, pk=listed.pk).exists()
