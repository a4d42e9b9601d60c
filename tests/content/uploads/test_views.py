"""The protocol word for word: tus.io/protocols/resumable-upload, version 1.0."""

import base64
import hashlib

import pytest
from django.test import RequestFactory

from content.uploads import actions, body, views
from content.uploads.models import Upload
from tests.content.uploads.conftest import PURPOSE
from tests.factories.members import UserFactory

pytestmark = pytest.mark.django_db
MEDIA_TYPE = "application/offset+octet-stream"
TUS = {"HTTP_TUS_RESUMABLE": "1.0.0"}
MEGABYTE = 1024 * 1024


def b64(text: str | bytes) -> str:
    data = text.encode() if isinstance(text, str) else text
    return base64.b64encode(data).decode()


def summed(data: bytes, name="sha256") -> str:
    return f"{name} {b64(hashlib.new(name, data).digest())}"


@pytest.fixture
def address():
    return lambda upload: f"/tai-len/{upload.key}/"


@pytest.fixture(autouse=True)
def _signed_in(client, owner, time_machine, now):
    time_machine.move_to(now, tick=False)
    client.force_login(owner)


@pytest.fixture
def patch(client, address):
    def send(upload, data, offset=None, **headers):
        offset = upload.offset if offset is None else offset
        said = {"HTTP_UPLOAD_OFFSET": str(offset), "CONTENT_TYPE": MEDIA_TYPE}
        headers = TUS | said | {"CONTENT_LENGTH": str(len(data))} | headers
        return client.patch(address(upload), data, **headers)

    return send


class TestCreation:
    @pytest.fixture
    def create(self, owner, now, drawer):
        def post(length="10", name="bài.pdf", max_bytes=100, method="post", **headers):
            metadata = f"filename {b64(name)},filetype {b64('application/pdf')}"
            headers = TUS | {"HTTP_UPLOAD_METADATA": metadata} | headers
            if length is not None:
                headers |= {"HTTP_UPLOAD_LENGTH": length}
            request = getattr(RequestFactory(), method)("/anywhere/", **headers)
            request.user, request.now = owner, now
            return views.create(
                request, purpose=PURPOSE, about="7", max_bytes=max_bytes
            )

        return post

    def test_answers_with_an_address_nobody_can_guess(self, create, owner):
        response = create()
        upload = Upload.objects.get()
        assert response.status_code == 201
        assert response["Location"] == f"/tai-len/{upload.key}/"
        assert (response["Upload-Offset"], response["Tus-Resumable"]) == ("0", "1.0.0")
        assert response["Upload-Expires"] == "Mon, 30 Nov 2026 02:00:00 GMT"
        assert len(upload.key) == 32
        assert (upload.owner, upload.name, upload.about) == (owner.pk, "bài.pdf", "7")

    @pytest.mark.parametrize(
        ("length", "status"),
        [
            ("100", 201),
            ("101", 413),
            ("0", 400),
            ("-1", 400),
            ("1e3", 400),
            ("٣", 400),
            ("9" * 30, 400),
            (None, 400),
        ],
    )
    def test_the_length_is_judged_before_a_byte_is_sent(self, create, length, status):
        assert create(length).status_code == status
        assert Upload.objects.exists() == (status == 201)

    def test_too_large_names_both_sizes(self, create):
        text = create(str(20 * MEGABYTE + 1), max_bytes=20 * MEGABYTE).content.decode()
        assert "20.1 MB" in text or "20,1 MB" in text

    @pytest.mark.parametrize(
        ("name", "kept"),
        [
            ("../../etc/passwd", "passwd"),
            ("C:\\Users\\lan\\bài.pdf", "bài.pdf"),
            ("..", "?"),
            ("/", "?"),
            ("a" * 300 + ".pdf", "a" * 255),
            ("bài.pdf".replace("à", "a\u0300"), "bài.pdf"),
        ],
    )
    def test_no_folder_comes_with_the_name(self, create, name, kept):
        create(name=name)
        assert Upload.objects.get().name == kept

    @pytest.mark.parametrize(
        "metadata",
        [
            "filename !!!",
            "filename " + b64(b"\xff"),
            f"a {b64('x')},a {b64('y')}",
            "x " + b64("y" * 3000),
            "filename " + b64("a\0b"),
            "filename bài",
        ],
    )
    def test_broken_metadata_is_the_senders_error(self, create, metadata):
        assert create(HTTP_UPLOAD_METADATA=metadata).status_code == 400

    def test_without_any_metadata_it_has_no_name(self, create):
        assert create(HTTP_UPLOAD_METADATA="").status_code == 201
        assert Upload.objects.get().name == "?"

    def test_another_version_is_not_spoken(self, create):
        response = create(HTTP_TUS_RESUMABLE="0.2.2")
        assert (response.status_code, response["Tus-Version"]) == (412, "1.0.0")

    def test_options_tell_what_is_possible(self, create):
        response = create(method="options")
        assert response.status_code == 204
        assert response["Tus-Max-Size"] == "100"
        assert "creation" in response["Tus-Extension"]

    def test_too_many_under_way(self, create, monkeypatch):
        monkeypatch.setattr(actions, "MOST_OPEN", 1)
        create()
        assert create().status_code == 429


