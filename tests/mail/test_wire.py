"""The short way from a letter to its bytes says what the long way says."""

import email
import email.policy
import re

import pytest

from content import identity
from mail import wire
from mail.messages import message_for
from mail.wire import bytes_of
from tests.factories.mail import LetterFactory
from tests.mail.test_messages import INVITATION

pytestmark = pytest.mark.django_db
BOUNDARY = re.compile(rb"={15}[0-9a-f]{19}==")
LONG = "Hội thi tìm hiểu chuyển đổi số năm 2026 của tuổi trẻ toàn tỉnh " * 3
DOMAIN = "tinh-doan-co-ten-rat-dai-de-thu-gap-dong-tieu-de-cua-mot-la-thu.example.com"
ODD = {
    "as it mostly is": {},
    "text alone": {"html": ""},
    "ascii alone": {"subject": "Hello", "text": "Hello.\n", "html": ""},
    "ascii beside marks": {"text": "Hello.\n"},
    "html alone": {"text": ""},
    "nothing at all": {"text": "", "html": "", "subject": ""},
    "calendar": {"attachments": [INVITATION]},
    "calendar and text": {"attachments": [INVITATION], "html": ""},
    "calendar alone": {"attachments": [INVITATION], "html": "", "text": ""},
    "two attachments": {
        "attachments": [
            INVITATION,
            {"filename": 'a"b;.txt', "content_type": "text/plain", "content": ""},
        ]
    },
    "may be stopped": {"kind": "tests.optional"},
    "headers of its own": {"headers": {"X-Session": "17"}},
    "all kinds of line ends": {
        "text": "một\rhai\r\nba\n\rbốn\n\n.năm\n..\n.",
        "html": "",
    },
    "odd line ends": {"text": "một\x0bhai\x0cba\x85bốn\u2028năm\n"},
    "no line end": {"text": "một", "html": "."},
    "longest line": {"text": "a" * 998 + "\n"},
    "line too long": {"text": "a" * 999 + "\n"},
    "line too long in bytes": {"html": "ă" * 500},
    "looks like a boundary": {"text": "--===============1==\n--\n"},
    "From at the beginning": {"text": "From me\n>From you\n", "html": "From us"},
    "no subject": {"subject": ""},
    "long subject": {"subject": LONG},
    "long ascii subject": {"subject": "Digital transformation " * 10},
    "subject of one long word": {"subject": "a" * 250},
    "subject of 69": {"subject": "a" * 69},
    "subject of 70": {"subject": "a " * 34 + "ab"},
    "spaces around the subject": {"subject": "  a  b  "},
    "tab in the subject": {"subject": "a\tb"},
    "subject that looks encoded": {"subject": "=?utf-8?b?QmNjOg==?="},
    "subject with signs": {"subject": 'a: "b" <c@example.com>, d; e=f ∑ 🎉'},
    "subject with a control": {"subject": "a\x00b\x7fc\u200bd"},
    "address with marks": {"address": "lan@tỉnhđoàn.example.com"},
    "long address": {"address": f"{'a' * 60}@{DOMAIN}"},
    "address with a tag": {"address": "lan+tap.huan@example.com"},
    "english": {"language": "en"},
}
REFUSED = [
    {"subject": "Lớp\nBcc: b@example.com"},
    {"subject": "Class\r\nBcc: b@example.com"},
    {"subject": "Class\rBcc: b@example.com"},
    {"subject": "Class\n"},
    {"subject": "\r\n\r\nLớp"},
    {"address": "a@example.com\nBcc: b@example.com"},
    {"address": "a@example.com\r"},
    {"address": "ă@example.com\r\nBcc: b@example.com"},
    {"address": "tỉnh đoàn"},
    {"message_id": "<1@example.com>\nBcc: b@example.com"},
    {"language": "vi\nBcc: b@example.com"},
    {"headers": {"X-One": "a\nBcc: b@example.com"}},
]


def long_way(letter) -> bytes:
    return message_for(letter).message().as_bytes(linesep="\r\n")


def without_boundaries(raw: bytes) -> bytes:
    """Each in the order of its appearance instead of what it was."""
    names: dict[bytes, bytes] = {}
    return BOUNDARY.sub(
        lambda found: names.setdefault(found[0], b"boundary %d" % len(names)), raw
    )


@pytest.mark.parametrize("letter", ODD.values(), ids=ODD)
def test_the_same_bytes(letter):
    letter = LetterFactory.build(**letter)
    raw = bytes_of(letter)
    assert without_boundaries(raw) == without_boundaries(long_way(letter))
    assert re.search(rb"(?<!\r)\n|\r(?!\n)", raw) is None


@pytest.mark.parametrize("contact", ["", "lien.he@example.com", f"{'a' * 40}@{DOMAIN}"])
@pytest.mark.parametrize(
    "sender",
    [
        "khong-tra-loi@example.com",
        "Tuoi tre <a@example.com>",
        f'"{LONG}, Trung tâm" <a@example.com>',
    ],
)
def test_whoever_writes_it(settings, sender, contact):
    settings.DEFAULT_FROM_EMAIL = sender
    site = identity.at_first()
    site.contact_email = contact
    identity.keep(site)
    letter = LetterFactory.build()
    assert without_boundaries(bytes_of(letter)) == without_boundaries(long_way(letter))


@pytest.mark.parametrize("field", REFUSED)
def test_a_line_break_is_refused_as_ever(field):
    letter = LetterFactory.build(**field)
    with pytest.raises(ValueError, match=r"newlines|Invalid address") as ours:
        bytes_of(letter)
    with pytest.raises(type(ours.value)):
        long_way(letter)


def test_the_contact_cannot_break_out_either():
    site = identity.at_first()
    site.contact_email = "a@example.com\nBcc: b@example.com"
    identity.keep(site)
    with pytest.raises(ValueError, match="newlines"):
        bytes_of(LetterFactory.build())


def test_parts_are_told_apart_by_boundaries_of_their_own():
    letter = LetterFactory.build(attachments=[INVITATION])
    ones, others = (set(BOUNDARY.findall(bytes_of(letter))) for _ in range(2))
    assert len(ones) == len(others) == 2
    assert not ones & others


def test_the_subject_of_a_secret_letter_is_not_remembered():
    bytes_of(LetterFactory.build(subject="Mã 123456", secret=True))
    before = wire._header_of_many.cache_info()
    bytes_of(LetterFactory.build(subject="Mã 123456", secret=True))
    bytes_of(LetterFactory.build(subject="Mã 654321", secret=True))
    assert wire._header_of_many.cache_info().misses == before.misses


def test_the_other_side_reads_it_whole():
    letter = LetterFactory.build(attachments=[INVITATION], subject=LONG.strip())
    message = email.message_from_bytes(bytes_of(letter), policy=email.policy.default)
    assert message["Subject"].strip() == letter.subject
    body, calendar = message.iter_parts()
    text, html = body.iter_parts()
    assert text.get_content().replace("\r\n", "\n") == letter.text
    assert html.get_content().strip() == letter.html
    assert calendar.get_payload(decode=True) == INVITATION["content"].encode()
