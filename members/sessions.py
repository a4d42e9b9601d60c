"""Sessions in the database, as Django keeps them, by statements that are prepared.

Every page of somebody signed in reads one, and signing in writes four times.
"""

from __future__ import annotations

import datetime as dt

from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import CreateError, UpdateError
from django.contrib.sessions.models import Session
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import QuerySet
from django.utils import timezone

from content.insertion import Written, write
from content.prepared import prepared

_CREATE = Written(
    "INSERT INTO django_session (session_data, expire_date, session_key)"
    " VALUES (%s, %s, %s) ON CONFLICT (session_key) DO NOTHING"
)
# Never an upsert: one that was ended meanwhile must not come back with its owner's
# last request.
_UPDATE = Written(
    "UPDATE django_session SET session_data = %s, expire_date = %s"
    " WHERE session_key = %s"
)
_DELETE = Written("DELETE FROM django_session WHERE session_key = %s")


@prepared
def _live(key: str, now: dt.datetime) -> QuerySet:
    return Session.objects.filter(session_key=key, expire_date__gt=now)


@prepared
def _taken(key: str) -> QuerySet:
    return Session.objects.filter(session_key=key).values_list("session_key")


class SessionStore(db.SessionStore):
    def _get_session_from_db(self) -> Session | None:
        found = _live(self.session_key, timezone.now()).first()
        if found is None:
            self._session_key = None
        return found

    def exists(self, session_key: str) -> bool:
        return bool(_taken(session_key))

    def save(self, must_create: bool = False) -> None:
        if self.session_key is None:
            self.create()
            return
        row = self.create_model_instance(self._get_session(no_load=must_create))
        values = row.session_data, row.expire_date, row.session_key
        if not _changed(_CREATE if must_create else _UPDATE, values):
            raise CreateError if must_create else UpdateError

    def delete(self, session_key: str | None = None) -> None:
        if key := session_key or self.session_key:
            _changed(_DELETE, [key])


def _changed(written: Written, values: tuple | list) -> bool:
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        write(cursor, [(written, values)])
        return cursor.rowcount == 1
