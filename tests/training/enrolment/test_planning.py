"""What the rows of a unit's list mean."""

import pytest

from members.lists import sheet
from members.models import Consent, Person
from tests.factories.members import (
    ConsentFactory,
    GuardianFactory,
    PersonFactory,
    UnitFactory,
)
from tests.factories.training import (
    QuestionFactory,
    RegistrationFactory,
    RemotePointFactory,
)
from training.enrolment.columns import LAYOUT, Column, layout_of
from training.enrolment.planning import Outcome, make_plan
from training.models import Registration

pytestmark = pytest.mark.django_db

HEADINGS = "Họ tên\tNăm sinh\tSĐT\tEmail\tĐơn vị\tMã đoàn viên"


def known_person(unit, year=2004):
    return PersonFactory(
        full_name="Lý A Páo", birth_year=year, birth_date=None, unit=unit
    )


@pytest.fixture
def plan(session, unit, secretary, now):
    def make(*lines, **kw):
        found = sheet.read_text("\n".join([HEADINGS, *lines]), LAYOUT)
        return make_plan(
            found, session=session, unit=unit, user=secretary, now=now, **kw
        )

    return make


def only(plan):
    (row,) = plan.rows
    return row


def test_somebody_new_is_signed_up_for_the_unit_of_the_list(plan, unit):
    row = only(plan("Lý A Páo\t2004\t912345678\tpao@example.com"))
    assert row.outcome == Outcome.READY
    assert row.is_new
    person = row.person
    assert (person.phone, person.email) == ("+84912345678", "pao@example.com")
    assert (person.birth_year, person.unit) == (2004, unit)
    assert row.texts[Column.PHONE] == "0912 345 678"
    assert any("912345678" in note for note in row.notes)


def test_somebody_known_is_found_and_not_made_twice(plan, unit):
    known = known_person(unit)
    row = only(plan("LÝ A PÁO\t2004"))
    assert row.person == known
    assert row.texts[Column.NAME] == "Lý A Páo"


def test_nobody_outside_the_secretarys_reach_is_found(plan):
    PersonFactory(full_name="Lý A Páo", birth_year=2004, birth_date=None)
    assert only(plan("Lý A Páo\t2004")).is_new


def test_a_doubt_is_asked(plan, unit):
    known = known_person(UnitFactory(parent=unit))
    line = "Lý A Páo\t2004"
    row = only(plan(line))
    assert row.outcome == Outcome.DOUBT
    assert [value for value, _label in row.choices] == [f"p{known.pk}", "new"]
    answered = only(plan(line, choices={1: f"p{known.pk}"}))
    assert answered.person == known
    forged = only(plan(line, choices={1: "p999999"}))
    assert forged.outcome == Outcome.DOUBT


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("Páo\t2004", Column.NAME),
        ("\t2004", Column.NAME),
        ("Lý A Páo\t1004", Column.BORN),
        ("Lý A Páo\t\t0912", Column.PHONE),
        ("Lý A Páo\t2004\t\tpao@@example", Column.EMAIL),
        ("Lý A Páo\t", Column.BORN),  # unknown counts as a child
        ("Lý A Páo\t2014", Column.BORN),
        ("#REF!\t2004", Column.NAME),
        ("=…\t2004", Column.NAME),
    ],
)
def test_what_is_wrong_stands_in_its_cell(plan, line, column):
    row = only(plan(line))
    assert row.outcome == Outcome.WRONG
    assert list(row.errors) == [column]


def test_a_child_whose_guardian_agreed_may_come(plan, unit, session):
    child = known_person(unit, 2014)
    ConsentFactory(
        person=child,
        guardian=GuardianFactory(child=child),
        purpose=Consent.Purpose.TRAINING,
        method=Consent.Method.SIGNED_FORM,
    )
    assert only(plan("Lý A Páo\t2014")).outcome == Outcome.READY


def test_who_is_in_already_stays_as_is(plan, unit, session):
    known = known_person(unit)
    standing = RegistrationFactory(session=session, person=known)
    row = only(plan("Lý A Páo\t2004"))
    assert (row.outcome, row.standing) == (Outcome.ALREADY, standing)


def test_who_signed_up_under_another_record_is_in_already(plan, session):
    other = PersonFactory(full_name="Lý A Páo", email="pao@example.com")
    from training.rules import identity_of

    RegistrationFactory(session=session, person=other, identity=identity_of(other))
    row = only(plan("Ly A Pao\t2004\t\tPAO@example.com"))
    assert row.outcome == Outcome.ALREADY


def test_the_same_person_twice_is_told_at_the_second_row(plan):
    rows = plan("Lý A Páo\t2004", "LÝ A PÁO\t2004").rows
    assert [row.outcome for row in rows] == [Outcome.READY, Outcome.WRONG]
    assert "1" in rows[1].errors[Column.NAME]


def test_two_of_one_name_and_two_years_are_two_people(plan):
    assert len(plan("Lý A Páo\t2004", "Lý A Páo\t2005").ready) == 2


