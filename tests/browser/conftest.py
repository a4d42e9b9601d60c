"""A real Chromium in front of the whole portal, and eyes that report what is wrong.

PORTAL_SHOTS=folder keeps a picture of every page that was looked at.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Error, Locator, Page, expect, sync_playwright

from members.models import User

AXE = Axe()
# The rules of WCAG 2.2 up to AA, and what axe's authors call best practice.
AXE_OPTIONS = {
    "runOnly": [
        "wcag2a",
        "wcag2aa",
        "wcag21a",
        "wcag21aa",
        "wcag22aa",
        "best-practice",
    ],
    # What passes would be described as well, at greater length, and read by nobody.
    "resultTypes": ["violations"],
    # Sheets that import others would be loaded anew, against the policy of our pages.
    "preload": False,
}
SHOTS = os.environ.get("PORTAL_SHOTS")
PATIENCE = 30_000
"""Milliseconds for what comes by itself: only a test that fails waits so long, and the
machine may have a lot to do besides."""
expect.set_options(timeout=PATIENCE)
EDITORS_READY = """() => Object.values(window.CKEDITOR?.instances ?? {})
  .every(one => one.status === "ready")"""


def pytest_collection_modifyitems(items) -> None:
    """Everything in this folder drives a browser and takes its time."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.slow)
            # One Chromium for a file, not one for each process.
            item.add_marker(pytest.mark.xdist_group(f"browser {item.path.stem}"))
            item.add_marker(pytest.mark.django_db(transaction=True))


def _then_loaded(act: Callable[..., Any]) -> Callable[..., Any]:
    """Playwright returns from a click when the next page has begun: what is read then
    may find half of it. Whoever clicks here reads a page that is whole."""

    @wraps(act)
    def acted(where: Page | Locator, *args: Any, **options: Any) -> Any:
        result = act(where, *args, **options)
        page = where if isinstance(where, Page) else where.page
        try:
            page.wait_for_load_state("load")
        except Error:
            if not page.is_closed():  # a window may close itself, at any moment
                raise
        return result

    return acted


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium a module. Its event loop must not outlive the module's tests."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        missing = "Chromium is missing: apt-get install chromium"
        pytest.fail(missing) if os.environ.get("CI") else pytest.skip(missing)
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # The loop runs in this thread, and the ORM is used in between.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        for kind in (Page, Locator):
            for name in ("click", "press"):
                patch.setattr(kind, name, _then_loaded(getattr(kind, name)))
        browser = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox"]
        )
        yield browser
        browser.close()


def eventually(page: Page, condition: Callable[[], object], said: object = "") -> None:
    """Wait for what the page causes elsewhere, and let it work meanwhile.

    Also for what only a promise tells: `wait_for_function` takes one for a yes.
    """
    for _turn in range(PATIENCE // 50):
        if condition():
            return
        page.wait_for_timeout(50)
    pytest.fail(f"it never came: {said() if callable(said) else said}")


def editor_of(page: Page) -> Locator:
    """What one types into, once the editor has it: words that come before are lost."""
    page.locator("iframe.cke_wysiwyg_frame").wait_for()
    page.wait_for_function(EDITORS_READY)
    return page.frame_locator("iframe.cke_wysiwyg_frame").locator("body")


@dataclass
class Visit:
    """One person's window on the portal, watched all the time."""

    page: Page
    base: str
    name: str
    options: dict[str, Any]
    complaints: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)

    def watch(self) -> Visit:
        def on_console(message) -> None:
            if message.type in {"error", "warning"}:
                self.complaints.append(f"{self.page.url}: {message.text}")

        def on_request(request) -> None:
            parts = urlsplit(request.url)
            if parts.scheme in {"http", "https"} and parts.netloc != self._host:
                self.strangers.append(request.url)

        self.page.on("console", on_console)
        self.page.on("pageerror", lambda e: self.complaints.append(str(e)))
        self.page.on("request", on_request)
        return self

    @property
    def _host(self) -> str:
        return urlsplit(self.base).netloc

    def to(self, path: str) -> Page:
        response = self.page.goto(self.base + path)
        assert response is not None
        assert response.status < 400, f"{path}: {response.status}"
        return self.page

    def path(self) -> str:
        return urlsplit(self.page.url).path

    def nothing_is_wrong(self) -> None:
        """No line wider than the window, no complaint, nobody else asked, axe quiet."""
        self.page.wait_for_load_state("load")
        self.picture()
        wide = self.page.evaluate(
            "document.documentElement.scrollWidth"
            " - document.documentElement.clientWidth"
        )
        assert wide <= 0, f"{self.page.url}: {wide} px too wide"
        assert not self.complaints, self.complaints
        assert not self.strangers, self.strangers
        with self._as_drawn() as page:
            results = AXE.run(page, options=AXE_OPTIONS)
        assert results.violations_count == 0, results.generate_report()

    @contextmanager
    def _as_drawn(self) -> Iterator[Page]:
        """The page for axe, which takes breaks by timers: they never come where
        scripts are off, and axe would wait for ever. There it gets a copy of what was
        drawn, in a window that runs its script and none of ours."""
        if self.options["java_script_enabled"]:
            yield self.page
            return
        # Without scripts these are parts of the page like any other.
        drawn = re.sub(r"(</?)noscript\b", r"\1div", self.page.content())

        def answer(route) -> None:
            if route.request.resource_type == "document":
                route.fulfill(body=drawn, content_type="text/html; charset=utf-8")
            elif route.request.resource_type == "script":
                route.abort()
            else:
                route.continue_()

        browser = self.page.context.browser
        with browser.new_context(
            **self.options | {"java_script_enabled": True}
        ) as twin:
            page = twin.new_page()
            page.route("**/*", answer)
            page.goto(self.page.url)
            yield page

    def picture(self) -> None:
        if SHOTS:
            folder = Path(SHOTS)
            folder.mkdir(parents=True, exist_ok=True)
            place = re.sub(r"[^a-z0-9]+", "-", self.path()).strip("-") or "home"
            file = folder / f"{place[:60]}-{self.name}.jpg"
            self.page.screenshot(path=file, full_page=True, quality=70)


@pytest.fixture
def visit(browser, live_server):
    """`visit(width=360, scheme="dark", script=False)` opens a window of its own.

    With `user` the window belongs to somebody who has signed in already.
    """
    contexts = []

    def open_window(
        *,
        width: int = 360,
        scheme: str = "light",
        script: bool = True,
        user: User | None = None,
    ) -> Visit:
        options = {
            "viewport": {"width": width, "height": 740 if width < 600 else 800},
            "color_scheme": scheme,
            "java_script_enabled": script,
            "locale": "vi-VN",
            "timezone_id": "Asia/Ho_Chi_Minh",
        }
        context = browser.new_context(**options)
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        if user:
            # A client of their own: signing a second person in ends the first session.
            client = Client()
            client.force_login(user)
            key = client.cookies[settings.SESSION_COOKIE_NAME].value
            cookie = {"name": settings.SESSION_COOKIE_NAME, "value": key}
            context.add_cookies([cookie | {"url": live_server.url}])
        name = f"{width}-{scheme}"
        page = context.new_page()
        return Visit(page, live_server.url, name, options).watch()

    yield open_window
    for context in contexts:
        context.close()
