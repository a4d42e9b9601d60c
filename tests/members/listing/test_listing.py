"""A member list comes in whole, once, and into one's own units only."""

import datetime as dt
import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation

from members import access_log
from members.history import events_of
from members.listing import runs
from members.listing.columns import LAYOUT, Column
from members.listing.export import Exporter
from members.listing.writing import bring_in, look
from members.lists.sheet import SheetRefused
from members.lists.stream import table
from members.models import AccessNote, MemberListRun, Person, Role, Unit
from tests.factories.members import AssignmentFactory, PersonFactory, UnitFactory

pytestmark = pytest.mark.django_db

HEADINGS = ["Mã đoàn viên", "Họ và tên", "Ngày sinh", "Đơn vị", "SĐT", "Email"]
AN = "Nguyễn Văn An"


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def _private(settings, tmp_path):
    settings.PRIVATE_ROOT = tmp_path / "private"


@pytest.fixture
def province():
    return UnitFactory(name="Tỉnh đoàn")


@pytest.fixture
def commune(province):
    return UnitFactory(parent=province, name="Đoàn xã Nà Phặc", official_code="01936")


@pytest.fixture
def other(province):
    return UnitFactory(parent=province, name="Đoàn xã Chợ Rã")


@pytest.fixture
def secretary(commune):
    return AssignmentFactory(role=Role.UNIT_SECRETARY, unit=commune).user


@pytest.fixture
def boss(province):
    return AssignmentFactory(role=Role.PROVINCE_ADMIN, unit=province).user


def workbook(rows, headings=HEADINGS) -> io.BytesIO:
    book = openpyxl.Workbook()
    book.active.append(["DANH SÁCH ĐOÀN VIÊN"])
    book.active.append(headings)
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    file.seek(0)
    return file


@pytest.fixture
def do(secretary, now):
    """Look through a list, or bring it in, as the commune's secretary."""

    def work(verb, rows, *, file=None, name="list.xlsx", by=secretary, **given):
        with table(file or workbook(rows), LAYOUT, name=name) as found:
            return verb(found, by=by, now=now, **given)

    return work


def numbers(summary) -> dict:
    return {kind.value: number for kind, number in summary.counts.items()}


ROWS = [
    ["ĐV-01", AN, "05/03/2001", "Nà Phặc", "0912 345 678", "An@Example.com"],
    [None, "TRIỆU THỊ ÁNH", 2003, "xã Nà Phặc", "84.912345679", None],
    [None, "Bàn Văn Bình", "2004-12-31", 1936, "(0912) 345-680", None],
]


def test_cells_are_read_however_they_are_written(do, commune):
    assert numbers(do(bring_in, ROWS)) == {"new": 3}
    an, anh, binh = Person.objects.filter(unit=commune).order_by("phone")
    assert (an.member_code, an.birth_date.isoformat()) == ("ĐV-01", "2001-03-05")
    assert an.email == "an@example.com"
    assert (anh.full_name, anh.birth_year) == ("Triệu Thị Ánh", 2003)
    assert (anh.phone, binh.phone) == ("+84912345679", "+84912345680")
    assert an.folded_name == "nguyen van an"


def test_looking_writes_nothing(do):
    assert numbers(do(look, ROWS)) == {"new": 3}
    assert not Person.objects.filter(full_name=AN).exists()


def test_twice_is_once(do):
    without_year = [*ROWS, [None, "Lý Thị Mai", None, "Nà Phặc", None, None]]
    do(bring_in, without_year)
    before = Person.objects.count()
    assert numbers(do(bring_in, without_year)) == {"known": 4}
    assert Person.objects.count() == before


