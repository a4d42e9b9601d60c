"""A team of two, one of them a child, through lost sessions and a lost network."""

import datetime as dt
import re

import pytest
from django.urls import reverse

from content import clock
from contests import emails
from contests.models import Entry
from mail.models import Letter
from members import guardian_letters
from tests.browser.conftest import eventually
from tests.factories import files as samples
from tests.factories.contests import (
    AuthorFactory,
    ContestFactory,
    DivisionFactory,
    EntryFactory,
    EntryQuestionFactory,
    State,
)
from tests.factories.members import PersonFactory, UserFactory

DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _private_root(tmp_path, settings):
    settings.PRIVATE_ROOT = tmp_path / "private"


@pytest.fixture
def contest():
    now = clock.now()
    contest = ContestFactory(
        title="Ý tưởng chuyển đổi số trong thanh, thiếu niên",
        opens_at=now - DAY,
        closes_at=now + 10 * DAY,
        max_authors=2,
    )
    DivisionFactory(contest=contest, name="Bảng chung", min_age=11, max_age=30)
    EntryQuestionFactory(contest=contest, text="Đã dùng thử ở đâu?", required=True)
    return contest


@pytest.fixture
def draft(contest):
    owner = UserFactory(person__birth_date=dt.date(2005, 5, 19))
    entry = EntryFactory(
        contest=contest, owner=owner, division=contest.divisions.get(), title=""
    )
    AuthorFactory(entry=entry, person=owner.person)
    return entry


def about(entry):
    return reverse("contests:about", args=[entry.code])


def link_in(letter, start):
    return re.search(rf"https?://[^/]+({start}\S+)", letter.text)[1]


def until(page, entry, **values):
    """Wait until the draft has saved itself."""

    def stored():
        entry.refresh_from_db()
        return {name: getattr(entry, name) for name in values}

    eventually(page, lambda: stored() == values, stored)


def test_a_team_of_two_with_a_minor_enters(visit, contest, tmp_path):
    owner = UserFactory(person__birth_date=dt.date(2005, 5, 19))
    window = visit(width=360, user=owner)
    page = window.to(reverse("contests:start", args=[contest.slug]))
    page.check('[name="agreed"]')
    with page.expect_navigation():
        page.click('main button[type="submit"]')
    entry = Entry.objects.get()

    page.fill('[name="title"]', "Chợ phiên trong túi áo")
    page.fill('[name="summary"]', "Ảnh và giá hàng được chụp từ tối hôm trước.")
    page.check('[name="division"]')
    page.fill('[name="mentor"]', "Cô Hoàng Thị Mai")
    until(page, entry, title="Chợ phiên trong túi áo", mentor="Cô Hoàng Thị Mai")
    window.nothing_is_wrong()
    page.fill('main form.form input[name^="q"]', "Chợ Na Rì")
    page.click('main .buttons button[type="submit"]:not([name])')

    page.click(f'main a[href="{reverse("contests:invite", args=[entry.code])}"]')
    page.fill('[name="full_name"]', "Nông Thị Lan")
    page.fill('[name="email"]', "lan@example.com")
    page.click('main form button[type="submit"]')
    page.wait_for_url("**/tac-gia/")
    window.nothing_is_wrong()

    letter = Letter.objects.get(kind=emails.INVITED)
    child = visit(width=360)
    theirs = child.to(link_in(letter, "/cuoc-thi/loi-moi/"))
    child.nothing_is_wrong()
    theirs.fill('[name="birth_date"]', "04/03/2013")
    theirs.fill('[name="school"]', "THCS Na Rì")
    theirs.check('[name="agreed"]')
    with theirs.expect_navigation():
        theirs.click('button[value="yes"]')
    theirs.fill('[name="guardian_name"]', "Bàn Thị Mai")
    theirs.fill('[name="relation"]', "mẹ")
    theirs.fill('[name="email"]', "me@example.com")
    child.nothing_is_wrong()
    with theirs.expect_navigation():
        theirs.click('main form:not(.section) button[type="submit"]')

    letter = Letter.objects.get(kind=guardian_letters.ASK)
    mother = visit(width=360)
    hers = mother.to(link_in(letter, "/ca-nhan/giam-ho/"))
    for box in ("take_part", "is_guardian"):
        hers.check(f'[name="{box}"]')
    hers.fill('[name="full_name"]', "Bàn Thị Mai")
    hers.fill('[name="relation"]', "mẹ")
    with hers.expect_navigation():
        hers.click('main form button[type="submit"] >> nth=0')

    path = tmp_path / "thuyết minh.pdf"
    path.write_bytes(samples.pdf())
    page = window.to(reverse("contests:files", args=[entry.code]))
    # The page comes anew once the file is there: the next step waits for that.
    with page.expect_navigation():
        page.set_input_files('input[type="file"]:not([name^="replace"])', path)
    assert entry.files.get().name == path.name

    page = window.to(entry.get_absolute_url())
    page.click('button[name="submit"]')
    page.wait_for_load_state()
    assert entry.code in page.inner_text(".notice-good")
    entry.refresh_from_db()
    assert entry.state == State.SUBMITTED
    assert entry.authors.count() == 2
    assert entry.versions.count() == 1
    window.nothing_is_wrong()


