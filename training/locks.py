"""One session at a time: the lock that every verb takes first.

Lock order everywhere: the session's row, then its quotas by key (`seats.open_pools`),
then sign-ups. READ COMMITTED; a wait of three seconds ends as `Busy`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.db.models import TextChoices

from content import waiting
from training import statements
from training.models import Registration, TrainingSession


class Busy(Exception):
    """Others hold the session's lock; asking again in a moment is right."""


class Refused(Exception):
    """A rule says no; `refusal` is its reason."""

    def __init__(self, refusal: TextChoices) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal


def lock(session_id: int) -> TrainingSession:
    """The session's row, fresh and ours until the transaction ends.

    NO KEY UPDATE keeps every other verb out and lets rows that merely point to the
    session be written. Raises TrainingSession.DoesNotExist.
    """
    return statements.read_session(session_id, lock=True)


@contextmanager
def session_locked(session_id: int) -> Iterator[TrainingSession]:
    """A transaction that owns the session; raises Busy."""
    with waiting.no_longer(Busy), transaction.atomic():
        yield lock(session_id)


@contextmanager
def registration_locked(registration_id: int) -> Iterator[Registration]:
    """The sign-up as it stands once its session is ours."""
    session_id = Registration.objects.values_list("session_id", flat=True).get(
        pk=registration_id
    )
    with session_locked(session_id) as session:
        registration = Registration.objects.to_write_to().get(pk=registration_id)
        registration.session = session
        yield registration
