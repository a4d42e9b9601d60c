"""Rows "search": generated articles in a durable PostgreSQL of their own.

In the database: what `content.search.finding` asks, probe, count and page together, by
how many of the articles have the words; each query twice, the second counts. The page:
CPU of the whole tree, web server and PostgreSQL, of `/tim-kiem/` with ten hits.
Within a tag on a tenth of the articles, both ways: by the numbers in the article's row,
which stand in the index of its words, and by the table of tags.
SEARCH_ARTICLES=100000 for the large table (a quarter of an hour to fill).
"""

from __future__ import annotations

import datetime as dt
import math
import os
import random
import time
from urllib.parse import urlencode

from benchmarks.bare import commands
from benchmarks.database import database, fill, tag_a_tenth
from benchmarks.measure import load, server
from tests.ports import free_port

ARTICLES = int(os.environ.get("SEARCH_ARTICLES", "20000"))
SAMPLE = 20 if ARTICLES >= 10_000 else 100
"""Percent of the table that words are drawn from; in a small one none would be rare."""
QUERIES = 40
"""In each band; half of them as spelt, half without accents."""
REQUESTS = 400
DATABASE_GOAL = 30
PAGE_GOAL = 12
SHOWN = 10

# Shares of all articles, so that the bands mean the same at any size.
BANDS = {
    "under 0.2 %": (0, 0.002),
    "0.2 to 1 %": (0.002, 0.01),
    "1 to 10 %": (0.01, 0.1),
    "over 10 %": (0.1, 1.1),
}


def rows() -> list[dict]:
    with database("search") as (now, postmaster):
        fill(ARTICLES, now)
        bands = _words()
        table = [_band(name, words, now) for name, words in bands.items()]
        table.append(_phrases(bands["over 10 %"], now))
        table += _narrowed([word for words in bands.values() for word in words], now)
        table.append(_page(bands["0.2 to 1 %"], postmaster))
    return table


def _narrowed(words: list[str], now: dt.datetime) -> list[dict]:
    """Words of every band within one tag on a tenth of all articles.

    By the numbers in the article's row, as the site asks, and by the table of tags.
    """
    from news.models import Article

    tag = tag_a_tenth()
    published = Article.objects.published(now)
    ways = {
        "": (published.tagged(tag), DATABASE_GOAL),
        " (by the table of tags)": (published.filter(tags=tag), None),
    }
    table = []
    for way, (rows, goal) in ways.items():
        times = [_milliseconds(word, now, rows) for word in words]
        name = f"search within a tag on 10 % of {ARTICLES:,} articles{way}"
        table.append(_row(name, _p95(times), "ms, p95 of probe, count and page", goal))
    return table


def _band(name: str, words: list[str], now: dt.datetime) -> dict:
    times = [_milliseconds(query, now) for query in words]
    return _row(
        f"search in the database, words in {name} of {ARTICLES:,} articles",
        _p95(times),
        "ms, p95 of probe, count and page",
        DATABASE_GOAL,
    )


def _phrases(words: list[str], now: dt.datetime) -> dict:
    """Two common words in quotes: rows must be opened to see if they stand together."""
    pairs = zip(words[::2], words[1::2], strict=False)
    times = [_milliseconds(f'"{one} {other}"', now) for one, other in pairs]
    return _row(
        f"search in the database, phrases of common words of {ARTICLES:,} articles",
        _p95(times),
        "ms, p95 of probe, count and page",
        DATABASE_GOAL,
    )


def _page(words: list[str], postmaster: int) -> dict:
    port = free_port()
    command = commands("benchmarks.portal_site:application", port)["granian"]
    path = f"/tim-kiem/?{urlencode({'q': words[0], 'loai': 'news'})}"
    with server(command, port) as process:
        run = load(process, port, path, requests=REQUESTS, also=(postmaster,))
    return _row(
        f"search page with {SHOWN} hits of {ARTICLES:,} articles, CPU",
        run.cpu_ms,
        f"ms a request ({run.rate:.0f} a second)",
        PAGE_GOAL if ARTICLES <= 20_000 else None,
    )


def _row(name: str, value: float, unit: str, goal: float | None) -> dict:
    return {
        "row": name,
        "value": round(value, 1),
        "unit": unit,
        "yardstick": "",
        "goal": goal,
        "met": None if goal is None else value <= goal,
    }


def _milliseconds(typed: str, now: dt.datetime, rows=None) -> float:
    """Of the statements alone, as psycopg2 waits for them; the second time counts."""
    from django.db import connection

    from content.search.finding import find
    from content.search.queries import parse
    from news.models import Article

    spent = 0.0

    def timed(execute, *args):
        nonlocal spent
        started = time.perf_counter()
        try:
            return execute(*args)
        finally:
            spent += time.perf_counter() - started

    for _round in range(2):
        spent = 0.0
        with connection.execute_wrapper(timed):
            found = find(
                Article.objects.published(now) if rows is None else rows,
                parse(typed),
                order=("-publish_at", "-id"),
                limit=SHOWN,
            )
        assert len(found.rows) == min(found.count, SHOWN)
    return spent * 1000


def _p95(times: list[float]) -> float:
    return sorted(times)[math.ceil(len(times) * 0.95) - 1]


def _words() -> dict[str, list[str]]:
    """Words of each band, drawn from all that stand in the table."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT word, ndoc FROM ts_stat('SELECT search FROM news_article"
            " TABLESAMPLE SYSTEM (%s) REPEATABLE (3)')",
            [SAMPLE],
        )
        times = 100 / SAMPLE / ARTICLES
        shares = [(word, number * times) for word, number in cursor.fetchall()]
    draw = random.Random(13)
    bands = {}
    for name, (low, high) in BANDS.items():
        words = sorted(word for word, share in shares if low <= share < high)
        spelt = [word for word in words if not word.isascii()]
        bare = [word for word in words if word.isascii()]
        bands[name] = [
            word
            for kind in (spelt, bare)
            for word in draw.sample(kind, min(QUERIES // 2, len(kind)))
        ]
    return bands
