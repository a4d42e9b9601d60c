"""The columns of a list of teams."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from members.lists.columns import (
    BIRTHS,
    CODES,
    EMAILS,
    NAMES,
    PHONES,
    Layout,
    ListColumn,
    heading,
)


class Column(ListColumn):
    """What a column holds; `title` is the heading that our own file gives it."""

    TEAM = heading(
        "Tên tổ",
        "Tổ",
        "Tên tổ công nghệ số",
        "Tên tổ CNSCĐ",
        "Tổ công nghệ số cộng đồng",
        "Tên tổ công nghệ số cộng đồng",
    )
    LEVEL = heading("Cấp", "Cấp tổ")
    UNIT = heading(
        "Đơn vị", "Xã", "Phường", "Xã/phường", "Xã, phường", "Đoàn xã", "Tên đơn vị"
    )
    AREA = heading("Địa bàn", "Thôn", "Thôn/tổ dân phố", "Thôn, bản", "Thôn, tổ")
    HOUSEHOLDS = heading("Số hộ", "Số hộ dân", "Tổng số hộ", "Số hộ gia đình")
    DECISION = heading(
        "Số quyết định", "Quyết định số", "Quyết định", "Số QĐ", "Số QĐ thành lập"
    )
    DECISION_DATE = heading("Ngày quyết định", "Ngày QĐ", "Ngày ban hành")
    NAME = NAMES
    BORN = BIRTHS
    ROLE = heading("Vai trò", "Chức vụ", "Chức danh", "Nhiệm vụ", "Vai trò trong tổ")
    UNION = heading("Đoàn viên", "Là đoàn viên", "Đoàn viên thanh niên")
    PHONE = PHONES
    EMAIL = EMAILS
    CODE = CODES
    SKILLS = heading("Kỹ năng", "Kỹ năng số", "Sở trường")
    SINCE = heading("Từ ngày", "Ngày vào tổ", "Tham gia từ", "Ngày tham gia")


TEAM_COLUMNS = (
    Column.LEVEL,
    Column.AREA,
    Column.HOUSEHOLDS,
    Column.DECISION,
    Column.DECISION_DATE,
)
"""Facts of the team; they belong to the name in the same row."""
LAYOUT = Layout(
    columns=Column,
    needed=(Column.TEAM, Column.UNIT, Column.NAME),
    most_rows=10_000,
    too_long=_("The list has more than %(number)d rows. Split it by communes."),
)
