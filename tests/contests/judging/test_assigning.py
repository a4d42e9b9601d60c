"""Who gets which entries."""

import pytest

from contests import emails
from contests.judging import assigning
from contests.models import JudgeAssignment
from contests.refusals import StaffRefusal
from mail.models import Letter
from tests.factories.contests import (
    AuthorFactory,
    EntryFactory,
    RoundFactory,
    a_judge,
    submitted,
)
from tests.factories.members import UserFactory

pytestmark = pytest.mark.django_db


def letters(kind):
    return Letter.objects.filter(kind=kind)


class TestAssign:
    def test_judges_get_their_entries_once_and_one_letter(self, now):
        round_ = RoundFactory()
        entries = [submitted(round_.contest) for _ in range(3)]
        judges = [a_judge(), a_judge()]
        act = {
            "round_id": round_.pk,
            "entry_ids": [entry.pk for entry in entries],
            "judges": judges,
            "by": None,
            "now": now,
        }
        assert assigning.assign_judges(**act).new == 6
        assert assigning.assign_judges(**act).new == 0
        assert letters(emails.ASSIGNED).count() == 2
        codes = JudgeAssignment.objects.values_list("blind_code", flat=True)
        assert len(set(codes)) == 6
        text = letters(emails.ASSIGNED).first().text
        for entry in entries:
            assert entry.title not in text
            assert entry.code not in text

    def test_who_is_too_close_or_no_judge_is_named_not_assigned(self, now):
        round_ = RoundFactory()
        entry = submitted(round_.contest)
        close = a_judge()
        AuthorFactory(entry=entry, person=close.person)
        draft = EntryFactory(contest=round_.contest)
        elsewhere = submitted()
        outcome = assigning.assign_judges(
            round_id=round_.pk,
            entry_ids=[entry.pk, draft.pk, elsewhere.pk],
            judges=[close, UserFactory()],
            by=None,
            now=now,
        )
        assert outcome.new == 0
        reasons = [refusal for _entry, _judge, refusal in outcome.refused]
        assert sorted(reasons) == sorted(
            [
                StaffRefusal.CLOSE,
                StaffRefusal.NOT_A_JUDGE,
                StaffRefusal.NOT_IN_CONTEST,
                StaffRefusal.NOT_IN_CONTEST,
            ]
        )
