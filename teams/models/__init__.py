"""The community digital-technology teams (Tổ công nghệ số cộng đồng)."""

from teams.models.help_point import HelpPoint
from teams.models.help_request import HelpRequest, HelpTopic
from teams.models.indicator import Indicator
from teams.models.member import TeamMember
from teams.models.nomination import Nomination
from teams.models.place import TeamPlace
from teams.models.recognition import Recognition
from teams.models.report import Report, ReportValue
from teams.models.report_link import ReportLink
from teams.models.roster import RosterRun
from teams.models.skill import TeamSkill
from teams.models.team import DigitalTeam
from teams.models.tile import CommuneTile

__all__ = [
    "CommuneTile",
    "DigitalTeam",
    "HelpPoint",
    "HelpRequest",
    "HelpTopic",
    "Indicator",
    "Nomination",
    "Recognition",
    "Report",
    "ReportLink",
    "ReportValue",
    "RosterRun",
    "TeamMember",
    "TeamPlace",
    "TeamSkill",
]
