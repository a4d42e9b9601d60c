"""The admin's own pages in a real browser: phone and desk, light and dark."""

import datetime as dt

import pytest
from django.conf import settings
from django.utils import timezone

from members.models import Role
from tests.browser.conftest import AXE, AXE_OPTIONS
from tests.factories.members import AssignmentFactory, PersonFactory, UnitFactory
from tests.factories.news import ArticleFactory
from tests.factories.teams import MemberFactory, TeamFactory
from tests.factories.training import RegistrationFactory, SessionFactory

DAY = dt.timedelta(days=1)
STOCK = {
    # The first head of Django's inline tables, above the names of their rows.
    "empty-table-header",
}
"""Rules that stock widgets of Django's admin break; our own templates break none."""


@pytest.fixture
def province():
    """A small province with something to do in it."""
    now = timezone.now()
    root = UnitFactory(name="Tỉnh đoàn")
    commune = UnitFactory(parent=root, name="Đoàn xã Văn Lang")
    ArticleFactory(unit=commune, state="in_review")
    session = SessionFactory(
        unit=commune,
        opens_at=now - DAY,
        closes_at=now + 2 * DAY,
        starts_at=now + 3 * DAY,
        ends_at=now + 3 * DAY + DAY / 8,
    )
    RegistrationFactory(session=session, state="pending", registered_at=now)
    team = TeamFactory(unit=commune)
    MemberFactory(team=team, role="leader")
    PersonFactory(unit=commune)
    return root, commune, team


@pytest.mark.parametrize(
    "role", [Role.EDITOR, Role.UNIT_SECRETARY, Role.PROVINCE_ADMIN]
)
@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1280, "light")])
def test_the_start_page_is_whole_for_each_role(visit, province, role, width, scheme):
    root, commune, _team = province
    unit = root if role == Role.PROVINCE_ADMIN else commune
    user = AssignmentFactory(role=role, unit=unit).user
    here = visit(width=width, scheme=scheme, user=user)
    page = here.to("/quan-tri/")
    assert page.locator("h1").inner_text() == f"Chào {user.person}"
    here.nothing_is_wrong()


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1280, "dark")])
def test_lists_forms_and_histories_fit_and_read_well(visit, province, width, scheme):
    root, _commune, team = province
    user = AssignmentFactory(role=Role.PROVINCE_ADMIN, unit=root).user
    here = visit(width=width, scheme=scheme, user=user)
    for path in ("members/person/", f"teams/digitalteam/{team.pk}/history/"):
        page = here.to(f"/quan-tri/{path}")
        here.nothing_is_wrong()
        if path == "members/person/":
            row = page.locator("#result_list tbody tr").first
            # On a phone each row is a card that shows all its cells.
            assert row.evaluate("row => row.getBoundingClientRect().right") <= width
            assert row.locator("td:visible").last.is_visible()
    page = here.to(f"/quan-tri/teams/digitalteam/{team.pk}/change/")
    here.picture()
    wide = "document.documentElement.scrollWidth - innerWidth"
    assert page.evaluate(wide) <= 0
    found = AXE.run(page, options=AXE_OPTIONS).response["violations"]
    assert {one["id"] for one in found} <= STOCK, found


def test_the_theme_button_wins_over_the_system(visit, province):
    root, *_rest = province
    user = AssignmentFactory(role=Role.PROVINCE_ADMIN, unit=root).user
    here = visit(width=1280, scheme="light", user=user)
    page = here.to("/quan-tri/")
    ground = "getComputedStyle(document.body).backgroundColor"
    seen = []
    for _press in range(3):
        seen.append(page.evaluate(ground))
        page.locator(".theme-toggle").click()
    assert len(set(seen)) == 2
    here.nothing_is_wrong()


def test_the_desk_is_reached_by_keyboard_and_the_focus_is_seen(visit, province):
    _root, commune, _team = province
    user = AssignmentFactory(role=Role.PUBLISHER, unit=commune).user
    here = visit(width=360, user=user)
    page = here.to("/quan-tri/")
    for _press in range(20):
        page.keyboard.press("Tab")
        place = page.evaluate(
            "[document.activeElement.getAttribute('href'),"
            " getComputedStyle(document.activeElement).outlineStyle,"
            " document.activeElement.getBoundingClientRect().height]"
        )
        if "state__exact=in_review" in (place[0] or ""):
            break
    assert place[1] == "solid"
    assert place[2] >= 44
    page.keyboard.press("Enter")
    page.wait_for_url("**/news/article/?state__exact=in_review")
    assert settings.LANGUAGE_CODE == "vi"
