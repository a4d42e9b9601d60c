import gc
import mailbox

import pytest

from mail.bounces.intake import collect
from mail.models import Letter
from tests.factories.mail import LetterFactory
from tests.mail.imap_server import ImapServer
from tests.mail.returned_letters import sample

pytestmark = pytest.mark.django_db
MAILS = [sample("out_of_office"), sample("gmail"), b"\xff rubbish", sample("exchange")]


@pytest.fixture
def letter() -> Letter:
    return LetterFactory(
        sent=True, address="lan@example.com", message_id="<letter-1@example.com>"
    )


@pytest.fixture
def folder(tmp_path, settings) -> mailbox.Maildir:
    settings.MAIL_BOUNCE_MAILBOX = f"maildir:{tmp_path / 'box'}"
    box = mailbox.Maildir(tmp_path / "box")
    for raw in MAILS:
        box.add(raw)
    return box


def test_each_message_of_a_folder_is_read_once(folder, letter, now):
    assert collect(now=now) == {"taken": 1, "known": 1, "none": 2}
    letter.refresh_from_db()
    assert letter.state == "failed"
    assert {note.get_flags() for note in folder} == {"S"}
    assert len(folder) == len(MAILS), "nothing is thrown away"
    assert collect(now=now) == {}


def test_each_message_of_a_mail_server_is_read_once(settings, letter, now):
    with ImapServer(MAILS) as server:
        settings.MAIL_BOUNCE_MAILBOX = server.url
        assert collect(now=now) == {"taken": 1, "known": 1, "none": 2}
        assert server.seen == {1, 2, 3, 4}
        assert collect(now=now) == {}


def test_a_wrong_password_is_logged_without_it(settings, now, caplog):
    with ImapServer(MAILS, password="khac") as server:
        settings.MAIL_BOUNCE_MAILBOX = server.url
        assert collect(now=now) == {}
    assert "mailbox of returned letters" in caplog.text
    assert "mat-khau" not in caplog.text


def test_a_server_without_tls_hears_no_password_and_is_left(settings, now, caplog):
    with ImapServer(MAILS) as server:
        # The same machine by a name that is none of ours.
        settings.MAIL_BOUNCE_MAILBOX = server.url.replace("127.0.0.1", "127.1")
        assert collect(now=now) == {}
    gc.collect()  # a line that was only dropped would warn here
    assert "mailbox of returned letters" in caplog.text
    assert server.commands == ["CAPABILITY", "LOGOUT"]


@pytest.mark.parametrize("where", ["maildir:/nowhere/at/all", "imap://127.0.0.1:1/"])
def test_a_mailbox_that_is_away_is_logged(settings, now, caplog, where):
    settings.MAIL_BOUNCE_MAILBOX = where
    assert collect(now=now) == {}
    assert "mailbox of returned letters" in caplog.text


def test_without_a_setting_nothing_is_read(now):
    assert collect(now=now) == {}
