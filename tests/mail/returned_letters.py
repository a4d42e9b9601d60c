"""Returned letters as the mail servers of the world send them, written by hand."""

from pathlib import Path

FOLDER = Path(__file__).parent / "returned"


def sample(name: str) -> bytes:
    return (FOLDER / f"{name}.eml").read_bytes()
