"""A worker looks through a list, and brings it in once its sender has said so."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Mapping

import pghistory
from django.conf import settings
from django.core.files import File
from django.db import transaction
from django.urls import reverse
from django.utils import translation

from content.files.inspection import MAX_NAME
from members.listing.columns import LAYOUT
from members.listing.summary import Summary
from members.listing.writing import Busy, bring_in, look
from members.lists import running
from members.lists.parked import NotParked, Parking
from members.lists.running import done_of
from members.lists.sheet import SheetRefused
from members.lists.stream import TEXT_SUFFIXES, is_text, table
from members.models import MemberListRun, User

__all__ = ["accept", "carry_on", "done_of", "drop", "drop_old", "start", "wake_lost"]

logger = logging.getLogger(__name__)

KEPT = dt.timedelta(days=365)
"""Who brought in a list, when and how long it was: numbers only."""
State, Step = MemberListRun.State, MemberListRun.Step
_parking = Parking("member-lists", salt="members.listing")


def start(*, file: File, name: str, user: User, now: dt.datetime) -> MemberListRun:
    """Keep the file and have a worker look through it."""
    suffix = TEXT_SUFFIXES[0] if is_text(name) else ".xlsx"
    run = MemberListRun.objects.create(
        token=_parking.park(file, user=user, suffix=suffix),
        name=name[-MAX_NAME:],
        user=user,
        language=_language(),
        asked_at=now,
    )
    transaction.on_commit(lambda: ask_worker(run.pk), robust=True)
    return run


def accept(
    *,
    run: MemberListRun,
    answers: Mapping[int, str],
    replace: bool,
    tidy_names: bool,
    step: Step,
    now: dt.datetime,
) -> None:
    """Look once more with these answers, or bring the list in. Twice is once."""
    waiting = MemberListRun.objects.filter(
        pk=run.pk, state__in=[State.READY, State.BUSY]
    )
    said = {str(row): answer for row, answer in answers.items()}
    changed = waiting.update(
        answers=said,
        replace=replace,
        tidy_names=tidy_names,
        step=step,
        state=State.WAITING,
        language=_language(),
        asked_at=now,
        seen_at=None,
    )
    if changed:
        transaction.on_commit(lambda: ask_worker(run.pk), robust=True)


def drop(*, run: MemberListRun) -> None:
    """Give the list up: the file goes, and what was found with it."""
    _parking.drop(run.token, user=run.user)
    run.delete()


def ask_worker(pk: int) -> None:
    """A broker that is away loses nothing: the sweep asks again."""
    from members.tasks import carry_member_list_on

    carry_member_list_on.delay(pk)


def carry_on(*, pk: int, now: dt.datetime) -> str:
    """What a worker does with one run; the state it ended in. Done twice is once."""
    run = running.claim(MemberListRun, pk, now)
    if run is None:
        return ""
    page = reverse("admin:members_person_list_run", args=[run.pk])
    try:
        with (
            _parking.fetch(run.token, user=run.user) as file,
            translation.override(run.language),
            pghistory.context(user=run.user_id, url=page),
            table(file, LAYOUT, name=run.name) as found,
        ):
            _work(run, found, now)
    except SheetRefused as refused:
        _settle(run, State.REFUSED, found={"sentence": refused.sentence})
        _parking.drop(run.token, user=run.user)
    except NotParked:
        _settle(run, State.REFUSED, found={})
    except Busy:
        _settle(run, State.BUSY, found=run.found)
    except Exception:
        # Nothing was written; the page says so, the log has the rest.
        _settle(run, State.REFUSED, found={})
        raise
    if run.state == State.DONE:
        _parking.drop(run.token, user=run.user)
    return run.state


def _work(run: MemberListRun, found, now: dt.datetime) -> None:
    given = {
        "by": run.user,
        "now": now,
        "answers": {int(row): answer for row, answer in run.answers.items()},
        "replace": run.replace,
        "tidy_names": run.tidy_names,
        "progress": lambda done: running.tell(run, done),
    }
    if run.step == Step.LOOK:
        summary = look(found, **given)
        run.rows = summary.rows
        _settle(run, State.READY, found=summary.as_json())
        return

    def finish(summary: Summary) -> None:
        # In the list's own transaction: done is what is written. Names go.
        run.outcome, run.rows, run.answers = summary.outcome(), summary.rows, {}
        _settle(run, State.DONE, found={})

    bring_in(found, **given, finish=finish)


def wake_lost(*, now: dt.datetime) -> int:
    """Each minute: ask again for runs that no worker took or that one left behind."""
    return running.wake_lost(MemberListRun, ask_worker, now=now)


def drop_old(*, now: dt.datetime) -> int:
    """Nightly: files that nobody came back for, and what was found in them."""
    _parking.drop_abandoned(now=now)
    stale = MemberListRun.objects.exclude(state=State.DONE)
    stale.filter(asked_at__lt=now - _parking.kept).delete()
    return MemberListRun.objects.filter(asked_at__lt=now - KEPT).delete()[0]


def _language() -> str:
    return translation.get_language() or settings.LANGUAGE_CODE


def _settle(run: MemberListRun, state: State, *, found: dict) -> None:
    run.state, run.found = state, found
    run.save(update_fields=["state", "found", "outcome", "rows", "answers"])
