"""The organisers' desk: scope, filters, private download, judges, prizes."""

import datetime as dt

import pytest
from django.urls import reverse

from contests.models import (
    Award,
    Contest,
    Criterion,
    Entry,
    EntryFile,
    JudgeAssignment,
    Round,
    Score,
    Shortlisted,
)
from contests.ranking import runs
from members.models import Role
from tests.factories.contests import (
    DAY,
    AuthorFactory,
    ContestFactory,
    CriterionFactory,
    DivisionFactory,
    EntryFactory,
    EntryFileFactory,
    JudgeAssignmentFactory,
    RoundFactory,
    State,
    a_judge,
    child,
    complete,
    guardian_agrees,
    scored,
    submitted,
)
from tests.factories.members import AssignmentFactory, UnitFactory, UserFactory
from vietnam.dates import local

pytestmark = pytest.mark.django_db
LIST = "admin:contests_entry_changelist"


@pytest.fixture
def unit():
    return UnitFactory()


@pytest.fixture
def organiser(client, unit):
    user = AssignmentFactory(role=Role.CONTEST_ORGANISER, unit=unit).user
    client.force_login(user)
    return user


@pytest.fixture
def contest(unit):
    return ContestFactory(unit=unit)


def page(response):
    return response.content.decode()


def messages_of(response):
    return [str(message) for message in response.context["messages"]]


def moment(name, value):
    here = local(value)
    return {f"{name}_0": f"{here:%d/%m/%Y}", f"{name}_1": f"{here:%H:%M:%S}"}


def codes(response):
    return {row.code for row in response.context["cl"].result_list}


def act(client, name, *entries, **more):
    data = {"action": name, "_selected_action": [entry.pk for entry in entries]}
    return client.post(reverse(LIST), data | more, follow=True)


class TestScope:
    def test_each_sees_the_contests_of_their_units(
        self, client, organiser, unit, contest
    ):
        mine = submitted(ContestFactory(unit=UnitFactory(parent=unit)))
        theirs = submitted()
        assert codes(client.get(reverse(LIST))) == {mine.code}
        for entry, status in ((mine, 200), (theirs, 302)):
            address = reverse("admin:contests_entry_change", args=[entry.pk])
            assert client.get(address).status_code == status
        for name, status in (("ranking", 404), ("change", 302)):
            address = reverse(
                f"admin:contests_contest_{name}", args=[theirs.contest.pk]
            )
            assert client.get(address).status_code == status
        # A forged choice of rows goes nowhere.
        act(client, "disqualify", theirs, apply="1", reason="x")
        theirs.refresh_from_db()
        assert theirs.state == State.SUBMITTED

    @pytest.mark.parametrize("role", [Role.JUDGE, Role.EDITOR, Role.UNIT_SECRETARY])
    def test_other_roles_do_not_enter(self, client, unit, contest, role):
        client.force_login(AssignmentFactory(role=role, unit=unit).user)
        response = client.get(reverse(LIST))
        assert response.status_code in {302, 403}

    def test_nothing_is_edited_by_hand(self, client, organiser, contest):
        entry = submitted(contest)
        address = reverse("admin:contests_entry_change", args=[entry.pk])
        client.post(address, {"title": "Đổi tên", "state": "awarded"})
        entry.refresh_from_db()
        assert (entry.state, entry.title) == (State.SUBMITTED, entry.title)
        assert entry.title != "Đổi tên"


