"""Judges score what is theirs, and nothing tells them who made it."""

import datetime as dt
from urllib.parse import unquote

import pytest
from django.urls import reverse

from contests.judging import assigning
from contests.models import EntryFile, JudgeAssignment, Score
from mail.models import Letter
from tests.factories import files as samples
from tests.factories.contests import (
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
    an_organiser,
    scored,
    submitted,
)
from tests.factories.members import PersonFactory, UnitFactory, UserFactory

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
TICK = dt.timedelta(microseconds=1)


def page(response):
    return response.content.decode()


def url(name, assignment, *args):
    return reverse(f"judging:{name}", args=[assignment.pk, *args])


@pytest.fixture
def round_(time_machine):
    round_ = RoundFactory()
    CriterionFactory(round=round_, name="Tính mới", weight=60)
    CriterionFactory(round=round_, name="Trình bày", weight=40, maximum=20)
    time_machine.move_to(round_.starts_at, tick=False)
    return round_


@pytest.fixture
def judge(client):
    judge = a_judge()
    client.force_login(judge)
    return judge


@pytest.fixture
def assignment(round_, judge):
    entry = submitted(round_.contest)
    return JudgeAssignmentFactory(round=round_, entry=entry, judge=judge)


def score_form(assignment, *values, **extra):
    criteria = assignment.round.criteria.all()
    pairs = zip(criteria, values, strict=False)
    return {f"criterion-{one.pk}": value for one, value in pairs} | extra


class TestList:
    URL = "/cham-thi/"

    def test_what_is_over_comes_last_with_what_one_gave(
        self, client, judge, round_, time_machine
    ):
        first = JudgeAssignmentFactory(round=round_, judge=judge)
        scored(first, 5, 7)
        time_machine.move_to(round_.ends_at, tick=False)
        client.force_login(judge)
        later = RoundFactory(
            contest=ContestFactory(
                opens_at=round_.ends_at - 9 * DAY, closes_at=round_.ends_at - DAY
            ),
            starts_at=round_.ends_at,
            ends_at=round_.ends_at + DAY,
        )
        JudgeAssignmentFactory(round=later, judge=judge)
        shown = client.get(self.URL).context["rounds"]
        assert [one["round"] for one in shown] == [later, round_]
        text = " ".join(page(client.get(url("assignment", first))).split())
        assert "<dd> 5 </dd>" in text
        assert "<dd> 7 </dd>" in text

    def test_ones_own_and_the_progress(self, client, judge, round_):
        mine = [JudgeAssignmentFactory(round=round_, judge=judge) for _ in range(3)]
        scored(mine[0], 5, 5)
        other = JudgeAssignmentFactory(round=round_)
        text = page(client.get(self.URL))
        for one in mine:
            assert one.entry.title in text
            assert one.blind_code in text
        assert other.entry.title not in text
        assert "1 of 3 scored" in text

    def test_my_page_leads_judges_there_and_nobody_else(self, client, judge):
        link = f'href="{self.URL}"'
        assert link in page(client.get("/ca-nhan/"))
        client.force_login(UserFactory())
        assert link not in page(client.get("/ca-nhan/"))

    def test_who_is_no_judge_finds_nothing(self, client, round_):
        assert client.get(self.URL).status_code == 302
        for user in (UserFactory(), an_organiser(round_.contest)):
            client.force_login(user)
            assert client.get(self.URL).status_code == 404

    def test_nothing_before_entries_are_locked(self, client, assignment, time_machine):
        closes = assignment.round.contest.closes_at
        time_machine.move_to(closes - TICK, tick=False)
        client.force_login(assignment.judge)
        assert assignment.entry.title not in page(client.get(self.URL))
        assert client.get(url("assignment", assignment)).status_code == 404

    def test_a_title_is_hidden_after_stepping_back(self, client, assignment):
        assignment.aside, assignment.conflict = "hard", "Người nhà"
        assignment.save()
        text = page(client.get(self.URL))
        assert assignment.entry.title not in text
        assert "You do not score this one" in text

    @pytest.mark.parametrize("number", [3, 300])
    def test_as_many_questions_for_300_as_for_3(
        self, client, judge, round_, number, django_assert_num_queries
    ):
        owner = UserFactory()
        division = DivisionFactory(contest=round_.contest)
        for entry in EntryFactory.create_batch(
            number,
            contest=round_.contest,
            division=division,
            owner=owner,
            in_contest=True,
        ):
            JudgeAssignmentFactory(round=round_, judge=judge, entry=entry)
        with django_assert_num_queries(7):
            client.get(self.URL)


