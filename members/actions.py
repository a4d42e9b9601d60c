"""Everything that changes units, roles and people."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Lower
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from content.prepared import prepared
from members import cards, invitation_letters, permissions, rules
from members.models import (
    Assignment,
    Person,
    Role,
    SignInCard,
    Unit,
    UnitKind,
    UnitPlace,
    UnitSuccession,
    User,
)
from members.rules import EntryRefusal, Refusal, Refused
from members.succession import Moved
from members.succession import registry as heirs_registry
from vietnam.dates import local_day
from vietnam.fold import fold
from vietnam.slug import slugify

logger = logging.getLogger(__name__)

UNPROVED_LIFETIME = dt.timedelta(hours=24)
"""How long an account waits for the code that proves its address."""

TREE_LOCK = 0x0755_4E49_54  # any number that nothing else locks


# --- Roles ----------------------------------------------------------------------


def assign_role(
    *,
    user: User,
    role: Role,
    unit: Unit,
    now: dt.datetime,
    starts_on: dt.date | None = None,
    ends_on: dt.date | None = None,
) -> Assignment:
    """Give an account a role in a unit and everything below it.

    The same role with the same start is the same assignment; its end is changed.
    Raises Refused for a new role in a unit that has been closed.
    """
    today = local_day(now)
    with transaction.atomic():
        _lock_user(user)
        same = {"user": user, "role": role, "unit": unit, "starts_on": starts_on}
        is_new = not Assignment.objects.filter(**same).exists()
        # As it is now: a merger may just have closed it.
        fresh = Unit.objects.get(pk=unit.pk) if is_new else unit
        if is_new and fresh.has_ended(max(today, starts_on or today)):
            raise Refused(Refusal.UNIT_CLOSED)
        assignment, _created = Assignment.objects.update_or_create(
            **same, defaults={"ends_on": ends_on}
        )
        _settle_staff(user, now)
    return assignment


def end_role(*, assignment: Assignment, now: dt.datetime) -> None:
    """End a role from this moment on; a role that never began is deleted.

    Raises Refused for the last who administers the whole portal.
    """
    yesterday = local_day(now) - dt.timedelta(days=1)
    with transaction.atomic():
        _lock_user(assignment.user)
        _hold_admins(now)
        if refusal := rules.why_not_end_role(assignment, on=local_day(now)):
            raise Refused(refusal)
        if assignment.starts_on and assignment.starts_on > yesterday:
            Assignment.objects.filter(pk=assignment.pk).delete()
        elif assignment.ends_on is None or assignment.ends_on > yesterday:
            assignment.ends_on = yesterday
            assignment.save(update_fields=["ends_on"])
        _settle_staff(assignment.user, now)


def end_roles(
    *, user: User, now: dt.datetime, within: QuerySet[Unit] | None = None
) -> int:
    """End every role of an account, in these units or everywhere; the number ended.

    All of them or none. Raises Refused like `end_role`.
    """
    lasting = user.assignments.lasting(local_day(now)).select_related("user")
    if within is not None:
        lasting = lasting.filter(unit__in=within)
    with transaction.atomic():
        _lock_user(user)
        ending = list(lasting.order_by("pk"))
        for assignment in ending:
            end_role(assignment=assignment, now=now)
    permissions.forget(user)
    return len(ending)


def settle_staff(*, now: dt.datetime) -> int:
    """Take the flag from accounts whose roles of the admin have run out; how many."""
    lasting = Assignment.objects.lasting(local_day(now)).filter(
        user=OuterRef("pk"), role__in=permissions.ADMIN_ROLES
    )
    flagged = User.objects.filter(is_staff=True, is_superuser=False)
    return flagged.exclude(Exists(lasting)).update(is_staff=False)


def _hold_admins(now: dt.datetime) -> None:
    """Of the last two province admins who leave at once, one stays."""
    governing = Assignment.objects.governing(local_day(now)).order_by("pk")
    list(governing.select_for_update(of=("self",)).values_list("pk", flat=True))


def _lock_user(user: User) -> int | None:
    """Ours until the transaction ends; the number of the person it has by now."""
    found = _locked(user.pk)
    if not found:
        raise User.DoesNotExist(f"no account {user.pk}")
    return found[0][0]


@prepared
def _locked(pk: int) -> QuerySet:
    return User.objects.select_for_update().filter(pk=pk).values_list("person")


def _settle_staff(user: User, now: dt.datetime) -> None:
    """Let `is_staff` follow: a role of the admin, held now or still to begin.

    The admin itself asks `permissions.enters_admin`, which also knows the day, so a
    role that has run out lets nobody in even before this flag follows.
    """
    lasting = user.assignments.lasting(local_day(now))
    user.is_staff = (
        user.is_superuser or lasting.filter(role__in=permissions.ADMIN_ROLES).exists()
    )
    user.save(update_fields=["is_staff"])
    permissions.forget(user)


# --- People ---------------------------------------------------------------------


def save_profile(
    *,
    user: User,
    full_name: str,
    now: dt.datetime,
    birth_date: dt.date | None = None,
    birth_year: int | None = None,
    phone: str = "",
    unit: Unit | None = None,
) -> Person:
    """Make or update the person behind an account.

    Somebody whom a secretary typed earlier with this very e-mail and name, and who
    has no account, is the same person: the account has proved the address.
    """
    with transaction.atomic():
        user.person_id = _lock_user(user)
        user._state.fields_cache.pop("person", None)  # as it was before the lock
        person = user.person or _known_person(user, full_name) or Person()
        person.full_name = full_name
        person.birth_date = birth_date
        if birth_date or birth_year:
            person.birth_year = birth_date.year if birth_date else birth_year
        person.phone = phone
        person.unit = unit
        person.email = person.email or user.email or ""
        person.save()
        if user.person_id != person.pk:
            user.person = person
            user.save(update_fields=["person"])
    return person


def _known_person(user: User, full_name: str) -> Person | None:
    """Only a proved address counts, and only when one person fits."""
    if not user.emailaddress_set.filter(email=user.email, verified=True).exists():
        return None
    same = Person.objects.accountless().filter(
        Exact(Lower("email"), user.email), folded_name=fold(full_name)
    )
    found = list(same.select_for_update(of=("self",))[:2])
    return found[0] if len(found) == 1 else None


# --- Cards from the secretary ---------------------------------------------------


@dataclass(frozen=True)
class IssuedCard:
    """A new card with its code, which nobody can read again later."""

    card: SignInCard
    code: str


def issue_card(
    *,
    person: Person,
    by: User,
    now: dt.datetime,
    since: dt.datetime | None = None,
) -> IssuedCard:
    """Give the person a card to sign in with; it takes the place of an earlier one.

    `since` is when the page was opened that asks, so that a second click or a page
    loaded again does not end the card that has just been printed. Raises Refused.
    """
    with transaction.atomic():
        person = _lock_person(person.pk)
        on = local_day(now)
        if refusal := rules.why_not_issue_card(person, by=by, on=on, since=since):
            raise Refused(refusal)
        _end_cards(person, now, password_too=True)
        code = cards.new_code()
        card = SignInCard.objects.create(
            person=person,
            code_hash=cards.digest(cards.read(code)),
            issued_at=now,
            issued_by=by,
            expires_at=now + cards.LIFETIME,
        )
    return IssuedCard(card, code)


def end_card(*, card: SignInCard, now: dt.datetime) -> None:
    """End a card, and with it every session that was begun with a card."""
    with transaction.atomic():
        person = _lock_person(card.person_id)
        if person.cards.live().filter(pk=card.pk).exists():
            _end_cards(person, now)
            logger.info("card %s ended", card.pk)


def enter_with_card(*, code: str, browser: str, now: dt.datetime) -> User:
    """The account behind a code, made at its first use. A code works once.

    Raises Refused. Of two phones at once, one enters.
    """
    with transaction.atomic():
        card = _lock_card(code)
        if refusal := rules.why_not_enter(card, browser=browser, now=now):
            raise Refused(refusal)
        account = User.objects.filter(person=card.person).first()
        account = account or User.objects.create_without_email(person=card.person)
        if card.used_at is None:
            card.used_at, card.browser_hash = now, cards.browser_digest(browser)
            card.save(update_fields=["used_at", "browser_hash"])
            logger.info("card %s used, account %s", card.pk, account.pk)
    return account


def _lock_person(pk: int) -> Person:
    """Everything about one person's cards happens one after the other."""
    return Person.objects.select_for_update(of=("self",)).get(pk=pk)


