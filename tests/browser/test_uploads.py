"""Sending files in pieces from a real Chromium, over a network that is cut."""

import datetime as dt
import hashlib
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from content import clock
from content.uploads.models import Upload
from contests import copying, filing
from contests.models import Entry, EntryFile
from tests.browser.conftest import eventually
from tests.browser.wire import Wire
from tests.factories import files as samples
from tests.factories.contests import (
    ContestFactory,
    EntryFactory,
    EntryFileFactory,
    JudgeAssignmentFactory,
    RoundFactory,
)
from tests.factories.members import UserFactory

DAY = dt.timedelta(days=1)
MEGABYTE = 1024 * 1024


@pytest.fixture(autouse=True)
def private_root(tmp_path, settings):
    settings.PRIVATE_ROOT = tmp_path / "private"


@pytest.fixture
def entry():
    now = clock.now()
    contest = ContestFactory(
        opens_at=now - DAY, closes_at=now + 10 * DAY, max_file_mb=20
    )
    return EntryFactory(contest=contest, owner=UserFactory())


@pytest.fixture
def address(entry):
    return reverse("contests:files", args=[entry.code])


@pytest.fixture
def film(tmp_path) -> Path:
    """Eight megabytes: small enough to be quick, large enough to be cut."""
    path = tmp_path / "Góc đọc sách.mp4"
    head = samples.film(boxes=(b"moov",))
    size = 8 * MEGABYTE
    path.write_bytes(head + size.to_bytes(4) + b"mdat" + bytes(size - 8))
    return path


@pytest.fixture
def wire(live_server):
    wire = Wire(live_server.thread.port)
    yield wire
    wire.close()


def choose(page, path) -> None:
    page.set_input_files('[name="files"]', path)


def slowly(page) -> None:
    """A megabyte a second, so that there is something to cut; it takes its time."""
    page.set_default_timeout(60_000)
    page.context.new_cdp_session(page).send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": 0,
            "downloadThroughput": -1,
            "uploadThroughput": MEGABYTE,
        },
    )


def wait_until_some_is_sent(page) -> None:
    eventually(page, Upload.objects.filter(offset__gt=0).exists, "no piece arrived")


def test_through_a_cut_connection_the_film_arrives_whole(
    visit, wire, entry, address, film
):
    window = visit(width=360, user=entry.owner)
    cookies = window.page.context.cookies()
    host = wire.url
    window.page.context.add_cookies(
        [{"name": c["name"], "value": c["value"], "url": host} for c in cookies]
    )
    window.base = host
    page = window.to(address)
    slowly(page)
    choose(page, film)
    wait_until_some_is_sent(page)
    wire.cut()
    page.get_by_text("Đang mất mạng").wait_for()
    at = Upload.objects.get().offset
    assert 0 < at < film.stat().st_size
    window.picture()
    wire.mend()
    page.get_by_role("link", name=film.name).wait_for()
    row = EntryFile.objects.get()
    assert row.sha256 == hashlib.sha256(film.read_bytes()).hexdigest()
    assert row.name == film.name


def test_paused_today_it_goes_on_in_a_new_window_tomorrow(visit, entry, address, film):
    """A new version of a file stays one, in whichever field it is chosen again."""
    old = EntryFileFactory(entry=entry, name="Thuyết minh.pdf")
    first = visit(width=360, user=entry.owner)
    page = first.to(address)
    slowly(page)
    page.get_by_text("Thay hoặc bỏ tệp").click()
    page.set_input_files(f"#replace-{old.pk}", film)
    wait_until_some_is_sent(page)
    page.get_by_role("button", name="Tạm dừng").click()
    page.get_by_text("Đã tạm dừng").wait_for()
    page.wait_for_timeout(300)
    at = Upload.objects.get().offset
    assert 0 < at < film.stat().st_size
    page.close()
    second = visit(width=1280, scheme="dark", user=entry.owner)
    page = second.to(address)
    page.get_by_text("“Thuyết minh.pdf” đang tải dở").wait_for()
    second.nothing_is_wrong()
    choose(page, film)
    page.get_by_role("link", name=film.name).wait_for()
    upload, row = Upload.objects.get(), EntryFile.objects.get()
    assert upload.outcome == Upload.Outcome.TAKEN
    assert row.sha256 == hashlib.sha256(film.read_bytes()).hexdigest()
    second.nothing_is_wrong()


def test_what_is_refused_is_said_where_it_was_chosen(visit, entry, address, tmp_path):
    program = tmp_path / "bài.pdf"
    program.write_bytes(samples.EXE)
    window = visit(width=360, scheme="dark", user=entry.owner)
    page = window.to(address)
    choose(page, program)
    page.get_by_text("không đúng").or_(page.get_by_text("không phải")).first.wait_for()
    assert not EntryFile.objects.exists()
    # The browser's own line about an answer of 422 is no fault of the page.
    window.complaints = [one for one in window.complaints if "422" not in one]
    window.nothing_is_wrong()


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1280, "dark")])
def test_a_judge_reads_pages_and_plays_a_film(visit, width, scheme, film):
    now = clock.now()
    contest = ContestFactory(
        opens_at=now - 20 * DAY, closes_at=now - DAY, max_file_mb=20
    )
    round_ = RoundFactory(contest=contest, starts_at=now - DAY / 2)
    row = JudgeAssignmentFactory(round=round_)
    for name, content in (
        ("bài.pdf", samples.paper(3, author="Nông Thị Lan")),
        ("phim.mp4", film.read_bytes()),
    ):
        filing.add_file(
            entry_id=row.entry_id,
            upload=SimpleUploadedFile(name, content),
            by=None,
            now=now - 2 * DAY,
        )
    # Without authors it fell back to a draft.
    Entry.objects.update(state=Entry.State.SUBMITTED, submitted_at=now - 2 * DAY)
    assert copying.make_waiting() == 2
    window = visit(width=width, scheme=scheme, user=row.judge)
    page = window.to(f"/cham-thi/{row.pk}/")
    page.locator("a.file").first.click()
    first = page.locator("main img").first
    first.wait_for()
    page.wait_for_load_state("load")
    assert first.evaluate("image => image.complete && image.naturalWidth > 0")
    window.nothing_is_wrong()
    page.get_by_role("link", name="MP4").click()
    page.locator("video").wait_for()
    window.nothing_is_wrong()
