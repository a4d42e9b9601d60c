"""The words that only a list of teams has."""

import pytest

from members.lists.cells import CellRefused
from teams.models import DigitalTeam, TeamMember
from teams.roster import cells

Role = TeamMember.Role


@pytest.mark.parametrize(
    ("reader", "value", "expected"),
    [
        (cells.role_of, "TỔ TRƯỞNG", Role.LEADER),
        (cells.role_of, "to pho", Role.DEPUTY),
        (cells.role_of, "Thành viên", Role.MEMBER),
        (cells.role_of, "", None),
        (cells.level_of, "Phường", DigitalTeam.Level.COMMUNE),
        (cells.level_of, "tổ dân phố", DigitalTeam.Level.VILLAGE),
        (cells.union_of, "x", True),
        (cells.union_of, "CÓ", True),
        (cells.union_of, True, True),
        (cells.union_of, 1, True),
        (cells.union_of, "không", False),
        (cells.union_of, 0, False),
        (cells.union_of, None, None),
    ],
)
def test_words(reader, value, expected):
    assert reader(value) == expected


@pytest.mark.parametrize(
    ("reader", "value"),
    [
        (cells.role_of, "bí thư"),
        (cells.level_of, "huyện"),
        (cells.union_of, "có thể"),
    ],
)
def test_other_words_are_refused(reader, value):
    with pytest.raises(CellRefused):
        reader(value)
