"""What organisers do to a session as a whole: look, approve, copy, take the list."""

import csv
import datetime as dt
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from content.files import private_storage
from mail.models import Letter
from members.models import AccessNote, Role
from tests.factories.members import AssignmentFactory, PersonFactory, UnitFactory
from tests.factories.pictures import halves, saved
from tests.factories.training import (
    AnswerFactory,
    MaterialFactory,
    QuestionFactory,
    RegistrationFactory,
    RemotePointFactory,
    SeriesFactory,
    SessionFactory,
    SlotFactory,
    State,
)
from training import copying, exports, files, glance, quotas
from training.models import Question, Registration, TrainingSession
from vietnam.dates import local

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _at_that_moment(now, time_machine):
    time_machine.move_to(now, tick=False)


@pytest.fixture(autouse=True)
def _private(settings, tmp_path):
    settings.PRIVATE_ROOT = tmp_path / "private"


@pytest.fixture
def unit():
    return UnitFactory()


@pytest.fixture
def organiser(client, unit):
    from portal.language import COOKIE

    user = AssignmentFactory(role=Role.TRAINING_ORGANISER, unit=unit).user
    client.force_login(user)
    client.cookies[COOKIE] = "en"
    return user


def url(session, name, *more):
    name = f"admin:training_trainingsession_{name}"
    return reverse(name, args=[session.pk, *more])


def page(response):
    return response.content.decode()


class TestGlance:
    def test_it_counts_by_unit_the_largest_first(self):
        session = SessionFactory(capacity=2)
        for name, states in {
            "Xã A": [State.CONFIRMED],
            "Xã B": [State.CONFIRMED, State.WAITING, State.PENDING],
            "": [State.CANCELLED],
        }.items():
            for state in states:
                RegistrationFactory(session=session, state=state, unit_name=name)

        found = glance.of(session)

        lines = [(line.unit, line.confirmed, line.live) for line in found.units]
        assert lines == [("Xã B", 1, 3), ("Xã A", 1, 1)]
        assert found.pending == 1
        assert [mark.text for mark in found.places.marks] == ["2/2", "0", "1", "1"]

    def test_the_page_shows_it_with_a_table(self, client, organiser, unit):
        session = SessionFactory(unit=unit)
        RegistrationFactory(session=session, unit_name="Đoàn xã Ba Bể")
        RemotePointFactory(session=session, name="Hội trường", places=40)

        text = page(client.get(url(session, "change")))

        assert '<th scope="row">Đoàn xã Ba Bể</th>' in text
        assert "Hội trường 0/40" in " ".join(text.split())

    @pytest.mark.parametrize("number", [3, 60])
    def test_many_people_take_the_queries_of_few(
        self, number, django_assert_num_queries
    ):
        session = SessionFactory(capacity=100)
        for place in range(number):
            RegistrationFactory(session=session, unit_name=f"Xã {place % 7}")

        with django_assert_num_queries(2):
            glance.of(session)


class TestApproval:
    def pending(self, unit, number, **fields):
        session = SessionFactory(unit=unit, needs_approval=True, **fields)
        for _ in range(number):
            RegistrationFactory(session=session, state=State.PENDING)
        return session

    def test_it_says_first_what_would_become_of_whom(self, client, organiser, unit):
        session = self.pending(unit, 3, capacity=2)
        assert url(session, "approve") in page(client.get(url(session, "change")))

        text = page(client.get(url(session, "approve")))

        assert "of them get a place: 2" in text
        assert text.count("<td>Confirmed</td>") == 2
        assert text.count("<td>On the waiting list</td>") == 1
        assert not Letter.objects.exists()

    def test_and_then_approves_these_and_nobody_who_came_since(
        self, client, organiser, unit
    ):
        session = self.pending(unit, 2)
        keys = list(Registration.objects.values_list("pk", flat=True))
        late = RegistrationFactory(session=session, state=State.PENDING)

        client.post(url(session, "approve"), {"key": [*keys, "x"]})

        late.refresh_from_db()
        states = Registration.objects.filter(pk__in=keys).values_list("state")
        assert set(states) == {(State.CONFIRMED,)}
        assert late.state == State.PENDING

    def test_a_forged_key_of_another_session_is_left(self, client, organiser, unit):
        session = self.pending(unit, 1)
        other = self.pending(UnitFactory(), 1).registrations.get()

        client.post(url(session, "approve"), {"key": [other.pk]})

        other.refresh_from_db()
        assert other.state == State.PENDING