def test_every_bad_cell_is_named_and_its_row_left_out(do, other):
    bad = [
        [None, "An", "31/02/2001", "Xã Lạ", "12", "khong@"],
        [None, None, "2001", "Nà Phặc", None, None],
        [None, "Hà Văn Đạt", "2001", other.name, None, None],
        *ROWS,
    ]
    summary = do(bring_in, bad)
    assert numbers(summary) == {"wrong": 3, "new": 3}
    where = [(error["row"], error["column"]) for error in summary.errors]
    assert where == [
        *((3, "B"), (3, "C"), (3, "D"), (3, "F"), (3, "E")),
        *((4, "B"), (5, "D")),
    ]
    # A unit of somebody else is no unit here.
    assert "among those you look after" in summary.errors[-1]["sentence"]


def test_rows_without_a_unit_go_to_the_one_unit_of_the_secretary(do, commune, boss):
    rows = [[AN, 2001]]
    headings = ["Họ tên", "Năm sinh"]
    do(bring_in, None, file=workbook(rows, headings))
    assert Person.objects.get(full_name=AN).unit == commune
    summary = do(look, None, file=workbook(rows, headings), by=boss)
    assert summary.errors[0]["sentence"] == "The unit is missing."


def test_the_same_person_three_ways_is_one_or_a_question(do):
    rows = [
        ["DV1", AN, "05/03/2001", "Nà Phặc", "0912 345 678", None],
        [None, "nguyen van an", 2001, "X. Nà Phặc", None, "an@example.com"],
        ["dv-1", "NGUYỄN VĂN AN", None, "Nà Phặc", "+84 912 345 678", None],
        [None, AN, None, "Nà Phặc", None, None],
        [None, AN, 2001, "Nà Phặc", "0987 654 321", None],
    ]
    summary = do(bring_in, rows)
    assert numbers(summary) == {"new": 1, "changed": 1, "known": 1, "asked": 2}
    assert [row["row"] for row in summary.repeats] == [4, 5]
    person = Person.objects.get(full_name=AN)
    assert person.email == "an@example.com"
    assert [row["row"] for row in summary.asked] == [6, 7]
    choices = dict(summary.asked[1]["choices"])
    assert set(choices) == {"r3", "new"}
    assert "row 3 of this list" in choices["r3"]


def test_an_answer_is_followed(do, commune, other, boss):
    moved = PersonFactory(full_name=AN, birth_date=dt.date(2001, 3, 5), unit=other)
    rows = [[None, AN, "05/03/2001", "Nà Phặc", None, None]]
    assert numbers(do(look, rows, by=boss)) == {"asked": 1}
    answer = {3: f"p{moved.pk}"}
    summary = do(bring_in, rows, by=boss, answers=answer)
    assert summary.differing == 1
    moved.refresh_from_db()
    assert moved.unit == other
    do(bring_in, rows, by=boss, answers=answer, replace=True)
    moved.refresh_from_db()
    assert moved.unit == commune
    PersonFactory(full_name="Lý Văn Ba", birth_date=dt.date(1999, 1, 1), unit=other)
    rows = [[None, "Lý Văn Ba", 1999, "Nà Phặc", None, None]]
    assert numbers(do(bring_in, rows, by=boss, answers={3: "new"})) == {"new": 1}
    # An answer that names nobody who was offered is none.
    forged = {3: f"p{moved.pk}"}
    rows[0][3] = "Chợ Rã"
    assert numbers(do(look, rows, by=boss, answers=forged)) == {"known": 1}


def test_namesakes_elsewhere_are_asked_about_once_for_all_or_told_apart(
    do, commune, other, boss
):
    rows = [
        [None, AN, "05/03/2001", "Nà Phặc", None, None],
        [None, AN, "06/03/2001", "Chợ Rã", None, None],
        [None, AN, 2001, "Chợ Rã", None, None],
        [None, "Lý Thị Mai", 2002, "Nà Phặc", None, None],
        [None, "Lý Thị Mai", 2002, "Chợ Rã", None, None],
    ]
    # Another day of birth is somebody else; the year alone is a question.
    summary = do(look, rows, by=boss)
    assert numbers(summary) == {"new": 3, "known": 1, "asked": 1}
    assert [row["row"] for row in summary.asked] == [7]
    others = {0: "new"}
    assert numbers(do(bring_in, rows, by=boss, answers=others))["new"] == 4
    # And is known from then on, without being asked again.
    assert numbers(do(bring_in, rows, by=boss)) == {"known": 5}


