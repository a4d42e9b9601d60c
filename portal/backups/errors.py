"""What stands in the way of a backup, in a sentence for people."""


class BackupError(Exception):
    """Says what is wrong and what to do about it."""
