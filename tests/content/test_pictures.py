"""What comes in as a picture, what is kept of it, and what is made from it."""

import datetime as dt
import io
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError
from django.db.models import ProtectedError
from PIL import Image, ImageCms

from content import tasks
from content.files.refusals import FileRefused, Reason
from content.models import Picture
from content.pictures import actions, in_text, making, reading
from content.pictures.staff import thumbnail, uses
from tests.factories import files, pictures
from tests.factories.news import ArticleFactory

State = Picture.State
PROGRAM = b"<script>alert(document.cookie)</script>"


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def read(data: bytes, name: str = "anh.png") -> reading.Reading:
    return reading.read(io.BytesIO(data), name=name)


def colour(image: Image.Image, place=(0, 0)) -> tuple[int, ...]:
    return image.getpixel(place)


def close(one, other, within=12) -> bool:
    return all(abs(a - b) <= within for a, b in zip(one, other, strict=True))


class TestReading:
    @pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
    def test_takes_what_browsers_show(self, kind):
        found = read(pictures.saved(pictures.halves(), kind), "Phơi miến dong.dat")
        assert found.image.mode == "RGB"
        assert found.image.size == (64, 48)
        assert found.title.startswith("Phơi miến dong")
        assert close(colour(found.image, (8, 8)), pictures.RED, 16)

    @pytest.mark.parametrize(
        ("data", "reason"),
        [
            (b"", Reason.EMPTY),
            (b"<svg xmlns='http://www.w3.org/2000/svg'/>", Reason.LYING),
            (files.HTML, Reason.LYING),
            (files.EXE, Reason.LYING),
            (files.pdf(), Reason.TYPE),
            (files.picture("BMP"), Reason.LYING),
            (files.picture()[:-400], Reason.BROKEN),
            (files.picture("JPEG", (400, 400))[:900], Reason.BROKEN),
            (files.picture("WEBP", (90, 90))[:-300], Reason.BROKEN),
            (files.picture("GIF")[:300], Reason.BROKEN),
            (b"GIF89a/*" + bytes(40) + b"*/=1;alert(1)//", Reason.BROKEN),
            (pictures.png_bomb(60_000), Reason.PIXELS),
            (pictures.png_bomb(8_000), Reason.PIXELS),
            (files.picture()[:60] + PROGRAM, Reason.TWO_FACED),
            (files.picture() + files.docx(), Reason.TWO_FACED),
        ],
    )
    def test_refuses_the_rest_with_the_reason(self, data, reason):
        with pytest.raises(FileRefused) as refused:
            read(data)
        assert refused.value.reason == reason
        assert "%(" not in refused.value.sentence

    def test_an_svg_is_told_what_is_taken_instead(self):
        with pytest.raises(FileRefused) as refused:
            read(b"<svg onload='alert(1)'/>", "ve.svg")
        assert "JPEG, PNG, WebP, GIF" in refused.value.sentence

    def test_too_many_bytes_are_refused(self, monkeypatch):
        monkeypatch.setattr(reading, "MAX_BYTES", 1000)
        with pytest.raises(FileRefused) as refused:
            read(files.picture())
        assert refused.value.reason == Reason.TOO_LARGE

    def test_turned_pictures_stand_upright(self):
        """Orientation 6: the camera lay on its side, the file's left is the top."""
        found = read(pictures.with_exif(pictures.halves(), orientation=6))
        assert found.image.size == (48, 64)
        assert close(colour(found.image, (24, 5)), pictures.RED)
        assert close(colour(found.image, (24, 60)), pictures.BLUE)

    def test_transparent_parts_become_white(self):
        glass = Image.new("RGBA", (8, 8), (0, 0, 0, 0))
        glass.putpixel((0, 0), (*pictures.RED, 255))
        image = read(pictures.saved(glass, "PNG")).image
        assert colour(image) == pictures.RED
        assert colour(image, (7, 7)) == (255, 255, 255)

    @pytest.mark.parametrize("kind", ["GIF", "PNG"])
    def test_transparent_palettes_as_well(self, kind):
        palette = pictures.halves(mode="P")
        data = pictures.saved(palette, kind, transparency=palette.getpixel((0, 0)))
        image = read(data).image
        assert colour(image, (3, 3)) == (255, 255, 255)
        assert close(colour(image, (60, 3)), pictures.BLUE, 60)

    @pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA"])
    def test_every_way_to_hold_pixels(self, mode):
        assert read(pictures.saved(pictures.halves(mode=mode), "PNG")).image.mode == (
            "RGB"
        )

    def test_cmyk_of_printers(self):
        data = pictures.saved(pictures.halves(mode="CMYK"), "JPEG", quality=95)
        assert close(colour(read(data).image, (8, 8)), pictures.RED, 30)

    def test_sixteen_bits_are_scaled_and_not_cut_off(self):
        image = read(pictures.grey_16_bit([0, 0x4000, 0x8000, 0xFFFF])).image
        greys = [colour(image, (place, 0))[0] for place in range(4)]
        assert greys == [0, 64, 128, 255]

    def test_of_an_animation_the_first_frame(self):
        frames = [pictures.halves(), pictures.halves(left=pictures.BLUE)]
        data = pictures.saved(frames[0], "GIF", save_all=True, append_images=frames[1:])
        found = read(data, "dong.gif")
        assert found.was_animated
        assert close(colour(found.image, (5, 5)), pictures.RED)

    def test_other_colour_spaces_are_brought_to_srgb(self):
        """Under a profile whose red is blue, the same numbers mean another colour."""
        srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
        names = {b"rXYZ": b"?XYZ", b"bXYZ": b"rXYZ", b"?XYZ": b"bXYZ"}
        swapped = srgb
        for old, new in names.items():
            swapped = swapped.replace(old, new)
        for profile, shown in ((srgb, pictures.RED), (swapped, pictures.RED[::-1])):
            data = pictures.saved(pictures.halves(), "PNG", icc_profile=profile)
            assert close(colour(read(data).image), shown, 40)

    def test_a_profile_that_makes_no_sense_is_left_out(self):
        lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
        for profile in (lab, b"no profile at all"):
            data = pictures.saved(pictures.halves(), "PNG", icc_profile=profile)
            assert colour(read(data).image) == pictures.RED

    def test_larger_than_any_screen_is_made_smaller(self):
        image = read(pictures.saved(pictures.halves((5200, 300)), "PNG")).image
        assert image.width == reading.MAX_SIZE[0]
        assert image.height == round(300 * image.width / 5200)


