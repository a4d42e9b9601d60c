"""`python -m content.copies WAY SOURCE TARGET`: prints the pages as JSON."""

import json
import os
import resource
import sys

MEMORY = 1536 * 1024 * 1024
SECONDS = 180
LARGEST = 600 * 1024 * 1024


def bound() -> None:
    """Before anything of a stranger's is read."""
    for what, limit in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, LARGEST),
        (resource.RLIMIT_CORE, 0),
    ):
        _soft, hard = resource.getrlimit(what)
        if hard != resource.RLIM_INFINITY:
            limit = min(limit, hard)
        resource.setrlimit(what, (limit, hard))
    os.nice(10)


def main(way: str, source: str, target: str) -> int:
    bound()
    from content.copies import ways

    try:
        pages = ways.WAYS[way](source, target)
    except ways.Unreadable as error:
        sys.stderr.write(str(error))
        return 3
    sys.stdout.write(json.dumps(pages))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
