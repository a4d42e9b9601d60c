"""What pages about signing up begin with: the session, and the own sign-up."""

import pytest

from tests.factories.members import PersonFactory
from tests.factories.training import RegistrationFactory, SessionFactory
from training import lookups, rules

pytestmark = pytest.mark.django_db


def live_sign_up(session, person):
    identity = rules.identity_of(person)
    return lookups.live_sign_ups(session.pk, person.pk, identity).first()


def test_a_session_comes_with_what_its_pages_show(django_assert_num_queries):
    session = SessionFactory()

    with django_assert_num_queries(1):
        found = lookups.sessions_at(session.slug).first()
        assert (found.kind, found.unit) == (session.kind, session.unit)
        assert not found.has_questions
    assert found == session
    assert lookups.sessions_at("khong-co").first() is None


def test_one_question_finds_the_sign_up_and_its_place_in_line(
    django_assert_num_queries,
):
    session = SessionFactory()
    RegistrationFactory(session=session, state="waiting", place=1)
    mine = RegistrationFactory(session=session, state="waiting", place=2)

    with django_assert_num_queries(1):
        found = live_sign_up(session, mine.person)
        assert found.people_ahead == 1
        assert found.person == mine.person
    assert found == mine


def test_another_record_of_the_same_person_counts():
    mine = RegistrationFactory(state="confirmed")
    double = PersonFactory(full_name=mine.person.full_name, email=mine.person.email)
    mine.identity = rules.identity_of(double)
    mine.save()

    assert mine.identity
    assert live_sign_up(mine.session, double) == mine


def test_neither_cancelled_nor_elsewhere_nor_nameless_counts():
    gone = RegistrationFactory(state="cancelled")
    other = RegistrationFactory(person=gone.person)
    nameless = RegistrationFactory(session=gone.session, identity="")

    assert live_sign_up(gone.session, gone.person) is None
    assert live_sign_up(other.session, gone.person) == other
    stranger = PersonFactory(email="")
    assert live_sign_up(nameless.session, stranger) is None
