"""The production web server: `python -m portal.serve web`, or `upload` for /tai-len/.

One place says how granian is started, here, in `make run`, in the units and in the
containers under deploy/. docs/operate.md has the figures that these numbers come from.
"""

from __future__ import annotations

import argparse
import os
import sys

APPLICATION = "portal.wsgi:application"
KILL_TIMEOUT = 30
"""Seconds that a worker may take to finish its requests when it is told to end.

What stands in front waits as long (deploy/systemd: TimeoutStopSec).
"""
HEADER_SECONDS = 10
"""Until the headers of a request must be there: whoever trickles them is cut off."""
HEADER_BYTES = 64 * 1024
"""Of all headers of a request together (431); granian takes 100 of them at most."""
IN_LINE = 128
"""Connections that a worker takes; further ones wait in the kernel.

nginx must keep fewer idle ones open (`keepalive`), or they take the place of others.
"""
BACKLOG = 1024
"""Connections that wait in the kernel; beyond, nginx turns to another node."""
LIFETIME = 24 * 3600
"""Seconds after which a worker makes way for a new one, one after the other."""
START_SECONDS = 10
"""Until the old worker is told to end: the new one has read the code by then."""

LIMITS = {
    "web": {"threads": 4, "megabytes": 512},
    # Its threads carry pieces, not pages; one process is enough for a province.
    "upload": {"threads": 4, "megabytes": 400},
}


def command(
    kind: str,
    *,
    port: int,
    host: str = "127.0.0.1",
    workers: int = 1,
    threads: int | None = None,
    quiet: bool = False,
) -> list[str]:
    """The command line of granian; `kind` is "web" or "upload"."""
    return [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws"),
        *("--host", host, "--port", str(port), "--http", "1"),
        *("--workers", str(workers)),
        *("--blocking-threads", str(threads or LIMITS[kind]["threads"])),
        *("--backpressure", str(IN_LINE), "--backlog", str(BACKLOG)),
        *("--http1-header-read-timeout", str(HEADER_SECONDS * 1000)),
        *("--http1-buffer-size", str(HEADER_BYTES)),
        *("--workers-kill-timeout", str(5 if quiet else KILL_TIMEOUT)),
        *("--respawn-failed-workers", "--respawn-interval", str(START_SECONDS)),
        *("--workers-lifetime", str(LIFETIME)),
        *("--workers-max-rss", str(LIMITS[kind]["megabytes"])),
        *("--log-level", "warning" if quiet else "info"),
        APPLICATION,
    ]


def environment(kind: str) -> dict[str, str]:
    """What the process is to know."""
    defaults = {
        # glibc keeps an arena for each thread: 40 MB a worker that nothing needs.
        "MALLOC_ARENA_MAX": "2",
    }
    if kind == "upload":
        defaults["UPLOAD_AT_ONCE"] = "0"
    return defaults | os.environ | {"PORTAL_PROCESS": "web"}


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="portal.serve", description=__doc__)
    parser.add_argument("kind", choices=LIMITS)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 2
    parser.add_argument("--workers", type=int, help="as many as cores, 1 for upload")
    parser.add_argument("--threads", type=int, help="in each worker")
    parser.add_argument(
        "--quiet", action="store_true", help="for trying out: few words, a short end"
    )
    given = parser.parse_args(arguments)
    if given.kind == "upload":
        os.nice(10)
    line = command(
        given.kind,
        port=given.port,
        host=given.host,
        workers=given.workers or (1 if given.kind == "upload" else cores),
        threads=given.threads,
        quiet=given.quiet,
    )
    # granian takes our place, and with it the signals: TERM ends it in order, HUP
    # has it read the code anew, one worker after the other.
    os.execve(line[0], line, environment(given.kind))  # noqa: S606


if __name__ == "__main__":
    main(sys.argv[1:])
