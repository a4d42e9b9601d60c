"""From templates to the three texts of a letter."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from css_inline import CSSInliner
from django.conf import settings
from django.template import Context, Engine
from django.utils import translation

from content import identity
from content.fields import clean_line


@dataclass(frozen=True, slots=True)
class Content:
    """The words of one letter, ready to be stored."""

    subject: str
    text: str
    html: str


_BLANK_LINES = re.compile(r"\n[ \t]*\n(?:[ \t]*\n)+")
_inliner = CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)


def render(
    template: str, context: Mapping[str, Any], *, language: str = "vi"
) -> Content:
    """Render `mail/<template>.subject.txt`, `.txt` and `.html` in one language.

    `template` is "<app>/<name>". The templates also see `site` (who runs it),
    `site_url` and `language`. The subject becomes one line; CSS is written into the
    elements, because many mail programs drop style sheets.
    """
    seen = {
        "site": identity.current(),
        "site_url": settings.SITE_URL,
        "language": language,
        **context,
    }
    with translation.override(language):
        subject = _render(f"mail/{template}.subject.txt", seen, autoescape=False)
        text = _render(f"mail/{template}.txt", seen, autoescape=False)
        html = _render(f"mail/{template}.html", seen, autoescape=True)
    return Content(
        subject=clean_line(subject),
        text=_BLANK_LINES.sub("\n\n", text).strip() + "\n",
        html=_inliner.inline(html),
    )


def _render(name: str, context: dict[str, Any], *, autoescape: bool) -> str:
    # A Context of our own, because Django's loader escapes plain text as if it
    # were HTML. A copy of the dict: a template may set variables.
    template = Engine.get_default().get_template(name)
    return template.render(Context(dict(context), autoescape=autoescape))
