"""What people do from a letter, on a phone, without an account and without scripts."""

import datetime as dt
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from content import clock
from tests import daytime
from tests.factories.members import PersonFactory, UnitFactory, UserFactory
from tests.factories.training import (
    QuestionFactory,
    RemotePointFactory,
    SessionFactory,
    State,
)
from training import actions, audit, links
from training.answers import name_of

DAY = dt.timedelta(days=1)
LOOKS = [(360, "light"), (360, "dark"), (1280, "light")]


@pytest.fixture
def morning(settings):
    """Tomorrow at nine: offers are made by day."""
    settings.CLOCK_OFFSET = daytime.offset()
    return clock.now()


@pytest.fixture
def session(morning):
    return SessionFactory(
        title="Kỹ năng số cho cán bộ Đoàn",
        mode="hybrid",
        capacity=1,
        offer_hours=24,
        opens_at=morning - DAY,
        closes_at=morning + 8 * DAY,
        starts_at=morning + 10 * DAY,
    )


@pytest.fixture
def line(session, morning):
    """The place was given back: the first of two is asked, the second waits."""
    rows = [
        actions.register(
            session_id=session.pk, person=PersonFactory(), by=None, now=morning
        )
        for _ in range(3)
    ]
    actions.cancel(registration_id=rows[0].pk, by=None, now=morning)
    return rows[1:]


def states(*rows):
    for row in rows:
        row.refresh_from_db()
    return [State(row.state) for row in rows]


def path(url):
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}"


def offered(row):
    return path(links.offer_url(row.session.slug, row.code))


def test_an_offer_is_taken(visit, line):
    first, second = line
    assert states(first, second) == [State.OFFERED, State.WAITING]

    window = visit(script=False)
    page = window.to(offered(first))
    page.click("main form button[value=nhan]")

    window.picture()
    assert states(first, second) == [State.CONFIRMED, State.WAITING]
    # The button back shows what became of it and offers nothing any more.
    assert window.to(offered(first)).locator("main form").count() == 0
    assert audit.seats() == []


def test_an_offer_is_declined_and_the_next_is_asked(visit, line):
    first, second = line

    window = visit(script=False)
    page = window.to(offered(first))
    page.click("main form button[value=khong]")

    window.picture()
    assert states(first, second) == [State.CANCELLED, State.OFFERED]
    assert page.locator("main form").count() == 0
    assert audit.seats() == []


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_offers_look_right_open_and_answered(visit, line, width, scheme):
    first, _second = line
    window = visit(width=width, scheme=scheme)
    page = window.to(offered(first))
    window.nothing_is_wrong()

    page.click("main form button[value=khong]")
    expect(page.locator("main form")).to_have_count(0)
    window.nothing_is_wrong()


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_whoever_was_listed_answers_what_is_asked(
    visit, session, morning, width, scheme
):
    question = QuestionFactory(
        session=session, text="Cỡ áo", kind="choice", choices="M\nL", required=True
    )
    hall = RemotePointFactory(session=session, name="Hội trường xã Ba Bể")
    RemotePointFactory(session=session, name="Nhà văn hóa thôn Nà Tu", places=20)
    (row,) = actions.register_group(
        session_id=session.pk,
        people=[PersonFactory()],
        unit=UnitFactory(),
        by=UserFactory(),
        now=morning,
    ).registrations
    asked = path(links.asked_url(session.slug, row.code))
    window = visit(width=width, scheme=scheme)
    page = window.to(asked)
    window.nothing_is_wrong()

    page.click("main form button")
    assert page.locator(".form-errors").is_visible()
    window.nothing_is_wrong()
    page.check(f"[name=point][value='{hall.pk}']")
    page.check(f"[name={name_of(question)}][value=L]")
    page.click("main form button")

    expect(page.locator(".notice-good")).to_be_visible()
    window.nothing_is_wrong()
    row.refresh_from_db()
    assert row.point == hall
    assert row.answers.get().value == "L"
