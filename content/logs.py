"""Log lines: with the number of their request, and without anybody's data.

What our own code logs are numbers of rows and states. What comes in by the way of an
error is taken out here: addresses of mail, telephone numbers, what follows a "?" in an
address, tokens, and the rows that PostgreSQL quotes in its errors.
"""

from __future__ import annotations

import json
import logging
import re
from contextvars import ContextVar
from datetime import UTC, datetime

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""Of the request, or of the request that caused the task."""

_ENDS = r"(?=\n(?:HINT|CONTEXT|QUERY|LOCATION|Traceback|The above|During)|\n\n|\Z)"
_SCRUBBED = [
    # "Failing row contains (7, Nông Thị Bích Đào, ...)", "Key (email)=(...) exists".
    (re.compile(rf"\n?\bDETAIL: .*?{_ENDS}", re.DOTALL), " [detail]"),
    # The statement that was wrong, with its values, and the mark under it.
    (re.compile(r"\n?\bLINE \d+: [^\n]*(?:\n\s*\^)?"), " [statement]"),
    (re.compile(r"[\w.+%'-]+(?:@|%40)[\w-]+(?:\.[\w-]+)+"), "[email]"),
    (re.compile(r"(?<![\w.:/-])(?:\+?84|0)(?:[ .-]?\d){9,10}(?![\w-])"), "[phone]"),
    (re.compile(r"(?<=[\w/])\?[^\s\"'<>]*=[^\s\"'<>]*"), "?[query]"),
    # Signed values, then random ones: long, with figures and capitals, or all hex.
    (re.compile(r"[\w-]+:[\w-]{4,8}:[\w-]{20,}"), "[token]"),
    (re.compile(r"\b(?=[\w-]*[A-Z])(?=[\w-]*[0-9])[\w-]{16,}", re.ASCII), "[token]"),
    (re.compile(r"\b(?:[0-9a-z]+-)*[0-9a-f]{24,}\b"), "[token]"),
]


def scrub(text: str) -> str:
    """`text` without what may be somebody's."""
    for pattern, instead in _SCRUBBED:
        text = pattern.sub(instead, text)
    return text


class LineFormatter(logging.Formatter):
    """One line for people."""

    def format(self, record: logging.LogRecord) -> str:
        text = scrub(super().format(record))
        number = request_id.get()
        return f"{text} [{number}]" if number else text


class JSONFormatter(logging.Formatter):
    """One line of JSON for machines."""

    def format(self, record: logging.LogRecord) -> str:
        told = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname,
            "logger": record.name,
            "message": scrub(record.getMessage()),
            "request_id": request_id.get(),
        }
        if record.exc_info:
            told["error"] = record.exc_info[0].__name__ if record.exc_info[0] else ""
            told["traceback"] = scrub(self.formatException(record.exc_info))
        return json.dumps(told, ensure_ascii=False)