class TestScore:
    def test_it_is_kept_with_a_comma_or_a_point(self, client, assignment):
        form = score_form(assignment, "8,5", "15.25", comment="Rõ ràng")
        from portal.language import COOKIE

        client.cookies[COOKIE] = "vi"
        response = client.post(url("assignment", assignment), form)
        assert response["Location"] == reverse("judging:list")
        values = [float(score.value) for score in Score.objects.all()]
        assert values == [8.5, 15.25]
        text = page(client.get(url("assignment", assignment)))
        assert 'value="8,5' in text
        assert "Rõ ràng" in text

    @pytest.mark.parametrize(
        "values",
        [
            ("8", ""),
            ("10.01", "5"),
            ("-1", "5"),
            ("abc", "5"),
            ("NaN", "5"),
            ("8.555", "5"),
        ],
    )
    def test_a_wrong_score_is_given_back_with_all_the_rest(
        self, client, assignment, values
    ):
        form = score_form(assignment, *values, comment="Nhận xét dài")
        response = client.post(url("assignment", assignment), form)
        assert response.status_code == 200
        assert "Nhận xét dài" in page(response)
        assert f'value="{values[0]}"' in page(response)
        assert not Score.objects.exists()

    def test_what_was_typed_survives_the_end_of_the_round(
        self, client, assignment, time_machine
    ):
        time_machine.move_to(assignment.round.ends_at, tick=False)
        client.force_login(assignment.judge)
        form = score_form(assignment, "7", "7", comment="Chấm dở")
        response = client.post(url("assignment", assignment), form)
        assert response.status_code == 409
        assert "Chấm dở" in page(response)
        assert "Scoring is over" in page(response)
        assert not Score.objects.exists()

    def test_another_judges_entry_is_not_there(self, client, assignment):
        client.force_login(a_judge())
        form = score_form(assignment, "7", "7")
        row = EntryFile.objects.get()
        assert row.entry == assignment.entry
        for address in (
            url("assignment", assignment),
            url("conflict", assignment),
            url("download", assignment, 1),
        ):
            assert client.get(address).status_code == 404
        assert client.post(url("assignment", assignment), form).status_code == 404
        assert not Score.objects.exists()

    def test_stepping_back_closes_the_work_at_once(self, client, assignment):
        page_before = page(client.get(url("assignment", assignment)))
        assert assignment.entry.summary in page_before
        assert "There is something to correct" in page(
            client.post(url("conflict", assignment), {"reason": ""})
        )
        client.post(
            url("conflict", assignment), {"kind": "hard", "reason": "Học trò cũ"}
        )
        assignment.refresh_from_db()
        assert assignment.conflict == "Học trò cũ"
        text = page(client.get(url("assignment", assignment)))
        assert assignment.entry.summary not in text
        assert assignment.entry.title not in text
        assert client.get(url("download", assignment, 1)).status_code == 404

    def test_a_withdrawn_entry_is_gone(self, client, assignment):
        type(assignment.entry).objects.update(state=State.WITHDRAWN)
        text = page(client.get(url("assignment", assignment)))
        assert assignment.entry.title not in text
        assert client.get(url("download", assignment, 1)).status_code == 404

    def test_judge_and_author_with_two_addresses(self, client, round_, judge):
        """Case 24: found out late, the work is closed without anybody's doing."""
        entry = submitted(round_.contest)
        row = JudgeAssignmentFactory(round=round_, entry=entry, judge=judge)
        name, _at, host = judge.email.partition("@")
        person = PersonFactory(email=f"{name}+hoc@{host}")
        AuthorFactory(entry=entry, person=person)
        text = page(client.get(url("assignment", row)))
        assert entry.title not in text
        assert "too close" in text
        response = client.post(url("assignment", row), score_form(row, "9", "9"))
        assert response.status_code == 409
        assert not Score.objects.exists()


