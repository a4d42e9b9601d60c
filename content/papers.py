"""Papers as PDF, set by typst with a font that has every Vietnamese letter.

What is printed reaches the template as JSON and never as markup: a name that looks
like code prints as it is. Nothing is read but the template's own folder.
"""

from __future__ import annotations

import datetime as dt
import json
import threading
from functools import cached_property
from pathlib import Path
from typing import Any

import fontpkg
import typst

FONT = "Be Vietnam Pro"


class Press:
    """Sets papers from one `.typ` file, which finds its words in `sys.inputs.paper`."""

    def __init__(self, template: Path) -> None:
        self.template = template
        # A compiler keeps the words of its last paper, so one thread at a time.
        self._at_work = threading.Lock()

    def pdf(self, words: dict[str, Any] | list[Any], *, at: dt.datetime) -> bytes:
        """The paper as PDF. The same words and moment give the same bytes."""
        text = json.dumps(words, ensure_ascii=False)
        with self._at_work:
            return self._compiler.compile(
                format="pdf",
                sys_inputs={"paper": text},
                timestamp=int(at.timestamp()),
            )

    @cached_property
    def _compiler(self) -> typst.Compiler:
        folder = Path(fontpkg.path(FONT, 400)).parent
        fonts = typst.Fonts(
            include_system_fonts=False,
            include_embedded_fonts=False,
            font_paths=[str(folder)],
        )
        return typst.Compiler(
            str(self.template), root=self.template.parent, font_paths=fonts
        )
