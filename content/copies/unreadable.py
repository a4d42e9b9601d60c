class Unreadable(Exception):
    """The file is to blame: locked with a password, damaged or boundless."""
