"""A secretary hands a list in, mends it, and takes people off it again."""

import datetime as dt
import io
import re

import pytest
from django.urls import reverse
from openpyxl import Workbook

from mail.models import Letter
from members.models import Consent, Person
from tests.factories.members import PersonFactory, UnitFactory, UserFactory
from tests.factories.training import QuestionFactory, RegistrationFactory
from training import actions, links
from training.models import Registration, RegistrationGroup

pytestmark = pytest.mark.django_db

LINES = (
    "Họ tên\tNăm sinh\tChức vụ\tSĐT\tEmail\n"
    "Lý A Páo\t2004\tBí thư\t912345678\tpao@example.com\n"
    "BÀN THỊ MẨY\t2005\t\t\t\n"
)
WRONG = LINES + "Tư\t2004\t\t\t\n"


@pytest.fixture(autouse=True)
def _at_that_moment(now, time_machine):
    time_machine.move_to(now, tick=False)


@pytest.fixture(autouse=True)
def _english(client):
    from portal.language import COOKIE

    client.cookies[COOKIE] = "en"


@pytest.fixture
def page(client, secretary, session, unit):
    """`page(rows)` hands the list over; `page(rows, send="whole")` signs it up."""
    client.force_login(secretary)
    url = reverse("training:enrol", args=[session.slug])

    def post(rows, **fields):
        return client.post(url, {"rows": rows, "unit": unit.pk, **fields})

    post.url = url
    return post


def fields_of(response):
    """What the browser would send from the preview, without the buttons."""
    text = response.content.decode()
    hidden = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', text)
    rows = re.search(r'<textarea name="rows" hidden>\n(.*?)</textarea>', text, re.S)
    fields = {name: value for name, value in hidden if name != "csrfmiddlewaretoken"}
    if re.search(r'id="id_tidy"\s+checked', text):
        fields["tidy"] = "on"
    return fields | {"rows": rows[1].replace("&quot;", '"').replace("&#x27;", "'")}


def sent(page, response, **more):
    fields = fields_of(response)
    rows = fields.pop("rows")
    return page(rows, **{"send": "whole", "told": "on", **fields, **more})


def test_two_names_in_three_steps(page, client, session, unit, secretary):
    assert client.get(page.url).status_code == 200
    preview = page(LINES)
    assert b"Sign up 2 people" in preview.content
    assert not Registration.objects.exists()
    done = sent(page, preview)
    group = RegistrationGroup.objects.get()
    assert done["Location"] == reverse(
        "training:group", args=[session.slug, group.code]
    )
    rows = Registration.objects.order_by("id")
    assert [row.person.full_name for row in rows] == ["Lý A Páo", "Bàn Thị Mẩy"]
    assert {row.state for row in rows} == {"confirmed"}
    assert rows[0].position == "Bí thư"
    assert rows[0].person.phone == "+84912345678"
    assert rows[0].registered_by == secretary
    assert (group.unit, group.made_by) == (unit, secretary)
    consent = Consent.objects.get(person=rows[0].person)
    assert consent.method == Consent.Method.SCHOOL
    assert consent.recorded_by == secretary
    after = client.get(done["Location"])
    assert "Bàn Thị Mẩy" in after.content.decode()


def test_the_letter_names_who_listed_them_and_lets_them_object(page, client, secretary):
    sent(page, page(LINES))
    letter = Letter.objects.get(address="pao@example.com")
    name = secretary.person.full_name
    assert name in letter.text
    assert name in letter.html
    row = Registration.objects.get(person__email="pao@example.com")
    url = links.objection_url(row.session.slug, row.code)
    assert url in letter.text
    client.logout()
    asked = client.get(url)
    assert name in asked.content.decode()
    assert Registration.objects.get(pk=row.pk).objected_at is None
    token = links.objection_token(row.code)
    client.post(url.split("?")[0], {links.PARAMETER: token})
    row.refresh_from_db()
    assert row.state == "cancelled"
    assert row.objected_at is not None
    assert not Consent.objects.live().filter(person=row.person).exists()


def test_whoever_objected_is_not_listed_again(page, session):
    sent(page, page(LINES))
    row = Registration.objects.get(person__email="pao@example.com")
    from training.enrolment.objection import object_to_listing

    object_to_listing(registration_id=row.pk, now=row.registered_at)
    object_to_listing(registration_id=row.pk, now=row.registered_at)
    again = page(LINES)
    assert b"took their name off" in again.content
    sent(page, again, send="partly")
    assert Registration.objects.live().count() == 1


