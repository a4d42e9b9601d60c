"""The main job in a real browser: read, sign up, see it confirmed, give it back."""

import datetime as dt
import re

import pytest
from django.db import connection
from playwright.sync_api import expect

from content import clock
from mail.models import Letter
from members.models import Role, User
from news.models import Article
from portal.demo import World, news
from tests.browser.conftest import editor_of
from tests.factories.members import AssignmentFactory, UnitFactory, UserFactory
from tests.factories.news import SectionFactory
from tests.factories.training import (
    RegistrationFactory,
    SessionFactory,
    SlotFactory,
)
from training.models import Registration, TrainingSession

DAY = dt.timedelta(days=1)
LOOKS = [
    pytest.param(width, scheme, id=f"{width}-{scheme}")
    for width in (360, 1280)
    for scheme in ("light", "dark")
]


@pytest.fixture
def session() -> TrainingSession:
    now = clock.now()
    session = SessionFactory(
        title="Kỹ năng cho thành viên Tổ công nghệ số cộng đồng",
        summary="Hai buổi thực hành: hướng dẫn bà con từ chiếc điện thoại đầu tiên.",
        capacity=2,
        opens_at=now - DAY,
        closes_at=now + DAY,
        starts_at=now + dt.timedelta(hours=25),
        ends_at=now + dt.timedelta(hours=29),
        description="<h2>Mang theo gì?</h2><ul><li>Điện thoại của bạn</li></ul>",
    )
    SlotFactory(session=session)
    return session


@pytest.fixture
def filled(session) -> list[str]:
    """A portal with the demo's news and sessions in several states; its pages."""
    now = clock.now()
    world = World(now=now, units={"tinh-doan": session.unit})
    world.users = {"editor": UserFactory(), "publisher": UserFactory()}
    news.load(world)
    times = {"opens_at": now - DAY, "closes_at": now + DAY}
    full = SessionFactory(
        title="An toàn số và bảo vệ dữ liệu cá nhân",
        capacity=1,
        starts_at=now + 5 * DAY,
        online=True,
        **times,
    )
    RegistrationFactory(session=full)
    RegistrationFactory(session=full, state="waiting")
    SessionFactory(
        title="Thiết kế ấn phẩm truyền thông cho chi đoàn",
        capacity=40,
        starts_at=now + 9 * DAY,
        **times,
    )
    article = Article.objects.published(now).first()
    return [
        "/",
        "/tin-tuc/",
        article.section.get_absolute_url(),
        article.get_absolute_url(),
        "/tap-huan/",
        session.get_absolute_url(),
        full.get_absolute_url(),
        "/tai-khoan/login/",
        "/tai-khoan/signup/",
        "/ngon-ngu/",
    ]


@pytest.mark.parametrize(
    ("fault", "sees"),
    [
        ("<img src='/static/img/mark.svg'>", "image-alt"),
        ("<pre>" + "x" * 999 + "</pre>", "px too wide"),
        ("<p style='color: red'>x</p>", "Content Security Policy"),
        ("<img alt='' src='/static/img/no.svg'>", "404"),
        ("<img alt='' src='http://127.0.0.1:9/x.png'>", "127.0.0.1:9"),
    ],
)
def test_the_eyes_see_what_is_wrong(visit, fault, sees):
    """The negative control of everything below."""
    window = visit()
    page = window.to("/")
    place = (
        "html => document.querySelector('main').insertAdjacentHTML('beforeend', html)"
    )
    page.evaluate(place, fault)
    page.wait_for_load_state("networkidle")
    with pytest.raises(AssertionError, match=sees):
        window.nothing_is_wrong()


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_nothing_is_wrong_with_any_public_page(visit, filled, width, scheme):
    window = visit(width=width, scheme=scheme)
    for path in filled:
        window.to(path)
        window.nothing_is_wrong()


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_nothing_is_wrong_with_an_empty_portal(visit, width, scheme):
    window = visit(width=width, scheme=scheme)
    for path in ("/", "/tin-tuc/", "/tap-huan/"):
        window.to(path)
        window.nothing_is_wrong()


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_nothing_is_wrong_with_the_pages_of_a_member(visit, session, width, scheme):
    user = UserFactory()
    RegistrationFactory(session=session, person=user.person)
    window = visit(width=width, scheme=scheme, user=user)
    for path in (
        "/ca-nhan/",
        "/ca-nhan/ho-so/",
        session.get_absolute_url(),
        f"{session.get_absolute_url()}dang-ky/",
        f"{session.get_absolute_url()}huy/",
    ):
        window.to(path)
        window.nothing_is_wrong()