class TestCopy:
    @pytest.fixture
    def full(self, unit):
        """A session with everything that a session can have."""
        session = SessionFactory(unit=unit, series=SeriesFactory(unit=unit))
        SlotFactory(session=session)
        RemotePointFactory(session=session, places=20)
        QuestionFactory(session=session, kind="choice", choices="A\nB")
        MaterialFactory(session=session)
        paper = MaterialFactory.build(session=session, link="")
        upload = SimpleUploadedFile("bai.jpg", saved(halves(), "JPEG"))
        files.put(paper, files.take(upload, max_bytes=files.MAX_MATERIAL))
        paper.save()
        RegistrationFactory(session=session)
        return session

    def test_everything_comes_along_but_the_people(self, full, unit, now):
        quotas.set_quota(session_id=full.pk, unit=unit, places=3, by=None, now=now)
        full.refresh_from_db()
        start = full.starts_at + 28 * DAY

        copy = copying.copy_session(
            session_id=full.pk, starts_at=start, by=None, now=now
        )

        copy.refresh_from_db()
        assert (copy.state, copy.title) == ("draft", full.title)
        assert copy.slug != full.slug
        for name in copying.TIMES:
            assert getattr(copy, name) == getattr(full, name) + 28 * DAY
        assert copy.slots.get().starts_at == full.slots.get().starts_at + 28 * DAY
        for part in ("points", "questions", "materials", "quotas"):
            mine, theirs = getattr(copy, part), getattr(full, part)
            assert mine.count() == theirs.count() > 0, part
        assert not copy.registrations.exists()
        counters = (copy.confirmed, copy.line_length, copy.line_tail, copy.sequence)
        assert counters == (0, 0, 0, 0)
        assert copy.has_quotas

    def test_each_has_its_own_file(self, full, now):
        copy = copying.copy_session(
            session_id=full.pk, starts_at=full.starts_at + 7 * DAY, by=None, now=now
        )

        names = [
            session.materials.exclude(file="").get().file.name
            for session in (full, copy)
        ]
        assert names[0] != names[1]
        contents = []
        for name in names:
            with private_storage().open(name) as file:
                contents.append(file.read())
        assert contents[0] == contents[1]

    def test_one_press_makes_a_draft_two_weeks_ahead(self, client, organiser, full):
        offered = client.get(url(full, "copy")).context["form"].initial["starts_at"]
        assert local(offered).weekday() == local(full.starts_at).weekday()
        moment = local(offered)
        typed = {"starts_at_0": f"{moment:%d/%m/%Y}", "starts_at_1": f"{moment:%H:%M}"}

        client.post(url(full, "copy"), typed)

        copy = TrainingSession.objects.latest("pk")
        assert (copy.state, copy.starts_at) == ("draft", offered)

    def test_a_past_session_starts_far_enough_ahead(self, now):
        session = SessionFactory(
            opens_at=now - 99 * DAY,
            closes_at=now - 80 * DAY,
            starts_at=now - 70 * DAY,
            ends_at=now - 69 * DAY,
        )

        start = copying.usual_start(session, now=now)

        assert now + 14 * DAY <= start < now + 21 * DAY


