import smtplib
import subprocess
import sys
import time
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from tests.ports import free_port


@pytest.fixture
def mailbox(tmp_path):
    """The command as `make run` starts it; yields its port and folder."""
    port, folder = free_port(), tmp_path / "thư đến"
    process = subprocess.Popen(
        [
            *(sys.executable, "manage.py", "mailbox"),
            *("--port", str(port), "--folder", str(folder)),
        ]
    )
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            smtplib.SMTP("127.0.0.1", port, timeout=5).quit()
            break
        except OSError:
            time.sleep(0.1)
    yield port, folder
    process.terminate()
    assert process.wait(timeout=10) == 0


def letter(subject, to="an@example.com"):
    made = EmailMessage()
    made["Subject"], made["From"], made["To"] = subject, "portal@example.com", to
    made.set_content("Chào bạn,\nhẹn gặp lại.\n")
    return made


@pytest.mark.slow
def test_letters_are_kept_whole_in_the_order_they_came(mailbox):
    port, folder = mailbox
    with smtplib.SMTP("127.0.0.1", port) as smtp:
        for number in range(12):
            smtp.send_message(letter(f"Thư số {number}"))

    files = sorted(folder.iterdir())

    assert all(file.suffix == ".eml" for file in files)
    read = [
        message_from_bytes(file.read_bytes(), policy=policy.default) for file in files
    ]
    assert [one["Subject"] for one in read] == [f"Thư số {n}" for n in range(12)]
    assert read[0].get_content().splitlines() == ["Chào bạn,", "hẹn gặp lại."]


@pytest.mark.slow
def test_an_odd_address_cannot_leave_the_folder(mailbox):
    port, folder = mailbox
    with smtplib.SMTP("127.0.0.1", port) as smtp:
        smtp.sendmail(
            "portal@example.com", ['"../../evil"@example.com'], "Subject: x\r\n\r\nx"
        )

    assert len(list(folder.iterdir())) == 1
    assert not list(folder.parent.glob("*.eml"))
