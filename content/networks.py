"""Where a request comes from, and whether that is one of some networks."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def is_within(request: HttpRequest, networks: Iterable[str]) -> bool:
    """Whether the request comes out of one of the networks ("10.1.0.0/16", "::1").

    What cannot be told is outside.
    """
    address = client_address(request)
    return address is not None and any(
        address in network for network in _parsed(tuple(networks))
    )


def client_address(
    request: HttpRequest,
) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The address that the outermost of our own proxies has seen.

    Each of the ALLAUTH_TRUSTED_PROXY_COUNT proxies adds one name to X-Forwarded-For;
    what stands before those was written by whoever asks, and is not believed. Without
    the header nobody stands between: the connection itself tells.
    """
    said = request.META.get("REMOTE_ADDR", "")
    proxies = getattr(settings, "ALLAUTH_TRUSTED_PROXY_COUNT", 0)
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
    if proxies and forwarded:
        names = forwarded.split(",")
        said = names[-proxies] if len(names) >= proxies else ""
    try:
        found = ipaddress.ip_address(said.strip())
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


@lru_cache(maxsize=64)
def _parsed(networks: tuple[str, ...]) -> tuple[Network, ...]:
    return tuple(ipaddress.ip_network(network, strict=False) for network in networks)
