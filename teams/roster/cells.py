"""What the cells say that only a list of teams has."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from members.lists.cells import word_of
from teams.models import DigitalTeam, TeamMember

Level = DigitalTeam.Level
Role = TeamMember.Role

_LEVELS = {
    Level.COMMUNE: {"xa", "phuong", "thi tran", "cap xa", "cap phuong", "commune"},
    Level.VILLAGE: {
        *("thon", "ban", "to", "tdp", "to dan pho", "khu pho", "pho", "xom", "khu"),
        *("cap thon", "cap to", "thon ban", "thon to", "village"),
    },
}
_ROLES = {
    Role.LEADER: {"to truong", "truong", "truong to", "leader"},
    Role.DEPUTY: {"to pho", "pho", "pho to truong", "deputy"},
    Role.MEMBER: {"thanh vien", "to vien", "uy vien", "tv", "member"},
}
_YES = {"co", "x", "1", "yes", "true", "dung", "la doan vien", "doan vien", "v", "✓"}
_NO = {"khong", "0", "no", "false", "sai", "chua", "k", "ko", "-", "khong phai"}


def level_of(value: Any) -> Level | None:
    """Commune or village; None for an empty cell."""
    return word_of(value, _LEVELS, _("Write “xã” or “thôn”."))


def role_of(value: Any) -> Role | None:
    """The role in the team; None for an empty cell."""
    return word_of(value, _ROLES, _("Write “tổ trưởng”, “tổ phó” or “thành viên”."))


def union_of(value: Any) -> bool | None:
    """Whether the person is a Union member; None for an empty cell."""
    words = {True: _YES, False: _NO}
    return word_of(value, words, _("Write “có” or “không”; an “x” also means yes."))
