"""Which files are captions, and what people are told about the others."""

import io

import pytest
from django.core.exceptions import ValidationError

from news import captions

GOOD = "WEBVTT\n\n1\n00:01.000 --> 00:04.000 line:0\nChào các bạn.\n"


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        "\ufeff" + GOOD,
        GOOD.replace("\n", "\r\n"),
        "WEBVTT - phim\n\n01:00:00.000 --> 01:00:01.500\nHết.\n",
    ],
)
def test_captions_come_in_with_plain_line_breaks(text):
    kept = captions.check(io.BytesIO(text.encode()))
    assert kept.startswith("WEBVTT")
    assert "\r" not in kept


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"1\n00:00:01,000 --> 00:00:02,000\nSRT\n", "WebVTT"),
        (b"<html>WEBVTT</html>", "WebVTT"),
        (b"WEBVTTX\n\n00:01.000 --> 00:02.000\na", "WebVTT"),
        ("WEBVTT\n\nChào".encode("utf-16"), "UTF-8"),
        (b"WEBVTT\n\nchi co chu\n", "không có dòng phụ đề"),
        (b"WEBVTT\n\n00:01,000 --> 00:02,000\na", "Dòng 3"),
        (b"WEBVTT\n\n00:05.000 --> 00:02.000\na", "dòng 3"),
        (b"WEBVTT\n" + b"a" * captions.MAX_BYTES, "1 MB"),
    ],
)
def test_others_are_refused_with_what_is_wrong(data, said):
    with pytest.raises(ValidationError) as refused:
        captions.check(io.BytesIO(data))
    assert said in " ".join(refused.value.messages)