class TestList:
    @pytest.mark.parametrize(
        "term", ["cho phien tren", "Chợ phiên", "luong bich diep", "CODE"]
    )
    def test_search_by_code_title_and_author_without_accents(
        self, client, organiser, contest, term
    ):
        entry = submitted(contest, title="Chợ phiên trên mạng")
        for name in ("Lường Bích Diệp", "Lường Bích Điệp"):
            AuthorFactory(entry=entry, person__full_name=name)
        submitted(contest)
        term = entry.code if term == "CODE" else term
        response = client.get(reverse(LIST), {"q": term})
        assert [row.code for row in response.context["cl"].result_list] == [entry.code]

    def test_the_filters(self, client, organiser, contest):
        division = DivisionFactory(contest=contest, min_age=11, max_age=15)
        bare = EntryFactory(contest=contest, title="", division=division)
        whole = submitted(contest)
        young = complete(contest, owner=UserFactory(person=child()))
        allowed = complete(contest, owner=UserFactory(person=child()))
        guardian_agrees(allowed.owner.person, contest)
        unknown = complete(contest)
        unknown.authors.get().person.__class__.objects.filter(
            pk=unknown.authors.get().person_id
        ).update(birth_date=None, birth_year=None)
        RoundFactory(contest=contest)

        def found(**query):
            return codes(client.get(reverse(LIST), query))

        assert found(missing="texts") == {bare.code}
        assert found(missing="authors") == {bare.code}
        assert found(missing="files") == {bare.code}
        assert found(missing="guardian") == {young.code, unknown.code}
        assert found(missing="judges") == {whole.code}
        assert found(state__exact="submitted") == {whole.code}
        query = {"contest__id__exact": contest.pk, "division": division.pk}
        assert found(**query) == {bare.code}

    @pytest.mark.parametrize("number", [3, 50])
    def test_as_many_questions_for_50_as_for_3(
        self, client, organiser, contest, number, django_assert_max_num_queries
    ):
        round_ = RoundFactory(contest=contest)
        judge = a_judge()
        for _ in range(number):
            entry = submitted(contest)
            JudgeAssignmentFactory(round=round_, entry=entry, judge=judge)
        with django_assert_max_num_queries(12):
            assert len(codes(client.get(reverse(LIST)))) == number

    def test_three_hundred_fill_pages(
        self, client, organiser, contest, django_assert_max_num_queries
    ):
        division, owner = DivisionFactory(contest=contest), UserFactory()
        EntryFactory.create_batch(300, contest=contest, division=division, owner=owner)
        with django_assert_max_num_queries(12):
            assert len(codes(client.get(reverse(LIST)))) == 50

    def test_a_private_download(self, client, organiser, contest):
        entry = submitted(contest)
        locked = EntryFileFactory(entry=entry, state=EntryFile.State.QUARANTINED)
        address = reverse("admin:contests_entry_change", args=[entry.pk])
        text = page(client.get(address))
        for row in entry.files.all():
            link = reverse("contests:download", args=[entry.code, row.pk])
            assert (link in text) is (row != locked)


class TestActions:
    def test_taking_out_asks_why(self, client, organiser, contest):
        entry = submitted(contest)
        response = act(client, "disqualify", entry)
        assert "Reason" in page(response)
        assert entry.code in page(response)
        response = act(client, "disqualify", entry, apply="1", reason="")
        entry.refresh_from_db()
        assert entry.state == State.SUBMITTED
        act(client, "disqualify", entry, apply="1", reason="Chép bài đã đăng.")
        entry.refresh_from_db()
        assert (entry.state, entry.note) == (State.DISQUALIFIED, "Chép bài đã đăng.")
        act(client, "reinstate", entry)
        entry.refresh_from_db()
        assert entry.state == State.SUBMITTED

    def test_what_cannot_be_done_is_told(self, client, organiser, contest):
        draft = EntryFactory(contest=contest)
        response = act(client, "disqualify", draft, apply="1", reason="x")
        assert any("does not take part" in text for text in messages_of(response))

    def test_assigning_judges(self, client, organiser, contest):
        round_ = RoundFactory(contest=contest)
        entries = [submitted(contest), submitted(contest)]
        judge, close = a_judge(), a_judge()
        AuthorFactory(entry=entries[0], person=close.person)
        text = page(act(client, "assign", *entries))
        assert judge.person.full_name in text
        choice = {"apply": "1", "round": round_.pk, "judges": [judge.pk, close.pk]}
        response = act(client, "assign", *entries, **choice)
        assert JudgeAssignment.objects.count() == 3
        texts = messages_of(response)
        assert "3 assignments made." in texts
        assert any("too close" in text for text in texts)

    def test_only_judges_are_offered(self, client, organiser, contest):
        RoundFactory(contest=contest)
        stranger = UserFactory()
        entry = submitted(contest)
        text = page(act(client, "assign", entry))
        assert stranger.person.full_name not in text
        choice = {"apply": "1", "round": contest.rounds.get().pk}
        act(client, "assign", entry, judges=[stranger.pk], **choice)
        assert not JudgeAssignment.objects.exists()

    def test_of_one_contest_at_a_time(self, client, organiser, unit, contest):
        other = submitted(ContestFactory(unit=unit))
        response = act(client, "assign", submitted(contest), other)
        assert "Choose entries of one contest only." in messages_of(response)


