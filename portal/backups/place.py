"""Where this portal keeps what a backup holds, out of its settings."""

from __future__ import annotations

import hashlib
from pathlib import Path

from django.conf import settings

from portal.backups.database import Server
from portal.backups.errors import BackupError
from portal.backups.making import Portal

DISK = "django.core.files.storage.FileSystemStorage"


def here() -> Portal:
    on_disk = settings.STORAGES["default"]["BACKEND"] == DISK
    return Portal(
        server=Server.of(settings.DATABASES["default"]),
        media=Path(settings.MEDIA_ROOT) if on_disk else None,
        private=Path(settings.PRIVATE_ROOT),
        identity=identity(),
    )


def identity() -> str:
    """Tells one SECRET_KEY from another without telling the key."""
    told = f"backup-identity:{settings.SECRET_KEY}".encode()
    return hashlib.scrypt(told, salt=b"portal", n=2**14, r=8, p=1, dklen=8).hex()


def key() -> str:
    """The key for backups; "" for none. Raises BackupError."""
    if not settings.BACKUP_KEY_FILE:
        return settings.BACKUP_KEY.strip()
    path = Path(settings.BACKUP_KEY_FILE)
    try:
        found = path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise BackupError(f"BACKUP_KEY_FILE cannot be read: {error}") from error
    if not found:
        raise BackupError(f"BACKUP_KEY_FILE names {path}, which is empty.")
    return found
