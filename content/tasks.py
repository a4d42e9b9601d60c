"""What the clock starts, and what an upload leaves to the worker."""

from celery import shared_task

from content import clock
from content.files import storage
from content.pagecache import collecting
from content.pictures import actions
from content.search import words
from content.uploads import actions as uploads


@shared_task
def drop_abandoned_uploads() -> int:
    return storage.drop_abandoned_uploads(now=clock.now())


@shared_task
def finish_uploads() -> int:
    """Each minute: hand on what is whole and whose request died."""
    return uploads.finish_left_behind(now=clock.now())


@shared_task
def sweep_uploads() -> int:
    """Nightly: drop what nobody went on with. Returns how many went."""
    return len(uploads.sweep(now=clock.now()))


@shared_task
def prepare_picture(picture_id: int) -> bool:
    """Right after an upload: make the smaller copies."""
    return actions.prepare(picture_id=picture_id)


@shared_task
def catch_up_pictures() -> int:
    """Each minute: prepare what a lost task left behind."""
    return actions.catch_up(now=clock.now())


@shared_task
def drop_orphan_pictures() -> int:
    """Nightly: delete files that no row knows. Returns how many went."""
    return actions.drop_orphans(now=clock.now())


@shared_task
def collect_page_views() -> int:
    return collecting.collect(now=clock.now())


@shared_task
def count_search_words() -> int:
    """Nightly: the words of all titles, for searches without a hit."""
    return words.rebuild(now=clock.now())