class TestExport:
    @pytest.fixture
    def session(self, unit):
        session = SessionFactory(unit=unit, title="Lớp [1]: an toàn/số?")
        position = QuestionFactory(session=session, text="Chức vụ", order=2)
        shirt = QuestionFactory(session=session, text="Cỡ áo", order=1)
        person = PersonFactory(
            full_name="=HYPERLINK(1)",
            birth_date=dt.date(2004, 5, 19),
            phone="+84912345678",
        )
        sign_up = RegistrationFactory(
            session=session, person=person, unit_name="Đoàn xã Ba Bể"
        )
        AnswerFactory(registration=sign_up, question=position, value="Bí thư")
        AnswerFactory(registration=sign_up, question=shirt, value="@SUM(A1)")
        RegistrationFactory(session=session, state=State.WAITING)
        return session

    def read_csv(self, response):
        assert response.content.startswith(b"\xef\xbb\xbf")
        text = response.content.decode("utf-8-sig")
        return list(csv.reader(io.StringIO(text)))

    def test_the_columns_are_those_of_the_paper_list(self, client, organiser, session):
        response = client.get(url(session, "export", "csv"))

        head, *lines = self.read_csv(response)
        assert head[:8] == [
            *("No.", "Full name", "Year of birth", "Sex"),
            *("Position", "Unit", "Phone", "Note"),
        ]
        assert head[8:] == ["State", "Cỡ áo"]
        (line,) = lines
        assert line[:6] == [
            "1",
            "'=HYPERLINK(1)",
            "2004",
            "",
            "Bí thư",
            "Đoàn xã Ba Bể",
        ]
        assert line[6:] == ["0912 345 678", "", "Confirmed", "'@SUM(A1)"]
        assert "attachment" in response["Content-Disposition"]

    def test_position_and_note_of_a_units_list_come_first(self, client, session):
        row = session.registrations.confirmed().get()
        row.position, row.note = "Phó Bí thư", "-ăn chay"
        row.save()

        _head, line = exports.table(session, session.registrations.confirmed())

        assert (line[4], line[7]) == ("Phó Bí thư", "-ăn chay")
        assert "'-ăn chay" in exports.as_csv([line]).decode()

    def test_in_a_workbook_no_word_is_a_formula(self, client, organiser, session):
        response = client.get(url(session, "export", "xlsx"))

        sheet = load_workbook(io.BytesIO(response.content)).active
        cells = {cell.value: cell for row in sheet.iter_rows() for cell in row}
        for words in ("=HYPERLINK(1)", "@SUM(A1)"):
            assert cells[words].data_type == "s"
        assert sheet.title == "Lớp  1   an toàn số"

    def test_those_in_line_come_too_if_asked(self, client, organiser, session):
        lines = self.read_csv(client.get(url(session, "export", "csv") + "?all"))

        assert len(lines) == 3

    def test_taking_it_out_is_written_down(self, client, organiser, session):
        client.get(url(session, "export", "csv"))

        text = page(client.get(url(session, "history")))
        assert "CSV" in text
        assert str(organiser.person) in text
        note = AccessNote.objects.get()
        confirmed = session.registrations.confirmed().values_list("person", flat=True)
        assert (note.kind, note.by) == ("training.list", organiser)
        assert note.people == sorted(confirmed)

    def test_nobody_takes_the_list_of_another_unit(self, client, organiser):
        other = SessionFactory()

        for ending in ("csv", "xlsx"):
            assert client.get(url(other, "export", ending)).status_code == 404

    def test_there_are_two_kinds_of_lists(self, client, organiser, session):
        assert client.get(url(session, "export", "html")).status_code == 404

    @pytest.mark.parametrize("number", [3, 60])
    def test_many_people_take_the_queries_of_few(
        self, number, django_assert_num_queries
    ):
        session = SessionFactory(capacity=100)
        question = QuestionFactory(session=session)
        for _ in range(number):
            sign_up = RegistrationFactory(session=session)
            AnswerFactory(registration=sign_up, question=question)

        with django_assert_num_queries(5):
            assert len(exports.table(session, session.registrations.all())) > number

    @pytest.mark.parametrize("words", ["=1", "+1", "-1", "@x", "\t=1", "\r=1", "＝1"])
    def test_what_would_run_is_tamed(self, words):
        (line,) = csv.reader(
            io.StringIO(exports.as_csv([[words, 5, "a=1"]]).decode("utf-8-sig"), "")
        )

        assert line == [f"'{words}", "5", "a=1"]


