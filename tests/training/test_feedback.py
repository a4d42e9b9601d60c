"""Feedback: who may give it, once, and nobody can tell whose it is."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from members.models import Role
from tests.factories.members import AssignmentFactory, PersonFactory, UserFactory
from tests.factories.training import (
    AttendanceFactory,
    RegistrationFactory,
    SessionFactory,
)
from training import feedback, links
from training.actions import Refused
from training.feedback import FeedbackRefusal
from training.models import Feedback

pytestmark = pytest.mark.django_db

MINUTE, DAY = dt.timedelta(minutes=1), dt.timedelta(days=1)
GOOD = {"useful": 5, "clear": 4, "organised": 3, "liked": "Tập thật", "better": ""}


@pytest.fixture
def session(now):
    return SessionFactory(
        opens_at=now - 20 * DAY,
        closes_at=now - 3 * DAY,
        starts_at=now - DAY,
        ends_at=now - DAY + dt.timedelta(hours=8),
    )


@pytest.fixture
def sign_up(session):
    return RegistrationFactory(session=session)


@pytest.fixture(autouse=True)
def _at_that_moment(now, time_machine):
    time_machine.move_to(now, tick=False)


@pytest.fixture(autouse=True)
def _english(client):
    from portal.language import COOKIE

    client.cookies[COOKIE] = "en"


def test_the_window_is_half_open(session, sign_up):
    opens = session.ends_at - feedback.BEFORE_END
    closes = session.ends_at + feedback.OPEN_FOR
    why = feedback.why_not_feedback
    assert why(sign_up, now=opens - MINUTE) == FeedbackRefusal.TOO_EARLY
    assert why(sign_up, now=opens) is None
    assert why(sign_up, now=closes - MINUTE) is None
    assert why(sign_up, now=closes) == FeedbackRefusal.CLOSED


@pytest.mark.parametrize("state", ["cancelled", "waiting"])
def test_who_had_no_place_gives_none(session, state, now):
    row = RegistrationFactory(session=session, state=state)
    assert feedback.why_not_feedback(row, now=now) == FeedbackRefusal.NOT_THERE


def test_where_a_list_was_kept_only_those_on_it_count(session, sign_up, now):
    came = AttendanceFactory(slot__session=session)
    assert feedback.why_not_feedback(sign_up, now=now) == FeedbackRefusal.NOT_THERE
    assert feedback.why_not_feedback(came.registration, now=now) is None


def test_once_and_without_a_name(sign_up, now):
    feedback.give(registration_id=sign_up.pk, answers=GOOD, now=now)
    with pytest.raises(Refused) as info:
        feedback.give(registration_id=sign_up.pk, answers=GOOD, now=now)
    assert info.value.refusal == FeedbackRefusal.GIVEN
    fields = {field.name for field in Feedback._meta.get_fields()}
    assert fields == {
        "id",
        "session",
        "useful",
        "clear",
        "organised",
        "liked",
        "better",
    }
    sign_up.refresh_from_db()
    assert sign_up.feedback_given


def test_marks_go_from_one_to_five(session):
    with pytest.raises(IntegrityError), transaction.atomic():
        Feedback.objects.create(session=session, **{**GOOD, "clear": 6})


def test_few_answers_stay_unseen_and_more_add_up(session, django_assert_num_queries):
    for mark in (5, 4):
        Feedback.objects.create(session=session, **{**GOOD, "useful": mark})
    few = feedback.results(session)
    assert (few.number, few.questions, few.liked) == (2, [], [])
    Feedback.objects.create(session=session, **{**GOOD, "useful": 3})
    with django_assert_num_queries(1):
        found = feedback.results(session)
    assert found.questions[0].mean == 4
    assert [mark.text for mark in found.questions[0].chart.marks][:3] == [
        "1/3",
        "1/3",
        "1/3",
    ]
    assert found.liked == ["Tập thật"] * 3


def test_the_link_in_the_letter_opens_the_page(client, sign_up):
    url = links.feedback_url(sign_up.session.slug, sign_up.code)
    page = client.get(url)
    assert b"one minute" in page.content
    path, token = url.split("?")[0], links.feedback_token(sign_up.code)
    wrong = client.post(path, {links.PARAMETER: token, "liked": "Vui"})
    assert b"Choose one" in wrong.content
    assert b"Vui" in wrong.content
    sent = client.post(path, {links.PARAMETER: token, **GOOD}, follow=True)
    assert b"Thank you" in sent.content
    assert Feedback.objects.get().liked == "Tập thật"
    client.post(path, {links.PARAMETER: token, **GOOD})
    assert Feedback.objects.count() == 1


def test_signed_in_works_as_well(client, session, now):
    person = PersonFactory()
    user = UserFactory(person=person)
    RegistrationFactory(session=session, person=person)
    client.force_login(user)
    url = reverse("training:feedback", args=[session.slug])
    client.post(url, GOOD)
    assert Feedback.objects.count() == 1


def test_too_late_gives_the_text_back(client, session, sign_up, now, time_machine):
    time_machine.move_to(session.ends_at + feedback.OPEN_FOR)
    url = reverse("training:feedback", args=[session.slug])
    token = links.feedback_token(sign_up.code)
    late = client.post(url, {links.PARAMETER: token, **GOOD})
    assert late.status_code == 409
    assert "Tập thật" in late.content.decode()
    assert not Feedback.objects.exists()


@pytest.mark.parametrize("token", ["x", "a:b"])
def test_a_forged_link_finds_nobody(client, session, token):
    url = reverse("training:feedback", args=[session.slug])
    assert client.get(url, {links.PARAMETER: token}).status_code == 404


def test_results_are_for_those_who_run_the_session(client, session):
    url = reverse("training:feedback_results", args=[session.slug])
    assert "login" in client.get(url)["Location"]
    client.force_login(UserFactory())
    assert client.get(url).status_code == 403
    organiser = UserFactory()
    AssignmentFactory(user=organiser, role=Role.TRAINING_ORGANISER, unit=session.unit)
    client.force_login(organiser)
    assert b"0 answers" in client.get(url).content
