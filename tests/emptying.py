"""An empty database after each test with real transactions, in a tenth of the time.

Django truncates all two hundred tables and writes content types and permissions anew.
Here only the tables that hold something are emptied, row by row, and those two stay.
"""

from __future__ import annotations

import time

import pgtrigger
from django.db import connection, transaction
from django.test import TransactionTestCase

KEPT = {"django_content_type", "auth_permission"}
"""What Django writes by itself whenever it has emptied the database."""
MOST = 4 * 1024 * 1024
"""Bytes in tables; past that truncating is quicker, and takes dead rows along."""
PATIENCE = 10
"""Seconds until we leave it to TRUNCATE to wait for whoever is still at work."""

_AT_WORK = """
    SELECT 1 FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
        AND backend_type = 'client backend' AND xact_start IS NOT NULL
"""
_BYTES = "SELECT sum(pg_relation_size(name::regclass)) FROM unnest(%s) AS name"
_EMPTY = """
    DO $$ DECLARE full_one regclass; BEGIN
        FOR full_one IN SELECT oid FROM pg_class
            WHERE oid = ANY (ARRAY{names}::regclass[]) AND pg_relation_size(oid) > 0
        LOOP EXECUTE 'DELETE FROM ' || full_one; END LOOP;
    END $$
"""
_truncate = TransactionTestCase._fixture_teardown
_names: list[str] = []


def empty(test: TransactionTestCase) -> None:
    """Instead of `_fixture_teardown`: what a test wrote is gone, whoever wrote it."""
    only = set(test._databases_names(include_mirrors=False)) == {"default"}
    if not (only and _nobody_is_at_work() and _bytes() < MOST):
        _truncate(test)
        return
    # Histories accept no DELETE, and deleting writes into them.
    with pgtrigger.ignore(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_EMPTY.format(names=_tables()))


def _tables() -> list[str]:
    if not _names:
        found = connection.introspection.django_table_names(
            only_existing=True, include_views=False
        )
        _names.extend(sorted(set(found) - KEPT))
    return _names


def _bytes() -> int:
    with connection.cursor() as cursor:
        cursor.execute(_BYTES, [_tables()])
        return cursor.fetchone()[0]


def _nobody_is_at_work() -> bool:
    """A request or task that outlives its test would write after us."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with connection.cursor() as cursor:
            cursor.execute(_AT_WORK)
            if cursor.fetchone() is None:
                return True
        time.sleep(0.01)
    return False
