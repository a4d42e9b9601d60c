"""From link to link through the whole portal, and every form sent twice.

Nothing that a form does stays: each is sent within a savepoint. What pages show on
the way is kept as `Seen`, every letter written meanwhile as well, and the names of all
templates that were drawn.
"""

from __future__ import annotations

import copy
import re
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urljoin, urlsplit

from django.conf import settings
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.db.models import Max
from django.test import Client
from django.test.signals import template_rendered
from django.urls import Resolver404, URLPattern, get_resolver, resolve

from mail.models import Letter
from tests.language.reading import Form, Page

HOST = "http://testserver"
PAGES_OF_A_KIND = 2
"""Pages looked at of one public address pattern, for each reader; elsewhere one."""

NOT_WALKED = ("thu/", "__debug__/", "quan-tri/mail/letter/mau/<")
"""Pages for developers, in debug only, whose samples are in Vietnamese; and letters
with made-up Vietnamese people, whose words `letters.write_all` reads."""

# What is typed into every field of that kind, besides nothing.
_JUNK = {
    "text": "?",
    "textarea": "?",
    "password": "123",
    "email": "?",
    "url": "?",
    "tel": "?",
    "number": "?",
    "date": "?",
    "time": "?",
    "datetime-local": "?",
    "search": "?",
    "select": "?",
    "radio": "?",
}
_KEPT = {"hidden"}
_SAME_AS_SAVE = {"_addanother", "_continue"}
_NOT_SENT = {"submit", "button", "reset", "image"}


@dataclass
class Walk:
    language: str
    texts: dict[str, str] = field(default_factory=dict)
    """Each text that was shown, with the first place where it was."""
    pages: Counter = field(default_factory=Counter)
    letters: dict[str, str] = field(default_factory=dict)
    """Each text of a letter in this language, with the kind of the letter."""
    patterns: set[str] = field(default_factory=set)
    templates: set[str] = field(default_factory=set)
    errors: list[str] = field(default_factory=list)
    _sent: set = field(default_factory=set)

    def client(self, user=None) -> Client:
        client = Client(raise_request_exception=False)
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = self.language
        if user is not None:
            client.force_login(user)
        return client

    @contextmanager
    def noting(self) -> Iterator[None]:
        """Write down which templates are drawn."""

        def note(template, **kwargs):
            if template.name:
                self.templates.add(template.name)

        template_rendered.connect(note)
        try:
            yield
        finally:
            template_rendered.disconnect(note)

    def keep(self, response, *, who: str, what: str) -> Page | None:
        """Write an answer down; the page, if it is one."""
        match = getattr(response, "resolver_match", None)
        if match is not None:
            self.patterns.add(match.route)
        media_type = response.headers.get("Content-Type", "").partition(";")[0]
        if response.status_code == 500:
            self.errors.append(f"{what} ({who}): {response.status_code}")
        if getattr(response, "streaming", False):
            response.getvalue()  # read to its end, it closes what it reads
            return None
        html = response.content.decode(errors="replace")
        if media_type != "text/html" or not html:
            return None
        page = Page(html)
        self.pages[who] += 1
        for text in page.texts:
            self.texts.setdefault(text, f"{what} ({who})")
        return page

    @contextmanager
    def passing(self) -> Iterator[None]:
        """What happens inside is looked at and undone; letters are kept."""
        before = Letter.objects.aggregate(last=Max("pk", default=0))["last"]
        with transaction.atomic():
            yield
            for letter in Letter.objects.filter(pk__gt=before):
                self.read_letter(letter.kind, letter.language, letter)
            transaction.set_rollback(True)

    def read_letter(self, kind: str, language: str, words) -> None:
        """Keep what a letter says in this language; `words` has its three texts."""
        html = Page(words.html)
        if (html.language or language) != self.language:
            return
        for text in (words.subject, *words.text.splitlines(), *html.texts):
            self.letters.setdefault(" ".join(text.split()), kind)

    def last_token(self, folder: str) -> str:
        """What follows `folder` in the link of the newest letter."""
        text = Letter.objects.latest("pk").text
        return re.search(folder + r"([\w-]{40,})/", text)[1]

    def everywhere(
        self, who: str, user=None, *, starts: list[str], queries: bool = True
    ) -> None:
        """Follow every link from `starts` on, and send every form on the way.

        Without `queries` the admin's lists are seen whole only, not filtered.
        """
        client = self.client(user)
        waiting, counted = deque(starts), Counter()
        known: set[str] = set()
        while waiting:
            url = waiting.popleft()
            if url in known:
                continue
            known.add(url)
            if not self._wanted(url, counted, queries):
                continue
            with self.passing():
                response = client.get(url)
                page = self.keep(response, who=who, what=f"GET {url}")
            if response.status_code in {301, 302}:
                waiting.append(_inside(url, response.headers["Location"]))
            if page is None:
                continue
            waiting += [_inside(url, link) for link in page.links]
            if response.status_code == 200:
                self._send_forms(client, who, url, page.forms)

    def _wanted(self, url: str, counted: Counter, queries: bool) -> bool:
        parts = urlsplit(url)
        try:
            route = resolve(parts.path).route
        except Resolver404:
            return False
        names = frozenset(name for name, _value in parse_qsl(parts.query))
        if route.startswith(NOT_WALKED):
            return False
        in_admin = route.startswith("quan-tri/")
        # The admin's lists in another order or narrowed twice say nothing new.
        if in_admin and names and ("o" in names or len(names) > 1 or not queries):
            return False
        counted[route, names] += 1
        limit = 1 if names or in_admin else PAGES_OF_A_KIND
        return counted[route, names] <= limit

    def _send_forms(
        self, client: Client, who: str, url: str, forms: list[Form]
    ) -> None:
        """Each form once, whoever sees it."""
        for form in forms:
            target = _inside(url, form.action)
            shape = tuple(sorted({one.name for one in form.fields}))
            if not target or (_route(target), shape) in self._sent:
                continue
            if _route(target) == "ngon-ngu/":  # the other language would answer
                continue
            self._sent.add((_route(target), shape))
            for name, data in _fillings(form):
                self._send(client, who, target, name, data)

    def _send(self, client: Client, who: str, url: str, name: str, data: dict) -> None:
        other = Client(raise_request_exception=False)
        # A copy: signing out must not end the walk.
        other.cookies = copy.deepcopy(client.cookies)
        cache.clear()  # how often somebody may try is tested elsewhere
        with self.passing():
            response = other.post(url, data, follow=True)
            self.keep(response, who=who, what=f"POST {url} {name}")