@pytest.mark.django_db
class TestAdding:
    def test_place_and_device_are_gone(self):
        data = pictures.with_exif(pictures.halves())
        assert b"Exif" in data
        picture, _animated = actions.add(file=io.BytesIO(data), name="DSC_1.jpg")
        kept = Path(picture.file.path).read_bytes()
        for trace in (b"Exif", b"GPS", "Máy ảnh của Lan".encode(), b"nha rieng"):
            assert trace not in kept
        with Image.open(io.BytesIO(kept)) as image:
            assert not image.getexif()
            assert not {"exif", "xmp", "icc_profile", "comment"} & set(image.info)

    def test_a_program_behind_a_picture_does_not_survive(self):
        """The hole of the packaged uploader: this came out as x.html."""
        data = files.picture(size=(90, 90)) + PROGRAM
        picture, _animated = actions.add(file=io.BytesIO(data), name="x.html")
        assert picture.file.name == f"pictures/{picture.key}/original.jpg"
        assert PROGRAM not in Path(picture.file.path).read_bytes()

    def test_names_are_random(self):
        one, other = pictures.kept(), pictures.kept()
        assert one.key != other.key
        assert one.title == other.title == "mau"

    def test_a_row_that_cannot_be_written_leaves_no_file(self, tmp_path):
        with pytest.raises(IntegrityError):
            pictures.kept(alt="Có lời", decorative=True)
        assert not [path for path in tmp_path.rglob("*") if path.is_file()]

    def test_it_is_shown_before_it_is_prepared(self):
        picture = pictures.kept()
        assert picture.state == State.PENDING
        assert picture.src == picture.thumbnail == picture.file.url
        assert picture.share["url"] == picture.file.url

    def test_the_worker_is_told_once_it_is_committed(
        self, monkeypatch, django_capture_on_commit_callbacks
    ):
        told = []
        monkeypatch.setattr(actions, "ask_worker", told.append)
        with django_capture_on_commit_callbacks(execute=True):
            picture = pictures.kept()
            assert told == []
        assert told == [picture.pk]