def _lock_card(code: str) -> SignInCard:
    """The card as it is once nobody else can change it; its person first."""
    card = SignInCard.objects.with_code(code)
    if card is None:
        raise Refused(EntryRefusal.UNKNOWN)
    person = Person.objects.select_for_update(of=("self",)).filter(pk=card.person_id)
    fresh = SignInCard.objects.with_code(code) if person.first() else None
    if fresh is None or fresh.person_id != card.person_id:
        # Two records became one in between; the next click finds where it went.
        raise Refused(EntryRefusal.UNKNOWN)
    return fresh


def _end_cards(person: Person, now: dt.datetime, *, password_too: bool = False) -> None:
    """End what the person has, and the sessions begun with it.

    An account that lives by cards has an unusable password, and every session carries
    a digest of it: a new unusable one ends them all. Where the owner has set a
    password, sessions begun with it go on; `CardBackend` stops the others. A card
    that recovers an account takes the forgotten password's place.
    """
    person.cards.live().update(ended_at=now)
    account = User.objects.select_for_update().filter(person=person).first()
    if account and (password_too or not account.has_usable_password()):
        account.set_unusable_password()
        account.save(update_fields=["password"])


# --- Units ----------------------------------------------------------------------


def lock_tree() -> None:
    """Let nobody else change the shape of the unit tree until the transaction ends.

    Two moves that are each allowed can make a loop together, and no row lock sees it.
    Raises OperationalError when the lock is not free within `lock_timeout`.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [TREE_LOCK])


def create_unit(
    *,
    kind: UnitKind,
    name: str,
    now: dt.datetime,
    parent: Unit | None = None,
    short_name: str = "",
    official_code: str = "",
    valid_from: dt.date | None = None,
) -> Unit:
    """Add a unit below `parent`, or a root; its address comes from its name.

    Two units may share a name (Văn Lang and Văn Lăng share even their slug), so the
    address gets a number where it is taken. Raises Refused below a closed unit.
    """
    with transaction.atomic():
        lock_tree()
        parent = parent and Unit.objects.get(pk=parent.pk)
        if parent and not parent.is_current(
            max(local_day(now), valid_from or dt.date.min)
        ):
            raise Refused(Refusal.PARENT_CLOSED)
        return Unit.objects.create(
            kind=kind,
            parent=parent,
            name=name,
            short_name=short_name,
            official_code=official_code,
            slug=free_slug(name),
            valid_from=valid_from,
        )


def free_slug(name: str) -> str:
    """The address of a unit of this name: van-lang, van-lang-2, van-lang-3."""
    stem = slugify(name, max_length=72, fallback="don-vi")
    taken = set(
        Unit.objects.filter(slug__startswith=stem).values_list("slug", flat=True)
    )
    slug, number = stem, 1
    while slug in taken:
        number += 1
        slug = f"{stem}-{number}"
    return slug


def move_unit(*, unit: Unit, parent: Unit | None, now: dt.datetime) -> Unit:
    """Hang a unit with its whole branch below another one, or make it a root.

    Raises Refused for a move below itself or below a closed unit.
    """
    with transaction.atomic():
        lock_tree()
        unit = Unit.objects.get(pk=unit.pk)
        parent = parent and Unit.objects.get(pk=parent.pk)
        if unit.parent_id == (parent and parent.pk):
            return unit
        if refusal := rules.why_not_move(unit, parent, on=local_day(now)):
            raise Refused(refusal)
        logger.info("unit %s moved from %s to %s", unit.pk, unit.parent_id, parent)
        _remember_places([unit], local_day(now) - dt.timedelta(days=1))
        unit.parent = parent
        unit.save(update_fields=["parent"])
    return unit


def hang_below(units: Iterable[Unit], parent: Unit | None, *, until: dt.date) -> None:
    """Hang units with their branches below another one; `until`: their last day where
    they were. For who holds the tree's lock and has asked the rules."""
    units = list(units)
    _remember_places(units, until)
    Unit.objects.filter(pk__in=[unit.pk for unit in units]).update(parent=parent)


