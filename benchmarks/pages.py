"""Rows "pages": public pages warm and cold against the bare view, and their size.

The demo stands in front of 20,000 generated articles. CPU of the whole tree: web
server, PostgreSQL and Valkey. Cold means that the page cache is left out, as for a page
that is made anew after a change; prepared statements and kept parts are in it. The
queries are counted in this process. PAGES_ARTICLES=1000 for a first look.
"""

from __future__ import annotations

import datetime as dt
import os
from html.parser import HTMLParser

from benchmarks.bare import commands, measure
from benchmarks.database import database, fill, valkey
from benchmarks.measure import Run, load, server
from tests.ports import free_port

ARTICLES = int(os.environ.get("PAGES_ARTICLES", "20000"))
WARM_REQUESTS, COLD_REQUESTS = 8000, 400
WARM_GOAL, COLD_GOAL, QUERIES_GOAL = 0.35, 15, 8
SIZE_GOAL, HOME_GOAL, BLOCKING_GOAL = 20, 60, 2
KILOBYTE = 1024
BROWSER = {
    "Accept-Encoding": "gzip, deflate, br",
    "User-Agent": "Mozilla/5.0 (Linux; Android 14) Chrome/141.0 Mobile Safari/537.36",
}


def rows() -> list[dict]:
    with database("pages") as (now, postmaster):
        demo_with_pictures(now)
        fill(ARTICLES, now - dt.timedelta(days=60))
        also = (postmaster, valkey())
        pages = _pages(now)
        queries = {name: _queries(path) for name, path in pages.items()}
        bare = measure("gunicorn")
        warm = _load(pages, WARM_REQUESTS, also, cache="on")
        cold = _load(pages, COLD_REQUESTS, also, cache="off")
        sizes = {name: _size(path) for name, path in pages.items()}
    yardstick = f"bare view, gunicorn, {bare.cpu_ms:.3f} ms"
    table = []
    for name, run in warm.items():
        ratio = run.cpu_ms / bare.cpu_ms
        unit = f"times, CPU ({run.rate:.0f} a second)"
        table.append(_row(f"{name}, cached", ratio, unit, yardstick, WARM_GOAL))
    for name, run in cold.items():
        ratio = run.cpu_ms / bare.cpu_ms
        unit = f"times, CPU ({run.cpu_ms:.1f} ms)"
        where = f"{name}, not cached, {ARTICLES:,} articles"
        table.append(_row(where, ratio, unit, yardstick, COLD_GOAL))
        table.append(_row(where, queries[name], "queries", "", QUERIES_GOAL))
    for name, (size, blocking) in sizes.items():
        goal = HOME_GOAL if name == "home" else SIZE_GOAL
        what = "HTML, CSS, first pictures" if name == "home" else "HTML and CSS"
        table.append(_row(f"{name}, first view", size, f"KB of {what}", "", goal))
        unit = "requests before it shows"
        table.append(_row(f"{name}, first view", blocking, unit, "", BLOCKING_GOAL))
    return table


def _row(name: str, value: float, unit: str, yardstick: str, goal: float) -> dict:
    return {
        "row": name,
        "value": round(value, 2),
        "unit": unit,
        "yardstick": yardstick,
        "goal": goal,
        "met": value <= goal,
    }


def demo_with_pictures(now: dt.datetime) -> None:
    """Home with its sessions, its contest, its teams and the covers of its articles."""
    from django.conf import settings

    from content.models import Picture
    from content.pictures import actions
    from portal import demo

    settings.DEBUG = True
    demo.load(now=now)
    settings.DEBUG = False
    for picture in Picture.objects.filter(state="pending"):
        actions.prepare(picture_id=picture.pk)


def _pages(now: dt.datetime) -> dict[str, str]:
    """Home, the list and one of the newest articles of usual length."""
    from news.models import Article

    article = Article.objects.published(now).first()
    return {"home": "/", "list": "/tin-tuc/", "article": article.get_absolute_url()}


def _queries(path: str) -> int:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client()
    client.get(path)  # templates and content types of a fresh process
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


def _load(
    pages: dict[str, str], requests: int, also: tuple[int, ...], *, cache: str
) -> dict[str, Run]:
    port = free_port()
    command = commands("benchmarks.portal_site:application", port)["granian"]
    environment = os.environ | {"BENCH_CACHE": cache}
    with server(command, port, env=environment) as process:
        return {
            name: load(
                process, port, path, requests=requests, also=also, headers=BROWSER
            )
            for name, path in pages.items()
        }


class _Parts(HTMLParser):
    """What a browser fetches before it shows the page, and the pictures it shows."""

    def __init__(self) -> None:
        super().__init__()
        self.sheets: list[str] = []
        self.paper: list[str] = []
        self.scripts: list[str] = []
        self.pictures: list[str] = []
        self._source = ""

    def handle_starttag(self, tag: str, attrs: list) -> None:
        facts = dict(attrs)
        if tag == "link" and facts.get("rel") == "stylesheet":
            waits = facts.get("media") != "print"
            (self.sheets if waits else self.paper).append(facts["href"])
        elif tag == "script" and "src" in facts:
            if facts.get("type") != "module" and not {"defer", "async"} & facts.keys():
                self.scripts.append(facts["src"])
        elif tag == "source" and facts.get("type") == "image/avif":
            self._source = facts.get("srcset", "")
        elif tag == "img":
            if facts.get("loading") != "lazy":
                chosen = self._source or facts.get("srcset") or facts["src"]
                self.pictures.append(_for_a_phone(chosen))
            self._source = ""


def _for_a_phone(srcset: str) -> str:
    """What 360 points at two pixels each take: 720 wide, or the next above."""
    found = []
    for part in srcset.split(","):
        address, _, width = part.strip().partition(" ")
        found.append((int(width.rstrip("w") or 0) if width else 0, address))
    wide = [one for one in sorted(found) if one[0] >= 720]
    return (wide or sorted(found)[-1:])[0][1]


def _size(path: str) -> tuple[float, int]:
    """Kilobytes of the first view, compressed as they are sent; requests that block."""
    import brotli
    from django.conf import settings
    from django.test import Client

    from content.static_files import joined_styles

    client = Client()
    html = client.get(path).content
    parts = _Parts()
    parts.feed(html.decode())
    size = len(brotli.compress(html, quality=5))
    # WhiteNoise compresses at the highest level, once.
    size += len(brotli.compress(joined_styles().encode())) * bool(parts.sheets)
    # Fetched as well, after everything else.
    paper = (settings.BASE_DIR / "static/css/print.css").read_bytes()
    size += len(brotli.compress(paper)) * bool(parts.paper)
    if path == "/":
        size += sum(len(b"".join(client.get(picture))) for picture in parts.pictures)
    # The page itself blocks as well.
    return size / KILOBYTE, 1 + len(parts.sheets) + len(parts.scripts)