# What could tell who entered, in every place where it could stand.
SECRETS = {
    "author": "Lường Bích Diệp",
    "co-author": "Đàm Khắc Vũ",
    "school": "THPT Chuyên Bí Ẩn",
    "unit": "Đoàn xã Không Ai Biết",
    "mail": "bich.diep.1999@example.com",
    "file": "Bài của Lường Bích Diệp.pdf",
    "note": "Ghi chú riêng của ban tổ chức",
}


class TestBlind:
    @pytest.fixture
    def assignment(self, client, judge, round_, now):
        owner = UserFactory(
            email=SECRETS["mail"],
            person__full_name=SECRETS["author"],
            person__unit=UnitFactory(name=SECRETS["unit"]),
        )
        entry = EntryFactory(
            contest=round_.contest,
            in_contest=True,
            owner=owner,
            title="Chợ phiên trên mạng",
            note=SECRETS["note"],
        )
        AuthorFactory(entry=entry, person=owner.person, school=SECRETS["school"])
        AuthorFactory(entry=entry, person__full_name=SECRETS["co-author"])
        for _ in range(2):
            EntryFileFactory(entry=entry, name=SECRETS["file"], uploaded_by=owner)
        assigning.assign_judges(
            round_id=round_.pk,
            entry_ids=[entry.pk],
            judges=[judge],
            by=None,
            now=now,
        )
        return JudgeAssignment.objects.get()

    def secrets(self, assignment):
        entry = assignment.entry
        return [
            *SECRETS.values(),
            "Diệp",
            "Bích",
            entry.code,
            entry.owner.person.phone or "no phone",
            *[file.file.name for file in entry.files.all()],
            *[f"/{file.pk}/" for file in entry.files.all() if file.pk > 50],
        ]

    def test_no_page_letter_header_or_name_tells_who_it_was(
        self, client, judge, assignment
    ):
        pages = [
            reverse("judging:list"),
            url("assignment", assignment),
            url("conflict", assignment),
            "/ca-nhan/",
            assignment.round.contest.get_absolute_url(),
        ]
        seen = [(address, page(client.get(address))) for address in pages]
        wrong = client.post(url("assignment", assignment), {"comment": "x"})
        seen.append(("a wrong form", page(wrong)))
        kept = client.post(url("draft", assignment), {"comment": "x"})
        seen.append(("a draft", page(kept)))
        for number in (1, 2):
            address = url("download", assignment, number)
            response = client.get(address)
            body = b"".join(response.streaming_content).decode("latin-1")
            headers = unquote(str(dict(response.headers)))
            seen.append((address, headers + body))
        letters = Letter.objects.filter(address=judge.email)
        assert letters.exists()
        seen += [(one.subject, one.subject + one.text + one.html) for one in letters]
        for where, text in seen:
            for secret in self.secrets(assignment):
                assert secret not in text, where
        assert "Chợ phiên trên mạng" in dict(seen)[url("assignment", assignment)]

    def test_files_have_neutral_names(self, client, assignment):
        response = client.get(url("download", assignment, 2))
        assert b"".join(response.streaming_content) == samples.pdf()
        name = f"{assignment.blind_code}-2.pdf"
        assert name in response["Content-Disposition"]
        assert response["Content-Disposition"].startswith("attachment")
        assert response["X-Content-Type-Options"] == "nosniff"
        assert client.get(url("download", assignment, 3)).status_code == 404
        assert client.get(url("download", assignment, 0)).status_code == 404

    def test_two_judges_have_two_codes_for_one_work(self, assignment):
        other = JudgeAssignmentFactory(round=assignment.round, entry=assignment.entry)
        assert other.blind_code != assignment.blind_code
        assert assignment.blind_code != assignment.entry.code

    def test_every_other_door_is_closed_to_the_judge(self, client, assignment):
        entry = assignment.entry
        doors = [
            entry.get_absolute_url(),
            reverse("contests:download", args=[entry.code, entry.files.first().pk]),
            reverse("contests:results", args=[entry.contest.slug]),
            reverse("admin:contests_entry_changelist"),
            reverse("admin:contests_entry_change", args=[entry.pk]),
            reverse("contests:appeal", args=[entry.code]),
            reverse("contests:shortlist", args=[entry.contest.slug]),
            *(
                reverse(f"admin:contests_contest_{name}", args=[entry.contest.pk])
                for name in ("ranking", "judging", "certificates", "copy")
            ),
            reverse("admin:contests_round_weights", args=[assignment.round.pk]),
            reverse("admin:contests_appeal_changelist"),
            reverse(
                "admin:contests_contest_sheet",
                args=[entry.contest.pk, assignment.round.pk, assignment.judge.pk],
            ),
        ]
        for door in doors:
            response = client.get(door)
            assert response.status_code in {302, 403, 404}, door
            for secret in self.secrets(assignment):
                # The page may repeat the address that was asked for.
                assert secret not in page(response).replace(door, ""), door

    def test_locked_files_are_not_listed(self, client, assignment):
        EntryFile.objects.update(state=EntryFile.State.QUARANTINED)
        text = page(client.get(url("assignment", assignment)))
        assert url("download", assignment, 1) not in text
        assert client.get(url("download", assignment, 1)).status_code == 404


