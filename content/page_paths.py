"""Paths of pages that stand in a thousand letters and lists, each found once."""

from __future__ import annotations

from functools import lru_cache

from django.urls import get_script_prefix, reverse


def page_path(name: str, *args: str) -> str:
    """As `reverse(name, args=args)`, which takes as long as a rule of a sign-up."""
    return _found(get_script_prefix(), name, args)


@lru_cache(maxsize=4096)
def _found(_prefix: str, name: str, args: tuple[str, ...]) -> str:
    return reverse(name, args=args)
