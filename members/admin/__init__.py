"""Units, people and roles in the admin; everything that counts goes through actions."""

from members.admin.access import AccessNoteAdmin
from members.admin.account import AssignmentAdmin, UserAdmin
from members.admin.breach import BreachAdmin
from members.admin.consent_text import ConsentTextAdmin
from members.admin.data_request import DataRequestAdmin, ErasureAdmin
from members.admin.guardian import ConsentAdmin, GuardianAdmin
from members.admin.invitation import RoleInvitationAdmin
from members.admin.person import PersonAdmin
from members.admin.purge_run import PurgeRunAdmin
from members.admin.succession import UnitSuccessionAdmin
from members.admin.unit import UnitAdmin, UnitKindAdmin
from members.admin.unit_change import UnitChangeAdmin

__all__ = [
    "AccessNoteAdmin",
    "AssignmentAdmin",
    "BreachAdmin",
    "ConsentAdmin",
    "ConsentTextAdmin",
    "DataRequestAdmin",
    "ErasureAdmin",
    "GuardianAdmin",
    "PersonAdmin",
    "PurgeRunAdmin",
    "RoleInvitationAdmin",
    "UnitAdmin",
    "UnitChangeAdmin",
    "UnitKindAdmin",
    "UnitSuccessionAdmin",
    "UserAdmin",
]