@pytest.mark.parametrize("token", ["", "x", "abc:def"])
def test_a_forged_objection_finds_nobody(client, session, token):
    url = reverse("training:objection", args=[session.slug])
    assert client.get(url, {links.PARAMETER: token}).status_code == 404
    assert client.post(url, {links.PARAMETER: token}).status_code == 404


def test_the_token_for_cancelling_does_not_object(page, client, session):
    sent(page, page(LINES))
    row = Registration.objects.first()
    url = reverse("training:objection", args=[session.slug])
    cancel = links.cancel_token(row.code)
    assert client.get(url, {links.PARAMETER: cancel}).status_code == 404


def test_nothing_goes_in_without_the_box(page):
    again = sent(page, page(LINES), told="")
    assert b"Tick the box" in again.content
    assert not Registration.objects.exists()


def test_a_wrong_row_keeps_all_out_until_it_is_mended(page):
    preview = page(WRONG)
    assert 'name="fix-3-NAME"' in preview.content.decode()
    refused = sent(page, preview)
    assert refused.status_code == 200
    assert not Registration.objects.exists()
    mended = sent(page, preview, **{"fix-3-NAME": "Hoàng Văn Tư"}, send="")
    assert "Hoàng Văn Tư" in mended.content.decode()
    sent(page, mended)
    assert Registration.objects.count() == 3


def test_the_rows_in_order_go_in_and_the_rest_is_given_back(page, client, session):
    done = sent(page, page(WRONG), send="partly")
    assert Registration.objects.count() == 2
    assert b"did not go in" in client.get(done["Location"]).content
    form = client.get(page.url).content.decode()
    assert "Tư\t2004" in form
    assert "Páo" not in form


def test_a_row_can_be_left_out(page):
    preview = page(WRONG)
    without = sent(page, preview, **{"drop-3": "on"}, send="")
    sent(page, without)
    assert Registration.objects.count() == 2


def test_pressed_twice_signs_up_once(page):
    preview = page(LINES)
    sent(page, preview)
    again = sent(page, preview)
    assert again.status_code == 200
    assert Registration.objects.count() == 2
    assert Person.objects.filter(full_name="Lý A Páo").count() == 1


def test_what_changed_meanwhile_is_shown_again(page, unit):
    preview = page(LINES)
    PersonFactory(full_name="Lý A Páo", birth_year=2004, birth_date=None, unit=unit)
    again = sent(page, preview)
    assert b"has changed" in again.content
    assert not Registration.objects.exists()


def test_a_list_that_comes_together_waits_together(page, session):
    session.capacity = 2
    session.save()
    RegistrationFactory(session=session)
    sent(page, page(LINES), together="on")
    rows = Registration.objects.filter(group__isnull=False)
    assert {row.state for row in rows} == {"waiting"}


def test_a_list_too_long_for_the_session_is_told_so(page, session):
    session.capacity = 1
    session.save()
    refused = sent(page, page(LINES), together="on")
    assert refused.status_code == 409
    assert not Registration.objects.exists()


def test_the_preview_says_who_gets_a_place_and_what_is_kept(page, session, unit, now):
    actions.set_quota(
        session_id=session.pk, unit=unit, places=1, at_most=True, by=None, now=now
    )
    text = page(LINES).content.decode()
    assert "Kept for xã Ba Bể: 1, still free: 1" in text
    assert text.count("Gets a place") == 1


def test_after_the_close_the_rows_are_given_back(page, session, now):
    session.closes_at = now
    session.save()
    late = page(LINES)
    assert late.status_code == 409
    assert "Lý A Páo\t2004" in late.content.decode()
    assert not Registration.objects.exists()


