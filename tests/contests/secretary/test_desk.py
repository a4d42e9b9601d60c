"""The secretary's desk: figures, lists to take away, letters, signed forms."""

import csv
import io

import pytest
from django import forms
from django.urls import reverse
from django.utils import translation
from openpyxl import load_workbook

from content.questions import QuestionForm
from contests import emails
from contests.models import EntryAnswer, EntryQuestion, Field, SignedForm
from contests.secretary import exports, figures
from mail.models import Letter
from members.models import Consent, Role
from tests.factories.contests import (
    AuthorFactory,
    ContestFactory,
    DivisionFactory,
    EntryFactory,
    EntryFileFactory,
    EntryQuestionFactory,
    SignedFormFactory,
    State,
    child,
    complete,
    submitted,
)
from tests.factories.members import AssignmentFactory, UnitFactory

pytestmark = pytest.mark.django_db
LIST = "admin:contests_entry_changelist"


@pytest.fixture
def contest():
    return ContestFactory(unit=UnitFactory(), title="Ý tưởng số")


@pytest.fixture
def organiser(client, contest):
    user = AssignmentFactory(role=Role.CONTEST_ORGANISER, unit=contest.unit).user
    client.force_login(user)
    return user


def desk(client, contest):
    return client.get(reverse("admin:contests_contest_desk", args=[contest.pk]))


def act(client, name, *entries, **more):
    data = {"action": name, "_selected_action": [entry.pk for entry in entries]}
    return client.post(reverse(LIST), data | more, follow=True)


class TestFigures:
    def test_by_division_and_state(self, contest, now):
        first = DivisionFactory(contest=contest, order=1)
        second = DivisionFactory(contest=contest, order=2)
        for _number in range(2):
            submitted(contest, division=first)
        EntryFactory(contest=contest, division=second)
        EntryFactory(contest=contest, division=None)
        found = figures.of(contest, now=now)
        states = list(State)
        counts = {
            (line.division, state): count
            for line in found.lines
            for state, count in zip(states, line.counts, strict=True)
            if count
        }
        assert counts == {
            (first, State.SUBMITTED): 2,
            (second, State.DRAFT): 1,
            (None, State.DRAFT): 1,
        }
        assert (found.total, found.totals[states.index(State.DRAFT)]) == (4, 2)

    def test_what_is_missing(self, contest, now):
        complete(contest)
        EntryFactory(contest=contest, title="")
        lonely = EntryFactory(contest=contest)
        EntryFileFactory(entry=lonely)
        AuthorFactory(entry=lonely, person=child())
        EntryFactory(contest=contest, state=State.WITHDRAWN, title="")
        SignedFormFactory(contest=contest)
        SignedFormFactory(contest=contest, decided=True)
        found = figures.of(contest, now=now)
        assert {one.key: one.count for one in found.missing} == {
            "texts": 1,
            "authors": 1,
            "guardian": 1,
            "files": 1,
        }
        assert found.forms == 1

    def test_an_empty_contest_has_a_page(self, client, organiser, contest):
        assert desk(client, contest).status_code == 200

    def test_only_the_contests_of_ones_units(self, client, organiser):
        assert desk(client, ContestFactory()).status_code == 404

    def test_the_number_of_queries_stays(
        self, client, organiser, contest, django_assert_max_num_queries
    ):
        division = DivisionFactory(contest=contest)
        for number in (3, 30):
            for _one in range(number):
                EntryFactory(contest=contest, division=division)
            with django_assert_max_num_queries(12):
                desk(client, contest)


class TestExports:
    @pytest.fixture
    def entry(self, contest):
        field = Field.objects.create(contest=contest, name="Chuyển đổi số thôn bản")
        entry = submitted(contest, title="=CMD()", mentor="Cô Mai", field=field)
        question = EntryQuestionFactory(contest=contest, text="Đã dùng thử ở đâu?")
        EntryAnswer.objects.create(entry=entry, question=question, value="Na Rì")
        return entry

    def test_a_line_with_everything(self, contest, entry):
        with translation.override("en"):
            head, line = exports.table(contest.entries.all())
        told = dict(zip(head, line, strict=True))
        assert told["Đã dùng thử ở đâu?"] == "Na Rì"
        assert entry.owner.person.full_name in told["Authors"]
        assert told["Mentor"] == "Cô Mai"
        assert told["Field of work"] == "Chuyển đổi số thôn bản"
        assert told["Files"] == 1

    def test_excel_and_csv(self, client, organiser, entry):
        made = act(client, "export_xlsx", entry)
        sheet = load_workbook(io.BytesIO(made.content)).active
        assert sheet["E2"].value == "=CMD()"
        assert sheet["E2"].data_type == "s"
        made = act(client, "export_csv", entry)
        rows = list(csv.reader(io.StringIO(made.content.decode("utf-8-sig"))))
        assert rows[1][4] == "'=CMD()"

    def test_nothing_from_elsewhere(self, client, organiser, entry):
        other = submitted(ContestFactory())
        made = act(client, "export_csv", entry, other)
        assert other.code not in made.content.decode("utf-8-sig")

    def test_few_queries_however_many_rows(
        self, contest, django_assert_max_num_queries
    ):
        for number in (3, 30):
            for _one in range(number):
                submitted(contest)
            with django_assert_max_num_queries(6):
                exports.table(contest.entries.all())


