"""The community digital-technology teams (Tổ công nghệ số cộng đồng)."""

from teams.models.member import TeamMember
from teams.models.team import DigitalTeam

__all__ = [
    "DigitalTeam",
    "TeamMember",
]
