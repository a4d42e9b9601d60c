"""`python -m portal.embedded start|stop|status|remove [folder]`, by hand."""

import argparse
import os
import sys
from pathlib import Path

from portal import embedded


def main() -> int:
    """Do what the command line asks and return the exit code."""
    repository = Path(__file__).resolve().parents[2]
    parser = argparse.ArgumentParser(prog="python -m portal.embedded")
    parser.add_argument("verb", choices=["start", "stop", "status", "remove"])
    parser.add_argument(
        "folder",
        nargs="?",
        type=Path,
        default=Path(os.environ.get("PORTAL_VAR") or repository / "var"),
    )
    parser.add_argument("--force", action="store_true", help="stop even when in use")
    options = parser.parse_args()
    try:
        if options.verb == "start":
            embedded.start(options.folder)
        elif options.verb == "stop":
            embedded.stop(options.folder, in_use=options.force)
        elif options.verb == "remove":
            embedded.remove(options.folder)
            return 0
        for name, state in embedded.status(options.folder).items():
            sys.stdout.write(f"{name}: {state}\n")
    except embedded.EmbeddedError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
