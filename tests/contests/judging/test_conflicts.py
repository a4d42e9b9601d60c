"""Who is too close to an entry."""

import pytest

from contests.judging import conflicts
from tests.factories.contests import (
    AuthorFactory,
    EntryFactory,
    a_judge,
    submitted,
)
from tests.factories.members import PersonFactory, UnitFactory

pytestmark = pytest.mark.django_db


class TestTooClose:
    def test_owner_author_mailbox_and_unit(self):
        unit = UnitFactory()
        judge = a_judge(user__person__unit=unit, user__email="Thay.Giao@example.com")
        far = submitted()
        assert not conflicts.too_close(judge, far)
        close = [
            EntryFactory(owner=judge),
            AuthorFactory(person=judge.person).entry,
            AuthorFactory(person__unit=unit).entry,
            AuthorFactory(person__email="thay.giao+hoc@example.com").entry,
            EntryFactory(owner__email="thay.giao+2@EXAMPLE.com"),
            EntryFactory(owner__person__unit=unit),
        ]
        for entry in close:
            assert conflicts.too_close(judge, entry)

    def test_two_without_unit_or_address_are_not_close(self):
        judge = a_judge(user__person__unit=None)
        entry = AuthorFactory(person=PersonFactory(email="", unit=None)).entry
        assert not conflicts.too_close(judge, entry)