def test_home_answers_without_scrolling_on_a_phone(visit, filled):
    """What is new, and the first thing to sign up for, stand above the fold."""
    page = visit(width=360).to("/")
    height = page.viewport_size["height"]
    lead = page.locator(".card-lead h2").bounding_box()
    row = page.locator(".rows .row h3").first.bounding_box()
    assert lead["y"] + lead["height"] < height
    assert row["y"] + row["height"] < height


def test_a_new_youth_signs_up_and_gives_the_place_back_without_scripts(visit, session):
    window = visit(width=360, script=False)
    page = window.to("/")
    page.get_by_role("link", name=session.title).first.click()
    assert window.path() == session.get_absolute_url()
    page.locator("main a.button[href$='/dang-ky/']").first.click()

    # The door: a new account with nothing but an address and a mailed code.
    page.locator("main a[href*='/tai-khoan/signup/']").first.click()
    page.locator("input[name=email]").fill("ban.tre@example.com")
    page.locator("main form:has(input[name=email]) button[type=submit]").click()
    letter = Letter.objects.get(address="ban.tre@example.com")
    assert letter.secret
    code = re.search(r"\b(\d{3}) ?(\d{3})\b", letter.text)
    page.locator("input[name=code]").fill(f" {code[1]} {code[2]} ")
    page.locator("main form:has(input[name=code]) button[type=submit]").click()

    # Straight back to the session: who one is, the box, done.
    assert window.path() == f"{session.get_absolute_url()}dang-ky/"
    page.locator("input[name=full_name]").fill("Bàn Thị Ước")
    page.locator("input[name=birth_date]").fill("05/03/2006")
    page.locator("input[name=phone]").fill("0912 345 678")
    page.locator("input[name=agreed]").check()
    page.locator("main form button[type=submit]").click()
    assert page.locator(".notice-good").is_visible()
    registration = Registration.objects.get()
    assert registration.state == Registration.State.CONFIRMED
    user = User.objects.get()
    assert registration.person == user.person
    assert (user.person.full_name, user.person.phone) == ("Bàn Thị Ước", "+84912345678")
    assert user.person.birth_date == dt.date(2006, 3, 5)
    about = {"about_type": "training.registration", "about_id": registration.pk}
    assert Letter.objects.filter(**about).count() == 1

    # It stands on the own page, and from there it can be given back.
    window.to("/ca-nhan/")
    page.get_by_role("link", name=session.title).click()
    page.locator("main a[href$='/huy/']").click()
    page.locator("main form .button-danger").click()
    registration.refresh_from_db()
    assert registration.state == Registration.State.CANCELLED
    assert Letter.objects.filter(**about).count() == 2
    assert not window.complaints
    assert not window.strangers


def test_a_wrong_code_and_a_forgotten_box_lose_nothing(visit, session):
    window = visit(width=360, script=False)
    page = window.to(f"/tai-khoan/signup/?next={session.get_absolute_url()}dang-ky/")
    page.locator("input[name=email]").fill("ban.tre@example.com")
    page.locator("main form:has(input[name=email]) button[type=submit]").click()
    page.locator("input[name=code]").fill("000000")
    page.locator("main form:has(input[name=code]) button[type=submit]").click()
    assert page.locator("#id_code_error").is_visible()
    letter = Letter.objects.get(address="ban.tre@example.com")
    code = re.search(r"\b(\d{3}) ?(\d{3})\b", letter.text)
    page.locator("input[name=code]").fill(code[1] + code[2])
    page.locator("main form:has(input[name=code]) button[type=submit]").click()

    page.locator("input[name=full_name]").fill("Lý Văn Ơn")
    page.locator("input[name=birth_date]").fill("31/02/2006")
    page.locator("main form button[type=submit]").click()
    assert page.locator("input[name=full_name]").input_value() == "Lý Văn Ơn"
    assert page.locator("input[name=birth_date]").input_value() == "31/02/2006"
    assert page.locator("#id_birth_date_error").is_visible()
    assert page.locator("#id_agreed_error").is_visible()
    assert page.title().split(":")[0] in {"Error", "Lỗi"}
    assert not Registration.objects.exists()


