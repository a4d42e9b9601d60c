"""People, the units of the Union and who manages what."""

from members.models.access import AccessNote
from members.models.account import Assignment, Role, SignInCard, User
from members.models.breach import Breach, BreachNotice, BreachPerson
from members.models.consent_text import ConsentText
from members.models.data_request import DataRequest
from members.models.erasure import Erasure
from members.models.guardian import Consent, Guardian, GuardianRequest
from members.models.invitation import RoleInvitation
from members.models.listing import MemberListRun
from members.models.person import ADULT_AGE, Person
from members.models.purge_run import PurgeRun
from members.models.unit import Unit, UnitKind, UnitPlace, UnitSuccession
from members.models.unit_change import UnitChange, UnitChangePart, UnitChangePlace

__all__ = [
    "ADULT_AGE",
    "AccessNote",
    "Assignment",
    "Breach",
    "BreachNotice",
    "BreachPerson",
    "Consent",
    "ConsentText",
    "DataRequest",
    "Erasure",
    "Guardian",
    "GuardianRequest",
    "MemberListRun",
    "Person",
    "PurgeRun",
    "Role",
    "RoleInvitation",
    "SignInCard",
    "Unit",
    "UnitChange",
    "UnitChangePart",
    "UnitChangePlace",
    "UnitKind",
    "UnitPlace",
    "UnitSuccession",
    "User",
]
