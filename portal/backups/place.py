"""Where this portal keeps what a backup holds, out of its settings."""

from __future__ import annotations

import hashlib
from pathlib import Path

from django.conf import settings

from content.files.storage import incoming_folder
from content.uploads import pieces
from portal.backups.database import Server
from portal.backups.errors import BackupError
from portal.backups.folders import Store
from portal.backups.making import Portal


def here(*, with_buckets: bool = True) -> Portal:
    """Without buckets, files that lie in them are left to whoever keeps those."""
    media: Path | Store | None = Path(settings.MEDIA_ROOT)
    private: Path | Store | None = Path(settings.PRIVATE_ROOT)
    if settings.STORAGE == "s3":
        media, private = _buckets() if with_buckets else (None, None)
    return Portal(
        server=Server.of(settings.DATABASES["default"]),
        media=media,
        private=private,
        identity=identity(),
    )


def _buckets() -> tuple[Store, Store]:
    # Only here: the client of a bucket takes memory that a disk does not need.
    from content.files.bucket import PrivateBucket, PublicBucket
    from portal.backups.buckets import Bucket

    # Uploads under way stay on the disk; whoever was at one begins it again.
    on_the_disk = (f"{incoming_folder().name}/", f"{pieces.folder().name}/")
    return Bucket(PublicBucket()), Bucket(PrivateBucket(), leaving=on_the_disk)


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
