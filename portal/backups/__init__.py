"""Backups: one archive with database and files, and the way back.

`manage.py backup` and `manage.py restore`; docs/operate.md says how they are used. The
database is dumped by PostgreSQL's own pg_dump in one snapshot, whose rows are counted
for the manifest. Files come after it, so each file that a row names is there. Nothing
is held in memory but a few megabytes.
"""

from portal.backups.errors import BackupError
from portal.backups.making import Portal, drop_old, make, newest
from portal.backups.restoring import Contents, look_through, restore

__all__ = [
    "BackupError",
    "Contents",
    "Portal",
    "drop_old",
    "look_through",
    "make",
    "newest",
    "restore",
]
