import pytest

from content.clock import now as real_now
from mail import delivery, tasks
from mail.models import Letter
from tests.factories.mail import LetterFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch):
    monkeypatch.setattr(tasks, "LINGER", 0)


@pytest.mark.parametrize(
    ("task", "secret"), [(tasks.deliver, False), (tasks.deliver_secret, True)]
)
def test_each_queue_has_its_task(post_office, task, secret):
    mine, other = LetterFactory(secret=secret), LetterFactory(secret=not secret)
    task.apply(throw=True)
    assert post_office.addresses == {mine.address: 1}
    other.refresh_from_db()
    assert other.state == Letter.State.QUEUED


def test_recover_goes_by_the_portals_clock():
    left = LetterFactory(in_flight=True, claimed_at=real_now() - delivery.IN_FLIGHT)
    working = LetterFactory(in_flight=True, claimed_at=real_now())
    tasks.recover.apply(throw=True)
    left.refresh_from_db()
    working.refresh_from_db()
    assert left.state == Letter.State.RETRY
    assert working.state == Letter.State.SENDING


def test_every_scheduled_task_of_mail_exists(settings):
    scheduled = {
        entry["task"]
        for entry in settings.CELERY_BEAT_SCHEDULE.values()
        if entry["task"].startswith("mail.")
    }
    ours = {
        task.name
        for task in (
            tasks.deliver,
            tasks.deliver_secret,
            tasks.queue_reminders,
            tasks.recover,
            tasks.collect_returned,
        )
    }
    assert scheduled == ours
