"""One session from its announcement to the certificates, as everybody meets it."""

import datetime as dt
import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from certificates import batches
from certificates.models import Certificate, CertificateBatch
from content import clock
from mail.models import Letter
from mail.reminders import queue_due
from members.models import Role
from tests.browser.test_desk import desk, ready_for_a_cut, row, sent
from tests.factories.members import (
    AssignmentFactory,
    UnitFactory,
    UserFactory,
)
from tests.factories.training import SessionFactory, SessionStaffFactory, SlotFactory
from training import attendance, audit, tasks
from training.models import Attendance, Feedback, Registration, Slot
from vietnam.dates import VIETNAM

DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)
FAMILIES = ["Nguyễn", "Bàn", "Triệu", "Nông", "Hoàng", "Đặng"]
GIVEN = ["Ánh", "Bình", "Chinh", "Dậu", "Én"]


@pytest.fixture
def at(settings):
    """`at("Mon 09:00")` moves every clock of the portal there, in the next week."""
    here = dt.datetime.now(VIETNAM)
    monday = (here + dt.timedelta(days=7 - here.weekday())).date()
    days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]

    def moment(text: str) -> dt.datetime:
        day, time = text.split()
        date = monday + days.index(day) * DAY
        return dt.datetime.combine(date, dt.time.fromisoformat(time), VIETNAM)

    def move(text: str) -> dt.datetime:
        settings.CLOCK_OFFSET = moment(text) - dt.datetime.now(VIETNAM)
        return clock.now()

    move.moment = moment
    return move


@pytest.fixture
def session(at):
    """31 places on Saturday, two half-days; a draft that opens on Monday morning."""
    session = SessionFactory(
        title="Kỹ năng số cho cán bộ Đoàn",
        state="draft",
        unit=UnitFactory(name="Tỉnh đoàn"),
        capacity=31,
        offer_hours=24,
        certificate_share=50,
        opens_at=at.moment("Mon 08:00"),
        closes_at=at.moment("Fri 17:00"),
        starts_at=at.moment("Sat 08:00"),
        ends_at=at.moment("Sat 17:00"),
    )
    for start, end in (("Sat 08:00", "Sat 11:30"), ("Sat 13:30", "Sat 17:00")):
        SlotFactory(session=session, starts_at=at.moment(start), ends_at=at.moment(end))
    return session


def holder(role, unit):
    user = UserFactory()
    AssignmentFactory(user=user, role=role, unit=unit)
    return user


def link_in(letter: Letter, part: str) -> str:
    """The path of the link in a letter that has this part in its address."""
    found = next(url for url in re.findall(r"https?://\S+", letter.text) if part in url)
    parts = urlsplit(found)
    return f"{parts.path}?{parts.query}"


def letters(kind: str):
    return Letter.objects.filter(kind=f"training.{kind}").order_by("pk")