def test_nobody_outside_ones_units_is_known_or_changed(do, other):
    theirs = PersonFactory(
        full_name=AN,
        birth_date=dt.date(2001, 3, 5),
        unit=other,
        member_code="ĐV-01",
        phone="",
    )
    assert numbers(do(bring_in, ROWS[:1])) == {"new": 1}
    theirs.refresh_from_db()
    assert theirs.phone == ""


def test_nothing_known_is_replaced_unless_the_list_is_said_to_be_right(do, commune):
    person = PersonFactory(
        full_name=AN,
        birth_date=dt.date(2001, 3, 5),
        unit=commune,
        phone="+84900000000",
        member_code="",
    )
    summary = do(bring_in, ROWS[:1])
    assert numbers(summary) == {"changed": 1}
    assert summary.differing == 1
    person.refresh_from_db()
    assert (person.member_code, person.member_key) == ("ĐV-01", "DV01")
    assert person.phone == "+84900000000"
    do(bring_in, ROWS[:1], replace=True)
    person.refresh_from_db()
    assert person.phone == "+84912345678"


def test_a_csv_in_each_usual_spelling_is_read(do):
    text = "Họ tên;Năm sinh;Đơn vị\r\nNguyễn Văn An;2001;Nà Phặc\r\n"
    for number, data in enumerate(
        [
            text.encode("utf-8-sig"),
            text.replace(";", "\t").encode("utf-16"),
            text.replace(";", ",").encode(),
        ]
    ):
        summary = do(bring_in, None, file=io.BytesIO(data), name="ds.CSV")
        assert numbers(summary) == {"known" if number else "new": 1}
    with pytest.raises(SheetRefused):
        do(look, None, file=io.BytesIO(text.encode("utf-16")[2:]), name="ds.csv")
    with pytest.raises(SheetRefused, match="Họ tên"):
        do(look, None, file=io.BytesIO(b"a,b\r\n1,2\r\n"), name="ds.csv")


def test_what_comes_out_goes_in_again_and_is_no_formula(do, boss, commune, now):
    do(bring_in, ROWS)
    PersonFactory(full_name="Hà Thị Đào", unit=commune, member_code="=1+1")
    people = Person.objects.filter(unit=commune)
    made = Exporter(people, user=boss, now=now)
    for name, file in (
        ("a.csv", io.BytesIO(b"".join(made.csv()))),
        ("a.xlsx", made.xlsx()),
    ):
        with file:
            assert numbers(do(look, None, file=file, name=name, by=boss)) == {
                "known": 4
            }
    assert b"'=1+1" in b"".join(made.csv())
    with made.xlsx() as file:
        sheet = openpyxl.load_workbook(file).active
    assert {cell.data_type for cell in sheet["A"][1:]} <= {"s", "n"}
    assert [cell.value for cell in sheet[1]] == [column.title for column in Column]


def test_the_export_takes_a_query_for_each_batch(
    boss, commune, now, monkeypatch, django_assert_num_queries
):
    monkeypatch.setattr("members.listing.export.BATCH", 2)
    PersonFactory.create_batch(5, full_name=AN, unit=commune)
    made = Exporter(Person.objects.filter(unit=commune), user=boss, now=now)
    with django_assert_num_queries(4):
        assert len(list(made.lines())) == 5


# --- Runs and pages ---------------------------------------------------------------


@pytest.fixture
def at_desk(client, secretary):
    client.cookies["django_language"] = "en"
    client.force_login(secretary)
    return client


@pytest.fixture
def send(at_desk, django_capture_on_commit_callbacks):
    """Send a list; the worker looks through it at once."""

    def do(rows) -> str:
        file = SimpleUploadedFile("ds.xlsx", workbook(rows).read())
        url = reverse("admin:members_person_list_upload")
        response = at_desk.post(url, {"file": file})
        assert response.status_code == 302, response.content.decode()
        return response.url

    return do


