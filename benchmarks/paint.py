"""Rows "paint": when a phone on a weak network has shown the largest part of a page.

Chromium at 360 px and two pixels a point, as fast as this machine, behind 400 kbps and
400 ms for each answer (its own throttle). Every view is the first one: nothing kept, no
cookie but the entrant's. Behind it stands the portal as in production: pages from the
page cache, compressed; files compressed beforehand. The median of PAINT_VIEWS views,
with the quickest and the slowest; what was fetched until then, and what moved.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
import statistics
import subprocess
import sys
from dataclasses import dataclass

from benchmarks.bare import commands
from benchmarks.database import database
from benchmarks.measure import server
from benchmarks.pages import demo_with_pictures
from tests.ports import free_port

VIEWS = int(os.environ.get("PAINT_VIEWS", "5"))
LATENCY_MS, BYTES_A_SECOND = 400, 400_000 // 8
TEXT_GOAL, PICTURES_GOAL, MOVES_GOAL = 1.6, 2.2, 0
SETTINGS = "benchmarks.slow_site"

# The largest thing shown so far, in seconds, with what it is; and all that moved.
PAINTED = """() => new Promise(done => {
  let paint = null, moved = 0;
  for (const type of ["largest-contentful-paint", "layout-shift"])
    new PerformanceObserver(list => {
      for (const one of list.getEntries())
        if (type === "layout-shift") moved += one.hadRecentInput ? 0 : one.value;
        else paint = { seconds: one.startTime / 1000, what: one.element?.localName };
    }).observe({ type, buffered: true });
  requestAnimationFrame(() => setTimeout(() => done({ ...paint, moved })));
})"""


@dataclass
class View:
    """What one first visit to a page was like."""

    seconds: float
    what: str
    moved: float
    requests: int
    kilobytes: float


def rows() -> list[dict]:
    with database("paint") as (now, _postmaster):
        demo_with_pictures(now)
        pages, key = _pages(now)
        environment = os.environ | {"DJANGO_SETTINGS_MODULE": SETTINGS}
        collect = [sys.executable, "-m", "django", "collectstatic", "--noinput"]
        subprocess.run([*collect, "-v0"], env=environment, check=True)
        port = free_port()
        command = commands("benchmarks.portal_site:application", port)["granian"]
        with server(command, port, env=environment):
            seen = _look(f"http://127.0.0.1:{port}", pages, key)
    return [row for name, views in seen.items() for row in _rows(name, views)]


def _rows(name: str, views: list[View]) -> list[dict]:
    seconds = [view.seconds for view in views]
    goal = PICTURES_GOAL if name in {"home", "article with a picture"} else TEXT_GOAL
    last = views[-1]
    spread = f"s, largest paint ({last.what}; {min(seconds):.2f} to {max(seconds):.2f})"
    median, moved = statistics.median(seconds), max(view.moved for view in views)
    return [
        _row(name, median, spread, goal),
        _row(name, moved, "layout shift", MOVES_GOAL),
        _row(name, last.kilobytes, f"KB in {last.requests} requests", None),
    ]


def _row(name: str, value: float, unit: str, goal: float | None) -> dict:
    return {
        "row": f"{name}, 400 kbps and 400 ms",
        "value": round(value, 4 if goal == MOVES_GOAL else 2),
        "unit": unit,
        "yardstick": "",
        "goal": goal,
        "met": None if goal is None else value <= goal,
    }


def _pages(now: dt.datetime) -> tuple[dict[str, str], str]:
    """The addresses of what is looked at, and the key of somebody who may enter."""
    from django.conf import settings
    from django.test import Client

    from contests.models import Contest
    from members.models import User
    from news.models import Article
    from training.models import TrainingSession

    articles = Article.objects.published(now)
    session = TrainingSession.objects.open_for_registration(now).first()
    contest = Contest.objects.open_for_entries(now).first()
    client = Client()
    client.force_login(User.objects.filter(person__birth_date__isnull=False).first())
    pages = {
        "home": "/",
        "list of articles": "/tin-tuc/",
        "article": articles.filter(cover=None).first().get_absolute_url(),
        "article with a picture": articles.exclude(cover=None)[0].get_absolute_url(),
        "calendar": "/tap-huan/",
        "session": session.get_absolute_url(),
        "contest": contest.get_absolute_url(),
        "entry form": f"{contest.get_absolute_url()}nop-bai/",
    }
    return pages, client.cookies[settings.SESSION_COOKIE_NAME].value


def _look(base: str, pages: dict[str, str], key: str) -> dict[str, list[View]]:
    from django.conf import settings
    from playwright.sync_api import sync_playwright

    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": key, "url": base}
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox"]
        )
        seen: dict[str, list[View]] = {name: [] for name in pages}
        # In turn, so that a slow moment meets all of them; the first fills the cache.
        for turn in range(VIEWS + 1):
            for name, path in pages.items():
                cookies = [cookie] if name == "entry form" else []
                view = _view(browser, base + path, cookies)
                if turn:
                    seen[name].append(view)
        browser.close()
    return seen


def _view(browser, address: str, cookies: list[dict]) -> View:
    context = browser.new_context(
        viewport={"width": 360, "height": 740}, device_scale_factor=2, locale="vi-VN"
    )
    context.add_cookies(cookies)
    page = context.new_page()
    network = context.new_cdp_session(page)
    arrived: list[float] = []
    network.on(
        "Network.loadingFinished", lambda one: arrived.append(one["encodedDataLength"])
    )
    network.send("Network.enable")
    network.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": LATENCY_MS,
            "downloadThroughput": BYTES_A_SECOND,
            "uploadThroughput": BYTES_A_SECOND,
        },
    )
    answer = page.goto(address, wait_until="networkidle")
    if answer is None or answer.status != 200:
        raise RuntimeError(f"{address} did not answer")
    painted = page.evaluate(PAINTED)
    context.close()
    return View(
        seconds=painted["seconds"],
        what=painted["what"] or "?",
        moved=painted["moved"],
        requests=len(arrived),
        kilobytes=sum(arrived) / 1024,
    )
