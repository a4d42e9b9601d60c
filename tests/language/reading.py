"""What of an HTML page people see or hear, and the forms they can send."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

_SILENT = {"script", "style", "template"}
_VOID = {
    *("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta"),
    *("source", "track", "wbr"),
}
_SPOKEN = ("title", "alt", "aria-label", "aria-description", "placeholder", "label")
_CONTROLS = {"input", "textarea", "select", "button"}
_BUTTONS = {"submit", "button", "reset"}
# Within a line: what stands around them is one sentence.
_INLINE = {
    *("a", "abbr", "b", "bdi", "cite", "code", "em", "i", "kbd", "mark", "s", "small"),
    *("span", "strong", "sub", "sup", "time", "u", "wbr"),
}


@dataclass
class Field:
    name: str
    kind: str
    value: str = ""
    options: list[str] = field(default_factory=list)


@dataclass
class Form:
    action: str
    fields: list[Field] = field(default_factory=list)


class Page(HTMLParser):
    """The texts of one page, its links and the forms that are sent by POST.

    `texts` are the pieces between tags and the attributes that are shown or read
    out; `sentences` the same with the tags within a line taken out. Both leave out
    what declares itself to be in another language than the page.
    """

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.language = ""
        self.texts: list[str] = []
        self.sentences: list[str] = []
        self.links: list[str] = []
        self.forms: list[Form] = []
        self._open: list[tuple[str, str]] = []
        self._line: list[str] = []
        self._form: Form | None = None
        self._select: Field | None = None
        self.feed(html)
        self.close()
        self._break()

    def handle_starttag(self, tag, attrs):
        given = {name: value or "" for name, value in attrs}
        language = given.get("lang") or (self._open[-1][1] if self._open else "")
        if tag == "html":
            self.language = language
        if tag not in _INLINE:
            self._break()
        if tag not in _VOID:
            self._open.append((tag, language))
        if self._is_ours(language):
            self._read_attributes(tag, given)
        self._read_control(tag, given)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag):
        if tag not in _INLINE:
            self._break()
        for place in range(len(self._open) - 1, -1, -1):
            if self._open[place][0] == tag:
                del self._open[place:]
                break
        if tag == "form":
            self._form = None
        if tag == "select":
            self._select = None

    def handle_data(self, data):
        if not data.strip():
            self._line.append(" ")
            return
        tags = [tag for tag, _language in self._open]
        if _SILENT.intersection(tags):
            return
        if not self._is_ours(self._open[-1][1] if self._open else ""):
            self._line.append("…")
            return
        self._line.append(data)
        self.texts.append(" ".join(data.split()))

    def _is_ours(self, language: str) -> bool:
        return language in {"", self.language}

    def _break(self) -> None:
        line = " ".join("".join(self._line).split())
        if line:
            self.sentences.append(line)
        self._line = []

    def _read_attributes(self, tag: str, given: dict[str, str]) -> None:
        spoken = [given[name] for name in _SPOKEN if given.get(name)]
        if tag == "input" and given.get("type") in _BUTTONS:
            spoken.append(given.get("value", ""))
        if tag == "meta" and _is_description(given):
            spoken.append(given.get("content", ""))
        for text in spoken:
            if text.strip():
                self.texts.append(" ".join(text.split()))
                self.sentences.append(self.texts[-1])

    def _read_control(self, tag: str, given: dict[str, str]) -> None:
        if tag == "a" and given.get("href"):
            self.links.append(given["href"])
        elif tag == "form":
            if given.get("method", "").lower() == "post":
                self._form = Form(given.get("action", ""))
                self.forms.append(self._form)
        elif tag == "option" and self._select is not None:
            self._select.options.append(given.get("value", ""))
        elif self._form is not None and given.get("name") and tag in _CONTROLS:
            kind = given.get("type", "text") if tag == "input" else tag
            one = Field(given["name"], kind.lower(), given.get("value", ""))
            self._form.fields.append(one)
            if tag == "select":
                self._select = one


def _is_description(given: dict[str, str]) -> bool:
    name = given.get("name") or given.get("property") or ""
    return name == "description" or name in {"og:title", "og:description"}
