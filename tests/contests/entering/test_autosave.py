"""A draft saves itself; what cannot be kept is said and never lost (case 21)."""

import datetime as dt

import pytest
from django.urls import reverse

from contests import rules
from contests.models import EntryAnswer, Field
from contests.rules import Lack
from tests.factories.contests import (
    AuthorFactory,
    ContestFactory,
    DivisionFactory,
    EntryFactory,
    EntryQuestionFactory,
    child,
    complete,
    submitted,
)
from tests.factories.members import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def member(client):
    user = UserFactory()
    client.force_login(user)
    return user


@pytest.fixture
def draft(member):
    contest = ContestFactory()
    DivisionFactory(contest=contest, name="Bảng A", min_age=11, max_age=15)
    return complete(contest, owner=member)


def save(client, entry, **changes):
    data = {
        "version": entry.version,
        "title": entry.title,
        "summary": entry.summary,
        "division": entry.division_id or "",
    }
    return client.post(reverse("contests:autosave", args=[entry.code]), data | changes)


def test_it_tells_the_version_that_is_stored_now(client, draft):
    response = save(client, draft, title="Gõ dở", mentor="Cô Mai")
    assert response.json() == {"version": 2, "warnings": []}
    draft.refresh_from_db()
    assert (draft.title, draft.mentor) == ("Gõ dở", "Cô Mai")


def test_the_same_again_is_no_new_version(client, draft):
    save(client, draft, title="Gõ dở")
    draft.refresh_from_db()
    assert save(client, draft, title="Gõ dở").json()["version"] == 2


def test_the_wrong_age_is_said_at_once_with_the_dates(client, draft):
    young = draft.contest.divisions.get(name="Bảng A")
    [warning] = save(client, draft, division=young.pk).json()["warnings"]
    born = draft.owner.person.birth_date
    assert f"born on {born:%d/%m/%Y}" in warning
    assert "born from 02/01/2011 to 01/01/2016" in warning


def test_a_second_tab_changes_nothing_and_is_told(client, draft):
    save(client, draft, title="Cửa sổ một")
    response = save(client, draft, title="Cửa sổ hai")
    assert response.status_code == 409
    assert "another window" in response.json()["sentence"]
    draft.refresh_from_db()
    assert draft.title == "Cửa sổ một"


def test_signed_out_it_says_so(client, draft):
    client.logout()
    response = save(client, draft, title="Gõ dở")
    assert response.status_code == 401
    assert response.json()["sentence"]


def test_from_the_deadline_on_it_refuses(client, draft, time_machine):
    closes = draft.contest.closes_at
    time_machine.move_to(closes - dt.timedelta(microseconds=1), tick=False)
    assert save(client, draft, title="Kịp giờ").status_code == 200
    time_machine.move_to(closes, tick=False)
    draft.refresh_from_db()
    response = save(client, draft, title="Muộn rồi")
    assert response.status_code == 409
    assert "Entries closed at" in response.json()["sentence"]
    draft.refresh_from_db()
    assert draft.title == "Kịp giờ"


def test_what_was_handed_in_never_saves_itself(client, member):
    entry = submitted(ContestFactory(), owner=member)
    assert save(client, entry, title="Gõ thử").status_code == 409
    page = client.get(reverse("contests:about", args=[entry.code]))
    assert "data-save=" not in page.content.decode()


def test_somebody_elses_draft_is_not_there(client, draft):
    assert save(client, EntryFactory(), title="Khác").status_code == 404


def test_too_long_a_text_is_said(client, draft):
    response = save(client, draft, summary="ă" * 3001)
    assert response.status_code == 422
    assert "3000" in response.json()["sentence"]


class TestQuestions:
    @pytest.fixture
    def question(self, draft):
        return EntryQuestionFactory(
            contest=draft.contest, text="Đã dùng thử ở đâu?", required=True
        )

    def test_answers_are_kept_changed_and_taken_out(self, client, draft, question):
        name = f"q{question.pk}"
        save(client, draft, **{name: "Na Rì"})
        assert EntryAnswer.objects.get().value == "Na Rì"
        draft.refresh_from_db()
        save(client, draft, **{name: "Ba Bể"})
        assert EntryAnswer.objects.get().value == "Ba Bể"
        draft.refresh_from_db()
        save(client, draft, **{name: ""})
        assert not EntryAnswer.objects.exists()

    def test_the_list_of_what_is_missing_names_it(self, client, draft, question):
        page = client.get(reverse("contests:entry", args=[draft.code]))
        assert "An answer to: Đã dùng thử ở đâu?" in page.content.decode()

    def test_judges_never_read_answers(self, draft, question):
        from contests import blind

        fields = set(blind.BlindCopy.__dataclass_fields__)
        assert not fields & {"answers", "mentor", "mentor_school"}

    def test_several_and_numbers(self, client, draft):
        several = EntryQuestionFactory(
            contest=draft.contest, kind="several", choices="Một\nHai\nBa"
        )
        number = EntryQuestionFactory(contest=draft.contest, kind="number")
        save(client, draft, **{f"q{several.pk}": ["Một", "Ba"], f"q{number.pk}": "12"})
        words = {row.question_id: row.words for row in EntryAnswer.objects.all()}
        assert words == {several.pk: "Một; Ba", number.pk: "12"}
        page = client.get(reverse("contests:about", args=[draft.code]))
        assert page.content.decode().count(" checked") == 3  # and the division

    def test_forged_answers_are_never_our_error(self, client, draft):
        several = EntryQuestionFactory(
            contest=draft.contest, kind="several", choices="Một\nHai"
        )
        response = save(client, draft, **{f"q{several.pk}": "Ba"})
        assert response.status_code == 422