def test_a_spreadsheet_is_read(page):
    book = Workbook()
    for line in (["DANH SÁCH"], ["STT", "Họ tên", "Năm sinh"], [1, "Lý A Páo", 38126]):
        book.active.append(line)
    file = io.BytesIO()
    book.save(file)
    file.seek(0)
    file.name = "danh-sach.xlsx"
    preview = page("", file=file)
    assert b"Sign up 1 person" in preview.content
    sent(page, preview)
    assert Person.objects.get(full_name="Lý A Páo").birth_date == dt.date(2004, 5, 19)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.xls", bytes.fromhex("D0CF11E0A1B11AE1") + b"x" * 600, "old Office"),
        ("a.xlsx", bytes.fromhex("D0CF11E0A1B11AE1") + b"x" * 600, "password"),
        ("a.xlsx", b"PK\x03\x04 not really", "xlsx"),
        ("a.csv", b"a,b", "xlsx"),
        ("a.xlsx", b"", "empty"),
    ],
)
def test_other_files_are_refused_with_the_reason(page, name, content, words):
    file = io.BytesIO(content)
    file.name = name
    response = page(LINES, file=file)
    assert words.lower() in response.content.decode().lower()
    assert "Lý A Páo" in response.content.decode()
    assert not Registration.objects.exists()


def test_ten_thousand_rows_get_a_sentence(page):
    response = page("Họ tên\tNăm sinh\n" + "Lý A Páo\t2004\n" * 10_000)
    assert b"more than 500" in response.content


@pytest.mark.parametrize("rows", ["", "Họ tên\n", "1\t2\n", '"' * 9])
def test_nobody_in_the_list_gets_a_sentence(page, rows):
    response = page(rows)
    assert response.status_code == 200
    assert b"form-errors" in response.content


def test_clumsy_fixes_do_no_harm(page):
    fields = {
        "fix-9999-NAME": "x",
        "fix-1-NOPE": "x",
        "fix-x-NAME": "x",
        "row-1": "p1",
        "drop-77": "on",
        "fix-1-EMAIL": 'a\tb\n"c',
    }
    assert page(LINES, **fields).status_code == 200


def test_strangers_and_plain_members_do_not_get_in(client, session):
    url = reverse("training:enrol", args=[session.slug])
    assert "login" in client.get(url)["Location"]
    client.force_login(UserFactory())
    assert client.get(url).status_code == 403


def test_what_was_pasted_before_signing_in_is_not_sent_for_another_unit(
    page, client, session
):
    other = UnitFactory()
    url = reverse("training:enrol", args=[session.slug])
    response = client.post(url, {"rows": LINES, "unit": other.pk})
    assert b"form-errors" in response.content
    assert not Registration.objects.exists()


def test_rows_that_were_sent_signed_out_are_there_after_signing_in(
    page, client, secretary
):
    client.logout()
    page(LINES)
    client.force_login(secretary)
    session = client.session
    assert "Lý A Páo" in client.get(page.url).content.decode(), dict(session)


def test_the_list_of_another_unit_is_not_found(page, client, session, now):
    group = RegistrationGroup.objects.create(
        session=session, unit=UnitFactory(), made_at=now
    )
    url = reverse("training:group", args=[session.slug, group.code])
    assert client.get(url).status_code == 404


def test_people_are_taken_off_after_a_question(page, client, session):
    done = sent(page, page(LINES))
    row = Registration.objects.get(person__full_name="Lý A Páo")
    asked = client.post(done["Location"], {"person": row.pk})
    assert b"Take 1 person off" in asked.content
    assert Registration.objects.live().count() == 2
    client.post(done["Location"], {"person": row.pk, "sure": "1"})
    row.refresh_from_db()
    assert row.state == "cancelled"


def test_somebody_elses_sign_up_is_not_taken_off(page, client, session):
    done = sent(page, page(LINES))
    stranger = RegistrationFactory(session=session)
    client.post(done["Location"], {"person": stranger.pk, "sure": "1"})
    stranger.refresh_from_db()
    assert stranger.is_live


def test_a_draft_is_not_there(page, client, session):
    session.state = "draft"
    session.save()
    assert client.get(page.url).status_code == 404