def contest_form(contest, divisions=(), rounds=(), **changes):
    data = {
        "title": contest.title,
        "summary": contest.summary,
        "rules": contest.rules,
        "min_authors": contest.min_authors,
        "max_authors": contest.max_authors,
        "max_files": contest.max_files,
        "max_file_mb": contest.max_file_mb,
        "unit": contest.unit_id,
        "contact": "",
        "appeal_days": contest.appeal_days,
        "vote_picks": contest.vote_picks,
        "vote_weight": contest.vote_weight,
        "slug": contest.slug,
    }
    for name in ("opens_at", "closes_at"):
        data |= moment(name, changes.pop(name, getattr(contest, name)))
    for prefix, rows in (
        ("divisions", divisions),
        ("rounds", rounds),
        ("questions", []),
    ):
        data |= {
            f"{prefix}-TOTAL_FORMS": len(rows),
            f"{prefix}-INITIAL_FORMS": sum(bool(row.pk) for row in rows),
        }
        for number, row in enumerate(rows):
            data |= {
                f"{prefix}-{number}-id": row.pk or "",
                f"{prefix}-{number}-contest": contest.pk or "",
                f"{prefix}-{number}-name": row.name,
                f"{prefix}-{number}-order": row.order,
            }
    for prefix in ("fields", "prizes", "contacts"):
        data |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
    for number, row in enumerate(divisions):
        data |= {
            f"divisions-{number}-min_age": row.min_age,
            f"divisions-{number}-max_age": row.max_age,
            f"divisions-{number}-age_on": f"{row.age_on:%d/%m/%Y}",
        }
    for number, row in enumerate(rounds):
        data |= moment(f"rounds-{number}-starts_at", row.starts_at)
        data |= moment(f"rounds-{number}-ends_at", row.ends_at)
        data |= {
            f"rounds-{number}-kind": row.kind,
            f"rounds-{number}-quorum": 3,
            f"rounds-{number}-blind": "on",
        }
    return data | changes


class TestContest:
    def url(self, contest, name="change"):
        return reverse(f"admin:contests_contest_{name}", args=[contest.pk])

    def test_a_new_one_with_divisions_and_rounds_is_a_draft(
        self, client, organiser, unit
    ):
        new = ContestFactory.build(unit=unit, slug="", title="Ý tưởng số")
        data = contest_form(
            new,
            [DivisionFactory.build(contest=new)],
            [RoundFactory.build(contest=new)],
        )
        client.post(reverse("admin:contests_contest_add"), data)
        contest = Contest.objects.get()
        assert (contest.state, contest.slug) == ("draft", "y-tuong-so")
        assert contest.divisions.count() == contest.rounds.count() == 1

    def test_no_contest_takes_the_address_of_the_entries(self, client, organiser, unit):
        new = ContestFactory.build(unit=unit, slug="bai-thi")
        client.post(reverse("admin:contests_contest_add"), contest_form(new))
        assert not Contest.objects.exists()
        new = ContestFactory.build(unit=unit, slug="", title="Bài thi")
        client.post(reverse("admin:contests_contest_add"), contest_form(new))
        assert Contest.objects.get().slug == "bai-thi-2"

    def test_publishing_needs_weights_of_100(self, client, organiser, unit):
        contest = ContestFactory(unit=unit, state=Contest.State.DRAFT)
        division = DivisionFactory(contest=contest)
        round_ = RoundFactory(contest=contest)
        criterion = CriterionFactory(round=round_, weight=90)
        data = contest_form(contest, [division], [round_], _publish="1")
        response = client.post(self.url(contest), data, follow=True)
        assert any("add up to 100" in text for text in messages_of(response))
        Criterion.objects.filter(pk=criterion.pk).update(weight=100)
        client.post(self.url(contest), data)
        contest.refresh_from_db()
        assert contest.state == Contest.State.PUBLISHED

    def test_judging_before_the_deadline_is_refused(self, client, organiser, contest):
        round_ = RoundFactory(contest=contest)
        data = contest_form(contest, [], [round_], closes_at=round_.starts_at + DAY)
        response = client.post(self.url(contest), data)
        assert "Judging must start when entries have closed" in page(response)

    def test_a_deadline_after_the_results_is_refused(self, client, organiser, contest):
        contest.results_at = contest.closes_at + DAY
        contest.save()
        data = contest_form(contest, closes_at=contest.closes_at + 2 * DAY)
        response = client.post(self.url(contest), data)
        assert "Move them first" in page(response)

    def test_what_was_public_is_not_deleted(self, client, organiser, contest):
        client.post(self.url(contest, "delete"), {"post": "yes"})
        assert Contest.objects.filter(pk=contest.pk).exists()

    def test_criteria_are_frozen_by_the_first_score(self, client, organiser, contest):
        round_ = RoundFactory(contest=contest)
        CriterionFactory(round=round_, name="Tính mới")
        address = reverse("admin:contests_round_change", args=[round_.pk])
        assert 'name="criteria-0-weight"' in page(client.get(address))
        entry = submitted(contest)
        scored(JudgeAssignmentFactory(round=round_, entry=entry), 5)
        assert 'name="criteria-0-weight"' not in page(client.get(address))

    def test_the_form_asks_few_questions(
        self, client, organiser, contest, django_assert_max_num_queries
    ):
        for order in range(3):
            DivisionFactory(contest=contest)
            RoundFactory(contest=contest, order=order)
        with django_assert_max_num_queries(15):
            assert client.get(self.url(contest)).status_code == 200