def _route(url: str) -> str:
    try:
        return resolve(urlsplit(url).path).route
    except Resolver404:
        return ""


def _inside(base: str, link: str) -> str:
    """The address a link of the page at `base` leads to; empty: another host."""
    whole = urljoin(HOST + base, link)
    if not whole.startswith(f"{HOST}/"):
        return ""
    return whole.removeprefix(HOST).partition("#")[0]


def _fillings(form: Form) -> Iterator[tuple[str, dict]]:
    """Ways to fill a form wrongly: nothing, and nonsense with each of its buttons."""
    kept = {one.name: one.value for one in form.fields if one.kind in _KEPT}
    buttons = [
        one
        for one in form.fields
        if one.kind in _NOT_SENT | {"button"} and one.name not in _SAME_AS_SAVE
    ]
    # An add-row of the admin has __prefix__ in its names.
    fields = [
        one
        for one in form.fields
        if one.kind not in _KEPT | _NOT_SENT | {"button"}
        and "__prefix__" not in one.name
    ]
    nothing = {one.name: "" for one in fields if one.kind in {"text", "textarea"}}
    first = {one.name: one.value for one in buttons[:1]}
    yield "with nothing", kept | nothing | first
    junk: dict = {one.name: _JUNK[one.kind] for one in fields if one.kind in _JUNK}
    junk |= {
        one.name: SimpleUploadedFile("a.pdf", b"MZ\x90\x00")
        for one in fields
        if one.kind == "file"
    }
    for button in buttons or [None]:
        pressed = {button.name: button.value} if button else {}
        yield f"with nonsense {button.name if button else ''}", kept | junk | pressed


def routes() -> Iterator[tuple[str, str, URLPattern]]:
    """Every address pattern as (route, name, pattern); routes as `resolve` has them."""
    yield from _below(get_resolver(), "", "")


def _below(resolver, prefix: str, namespace: str):
    for pattern in resolver.url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            name = f"{namespace}{pattern.name or '-'}"
            yield _as_resolved(route), name, pattern
        else:
            inner = f"{pattern.namespace}:" if pattern.namespace else ""
            yield from _below(pattern, route, namespace + inner)


def _as_resolved(route: str) -> str:
    return re.sub(r"^/", "", route)
