"""Training sessions, what belongs to them, and who signed up."""

from training.models.answer import Answer
from training.models.attendance import Attendance, Mark
from training.models.calendar_feed import CalendarFeed
from training.models.feedback import Feedback
from training.models.group import RegistrationGroup
from training.models.kept_file import KeptFile
from training.models.kind import SessionKind
from training.models.material import Material
from training.models.point import RemotePoint
from training.models.question import Question
from training.models.quota import UnitQuota
from training.models.registration import Registration
from training.models.series import Series
from training.models.session import TrainingSession
from training.models.slot import Slot
from training.models.staff import SessionStaff

__all__ = [
    "Answer",
    "Attendance",
    "CalendarFeed",
    "Feedback",
    "KeptFile",
    "Mark",
    "Material",
    "Question",
    "Registration",
    "RegistrationGroup",
    "RemotePoint",
    "Series",
    "SessionKind",
    "SessionStaff",
    "Slot",
    "TrainingSession",
    "UnitQuota",
]