def test_the_season(visit, at, session):
    organiser = holder(Role.TRAINING_ORGANISER, session.unit)
    commune = UnitFactory(name="Đoàn xã Ba Bể", parent=session.unit)
    secretary = holder(Role.UNIT_SECRETARY, commune)
    first, second = UserFactory(), UserFactory()
    where = f"/tap-huan/{session.slug}/"

    # Monday morning: announced, and a youth signs up by phone, without scripts.
    at("Mon 09:00")
    page = visit(user=organiser, width=1280).to(
        f"/quan-tri/training/trainingsession/{session.pk}/change/"
    )
    page.click("[name=_publish]")
    phone = visit(user=first, script=False)
    page = phone.to(where + "dang-ky/")
    page.check("[name=agreed]")
    page.click("main form button")
    assert Registration.objects.get().state == "confirmed"
    phone.picture()

    # A secretary pastes thirty names, and then all places are taken.
    window = visit(user=secretary, width=1280)
    page = window.to(where + "dang-ky-nhom/")
    names = [f"{family} Văn {given}" for family in FAMILIES for given in GIVEN]
    page.fill(
        "[name=rows]",
        "STT\tHọ và tên\tNăm sinh\tSĐT\n"
        + "".join(
            f"{n}\t{name.upper()}\t{1990 + n % 14}\t9123450{n:02}\n"
            for n, name in enumerate(names, 1)
        ),
    )
    page.click("main form button")
    expect(page.locator("[name=send]")).to_contain_text("30")
    window.nothing_is_wrong()
    page.check("[name=told]")
    page.click("[name=send]")
    window.nothing_is_wrong()
    session.refresh_from_db()
    assert (session.confirmed, session.places_left) == (31, 0)
    assert Registration.objects.filter(person__full_name="Bàn Văn Én").exists()
    page = visit(user=second).to(where + "dang-ky/")
    page.check("[name=agreed]")
    page.click("main form button")
    waiting = Registration.objects.get(person=second.person)
    assert waiting.state == "waiting"

    # At night somebody cancels by the letter's link; nobody is woken, nobody passes.
    at("Mon 22:30")
    confirmed = letters("confirmed").get(recipient=first.person_id)
    page = visit().to(link_in(confirmed, "/huy/"))
    page.click("main form button")
    tasks.tend_seats()
    assert not letters("offer").exists()
    newcomer = visit(user=UserFactory()).to(where + "dang-ky/")
    newcomer.check("[name=agreed]")
    newcomer.click("main form button")
    assert Registration.objects.order_by("pk").last().state == "waiting"

    # In the morning the first in line is asked, and says yes without signing in.
    at("Tue 07:00")
    tasks.tend_seats()
    tasks.tend_seats()
    asked = letters("offer").get()
    assert asked.recipient == second.person_id
    window = visit()
    page = window.to(link_in(asked, "/loi-moi/"))
    window.nothing_is_wrong()
    page.click("main form button >> nth=0")
    waiting.refresh_from_db()
    assert waiting.state == "confirmed"

    # The reminders arrive once each.
    for moment in ("Fri 08:00", "Fri 20:00", "Fri 20:01"):
        now = at(moment)
        queue_due(now)
        queue_due(now)
    reminded = letters("reminder").filter(recipient=second.person_id)
    assert reminded.count() == 2  # a day before, and two hours that fall into the night

    # The desk checks in without a network and brings the marks later.
    at("Sat 08:10")
    helper = SessionStaffFactory(session=session).user
    page = visit(user=helper).to(desk(session))
    ready_for_a_cut(page)
    page.context.set_offline(True)
    for name in ("Bàn Văn Én", second.person.full_name):
        row(page, name).get_by_role("button", name="Có mặt").click()
    assert not Attendance.objects.exists()
    page.context.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    sent(page)
    there = Attendance.objects.filter(slot=Slot.objects.first())
    assert there.count() == 2
    paper = Registration.objects.confirmed().order_by("pk")[:3]
    attendance.tick(
        slot=Slot.objects.first(),
        registration_ids=[one.pk for one in paper],
        by=organiser,
        now=clock.now(),
    )

    # Thanks on the same evening; feedback shows from three pages on.
    queue_due(at("Sat 18:30"))
    thanks = letters("thanks").get(recipient=second.person_id)
    window = visit()
    page = window.to(link_in(thanks, "/gop-y/"))
    window.nothing_is_wrong()
    for name in ("useful", "clear", "organised"):
        page.locator(f"[name={name}]").first.check()
    page.fill("[name=liked]", "Được tự tay làm thử.")
    page.click("main form button")
    expect(page.locator("main")).to_contain_text("Cảm ơn")
    marks = {"useful": 4, "clear": 5, "organised": 3}
    Feedback.objects.bulk_create(Feedback(session=session, **marks) for _ in range(2))
    window = visit(user=organiser, width=1280)
    page = window.to(where + "gop-y/ket-qua/")
    expect(page.locator("main")).to_contain_text("Được tự tay làm thử.")
    window.nothing_is_wrong()

    # Certificates for those who came, which anybody can check.
    page = window.to(f"/quan-tri/training/trainingsession/{session.pk}/certificates/")
    page.click("main input[type=submit], #content input[type=submit]")
    batches.work_on(batch_id=CertificateBatch.objects.get().pk, now=clock.now())
    issued = Certificate.objects.get(person=second.person)
    assert Certificate.objects.count() == Attendance.objects.count()
    window = visit()
    page = window.to(f"/chung-nhan/{issued.code}/")
    expect(page.locator("main")).to_contain_text(second.person.full_name)
    window.nothing_is_wrong()
    assert audit.seats() == []
