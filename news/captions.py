"""Whether captions are WebVTT that a browser will show."""

from __future__ import annotations

import re
from typing import BinaryIO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

MAX_BYTES = 1024 * 1024
_TIME = r"(?:\d{2,}:)?[0-5]\d:[0-5]\d\.\d{3}"
_CUE = re.compile(rf"({_TIME})[ \t]+-->[ \t]+({_TIME})(?:[ \t].*)?")


def check(file: BinaryIO) -> str:
    """The captions as clean text. Raises ValidationError with what to do."""
    data = file.read(MAX_BYTES + 1)
    file.seek(0)
    if len(data) > MAX_BYTES:
        raise ValidationError(_("Captions have at most 1 MB. Is this the right file?"))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        sentence = _("The captions are not in UTF-8. Save them anew in that encoding.")
        raise ValidationError(sentence) from None
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if not re.fullmatch(r"WEBVTT(?:[ \t].*)?", lines[0]) or "\0" in text:
        raise ValidationError(
            _("Captions are a file in the format WebVTT: its first line says WEBVTT.")
        )
    _check_cues(lines)
    return "\n".join(lines)


def _check_cues(lines: list[str]) -> None:
    number = 0
    for place, line in enumerate(lines, start=1):
        if "-->" not in line:
            continue
        cue = _CUE.fullmatch(line.strip())
        if cue is None:
            raise ValidationError(
                _("Line %(line)d of the captions has no time such as 00:01.000."),
                params={"line": place},
            )
        if _seconds(cue[2]) <= _seconds(cue[1]):
            raise ValidationError(
                _("The captions of line %(line)d end before they begin."),
                params={"line": place},
            )
        number += 1
    if not number:
        raise ValidationError(_("There are no captions in the file."))


def _seconds(time: str) -> float:
    *hours, minutes, seconds = time.split(":")
    return int(hours[0] if hours else 0) * 3600 + int(minutes) * 60 + float(seconds)