def test_an_unknown_branch_is_printed_and_counted_with_the_unit(plan, unit):
    row = only(plan("Lý A Páo\t2004\t\t\tChi đoàn thôn Nà Tu"))
    assert row.outcome == Outcome.READY
    assert (row.unit_name, row.person.unit) == ("Chi đoàn thôn Nà Tu", unit)


def test_a_known_branch_is_taken(plan, unit):
    branch = UnitFactory(name="Chi đoàn thôn Nà Tu", parent=unit)
    assert only(plan("Lý A Páo\t2004\t\t\tchi doan thon na tu")).person.unit == branch


def test_an_audience_refuses_the_rest(plan, session, unit):
    session.audience_unit = UnitFactory()
    session.save()
    row = only(plan("Lý A Páo\t2004"))
    assert list(row.errors) == [Column.UNIT]


def test_nothing_is_written(plan):
    plan("Lý A Páo\t2004", "Bàn Thị Mẩy\t2005")
    assert not Registration.objects.exists()
    assert not Person.objects.filter(full_name="Lý A Páo").exists()


def test_a_plan_that_would_do_something_else_has_another_fingerprint(plan):
    first = plan("Lý A Páo\t2004").fingerprint()
    assert plan("Lý A Páo\t2004").fingerprint() == first
    assert plan("Lý A Páo\t2005").fingerprint() != first


def test_the_queries_do_not_grow_with_the_list(plan, django_assert_max_num_queries):
    lines = [f"Lý A Páo\t{1970 + n % 30}\t\tpao{n}@example.com" for n in range(300)]
    with django_assert_max_num_queries(14):
        assert len(plan(*lines).ready) == 300


class TestAsked:
    """What the session asks stands in columns of its own, or is asked by letter."""

    @pytest.fixture
    def asked(self, session):
        made = {
            kind: QuestionFactory(
                session=session, text=text, kind=kind, choices=choices, required=True
            )
            for kind, text, choices in (
                ("text", "Bạn ăn chay không?", ""),
                ("choice", "Cỡ áo", "M\nL"),
                ("several", "Buổi nào", "Sáng\nChiều"),
                ("number", "Số năm công tác", ""),
                ("yes_no", "Mang máy tính", ""),
            )
        }
        made["room"] = RemotePointFactory(session=session, name="Hội trường Ngân Sơn")
        return made

    @pytest.fixture
    def read(self, session, unit, secretary, now):
        def make(headings, line):
            found = sheet.read_text(f"{headings}\n{line}", layout_of(session))
            return make_plan(found, session=session, unit=unit, user=secretary, now=now)

        return make

    HEADINGS = (
        "Họ tên\tNăm sinh\tEmail\tBạn ăn chay không\tCỡ áo (M, L)\tBuổi nào\t"
        "SỐ NĂM CÔNG TÁC\tmang may tinh\tĐiểm cầu"
    )

    def test_they_are_read_by_their_words(self, read, asked):
        line = (
            "Lý A Páo\t2004\tpao@example.com\tCó\tl\tchiều; Sáng\t3\tx\t"
            "hoi truong ngan son"
        )

        plan = read(self.HEADINGS, line)

        row = only(plan)
        assert row.errors == {}
        assert [value for _, value in row.told.answers] == [
            "Có",
            "L",
            "Chiều\nSáng",
            "3",
            "yes",
        ]
        assert row.told.point == asked["room"]
        assert not row.lacks

    def test_what_is_no_answer_stands_in_its_cell(self, read, asked):
        line = "Lý A Páo\t2004\t\t\tXXL\tTối\tnhiều\tcó lẽ\tNhà tôi"

        row = only(read(self.HEADINGS, line))

        assert {column.title for column in row.errors} == {
            "Cỡ áo",
            "Buổi nào",
            "Số năm công tác",
            "Mang máy tính",
            "Điểm cầu",
        }

    def test_what_is_left_open_is_asked_by_letter_or_not_at_all(self, read, asked):
        plan = read(
            "Họ tên\tNăm sinh\tEmail",
            "Lý A Páo\t2004\tpao@example.com\nMa Thị Nết\t2003\t",
        )

        assert [row.texts[Column.NAME] for row in plan.to_be_asked] == ["Lý A Páo"]
        assert [row.texts[Column.NAME] for row in plan.not_asked] == ["Ma Thị Nết"]

    def test_a_question_that_is_headed_like_another_column_is_asked(
        self, session, read
    ):
        QuestionFactory(session=session, text="Lớp?", required=True)

        plan = read(
            "Họ tên\tNăm sinh\tEmail\tLớp", "Lý A Páo\t2004\tpao@example.com\t12A"
        )

        assert only(plan).told.answers == []
        assert len(plan.to_be_asked) == 1

    def test_files_are_asked_by_letter(self, session, read):
        QuestionFactory(session=session, kind="file", required=True)

        plan = read("Họ tên\tNăm sinh\tEmail", "Lý A Páo\t2004\tpao@example.com")

        assert len(plan.to_be_asked) == 1
        assert plan.columns.own == []