def test_everything_is_reached_by_keyboard(visit, filled):
    window = visit(width=1280)
    page = window.to("/")
    page.keyboard.press("Tab")
    skip = page.locator("a.skip")
    assert skip.evaluate("link => link === document.activeElement")
    box = skip.bounding_box()
    assert box["width"] > 40
    assert box["height"] >= 24
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement.id === 'main'")

    # From here on every stop lies in the page and can be seen.
    stops = []
    for _step in range(12):
        page.keyboard.press("Tab")
        stop = page.evaluate(
            """() => {
              const here = document.activeElement;
              const seen = (style) =>
                style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
              return {
                address: here.href || here.name,
                inside: document.getElementById("main").contains(here),
                ring: seen(getComputedStyle(here))
                  || seen(getComputedStyle(here, "::after")),
              };
            }"""
        )
        assert stop["inside"], stop
        assert stop["ring"], stop
        stops.append(stop["address"])
    assert len(set(stops)) > 6

    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert window.path() != "/"
    assert not window.complaints


def test_the_menu_of_a_phone_works_without_a_script(visit, filled):
    page = visit(width=360, script=False).to("/")
    menu = page.locator("details.menu")
    training = menu.locator("a[href='/tap-huan/']")
    assert not training.is_visible()
    menu.locator("summary").click()
    training.click()
    assert page.url.endswith("/tap-huan/")


def test_the_menu_of_a_phone_closes_when_the_keyboard_leaves_it(visit, filled):
    page = visit(width=360).to("/")
    menu = page.locator("details.menu")
    menu.locator("summary").press("Enter")
    expect(menu.get_by_role("navigation")).to_be_visible()
    menu.get_by_role("link").last.focus()
    page.keyboard.press("Tab")
    expect(menu).not_to_have_attribute("open", re.compile(""))


def test_a_hostile_article_stays_harmless(visit):
    """Even text that went past the cleaner meets a policy that runs nothing of it."""
    unit = UnitFactory()
    world = World(now=clock.now(), units={"tinh-doan": unit})
    world.users = {"editor": UserFactory(), "publisher": UserFactory()}
    news.load(world)
    article = Article.objects.published(clock.now()).first()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE news_article SET body = %s WHERE id = %s",
            [
                "<p>Chào</p><img src=x onerror=\"document.title='hacked'\">"
                "<script>document.title='hacked'</script>",
                article.pk,
            ],
        )
    window = visit()
    page = window.to(article.get_absolute_url())
    page.wait_for_timeout(300)
    assert "hacked" not in page.title()


def test_an_editor_writes_and_publishes(visit, settings):
    """The desk of one person: the rich-text field, one button, and out."""
    settings.NEWS_TWO_PERSON_RULE = False
    unit, section = UnitFactory(), SectionFactory()
    publisher = AssignmentFactory(role=Role.PUBLISHER, unit=unit).user
    window = visit(width=1280, user=publisher)
    page = window.to("/quan-tri/news/article/add/")
    page.locator("input[name=title]").fill("Miến dong lên sàn")
    page.locator("textarea[name=lead]").fill("Nhóm bạn trẻ học chụp ảnh bán hàng.")
    page.locator("select[name=section]").select_option(str(section.pk))
    editor_of(page).press_sequentially("Ba giờ chiều, nắng đẹp nhất.")
    window.picture()
    page.locator("input[name=_step_publish]").click()
    page.locator(".messagelist .success").last.wait_for()
    article = Article.objects.published(clock.now()).get()
    assert article.body == "<p>Ba giờ chiều, nắng đẹp nhất.</p>"
    window.picture()
    reader = visit()
    reader.to(article.get_absolute_url())
    reader.nothing_is_wrong()
    assert not window.strangers
    assert not window.complaints