def test_a_lost_network_and_a_lost_session_cost_no_word(visit, draft):
    window = visit(width=360, user=draft.owner)
    page = window.to(about(draft))
    page.fill('[name="title"]', "Bản đồ sóng yếu")
    until(page, draft, title="Bản đồ sóng yếu")

    page.context.set_offline(True)
    page.fill('[name="summary"]', "Gõ khi mất mạng.")
    page.wait_for_function(
        "() => document.querySelector('[data-draft-status]').textContent"
        " === document.querySelector('[data-draft-status]').dataset.kept"
    )
    page.context.set_offline(False)
    until(page, draft, summary="Gõ khi mất mạng.")

    page.context.clear_cookies()
    page.fill('[name="summary"]', "Gõ khi đã bị đăng xuất.")
    page.wait_for_function(
        "() => document.querySelector('[data-draft-status]').textContent"
        " === document.querySelector('[data-draft-status]').dataset.out"
    )
    draft.refresh_from_db()
    assert draft.summary == "Gõ khi mất mạng."


def test_what_the_device_kept_is_offered_once(visit, draft):
    window = visit(width=360, user=draft.owner)
    page = window.to(about(draft))
    # A network that swallows what is sent: the page goes away before an answer.
    page.evaluate("() => { window.fetch = () => new Promise(() => {}); }")
    page.fill('[name="summary"]', "Còn trên máy.")
    page = window.to(about(draft))
    assert page.input_value('[name="summary"]') != "Còn trên máy."
    window.nothing_is_wrong()
    page.click("[data-keep-take]")
    assert page.input_value('[name="summary"]') == "Còn trên máy."
    until(page, draft, summary="Còn trên máy.")
    page = window.to(about(draft))
    assert not page.is_visible("[data-keep]")


def test_the_lines_of_authors_save_themselves(visit, draft):
    """Typed with pauses it is one author; a lost network keeps the line here."""
    page = visit(width=360, user=draft.owner).to(
        reverse("contests:authors", args=[draft.code])
    )
    status = "document.querySelector('[data-draft-status]')"
    page.fill('[name="authors-0-full_name"]', "Nông Thị")
    page.fill('[name="authors-0-birth_date"]', "04/03/2005")
    page.wait_for_function(f"() => {status}.textContent === {status}.dataset.saved")
    row = draft.authors.get(person__full_name="Nông Thị")
    assert page.input_value('[name="authors-0-author"]') == str(row.pk)
    page.context.set_offline(True)
    page.fill('[name="authors-0-full_name"]', "Nông Thị Lan")
    page.wait_for_function(f"() => {status}.textContent === {status}.dataset.kept")
    page.context.set_offline(False)
    page.wait_for_function(f"() => {status}.textContent === {status}.dataset.saved")
    assert draft.authors.get(pk=row.pk).person.full_name == "Nông Thị Lan"
    assert draft.authors.count() == 2


def test_two_tabs_show_both_texts(visit, draft):
    first = visit(width=1280, user=draft.owner)
    page = first.to(about(draft))
    other = page.context.new_page()
    other.goto(page.url)
    page.fill('[name="title"]', "Cửa sổ một")
    until(page, draft, title="Cửa sổ một")
    other.fill('[name="title"]', "Cửa sổ hai")
    other.wait_for_function(
        "() => document.querySelector('[data-draft-status]').textContent"
        ".includes('cửa sổ khác')"
    )
    draft.refresh_from_db()
    assert draft.title == "Cửa sổ một"
    other.click('main .buttons button[type="submit"]:not([name])')
    other.wait_for_load_state()
    text = other.inner_text("main")
    assert "Cửa sổ một" in text
    assert other.input_value('[name="title"]') == "Cửa sổ hai"
    other.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_the_pages_look_right(visit, draft, width, scheme):
    AuthorFactory(entry=draft, person=PersonFactory(birth_date=dt.date(2013, 3, 4)))
    child = draft.authors.last()
    window = visit(width=width, scheme=scheme, user=draft.owner)
    for path in (
        about(draft),
        reverse("contests:authors", args=[draft.code]),
        reverse("contests:invite", args=[draft.code]),
        reverse("contests:guardian", args=[draft.code, child.pk]),
        reverse("contests:paper", args=[draft.code, child.pk]),
        reverse("contests:versions", args=[draft.code]),
    ):
        window.to(path)
        window.nothing_is_wrong()
