"""The columns of a list of people for a session, as the paper form orders them."""

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

    NAME = NAMES
    BORN = BIRTHS
    POSITION = heading("Chức vụ", "Chức danh", "Vai trò", "Nhiệm vụ")
    UNIT = heading(
        "Đơn vị",
        "Chi đoàn",
        "Đoàn cơ sở",
        "Đơn vị công tác",
        "Chi đoàn/đơn vị",
        "Thôn",
        "Lớp",
        "Xã/phường",
    )
    PHONE = PHONES
    EMAIL = EMAILS
    CODE = CODES
    NOTE = heading("Ghi chú", "Chú thích")


LAYOUT = Layout(
    columns=Column,
    needed=(Column.NAME,),
    most_rows=500,
    too_long=_("The list has more than %(number)d people. Send it in parts."),
)
