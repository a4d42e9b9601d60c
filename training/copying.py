"""A session held once more: the same again, later, without the people."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from members.models import User
from training.models import (
    Material,
    Question,
    RemotePoint,
    Slot,
    TrainingSession,
    UnitQuota,
)
from training.slugs import free_slug

WEEK = dt.timedelta(days=7)
NOTICE = dt.timedelta(days=14)
"""So long before it begins should people hear of a session."""
TIMES = ("opens_at", "closes_at", "starts_at", "ends_at")
# What belongs to the old one alone, or follows from its people.
NOT_COPIED = frozenset(
    {
        "id",
        "slug",
        "state",
        "confirmed",
        "offered",
        "line_length",
        "line_tail",
        "agreed_over",
        "sequence",
        "moved_at",
        "created_at",
        "updated_at",
        "search",
    }
)


def usual_start(session: TrainingSession, *, now: dt.datetime) -> dt.datetime:
    """The same weekday and hour, the first that leaves two weeks to announce it."""
    weeks = -((session.starts_at - now - NOTICE) // WEEK)
    return session.starts_at + max(weeks, 1) * WEEK


def copy_session(
    *, session_id: int, starts_at: dt.datetime, by: User | None, now: dt.datetime
) -> TrainingSession:
    """A draft with half-days, rooms, questions, papers and kept places, all shifted.

    Nobody is signed up. Files are copied too, so that each session may lose its own.
    """
    with transaction.atomic():
        old = TrainingSession.objects.get(pk=session_id)
        shift = starts_at - old.starts_at
        new = TrainingSession(
            **{
                field.attname: getattr(old, field.attname)
                for field in TrainingSession._meta.concrete_fields
                if field.name not in NOT_COPIED
            }
        )
        for name in TIMES:
            setattr(new, name, getattr(old, name) + shift)
        new.slug = free_slug(old.title, new)
        new.save()
        _copy_slots(old, new, shift)
        for model in (RemotePoint, Question):
            for row in model.objects.filter(session=old):
                _as_new(row, new).save()
        for quota in UnitQuota.objects.filter(session=old):
            _copy_quota(quota, new, shift)
        for material in Material.objects.filter(session=old):
            _copy_material(material, new)
    return new


def _copy_slots(
    old: TrainingSession, new: TrainingSession, shift: dt.timedelta
) -> None:
    for slot in Slot.objects.filter(session=old):
        slot.starts_at += shift
        slot.ends_at += shift
        _as_new(slot, new).save()


def _copy_quota(quota: UnitQuota, new: TrainingSession, shift: dt.timedelta) -> None:
    quota.taken = 0
    if quota.release_at:
        quota.release_at = min(quota.release_at + shift, new.closes_at)
    _as_new(quota, new).save()


def _copy_material(material: Material, new: TrainingSession) -> None:
    if material.file:
        with material.file.open("rb") as bytes_:
            material.file.save(material.name, bytes_, save=False)
    _as_new(material, new).save()


def _as_new(row, session: TrainingSession):
    row.pk, row.session = None, session
    row._state.adding = True
    return row
