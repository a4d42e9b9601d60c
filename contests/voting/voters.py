"""Who votes: one ballot for each account and for each mailbox."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from contests.models import Ballot, Contest, VoteLetter
from mail.addresses import mailbox
from members.models import User

_IPV4, _IPV6 = 24, 48
"""Bits of an address that tell a network: a school, a village's provider."""


@dataclass(frozen=True)
class Voter:
    """`keys` are digests of the proved mailboxes, the one to be kept first."""

    way: Ballot.Way
    keys: tuple[str, ...]
    account: User | None = None
    network: str = ""


def key(contest: Contest | int, address: str) -> str:
    """The digest of a mailbox in this one contest; in another it is another one."""
    pk = contest if isinstance(contest, int) else contest.pk
    return _digest("voter", pk, mailbox(address))


def network_of(contest: Contest, request: HttpRequest) -> str:
    """The digest of the network that a request comes from; "" where none is known."""
    address = get_adapter().get_client_ip(request)
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if mapped := getattr(ip, "ipv4_mapped", None):
        ip = mapped
    bits = _IPV4 if ip.version == 4 else _IPV6
    network = ipaddress.ip_network((ip, bits), strict=False)
    return _digest("network", contest.pk, str(network))[:16]


def signed_in(contest: Contest, user: User, *, network: str = "") -> Voter:
    """An account with its proved addresses; without one it has no keys."""
    return Voter(Ballot.Way.ACCOUNT, keys_of(contest, user), user, network)


def behind(letter: VoteLetter) -> Voter:
    """Whoever opened the letter; the account of that mailbox where there is one."""
    keys = [letter.voter]
    if letter.account:
        keys += keys_of(letter.contest, letter.account)
    unique = tuple(dict.fromkeys(keys))
    return Voter(Ballot.Way.MAIL, unique, letter.account, letter.network)


def keys_of(contest: Contest, user: User) -> tuple[str, ...]:
    rows = user.emailaddress_set.filter(verified=True).order_by("-primary", "pk")
    return tuple(key(contest, email) for email in rows.values_list("email", flat=True))


def account_of(address: str) -> User | None:
    """Whose proved address this is, in either spelling."""
    spellings = {address.strip().lower(), mailbox(address)}
    rows = EmailAddress.objects.filter(verified=True, email__in=spellings)
    found = rows.filter(user__is_active=True).select_related("user").first()
    return found.user if found else None


def _digest(what: str, contest_id: int, text: str) -> str:
    salt = f"contests.voting.{what}"
    return salted_hmac(salt, f"{contest_id}:{text}", algorithm="sha256").hexdigest()
