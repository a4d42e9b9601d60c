"""Texts of strangers in letters: a line break never becomes a header."""

import email
import email.policy
from email.header import decode_header, make_header
from email.utils import parseaddr

import pytest

from mail.actions import queue
from mail.messages import message_for
from mail.rendering import Content, render

pytestmark = pytest.mark.django_db
BAD = "Lớp mới\r\nBcc: all@example.com\r\n\r\n<script>alert(1)</script>"


def parsed(letter):
    raw = message_for(letter).message().as_bytes(linesep="\r\n")
    return email.message_from_bytes(raw, policy=email.policy.default)


def test_a_title_of_several_lines_is_one_line_of_the_subject(now):
    content = Content(subject=BAD, text="x", html="")
    letter = queue(
        kind="tests.plain", address="lan@example.com", content=content, now=now
    )
    message = parsed(letter)
    assert message["Bcc"] is None
    assert message["Subject"].strip().startswith("Lớp mới Bcc: all@example.com")


def test_a_name_with_lines_and_tags_stays_text(now):
    content = render(
        "members/digest",
        {"name": BAD, "tasks": [], "ahead": [], "desk_url": "/", "choose_url": "/"},
    )
    letter = queue(
        kind="tests.plain", address="lan@example.com", content=content, now=now
    )
    message = parsed(letter)
    assert message["Bcc"] is None
    assert "<script>" not in letter.html
    assert "&lt;script&gt;" in letter.html


@pytest.mark.parametrize(
    "sender",
    [
        '"Tỉnh đoàn, Trung tâm" <a@example.com>',
        "Tỉnh đoàn <a@example.com>",
        "Cổng thông tin chuyển đổi số của tuổi trẻ toàn tỉnh <a@example.com>",
    ],
)
def test_our_own_name_may_have_signs_and_be_long(now, settings, sender):
    settings.DEFAULT_FROM_EMAIL = sender
    content = Content(subject="x", text="x", html="")
    letter = queue(
        kind="tests.plain", address="lan@example.com", content=content, now=now
    )
    raw = message_for(letter).message()["From"]
    name, address = parseaddr(raw)
    # Read here: before Python 3.12 the parsed header puts a space between the words.
    assert str(make_header(decode_header(name))) == parseaddr(sender)[0]
    assert parsed(letter)["From"].addresses[0].addr_spec == address == "a@example.com"
