"""Their HTML becomes ours: blocks, shortcodes, captions, galleries, pictures."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape, unescape
from html.parser import HTMLParser

from django.utils.translation import gettext

from content.mending import mend_html
from content.richtext import clean_html

Find = Callable[[str, str], str | None]
"""From the address and description of a picture to its address here, or None."""

_BLOCK_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_CAPTION = re.compile(
    r"\[caption[^\]]*\]\s*((?:<a\b[^>]*>)?\s*<img\b[^>]*>\s*(?:</a>)?)(.*?)\[/caption\]",
    re.DOTALL,
)
_GALLERY = re.compile(r"\[gallery\b([^\]]*)\]")
_EMBED = re.compile(
    r"\[(embed|video|audio|youtube)\b([^\]]*)\](?:([^\[]*)\[/\1\])?", re.DOTALL
)
_OTHER = re.compile(r"(?<!\[)\[/?[a-z][a-z0-9_-]*(?:\s+[\w-]+=[^\]]*|-[a-z0-9_-]+)\]")
_CLOSING = re.compile(r"(?<!\[)\[/[a-z][a-z0-9_-]*\]")
_BLOCK_TAG = re.compile(
    r"^\s*</?(?:p|h[1-6]|ul|ol|li|table|figure|blockquote|pre|div)\b"
)
_RENAMED = {"h1": "h2", "h5": "h4", "h6": "h4", "div": "p", "section": "p",
            "article": "p", "center": "p", "header": "p", "footer": "p"}  # fmt: skip
_VOID = {"img", "br", "hr"}


def our_html(
    html: str, *, find: Find, attachments: dict[str, str], site: str, notes: list[str]
) -> str:
    """Clean HTML of an article; `notes` gets a line for all that went another way.

    `attachments` are the addresses of pictures by number, for galleries; links to the
    old `site` become links within this one, where `addresses` leads them on.
    """
    html = _BLOCK_COMMENT.sub("", html)
    html = _CAPTION.sub(
        lambda m: f"<figure>{m[1]}<figcaption>{m[2].strip()}</figcaption></figure>",
        html,
    )
    html = _GALLERY.sub(lambda m: _gallery(m[1], attachments, notes), html)
    html = _EMBED.sub(_embed, html)
    others = dict.fromkeys(match[0] for match in _OTHER.finditer(html))
    dropped = gettext("shortcode dropped: %(code)s")
    notes.extend(dropped % {"code": other[:60]} for other in others)
    html = _CLOSING.sub("", _OTHER.sub("", html))
    if not re.search(r"<p\b", html):
        html = _paragraphs(html)
    reader = _Rewriter(find, site, notes)
    reader.feed(html)
    reader.close()
    return mend_html(_tidy(clean_html("".join(reader.out))))


def _gallery(options: str, attachments: dict[str, str], notes: list[str]) -> str:
    found = re.search(r"ids=[\"']?([\d,\s]+)", options)
    numbers = re.findall(r"\d+", found[1]) if found else []
    if not numbers:
        notes.append(gettext("a gallery without numbers was dropped"))
    pictures = [attachments[number] for number in numbers if number in attachments]
    return "".join(f'<figure><img src="{escape(src)}"></figure>' for src in pictures)


def _embed(match: re.Match[str]) -> str:
    named = re.search(r"(?:src|mp4|mp3|url)=[\"']([^\"']+)", match[2])
    address = (match[3] or "").strip() or (named[1] if named else "")
    return (
        f'<p><a href="{escape(address)}">{escape(address)}</a></p>' if address else ""
    )


def _paragraphs(text: str) -> str:
    """Old posts part paragraphs by an empty line, as WordPress shows them."""
    blocks = re.split(r"\r?\n[ \t]*\r?\n", text)
    made = []
    for block in filter(str.strip, blocks):
        plain = not _BLOCK_TAG.match(block)
        lines = re.sub(r"\r?\n", "<br>", block.strip())
        made.append(f"<p>{lines}</p>" if plain else block)
    return "\n".join(made)


def _tidy(html: str) -> str:
    """Without the empty paragraphs that lost tags leave behind."""
    html = re.sub(r"(</(?:p|figure|ul|ol|h[2-4])>)(?:&nbsp;|\s)+(?=<)", r"\1\n", html)
    before = None
    while before != html:
        before = html
        html = re.sub(r"<(p|figure|figcaption|strong|em|a)\b[^>]*>\s*</\1>", "", html)
    return re.sub(r"\n{2,}", "\n", html).strip()


class _Rewriter(HTMLParser):
    """Renames tags, finds pictures, makes frames links."""

    def __init__(self, find: Find, site: str, notes: list[str]) -> None:
        super().__init__(convert_charrefs=True)
        self.find, self.site, self.notes = find, site, notes
        self.out: list[str] = []
        self.figures: list[bool] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list) -> None:
        values = {name: value or "" for name, value in attrs}
        match tag:
            case "script" | "style":
                self.silent += 1
            case "img":
                self._picture(values)
            case "iframe" | "video" | "audio" | "embed":
                self._frame(values)
            case "figure":
                # A gallery is a figure around figures; ours stand side by side.
                outer = "gallery" in values.get("class", "")
                self.figures.append(not outer)
                if not outer:
                    self.out.append('<figure class="image">')
            case "a":
                self.out.append(
                    f'<a href="{escape(self._here(values.get("href", "")))}">'
                )
            case _:
                kept = "".join(
                    f' {name}="{escape(value)}"'
                    for name, value in values.items()
                    if name in {"colspan", "rowspan", "start", "scope", "lang"}
                )
                self.out.append(f"<{_RENAMED.get(tag, tag)}{kept}>")

    def handle_startendtag(self, tag: str, attrs: list) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in {"script", "style"}:
            self.silent = max(0, self.silent - 1)
        elif tag == "figure":
            if self.figures and self.figures.pop():
                self.out.append("</figure>")
        elif tag not in _VOID | {"iframe", "video", "audio", "embed"}:
            self.out.append(f"</{_RENAMED.get(tag, tag)}>")

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.out.append(escape(data, quote=False))

    def _picture(self, values: dict[str, str]) -> None:
        address = values.get("data-src") or values.get("src", "")
        here = self.find(address, values.get("alt", ""))
        if here is None:
            sentence = gettext("picture not found: %(address)s")
            self.notes.append(sentence % {"address": address[:120]})
            return
        alt = escape(unescape(values.get("alt", "")).strip())
        self.out.append(f'<img src="{escape(here)}" alt="{alt}">')

    def _frame(self, values: dict[str, str]) -> None:
        address = values.get("src", "")
        if address.startswith("//"):
            address = f"https:{address}"
        if address.startswith("http"):
            sentence = gettext("frame made a link: %(address)s")
            self.notes.append(sentence % {"address": address[:120]})
            shown = escape(address)
            self.out.append(f'<p><a href="{shown}">{shown}</a></p>')

    def _here(self, address: str) -> str:
        """A link within the old site, as a link within this one."""
        for site in (self.site, re.sub("^http:", "https:", self.site)):
            if site and (address == site or address.startswith(f"{site}/")):
                return address.removeprefix(site) or "/"
        return address
