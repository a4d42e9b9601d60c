"""Minutes, score sheets and the table for Excel."""

import io

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from contests.models import RankingRun
from contests.ranking import papers, runs
from tests.factories.contests import (
    CriterionFactory,
    DivisionFactory,
    EntryFactory,
    JudgeAssignmentFactory,
    RoundFactory,
    a_judge,
    an_organiser,
    scored,
)
from tests.factories.members import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def round_():
    round_ = RoundFactory(quorum=2)
    CriterionFactory(round=round_, weight=100)
    division = DivisionFactory(contest=round_.contest, name="Bảng A")
    judges = [a_judge(), a_judge()]
    for value in range(6):
        entry = EntryFactory(
            contest=round_.contest,
            division=division,
            in_contest=True,
            title=f"=CMD() {value}",
        )
        for judge in judges:
            scored(
                JudgeAssignmentFactory(round=round_, entry=entry, judge=judge), value
            )
    return round_


@pytest.fixture
def run(round_, now):
    return runs.fix(round_id=round_.pk, by=None, now=now)


def words_of(press, monkeypatch, make):
    """What goes on the paper; the press itself is asked, too."""
    seen = {}
    real = press.pdf

    def look(words, *, at):
        seen.update(words)
        return real(words, at=at)

    monkeypatch.setattr(press, "pdf", look)
    made = make()
    assert made.startswith(b"%PDF")
    return seen


def test_the_minutes_say_who_how_and_what(run, now, monkeypatch):
    words = words_of(papers.MINUTES, monkeypatch, lambda: papers.minutes(run, now=now))
    [table] = words["tables"]
    assert table["name"] == "Bảng A"
    assert [row[0] for row in table["rows"]] == ["1", "2", "3", "4", "5", "6"]
    facts = dict(map(tuple, words["facts"]))
    assert run.inputs_hash[:16] in facts.values()


def test_printed_again_the_minutes_are_the_same_bytes(run, now):
    later = RankingRun.objects.get(pk=run.pk)
    assert papers.minutes(run, now=now) == papers.minutes(later, now=now)


def test_a_judges_sheet_has_what_that_judge_gave(round_, now, monkeypatch):
    judge = round_.assignments.first().judge
    words = words_of(
        papers.SHEET, monkeypatch, lambda: papers.score_sheet(round_, judge, now=now)
    )
    assert len(words["rows"]) == 6
    assert {row["points"] for row in words["rows"]} == {
        "0.00",
        "10.00",
        "20.00",
        "30.00",
        "40.00",
        "50.00",
    } or {row["points"] for row in words["rows"]} == {
        "0,00",
        "10,00",
        "20,00",
        "30,00",
        "40,00",
        "50,00",
    }


class TestAdmin:
    def run_url(self, run, ending):
        return reverse(
            "admin:contests_contest_run", args=[run.round.contest_id, run.pk, ending]
        )

    def test_they_leave_as_attachments(self, client, run):
        client.force_login(an_organiser(run.round.contest))
        for ending in ("pdf", "xlsx"):
            response = client.get(self.run_url(run, ending))
            assert response["Content-Disposition"].startswith("attachment")
        book = load_workbook(io.BytesIO(response.content))
        [_head, first, *_rest] = book.active.values
        assert first[3] == "=CMD() 5"  # words, not a formula
        assert first[4] == 50
        assert client.get(self.run_url(run, "exe")).status_code == 404

    def test_only_for_whoever_manages_the_contest(self, client, run, round_):
        judge = round_.assignments.first().judge
        sheet = reverse(
            "admin:contests_contest_sheet",
            args=[round_.contest_id, round_.pk, judge.pk],
        )
        stranger = an_organiser(RoundFactory().contest)
        for user in (judge, UserFactory(), stranger):
            client.force_login(user)
            for url in (self.run_url(run, "pdf"), sheet):
                assert client.get(url).status_code in {302, 403, 404}
        client.force_login(an_organiser(round_.contest))
        assert client.get(sheet).status_code == 200
