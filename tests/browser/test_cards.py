"""A secretary prints cards; a youth without e-mail signs in with one and signs up."""

import datetime as dt
import re

import pytest

from content import clock
from members import actions, cards
from members.models import Person, Role, SignInCard
from tests.factories.members import AssignmentFactory, PersonFactory, UnitFactory
from tests.factories.training import SessionFactory
from training.models import Registration

CODE = re.compile(r"(?:\w{4}-){2}\w{4}")
DAY = dt.timedelta(days=1)


@pytest.fixture
def secretary():
    unit = UnitFactory(name="Đoàn xã Nghiên Loan", parent=UnitFactory())
    return AssignmentFactory(role=Role.UNIT_SECRETARY, unit=unit).user


@pytest.fixture
def youths(secretary):
    unit = secretary.assignments.get().unit
    names = ["Triệu Thị Ánh", "Giàng A Páo", "Đặng Nguyễn Hoàng Phương Thảo"]
    return [PersonFactory(full_name=name, unit=unit, email="") for name in names]


@pytest.fixture
def session():
    now = clock.now()
    return SessionFactory(
        title="Khóa chặt tài khoản trong một buổi sáng",
        opens_at=now - DAY,
        closes_at=now + 8 * DAY,
        starts_at=now + 10 * DAY,
    )


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (360, "dark")])
def test_the_secretary_chooses_people_and_gets_a_sheet(
    visit, secretary, youths, width, scheme
):
    window = visit(width=width, scheme=scheme, user=secretary)
    page = window.to("/quan-tri/members/person/")
    for person in youths:
        page.check(f"[name=_selected_action][value='{person.pk}']")
    page.select_option("[name=action]", "issue_cards")
    page.click("button[name=index]")
    assert window.path() == "/quan-tri/members/person/the/"
    window.picture()
    page.click("button[name=issue]")
    shown = page.locator(".sign-in-card-code").all_inner_texts()
    assert len(shown) == 3
    assert all(SignInCard.objects.with_code(cards.read(code)) for code in shown)
    window.nothing_is_wrong()
    if width == 1280:
        page.emulate_media(media="print")
        card = page.locator(".sign-in-card").first.bounding_box()
        assert card["width"] == pytest.approx(95 / 25.4 * 96, abs=2)
        assert not page.locator(".page-head").is_visible()


def test_a_youth_signs_in_by_the_link_without_script_and_signs_up(
    visit, secretary, youths, session
):
    person = youths[0]
    issued = actions.issue_card(person=person, by=secretary, now=clock.now())
    window = visit(width=360, script=False)
    page = window.to(f"/tai-khoan/the/{issued.code}/")
    page.click("main form button")
    assert window.path() == "/ca-nhan/"
    window.picture()
    window.to(f"/tap-huan/{session.slug}/dang-ky/")
    page.check("[name=agreed]")
    page.click("main form button")
    window.picture()
    assert Registration.objects.get(person=person).state == "confirmed"
    assert session.title in window.to("/ca-nhan/").inner_text("main")


@pytest.mark.parametrize(
    ("width", "scheme"), [(360, "light"), (360, "dark"), (1280, "light")]
)
def test_every_page_of_the_way_is_in_order(visit, secretary, youths, width, scheme):
    issued = actions.issue_card(person=youths[0], by=secretary, now=clock.now())
    window = visit(width=width, scheme=scheme)
    page = window.to("/tai-khoan/login/")
    page.click("a[href^='/tai-khoan/the/']")
    window.nothing_is_wrong()
    page.fill("[name=code]", "4k7m 92px 3ht8")
    page.click("main form button")
    assert page.locator(".form-errors").is_visible()
    window.nothing_is_wrong()
    page.fill("[name=code]", issued.code.lower().replace("-", " "))
    page.click("main form button")
    window.nothing_is_wrong()
    page.click("main form button")
    assert window.path() == "/ca-nhan/"
    window.nothing_is_wrong()

    other = visit(width=width, scheme=scheme)
    response = other.page.goto(f"{other.base}/tai-khoan/the/{issued.code}/")
    assert response.status == 410
    other.complaints.clear()  # Chromium complains of the 410 itself
    other.nothing_is_wrong()

    user = Person.objects.get(pk=youths[0].pk).user
    user.set_password("mot-hai-ba-bon")
    user.save()
    other.to(f"/tai-khoan/the/{issued.code}/")
    other.nothing_is_wrong()
