"""Who may do what where: the one place that decides (DESIGN rule 10).

A role counts in the unit it was given for and in everything below. Lists, choice
lists, forms, exports, counts and files all ask here.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from django.contrib.auth.models import AnonymousUser
from django.db.models import F, QuerySet

from content import clock
from content.prepared import prepared
from members.models import Assignment, Role, Unit, User
from vietnam.dates import local_day

ADMIN_ROLES = frozenset(
    {
        Role.PROVINCE_ADMIN,
        Role.EDITOR,
        Role.PUBLISHER,
        Role.TRAINING_ORGANISER,
        Role.TEAM_COORDINATOR,
        Role.CONTEST_ORGANISER,
        Role.UNIT_SECRETARY,
    }
)
"""The roles whose work is done in the admin; the others have pages of their own."""


def _roles(*roles: Role) -> frozenset[Role]:
    return frozenset({Role.PROVINCE_ADMIN, *roles})


ACTIONS: dict[str, frozenset[Role]] = {
    "units.read": ADMIN_ROLES,
    "units.manage": _roles(),
    "roles.read": _roles(Role.UNIT_SECRETARY),
    "roles.assign": _roles(),
    "people.read": _roles(
        Role.UNIT_SECRETARY,
        Role.TRAINING_ORGANISER,
        Role.TEAM_COORDINATOR,
        Role.CONTEST_ORGANISER,
    ),
    "people.manage": _roles(Role.UNIT_SECRETARY),
    "people.merge": _roles(),
    "people.erase": _roles(),
    "requests.handle": _roles(Role.UNIT_SECRETARY),
    "cards.issue": _roles(Role.UNIT_SECRETARY),
    "cards.recover": _roles(),
    "access.read": _roles(),
    "breaches.manage": _roles(),
    "consents.record": _roles(
        Role.UNIT_SECRETARY, Role.TRAINING_ORGANISER, Role.CONTEST_ORGANISER
    ),
    "news.write": _roles(Role.EDITOR, Role.PUBLISHER),
    "news.publish": _roles(Role.PUBLISHER),
    "documents.confirm": _roles(Role.UNIT_SECRETARY),
    "documents.follow": _roles(Role.UNIT_SECRETARY, Role.EDITOR, Role.PUBLISHER),
    "pictures.use": _roles(
        Role.EDITOR, Role.PUBLISHER, Role.TRAINING_ORGANISER, Role.CONTEST_ORGANISER
    ),
    "training.read": _roles(
        Role.TRAINING_ORGANISER, Role.UNIT_SECRETARY, Role.HELPER, Role.INSTRUCTOR
    ),
    "training.manage": _roles(Role.TRAINING_ORGANISER),
    "training.attend_desk": _roles(
        Role.TRAINING_ORGANISER, Role.HELPER, Role.INSTRUCTOR
    ),
    "training.enrol": _roles(Role.TRAINING_ORGANISER, Role.UNIT_SECRETARY),
    "teams.read": _roles(Role.TEAM_COORDINATOR, Role.UNIT_SECRETARY),
    "teams.manage": _roles(Role.TEAM_COORDINATOR),
    "teams.nominate": _roles(Role.TEAM_COORDINATOR, Role.UNIT_SECRETARY),
    # Asked of the commune: a branch's secretary holds it for the branch alone.
    "teams.confirm": _roles(Role.TEAM_COORDINATOR, Role.UNIT_SECRETARY),
    "teams.report": _roles(
        Role.TEAM_COORDINATOR, Role.UNIT_SECRETARY, Role.TEAM_LEADER
    ),
    "teams.help": _roles(Role.TEAM_COORDINATOR, Role.UNIT_SECRETARY),
    "teams.accept": _roles(Role.TEAM_COORDINATOR, Role.UNIT_SECRETARY),
    "contests.manage": _roles(Role.CONTEST_ORGANISER),
    "contests.judge": frozenset({Role.JUDGE}),
    "certificates.read": _roles(
        Role.TRAINING_ORGANISER, Role.CONTEST_ORGANISER, Role.UNIT_SECRETARY
    ),
    "certificates.issue": _roles(Role.TRAINING_ORGANISER, Role.CONTEST_ORGANISER),
    "certificates.manage": _roles(),
    "mail.read": _roles(),
    "site.read": _roles(),
    "site.manage": _roles(),
}
"""Which roles allow an action. Writing and publishing are two people's work."""

GRAVE = frozenset({"roles.assign", "people.erase", "people.merge", "breaches.manage"})
"""What cannot be taken back, or opens every other door: changed only by a session that
has shown its factor within the last half hour (members.factors)."""