def _remember_places(units: Iterable[Unit], until: dt.date) -> None:
    """Keep what these units hang below; of two moves on one day the first counts."""
    UnitPlace.objects.bulk_create(
        [UnitPlace(unit=unit, parent_id=unit.parent_id, until=until) for unit in units],
        ignore_conflicts=True,
    )


def succeed_unit(
    *,
    old: Unit,
    heirs: list[Unit],
    kind: UnitSuccession.Kind,
    date: dt.date,
    now: dt.datetime,
    decision_number: str = "",
    told: list[Moved] | None = None,
) -> list[UnitSuccession]:
    """Close `old` on the eve of `date` and hand on what it has.

    Merge and rename: branches, people and what the features registered go to the
    heir. Dissolve: they go to the unit above. Split: people stay on the closed unit
    until staff place them. Roles go along with a new name only; a merger gives
    nobody power over the other half, so there they end, and a letter says so. `told`
    is filled with what moved.

    Done twice is done once. Raises Refused.
    """
    with transaction.atomic():
        lock_tree()
        old = Unit.objects.select_for_update().get(pk=old.pk)
        heirs = list(Unit.objects.filter(pk__in=[heir.pk for heir in heirs]))
        done = _same_succession(old, heirs, kind)
        if done:
            return done
        if refusal := rules.why_not_succeed(old, heirs, kind, date=date):
            raise Refused(refusal)
        rows = [
            UnitSuccession.objects.create(
                old=old,
                new=heir,
                kind=kind,
                date=date,
                decision_number=decision_number,
            )
            for heir in heirs or [None]
        ]
        _close(old, heirs, kind, date, now, [] if told is None else told)
    logger.info("unit %s: %s, now %s", old.pk, kind, [heir.pk for heir in heirs])
    return rows


