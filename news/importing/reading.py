"""A WordPress export (WXR), RSS 2.0 or Atom, item by item, in constant memory.

Each item is parsed alone: a broken one costs itself and nothing else, and no entity
of the file's own can be declared (a DOCTYPE is refused), so nothing can be blown up.
"""

from __future__ import annotations

import codecs
import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from html import unescape
from pathlib import Path
from xml.etree import ElementTree as ET

from django.utils.translation import gettext

from vietnam.dates import VIETNAM

LARGEST = 20_000_000
"""Letters of one item; what is longer is no article."""
_PIECE = 1 << 16
_HEAD = 2_000_000
_MARKS = re.compile(r"<!\[CDATA\[|\]\]>|<(item|entry)(?=[\s>])|</(?:item|entry)\s*>")
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_NAMED = re.compile(r"&([A-Za-z][A-Za-z0-9]*);")
_XML_NAMED = {"amp", "lt", "gt", "quot", "apos"}
_NAMESPACES = {
    "content": "http://purl.org/rss/1.0/modules/content/",
    "excerpt": "http://wordpress.org/export/1.2/excerpt/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "wfw": "http://wellformedweb.org/CommentAPI/",
    "wp": "http://wordpress.org/export/1.2/",
    "media": "http://search.yahoo.com/mrss/",
    "atom": "http://www.w3.org/2005/Atom",
}


class FileUnreadable(Exception):
    """The whole file is none that can be read; the message says why."""


@dataclass
class Item:
    """One entry of the file, in its own words."""

    line: int
    error: str = ""
    kind: str = "post"
    source_id: str = ""
    title: str = ""
    link: str = ""
    slug: str = ""
    state: str = "publish"
    published_at: dt.datetime | None = None
    author: str = ""
    body: str = ""
    excerpt: str = ""
    categories: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    meta: dict[str, str] = field(default_factory=dict)
    attachment_url: str = ""
    password: str = ""
    is_wordpress: bool = False


@dataclass(frozen=True)
class Head:
    """What the file says of the site it comes from."""

    site: str
    authors: dict[str, str]


def head_of(path: Path) -> Head:
    """The site's address and the names of its authors. Raises FileUnreadable."""
    text = next(_pieces(path, size=_HEAD), "")
    first = re.search(r"<(?:item|entry)[\s>]", text)
    head = text[: first.start()] if first else text
    if re.search(r"<!\s*(?:DOCTYPE|ENTITY)", head, re.IGNORECASE):
        raise FileUnreadable(gettext("the file declares a DOCTYPE; take it out first"))
    if not re.search(r"<(?:rss|feed|rdf:RDF)[\s>]", head):
        raise FileUnreadable(gettext("neither RSS, Atom nor a WordPress export"))
    site = re.search(
        r"<wp:base_blog_url>([^<]+)<|<link>([^<]+)</link>|<link[^>]*href=\"([^\"]+)\"",
        head,
    )
    found = next(filter(None, site.groups()), "") if site else ""
    authors = dict(
        re.findall(
            r"<wp:author_login>(?:<!\[CDATA\[)?(.*?)(?:\]\]>)?</wp:author_login>.*?"
            r"<wp:author_display_name>(?:<!\[CDATA\[)?(.*?)(?:\]\]>)?</wp:author_d",
            head,
            re.DOTALL,
        )
    )
    return Head(unescape(found).strip().rstrip("/"), authors)


def items(path: Path) -> Iterator[Item]:
    """Every item in its order; one that cannot be read carries its `error`."""
    for line, text in _chunks(path):
        yield _item(line, text)


def _item(line: int, text: str) -> Item:
    if len(text) > LARGEST:
        return Item(line, error=gettext("too long for an article"))
    opening = "".join(f' xmlns:{name}="{uri}"' for name, uri in _NAMESPACES.items())
    parts = re.split(r"(<!\[CDATA\[.*?\]\]>)", _ILLEGAL.sub("", text), flags=re.DOTALL)
    parts[::2] = [_NAMED.sub(_letter, part) for part in parts[::2]]
    try:
        # No DOCTYPE can stand inside an element, so nothing declares an entity.
        root = ET.fromstring(f"<all{opening}>{''.join(parts)}</all>")  # noqa: S314
        return _read(line, root[0])
    except ET.ParseError as error:
        told = gettext("broken XML: %(reason)s") % {"reason": error.msg}
        return Item(line + error.position[0] - 1, error=told)
    except (ValueError, IndexError) as error:
        return Item(line, error=str(error))


def _letter(match: re.Match[str]) -> str:
    """&nbsp; and its like, which only HTML knows."""
    return match[0] if match[1] in _XML_NAMED else unescape(match[0])