class TestPatch:
    def test_piece_after_piece_until_it_is_whole(self, begin, patch, drawer):
        upload = begin(10)
        response = patch(upload, b"0123456")
        assert (response.status_code, response["Upload-Offset"]) == (204, "7")
        assert response["Tus-Resumable"] == "1.0.0"
        assert response["Upload-Expires"]
        response = patch(upload, b"789", offset=7)
        assert (response.status_code, response["Upload-Offset"]) == (204, "10")
        assert drawer.received[0][1] == b"0123456789"

    @pytest.mark.parametrize("name", ["sha1", "sha256"])
    def test_a_checksum_that_fits(self, begin, patch, name):
        upload = begin(4)
        response = patch(upload, b"abcd", HTTP_UPLOAD_CHECKSUM=summed(b"abcd", name))
        assert response.status_code == 204

    def test_a_byte_that_changed_on_the_way_is_thrown_away(self, begin, patch):
        upload = begin(4)
        response = patch(upload, b"abXd", HTTP_UPLOAD_CHECKSUM=summed(b"abcd"))
        assert response.status_code == 460
        upload.refresh_from_db()
        assert upload.offset == 0

    @pytest.mark.parametrize("header", ["md5 abcd", "sha256 !!", "sha256", "sha256 é"])
    def test_a_checksum_nobody_can_check(self, begin, patch, header):
        status = patch(begin(4), b"abcd", HTTP_UPLOAD_CHECKSUM=header).status_code
        assert status in {400, 460}

    def test_the_wrong_offset_is_answered_with_the_right_one(self, begin, patch):
        upload = begin(4)
        patch(upload, b"ab")
        response = patch(upload, b"cd", offset=3)
        assert (response.status_code, response["Upload-Offset"]) == (409, "2")

    @pytest.mark.parametrize(
        ("headers", "status"),
        [
            ({"HTTP_UPLOAD_OFFSET": "x"}, 400),
            ({"HTTP_UPLOAD_OFFSET": "-1"}, 400),
            ({"HTTP_TUS_RESUMABLE": "2.0.0"}, 412),
            ({"CONTENT_TYPE": "application/octet-stream"}, 415),
        ],
    )
    def test_what_the_protocol_forbids(self, begin, patch, headers, status):
        assert patch(begin(4), b"ab", **headers).status_code == status

    def test_a_piece_of_a_megabyte_and_not_a_byte_more(self, begin, patch):
        upload = begin(3 * MEGABYTE)
        assert patch(upload, bytes(MEGABYTE + 1)).status_code == 413
        assert patch(upload, bytes(MEGABYTE)).status_code == 204

    def test_beyond_the_length_promised(self, begin, patch):
        assert patch(begin(4), b"abcde").status_code == 413

    def test_without_a_length_of_the_piece(self, begin, patch):
        assert patch(begin(4), b"", CONTENT_LENGTH="").status_code == 411

    def test_an_empty_piece_at_the_end_finishes_what_broke_off(
        self, begin, patch, drawer, now
    ):
        upload = begin(2)
        actions.append(key=upload.key, offset=0, data=b"ab", now=now)
        assert patch(upload, b"", offset=2).status_code == 204
        assert len(drawer.received) == 1

    def test_a_refusal_is_said_in_the_answer(self, begin, patch, drawer):
        drawer.dislikes = "Tệp bị hỏng."
        response = patch(begin(2), b"ab")
        assert (response.status_code, response.content.decode()) == (
            422,
            drawer.dislikes,
        )

    def test_a_closed_feature_says_so(self, begin, patch, drawer):
        drawer.closed = "Đã hết hạn."
        response = patch(begin(2), b"a")
        assert (response.status_code, response.content.decode()) == (
            403,
            drawer.closed,
        )

    def test_once_more_after_the_answer_got_lost(self, begin, patch, drawer):
        upload = begin(2)
        patch(upload, b"ab")
        assert patch(upload, b"ab", offset=0).status_code == 409
        assert patch(upload, b"", offset=2).status_code == 204
        assert len(drawer.received) == 1

    def test_a_full_disk_is_told_and_nothing_counted(self, begin, patch, monkeypatch):
        import errno

        from content.uploads import pieces

        def full(*args):
            raise OSError(errno.ENOSPC, "no space")

        monkeypatch.setattr(pieces, "write", full)
        upload = begin(2)
        assert patch(upload, b"ab").status_code == 507
        upload.refresh_from_db()
        assert upload.offset == 0

    def test_where_pages_share_the_process_not_all_threads_read(
        self, begin, patch, settings
    ):
        settings.UPLOAD_AT_ONCE = 1
        upload = begin(2)
        with body.room():
            response = patch(upload, b"ab")
        assert (response.status_code, response["Retry-After"]) == (503, "1")
        assert patch(upload, b"ab").status_code == 204


