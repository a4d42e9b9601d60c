"""Old addresses lead to where an article stands now."""

from __future__ import annotations

import datetime as dt
from urllib.parse import parse_qs, unquote, urlsplit

from news.models import Article, OldAddress

_NUMBERS = ("p", "page_id", "id")
LONGEST = 500


def old_addresses(link: str, number: str = "") -> list[str]:
    """How an item was reached at its old site: by its link, by its number."""
    parts = urlsplit(link)
    found = [_path(parts.path)] if _path(parts.path) != "/" else []
    if parts.query:
        found.append(f"{_path(parts.path)}?{parts.query}")
    if number.isdecimal():
        found.append(f"/?p={number}")
    return [address for address in dict.fromkeys(found) if len(address) <= LONGEST]


def keep(article: Article, addresses: list[str]) -> None:
    """An address that leads to another article already stays with it."""
    rows = [OldAddress(address=address, article=article) for address in addresses]
    OldAddress.objects.bulk_create(rows, ignore_conflicts=True)


def where_now(path: str, query: str, now: dt.datetime) -> str | None:
    """The address here, for one of the old site; None unless the public may read it.

    Only ever an address of an article of ours: nothing of the request is in it.
    """
    if len(path) + len(query) > 2 * LONGEST:
        return None
    asked = [_path(path)] if _path(path) != "/" else []
    if query:
        asked.insert(0, f"{_path(path)}?{query}")
        values = parse_qs(query, max_num_fields=20)
        asked += [f"/?p={values[name][0]}" for name in _NUMBERS[:2] if name in values]
    published = Article.objects.published(now)
    rows = published.filter(old_addresses__address__in=asked[:4])
    found = rows.only("slug", "pk").first() if asked else None
    return found.get_absolute_url() if found else None


def _path(path: str) -> str:
    path = unquote(path).lower().removeprefix("/index.php")
    return path.rstrip("/") or "/"