class TestField:
    @pytest.fixture
    def field(self, draft):
        return Field.objects.create(contest=draft.contest, name="Phần mềm tin học")

    def test_it_is_asked_where_the_contest_has_fields_and_kept(
        self, client, draft, field
    ):
        lacks = {one.lack for one in rules.missing(draft, now=draft.saved_at)}
        assert Lack.FIELD in lacks
        save(client, draft, field=field.pk)
        draft.refresh_from_db()
        assert draft.field == field
        lacks = {one.lack for one in rules.missing(draft, now=draft.saved_at)}
        assert Lack.FIELD not in lacks

    def test_nobody_is_asked_without_fields(self, client, draft):
        page = client.get(reverse("contests:about", args=[draft.code]))
        assert 'name="field"' not in page.content.decode()

    def test_a_field_of_another_contest_is_no_choice(self, client, draft, field):
        other = Field.objects.create(contest=ContestFactory(), name="Khác")
        assert save(client, draft, field=other.pk).status_code == 422


def test_a_team_with_a_child_is_asked_for_every_age(client, draft):
    AuthorFactory(entry=draft, person=child(full_name="Nông Thị Lan"))
    [warning] = save(client, draft, title="Khác").json()["warnings"]
    assert "Nông Thị Lan" in warning


class TestAuthors:
    """The lines of the authors: the same, and nobody is taken out by a pause."""

    @pytest.fixture
    def draft(self, draft):
        draft.contest.max_authors = 4
        draft.contest.save()
        return draft

    def save(self, client, entry, *lines, **changes):
        """`lines` are name, date of birth, school and the row where there is one."""
        data = {
            "version": entry.version,
            "is_author": "on",
            "school": "",
            "authors-TOTAL_FORMS": len(lines),
            "authors-INITIAL_FORMS": 0,
        }
        for number, line in enumerate(lines):
            names = ("full_name", "birth_date", "school", "author")
            for name, value in zip(names, line, strict=False):
                data[f"authors-{number}-{name}"] = value
        address = reverse("contests:autosave_authors", args=[entry.code])
        return client.post(address, data | changes)

    def test_a_line_is_put_down_and_the_page_learns_its_row(self, client, draft):
        told = self.save(client, draft, ("Nông Thị Lan", "04/03/2005", "THPT Na Rì"))
        row = draft.authors.get(person__full_name="Nông Thị Lan")
        assert told.json() == {
            "version": 2,
            "warnings": [],
            "fields": {"authors-0-author": row.pk},
        }
        assert row.school == "THPT Na Rì"

    def test_typed_on_it_stays_one_author(self, client, draft):
        """Half a name at a pause, then all of it: one row and one record."""
        self.save(client, draft, ("Nông Thị", "04/03/2005", ""))
        row = draft.authors.get(person__full_name="Nông Thị")
        draft.refresh_from_db()
        self.save(client, draft, ("Nông Thị Lan", "04/03/2005", "", row.pk))
        again = draft.authors.get(pk=row.pk)
        assert again.person_id == row.person_id
        assert again.person.full_name == "Nông Thị Lan"
        assert draft.authors.count() == 2

    def test_a_line_that_says_what_is_stored_counts_all_the_same(self, client, draft):
        """The page still calls it a new line: it came with no line of this author."""
        told = self.save(client, draft, ("Nông Thị Lan", "04/03/2005", ""))
        key = told.json()["fields"]["authors-0-author"]
        draft.refresh_from_db()
        address = reverse("contests:authors", args=[draft.code])
        data = {"version": draft.version, "is_author": "on", "school": ""}
        data |= {"authors-TOTAL_FORMS": 1, "authors-INITIAL_FORMS": 0}
        data |= {"authors-0-full_name": "Nông Thị Lan", "authors-0-author": key}
        data |= {"authors-0-birth_date": "04/03/2005"}
        assert client.post(address, data).status_code == 302
        assert draft.authors.count() == 2

    def test_an_emptied_name_takes_nobody_out(self, client, draft):
        row = AuthorFactory(entry=draft)
        told = self.save(client, draft, ("", "", "", row.pk), is_author="")
        assert told.status_code == 200
        assert draft.authors.count() == 2

    def test_what_may_be_published_says_the_button_alone(self, client, draft):
        self.save(client, draft, publish_name="on")
        assert not draft.owner.person.consents.exists()

    def test_a_second_tab_changes_nothing_and_is_told(self, client, draft):
        self.save(client, draft, ("Nông Thị Lan", "04/03/2005", ""))
        told = self.save(client, draft, ("Bàn Văn Nam", "04/03/2006", ""))
        assert told.status_code == 409
        assert "another window" in told.json()["sentence"]
        assert not draft.authors.filter(person__full_name="Bàn Văn Nam").exists()

    def test_what_cannot_be_kept_is_said(self, client, draft):
        told = self.save(client, draft, ("Lan", "31/02/2005", ""))
        assert told.status_code == 422
        assert "Full name:" in told.json()["sentence"]
        assert draft.authors.count() == 1

    def test_wrong_ages_are_said_at_once(self, client, draft):
        told = self.save(client, draft, ("Nông Thị Lan", "04/03/1990", ""))
        [warning] = told.json()["warnings"]
        assert "born on 04/03/1990" in warning

    def test_never_for_what_is_handed_in_nor_for_others(self, client, draft):
        mine = submitted(draft.contest, owner=draft.owner)
        assert self.save(client, mine).status_code == 409
        other = complete(draft.contest)
        assert self.save(client, other).status_code == 404
