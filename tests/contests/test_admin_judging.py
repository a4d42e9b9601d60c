"""The secretary's desk for judging, and the buttons beside the ranking."""

import pytest
from django.urls import reverse

from contests import rules
from contests.models import JudgeAssignment, RankingRun, Round, Rubric
from tests.factories.contests import (
    DAY,
    AwardFactory,
    ContestFactory,
    CriterionFactory,
    DivisionFactory,
    EntryFactory,
    JudgeAssignmentFactory,
    RoundFactory,
    State,
    a_judge,
    an_organiser,
    scored,
)
from tests.factories.members import UserFactory

pytestmark = pytest.mark.django_db


def page(response):
    return response.content.decode()


@pytest.fixture
def round_():
    round_ = RoundFactory(quorum=1)
    CriterionFactory(round=round_, name="Tính mới", weight=60)
    CriterionFactory(round=round_, name="Trình bày", weight=40)
    return round_


@pytest.fixture
def organiser(client, round_):
    user = an_organiser(round_.contest)
    client.force_login(user)
    return user


@pytest.fixture
def works(round_):
    division = DivisionFactory(contest=round_.contest)
    return EntryFactory.create_batch(
        4, contest=round_.contest, division=division, in_contest=True
    )


def url(name, round_):
    return reverse(f"admin:contests_contest_{name}", args=[round_.contest_id])


class TestJudging:
    def test_a_proposal_is_seen_then_given_as_it_was_seen(
        self, client, organiser, round_, works
    ):
        judges = [a_judge(), a_judge()]
        asked = {"judges": [judge.pk for judge in judges], "division": ""}
        seen = client.post(url("judging", round_), asked | {"propose": "1"})
        assert "Proposal: 4 readings" in page(seen)
        assert not JudgeAssignment.objects.exists()
        plan = seen.context["plan"].fingerprint
        client.post(url("judging", round_), asked | {"apply": "1", "fingerprint": plan})
        assert JudgeAssignment.objects.count() == 4
        text = page(client.get(url("judging", round_)))
        assert "0 of 4 readings are scored" in text

    def test_one_press_asks_for_one_more_reading(
        self, client, organiser, round_, works, time_machine
    ):
        time_machine.move_to(round_.starts_at + DAY, tick=False)
        round_.quorum = 2
        round_.save()
        strict, lenient, third = (a_judge() for _ in range(3))
        for judge, values in ((strict, (2, 2)), (lenient, (9, 9))):
            row = JudgeAssignmentFactory(round=round_, entry=works[0], judge=judge)
            scored(row, *values)
        address, pressed = url("judging", round_), {"read_again": "1"}
        shown = page(client.get(address))
        assert "Give out one more reading of each" in shown
        nobody = page(client.post(address, pressed, follow=True))
        assert f"Nobody of this round is left for 1 work: {works[0].code}" in nobody
        JudgeAssignmentFactory(round=round_, entry=works[1], judge=third)
        done = page(client.post(address, pressed, follow=True))
        assert "1 more reading is given out" in done
        assert JudgeAssignment.objects.filter(entry=works[0], judge=third).exists()
        assert "Give out one more reading of each" not in done

    def test_who_is_no_judge_is_no_choice(self, client, organiser, round_, works):
        stranger = UserFactory()
        asked = {"judges": [stranger.pk], "propose": "1"}
        response = client.post(url("judging", round_), asked)
        assert response.context.get("plan") is None
        assert stranger.person.full_name not in page(response)

    def test_a_disclosed_conflict_is_decided_there(
        self, client, organiser, round_, works
    ):
        row = JudgeAssignmentFactory(
            round=round_, entry=works[0], aside="soft", conflict="Cùng quê"
        )
        assert "Cùng quê" in page(client.get(url("judging", round_)))
        client.post(url("judging", round_), {"row": row.pk, "admit": "1"})
        row.refresh_from_db()
        assert row.counts
        client.post(url("judging", round_), {"row": row.pk, "remove": "1"})
        row.refresh_from_db()
        assert (row.aside, row.counts) == ("removed", False)

    def test_rows_of_another_contest_are_not_touched(
        self, client, organiser, round_, works
    ):
        row = JudgeAssignmentFactory(aside="soft", conflict="Cùng quê")
        for key in (row.pk, "x", ""):
            client.post(url("judging", round_), {"row": key, "admit": "1"})
        row.refresh_from_db()
        assert not row.counts

    def test_only_for_whoever_manages_the_contest(self, client, round_, works):
        for user in (UserFactory(), a_judge(), an_organiser(ContestFactory())):
            client.force_login(user)
            assert client.get(url("judging", round_)).status_code in {302, 403, 404}

    @pytest.mark.parametrize("number", [3, 100])
    def test_few_questions_however_many(
        self, client, organiser, round_, number, django_assert_max_num_queries
    ):
        division = DivisionFactory(contest=round_.contest)
        judges = [a_judge() for _ in range(3)]
        owner = UserFactory()
        for entry in EntryFactory.create_batch(
            number,
            contest=round_.contest,
            division=division,
            in_contest=True,
            owner=owner,
        ):
            for judge in judges:
                JudgeAssignmentFactory(round=round_, entry=entry, judge=judge)
        with django_assert_max_num_queries(12):
            assert client.get(url("judging", round_)).status_code == 200