def work(now) -> str:
    return runs.carry_on(pk=MemberListRun.objects.latest("pk").pk, now=now)


def test_a_list_from_the_upload_to_the_end(at_desk, send, secretary, now, tmp_path):
    page = send([*ROWS, [None, "An", 2001, "Nà Phặc", None, None]])
    assert at_desk.get(page)["Refresh"] == "2"
    assert work(now) == "ready"
    html = at_desk.get(page).content.decode()
    assert "Write family name and given name" in html
    assert "TRIỆU THỊ ÁNH → Triệu Thị Ánh" in html
    assert not Person.objects.filter(full_name=AN).exists()

    at_desk.post(page, {"write": "1", "tidy_names": "on"})
    at_desk.post(page, {"write": "1", "tidy_names": "on"})
    assert work(now) == "done"
    assert work(now) == ""
    html = at_desk.get(page).content.decode()
    assert "3 people came in." in html
    assert "1 row was left out" in html
    run = MemberListRun.objects.get()
    assert (run.found, run.answers) == ({}, {})
    assert not list((tmp_path / "private" / "member-lists").iterdir())
    event = events_of(Person).objects.get(full_name=AN)
    assert event.pgh_context["user"] == secretary.pk


def test_only_its_sender_sees_a_list_and_gives_it_up(client, at_desk, send, boss, now):
    page = send(ROWS)
    work(now)
    at_desk.force_login(boss)
    assert at_desk.get(page).status_code == 404
    at_desk.force_login(MemberListRun.objects.get().user)
    at_desk.post(page, {"give_up": "1"})
    assert not MemberListRun.objects.exists()


def test_a_right_that_ended_after_the_preview_writes_nothing(
    at_desk, send, secretary, now
):
    page = send(ROWS)
    work(now)
    at_desk.post(page, {"write": "1"})
    secretary.assignments.all().delete()
    work(now)
    assert not Person.objects.filter(full_name=AN).exists()


def test_a_file_that_is_none_is_refused_in_words(at_desk, send, now):
    url = reverse("admin:members_person_list_upload")
    file = SimpleUploadedFile("ds.xlsx", b"MZ nonsense")
    assert "errornote" in at_desk.post(url, {"file": file}).content.decode()
    page = send([])
    MemberListRun.objects.update(name="ds.csv")
    assert work(now) == "refused"
    assert "Nothing has been written" in at_desk.get(page).content.decode()


def test_editors_bring_nothing_in_and_take_nothing_out(client, commune):
    client.force_login(AssignmentFactory(role=Role.EDITOR, unit=commune).user)
    for name, args in (("upload", []), ("template", []), ("export", ["csv"])):
        url = reverse(f"admin:members_person_list_{name}", args=args)
        assert client.get(url).status_code == 403


def test_the_export_is_scoped_filtered_and_written_down(at_desk, commune, other):
    mine = PersonFactory(full_name=AN, unit=commune)
    PersonFactory(full_name="Lý Thị Mai", unit=commune)
    PersonFactory(full_name="Nguyễn Văn Bên", unit=other)
    url = reverse("admin:members_person_list_export", args=["csv"])
    text = at_desk.get(url).getvalue().decode()
    assert (AN in text, "Lý Thị Mai" in text, "Bên" in text) == (True, True, False)
    found = at_desk.get(url, {"q": "nguyen an"}).getvalue().decode()
    assert (AN in found, "Lý Thị Mai" in found) == (True, False)
    note = AccessNote.objects.order_by("pk").last()
    assert (note.people, note.kind) == ([mine.pk], "members.list")
    assert access_log.kind_words(note.kind)


def test_the_empty_list_can_be_brought_in(at_desk, do, commune):
    file = at_desk.get(reverse("admin:members_person_list_template")).content
    summary = do(look, None, file=io.BytesIO(file))
    assert numbers(summary) == {"new": 2}
    assert Unit.objects.filter(pk=commune.pk).exists()
