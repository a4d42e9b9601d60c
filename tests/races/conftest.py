import time

import pytest

from training import locks
from training.models import TrainingSession


@pytest.fixture
def no_lock(monkeypatch):
    """Reads the session without locking it, and gives the others time to do so too."""

    def without_a_lock(session_id):
        found = TrainingSession.objects.get(pk=session_id)
        time.sleep(0.05)
        return found

    monkeypatch.setattr(locks, "lock", without_a_lock)
