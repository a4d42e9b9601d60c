"""PostgreSQL and Valkey out of pip packages, run for one checkout.

Everything lives under one folder (`var/`): data, logs, passwords and the record of
what runs. Both servers listen on unix sockets only. Nothing here imports Django.
"""

from portal.embedded.engines import remove, start, status, stop
from portal.embedded.errors import EmbeddedError
from portal.embedded.places import Addresses, addresses

__all__ = [
    "Addresses",
    "EmbeddedError",
    "addresses",
    "remove",
    "start",
    "status",
    "stop",
]
