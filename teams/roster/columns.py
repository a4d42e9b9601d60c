"""The columns of a list and the names by which people head them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from vietnam.fold import fold


@dataclass(frozen=True)
class _Heading:
    title: str
    aliases: frozenset[str]


def _heading(title: str, *aliases: str) -> _Heading:
    return _Heading(title, frozenset(map(key, [title, *aliases])))


def key(text: str) -> str:
    """A heading for comparison: accents, case, brackets and signs do not count."""
    bare = re.sub(r"\([^)]*\)|\[[^]]*\]", " ", fold(text))
    return " ".join(re.findall(r"[a-z0-9]+", bare))


class Column(Enum):
    """What a column holds; `title` is the heading that our own file gives it."""

    TEAM = _heading(
        "Tên tổ",
        "Tổ",
        "Tên tổ công nghệ số",
        "Tên tổ CNSCĐ",
        "Tổ công nghệ số cộng đồng",
        "Tên tổ công nghệ số cộng đồng",
    )
    LEVEL = _heading("Cấp", "Cấp tổ")
    UNIT = _heading(
        "Đơn vị", "Xã", "Phường", "Xã/phường", "Xã, phường", "Đoàn xã", "Tên đơn vị"
    )
    AREA = _heading("Địa bàn", "Thôn", "Thôn/tổ dân phố", "Thôn, bản", "Thôn, tổ")
    HOUSEHOLDS = _heading("Số hộ", "Số hộ dân", "Tổng số hộ", "Số hộ gia đình")
    DECISION = _heading(
        "Số quyết định", "Quyết định số", "Quyết định", "Số QĐ", "Số QĐ thành lập"
    )
    DECISION_DATE = _heading("Ngày quyết định", "Ngày QĐ", "Ngày ban hành")
    NAME = _heading("Họ tên", "Họ và tên", "Họ tên thành viên", "Thành viên")
    BORN = _heading(
        "Năm sinh/Ngày sinh",
        "Ngày sinh/Năm sinh",
        "Năm sinh",
        "Ngày sinh",
        "Ngày tháng năm sinh",
        "Ngày, tháng, năm sinh",
    )
    ROLE = _heading("Vai trò", "Chức vụ", "Chức danh", "Nhiệm vụ", "Vai trò trong tổ")
    UNION = _heading("Đoàn viên", "Là đoàn viên", "Đoàn viên thanh niên")
    PHONE = _heading("Số điện thoại", "Điện thoại", "SĐT", "Số ĐT", "Di động")
    EMAIL = _heading("Email", "E-mail", "Thư điện tử", "Địa chỉ email", "Hộp thư")
    CODE = _heading("Mã đoàn viên", "Mã số đoàn viên", "Mã ĐV")
    SINCE = _heading("Từ ngày", "Ngày vào tổ", "Tham gia từ", "Ngày tham gia")

    @property
    def title(self) -> str:
        return self.value.title


TEAM_COLUMNS = (
    Column.LEVEL,
    Column.AREA,
    Column.HOUSEHOLDS,
    Column.DECISION,
    Column.DECISION_DATE,
)
"""Facts of the team; they belong to the name in the same row."""
NEEDED = (Column.TEAM, Column.UNIT, Column.NAME)
PASSED_OVER = frozenset(map(key, ["STT", "TT", "Số TT", "Ghi chú"]))
"""Columns that every office list has and nobody misses."""

_BY_KEY = {alias: column for column in Column for alias in column.value.aliases}


def column_of(heading: str) -> Column | None:
    """The column that people mean by this heading."""
    return _BY_KEY.get(key(heading))
