"""Every template in a real browser: axe, width and layout, light and dark, big letters.

Readers walk through the demo from link to link first, without a browser; of all that
they came by, as few pages are looked at as draw every template once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from django.core.cache import cache
from django.test import override_settings
from django.urls import resolve

from content import clock
from tests.browser.conftest import AXE, AXE_OPTIONS, Visit
from tests.language import world
from tests.language.walk import Walk
from tests.portal.test_language import PLAIN, STARTS

STOCK = {"empty-table-header"}
"""The first head of Django's inline tables, above the names of their rows."""
# No sheet is loaded anew by axe: the policy of our pages would complain.
WHOLE = AXE_OPTIONS | {"preload": False, "resultTypes": ["violations"]}
# All that another width or another scheme changes.
DRAWN = WHOLE | {
    "runOnly": {
        "type": "rule",
        "values": [
            "color-contrast",
            "link-in-text-block",
            "scrollable-region-focusable",
            "target-size",
        ],
    }
}

# What moved while the page came, read when it has come; a press excuses a move.
SHIFTS = """() => new Promise(done => {
  const seen = [];
  const watch = new PerformanceObserver(list => {
    for (const one of list.getEntries()) {
      if (one.hadRecentInput) continue;
      const what = one.sources.map(({ node }) => node?.outerHTML?.slice(0, 60));
      seen.push(`${one.value.toFixed(4)} ${what.join(" ")}`);
    }
  });
  watch.observe({ type: "layout-shift", buffered: true });
  requestAnimationFrame(() => setTimeout(() => { watch.disconnect(); done(seen); }));
})"""
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@dataclass
class Gathering(Walk):
    """A walk that sends no form and remembers which templates each page drew."""

    drawn: dict[str, frozenset[str]] = field(default_factory=dict)

    def keep(self, response, *, who: str, what: str):
        page = super().keep(response, who=who, what=what)
        if page is not None and response.status_code == 200:
            names = {one.name for one in response.templates if one.name}
            self.drawn[what.removeprefix("GET ")] = frozenset(names)
        return page

    def _wanted(self, url, counted, queries) -> bool:
        """Two of each address pattern, whatever is asked of it."""
        wanted = super()._wanted(url, counted, queries)
        route = resolve(urlsplit(url).path).route if wanted else ""
        counted[route] += 1
        return wanted and counted[route] <= 2

    def _send_forms(self, client, who, url, forms) -> None:
        """Forms stay as they are: nothing is to change before the pages are seen."""


def fewest(drawn: dict[str, frozenset[str]]) -> list[str]:
    """Pages that together draw every template, the most telling first."""
    missing = frozenset().union(*drawn.values())
    chosen = []
    while missing:
        page = max(drawn, key=lambda one: (len(drawn[one] & missing), one))
        chosen.append(page)
        missing -= drawn[page]
    return chosen


@dataclass
class Eyes:
    """One window that looks at a page from all sides and writes down its faults."""

    window: Visit
    faults: list[str] = field(default_factory=list)

    def look(self, path: str) -> None:
        page = self.window.page
        self._as(360, "light")
        self.window.to(path)
        page.wait_for_load_state("load")
        page.evaluate("window.stop()")  # some load themselves anew, to show progress
        for move in page.evaluate(SHIFTS):
            self._note(path, f"moved while it came: {move}")
        self.faults += [f"{path}: {one}" for one in self.window.complaints]
        self.faults += [f"{path}: asked {one}" for one in self.window.strangers]
        self._axe(path, "360 light", WHOLE)
        for width, scheme in ((360, "dark"), (1280, "dark"), (1280, "light")):
            self._as(width, scheme)
            self._axe(path, f"{width} {scheme}", DRAWN)
        self._as(320, "light")
        self._narrow(path, "320")
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        # Lists and long forms of the admin are for a desk.
        self._as(1280 if path.startswith("/quan-tri/") else 320, "light")
        self._narrow(path, "letters twice as big")
        self.window.complaints.clear()  # axe itself offends against the policy
        self.window.strangers.clear()

    def _as(self, width: int, scheme: str) -> None:
        page = self.window.page
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 740})
        page.evaluate("document.getAnimations().forEach(one => one.finish())")

    def _axe(self, path: str, how: str, options: dict) -> None:
        for one in AXE.run(self.window.page, options=options).response["violations"]:
            if one["id"] not in STOCK:
                where = "; ".join(str(node["target"]) for node in one["nodes"][:3])
                self._note(path, f"{how}: {one['id']} at {where}")

    def _narrow(self, path: str, how: str) -> None:
        if (wide := self.window.page.evaluate(TOO_WIDE)) > 0:
            self._note(path, f"{how}: {wide} px too wide")

    def _note(self, path: str, fault: str) -> None:
        self.faults.append(f"{path}: {fault}")


@pytest.fixture
def people(tmp_path):
    """The demo, and who looks at it; with a row for every page."""
    with override_settings(
        PRIVATE_ROOT=tmp_path / "private",
        MEDIA_ROOT=tmp_path / "media",
        MAILBOX=tmp_path / "mail",
    ):
        yield world.load(clock.now(), tmp_path)
    cache.clear()


def gathered(people: dict) -> dict[str, list[str]]:
    """The pages to look at, by reader; a page that two would draw is seen once."""
    drawn: dict[tuple[str, str], frozenset[str]] = {}
    links = world.links(people)
    for who in ("visitor", "member", "judge", "team_leader", "superuser"):
        walk = Gathering("vi")
        starts = STARTS + PLAIN + (links if who == "visitor" else [])
        if who != "visitor":
            starts = starts + world.addresses_of(who, people)
        walk.everywhere(who, people.get(who), starts=starts, queries=False)
        drawn |= {(who, url): names for url, names in walk.drawn.items()}
    chosen = fewest(drawn)
    return {
        who: [url for one, url in chosen if one == who]
        for who in dict.fromkeys(one for one, _url in chosen)
    }


def test_no_page_has_a_fault(visit, people):
    """One window for each reader; every fault of every page is told at once."""
    faults = []
    for who, paths in gathered(people).items():
        eyes = Eyes(visit(user=people.get(who)))
        for path in paths:
            eyes.look(path)
        faults += eyes.faults
    assert not faults, "\n".join(faults)