def test_a_contest_that_is_gone_from_the_role(client, round_):
    """A judge whose role ended sees nothing any more."""
    judge = a_judge()
    row = JudgeAssignmentFactory(round=round_, judge=judge)
    judge.assignments.all().delete()
    client.force_login(judge)
    assert client.get(url("assignment", row)).status_code == 404
    assert ContestFactory().title not in page(client.get("/ca-nhan/"))


class TestDraft:
    """What is typed is kept by itself, and given by the button alone."""

    def keep(self, client, assignment, *values, seen="", **extra):
        form = score_form(assignment, *values, **extra) | {"seen": seen}
        return client.post(url("draft", assignment), form)

    def test_it_comes_back_in_the_form_as_typed(self, client, assignment):
        answer = self.keep(client, assignment, "8,", "", comment="Đang đọc trang 3")
        assert "not given yet" in answer.json()["kept"]
        text = page(client.get(url("assignment", assignment)))
        assert 'value="8,"' in text
        assert "Đang đọc trang 3" in text
        assert not Score.objects.exists()
        # The list does not take it for a score.
        assert "0 of 1 scored" in page(client.get(reverse("judging:list")))

    def test_case_14_to_the_tick(self, client, assignment, time_machine):
        ends = assignment.round.ends_at
        time_machine.move_to(ends - TICK, tick=False)
        client.force_login(assignment.judge)
        assert self.keep(client, assignment, "8", "8").status_code == 200
        form = score_form(assignment, "8", "8")
        assert client.post(url("assignment", assignment), form).status_code == 302
        time_machine.move_to(ends, tick=False)
        client.force_login(assignment.judge)
        answer = self.keep(client, assignment, "9", "9")
        assert answer.status_code == 409
        assert "Scoring is over" in answer.json()["problem"]
        assert client.post(url("assignment", assignment), form).status_code == 409

    def test_a_stale_window_does_not_write_over_given_scores(self, client, assignment):
        client.post(url("assignment", assignment), score_form(assignment, "8", "8"))
        answer = self.keep(client, assignment, "1", "1")
        assert answer.status_code == 409
        text = page(client.get(url("assignment", assignment)))
        assert 'value="8.00"' in text

    def test_nor_does_its_button_before_they_were_read(self, client, assignment):
        address = url("assignment", assignment)
        client.post(address, score_form(assignment, "8", "8"))
        stale = score_form(assignment, "3", "3") | {"seen": ""}
        answer = client.post(address, stale)
        assert answer.status_code == 409
        text = " ".join(page(answer).split())
        assert "<dd> 8 </dd>" in text  # what stands
        assert 'value="3"' in text  # what was typed
        seen = answer.context["seen"]
        assert client.post(address, stale | {"seen": seen}).status_code == 302
        assert set(Score.objects.values_list("value", flat=True)) == {3}

    def test_what_is_given_while_signed_out_comes_back(self, client, assignment):
        address = url("assignment", assignment)
        client.logout()
        form = score_form(assignment, "7", "6", comment="Gõ lúc đã hết phiên")
        assert client.post(address, form).status_code == 302
        client.force_login(assignment.judge)
        text = page(client.get(address))
        assert 'value="7"' in text
        assert "Gõ lúc đã hết phiên" in text
        assert not Score.objects.exists()

    def test_only_the_judge_of_it_and_only_by_post(self, client, assignment):
        assert client.get(url("draft", assignment)).status_code == 405
        client.force_login(a_judge())
        assert self.keep(client, assignment, "1", "1").status_code == 404

    @pytest.mark.parametrize("seen", ["", "gestern", "2026-13-45T00:00"])
    def test_a_made_up_moment_is_no_error(self, client, assignment, seen):
        answer = self.keep(client, assignment, "1", "1", seen=seen)
        assert answer.status_code in {200, 409}


