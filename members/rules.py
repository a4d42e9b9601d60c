"""Questions about people and units; each answers yes or why not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef, QuerySet, TextChoices
from django.utils.translation import gettext_lazy as _

from content import clock
from members import cards, consent_texts, permissions
from members.models import (
    Assignment,
    Consent,
    Person,
    SignInCard,
    Unit,
    UnitSuccession,
    User,
)
from vietnam.dates import local_day


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
    LAST_ADMIN = (
        "last_admin",
        _(
            "Nobody else administers the whole portal. Give another account the role "
            "of province admin first."
        ),
    )
    GUARDIAN_MISSING = (
        "guardian_missing",
        _("Somebody under 16 needs the consent of a parent or guardian."),
    )


class CardRefusal(TextChoices):
    """Why somebody gets no sign-in card."""

    OUT_OF_REACH = "out_of_reach", _("This person does not belong to your unit.")
    OWN_SIGN_IN = (
        "own_sign_in",
        _("They have an email, a password or a key of their own to sign in with."),
    )
    HOLDS_ROLE = (
        "holds_role",
        _("They have a role in the portal, and a card is too little for that."),
    )
    CLOSED = "closed", _("Their account has been closed.")
    JUST_ISSUED = (
        "just_issued",
        _("A card was issued after this page was opened. It is not shown twice."),
    )


class EntryRefusal(TextChoices):
    """Why a code from a card does not sign in."""

    UNKNOWN = (
        "unknown",
        _("This code is not right, or it no longer works. Compare it with your card."),
    )
    USED = "used", _("This code has been used already, and each code works once.")
    EXPIRED = "expired", _("This code has not been used in time.")
    ENDED = (
        "ended",
        _("This card has ended, or a newer one has taken its place."),
    )
    OWN_SIGN_IN = (
        "own_sign_in",
        _("You have a way of your own to sign in. Please use that one."),
    )


class Refused(Exception):
    """An action that a rule forbids; `reason` is the member of the TextChoices."""

    def __init__(self, reason: TextChoices) -> None:
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


def why_not_end_role(assignment: Assignment, *, on: dt.date) -> Refusal | None:
    """Why the role cannot end now: somebody has to administer the portal."""
    governing = Assignment.objects.governing(on)
    if not governing.filter(pk=assignment.pk).exists():
        return None
    others = governing.exclude(pk=assignment.pk)
    return None if others.exists() else Refusal.LAST_ADMIN


def is_last_admin(user: User, *, on: dt.date) -> bool:
    """Whether nobody would administer the portal without this account."""
    governing = Assignment.objects.governing(on)
    held = governing.filter(user=user).exists()
    return held and not governing.exclude(user=user).exists()


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
    consents = covering(live_consents(person, purpose, about=about), purpose)
    return consents.filter(guardian__isnull=False).exists()


def covering(consents: QuerySet, purpose: str) -> QuerySet:
    """Those that cover something new: words marked "ask again" end what was said of
    the purpose as such, and leave alone what was said of one matter."""
    since = consent_texts.asked_again_since(purpose, clock.now())
    if since is None:
        return consents
    return consents.exclude(about="", given_at__lt=since)


def live_consents(person: Person, purpose: Consent.Purpose, *, about: str = ""):
    """Consents that cover the matter: given for it, or for the purpose as such."""
    return person.consents.live().filter(purpose=purpose, about__in={"", about})


# --- Cards from the secretary ---------------------------------------------------


def why_not_issue_card(
    person: Person, *, by: User, on: dt.date, since: dt.datetime | None = None
) -> CardRefusal | None:
    """Why `by` may not give the person a card to sign in with; see `card_refusals`."""
    return card_refusals([person], by=by, on=on, since=since).get(person.pk)


def card_refusals(
    people: Collection[Person],
    *,
    by: User,
    on: dt.date,
    since: dt.datetime | None = None,
) -> dict[int, CardRefusal]:
    """Why not, by person; who is missing may get a card. In at most two queries.

    A card opens nothing that its owner has secured: only people without an account,
    or with one that lives by cards alone. One that has a password and no address is
    lost with the password, so those who may recover accounts may give a card there.

    `since`: when the page was opened that asks; a card issued later is not replaced.
    """
    accounts = {user.person_id: user for user in _accounts(people, on)}
    fresh = set()
    if since:
        live = SignInCard.objects.live().filter(person__in=people, issued_at__gte=since)
        fresh = set(live.values_list("person", flat=True))
    found = {}
    for person in people:
        refusal = _why_not_card(person, accounts.get(person.pk), by)
        if refusal is None and person.pk in fresh:
            refusal = CardRefusal.JUST_ISSUED
        if refusal:
            found[person.pk] = refusal
    return found


def _why_not_card(person: Person, account: User | None, by: User) -> CardRefusal | None:
    if not _reaches(by, "cards.issue", person):
        return CardRefusal.OUT_OF_REACH
    refusal = account and _why_not_card_account(account)
    if refusal == CardRefusal.OWN_SIGN_IN and _lost_with_its_password(account):
        return None if _reaches(by, "cards.recover", person) else refusal
    return refusal


def _reaches(by: User, action: str, person: Person) -> bool:
    if permissions.everywhere(by, action):
        return True
    return bool(person.unit_id) and permissions.may(by, action, person.unit)


def _why_not_card_account(account: User) -> CardRefusal | None:
    if not account.is_active:
        return CardRefusal.CLOSED
    if account.is_staff or account.is_superuser or account.holds_role:
        return CardRefusal.HOLDS_ROLE
    secured = account.has_usable_password() or account.has_key or account.has_address
    return CardRefusal.OWN_SIGN_IN if secured or account.email else None


def _lost_with_its_password(account: User) -> bool:
    return not (account.has_key or account.has_address or account.email)


def _accounts(people: Collection[Person], on: dt.date):
    roles = Assignment.objects.lasting(on).filter(user=OuterRef("pk"))
    addresses = EmailAddress.objects.filter(user=OuterRef("pk"), verified=True)
    keys = Authenticator.objects.filter(user=OuterRef("pk"))
    return User.objects.filter(person__in=people).annotate(
        holds_role=Exists(roles),
        has_address=Exists(addresses),
        has_key=Exists(keys),
    )


def why_not_enter(
    card: SignInCard | None, *, browser: str, now: dt.datetime
) -> EntryRefusal | None:
    """Why a card does not sign in.

    The browser that used it may repeat that for a quarter of an hour: over a weak
    network the answer gets lost, and people click twice.
    """
    if card is None:
        return EntryRefusal.UNKNOWN
    match card.state(now):
        case SignInCard.State.ENDED:
            return EntryRefusal.ENDED
        case SignInCard.State.EXPIRED:
            return EntryRefusal.EXPIRED
        case SignInCard.State.USED if not _same_click(card, browser, now):
            return EntryRefusal.USED
    account = _accounts([card.person], local_day(now)).first()
    if account and _why_not_card_account(account):
        return EntryRefusal.OWN_SIGN_IN
    return None


def asks_for_password(card: SignInCard | None, *, now: dt.datetime) -> bool:
    """Whether the code, once used, is now the name to a password its owner set."""
    if card is None or card.state(now) != SignInCard.State.USED:
        return False
    account = User.objects.filter(person=card.person_id, is_active=True).first()
    return account is not None and account.has_usable_password()


def _same_click(card: SignInCard, browser: str, now: dt.datetime) -> bool:
    recent = now - card.used_at < cards.SECOND_CLICK
    return (
        recent and bool(browser) and card.browser_hash == cards.browser_digest(browser)
    )
