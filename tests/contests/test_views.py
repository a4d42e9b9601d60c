"""Lists, the page of a contest, its results: for everybody, without a token."""

import datetime as dt

import pytest
from django.urls import reverse

from contests.models import Contest
from contests.rules import consent_about
from members import consents
from members.models import Consent
from tests.factories.contests import (
    DAY,
    AuthorFactory,
    AwardFactory,
    ContestFactory,
    CriterionFactory,
    DivisionFactory,
    EntryFactory,
    RoundFactory,
    State,
    an_organiser,
    child,
    guardian_agrees,
    submitted,
)
from tests.factories.members import ConsentFactory, UserFactory

pytestmark = pytest.mark.django_db
NAME = Consent.Purpose.PUBLISH_NAME


def page(response):
    return response.content.decode()


def over(now, **fields):
    times = {"opens_at": now - 30 * DAY, "closes_at": now - 5 * DAY}
    return ContestFactory(**times | fields)


class TestList:
    URL = "/cuoc-thi/"

    def test_open_ones_first_then_those_to_come_then_the_past(self, client, now):
        old = over(now, title="Đã có kết quả", results_at=now - DAY)
        judged = over(now, title="Đang chấm", closes_at=now - DAY)
        coming = ContestFactory(title="Sắp mở", opens_at=now + DAY)
        later = ContestFactory(title="Mở, còn lâu", closes_at=now + 20 * DAY)
        soon = ContestFactory(title="Mở, sắp hết hạn")
        ContestFactory(title="Nháp", state=Contest.State.DRAFT)
        text = page(client.get(self.URL))
        order = [text.index(one.title) for one in (soon, later, coming, judged, old)]
        assert order == sorted(order)
        assert "Nháp" not in text

    def test_it_says_in_words_how_each_stands_and_the_days_left(self, client, now):
        ContestFactory()
        ContestFactory(opens_at=now + DAY)
        over(now)
        over(now, results_at=now)
        text = page(client.get(self.URL))
        for words in (
            "Open for entries",
            "Entries open at",
            "Entries closed, judging",
            "Results are out",
            "<b>10</b>",
        ):
            assert words in text

    def test_an_empty_list_says_what_to_do(self, client):
        assert reverse("news:list") in page(client.get(self.URL))

    @pytest.mark.parametrize("number", [3, 300])
    def test_as_many_questions_for_300_as_for_3(
        self, client, number, django_assert_num_queries
    ):
        unit = ContestFactory().unit
        ContestFactory.create_batch(number - 1, unit=unit)
        with django_assert_num_queries(2):
            client.get(self.URL)

    def test_bad_pages_are_not_found(self, client):
        for wrong in ("0", "2", "abc", "９"):
            assert client.get(self.URL, {"page": wrong}).status_code == 404

    def test_no_token_and_no_cookie(self, client, now):
        contest = over(now, results_at=now)
        for address in (
            self.URL,
            contest.get_absolute_url(),
            reverse("contests:results", args=[contest.slug]),
        ):
            response = client.get(address)
            assert response.status_code == 200
            assert "csrfmiddlewaretoken" not in page(response)
            assert not response.cookies

    def test_the_sitemap_names_it(self, client):
        contest = ContestFactory()
        assert contest.get_absolute_url() in page(client.get("/sitemap.xml"))


class TestContest:
    def test_it_says_all_that_is_needed_to_decide(self, client):
        contest = ContestFactory(rules="<h3>Giải thưởng</h3><script>x()</script>")
        DivisionFactory(contest=contest, name="Bảng A", min_age=11, max_age=15)
        round_ = RoundFactory(contest=contest)
        CriterionFactory(round=round_, name="Tính mới", weight=25)
        text = page(client.get(contest.get_absolute_url()))
        for words in (
            "Bảng A",
            "11 to 15 years old on 01/01/2027",
            "Vòng sơ khảo",
            "Tính mới",
            "<h3>Giải thưởng</h3>",
            "An upload that began before it counts",
            reverse("contests:start", args=[contest.slug]),
        ):
            assert words in text
        assert "x()" not in text

    @pytest.mark.parametrize("number", [1, 3])
    def test_few_questions(self, client, number, django_assert_num_queries):
        contest = ContestFactory()
        for _ in range(number):
            DivisionFactory(contest=contest)
        for order in range(number):
            CriterionFactory(round=RoundFactory(contest=contest, order=order))
        with django_assert_num_queries(7):
            client.get(contest.get_absolute_url())

    def test_a_draft_is_there_for_its_organisers(self, client):
        contest = ContestFactory(state=Contest.State.DRAFT)
        address = contest.get_absolute_url()
        assert client.get(address).status_code == 404
        client.force_login(UserFactory())
        assert client.get(address).status_code == 404
        client.force_login(an_organiser(contest))
        assert client.get(address).status_code == 200

    def test_one_next_step_for_each(self, client, now, time_machine):
        contest = ContestFactory(results_at=now + 20 * DAY)
        address = contest.get_absolute_url()
        user = UserFactory()
        client.force_login(user)
        assert ">Enter<" in page(client.get(address))
        entry = EntryFactory(contest=contest, owner=user)
        assert "Go on with my entry" in page(client.get(address))
        entry.state, entry.submitted_at = State.AWARDED, now
        entry.save()
        AwardFactory(entry=entry, title="Giải Bí Mật")
        text = page(client.get(address))
        assert "See my entry" in text
        assert "Awarded" not in text
        time_machine.move_to(contest.closes_at, tick=False)
        assert "See my entry" in page(client.get(address))
        time_machine.move_to(contest.results_at, tick=False)
        assert "See the results" in page(client.get(address))

    def test_after_the_deadline_nobody_is_led_to_the_form(self, client, now):
        contest = over(now)
        text = page(client.get(contest.get_absolute_url()))
        assert "The judges are at work" in text
        assert reverse("contests:start", args=[contest.slug]) not in text


