"""Addresses of sessions and series."""

from __future__ import annotations

from django.db.models import QuerySet

from training.models import Series, TrainingSession
from vietnam.slug import slugify

RESERVED = frozenset(
    {"chia-se", "chuoi", "da-qua", "diem-danh", "lich-cua-toi", "thang"}
)
"""First parts of other addresses under /tap-huan/."""


def free_slug(title: str, session: TrainingSession) -> str:
    """The address for this title: an-toan-so, an-toan-so-2, an-toan-so-3."""
    return _free(title, TrainingSession.objects.exclude(pk=session.pk), RESERVED)


def free_series_slug(title: str, series: Series) -> str:
    return _free(title, Series.objects.exclude(pk=series.pk), frozenset())


def _free(title: str, others: QuerySet, reserved: frozenset[str]) -> str:
    stem = slugify(title, max_length=110, fallback="lop")
    taken = set(others.filter(slug__startswith=stem).values_list("slug", flat=True))
    slug, number = stem, 1
    while slug in taken | reserved:
        number += 1
        slug = f"{stem}-{number}"
    return slug