def _same_succession(
    old: Unit, heirs: list[Unit], kind: UnitSuccession.Kind
) -> list[UnitSuccession]:
    rows = list(old.successions.filter(kind=kind))
    same = {row.new_id for row in rows} == ({heir.pk for heir in heirs} or {None})
    return rows if rows and same else []


def _close(
    old: Unit,
    heirs: list[Unit],
    kind: UnitSuccession.Kind,
    date: dt.date,
    now: dt.datetime,
    told: list[Moved],
) -> None:
    eve = date - dt.timedelta(days=1)
    old.valid_to = eve
    old.save(update_fields=["valid_to"])
    renamed = kind == UnitSuccession.Kind.RENAME
    if kind != UnitSuccession.Kind.SPLIT:
        heir = heirs[0] if heirs else old.parent
        moving = list(old.children.exclude(pk=heir and heir.pk))
        hang_below(moving, heir, until=eve)
        told.append(Moved(_("Units below"), len(moving)))
        told.append(Moved(_("People of the unit"), old.people.update(unit=heir)))
        for item in heirs_registry:
            told += item.succeed(old=old, new=heir, kind=kind, date=date, now=now) or []
    roles = list(old.assignments.lasting(eve).select_related("user"))
    label = _("Roles") if renamed else _("Roles that end; give them anew")
    told.append(Moved(label, len(roles), by_hand=not renamed))
    for assignment in roles:
        if renamed:
            assign_role(
                user=assignment.user,
                role=Role(assignment.role),
                unit=heirs[0],
                starts_on=max(date, assignment.starts_on or date),
                ends_on=assignment.ends_on,
                now=now,
            )
        _end_on(assignment, eve, now)
    if not renamed:
        invitation_letters.tell_ended(
            roles, old=old, heirs=heirs, last_day=eve, now=now
        )


def _end_on(assignment: Assignment, day: dt.date, now: dt.datetime) -> None:
    if assignment.starts_on and assignment.starts_on > day:
        assignment.delete()
    elif assignment.ends_on is None or assignment.ends_on > day:
        assignment.ends_on = day
        assignment.save(update_fields=["ends_on"])
    _settle_staff(assignment.user, now)


# --- Accounts -------------------------------------------------------------------


def remove_unproved_accounts(*, now: dt.datetime) -> int:
    """Remove accounts whose address nobody proved within 24 hours; return how many.

    The address may be somebody else's, who never asked for an account here. One that
    is being proved at this moment is locked by the one or the other, never by both.
    """
    until = now - UNPROVED_LIFETIME
    with transaction.atomic():
        found = list(
            User.objects.abandoned(until).values_list("pk", flat=True).distinct()
        )
        locked = User.objects.select_for_update().filter(pk__in=found).order_by("pk")
        held = list(locked.values_list("pk", flat=True))
        # Asked again under the lock: somebody may have come in meanwhile.
        still = User.objects.abandoned(until).filter(pk__in=held)
        gone = list(still.values_list("pk", flat=True).distinct())
        User.objects.filter(pk__in=gone).delete()
    if gone:
        logger.info("%s accounts removed that nobody proved", len(gone))
    return len(gone)
