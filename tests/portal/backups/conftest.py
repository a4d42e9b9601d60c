"""A portal's database and folders of their own, beside those of the suite."""

import contextlib
import secrets
from dataclasses import replace

import psycopg2
import pytest
from django.db import connections

from portal import backups
from portal.backups.database import Server


@contextlib.contextmanager
def another_database(like: Server):
    """An empty database on the same server, dropped afterwards."""
    name = f"backup_{secrets.token_hex(6)}"
    link = psycopg2.connect(
        dbname="postgres",
        **{
            key: value
            for key in ("host", "port", "user", "password")
            if (value := getattr(like, key))
        },
    )
    link.autocommit = True
    try:
        with link.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {name} TEMPLATE template0")
            try:
                yield replace(like, name=name)
            finally:
                cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    finally:
        link.close()


@pytest.fixture(scope="session")
def suite_server(django_db_setup, django_db_blocker) -> Server:
    with django_db_blocker.unblock():
        return Server.of(connections["default"].settings_dict)


@pytest.fixture
def portal_of(tmp_path, suite_server):
    """`portal_of("there")`: an empty portal of that name."""
    with contextlib.ExitStack() as stack:

        def make(name: str) -> backups.Portal:
            server = stack.enter_context(another_database(suite_server))
            return backups.Portal(
                server=server,
                media=tmp_path / name / "media",
                private=tmp_path / name / "private",
                identity="test",
            )

        yield make
