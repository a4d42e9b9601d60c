"""A long list is carried out by a worker, while its page shows how far it is.

What the sender agreed to stands in a `RosterRun`; the list is still written in one
transaction. How many rows are done is told through the cache, as nothing of an open
transaction can be seen from outside; without a cache the page tells the state alone.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Mapping

from django.db import transaction

from members.lists import running
from members.lists.running import LOST, done_of
from members.lists.sheet import SheetRefused
from members.models import User
from teams.models import RosterRun
from teams.roster import parked
from teams.roster.sheet import read
from teams.roster.writing import Busy, PlanChanged, carry_out

__all__ = ["KEPT", "LONG", "LOST", "carry_on", "done_of", "drop_old", "start"]

logger = logging.getLogger(__name__)

LONG = 1000
"""From so many rows on nobody waits for the page: a worker does it."""
KEPT = dt.timedelta(days=2)
State = RosterRun.State


def start(
    *,
    token: str,
    user: User,
    rows: int,
    fingerprint: str,
    choices: Mapping[int, str],
    second_teams: Mapping[int, str],
    tidy_names: bool,
    now: dt.datetime,
) -> RosterRun:
    """Hand the list to a worker. The second click finds the first one's run."""
    answers = {
        "person": {str(row): value for row, value in choices.items()},
        "team": {str(row): value for row, value in second_teams.items()},
    }
    with transaction.atomic():
        run, made = RosterRun.objects.get_or_create(
            token=token,
            defaults={
                "user": user,
                "rows": rows,
                "fingerprint": fingerprint,
                "choices": answers,
                "tidy_names": tidy_names,
                "asked_at": now,
            },
        )
        if not made and not run.is_unfinished and run.state != State.DONE:
            # Looked at once more, and told to go on with what was shown.
            run.state, run.fingerprint = State.WAITING, fingerprint
            run.choices, run.tidy_names = answers, tidy_names
            run.asked_at, run.seen_at = now, None
            run.save()
        if run.state == State.WAITING:
            transaction.on_commit(lambda: ask_worker(run.pk), robust=True)
    return run


def ask_worker(pk: int) -> None:
    """A broker that is away loses nothing: the sweep asks again."""
    from teams.tasks import bring_in_list

    bring_in_list.delay(pk)


def carry_on(*, pk: int, now: dt.datetime) -> str:
    """What a worker does with one run; the state it ended in. Done twice is once."""
    run = running.claim(RosterRun, pk, now)
    if run is None:
        return ""
    try:
        with parked.fetch(run.token, user=run.user) as file:
            sheet = read(file)
        plan = carry_out(
            sheet=sheet,
            by=run.user,
            now=now,
            fingerprint=run.fingerprint,
            choices=_numbered(run.choices["person"]),
            second_teams=_numbered(run.choices["team"]),
            tidy_names=run.tidy_names,
            progress=lambda done: running.tell(run, done),
            # In the list's own transaction: done is what is written.
            finish=lambda plan: _settle(run, State.DONE, plan.counts()),
        )
    except (PlanChanged, SheetRefused, parked.NotParked):
        _settle(run, State.CHANGED, {})
    except Busy:
        _settle(run, State.BUSY, {})
    except Exception:
        # Nothing was written; the page leads back to the list, the log has the rest.
        _settle(run, State.CHANGED, {})
        raise
    else:
        parked.drop(run.token, user=run.user)
        logger.info("run %s done: %s", pk, plan.counts())
    return run.state


def wake_lost(*, now: dt.datetime) -> int:
    """Each minute: ask again for runs that no worker took or that one left behind."""
    return running.wake_lost(RosterRun, ask_worker, now=now)


def drop_old(*, now: dt.datetime) -> int:
    """Runs tell nothing of anybody, but nobody needs them for long."""
    old = RosterRun.objects.filter(asked_at__lt=now - KEPT)
    return old.delete()[0]


def _settle(run: RosterRun, state: State, outcome: dict) -> None:
    run.state, run.outcome = state, outcome
    run.save(update_fields=["state", "outcome"])


def _numbered(answers: Mapping[str, str]) -> dict[int, str]:
    return {int(row): value for row, value in answers.items()}