class TestResults:
    @pytest.fixture
    def contest(self, now):
        return over(now, results_at=now + DAY)

    def winner(self, contest, **fields):
        division = DivisionFactory(contest=contest, name="Bảng C")
        entry = EntryFactory(
            contest=contest,
            division=division,
            in_contest=True,
            state=State.AWARDED,
            title="Chợ phiên trên mạng",
        )
        AwardFactory(entry=entry, title="Giải Nhất")
        AuthorFactory(entry=entry, school="THPT Na Rì", **fields)
        return entry

    def url(self, contest):
        return reverse("contests:results", args=[contest.slug])

    def test_from_its_moment_on_and_not_a_tick_before(
        self, client, contest, time_machine
    ):
        self.winner(contest)
        at = contest.results_at
        time_machine.move_to(at - dt.timedelta(microseconds=1), tick=False)
        assert client.get(self.url(contest)).status_code == 404
        client.force_login(UserFactory())
        assert client.get(self.url(contest)).status_code == 404
        time_machine.move_to(at, tick=False)
        text = page(client.get(self.url(contest)))
        for words in ("Giải Nhất", "Chợ phiên trên mạng", "Bảng C"):
            assert words in text

    def test_organisers_see_a_preview_that_says_so(self, client, contest):
        self.winner(contest)
        client.force_login(an_organiser(contest))
        text = page(client.get(self.url(contest)))
        assert "Only you see this" in text
        assert "noindex" in text

    def test_a_name_and_a_school_only_with_consent(self, client, contest, time_machine):
        time_machine.move_to(contest.results_at, tick=False)
        entry = self.winner(contest)
        person = entry.authors.get().person
        text = page(client.get(self.url(contest)))
        assert person.full_name not in text
        assert "THPT Na Rì" not in text
        assert "name not public" in text
        ConsentFactory(person=person, purpose=NAME, about=consent_about(contest))
        text = page(client.get(self.url(contest)))
        assert person.full_name in text
        assert "THPT Na Rì" in text
        consents.withdraw(
            person=person,
            purpose=NAME,
            about=consent_about(contest),
            now=contest.results_at,
        )
        assert person.full_name not in page(client.get(self.url(contest)))

    def test_a_child_needs_both_and_a_confirmation(self, client, contest, time_machine):
        time_machine.move_to(contest.results_at, tick=False)
        person = child()
        entry = self.winner(contest, person=person)
        about = consent_about(contest)
        ConsentFactory(person=person, purpose=NAME, about=about)
        assert person.full_name not in page(client.get(self.url(contest)))
        guardian_agrees(person, contest, NAME)
        text = page(client.get(self.url(contest)))
        assert person.full_name not in text
        assert "THPT Na Rì" not in text
        ConsentFactory(
            person=person, purpose=NAME, about=about, method=Consent.Method.SCHOOL
        )
        assert person.full_name in page(client.get(self.url(contest)))
        assert entry.code not in page(client.get(self.url(contest)))

    def test_what_left_the_contest_is_gone(self, client, contest, time_machine):
        time_machine.move_to(contest.results_at, tick=False)
        entry = self.winner(contest)
        for state in (State.WITHDRAWN, State.DISQUALIFIED):
            type(entry).objects.update(state=state)
            assert entry.title not in page(client.get(self.url(contest)))

    @pytest.mark.parametrize("number", [1, 3])
    def test_few_questions(
        self, client, contest, time_machine, number, django_assert_num_queries
    ):
        time_machine.move_to(contest.results_at, tick=False)
        division = DivisionFactory(contest=contest)
        for _ in range(number):
            entry = submitted(contest, division=division, state=State.AWARDED)
            AwardFactory(entry=entry)
        with django_assert_num_queries(7):
            assert client.get(self.url(contest)).status_code == 200
