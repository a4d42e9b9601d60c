"""Helpers are invited by letter, once, and leave by themselves."""

import pytest

from mail.models import Letter
from members.models import User
from tests.factories.members import UserFactory
from tests.factories.training import SessionFactory
from training import staffing
from training.models import SessionStaff

pytestmark = pytest.mark.django_db

Role = SessionStaff.Role


def invite(session, email, now, role=Role.HELPER):
    return staffing.invite(
        session=session, email=email, role=role, by=UserFactory(), now=now
    )


def test_a_known_account_gets_the_desk_and_a_letter(now):
    session, user = SessionFactory(), UserFactory()

    staff = invite(session, user.email.upper(), now)

    letter = Letter.objects.get()
    assert staff.user == user
    assert letter.address == user.email
    assert f"/tap-huan/{session.slug}/ban-don/" in letter.text
    assert session.title in letter.subject


def test_an_account_is_made_for_a_new_address_without_any_other_right(now):
    staff = invite(SessionFactory(), " Nung.Thi.Hoa@Example.com ", now)

    assert staff.user.email == "nung.thi.hoa@example.com"
    assert not staff.user.has_usable_password()
    assert not staff.user.is_staff
    assert not staff.user.assignments.exists()


def test_twice_is_once_and_the_second_role_counts(now):
    session = SessionFactory()
    first = invite(session, "hoa@example.com", now)
    second = invite(session, "HOA@example.com", now, role=Role.INSTRUCTOR)

    assert first == second
    assert SessionStaff.objects.get().role == Role.INSTRUCTOR
    assert Letter.objects.filter(address="hoa@example.com").count() == 1
    assert User.objects.filter(email__iexact="hoa@example.com").count() == 1


def test_who_was_sent_away_can_be_invited_again(now):
    session = SessionFactory()
    first = invite(session, "hoa@example.com", now)
    staffing.end(staff=first, now=now)

    second = invite(session, "hoa@example.com", now)

    assert second != first
    current = SessionStaff.objects.current(now)
    assert list(current) == [second]