class TestRanking:
    @pytest.fixture
    def round_(self, contest):
        round_ = RoundFactory(contest=contest)
        CriterionFactory(round=round_)
        return round_

    def url(self, contest):
        return reverse("admin:contests_contest_ranking", args=[contest.pk])

    def judged(self, round_, *values, **fields):
        entry = submitted(round_.contest, **fields)
        for value in values:
            scored(JudgeAssignmentFactory(round=round_, entry=entry), value)
        return entry

    def test_places_spread_and_warnings(
        self, client, organiser, contest, round_, time_machine
    ):
        division = DivisionFactory(contest=contest)
        self.judged(round_, 9, 8, title="Giỏi", division=division)
        self.judged(round_, 3, 9, title="Trái ý", division=division)
        self.judged(round_, 5, title="Ít người chấm", division=division)
        time_machine.move_to(round_.ends_at, tick=False)
        client.force_login(organiser)
        text = page(client.get(self.url(contest)))
        order = [text.index(name) for name in ("Giỏi", "Trái ý", "Ít người chấm")]
        assert order == sorted(order)
        for words in (
            "85.00",
            "60.00",
            "judges far apart",
            "too few scores",
            "3 entrants",
        ):
            assert words in text

    def test_a_line_that_was_kept_says_what_holds_now(
        self, client, organiser, contest, round_
    ):
        """Written past every action, as an import or an erasure would."""

        def lines():
            text = page(client.get(self.url(contest)))
            return text.partition("<tbody>")[2].partition("</tbody>")[0]

        entry = self.judged(round_, 9, title="Tên cũ")
        assert "Tên cũ" in lines()
        assert "90.00" in lines()
        Entry.objects.filter(pk=entry.pk).update(title="<i>Tên mới")
        assert "&lt;i&gt;Tên mới" in lines()
        assert "Tên cũ" not in lines()
        Score.objects.update(value=1)
        assert "10.00" in lines()
        assert "90.00" not in lines()
        assert "goes on" not in lines()
        run = runs.fix(round_id=round_.pk, by=None, now=round_.ends_at)
        Round.objects.update(kind=Round.Kind.PRELIMINARY)
        Shortlisted.objects.create(round=round_, entry=entry, run=run)
        assert "goes on" in lines()
        assert "too few scores" in lines()
        Round.objects.update(quorum=1)
        assert "too few scores" not in lines()
        Entry.objects.update(state=State.WITHDRAWN)
        assert "Tên mới" not in lines()

    def test_prizes_are_given_and_taken_away(
        self, client, organiser, contest, round_, time_machine
    ):
        entry = self.judged(round_, 9)
        time_machine.move_to(contest.closes_at, tick=False)
        client.force_login(organiser)
        client.post(self.url(contest), {f"award-{entry.pk}": "Giải Nhất"})
        award = Award.objects.first()
        if award is None:  # the catalogue may not have the prizes yet
            client.post(self.url(contest), {f"award-{entry.pk}": "First prize"})
            award = Award.objects.get()
        assert award.order == 1
        assert Entry.objects.get().state == State.AWARDED
        client.post(self.url(contest), {f"award-{entry.pk}": ""})
        assert not Award.objects.exists()

    def test_a_made_up_prize_is_no_choice(
        self, client, organiser, contest, round_, time_machine
    ):
        entry = self.judged(round_, 9)
        time_machine.move_to(contest.closes_at, tick=False)
        client.force_login(organiser)
        client.post(self.url(contest), {f"award-{entry.pk}": "<b>Giải</b>"})
        assert not Award.objects.exists()

    def test_the_moment_is_set_and_said(self, client, organiser, contest, round_):
        self.judged(round_, 9)
        assert "No moment is set" in page(client.get(self.url(contest)))
        at = contest.closes_at + 20 * DAY
        data = {"do": "results"} | moment("moment", at)
        client.post(self.url(contest), data)
        contest.refresh_from_db()
        assert contest.results_at == at
        assert "1 entrant gets a letter" in page(client.get(self.url(contest)))

    def test_a_moment_before_the_deadline_is_refused(
        self, client, organiser, contest, round_
    ):
        early = contest.closes_at - dt.timedelta(seconds=1)
        data = {"do": "results"} | moment("moment", early)
        response = client.post(self.url(contest), data)
        assert any("once entries have closed" in t for t in messages_of(response))
        contest.refresh_from_db()
        assert contest.results_at is None

    @pytest.mark.parametrize("number", [3, 300])
    def test_as_many_questions_for_300_as_for_3(
        self, client, organiser, contest, round_, number, django_assert_max_num_queries
    ):
        judge, owner = a_judge(), UserFactory()
        division = DivisionFactory(contest=contest)
        for entry in EntryFactory.create_batch(
            number,
            contest=contest,
            division=division,
            owner=owner,
            in_contest=True,
        ):
            JudgeAssignmentFactory(round=round_, entry=entry, judge=judge)
        with django_assert_max_num_queries(12):
            assert client.get(self.url(contest)).status_code == 200
