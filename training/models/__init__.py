"""Training sessions, their half-days and who signed up."""

from training.models.group import RegistrationGroup
from training.models.kind import SessionKind
from training.models.quota import UnitQuota
from training.models.registration import Registration
from training.models.series import Series
from training.models.session import TrainingSession
from training.models.slot import Slot

__all__ = [
    "Registration",
    "RegistrationGroup",
    "Series",
    "SessionKind",
    "Slot",
    "TrainingSession",
    "UnitQuota",
]
