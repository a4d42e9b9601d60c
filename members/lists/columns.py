"""The columns of a list and the names by which people head them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from vietnam.fold import fold


@dataclass(frozen=True)
class Heading:
    """How we head a column, and what else means it."""

    title: str
    aliases: frozenset[str]


def heading(title: str, *aliases: str) -> Heading:
    return Heading(title, frozenset(map(key, [title, *aliases])))


def key(text: str) -> str:
    """A heading for comparison: accents, case, brackets and signs do not count."""
    bare = re.sub(r"\([^)]*\)|\[[^]]*\]", " ", fold(text))
    return " ".join(re.findall(r"[a-z0-9]+", bare))


class ListColumn(Enum):
    """The columns of one sort of list; the values are `heading(…)`."""

    @property
    def title(self) -> str:
        """The heading that our own file gives it."""
        return self.value.title

    @classmethod
    def of(cls, text: str) -> ListColumn | None:
        """The column that people mean by this heading."""
        found = key(text)
        return next((one for one in cls if found in one.value.aliases), None)


class Columns(Protocol):
    """The columns of one list: a `ListColumn`, or more than that."""

    def __iter__(self) -> Iterator[ListColumn]: ...

    def of(self, text: str) -> ListColumn | None: ...


@dataclass(frozen=True)
class Layout:
    """What one sort of list may hold."""

    columns: Columns
    needed: Sequence[ListColumn]
    most_rows: int
    too_long: str
    """What to do about a longer one, as a sentence (lazily translated)."""
    max_bytes: int | None = None
    max_unpacked: int | None = None
    max_read: int | None = None
    """Where the limits of `sheet` are too narrow."""


PASSED_OVER = frozenset(map(key, ["STT", "TT", "Số TT", "Ghi chú"]))
"""Columns that every office list has and nobody misses."""

NAMES = heading("Họ tên", "Họ và tên", "Họ tên thành viên", "Thành viên")
BIRTHS = heading(
    "Năm sinh/Ngày sinh",
    "Ngày sinh/Năm sinh",
    "Năm sinh",
    "Ngày sinh",
    "Ngày tháng năm sinh",
    "Ngày, tháng, năm sinh",
)
PHONES = heading("Số điện thoại", "Điện thoại", "SĐT", "Số ĐT", "Di động")
EMAILS = heading("Email", "E-mail", "Thư điện tử", "Địa chỉ email", "Hộp thư")
CODES = heading("Mã đoàn viên", "Mã số đoàn viên", "Mã ĐV")
