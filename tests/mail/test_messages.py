import email
import email.policy

import icalendar
import pytest

from content import identity
from mail.messages import message_for
from tests.factories.mail import LetterFactory

INVITATION = {
    "filename": "lịch.ics",
    "content_type": "text/calendar; method=REQUEST; charset=utf-8",
    "content": "BEGIN:VCALENDAR\r\nPRODID:x\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\n"
    "DTSTAMP:20261123T020000Z\r\nDTSTART:20261201T010000Z\r\n"
    "SUMMARY:Tập huấn chuyển đổi số\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
}


def sent(**kwargs):
    """The message as the other side reads it from the wire."""
    raw = message_for(LetterFactory.build(**kwargs)).message().as_bytes(linesep="\r\n")
    return email.message_from_bytes(raw, policy=email.policy.default)


def test_text_stands_before_html():
    message = sent(text="Chào bạn.\n", html="<p>Chào bạn.</p>")
    assert message.get_content_type() == "multipart/alternative"
    text, html = message.iter_parts()
    assert text.get_content_type() == "text/plain"
    assert text.get_content().strip() == "Chào bạn."
    assert html.get_content().strip() == "<p>Chào bạn.</p>"


def test_headers():
    site = identity.at_first()
    site.contact_email = "lien.he@example.com"
    identity.keep(site)
    message = sent(
        address="lan@example.com",
        subject="Bạn đã có chỗ: Ứng dụng trí tuệ nhân tạo",
        message_id="<1@example.com>",
        language="vi",
    )
    assert message["To"] == "lan@example.com"
    assert message["Subject"].strip() == "Bạn đã có chỗ: Ứng dụng trí tuệ nhân tạo"
    assert message["From"].addresses[0].display_name == "Tuổi trẻ chuyển đổi số"
    assert message["Reply-To"] == "lien.he@example.com"
    assert message["Message-ID"] == "<1@example.com>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == "vi"
    assert message["Date"].datetime.utcoffset().total_seconds() == 7 * 3600
    assert message["MIME-Version"] == "1.0"


def test_building_it_twice_gives_the_same_identity():
    letter = LetterFactory.build()
    one, other = message_for(letter).message(), message_for(letter).message()
    assert one["Message-ID"] == other["Message-ID"] == letter.message_id
    assert one["Date"] == other["Date"]


def test_letters_own_headers_cannot_take_the_place_of_ours():
    message = sent(
        message_id="<1@example.com>",
        headers={"Message-ID": "<2@example.com>", "X-Session": "17"},
    )
    assert message.get_all("Message-ID") == ["<1@example.com>"]
    assert message["X-Session"] == "17"


def test_optional_kind_can_be_stopped_by_one_click():
    message = sent(kind="tests.optional")
    link = message["List-Unsubscribe"].strip()
    assert link.startswith("<http")
    assert link.endswith("/>")
    assert "/thu-tin/ngung/" in link
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_other_kinds_cannot():
    assert sent(kind="tests.plain")["List-Unsubscribe"] is None


def test_calendar_arrives_whole_and_with_one_charset():
    message = sent(attachments=[INVITATION])
    (part,) = message.iter_attachments()
    assert str(part["Content-Type"]).count("charset") == 1
    assert part.get_content_type() == "text/calendar"
    assert part["Content-Type"].params["method"] == "REQUEST"
    assert part.get_content_charset() == "utf-8"
    assert part.get_filename() == "lịch.ics"
    data = part.get_payload(decode=True)
    assert data == INVITATION["content"].encode()
    (event,) = icalendar.Calendar.from_ical(data).walk("VEVENT")
    assert event["SUMMARY"] == "Tập huấn chuyển đổi số"


@pytest.mark.parametrize("field", ["subject", "address"])
def test_line_break_never_becomes_a_header(field):
    letter = LetterFactory.build(**{field: "a@example.com\nBcc: b@example.com"})
    with pytest.raises(ValueError, match=r"newlines|Invalid address"):
        message_for(letter).message()
