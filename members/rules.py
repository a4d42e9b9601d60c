"""Questions about people and units; each answers yes or why not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from members.models import Consent, Person, Unit, UnitSuccession


class Refusal(TextChoices):
    """Why something about a unit or a person cannot be done."""

    BELOW_ITSELF = "below_itself", _("A unit cannot come below itself.")
    PARENT_CLOSED = "parent_closed", _("The unit above has been closed.")
    UNIT_CLOSED = "unit_closed", _("This unit has been closed.")
    NEEDS_HEIRS = "needs_heirs", _("Choose the unit that follows.")
    NEEDS_ONE_HEIR = "needs_one_heir", _("Exactly one unit follows here.")
    NEEDS_SEVERAL_HEIRS = "needs_several_heirs", _("A split needs two units or more.")
    NO_HEIR = "no_heir", _("A dissolved unit has no unit that follows.")
    ITS_OWN_HEIR = "its_own_heir", _("A unit cannot follow itself or its own branch.")
    HEIR_CLOSED = "heir_closed", _("The unit that follows has been closed.")
    BEFORE_START = "before_start", _("The unit did not exist yet on that day.")
    HAS_BRANCHES = "has_branches", _("Move the units below to their new place first.")
    GUARDIAN_MISSING = (
        "guardian_missing",
        _("Somebody under 16 needs the consent of a parent or guardian."),
    )


class Refused(Exception):
    """An action that a rule forbids; `reason` is the Refusal."""

    def __init__(self, reason: Refusal) -> None:
        super().__init__(str(reason.label))
        self.reason = reason


def why_not_move(unit: Unit, parent: Unit | None, *, on: dt.date) -> Refusal | None:
    """Why the unit cannot come below `parent` (None makes it a root)."""
    if parent is None:
        return None
    if Unit.objects.subtree(unit.pk).filter(pk=parent.pk).exists():
        return Refusal.BELOW_ITSELF
    if not parent.is_current(on):
        return Refusal.PARENT_CLOSED
    return None


def why_not_succeed(
    old: Unit, heirs: list[Unit], kind: UnitSuccession.Kind, *, date: dt.date
) -> Refusal | None:
    """Why `old` cannot go over to `heirs` on that day.

    A merge or a renaming has one heir, a split at least two, a dissolution none.
    Where nobody can tell which heir gets which branch, staff move the branches first.
    """
    if old.valid_to:
        return Refusal.UNIT_CLOSED
    if old.valid_from and date <= old.valid_from:
        return Refusal.BEFORE_START
    if refusal := _wrong_number(heirs, kind):
        return refusal
    branch = Unit.objects.subtree(old.pk)
    if branch.filter(pk__in=[heir.pk for heir in heirs]).exists():
        return Refusal.ITS_OWN_HEIR
    if any(heir.valid_to for heir in heirs):
        return Refusal.HEIR_CLOSED
    if kind == UnitSuccession.Kind.SPLIT and old.children.exists():
        return Refusal.HAS_BRANCHES
    return None


def _wrong_number(heirs: list[Unit], kind: UnitSuccession.Kind) -> Refusal | None:
    match kind:
        case UnitSuccession.Kind.DISSOLVE:
            return Refusal.NO_HEIR if heirs else None
        case UnitSuccession.Kind.SPLIT:
            return None if len(heirs) > 1 else Refusal.NEEDS_SEVERAL_HEIRS
        case _:
            if not heirs:
                return Refusal.NEEDS_HEIRS
            return None if len(heirs) == 1 else Refusal.NEEDS_ONE_HEIR


def needs_guardian(person: Person, on: dt.date) -> bool:
    """Whether a guardian decides for the person: under 16, or age unknown (rule 9)."""
    return person.is_child(on)


def why_not_take_part(
    person: Person, purpose: Consent.Purpose, *, on: dt.date, about: str = ""
) -> Refusal | None:
    """Why somebody may not sign up or enter: a child without a guardian's consent."""
    if not needs_guardian(person, on):
        return None
    if guardian_consents(person, purpose, about=about):
        return None
    return Refusal.GUARDIAN_MISSING


def may_publish(
    person: Person, purpose: Consent.Purpose, *, on: dt.date, about: str = ""
) -> bool:
    """Whether a name or picture may be public.

    An adult agrees alone. For a child both agree, the child and a guardian (Law
    91/2025/QH15 article 24), and a signed form or the school or unit confirms it.
    """
    return person.pk in publishable([person], purpose, on=on, about=about)


def publishable(
    people: Collection[Person],
    purpose: Consent.Purpose,
    *,
    on: dt.date,
    about: str = "",
) -> set[int]:
    """The ids of those people for whom `may_publish` holds, in one query."""
    if not people:
        return set()
    live = Consent.objects.live().filter(
        person__in=people, purpose=purpose, about__in={"", about}
    )
    consents: dict[int, list[Consent]] = {}
    for consent in live.order_by():
        consents.setdefault(consent.person_id, []).append(consent)
    return {
        person.pk
        for person in people
        if _agreed(consents.get(person.pk, []), child=needs_guardian(person, on))
    }


# Somebody's own voice. A school speaks about a person, never for them.
OWN_VOICE = frozenset({Consent.Method.OWN_FORM, Consent.Method.SIGNED_FORM})


def _agreed(consents: list[Consent], *, child: bool) -> bool:
    """A child's own signature proves nothing about the guardian behind a link."""
    guardians = {each.method for each in consents if each.guardian_id}
    others = {each.method for each in consents if each.guardian_id is None}
    own = not OWN_VOICE.isdisjoint(others)
    if not child:
        return own
    confirmed = Consent.Method.SCHOOL in guardians | others
    return (
        own
        and bool(guardians)
        and (confirmed or Consent.Method.SIGNED_FORM in guardians)
    )


def guardian_consents(
    person: Person, purpose: Consent.Purpose, *, about: str = ""
) -> bool:
    """Whether a guardian's consent is on record and not withdrawn."""
    consents = live_consents(person, purpose, about=about)
    return consents.filter(guardian__isnull=False).exists()


def live_consents(person: Person, purpose: Consent.Purpose, *, about: str = ""):
    """Consents that cover the matter: given for it, or for the purpose as such."""
    return person.consents.live().filter(purpose=purpose, about__in={"", about})
