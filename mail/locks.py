"""The advisory locks of this package, of the session: they end with their process."""

from __future__ import annotations

from contextlib import AbstractContextManager

from content import session_locks

CLASS = 0x6D61696C
"""The name space of this package: "mail" in ASCII."""
SWEEP = 1
LANE = 1_000
"""LANE + n: the n-th ordinary deliverer; see `delivery`."""
SECRET_LANE = 2_000
LANES_OF_A_CHANNEL = 100
"""The lanes of the second channel begin so much higher, and so on."""
FIRST_NUMBER = 10_000
"""From here on: the number of one run of one deliverer."""


def hold(number: int) -> AbstractContextManager[bool]:
    """Try to hold a lock for the length of the block; False if another has it."""
    return session_locks.hold(CLASS, number)


def take(number: int) -> bool:
    """Take a lock of this session if nobody has it."""
    return session_locks.take(CLASS, number)


def release(number: int) -> None:
    """Give a lock back."""
    session_locks.release(CLASS, number)


def held() -> list[int]:
    """The numbers that anybody holds right now."""
    return session_locks.held(CLASS)
