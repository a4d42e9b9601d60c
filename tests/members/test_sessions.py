"""Sessions are kept as Django keeps them; one that was ended never comes back."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.contrib.sessions.backends.base import CreateError, UpdateError
from django.contrib.sessions.backends.db import SessionStore as Plain
from django.contrib.sessions.models import Session
from django.db import transaction
from django.urls import reverse

from members.sessions import SessionStore
from tests.factories.members import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("pooling")]


def begun(**data) -> SessionStore:
    store = SessionStore()
    store.update(data)
    store.save()
    return store


def test_what_is_kept_is_what_djangos_own_finds():
    key = begun(a="ô").session_key
    assert dict(Plain(key).items()) == {"a": "ô"}
    assert SessionStore(key)["a"] == "ô"
    assert Session.objects.get(pk=key).expire_date == pytest.approx(
        SessionStore(key).get_expiry_date(), abs=dt.timedelta(minutes=1)
    )


def test_a_second_save_changes_this_one_and_no_other():
    other, store = begun(a=1), begun(a=1)
    store["a"] = 2
    store.save()
    assert SessionStore(store.session_key)["a"] == 2
    assert SessionStore(other.session_key)["a"] == 1
    assert Session.objects.count() == 2


def test_one_that_was_ended_meanwhile_does_not_come_back():
    store = begun(a=1)
    Session.objects.all().delete()
    store["a"] = 2
    with pytest.raises(UpdateError):
        store.save()
    assert not Session.objects.exists()


def test_a_request_that_outlives_its_session_leaves_none(client):
    """Signed out elsewhere while the page was being made."""
    user = UserFactory()
    client.force_login(user)
    key = client.session.session_key
    assert client.get(reverse("portal:me")).status_code == 200
    SessionStore(key).delete()
    assert client.get(reverse("portal:me")).status_code == 302
    assert not Session.objects.filter(pk=key).exists()


def test_a_key_that_is_taken_is_never_taken_over():
    taken = begun(a=1)
    store = SessionStore(taken.session_key)
    with transaction.atomic(), pytest.raises(CreateError):
        store.save(must_create=True)
    assert SessionStore(taken.session_key)["a"] == 1
    assert SessionStore().exists(taken.session_key)
    assert not SessionStore().exists("another")


def test_a_new_key_keeps_what_is_known_and_ends_the_old_one():
    store = begun(a=1)
    old = store.session_key
    store.cycle_key()
    store.save()
    assert store.session_key != old
    assert SessionStore(store.session_key)["a"] == 1
    assert not Session.objects.filter(pk=old).exists()


def test_flush_ends_it_and_a_key_that_nobody_has_ends_nothing():
    other, store = begun(), begun()
    SessionStore("another").delete()
    SessionStore().delete()
    store.flush()
    assert list(Session.objects.values_list("pk", flat=True)) == [other.session_key]


def test_one_that_ran_out_is_not_read():
    store = begun(a=1)
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(days=30)):
        assert SessionStore(store.session_key).get("a") is None
