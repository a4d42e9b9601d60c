"""The databases: what a process may hold of them, a pooler in between, a replica.

`DATABASE_URL` alone is enough for a portal on one machine. docs/operate.md says when
the others are worth it.
"""

from django.core.exceptions import ImproperlyConfigured

from content.replica import REPLICA
from content.session_locks import DIRECT

from .base import DATABASE_OPTIONS, DATABASE_POOLER, PROCESS, env

TRANSACTION = "transaction"


def databases(url: str) -> dict[str, dict]:
    """Django's DATABASES for what the environment says. Raises ImproperlyConfigured."""
    if DATABASE_POOLER not in ("", TRANSACTION):
        raise ImproperlyConfigured('DATABASE_POOLER is "transaction" or empty.')
    direct = env.str("DATABASE_DIRECT_URL", default="")
    replica = env.str("DATABASE_REPLICA_URL", default="")
    found = {"default": _database(url)}
    if DATABASE_POOLER:
        if not direct:
            raise ImproperlyConfigured(
                "DATABASE_POOLER needs DATABASE_DIRECT_URL as well: the address of "
                "PostgreSQL itself, for locks that last longer than a transaction."
            )
        found[DIRECT] = _copy(direct)
        # Migrations, backups and whoever types SQL want a session of their own.
        commanded = PROCESS == "command"
        found["default"] = _database(direct) if commanded else _pooled(url)
    if replica:
        # A write that strayed there fails before it leaves.
        found[REPLICA] = _copy(replica, " -c default_transaction_read_only=on")
    return found


def routers(found: dict[str, dict]) -> list[str]:
    """Django's DATABASE_ROUTERS for these databases."""
    return ["content.replica.Router"] if len(found) > 1 else []


def _database(url: str, more: str = "") -> dict:
    parsed = env.db_url_config(url)
    options = parsed.get("OPTIONS", {}) | DATABASE_OPTIONS["OPTIONS"]
    options["options"] += more
    return parsed | DATABASE_OPTIONS | {"OPTIONS": options}


def _copy(url: str, more: str = "") -> dict:
    """Another way to the same rows: tests make no database of its own for it."""
    return _database(url, more) | {"TEST": {"MIRROR": "default"}}


def _pooled(url: str) -> dict:
    """Nothing that a session would have to remember.

    The pooler refuses `options`; the limits are those that it sets itself
    (deploy/pgbouncer.ini). Without cursors on the server content.prepared sends its
    statements in full, too.
    """
    found = _database(url) | {"DISABLE_SERVER_SIDE_CURSORS": True}
    del found["OPTIONS"]["options"]
    return found
