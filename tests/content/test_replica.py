"""What may be read from a copy, and what never is."""

import pytest
from django.db import connections, transaction

from content.models import SiteIdentity
from content.replica import REPLICA, Router, may_lag

READS = Router().db_for_read


@pytest.fixture
def replica(monkeypatch):
    known = connections.settings | {REPLICA: connections.settings["default"]}
    monkeypatch.setattr(connections, "settings", known)


def test_without_a_copy_everything_is_read_from_the_primary(db):
    with may_lag():
        assert READS(SiteIdentity) == "default"


@pytest.mark.django_db(transaction=True)
class TestReplica:
    def test_only_what_may_lag_is_read_from_it(self, replica):
        assert READS(SiteIdentity) == "default"
        with may_lag():
            assert READS(SiteIdentity) == REPLICA
            with may_lag():
                pass
            assert READS(SiteIdentity) == REPLICA
        assert READS(SiteIdentity) == "default"

    def test_who_writes_reads_what_was_written(self, replica):
        with may_lag(), transaction.atomic():
            assert READS(SiteIdentity) == "default"

    def test_nothing_is_written_there(self, replica):
        with may_lag():
            assert Router().db_for_write(SiteIdentity) == "default"
        assert not Router().allow_migrate(REPLICA, "news")
        assert Router().allow_migrate("default", "news")

    def test_rows_of_both_belong_together(self, replica):
        one, other = SiteIdentity(), SiteIdentity()
        one._state.db, other._state.db = REPLICA, "default"
        assert Router().allow_relation(one, other)
