"""Addresses of contests."""

from __future__ import annotations

from contests.models import Contest
from contests.urls import FORMS, INVITED, MINE
from vietnam.slug import slugify

RESERVED = {address.partition("/")[0] for address in (MINE, INVITED, FORMS)}
"""What follows /cuoc-thi/ for entries; no contest may be called so."""


def free_slug(title: str, contest: Contest) -> str:
    """The address for this title: y-tuong-so, y-tuong-so-2, y-tuong-so-3."""
    stem = slugify(title, max_length=110, fallback="cuoc-thi")
    others = Contest.objects.exclude(pk=contest.pk)
    taken = set(others.filter(slug__startswith=stem).values_list("slug", flat=True))
    taken |= RESERVED
    slug, number = stem, 1
    while slug in taken:
        number += 1
        slug = f"{stem}-{number}"
    return slug
