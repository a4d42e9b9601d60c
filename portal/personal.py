"""What the tables of this floor tell of people."""

from members import datamap


def register() -> None:
    datamap.marks("portal.finding", "dismissed_by")
