"""What the cells say that only a list of teams has."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from members.lists.cells import CellRefused, number_of, text_of, word_of
from teams.models import DigitalTeam, TeamMember, TeamSkill
from teams.models.team import MOST_HOUSEHOLDS
from vietnam.fold import fold

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


def households_of(value: Any) -> int | None:
    """How many households one team looks after; None for an empty cell."""
    number = number_of(value)
    if number is not None and number > MOST_HOUSEHOLDS:
        sentence = _("One team does not look after so many households: %(number)d.")
        raise CellRefused(sentence % {"number": number})
    return number


def skills_of(value: Any, known: Mapping[str, TeamSkill]) -> list[TeamSkill] | None:
    """What the person can show others, one after the other; None for an empty cell.

    `known` by folded name. Commas and semicolons part them.
    """
    names = [name.strip() for name in re.split("[;,]", text_of(value, 300))]
    names = [name for name in names if name]
    if not names:
        return None
    strange = [name for name in names if fold(name) not in known]
    if strange:
        sentence = _("No such skill: %(names)s. The portal knows: %(known)s.")
        words = {
            "names": ", ".join(strange),
            "known": ", ".join(str(skill) for skill in known.values()) or "–",
        }
        raise CellRefused(sentence % words)
    found = {known[fold(name)].pk: known[fold(name)] for name in names}
    return list(found.values())
