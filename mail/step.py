"""The one statement of delivery: write down how a letter fared and mark the next.

It runs once per letter, so it is prepared: planning it anew takes longer than running
it. What is prepared lives as long as the session.

Its commit waits for the disk, which takes longer than all the rest; meanwhile the mail
server can look at whom the next letter is from and to (`begin`). No text may be handed
over before that commit is there: only then does a crash, of ours or of PostgreSQL,
leave no more than one letter that was taken and not written down.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

import psycopg2
from django.db import DatabaseError, connection

from content import figures
from content.session_locks import session
from mail.channels import EMAIL
from mail.models import Letter

if TYPE_CHECKING:
    from mail.outcomes import Outcome

STATE = Letter.State

# $1-$9 settle, $10-$13 mark. A letter that was taken ($9) is sent, whoever has it in
# hand by now; any other outcome counts only as long as the letter is still ours.
STEP = """
    WITH settled AS (
        UPDATE mail_letter SET
            state = $1, reason = $2, error = $3,
            sent_at = $4, not_before = coalesce($5, not_before),
            -- Put back untried, for the morning or for its turn: that was no attempt.
            attempts = attempts - CASE WHEN $1 = 'queued' THEN 1 ELSE 0 END,
            subject = CASE WHEN $6 THEN '' ELSE subject END,
            text = CASE WHEN $6 THEN '' ELSE text END,
            html = CASE WHEN $6 THEN '' ELSE html END,
            attachments = CASE WHEN $6 THEN '[]'::jsonb ELSE attachments END
        WHERE id = $7 AND (state = 'sending' AND claimed_by = $8 OR $9)
    ),
    due AS (
        SELECT id FROM mail_letter
        WHERE secret = $10 AND state IN ('queued', 'retry') AND not_before <= $11
            AND channel = $13
        ORDER BY bulk, not_before, id
        LIMIT 1 FOR UPDATE SKIP LOCKED
    )
    UPDATE mail_letter AS letter SET
        state = 'sending', claimed_at = $11, claimed_by = $12, attempts = attempts + 1
    FROM due WHERE letter.id = due.id
    RETURNING {columns},
        EXISTS (
            SELECT FROM mail_suppression AS gone
            WHERE gone.address_key = letter.address_key AND gone.lifted_at IS NULL
                AND NOT (letter.secret AND gone.reason <> 'asked')
        ),
        EXISTS (
            SELECT FROM mail_preference AS wish
            WHERE wish.address_key = letter.address_key AND wish.kind = letter.kind
                AND NOT wish.wanted
        )
"""
TYPES = (
    "text, text, text, timestamptz, timestamptz, boolean, bigint, int, boolean,"
    " boolean, timestamptz, int, text"
)
_EXECUTE = f"EXECUTE mail_step ({', '.join(['%s'] * 13)})"
_NOTHING = ["", "", "", None, None, False, None, None, False]


def step(
    *,
    settle: Outcome | None,
    now: datetime,
    secret: bool | None = None,
    number: int | None = None,
    channel: str = EMAIL,
) -> Letter | None:
    """Settle one letter and mark the next as being sent; returns the latter.

    Without `secret` none is marked. The letter comes with `blocked` and `unwanted`:
    what `Suppression` and `Preference` say of its address.
    """
    values = [*_settling(settle, now), secret, now, number, channel]
    with session().cursor() as cursor:
        _prepare(cursor)
        cursor.execute(_EXECUTE, values)
        row = cursor.fetchone()
    _count(settle)
    return _letter(row) if row else None


class Commit:
    """What `begin` did and nobody knows of yet."""

    def __init__(self, settles: Outcome | None) -> None:
        self._settles = settles
        self._session = session()
        self._connection = self._session.connection

    def execute(self) -> None:
        """Return when it is on the disk; raises what the database says, as Django."""
        with self._session.wrap_database_errors:
            _commit(self._connection)
        _count(self._settles)


def begin(
    *,
    settle: Outcome | None,
    now: datetime,
    secret: bool,
    number: int,
    channel: str,
) -> tuple[Letter | None, Commit | None]:
    """`step` without its commit, which comes with the letter.

    Until it is executed the rows are locked and every statement of the session is
    part of it: nothing may be waited for. None where the caller's own transaction has
    to commit.
    """
    ours = session()
    if ours.in_atomic_block:
        letter = step(
            settle=settle, now=now, secret=secret, number=number, channel=channel
        )
        return letter, None
    values = [*_settling(settle, now), secret, now, number, channel]
    with ours.cursor() as cursor:
        _prepare(cursor)
        try:
            cursor.execute(f"BEGIN; {_EXECUTE}", values)
            row = cursor.fetchone()
            letter, commit = _letter(row) if row else None, Commit(settle)
        except BaseException:
            # Whatever it was, no later statement may find itself in this transaction.
            with suppress(DatabaseError):
                cursor.execute("ROLLBACK")
            raise
    return letter, commit


def _count(settled: Outcome | None) -> None:
    if settled is not None and settled.state in Letter.OVER:
        figures.count("letters", settled.state)


def _commit(connection: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("COMMIT")
        if cursor.statusmessage != "COMMIT":
            # It answers so, and raises nothing, where a statement failed before.
            raise psycopg2.OperationalError(f"not committed: {cursor.statusmessage}")


def _settling(outcome: Outcome | None, now: datetime) -> list[Any]:
    if outcome is None:
        return _NOTHING
    letter, is_sent = outcome.letter, outcome.state == STATE.SENT
    return [
        outcome.state,
        outcome.reason,
        outcome.error,
        now if is_sent else None,
        now + outcome.wait if outcome.wait else None,
        outcome.forgets,
        letter.pk,
        letter.claimed_by,
        is_sent,
    ]


def _prepare(cursor) -> None:
    # Not on one of a pooler's: it would not know the statement at the next turn.
    ours = session()
    if getattr(ours, "mail_step_prepared_on", None) is ours.connection:
        return
    columns = ", ".join(f"letter.{column}" for column in _fields()[0])
    # One plan fits every letter; left alone PostgreSQL plans each execution anew. The
    # setting touches prepared statements only, and there is no other.
    cursor.execute("SET plan_cache_mode = force_generic_plan")
    cursor.execute(f"PREPARE mail_step ({TYPES}) AS {STEP.format(columns=columns)}")
    ours.mail_step_prepared_on = ours.connection


@cache
def _fields() -> tuple[list[str], list[str], list[tuple[int, Any]]]:
    """The letter's columns, its attributes, and which values need converting."""
    fields = Letter._meta.concrete_fields
    return (
        [field.column for field in fields],
        [field.attname for field in fields],
        [
            (place, field.from_db_value)
            for place, field in enumerate(fields)
            if hasattr(field, "from_db_value")
        ],
    )


def _letter(row: tuple) -> Letter:
    *values, blocked, unwanted = row
    _, names, converters = _fields()
    for place, convert in converters:
        values[place] = convert(values[place], None, connection)
    letter = Letter.from_db(connection.alias, names, values)
    letter.blocked, letter.unwanted = blocked, unwanted
    return letter
