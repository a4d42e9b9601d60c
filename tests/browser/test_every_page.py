"""Every template in a real browser: axe, width, layout, keyboard, scripts switched off.

Readers walk through the demo from link to link first, without a browser; of all that
they came by, as few pages are looked at as draw every template once. A page is loaded
once and then seen at several widths, light and dark, and with letters twice as big.
PORTAL_SHOTS=folder keeps two pictures of each page.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from django.core.cache import cache
from django.test import override_settings
from django.urls import resolve

from content import clock
from tests.browser.conftest import AXE, AXE_OPTIONS, EDITORS_READY, Visit
from tests.language import world
from tests.language.walk import Walk
from tests.portal.test_language import PLAIN, STARTS

STOCK = {"empty-table-header"}
"""The first head of Django's inline tables, above the names of their rows."""


def only(*rules: str) -> dict:
    return AXE_OPTIONS | {"runOnly": {"type": "rule", "values": rules}}


# What another scheme changes, and what another width does.
COLOURS = only("color-contrast", "link-in-text-block")
ROOM = only("scrollable-region-focusable", "target-size")
LOOKS = {
    (360, "light"): AXE_OPTIONS,
    (360, "dark"): COLOURS,
    (1280, "dark"): COLOURS,
    (1280, "light"): only(*COLOURS["runOnly"]["values"], *ROOM["runOnly"]["values"]),
    (320, "light"): ROOM,
}
PICTURES = {(360, "light"), (1280, "dark")}

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
# Whatever Tab comes to shows that it has the focus, by a ring around it, around its
# label or around the box it stands in, and nothing that sticks to an edge hides it.
HIDDEN_FOCUS = """() => {
  const faults = [];
  const around = one => {
    const found = [one.labels?.[0], one.nextElementSibling];
    for (let box = one; box && found.length < 7; box = box.parentElement)
      found.push(box);
    return found.filter(Boolean);
  };
  const ring = ({ outlineStyle, outlineWidth, boxShadow }) =>
    (outlineStyle === "none" ? "" : outlineWidth) + boxShadow;
  // A link may stretch over its whole line, and its ring with it.
  const rings = one => around(one).map(box => ring(getComputedStyle(box))).join()
    + ring(getComputedStyle(one, "::after"));
  const controls = "a[href], button, input, select, textarea, summary, [tabindex='0']";
  for (const one of document.querySelectorAll(`:is(${controls}):not(iframe)`)) {
    const seen = one.checkVisibility({ visibilityProperty: true });
    if (one.disabled || one.tabIndex < 0 || !seen) continue;
    document.activeElement?.blur();
    const before = rings(one);
    one.focus();
    if (document.activeElement !== one) continue;
    const name = one.outerHTML.slice(0, 80);
    if (rings(one) === before) faults.push(`no ring: ${name}`);
    // A link in two lines has two boxes: a grid of points in the first of them.
    const { left, width, top, height } = one.getClientRects()[0];
    const covers = (x, y) => {
      const there = document.elementFromPoint(left + width * x, top + height * y);
      const own = [one, one.labels?.[0], one.nextElementSibling];
      return !there || !own.some(box => box?.contains(there));
    };
    const free = [0.02, 0.5, 0.98].some(x => [0.1, 0.5, 0.9].some(y => !covers(x, y)));
    if (!free) faults.push(`hidden while it has the focus: ${name}`);
  }
  document.activeElement?.blur();
  scrollTo(0, 0);
  return faults;
}"""
# Without scripts: a button that sends nothing does nothing.
DEAD = """() => [...document.querySelectorAll("button")]
  .filter(one => one.checkVisibility() && (one.type !== "submit" || !one.form))
  .map(one => one.outerHTML.slice(0, 80))"""


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
    """Two windows that look at a page from all sides and write down its faults.

    In the second one scripts are switched off.
    """

    window: Visit
    plain: Visit
    faults: list[str] = field(default_factory=list)

    def look(self, path: str) -> None:
        page = self.window.page
        self._as(360, "light")
        self.window.to(path)
        page.wait_for_load_state("load")
        page.wait_for_function(EDITORS_READY)
        page.evaluate("window.stop()")  # some load themselves anew, to show progress
        self._note(path, "moved while it came", page.evaluate(SHIFTS))
        self._note(path, "complains", self.window.complaints)
        self._note(path, "asked others", self.window.strangers)
        page.evaluate(AXE.axe_script)
        for (width, scheme), rules in LOOKS.items():
            self._as(width, scheme)
            self._axe(path, f"{width} {scheme}", rules)
            self._narrow(path, f"{width}")
            if (width, scheme) in PICTURES:
                self.window.picture()
        page.keyboard.press("Tab")  # from now on the focus is one of the keyboard
        self._note(path, "by keyboard", page.evaluate(HIDDEN_FOCUS))
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        # Lists and long forms of the admin are for a desk.
        self._as(1280 if path.startswith("/quan-tri/") else 320, "light")
        self._narrow(path, "letters twice as big")
        self.window.complaints.clear()  # axe itself offends against the policy
        self.window.strangers.clear()
        if not path.startswith("/quan-tri/"):
            self._without_scripts(path)

    def _without_scripts(self, path: str) -> None:
        page = self.plain.to(path)
        self._note(path, "does nothing without scripts", page.evaluate(DEAD))
        if wide := page.evaluate(TOO_WIDE):
            self._note(path, "without scripts", [f"{wide} px too wide"])

    def _as(self, width: int, scheme: str) -> None:
        page = self.window.page
        self.window.name = f"{width}-{scheme}"
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.set_viewport_size({"width": width, "height": 740})
        page.evaluate("document.getAnimations().forEach(one => one.finish())")

    def _axe(self, path: str, how: str, options: dict) -> None:
        run = "async options => (await axe.run(options)).violations"
        for one in self.window.page.evaluate(run, options):
            if one["id"] not in STOCK:
                where = [str(node["target"]) for node in one["nodes"][:3]]
                self._note(path, f"{how}: {one['id']}", ["; ".join(where)])

    def _narrow(self, path: str, how: str) -> None:
        if (wide := self.window.page.evaluate(TOO_WIDE)) > 0:
            self._note(path, how, [f"{wide} px too wide"])

    def _note(self, path: str, how: str, faults: list[str]) -> None:
        self.faults += [f"{path}: {how}: {fault}" for fault in faults]


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