class TestAsked:
    """The session's own questions on the way from the paste to the letter."""

    @pytest.fixture
    def shirt(self, session):
        return QuestionFactory(
            session=session,
            text="Cỡ áo",
            kind="choice",
            choices="M\nL",
            required=True,
        )

    def test_the_page_names_the_column(self, page, client, shirt):
        assert "Cỡ áo" in client.get(page.url).content.decode()

    def test_a_wrong_answer_is_mended_on_the_page_and_kept(self, page, shirt):
        rows = "Họ tên\tNăm sinh\tEmail\tCỡ áo\nLý A Páo\t2004\tpao@example.com\tXL\n"
        preview = page(rows)
        assert "Write one of these" in preview.content.decode()
        fields = fields_of(preview)

        mended = page(
            fields.pop("rows"), **fields, **{f"fix-1-Q{shirt.pk}": "l", "check": "1"}
        )
        sent(page, mended)

        answer = Registration.objects.get().answers.get()
        assert (answer.question, answer.value) == (shirt, "L")
        assert "/bo-sung/" not in Letter.objects.get().text

    def test_whoever_listed_them_may_answer_for_them_later(self, page, client, shirt):
        done = sent(page, page(LINES))
        row = Registration.objects.get(person__full_name="Bàn Thị Mẩy")
        path = links.asked_path(row.session.slug, row.code)
        assert path in client.get(done["Location"]).content.decode()

        data = {links.PARAMETER: links.asked_token(row.code), f"q{shirt.pk}": "M"}
        client.post(path, data)

        assert row.answers.get().value == "M"
        assert path not in client.get(done["Location"]).content.decode()

    def test_without_the_column_the_preview_says_who_is_asked(self, page, shirt):
        preview = page(LINES).content.decode()
        assert "the letter brings a link for that" in preview
        assert "so nobody can ask" in preview
        assert "“Cỡ áo”" in preview

        sent(page, page(LINES))

        row = Registration.objects.get(person__email="pao@example.com")
        letter = Letter.objects.get()
        assert links.asked_url(row.session.slug, row.code) in letter.text


def uploaded(book, name="danh-sach.xlsx"):
    file = io.BytesIO()
    book.save(file)
    file.seek(0)
    file.name = name
    return file


class TestNastyWorkbooks:
    """Each fault has its sentence in its cell, and nothing is half-saved."""

    def test_merged_cells_formulas_hidden_parts_and_serial_dates(self, page):
        book = Workbook()
        sheet = book.active
        for line in (
            ["DANH SÁCH ĐĂNG KÝ", None, None, None],
            ["STT", "Họ tên", "Năm sinh", "Email"],
            [1, "Lý A Páo", 38126, "pao@example.com"],
            [2, None, 2003, None],
            [3, "=B3", 2002, None],
            [4, "Hoàng Thị Nga", 38126.0, "#REF!"],
            [5, "Ma Thị Nết", "30/02/2001", None],
            [6, "Đặng Văn Én", 2001, "en@example.com"],
        ):
            sheet.append(line)
        sheet.merge_cells("A1:D1")
        sheet.merge_cells("B3:B4")
        sheet.column_dimensions["D"].hidden = True
        sheet.row_dimensions[8].hidden = True

        text = page("", file=uploaded(book)).content.decode()

        assert "If the cell is merged, undo that." in text
        assert "This formula has no value." in text
        assert "The formula in this cell has an error." in text
        assert "Write day, month and year" in text
        assert "Read although the spreadsheet hides them: columns D, rows 8" in text
        assert "Some rows need another look." in text
        assert not Registration.objects.exists()
        assert not Person.objects.filter(full_name="Lý A Páo").exists()

    def test_ten_thousand_rows_in_a_file(self, page):
        book = Workbook(write_only=True)
        sheet = book.create_sheet()
        sheet.append(["Họ tên", "Năm sinh"])
        for number in range(10_000):
            sheet.append(["Lý A Páo", 1990 + number % 15])

        response = page("", file=uploaded(book))

        assert b"more than 500" in response.content
        assert not Registration.objects.exists()

    def test_a_workbook_without_a_table(self, page):
        book = Workbook()
        book.active.append(["Kế hoạch tập huấn"])
        book.create_chartsheet("Biểu đồ")

        response = page("", file=uploaded(book))

        assert "Họ tên" in response.content.decode()
        assert b"form-errors" in response.content

    def test_a_renamed_csv_is_no_workbook(self, page):
        file = io.BytesIO("Họ tên,Năm sinh\nLý A Páo,2004\n".encode())
        file.name = "danh-sach.xlsx"

        assert b"form-errors" in page("", file=file).content

    def test_a_script_in_a_cell_is_shown_and_never_run(self, page):
        rows = "Họ tên\tNăm sinh\tGhi chú\nLý A Páo\t2004\t<script>alert(1)</script>\n"

        text = page(rows).content.decode()

        assert "<script>alert" not in text
