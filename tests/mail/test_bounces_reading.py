import pytest

from mail.bounces import reading
from mail.bounces.reading import read
from tests.mail.returned_letters import sample

HARD = ["postfix_unknown", "exim_report", "exim_plain", "gmail", "exchange"]
SOFT = ["postfix_expired", "postfix_full", "postfix_policy"]
NONE = ["postfix_delayed", "postfix_receipt", "out_of_office", "read_receipt"]


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"])
@pytest.mark.parametrize("name", HARD + SOFT)
def test_each_server_says_which_letter_and_whom(name, line_end):
    (bounce,) = read(sample(name).replace(b"\n", line_end))
    assert bounce.message_id == "<letter-1@example.com>"
    assert bounce.address_key == "lan@example.com"
    assert bounce.hard == (name in HARD)
    assert "tra-ve@tinhdoan.example.com" in " ".join(bounce.arrived_at)
    assert bounce.words
    assert "\n" not in bounce.words


@pytest.mark.parametrize("name", NONE)
def test_what_is_no_failure_counts_for_nothing(name):
    assert read(sample(name)) == []


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"no mail at all",
        b"\xff\xfe\x00" * 50,
        b"Content-Type: multipart/report; boundary=x\n\n--x\n"
        b"Content-Type: message/delivery-status\n\nrubbish\n--x--\n",
        b"Content-Type: message/delivery-status\n\nAction: failed\n",
        b"x" * (reading.LONGEST + 1),
        sample("postfix_unknown")[:900],
    ],
    ids=["empty", "text", "bytes", "no block", "no reader", "too long", "cut off"],
)
def test_rubbish_is_read_without_an_error(raw):
    assert all(not bounce.message_id for bounce in read(raw))


@pytest.mark.parametrize(
    ("status", "words", "hard"),
    [
        ("5.1.1", "", True),
        ("5.1.10", "", True),
        ("5.4.4", "", True),
        ("5.2.1", "mailbox disabled", True),
        ("5.2.2", "", False),
        ("5.0.0", "552 5.0.0 mailbox is full", False),
        ("5.3.4", "too big", False),
        ("5.7.26", "unauthenticated", False),
        ("4.4.7", "expired", False),
        ("", "smtp; 550 5.1.1 who?", True),
        ("", "", False),
    ],
)
def test_a_mailbox_that_is_gone_is_told_from_one_that_does_not_want(
    status, words, hard
):
    assert reading.is_hard(status, words) is hard
