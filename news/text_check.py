"""What the form of an article says about its words: each finding, and what helps."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.utils.translation import gettext

from content.models import Picture
from content.paste import Fault
from news import rules
from news.models import Article

OF_CHECK = ("mend", "confirm_links", "nobody_seen", "all_agreed")
"""The steps whose buttons stand beside the findings."""
MOST_LINES = 30


@dataclass(frozen=True)
class Line:
    """One finding, as the form shows it."""

    part: str
    fault: Fault


@dataclass(frozen=True)
class TextCheck:
    """What is wrong with an article's words and links, for who mends it."""

    lines: list[Line]
    more: int
    mendable: bool
    hosts: list[str]
    faces: list[Picture]
    confirmed: list

    @property
    def blocks(self) -> bool:
        return any(not line.fault.is_warning for line in self.lines)


def text_check(article: Article) -> TextCheck | None:
    """None where there is nothing to say."""
    found = [Line(part, fault) for part, fault in rules.findings(article)]
    hosts = rules.unconfirmed_hosts(article)
    confirmed = list(article.link_confirmations.select_related("by__person"))
    faces = rules.unknown_faces(article)
    if not (found or hosts or faces or confirmed):
        return None
    kinds = Counter(line.fault.is_mendable for line in found)
    return TextCheck(
        lines=found[:MOST_LINES],
        more=max(0, len(found) - MOST_LINES),
        mendable=kinds[True] > 0 and rules.is_mendable(article),
        hosts=hosts,
        faces=faces,
        confirmed=confirmed,
    )


def buttons_of_check(check: TextCheck | None) -> dict[str, str]:
    """The steps that help, each with words for what will happen."""
    buttons = {}
    if check and check.mendable:
        buttons["mend"] = gettext("Mend the text")
    if check and check.hosts:
        buttons["confirm_links"] = gettext("Confirm the links to other sites")
    if check and check.faces:
        buttons["nobody_seen"] = gettext("Nobody can be recognised in them")
        buttons["all_agreed"] = gettext("Everybody in them agreed")
    return buttons