class TestSoftConflict:
    def test_the_work_stays_open_and_the_page_says_what_becomes_of_it(
        self, client, assignment
    ):
        data = {"kind": "soft", "reason": "Cùng quê với một tác giả"}
        client.post(url("conflict", assignment), data)
        text = page(client.get(url("assignment", assignment)))
        assert assignment.entry.summary in text
        assert "your scores count once the organisers agree" in text
        client.post(url("assignment", assignment), score_form(assignment, "8", "8"))
        assert Score.objects.count() == 2


class TestOthers:
    def test_others_are_shown_only_after_ones_own_and_without_names(
        self, client, assignment
    ):
        round_ = assignment.round
        round_.others_seen = True
        round_.save()
        other = JudgeAssignmentFactory(round=round_, entry=assignment.entry)
        scored(other, 9, 18)
        before = page(client.get(url("assignment", assignment)))
        assert "Points of the others" not in before
        assert "90.00" not in before
        client.post(url("assignment", assignment), score_form(assignment, "8", "8"))
        after = page(client.get(url("assignment", assignment)))
        assert "90.00" in after
        assert other.judge.person.full_name not in after
        assert 'name="comment"' not in after  # what was given is final


class TestRedaction:
    """Case 23: what authors wrote of themselves in their own text."""

    @pytest.fixture
    def row(self, round_, judge):
        owner = UserFactory(
            email="dam.thi.hue@example.com",
            person__full_name="Đàm Thị Huệ",
            person__unit=UnitFactory(name="Chi đoàn 11A2"),
        )
        entry = submitted(
            round_.contest,
            owner=owner,
            title="Sổ tay của Đàm Thị Huệ",
            summary="Em là ĐÀM THỊ HUỆ, trường THPT Ba Bể; dam.thi.hue@example.com.",
        )
        entry.authors.update(school="THPT Ba Bể")
        return JudgeAssignmentFactory(round=round_, entry=entry, judge=judge)

    def test_a_blind_round_blacks_it_out(self, client, row):
        for address in (url("assignment", row), reverse("judging:list")):
            text = page(client.get(address))
            for secret in ("Đàm Thị Huệ", "ĐÀM THỊ HUỆ", "THPT Ba Bể", "dam.thi.hue"):
                assert secret not in text
        assert "•••" in text

    def test_an_open_round_names_the_authors(self, client, row):
        row.round.blind = False
        row.round.save()
        text = page(client.get(url("assignment", row)))
        assert "Em là ĐÀM THỊ HUỆ" in text
        assert "Đàm Thị Huệ, THPT Ba Bể" in text
