"""The one error of this package."""


class EmbeddedError(Exception):
    """One clear sentence with the cure; callers print it and exit with 1."""