def _read(line: int, node: ET.Element) -> Item:
    item, rest = Item(line), {}
    for child in node:
        name, text = _name(child.tag), (child.text or "").strip()
        if name == "category":
            _take_category(item, child, text)
        elif name == "wp:postmeta":
            values = {_name(part.tag): part.text or "" for part in child}
            item.meta[values.get("wp:meta_key", "")] = values.get("wp:meta_value", "")
        elif name == "link" and child.get("href"):
            if child.get("rel", "alternate") == "alternate":
                rest["link"] = child.get("href")
        elif name == "author" and len(child):
            rest["author"] = "".join(child.itertext()).strip().split("\n")[0]
        else:
            rest.setdefault(name, text)
    item.is_wordpress = "wp:post_id" in rest
    item.title = unescape(rest.get("title", ""))
    item.link = rest.get("link", "")
    item.slug = rest.get("wp:post_name", "")
    item.kind = rest.get("wp:post_type") or "post"
    item.state = rest.get("wp:status") or "publish"
    item.password = rest.get("wp:post_password", "")
    item.author = rest.get("dc:creator") or rest.get("author", "")
    item.excerpt = rest.get("excerpt:encoded") or rest.get("summary", "")
    item.attachment_url = rest.get("wp:attachment_url", "")
    body = rest.get("content:encoded") or rest.get("content")
    item.body = body or rest.get("description") or ""
    if not item.excerpt and body:
        item.excerpt = rest.get("description", "")
    item.source_id = (
        rest.get("wp:post_id") or rest.get("guid") or rest.get("id") or item.link
    )[:300]
    item.published_at = _moment(rest)
    if not item.source_id:
        raise ValueError(gettext("neither a number nor an address"))
    return item


def _take_category(item: Item, node: ET.Element, text: str) -> None:
    name = unescape(text or node.get("term", "")).strip()
    if name:
        known = item.tags if node.get("domain") == "post_tag" else item.categories
        known.append(name)


def _moment(rest: dict[str, str]) -> dt.datetime | None:
    """In UTC. WordPress writes 0000-00-00 for what never was published."""
    if (gmt := rest.get("wp:post_date_gmt", "")) and not gmt.startswith("0000"):
        return dt.datetime.fromisoformat(gmt).replace(tzinfo=dt.UTC)
    if (local := rest.get("wp:post_date", "")) and not local.startswith("0000"):
        naive = dt.datetime.fromisoformat(local)
        return naive.replace(tzinfo=VIETNAM).astimezone(dt.UTC)
    if "wp:post_id" not in rest and rest.get("pubDate"):
        moment = parsedate_to_datetime(rest["pubDate"])
    elif text := rest.get("published") or rest.get("updated") or rest.get("dc:date"):
        moment = dt.datetime.fromisoformat(text)
    else:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=VIETNAM)).astimezone(
        dt.UTC
    )


def _name(tag: str) -> str:
    uri, _brace, name = tag.rpartition("}")
    if "/excerpt/" in uri:
        return f"excerpt:{name}"
    if uri.startswith("{http://wordpress.org/export/"):
        return f"wp:{name}"
    known = {"purl.org/rss/1.0/modules/content": "content", "purl.org/dc/": "dc"}
    prefix = next((short for part, short in known.items() if part in uri), "")
    if "mrss" in uri:
        prefix = "media"
    return f"{prefix}:{name}" if prefix else name


def _chunks(path: Path) -> Iterator[tuple[int, str]]:
    """Each item's text with the line it begins in; what is quoted does not count."""
    kept: list[str] = []
    quoted, inside, line, begins, rest = False, False, 1, 1, ""
    for piece in _pieces(path):
        text, at, held = rest + piece, 0, 0
        # A mark may lie across two pieces: its beginning waits for the next.
        safe = max(0, len(text) - 16)
        for mark in _MARKS.finditer(text):
            if mark.start() >= safe:
                break
            line += text.count("\n", at, mark.start())
            if inside:
                kept.append(text[at : mark.start()])
            at, held = mark.start(), mark.end()
            if mark[0] == "<![CDATA[":
                quoted = True
            elif mark[0] == "]]>":
                quoted = False
            elif not quoted and mark[1]:
                kept, inside, begins = [], True, line
            elif not quoted and inside:
                kept.append(mark[0])
                yield begins, "".join(kept)
                kept, inside = [], False
        # Behind the last mark, so that none is seen twice.
        cut = max(safe, held)
        line += text.count("\n", at, cut)
        if inside:
            kept.append(text[at:cut])
        rest = text[cut:]
    if inside:
        yield begins, "".join(kept) + rest


def _pieces(path: Path, size: int = _PIECE) -> Iterator[str]:
    with path.open("rb") as file:
        start = file.read(400)
        file.seek(0)
        decoder = codecs.getincrementaldecoder(_encoding(start))("replace")
        while data := file.read(size):
            yield decoder.decode(data)
        # Whatever is still held back, and room for the last mark.
        yield decoder.decode(b"", final=True) + " " * 32


def _encoding(start: bytes) -> str:
    for mark, name in ((codecs.BOM_UTF8, "utf-8-sig"), (b"\xff\xfe", "utf-16")):
        if start.startswith(mark):
            return name
    named = re.search(rb"encoding=[\"']([A-Za-z0-9._-]+)", start)
    try:
        return codecs.lookup(named[1].decode()).name if named else "utf-8"
    except LookupError as error:
        told = gettext("an unknown encoding: %(name)s") % {"name": named[1].decode()}
        raise FileUnreadable(told) from error