class TestButtons:
    def press(self, client, round_, **data):
        return client.post(url("ranking", round_), data, follow=True)

    def test_from_the_fixed_ranking_to_the_announced_list(
        self, client, organiser, round_, works, time_machine
    ):
        for number, work in enumerate(works):
            row = JudgeAssignmentFactory(round=round_, entry=work)
            scored(row, number, number)
        time_machine.move_to(round_.ends_at, tick=False)
        client.force_login(organiser)
        assert "as scores stand now" in page(self.press(client, round_, do="fix"))
        assert RankingRun.objects.get().made_by == organiser
        self.press(client, round_, do="shortlist", size=2, ties="all")
        works[3].refresh_from_db()
        assert works[3].state == State.SHORTLISTED
        public = reverse("contests:shortlist", args=[round_.contest.slug])
        client.logout()
        assert client.get(public).status_code == 404
        client.force_login(organiser)
        self.press(client, round_, do="announce")
        client.logout()
        text = page(client.get(public))
        assert works[3].title in text
        assert works[0].title not in text
        assert works[3].owner.person.full_name not in text  # no consent, no name

    def test_results_are_published_once_what_follows_was_shown(
        self, client, organiser, round_, works, time_machine
    ):
        text = page(self.press(client, round_, do="release"))
        assert "Judging is still going on" in text or "entries have closed" in text
        assert 'value="release"' not in text
        scored(JudgeAssignmentFactory(round=round_, entry=works[0]), 8, 6)
        AwardFactory(entry=works[0])
        type(works[0]).objects.filter(pk=works[0].pk).update(state=State.AWARDED)
        time_machine.move_to(round_.ends_at, tick=False)
        client.force_login(organiser)
        text = page(self.press(client, round_, do="release"))
        assert f"Works with a prize: 1 of {len(works)}" in text
        assert f"Works with too few scores: {len(works) - 1}" in text
        contest = type(round_.contest).objects.get(pk=round_.contest_id)
        assert not rules.results_public(contest, now=round_.ends_at)
        self.press(client, round_, do="release", sure=1)
        contest.refresh_from_db()
        assert rules.results_public(contest, now=round_.ends_at)

    @pytest.mark.parametrize("what", ["", "nothing", "shortlist"])
    def test_a_made_up_button_does_nothing(
        self, client, organiser, round_, works, what
    ):
        assert self.press(client, round_, do=what).status_code == 200
        assert not RankingRun.objects.exists()


def test_other_weights_are_given_with_a_reason(client, organiser, round_, works):
    scored(JudgeAssignmentFactory(round=round_, entry=works[0]), 8, 6)
    address = reverse("admin:contests_round_weights", args=[round_.pk])
    assert "Tính mới" in page(client.get(address))
    first, second = round_.criteria.all()
    data = {f"weight-{first.pk}": 50, f"weight-{second.pk}": 50}
    client.post(address, data)
    assert Round.objects.get().rubric == 1
    client.post(address, data | {"reason": "Thể lệ sửa đổi"})
    assert Round.objects.get().rubric == 2
    assert Rubric.objects.count() == 2
    change = reverse("admin:contests_round_change", args=[round_.pk])
    assert "Thể lệ sửa đổi" in page(client.get(change))


def test_after_the_first_score_only_weights_change(client, organiser, round_, works):
    """A made-up form changes neither names nor highest scores; the page says why."""
    scored(JudgeAssignmentFactory(round=round_, entry=works[0]), 6, 4)
    first, second = round_.criteria.all()
    address = reverse("admin:contests_round_change", args=[round_.pk])
    assert "highest scores stay as they are" in page(client.get(address))
    data = {
        "kind": round_.kind,
        "name": "Vòng một",
        "order": "0",
        "starts_at_0": "03/12/2026",
        "starts_at_1": "09:00",
        "ends_at_0": "17/12/2026",
        "ends_at_1": "09:00",
        "quorum": "1",
        "blind": "on",
        "ranked_by": "raw",
        "criteria-TOTAL_FORMS": "2",
        "criteria-INITIAL_FORMS": "2",
    }
    for number, one in enumerate((first, second)):
        stem = f"criteria-{number}"
        data |= {f"{stem}-id": one.pk, f"{stem}-round": round_.pk}
        data |= {f"{stem}-name": "Khác", f"{stem}-weight": "50"}
        data |= {f"{stem}-maximum": "100", f"{stem}-order": "9"}
    answer = client.post(address, data)
    assert answer.status_code == 302
    round_.refresh_from_db()
    assert round_.name == "Vòng một"
    kept = [(one.name, one.weight, one.maximum) for one in round_.criteria.all()]
    assert kept == [("Tính mới", 60, 10), ("Trình bày", 40, 10)]
