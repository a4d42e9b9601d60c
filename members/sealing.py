"""The secrets of second factors, which the database holds under a key.

Whoever gets hold of a backup or of the database alone can make no codes. The key comes
from MFA_KEY, else from SECRET_KEY; keys of before still open what they sealed, and
`reseal` brings everything under the first one (`manage.py seal_factors`).
"""

from __future__ import annotations

import base64
import hashlib
import logging
import secrets

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models, transaction

logger = logging.getLogger(__name__)

MARK = "sealed:"
SEALED = {"totp": "secret", "recovery_codes": "seed"}
"""Where the secret stands in a factor's data. Passkeys have none: a key in public."""


def seal(text: str) -> str:
    return MARK + _box().encrypt(text.encode()).decode()


def unseal(text: str) -> str:
    """What was sealed; what never was comes back as it is.

    Under none of our keys it opens as something that nobody knows: no code fits, and
    the owner sets the factor up again.
    """
    if not text.startswith(MARK):
        return text
    try:
        return _box().decrypt(text.removeprefix(MARK).encode()).decode()
    except InvalidToken:
        logger.error("a second factor was sealed under another key")
        return base64.b32encode(secrets.token_bytes(20)).decode()


def reseal(factors: type[models.Model]) -> tuple[int, int]:
    """Bring all under the first key; how many were, and how many open under none."""
    done = lost = 0
    for pk in factors.objects.filter(type__in=SEALED).values_list("pk", flat=True):
        with transaction.atomic():
            factor = factors.objects.select_for_update().filter(pk=pk).first()
            if factor is None:
                continue
            name = SEALED[factor.type]
            try:
                factor.data[name] = _renewed(factor.data[name])
            except InvalidToken:
                lost += 1
            else:
                factor.save(update_fields=["data"])
                done += 1
    return done, lost


def lay_open(factors: type[models.Model]) -> None:
    """As they stood before; for going back to a version that knows no seal."""
    for factor in factors.objects.filter(type__in=SEALED):
        name = SEALED[factor.type]
        factor.data[name] = unseal(factor.data[name])
        factor.save(update_fields=["data"])


def _renewed(text: str) -> str:
    if not text.startswith(MARK):
        return seal(text)
    return MARK + _box().rotate(text.removeprefix(MARK).encode()).decode()


def _box() -> MultiFernet:
    keys = [*settings.MFA_KEYS, settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(_derived(key)) for key in keys])


def _derived(key: str) -> bytes:
    digest = hashlib.sha256(f"second-factors:{key}".encode()).digest()
    return base64.urlsafe_b64encode(digest)
