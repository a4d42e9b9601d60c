#!/usr/bin/env python
"""Django's command line; the development settings unless told otherwise."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.local")
    os.environ.setdefault("PORTAL_PROCESS", "command")
    try:
        from django.core.management import execute_from_command_line

        from portal.embedded import EmbeddedError, reach

        try:
            reach.environment(os.environ)
            execute_from_command_line(sys.argv)
        except EmbeddedError as error:
            sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
