"""The columns of a member list."""

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

    CODE = CODES
    NAME = NAMES
    BORN = BIRTHS
    UNIT = heading(
        *("Đơn vị", "Mã đơn vị", "Chi đoàn", "Đoàn cơ sở", "Tên đơn vị"),
        *("Xã", "Phường", "Xã/phường", "Xã, phường", "Đoàn xã", "Đơn vị sinh hoạt"),
    )
    PHONE = PHONES
    EMAIL = EMAILS


MEGABYTE = 1024 * 1024
LAYOUT = Layout(
    columns=Column,
    needed=(Column.NAME,),
    most_rows=100_000,
    too_long=_("The list has more than %(number)d rows. Split it by units."),
    max_bytes=20 * MEGABYTE,
    max_unpacked=200 * MEGABYTE,
    max_read=120_000,
)
