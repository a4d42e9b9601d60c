"""Whole pages that are made once for equal facts, with gaps for what is the reader's.

A flash crowd asks for one page thousands of times, and only a few words of it differ:
the token of its forms, how many are in line. `page` makes it once for equal facts, as
`content.kept` makes a part, and writes the words into the gaps each time.

The template sees the facts, the gaps, what `surroundings` say of the request and the
language, and nothing else: neither the request, nor who is signed in. So nothing of
one reader can get into the page of another but what somebody called a fact.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.messages import get_messages
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.utils.html import conditional_escape

from content import kept
from content.registry import Registry

Words = Callable[[], str] | str

# Nobody types private-use characters; what did would fill in the reader's own words.
_MARK = re.compile("\ue000([a-z_]+)\ue001")


@dataclass(frozen=True)
class Surroundings:
    """What each page shows around its own matter: equal facts, and gaps."""

    facts: Mapping[str, Any]
    gaps: Mapping[str, Words]


# What the floors above put around each page of somebody signed in.
surroundings: Registry[Callable[[HttpRequest], Surroundings]] = Registry(
    "content.kept_pages.surroundings"
)


def gap(name: str) -> str:
    """What stands in a template for words that come later; escaped as all text is."""
    return f"\ue000{name}\ue001"


def page(
    request: HttpRequest,
    template: str,
    facts: Mapping[str, Any],
    gaps: Mapping[str, Words],
) -> str | None:
    """The page, made now or kept; None where a message waits for its reader.

    A gap is there under its own name, and by `gap` inside of a fact. For somebody
    signed in.
    """
    if len(get_messages(request)):
        return None
    facts, words = dict(facts), {"csrf_token": lambda: get_token(request), **gaps}
    for around in surroundings:
        shown = around(request)
        facts |= shown.facts
        words |= shown.gaps
    facts |= {name: gap(name) for name in words}
    text = kept.render(template, facts)
    return _filled(text, words)


def _filled(text: str, words: Mapping[str, Words]) -> str:
    said: dict[str, str] = {}

    def fill(mark: re.Match) -> str:
        name = mark[1]
        if name not in said:
            word = words.get(name, "")
            said[name] = conditional_escape(word() if callable(word) else word)
        return said[name]

    return _MARK.sub(fill, text)