@pytest.mark.django_db
class TestPreparing:
    def test_makes_every_width_in_both_formats(self):
        picture = pictures.ready(size=(1800, 900))
        assert picture.state == State.READY
        assert [copy["width"] for copy in picture.renditions] == [320, 640, 960, 1600]
        for copy in picture.renditions:
            for ending, kind in (("avif", "AVIF"), ("jpg", "JPEG")):
                path = default_storage.path(picture.name_of(copy["width"], ending))
                data = Path(path).read_bytes()
                assert len(data) == copy[ending]
                with Image.open(io.BytesIO(data)) as image:
                    assert image.format == kind
                    assert image.size == (copy["width"], copy["width"] // 2)

    @pytest.mark.parametrize(
        ("width", "widths"),
        [(1, [1]), (320, [320]), (700, [320, 640, 700]), (1601, [*making.WIDTHS])],
    )
    def test_never_wider_than_the_picture(self, width, widths):
        assert making.widths_for(width) == widths

    def test_done_twice_is_done_once(self):
        picture = pictures.kept()
        assert tasks.prepare_picture(picture.pk) is True
        assert tasks.prepare_picture(picture.pk) is False
        picture.refresh_from_db()
        assert (picture.state, picture.attempts) == (State.READY, 1)

    def test_a_picture_that_is_gone_is_no_error(self):
        assert tasks.prepare_picture(999_999) is False

    def test_what_an_earlier_try_left_is_written_over(self):
        picture = pictures.kept()
        default_storage.save(picture.name_of(64, "jpg"), ContentFile(b"half a file"))
        assert actions.prepare(picture_id=picture.pk)
        with Image.open(default_storage.path(picture.name_of(64, "jpg"))) as image:
            assert image.size == (64, 48)

    @pytest.mark.parametrize("damage", ["gone", "broken"])
    def test_failure_is_said_and_the_page_stays_whole(self, damage, caplog):
        picture = pictures.kept()
        path = Path(picture.file.path)
        path.unlink() if damage == "gone" else path.write_bytes(b"\xff\xd8\xff broken")
        assert tasks.prepare_picture(picture.pk) is False
        picture.refresh_from_db()
        assert picture.state == State.FAILED
        assert "cannot be prepared" in caplog.text
        assert picture.src == picture.file.url
        assert actions.try_again(pictures=Picture.objects.all()) == 1
        picture.refresh_from_db()
        assert (picture.state, picture.attempts) == (State.PENDING, 0)

    def test_the_sweep_finds_what_a_lost_task_left(self, now):
        picture = pictures.kept()
        Picture.objects.update(created_at=now)
        assert actions.catch_up(now=now + dt.timedelta(seconds=59)) == 0
        assert actions.catch_up(now=now + dt.timedelta(seconds=61)) == 1
        picture.refresh_from_db()
        assert picture.state == State.READY

    def test_a_picture_that_kills_the_worker_is_given_up(self, now):
        picture = pictures.kept()
        Picture.objects.update(created_at=now, attempts=actions.ATTEMPTS)
        assert actions.catch_up(now=now + dt.timedelta(hours=1)) == 0
        picture.refresh_from_db()
        assert picture.state == State.FAILED


@pytest.mark.django_db
class TestRemoving:
    def test_takes_the_files_along(self, tmp_path, django_capture_on_commit_callbacks):
        picture = pictures.ready()
        with django_capture_on_commit_callbacks(execute=True):
            actions.remove(picture=picture)
        assert not list((tmp_path / "pictures").iterdir())

    def test_a_cover_stays(self):
        picture = pictures.ready()
        ArticleFactory(cover=picture)
        with pytest.raises(ProtectedError):
            actions.remove(picture=picture)
        assert Path(picture.file.path).exists()

    def test_files_without_a_row_go_after_a_day(self, now):
        kept, lost = pictures.ready(), pictures.ready()
        Picture.objects.filter(pk=lost.pk).delete()
        today = dt.datetime.now(dt.UTC)
        assert actions.drop_orphans(now=today) == 0
        assert actions.drop_orphans(now=today + dt.timedelta(days=2)) == 3
        assert not Path(lost.file.path).parent.exists()
        assert Path(kept.file.path).exists()

    def test_a_folder_that_another_machine_has_just_swept_is_no_error(self, now):
        gone = actions.folder_of("gone")
        assert actions._delete_old(default_storage, gone, now) == 0

    def test_no_folder_is_no_error(self, now):
        assert actions.drop_orphans(now=now) == 0


@pytest.mark.django_db
class TestInText:
    def text(self, picture: Picture, **attributes: str) -> str:
        more = "".join(f' {name}="{value}"' for name, value in attributes.items())
        return f'<p>Trước</p><p><img src="{picture.file.url}"{more}></p>'

    def test_comes_in_all_sizes_with_its_place_kept(self):
        picture = pictures.ready(size=(1000, 500))
        html = in_text.dress(self.text(picture, alt="Bà con phơi miến"))
        assert f'<source type="image/avif" srcset="{picture.avif_srcset}"' in html
        assert 'width="1000" height="500" alt="Bà con phơi miến"' in html
        assert 'loading="lazy"' in html
        assert html.startswith("<p>Trước</p><p><picture>")

    def test_the_editors_width_counts(self):
        picture = pictures.ready(size=(1000, 500))
        html = in_text.dress(self.text(picture, width="300", height="299"))
        assert 'width="300" height="150"' in html

    def test_the_rows_description_fills_a_gap(self):
        picture = pictures.ready(alt="Sân phơi “vàng” <ươm>")
        html = in_text.dress(self.text(picture, alt=""))
        assert 'alt="Sân phơi “vàng” &lt;ươm&gt;"' in html

    def test_quotes_in_a_description_stay_quotes(self):
        html = in_text.dress(self.text(pictures.ready(), alt="&quot;Xin chào&quot;"))
        assert 'alt="&quot;Xin chào&quot;"' in html

    def test_before_it_is_ready_the_original_shows(self):
        picture = pictures.kept()
        html = in_text.dress(self.text(picture))
        assert f'src="{picture.file.url}"' in html
        assert "srcset" not in html
        assert 'width="64" height="48"' in html

    def test_what_is_no_picture_of_ours_is_left_alone(self):
        html = '<p><img src="/static/img/mark.svg" alt="" loading="lazy"></p>'
        assert in_text.dress(html) == html
        gone = f'<p><img src="/media/pictures/{"a" * 20}/original.jpg"></p>'
        assert in_text.dress(gone) == gone

    @pytest.mark.parametrize("number", [1, 3])
    def test_one_query_for_all_of_them(self, django_assert_num_queries, number):
        html = "".join(self.text(pictures.ready()) for _each in range(number))
        with django_assert_num_queries(1):
            assert in_text.dress(html).count("<picture>") == number

    def test_without_pictures_no_query(self, django_assert_num_queries):
        with django_assert_num_queries(0):
            assert in_text.dress("<p>Chữ</p>") == "<p>Chữ</p>"

    @pytest.mark.parametrize(
        ("row", "attributes", "mute"),
        [
            ({"alt": ""}, {}, True),
            ({"alt": ""}, {"alt": " "}, True),
            ({"alt": ""}, {"alt": "Bà con phơi miến"}, False),
            ({"alt": "Bà con phơi miến"}, {}, False),
            ({"alt": "", "decorative": True}, {}, False),
        ],
    )
    def test_says_which_pictures_nobody_described(self, row, attributes, mute):
        picture = pictures.kept(title="phơi miến", **row)
        named = in_text.undescribed(self.text(picture, **attributes) * 2)
        assert named == (["phơi miến"] if mute else [])

    def test_a_picture_without_a_row_is_named_by_its_address(self):
        html = '<img src="/static/img/mark.svg">'
        assert in_text.undescribed(html) == ["/static/img/mark.svg"]


@pytest.mark.django_db
def test_every_place_that_shows_a_picture_is_found():
    picture, other = pictures.kept(), pictures.kept()
    cover = ArticleFactory(cover=picture)
    text = ArticleFactory(body=f'<p><img src="{picture.file.url}"></p>')
    ArticleFactory(cover=other)
    assert list(uses(picture)) == [cover, text]


@pytest.mark.django_db
def test_staff_see_it_small():
    picture = pictures.ready(size=(640, 320))
    assert 'width="160" height="80"' in thumbnail(picture)
    assert thumbnail(None) == ""


@pytest.mark.django_db
class TestAddress:
    def test_hands_out_the_file_for_good(self, client):
        picture = pictures.ready(size=(700, 350))
        response = client.get(picture.src)
        assert response["Content-Type"] == "image/jpeg"
        assert "immutable" in response["Cache-Control"]
        assert response["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in response["Content-Security-Policy"]
        assert b"".join(response.streaming_content)[:3] == b"\xff\xd8\xff"
        assert not response.cookies
        small = picture.avif_srcset.split()[0]
        avif = client.get(small)
        assert avif["Content-Type"] == "image/avif"
        avif.close()

    @pytest.mark.parametrize(
        "rest",
        [
            "original.png",
            "original.html",
            "original.jpg.html",
            "other.jpg",
            "99999.jpg",
            "321.jpg",
            "../../../private/x.jpg",
            "%2e%2e/original.jpg",
            "",
        ],
    )
    def test_knows_no_other(self, client, rest):
        picture = pictures.kept()
        path = f"/media/pictures/{picture.key}/{rest}"
        assert client.get(path).status_code == 404

    def test_a_key_is_needed(self, client, tmp_path):
        (tmp_path / "secret.jpg").write_bytes(b"\xff\xd8\xff")
        assert client.get("/media/secret.jpg").status_code == 404
        assert client.get("/media/pictures/secret.jpg").status_code == 404