Account = User | AnonymousUser


def units_for(user: Account, action: str) -> QuerySet[Unit]:
    """The units in which the account may do this: whole subtrees.

    A superuser has all. Resolved once for each user object: one query for the roles,
    one for the roots, one for each different set of units held. An unknown action
    raises KeyError.
    """
    reach = _reach(user, action)
    if reach.everywhere:
        return Unit.objects.all()
    return Unit.objects.filter(pk__in=reach.units)


def home_unit(user: Account, action: str) -> Unit | None:
    """Where new things of the account begin: the highest unit it may do this in.

    A unit that still exists comes before a closed one.
    """
    units = units_for(user, action)
    tops = units.filter(parent__isnull=True) | units.exclude(
        parent__in=units.values("pk")
    )
    return tops.order_by(F("valid_to").desc(nulls_first=True), "pk").first()


def may(user: Account, action: str, unit: Unit | None = None) -> bool:
    """Whether the account may do this in `unit`; without a unit: anywhere at all."""
    reach = _reach(user, action)
    if reach.everywhere:
        return True
    return unit.pk in reach.units if unit else bool(reach.units)


def everywhere(user: Account, action: str) -> bool:
    """Whether the account may do this in every unit.

    Asked for what belongs to no unit: sections, kinds, letters.
    """
    return _reach(user, action).everywhere


def scoped(
    queryset: QuerySet, user: Account, action: str, path: str = "unit"
) -> QuerySet:
    """The rows whose unit (found by `path`) lies where the account may do this.

    Rows without a unit are for those who may do it everywhere. The path "" means
    that the rows are units.
    """
    reach = _reach(user, action)
    if reach.everywhere:
        return queryset
    return queryset.filter(**{f"{path or 'pk'}__in": reach.units})


def suspend_admin_roles(user: User) -> None:
    """For this user object the roles of the admin, or a superuser's, allow nothing."""
    user._members_suspended = True


def restore_admin_roles(user: User) -> None:
    user._members_suspended = False


def enters_admin(user: Account) -> bool:
    """Whether the account has work in the admin today, suspended or not."""
    if not user.is_active:
        return False
    return user.is_superuser or not ADMIN_ROLES.isdisjoint(_scope(user).units_of)


def holds_role(user: User) -> bool:
    """Whether the account has any role today."""
    return bool(_scope(user).units_of)


@dataclass(frozen=True)
class _Reach:
    everywhere: bool = False
    units: frozenset[int] = frozenset()


@dataclass
class _Scope:
    """What one account holds today; lives as long as the user object."""

    units_of: dict[str, set[int]]
    roots: frozenset[int] | None = None
    reaches: dict[frozenset[int], _Reach] = field(default_factory=dict)
    by_roles: dict[frozenset[str], _Reach] = field(default_factory=dict)
    """A page of the admin asks for the same dozen two hundred times."""


_ALL = _Reach(everywhere=True)
_NONE = _Reach()


def _reach(user: Account, action: str) -> _Reach:
    roles = ACTIONS[action]
    if not user.is_active:
        return _NONE
    if getattr(user, "_members_suspended", False):
        roles -= ADMIN_ROLES
    elif user.is_superuser:
        return _ALL
    scope = _scope(user)
    if roles not in scope.by_roles:
        held = frozenset().union(*(scope.units_of.get(role, ()) for role in roles))
        if held not in scope.reaches:
            scope.reaches[held] = _resolve(scope, held)
        scope.by_roles[roles] = scope.reaches[held]
    return scope.by_roles[roles]


def _scope(user: User) -> _Scope:
    scope = getattr(user, "_members_scope", None)
    if scope is None:
        today = local_day(clock.now())
        units_of: dict[str, set[int]] = {}
        for role, unit in _held(user.pk, today):
            units_of.setdefault(role, set()).add(unit)
        scope = user._members_scope = _Scope(units_of)
    return scope


@prepared
def _held(user: int, today: dt.date) -> QuerySet:
    rows = Assignment.objects.filter(user=user).current(today).order_by()
    return rows.values_list("role", "unit")


def _resolve(scope: _Scope, held: frozenset[int]) -> _Reach:
    if not held:
        return _NONE
    if scope.roots is None:
        scope.roots = frozenset(Unit.objects.roots().values_list("pk", flat=True))
    if scope.roots <= held:
        return _ALL
    branch = Unit.objects.subtree(*held).order_by().values_list("pk", flat=True)
    return _Reach(units=frozenset(branch))


def forget(user: User) -> None:
    """Drop what was resolved for this user object, after its roles changed."""
    if hasattr(user, "_members_scope"):
        del user._members_scope
