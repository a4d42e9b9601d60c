"""The questions of a session: asked once, kept with the sign-up, nothing typed lost."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation

from content.files import private_storage
from members.models import AccessNote, Consent, Role
from members.privacy import erase_person, export_person
from tests.factories.members import AssignmentFactory, PersonFactory, UserFactory
from tests.factories.pictures import halves, saved
from tests.factories.training import (
    AnswerFactory,
    QuestionFactory,
    RegistrationFactory,
    SessionFactory,
)
from training import actions, answers, files, signing_up
from training.answers import Told, name_of
from training.models import Answer, Question, Registration

pytestmark = pytest.mark.django_db
Kind = Question.Kind


@pytest.fixture(autouse=True)
def _at_that_moment(now, time_machine):
    time_machine.move_to(now, tick=False)


@pytest.fixture(autouse=True)
def _private(settings, tmp_path):
    settings.PRIVATE_ROOT = tmp_path / "private"


@pytest.fixture(autouse=True)
def _english(client):
    from portal.language import COOKIE

    client.cookies[COOKIE] = "en"


@pytest.fixture
def member(client):
    user = UserFactory()
    client.force_login(user)
    return user


@pytest.fixture
def session():
    return SessionFactory()


def ask(session, kind, **about):
    return QuestionFactory(session=session, kind=kind, required=True, **about)


def url(session, name="register"):
    return reverse(f"training:{name}", args=[session.slug])


def picture(name="anh.jpg"):
    return SimpleUploadedFile(name, saved(halves(), "JPEG"))


def page(response):
    return response.content.decode()


def fetch(client, address):
    """Read to the end, which closes the file behind the answer."""
    response = client.get(address)
    if response.streaming:
        assert b"".join(response.streaming_content)
    return response


def send(client, session, **said):
    return client.post(url(session), {"agreed": "on"} | said)


@pytest.mark.parametrize(
    ("kind", "typed", "kept", "words"),
    [
        (Kind.TEXT, "  Chi đoàn Nà Phặc ", "Chi đoàn Nà Phặc", "Chi đoàn Nà Phặc"),
        (Kind.LONG, "Một\r\nHai", "Một\nHai", "Một\nHai"),
        (Kind.CHOICE, "Ăn chay", "Ăn chay", "Ăn chay"),
        (Kind.SEVERAL, ["Ăn chay", "Ăn mặn"], "Ăn chay\nĂn mặn", "Ăn chay; Ăn mặn"),
        (Kind.NUMBER, "12", "12", "12"),
        (Kind.YES_NO, "no", "no", "No"),
    ],
)
def test_each_kind_is_kept_as_it_was_meant(
    client, member, session, kind, typed, kept, words
):
    question = ask(session, kind, choices="Ăn chay\nĂn mặn")

    send(client, session, **{name_of(question): typed})

    answer = Answer.objects.get()
    assert answer.registration.person == member.person
    with translation.override("en"):
        assert (answer.value, answer.words) == (kept, words)
    assert words.partition("\n")[0] in page(client.get(url(session)))


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        (Kind.TEXT, ""),
        (Kind.TEXT, "x" * 301),
        (Kind.CHOICE, "Thứ ba"),
        (Kind.SEVERAL, ["Ăn chay", "Thứ ba"]),
        (Kind.NUMBER, "mười"),
        (Kind.NUMBER, "-1"),
        (Kind.NUMBER, "9" * 400),
        (Kind.YES_NO, "maybe"),
        (Kind.FILE, "a text in place of a file"),
    ],
)
def test_what_is_no_answer_signs_nobody_up(client, member, session, kind, typed):
    question = ask(session, kind, choices="Ăn chay\nĂn mặn")

    response = send(client, session, **{name_of(question): typed})

    assert response.status_code == 200
    assert 'class="error"' in page(response)
    assert not Registration.objects.exists()
    assert not Consent.objects.exists()


def test_a_question_may_be_left_empty_if_nobody_insists(client, member, session):
    QuestionFactory(session=session, kind=Kind.CHOICE, choices="A\nB")
    QuestionFactory(session=session, kind=Kind.FILE)

    send(client, session)

    assert Registration.objects.exists()
    assert not Answer.objects.exists()


def test_the_words_of_an_organiser_are_no_markup(client, member, session):
    ask(session, Kind.TEXT, text="<b>Ai?</b>", hint="<script>x()</script>")

    text = page(client.get(url(session)))

    assert "<b>Ai?</b>" not in text
    assert "<script>x()" not in text


def test_a_wrong_answer_gives_every_other_back(client, member, session):
    first, second = ask(session, Kind.TEXT), ask(session, Kind.NUMBER)
    said = {name_of(first): "Tổ 3 Đồng Tâm", name_of(second): "mười"}

    text = page(send(client, session, **said))

    assert "Tổ 3 Đồng Tâm" in text
    assert "mười" in text


def test_after_the_close_everything_typed_is_given_back(
    client, member, session, time_machine
):
    question, several = ask(session, Kind.LONG), ask(session, Kind.SEVERAL)
    Question.objects.filter(pk=several.pk).update(choices="A\nB\nC")
    time_machine.move_to(session.closes_at, tick=False)

    said = {name_of(question): "Ba dòng dài", name_of(several): ["A", "C"]}
    response = send(client, session, **said)

    assert response.status_code == 409
    text = page(response)
    assert "Sign-up closed at" in text
    assert "Ba dòng dài" in text
    assert text.count("checked") == 3  # the two chosen and the agreement
    assert not Answer.objects.exists()


def test_answers_outlive_a_sign_in_that_ended_meanwhile(client, session):
    question, several = ask(session, Kind.TEXT), ask(session, Kind.SEVERAL)
    Question.objects.filter(pk=several.pk).update(choices="A\nB\nC")
    said = {name_of(question): "Câu trả lời", name_of(several): ["A", "C"]}
    assert send(client, session, **said).status_code == 302

    client.force_login(UserFactory())
    text = page(client.get(url(session)))

    assert "Câu trả lời" in text
    assert text.count("checked") == 2  # the chosen ones, and never an agreement


def test_pressing_twice_keeps_the_first_answers(client, member, session, now):
    question = ask(session, Kind.TEXT)
    for words in ("Lần một", "Lần hai"):
        signing_up.sign_up(
            session_id=session.pk,
            person=member.person,
            told=Told(answers=[(question, words)]),
            by=member,
            now=now,
        )

    assert Registration.objects.count() == 1
    assert Answer.objects.get().value == "Lần một"


def test_a_refused_sign_up_keeps_no_answer(session, now):
    question, person = ask(session, Kind.TEXT), PersonFactory(full_name=" ")

    with pytest.raises(actions.Refused):
        signing_up.sign_up(
            session_id=session.pk,
            person=person,
            told=Told(answers=[(question, "Có")]),
            by=None,
            now=now,
        )

    assert not Answer.objects.exists()


class TestFiles:
    def test_a_file_is_looked_into_and_kept_apart_from_its_name(
        self, client, member, session
    ):
        question = ask(session, Kind.FILE)

        send(client, session, **{name_of(question): picture("../../Ảnh thẻ.png")})

        answer = Answer.objects.get()
        assert answer.name == "Ảnh thẻ.jpg"
        assert answer.media_type == "image/jpeg"
        assert answer.state == Answer.FileState.UNSCANNED
        assert answer.file.name.startswith("training/")
        assert "nh" not in answer.file.name.removeprefix("training/")

    def test_what_it_is_not_is_refused_and_the_page_says_to_choose_again(
        self, client, member, session
    ):
        question, text = ask(session, Kind.FILE), ask(session, Kind.TEXT)
        lie = SimpleUploadedFile("don.pdf", b"<script>x()</script>")
        said = {name_of(question): lie, name_of(text): "Còn nguyên"}

        words = page(send(client, session, **said))

        assert "not what the file holds" in words
        assert "Choose your file again" in words
        assert "Còn nguyên" in words
        assert not Registration.objects.exists()

    def test_only_its_sender_and_those_in_charge_get_it(self, client, member, session):
        question = ask(session, Kind.FILE)
        send(client, session, **{name_of(question): picture()})
        address = reverse(
            "training:answer", args=[session.slug, Answer.objects.get().pk]
        )

        response = fetch(client, address)
        assert response.status_code == 200
        assert response["Content-Disposition"].startswith("attachment")
        assert response["X-Content-Type-Options"] == "nosniff"

        client.force_login(UserFactory())
        assert fetch(client, address).status_code == 404
        elsewhere = AssignmentFactory(role=Role.TRAINING_ORGANISER).user
        client.force_login(elsewhere)
        assert fetch(client, address).status_code == 404
        organiser = AssignmentFactory(role=Role.TRAINING_ORGANISER, unit=session.unit)
        client.force_login(organiser.user)
        assert not AccessNote.objects.exists()  # one's own file is no note
        assert fetch(client, address).status_code == 200
        assert AccessNote.objects.get().by == organiser.user
        client.logout()
        assert fetch(client, address).status_code == 404

    @pytest.mark.parametrize("state", ["scanning", "quarantined"])
    def test_what_the_scanner_holds_leaves_to_nobody(
        self, client, member, session, state
    ):
        question = ask(session, Kind.FILE)
        send(client, session, **{name_of(question): picture()})
        Answer.objects.update(state=state)
        address = reverse(
            "training:answer", args=[session.slug, Answer.objects.get().pk]
        )

        assert fetch(client, address).status_code == 404
        assert "anh.jpg" in page(client.get(url(session)))

    def test_old_bytes_without_a_row_go_at_night(self, client, member, session, now):
        question = ask(session, Kind.FILE)
        send(client, session, **{name_of(question): picture()})
        kept = Answer.objects.get().file.name
        stray = private_storage().save("training/stray", picture())

        assert files.drop_orphans(now=now + dt.timedelta(days=900)) == 1
        assert private_storage().exists(kept)
        assert not private_storage().exists(stray)


class TestPrivacy:
    def test_answers_are_handed_out(self):
        answer = AnswerFactory()

        rows = export_person(answer.registration.person)["training.registration"]

        assert rows[0]["answers"] == {answer.question.text: "Chi đoàn Nà Phặc"}

    def test_and_erased_with_their_files(
        self, client, member, session, now, django_capture_on_commit_callbacks
    ):
        question = ask(session, Kind.FILE)
        send(client, session, **{name_of(question): picture()})
        name = Answer.objects.get().file.name

        with django_capture_on_commit_callbacks(execute=True):
            erase_person(person=member.person, now=now)

        assert not Answer.objects.exists()
        assert not private_storage().exists(name)


class TestConsents:
    def test_photos_are_a_box_of_their_own(self, client, member, session):
        send(client, session)
        assert [row.purpose for row in Consent.objects.all()] == ["training"]

    def test_and_a_consent_of_their_own(self, client, member, session):
        text = page(client.get(url(session)))
        assert "checked" not in text

        send(client, session, photos="on")

        purposes = set(Consent.objects.values_list("purpose", "about"))
        about = f"training.session:{session.pk}"
        assert purposes == {("training", about), ("publish_picture", about)}


def test_a_session_that_asks_nothing_is_not_asked_what_it_asks(
    client, member, session, django_assert_num_queries
):
    with django_assert_num_queries(4) as plain:
        client.get(url(session))
    assert not any("training_question" in q["sql"][:60] for q in plain)


def test_answers_of_one_sign_up_are_read_at_once(django_assert_num_queries):
    registration = RegistrationFactory()
    for _ in range(3):
        AnswerFactory(
            registration=registration,
            question=QuestionFactory(session=registration.session),
        )

    with django_assert_num_queries(1):
        assert len([row.words for row in answers.of(registration)]) == 3


@pytest.mark.parametrize(
    ("choices", "good"), [("A\nB", True), ("A", False), ("A\nA\n", False), ("", False)]
)
def test_a_question_with_choices_needs_two(session, choices, good):
    question = Question(session=session, text="?", kind=Kind.CHOICE, choices=choices)

    if good:
        question.full_clean()
        return
    with pytest.raises(ValidationError) as refused:
        question.full_clean()
    assert set(refused.value.message_dict) == {"choices"}
