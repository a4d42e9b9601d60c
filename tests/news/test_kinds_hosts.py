"""Which links become films, and what is kept of them."""

import pytest

from news.kinds.hosts import parse
from news.kinds.video import Video

ID = "dQw4w9WgXcQ"


@pytest.mark.parametrize(
    "link",
    [
        f"https://www.youtube.com/watch?v={ID}",
        f"https://www.youtube.com/watch?v={ID}&t=42s&list=PLx",
        f"http://m.youtube.com/watch?v={ID}",
        f"youtube.com/watch?v={ID}",
        f"https://youtu.be/{ID}?si=abc",
        f"https://www.youtube.com/shorts/{ID}",
        f"https://www.youtube-nocookie.com/embed/{ID}",
        f"  https://YouTube.com/watch?v={ID}  ",
    ],
)
def test_a_film_on_youtube_is_known_by_its_number(link):
    host, number = parse(link)
    assert (host.key, number) == ("youtube", ID)


@pytest.mark.parametrize(
    "link",
    ["https://vimeo.com/76979871", "https://player.vimeo.com/video/76979871?h=a"],
)
def test_a_film_on_vimeo_is_known_by_its_number(link):
    host, number = parse(link)
    assert (host.key, number) == ("vimeo", "76979871")


@pytest.mark.parametrize(
    "link",
    [
        "",
        "phim.mp4",
        f"javascript:alert(1)//www.youtube.com/watch?v={ID}",
        f"data:text/html,https://youtu.be/{ID}",
        f"https://www.youtube.com.evil.example/watch?v={ID}",
        f"https://evil.example/watch?v={ID}",
        f"https://evil.example/?https://www.youtube.com/watch?v={ID}",
        f"https://www.youtube.com@evil.example/watch?v={ID}",
        f"https://evil.example\\@www.youtube.com/watch?v={ID}",
        f"https://www.youtube.com:8443/watch?v={ID}",
        f"https://www.youtube.com:x/watch?v={ID}",
        f"ftp://www.youtube.com/watch?v={ID}",
        f"https://notyoutube.com/watch?v={ID}",
        f"https://www.youtube.com/watch?v={ID}&v=aaaaaaaaaaa",
        "https://www.youtube.com/watch?v=short",
        'https://www.youtube.com/watch?v="><script>',
        "https://www.youtube.com/watch?v=..%2F..%2Fabc",
        "https://www.youtube.com/redirect?q=https://evil.example",
        f"https://youtu.be/{ID}/more",
        f"https://youtu.be/{ID}\n",
        "https://vimeo.com/٧٦٩٧٩٨٧١",
        "https://vimeo.com/channels/staffpicks",
        "https://vimeo.com/0",
        "https://[::1/watch",
        f"https://youtu.be/{ID}?" + "a" * 400,
    ],
)
def test_anything_else_is_no_film(link):
    if link.strip() == f"https://youtu.be/{ID}":
        assert parse(link)[1] == ID  # the line break is cut off, nothing else
    else:
        assert parse(link) is None


@pytest.mark.parametrize(
    "raw",
    [
        {"host": "evil", "number": ID},
        {"host": "youtube", "number": '"><script>alert(1)</script>'},
        {"host": "youtube", "number": "../../../x"},
        {"host": ["youtube"], "number": {"a": 1}},
        {"host": "vimeo", "number": ID},
    ],
)
def test_what_was_put_into_the_database_past_the_form_is_not_shown(raw):
    video = Video.read(raw)
    assert (video.host, video.number, video.player) == ("", "", "")
