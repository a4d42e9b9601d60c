"""Who may read the outbox; people and their roles live a floor above this one."""

from collections.abc import Callable
from typing import Any

from content.registry import Registry

registry: Registry[Callable[[Any], bool]] = Registry("mail.access")
"""Questions `(user) -> bool`; one yes is enough. A floor above registers them."""


def may_read(user: Any) -> bool:
    """Whether this account sees and manages the letters of the whole portal."""
    if not user.is_active:
        return False
    return user.is_superuser or any(asks(user) for asks in registry)
