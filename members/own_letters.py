"""What our letters to one reader are about, and whether they arrive."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from mail import kinds, preferences
from mail.addresses import fold
from mail.kinds import LetterKind
from mail.models import Preference, Suppression
from members.models import User

NOTICE = _(
    "Our letters to you come back. On my page you can correct the address, or let us "
    "try again."
)


def addresses(user: User) -> list[str]:
    """Where letters to this account go: its own address and its person's."""
    person = user.person
    found = [user.email or "", (person and person.email) or ""]
    return list({fold(address): address for address in found if address}.values())


def returned(user: User) -> list[Suppression]:
    """The addresses of this account to which nothing is sent any more."""
    keys = [fold(address) for address in addresses(user)]
    return list(Suppression.objects.in_force().filter(address_key__in=keys))


def offered(user: User) -> list[tuple[str, LetterKind]]:
    """The kinds that this account may switch on and off."""
    return [
        (key, kind)
        for key, kind in kinds.registry.items()
        if kind.optional and (kind.readers is None or kind.readers(user))
    ]


def wanted(user: User) -> set[str]:
    """Which of these kinds the account gets; one address that refuses is a no."""
    keys = [fold(address) for address in addresses(user)]
    said: dict[str, list[bool]] = {}
    for kind, wish in Preference.objects.filter(address_key__in=keys).values_list(
        "kind", "wanted"
    ):
        said.setdefault(kind, []).append(wish)
    return {key for key, kind in offered(user) if all(said.get(key, [kind.by_default]))}


def choose(user: User, chosen: Collection[str], *, now: datetime) -> None:
    """Note what the account wants, for each of its addresses."""
    for key, _kind in offered(user):
        for address in addresses(user):
            preferences.set_wish(
                address_key=fold(address), kind=key, wanted=key in chosen, now=now
            )
