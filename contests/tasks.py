"""What beat starts."""

from celery import shared_task

from content import clock
from contests import copying, joining, signed_forms, upkeep
from contests.judging import assigning
from contests.voting import forgetting


@shared_task
def check_held_files() -> int:
    """Each minute: ask the scanner about files that it could not look at before."""
    return upkeep.check_held_files(now=clock.now())


@shared_task
def make_copies() -> int:
    """After an upload, and each minute: what judges read."""
    return copying.make_waiting()


@shared_task
def drop_orphan_files() -> int:
    """Nightly: delete bytes that no row knows. Returns how many files went."""
    now = clock.now()
    forms = signed_forms.drop_orphans(now=now)
    return len(upkeep.drop_orphan_files(now=now)) + forms


@shared_task
def drop_old_versions() -> int:
    """Nightly: files of earlier versions a year after the results."""
    return upkeep.drop_old_versions(now=clock.now())


@shared_task
def ask_for_more_readings() -> int:
    """Each hour of the day, for rounds that want it: one more judge for works whose
    judges are far apart. Returns how many readings are new.
    """
    return assigning.read_again_where_wanted(now=clock.now())


@shared_task
def forget_invitations() -> int:
    """Nightly: addresses of people who were asked into a team and did not join."""
    return joining.forget_unanswered(now=clock.now())


@shared_task
def forget_votes() -> int:
    """Nightly: links that are too old, and where ballots of old contests came from."""
    return forgetting.forget(now=clock.now())
