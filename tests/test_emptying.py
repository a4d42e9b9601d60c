"""After a test with real transactions nothing is left, whoever wrote it."""

import threading
import time

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction

from news.models import Tag
from tests import emptying
from tests.factories.members import AssignmentFactory
from tests.factories.news import PublishedFactory
from tests.factories.training import RegistrationFactory

pytestmark = pytest.mark.django_db(transaction=True)


class Ended:
    """What Django says about a test that has ended."""

    @staticmethod
    def _databases_names(include_mirrors):
        return ["default"]


@pytest.fixture
def emptied(monkeypatch):
    """`emptied()` does what the end of each test does, without truncating."""

    def truncated(test):
        raise AssertionError("truncated")

    monkeypatch.setattr(emptying, "_truncate", truncated)
    return lambda: emptying.empty(Ended)


def full_tables() -> set[str]:
    """The tables that hold something."""
    full = set()
    with connection.cursor() as cursor:
        for name in connection.introspection.django_table_names(only_existing=True):
            cursor.execute(f"SELECT 1 FROM {name} LIMIT 1")  # noqa: S608  our names
            if cursor.fetchone():
                full.add(name)
    return full


def test_people_and_their_histories_go_and_permissions_stay(emptied):
    AssignmentFactory()
    RegistrationFactory()
    PublishedFactory().tags.add(Tag.objects.create(name="VNeID"))
    assert len(full_tables() - emptying.KEPT) > 10
    kept = ContentType.objects.count(), Permission.objects.count()

    emptied()

    assert full_tables() == emptying.KEPT
    assert kept == (ContentType.objects.count(), Permission.objects.count())


def test_who_is_still_at_work_is_waited_for(emptied):
    begun = threading.Event()

    def write():
        with transaction.atomic():
            Tag.objects.create(name="Viết muộn")
            begun.set()
            time.sleep(0.3)
        connection.close()

    late = threading.Thread(target=write)
    late.start()
    begun.wait()
    emptied()
    late.join()

    assert not Tag.objects.exists()
