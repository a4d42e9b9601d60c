"""Pages nobody wishes to see look like the portal all the same and lead on."""

import pytest
from django.template.loader import render_to_string

from tests.factories.members import UserFactory

LOOKS = [(360, "dark"), (1280, "light")]


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_errors_say_how_to_go_on(visit, width, scheme):
    guest = visit(width=width, scheme=scheme)
    member = visit(width=width, scheme=scheme, user=UserFactory())
    for window, path, status in (
        (guest, "/khong-co-trang-nay/", 404),
        (member, "/tin-tuc/van-ban/xac-nhan/", 403),
    ):
        response = window.page.goto(window.base + path)
        assert response.status == status
        window.complaints.clear()  # the browser counts the status as one
        window.nothing_is_wrong()
        assert window.page.locator("main a").first.is_visible()


def answer(body: str):
    return lambda route: route.fulfill(body=body, content_type="text/html")


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_last_resorts_stand_alone(visit, width, scheme):
    """Drawn without a request, as when everything behind the page is down."""
    window = visit(width=width, scheme=scheme)
    for name in ("400", "500", "503"):
        body = render_to_string(f"{name}.html")
        address = f"{window.base}/{name}/"
        window.page.route(address, answer(body))
        window.page.goto(address)
        window.nothing_is_wrong()
        assert window.page.locator("h1").is_visible()
