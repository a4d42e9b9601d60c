"""Django's Signer for links that go into thousands of letters, at a third of its price.

The same signatures: what one has signed the other reads. Django derives the key of a
purpose anew for each signature; here that is done once.
"""

from __future__ import annotations

import hmac
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core import signing
from django.utils.crypto import salted_hmac


class Signer(signing.Signer):
    def signature(self, value: str, key: str | None = None) -> str:
        if self.algorithm != "sha256":
            return super().signature(value, key)
        keyed = _keyed(f"{self.salt}signer", key or self.key).copy()
        keyed.update(value.encode())
        return signing.b64_encode(keyed.digest()).decode()


def sign(salt: str, value: str) -> str:
    """As `Signer(salt=salt).sign(value)`, without making a signer for each link."""
    return _signer(salt, settings.SECRET_KEY).sign(value)


def sign_object(salt: str, value: Any) -> str:
    """As `Signer(salt=salt).sign_object(value)`."""
    return _signer(salt, settings.SECRET_KEY).sign_object(value)


@lru_cache(maxsize=64)
def _signer(salt: str, secret: str | bytes) -> Signer:
    """To sign only: what unsigns must know the keys of before as well."""
    return Signer(key=secret, salt=salt)


@lru_cache(maxsize=64)
def _keyed(salt: str, secret: str | bytes) -> hmac.HMAC:
    """An HMAC that has read nothing but its key; to be copied, never updated."""
    return salted_hmac(salt, b"", secret, algorithm="sha256")