class TestHead:
    def test_tells_where_to_go_on(self, client, begin, patch, address):
        upload = begin(4, metadata=f"filename {b64('a.pdf')}")
        patch(upload, b"abc")
        response = client.head(address(upload), **TUS)
        assert response.status_code == 200
        told = {name: response[name] for name in ("Upload-Offset", "Upload-Length")}
        assert told == {"Upload-Offset": "3", "Upload-Length": "4"}
        assert response["Upload-Metadata"] == f"filename {b64('a.pdf')}"
        assert response["Cache-Control"] == "no-store"
        assert response["Upload-Expires"]

    def test_what_is_taken_stands_at_its_end(self, client, begin, patch, address):
        upload = begin(2)
        patch(upload, b"ab")
        response = client.head(address(upload), **TUS)
        assert response["Upload-Offset"] == "2"


class TestTermination:
    def test_the_upload_and_its_bytes_are_gone(
        self,
        client,
        begin,
        patch,
        address,
        private_root,
        django_capture_on_commit_callbacks,
    ):
        upload = begin(4)
        patch(upload, b"ab")
        with django_capture_on_commit_callbacks(execute=True):
            assert client.delete(address(upload), **TUS).status_code == 204
        assert client.head(address(upload), **TUS).status_code == 404
        assert not any((private_root / "uploads").iterdir())


class TestOthers:
    METHODS = ("head", "patch", "delete")

    @pytest.mark.parametrize("method", METHODS)
    def test_find_nothing(self, client, begin, address, method):
        upload = begin(4)
        client.force_login(UserFactory())
        response = getattr(client, method)(address(upload), **TUS)
        assert response.status_code == 404
        assert Upload.objects.exists()

    @pytest.mark.parametrize("method", METHODS)
    def test_visitors_learn_nothing(self, client, begin, address, method):
        upload = begin(4)
        client.logout()
        codes = {
            getattr(client, method)(place, **TUS).status_code
            for place in (address(upload), f"/tai-len/{'0' * 32}/")
        }
        assert codes == {401}

    def test_get_is_no_way_to_the_bytes(self, client, begin, patch, address):
        upload = begin(4)
        patch(upload, b"ab")
        assert client.get(address(upload), **TUS).status_code == 405
        assert client.get(f"/uploads/{upload.key}").status_code == 404
        assert client.get(f"/media/uploads/{upload.key}").status_code == 404


def test_a_method_in_a_header_for_networks_that_know_two(client, begin, address):
    upload = begin(2)
    response = client.post(
        address(upload),
        b"ab",
        content_type=MEDIA_TYPE,
        HTTP_X_HTTP_METHOD_OVERRIDE="PATCH",
        HTTP_UPLOAD_OFFSET="0",
        **TUS,
    )
    assert response.status_code == 204


def test_another_site_cannot_send_for_us(begin, address, owner):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(owner)
    response = client.patch(
        address(begin(2)),
        b"ab",
        content_type=MEDIA_TYPE,
        HTTP_UPLOAD_OFFSET="0",
        **TUS,
    )
    assert response.status_code == 403
    assert Upload.objects.get().offset == 0


class Trickle:
    """A body of which a little comes at a time, on a clock of its own."""

    def __init__(self, clock, *, rate, breaks_after=None):
        self.clock, self.rate, self.left = clock, rate, breaks_after

    def read(self, size):
        if self.left is not None and self.left <= 0:
            return b""
        self.clock[0] += size / self.rate
        if self.left is not None:
            size = min(size, self.left)
            self.left -= size
        return bytes(size)


class TestBody:
    @pytest.fixture
    def clock(self, monkeypatch):
        hands = [0.0]
        monkeypatch.setattr(body.time, "monotonic", lambda: hands[0])
        return hands

    @pytest.mark.parametrize(
        ("rate", "size", "slow"),
        [
            (10_000, MEGABYTE, False),
            (8_000, MEGABYTE, True),  # the deadline
            (900, 64 * 1024, True),  # the rate
            (1_100, 64 * 1024, False),
        ],
    )
    def test_must_flow_and_end(self, clock, rate, size, slow):
        request = Trickle(clock, rate=rate)
        if slow:
            with pytest.raises(body.TooSlow):
                body.read(request, size)
        else:
            assert len(body.read(request, size)) == size

    def test_what_came_before_the_cut_is_there(self, clock):
        request = Trickle(clock, rate=10_000, breaks_after=20_000)
        assert len(body.read(request, MEGABYTE)) == 20_000
