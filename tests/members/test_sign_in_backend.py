"""Whose session it is: the account with its person, in one question."""

import pytest
from django.contrib.auth import get_user

from members.models import User
from members.sign_in_backend import SignInBackend
from tests.factories.members import UserFactory

pytestmark = pytest.mark.django_db


def test_the_account_comes_with_its_person(django_assert_num_queries):
    user = UserFactory()

    with django_assert_num_queries(1):
        found = SignInBackend().get_user(user.pk)
        assert found.person == user.person
    assert found == user


def test_a_closed_account_ends_its_sessions(client):
    user = UserFactory()
    client.force_login(user)
    User.objects.filter(pk=user.pk).update(is_active=False)

    assert not client.get("/").wsgi_request.user.is_authenticated


def test_an_account_that_is_gone_is_nobody():
    assert SignInBackend().get_user(0) is None


def test_a_session_of_before_is_anonymous_after_its_end(client, rf):
    client.force_login(UserFactory())
    store = client.session
    store.set_expiry(-1)
    store.save()
    request = rf.get("/")
    request.session = type(store)(store.session_key)

    assert not get_user(request).is_authenticated
