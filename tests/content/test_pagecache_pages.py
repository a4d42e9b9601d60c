"""A page as it is sent, in each encoding, and as it is stored."""

import gzip

import brotli
import pytest
import time_machine

from content.pagecache.pages import Page, may_be_kept, page_headers
from tests.content.door import Door

TEXT = "<p>Tuổi trẻ chuyển đổi số</p>\n".encode() * 50


def page(**changes) -> Page:
    facts = {
        "headers": [("Content-Type", "text/html; charset=utf-8")],
        "areas": frozenset({"news", "site"}),
        "versions": {"news": "1", "site": "2"},
        "expires": 1.5,
        "parts": [TEXT],
    }
    return Page(**facts | changes)


class TestAnswer:
    @pytest.mark.parametrize(
        ("encoding", "decode"),
        [("", bytes), ("gzip", gzip.decompress), ("br", brotli.decompress)],
    )
    def test_each_encoding_has_its_body_length_and_tag(self, encoding, decode):
        answer = page().bodies.answer(encoding)
        headers = dict(answer.headers)
        assert decode(answer.body[0]) == TEXT
        assert headers["Content-Length"] == str(len(answer.body[0]))
        assert headers.get("Content-Encoding", "") == encoding
        assert headers["ETag"] == answer.etag
        assert not answer.etag.startswith("W/")

    def test_tags_differ_by_encoding_and_by_text(self):
        tags = {page().bodies.answer(name).etag for name in ("", "gzip", "br")}
        tags.add(page(parts=[TEXT + b"!"]).bodies.answer("").etag)
        assert len(tags) == 4
        assert page().bodies.answer("br").etag == page().bodies.answer("br").etag

    def test_a_short_text_is_not_compressed(self):
        answer = page(parts=[b"short"]).bodies.answer("br")
        assert answer.body == [b"short"]
        assert "Content-Encoding" not in dict(answer.headers)

    @pytest.mark.parametrize(
        ("sent", "matches"),
        [
            ("{tag}", True),
            ("W/{tag}", True),
            ('"x", {tag}', True),
            ('"x",W/{tag} , "y"', True),
            ("*", True),
            ('"x"', False),
            ("", False),
            ("{bare}", False),
        ],
    )
    def test_whoever_has_it(self, sent, matches):
        answer = page().bodies.answer("gzip")
        sent = sent.format(tag=answer.etag, bare=answer.etag.strip('"'))
        assert answer.matches(sent) is matches

    def test_nothing_new_is_said_without_a_body(self):
        unchanged = dict(page().bodies.answer("br").unchanged)
        assert "ETag" in unchanged
        assert not {"Content-Length", "Content-Encoding", "Content-Type"} & {*unchanged}


class TestStored:
    @pytest.mark.parametrize(
        "changes",
        [
            {},
            {"counted": True, "parts": [b"x"]},
            {"parts": [b"a", b"", b"\nc"], "marks": ("s 1 v vi", "s 2 v vi"),
             "values": (b"one", b"")},
        ],
    )  # fmt: skip
    def test_it_comes_back_as_it_was(self, changes):
        before = page(**changes)
        after = Page.load(before.dump())
        for name in ("headers", "areas", "versions", "expires", "parts", "marks"):
            assert getattr(after, name) == getattr(before, name)
        assert (after.values, after.counted) == (before.values, before.counted)
        for encoding in ("", "gzip", "br"):
            one, other = before.bodies.answer(encoding), after.bodies.answer(encoding)
            assert (one.headers, one.body) == (other.headers, other.body)

    def test_it_brings_its_compressed_bodies_along(self):
        stored = page().dump()
        assert brotli.compress(TEXT, mode=brotli.MODE_TEXT, quality=5) in stored
        assert gzip.compress(TEXT, 6, mtime=0) in stored


def test_the_headers_of_the_view_stay():
    kept = page_headers(
        [
            ("Content-Type", "text/html"),
            ("Content-Security-Policy", "default-src 'self'"),
            ("Vary", "Cookie, X-Other"),
            ("Content-Length", "3"),
            ("Strict-Transport-Security", "max-age=1"),
        ]
    )
    assert ("Content-Security-Policy", "default-src 'self'") in kept
    assert ("Strict-Transport-Security", "max-age=1") in kept
    assert ("Vary", "Accept-Encoding, Cookie, X-Other") in kept
    assert "Content-Length" not in dict(kept)


@pytest.mark.parametrize(
    ("status", "headers", "kept"),
    [
        ("200 OK", [], True),
        ("200 OK", [("Cache-Control", "max-age=60")], True),
        ("404 Not Found", [], False),
        ("301 Moved Permanently", [], False),
        ("206 Partial Content", [], False),
        ("200 OK", [("Set-Cookie", "a=b")], False),
        ("200 OK", [("set-cookie", "a=b")], False),
        ("200 OK", [("Cache-Control", "private")], False),
        ("200 OK", [("Cache-Control", "max-age=0, no-store")], False),
        ("200 OK", [("Content-Encoding", "gzip")], False),
    ],
)
def test_what_may_be_kept(status, headers, kept):
    assert may_be_kept(status, headers) is kept


@pytest.mark.django_db
class TestAtTheDoor:
    @pytest.fixture
    def door(self, now):
        with time_machine.travel(now, tick=False):
            yield Door()

    @pytest.mark.parametrize("encoding", ["", "gzip", "br"])
    def test_whoever_has_it_hears_304(self, door, encoding):
        first = door.get("/tin-tuc/", accept_encoding=encoding)
        again = door.get(
            "/tin-tuc/", accept_encoding=encoding, if_none_match=first.headers["ETag"]
        )
        assert (again.status, again.body, again.rendered) == (304, b"", 0)
        for name in ("ETag", "Cache-Control", "Vary", "Content-Security-Policy"):
            assert again.headers[name] == first.headers[name]

    def test_the_tag_of_another_encoding_is_another_page(self, door):
        first = door.get("/tin-tuc/", accept_encoding="br")
        again = door.get("/tin-tuc/", if_none_match=first.headers["ETag"])
        assert again.status == 200

    def test_all_encodings_say_the_same(self, door):
        texts = {
            door.get("/tin-tuc/", accept_encoding=name).text
            for name in ("", "gzip", "br", "br;q=0", "*")
        }
        assert len(texts) == 1
