"""Asking the process that makes copies, and believing only what it should say."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings

from content.files import kinds
from content.files.kinds import Kind

log = logging.getLogger(__name__)

SECONDS = 240
"""Below Celery's own limit for a task."""
UNREADABLE = 3
"""What the process ends with when the file is to blame: locked or damaged."""
_PDF = Kind.PDF.media_type
_JPEG = Kind.JPEG.media_type


class NoCopy(Exception):
    """There is none; `for_good` says whether another try could help."""

    def __init__(self, why: str, *, for_good: bool) -> None:
        super().__init__(why)
        self.for_good = for_good


@dataclass(frozen=True, slots=True)
class Copy:
    """What was made; `pages` are [offset, length, width, height] of JPEGs in it."""

    media_type: str
    pages: list[list[int]] = field(default_factory=list)


def make(source: Path, target: Path, kind: Kind) -> Copy:
    """Write the copy of `source` to `target`. Raises NoCopy."""
    way, media_type = _way(kind)
    command = [sys.executable, "-m", "content.copies", way, str(source), str(target)]
    try:
        done = subprocess.run(  # noqa: S603  our own program, no shell
            command,
            cwd=settings.BASE_DIR,
            env={"PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise NoCopy("it takes too long", for_good=False) from error
    if done.returncode == UNREADABLE:
        raise NoCopy(_said(done.stderr), for_good=True)
    if done.returncode:
        why = f"ended with {done.returncode}: {_said(done.stderr)}"
        raise NoCopy(why, for_good=False)
    return Copy(media_type, json.loads(done.stdout))


def _way(kind: Kind) -> tuple[str, str]:
    if kind == Kind.PDF:
        return "pdf", _PDF
    if kind in kinds.WEB_PICTURES:
        return "picture", _JPEG
    return ("office" if kind in kinds.OFFICE else "film"), kind.media_type


def _said(text: bytes) -> str:
    return text.decode(errors="replace").strip()[-500:]
