"""What stands in the way of a start, said in one sentence with the cure."""

import socket
from collections.abc import Mapping
from urllib.parse import urlsplit

import kombu
import psycopg2
from kombu.exceptions import KombuError
from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

from portal.embedded.errors import EmbeddedError

UNSET = "or unset DATABASE_URL to use the embedded database."
SCHEMES = ("postgres", "postgresql", "pgsql", "psql")


def environment(environ: Mapping[str, str]) -> None:
    """Refuse a DATABASE_URL that is not the address of a PostgreSQL database."""
    url = environ.get("DATABASE_URL")
    if not url:
        return
    try:
        parts = urlsplit(url)
        whole = parts.scheme in SCHEMES and parts.path.strip("/") and parts.port != 0
    except ValueError:
        whole = False
    if not whole:
        raise EmbeddedError(
            "DATABASE_URL is not the address of a PostgreSQL database: write it as "
            f"postgres://USER:PASSWORD@HOST:PORT/NAME, {UNSET}"
        )


def port(text: str) -> int:
    """The port as a number."""
    if text.isascii() and text.isdigit() and 0 < int(text) < 65536:
        return int(text)
    raise EmbeddedError(
        f"PORT is {text!r}: use a number from 1024 to 65535, e.g. PORT=9000 make run."
    )


def free(number: int) -> None:
    """Refuse a port that somebody listens on or that is not ours to open."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", number))
        except PermissionError as error:
            raise EmbeddedError(
                f"Port {number} needs special rights: use another one, e.g. "
                "PORT=9000 make run."
            ) from error
        except OSError as error:
            raise EmbeddedError(
                f"Port {number} is taken by another program: stop that one or use "
                "another port, e.g. PORT=9000 make run."
            ) from error


def any_free_port() -> int:
    """A loopback port that nobody listens on now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def database(parameters: Mapping[str, object]) -> None:
    """Refuse to go on when the database of DATABASE_URL does not let us in."""
    known = ("dbname", "database", "user", "password", "host", "port", "sslmode")
    asked = {name: parameters[name] for name in known if parameters.get(name)}
    try:
        psycopg2.connect(**asked, connect_timeout=5).close()
    except psycopg2.OperationalError as error:
        raise EmbeddedError(_refusal(str(error), parameters)) from error


def _refusal(said: str, parameters: Mapping[str, object]) -> str:
    host = parameters.get("host") or "this machine"
    user, name = parameters.get("user"), parameters.get("dbname")
    if "password" in said:
        return f"{host} refuses the password of {user}: correct DATABASE_URL, {UNSET}"
    if f'role "{user}" does not exist' in said:
        return f"{host} knows no role {user}: create it, correct DATABASE_URL, {UNSET}"
    if "does not exist" in said:
        return (
            f"{host} has no database {name}: create it, correct DATABASE_URL, {UNSET}"
        )
    if "translate host name" in said:
        return f"Nobody knows the host {host}: correct it in DATABASE_URL, {UNSET}"
    return (
        f"No PostgreSQL answers at {host}: start it, correct DATABASE_URL, {UNSET} "
        f"(It said: {' '.join(said.split())})"
    )


def redis(variable: str, url: str) -> None:
    """Refuse to go on when the broker or cache of an address does not answer."""
    try:
        if url.startswith(("redis+socket://", "sentinel://")):
            with kombu.Connection(url) as connection:
                connection.ensure_connection(max_retries=1, timeout=5)
        else:
            knock = Retry(NoBackoff(), 0)
            with Redis.from_url(url, socket_timeout=5, retry=knock) as client:
                client.ping()
    except (RedisError, KombuError, OSError, ValueError) as error:
        raise EmbeddedError(
            f"Nothing answers at the address in {variable}: start that server, correct "
            f"the address, or unset {variable} to use the embedded Valkey."
        ) from error