class TestParts:
    """Rooms, questions and papers on the form of a session."""

    def form(self, session, **changes):
        from tests.training.test_admin import typed

        return typed(session, **changes)

    def test_a_question_does_not_wake_everybody(self, client, organiser, unit):
        session = SessionFactory(unit=unit)
        RegistrationFactory(session=session)
        data = self.form(session)
        data |= {
            "questions-TOTAL_FORMS": 1,
            "questions-0-text": "Bạn đi bằng gì?",
            "questions-0-kind": "choice",
            "questions-0-choices": "Xe máy\nXe khách",
            "questions-0-order": 0,
        }

        client.post(url(session, "change"), data)

        assert session.questions.get().choice_list == ["Xe máy", "Xe khách"]
        assert not Letter.objects.exists()

    @pytest.mark.parametrize(
        ("name", "value"), [("kind", "number"), ("text", "Bạn ăn chay không?")]
    )
    def test_an_answered_question_stays_as_it_was_put(
        self, client, organiser, unit, name, value
    ):
        question = QuestionFactory(session=SessionFactory(unit=unit))
        AnswerFactory(question=question)
        data = self.form(question.session)
        data |= {
            "questions-TOTAL_FORMS": 1,
            "questions-INITIAL_FORMS": 1,
            "questions-0-id": question.pk,
            "questions-0-text": question.text,
            "questions-0-kind": "text",
            "questions-0-order": 0,
            f"questions-0-{name}": value,
        }

        text = page(client.post(url(question.session, "change"), data))

        assert "People answered this already" in text
        now = Question.objects.get()
        assert (now.kind, now.text) == ("text", question.text)

    def test_a_room_that_moves_is_told_to_those_who_chose_it(
        self, client, organiser, unit
    ):
        room = RemotePointFactory(session=SessionFactory(unit=unit))
        mine = RegistrationFactory(session=room.session, point=room)
        RegistrationFactory(session=room.session)
        data = self.form(room.session)
        data |= {
            "points-TOTAL_FORMS": 1,
            "points-INITIAL_FORMS": 1,
            "points-0-id": room.pk,
            "points-0-name": room.name,
            "points-0-address": "Thôn Nà Tu",
            "points-0-order": 0,
        }

        client.post(url(room.session, "change"), data)

        letter = Letter.objects.get()
        assert letter.about_id == mine.pk
        assert "Thôn Nà Tu" in letter.text

    def test_a_paper_is_a_file_or_a_link(self, client, organiser, unit):
        session = SessionFactory(unit=unit)
        data = self.form(session)
        data |= {
            "materials-TOTAL_FORMS": 1,
            "materials-0-title": "Bài giảng",
            "materials-0-link": "",
            "materials-0-shown_to": "confirmed",
            "materials-0-order": 0,
        }
        text = page(client.post(url(session, "change"), data))
        assert "Choose a file or write a link." in text

        data["materials-0-upload"] = SimpleUploadedFile(
            "bai.jpg", saved(halves(), "JPEG")
        )
        client.post(url(session, "change"), data)

        material = session.materials.get()
        assert material.name == "bai.jpg"
        assert material.is_readable

    def test_a_group_is_chosen_from_those_that_features_name(
        self, client, organiser, unit
    ):
        session = SessionFactory(unit=unit)

        text = page(client.get(url(session, "change")))
        assert 'value="digital_team_members"' in text
        data = self.form(session, audience_group="digital_team_members")
        client.post(url(session, "change"), data)

        session.refresh_from_db()
        assert session.audience_group == "digital_team_members"

    def test_an_address_of_ours_is_no_sessions_address(self, client, organiser, unit):
        session = SessionFactory(unit=unit)

        text = page(
            client.post(url(session, "change"), self.form(session, slug="da-qua"))
        )

        assert "Another page has this address." in text


def test_a_group_that_no_feature_names_any_more_stays_chosen(client, organiser, unit):
    session = SessionFactory(unit=unit, audience_group="gone")

    assert '<option value="gone" selected>' in page(client.get(url(session, "change")))