def test_the_eyes_see_what_is_wrong(visit):
    """One page with a fault of each kind."""
    planted = (
        '<p><img src="https://example.com/a.png" width="9" height="9">'
        '<button type="button" id="hidden">?</button>'
        '<link rel="stylesheet" href="/planted.css"></p>'
    )
    rules = "p:has(#hidden) { width: 1500px } #hidden { outline: 0; box-shadow: none }"

    def answer(route):
        real = route.fetch()
        body = real.text().replace("</main>", f"{planted}</main>")
        route.fulfill(response=real, body=body)

    windows = visit(), visit(script=False)
    for one in windows:
        one.page.route("**/chung-nhan/", answer)
        one.page.route("**/planted.css", lambda it: it.fulfill(body=rules))
    eyes = Eyes(*windows)
    eyes.look("/chung-nhan/")
    for kind in (
        *("asked others", "360 light: image-alt", "320: 1", "letters twice as big"),
        *("by keyboard: no ring", "does nothing without scripts"),
    ):
        assert any(kind in fault for fault in eyes.faults), (kind, eyes.faults)


def test_no_page_has_a_fault(visit, people):
    """One window for each reader; every fault of every page is told at once."""
    faults = []
    for who, paths in gathered(people).items():
        user = people.get(who)
        eyes = Eyes(visit(user=user), visit(user=user, script=False))
        for path in paths:
            eyes.look(path)
        faults += eyes.faults
    assert not faults, "\n".join(faults)