class TestLetters:
    NONCE = "0" * 32

    def write(self, client, *entries, send=True, **changes):
        """Look at it first, then press."""
        words = {"subject": "Nhắc nộp phiếu", "text": "Chào bạn.\nNhớ nộp phiếu."}
        words |= {"nonce": self.NONCE, "apply": "1"} | changes
        looked = act(client, "write", *entries, **words)
        if not send:
            return looked
        seen = looked.context["seen"]
        return act(client, "write", *entries, **words, send="1", seen=seen)

    def test_nothing_leaves_before_somebody_has_looked(
        self, client, organiser, contest
    ):
        entry = submitted(contest)
        response = self.write(client, entry, send=False)
        assert "Nhớ nộp phiếu." in response.content.decode()
        assert not Letter.objects.exists()
        words = {"subject": "Khác", "text": "Khác", "nonce": self.NONCE, "apply": "1"}
        act(client, "write", entry, **words, send="1", seen="0" * 64)
        assert not Letter.objects.exists()

    def test_pressed_twice_each_letter_leaves_once(self, client, organiser, contest):
        entries = [submitted(contest) for _number in range(3)]
        for _press in range(2):
            self.write(client, *entries)
        letters = Letter.objects.filter(kind=emails.MESSAGE)
        assert {letter.address for letter in letters} == {
            entry.owner.email for entry in entries
        }
        assert letters.count() == 3

    def test_one_letter_for_all_works_of_an_account(self, client, organiser, contest):
        one = submitted(contest)
        other = submitted(contest, owner=one.owner)
        self.write(client, one, other)
        letter = Letter.objects.get(kind=emails.MESSAGE)
        assert one.code in letter.text
        assert other.code in letter.text

    @pytest.mark.parametrize(
        "words",
        [
            "{entry.owner.password} {name}",
            "%(name)s %s 100 %",
            "{{ entry.owner }} {% debug %}",
            "<b>đậm</b>",
        ],
    )
    def test_words_stay_words(self, client, organiser, contest, words):
        self.write(client, submitted(contest), text=words)
        letter = Letter.objects.get(kind=emails.MESSAGE)
        assert words in letter.text
        assert "<b>đậm" not in letter.html

    def test_each_reads_it_in_their_own_language(self, client, organiser, contest):
        """Not in that of whoever writes: the organiser's page is English here."""
        ours = submitted(contest)
        theirs = submitted(contest, language="en")
        self.write(client, ours, theirs)
        ours, theirs = (
            Letter.objects.get(kind=emails.MESSAGE, address=entry.owner.email)
            for entry in (ours, theirs)
        )
        assert (ours.language, theirs.language) == ("vi", "en")
        assert "See my entry" in theirs.text
        assert "See my entry" not in ours.text
        assert "Nhớ nộp phiếu." in ours.text
        assert "Nhớ nộp phiếu." in theirs.text

    def test_only_entries_of_one_contest_and_of_ones_own(
        self, client, organiser, contest
    ):
        entry, other = submitted(contest), submitted(ContestFactory())
        self.write(client, entry, other)
        letter = Letter.objects.get(kind=emails.MESSAGE)
        assert letter.address == entry.owner.email

    def test_who_has_no_address_is_counted(self, client, organiser, contest):
        entry = submitted(contest)
        silent = submitted(contest)
        silent.owner.email = None
        silent.owner.save()
        response = self.write(client, entry, silent, send=False)
        assert "1 entry has no address" in response.content.decode()


class TestSignedForms:
    def act(self, client, name, form, **more):
        url = reverse("admin:contests_signedform_changelist")
        data = {"action": name, "_selected_action": [form.pk]}
        return client.post(url, data | more, follow=True)

    def test_accepted_here_it_is_a_consent(self, client, organiser, contest):
        form = SignedFormFactory(contest=contest)
        self.act(client, "accept", form)
        form.refresh_from_db()
        assert (form.state, form.decided_by) == ("accepted", organiser)
        assert Consent.objects.filter(person=form.child, purpose="contest").exists()

    def test_refused_with_a_reason(self, client, organiser, contest):
        form = SignedFormFactory(contest=contest)
        self.act(client, "refuse", form)
        assert SignedForm.objects.get().state == "waiting"
        self.act(client, "refuse", form, apply="1", reason="Thiếu chữ ký.")
        form.refresh_from_db()
        assert (form.state, form.reason) == ("refused", "Thiếu chữ ký.")

    def test_forms_of_other_units_are_out_of_reach(self, client, organiser):
        form = SignedFormFactory()
        self.act(client, "accept", form)
        form.refresh_from_db()
        assert form.state == "waiting"


class TestQuestions:
    def test_what_was_answered_keeps_its_words(self, contest):
        question = EntryQuestionFactory(contest=contest, text="Đã dùng thử ở đâu?")
        fields = ["text", "kind", "choices"]
        form = forms.modelform_factory(EntryQuestion, form=QuestionForm, fields=fields)
        words = {"text": "Khác", "kind": "text", "choices": ""}
        assert form(words, instance=question).is_valid()
        entry = submitted(contest)
        EntryAnswer.objects.create(entry=entry, question=question, value="Na Rì")
        question.refresh_from_db()
        assert "text" in form(words, instance=question).errors
