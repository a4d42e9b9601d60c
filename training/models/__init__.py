"""Training sessions, their half-days and who signed up."""

from training.models.attendance import Attendance, Mark
from training.models.group import RegistrationGroup
from training.models.kind import SessionKind
from training.models.quota import UnitQuota
from training.models.registration import Registration
from training.models.series import Series
from training.models.session import TrainingSession
from training.models.slot import Slot
from training.models.staff import SessionStaff

__all__ = [
    "Attendance",
    "Mark",
    "Registration",
    "RegistrationGroup",
    "Series",
    "SessionKind",
    "SessionStaff",
    "Slot",
    "TrainingSession",
    "UnitQuota",
]
