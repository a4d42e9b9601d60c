"""Sessions in the database, as Django keeps them, found by a prepared query."""

from __future__ import annotations

import datetime as dt

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

from content.prepared import prepared


@prepared
def _live(key: str, now: dt.datetime) -> QuerySet:
    return Session.objects.filter(session_key=key, expire_date__gt=now)


class SessionStore(db.SessionStore):
    def _get_session_from_db(self) -> Session | None:
        found = _live(self.session_key, timezone.now()).first()
        if found is None:
            self._session_key = None
        return found
