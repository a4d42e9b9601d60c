"""Who is too close to an entry, by record or by their own word."""

import pytest

from contests.judging import conflicts
from contests.judging.conflicts import Closeness
from contests.locks import Refused
from contests.models import Score
from contests.refusals import StaffRefusal
from tests.factories.contests import (
    AuthorFactory,
    CriterionFactory,
    EntryFactory,
    JudgeAssignmentFactory,
    a_judge,
    scored,
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

    def test_the_school_by_its_mail_or_by_its_name(self):
        judge = a_judge(user__email="co.huong@k12.chuyen-bk.edu.vn")
        mail = AuthorFactory(person__email="em@chuyen-bk.edu.vn").entry
        assert conflicts.closeness(judge, mail) is Closeness.SCHOOL
        unit = UnitFactory(name="Trường THPT Chuyên")
        teacher = a_judge(user__person__unit=unit)
        named = AuthorFactory(school="truong thpt chuyên ").entry
        assert conflicts.closeness(teacher, named) is Closeness.SCHOOL
        assert conflicts.closeness(teacher, mail) is None


@pytest.mark.parametrize(
    ("address", "house"),
    [
        ("a@k12.tnu.edu.vn", "@tnu.edu.vn"),
        ("a@tnu.edu.vn", "@tnu.edu.vn"),
        ("a@truong.vn", "@truong.vn"),
        ("a@mail.truong.vn", "@truong.vn"),
        ("a@gmail.com", ""),
        ("a@yahoo.com.vn", ""),
        ("a@EXAMPLE.com", ""),
        ("nothing", ""),
    ],
)
def test_the_house_behind_an_address(address, house):
    assert conflicts.institution_of(address) == house


class TestAside:
    @pytest.fixture
    def row(self):
        row = JudgeAssignmentFactory()
        CriterionFactory(round=row.round)
        return scored(row, 7)

    def say(self, row, now, *, soft, reason="Cùng quê"):
        return conflicts.declare_conflict(
            assignment_id=row.pk, reason=reason, by=row.judge, now=now, soft=soft
        )

    def test_a_disclosed_conflict_waits_for_the_organisers(self, row, now):
        assert not self.say(row, now, soft=True).counts
        for _time in range(2):
            admitted = conflicts.admit(assignment_id=row.pk, by=None, now=now)
        assert admitted.counts
        assert Score.objects.count() == 1

    def test_soft_may_become_hard_and_hard_stays(self, row, now):
        self.say(row, now, soft=True)
        conflicts.admit(assignment_id=row.pk, by=None, now=now)
        hard = self.say(row, now, soft=False, reason="Là em họ")
        assert (hard.aside, hard.conflict, hard.counts) == ("hard", "Là em họ", False)
        assert self.say(row, now, soft=True).aside == "hard"

    def test_only_what_was_disclosed_is_admitted(self, row, now):
        with pytest.raises(Refused) as caught:
            conflicts.admit(assignment_id=row.pk, by=None, now=now)
        assert caught.value.refusal is StaffRefusal.NOT_SOFT

    def test_a_judge_taken_off_leaves_the_scores_on_record(self, row, now):
        """Case 24."""
        for _time in range(2):
            off = conflicts.take_off(
                assignment_id=row.pk, reason="Thay giám khảo", by=None, now=now
            )
        assert (off.aside, off.counts) == ("removed", False)
        assert Score.objects.count() == 1

    def test_nothing_changes_once_the_results_are_public(self, row, now):
        contest = row.round.contest
        contest.results_at = row.round.ends_at
        contest.save()
        with pytest.raises(Refused) as caught:
            conflicts.take_off(
                assignment_id=row.pk, reason="?", by=None, now=row.round.ends_at
            )
        assert caught.value.refusal is StaffRefusal.RESULTS_OUT
