"""The kept pages look like pages made for one reader, and never like another's."""

from __future__ import annotations

import re

import pytest
from django.contrib import messages
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.middleware.csrf import _does_token_match
from django.template.loader import render_to_string
from django.urls import reverse

from content import kept
from tests.factories.members import PersonFactory, UserFactory
from tests.factories.training import SessionFactory
from training import actions, crowd_pages, views
from training.models import TrainingSession

pytestmark = pytest.mark.django_db

TOKEN = re.compile(r'(?<=name="csrfmiddlewaretoken" value=")[^"]+')

AHEAD = ["You are the first", "1 person before you", "2 people before you"]


@pytest.fixture(autouse=True)
def _nothing_kept(now, time_machine):
    time_machine.move_to(now, tick=False)
    kept.store.clear()


@pytest.fixture
def member():
    return UserFactory()


@pytest.fixture
def pages(monkeypatch):
    """Each kept page beside the same one as it is made for a single reader."""
    seen = []

    def beside(make, template):
        def both(request, context):
            alike = make(request, context)
            seen.append((alike, render_to_string(template, context, request)))
            return alike

        return both

    for name, template in (("to_sign_up", "register"), ("signed_up", "registered")):
        made = beside(getattr(crowd_pages, name), f"training/{template}.html")
        monkeypatch.setattr(crowd_pages, name, made)
    return seen


def address(session: TrainingSession) -> str:
    return reverse("training:register", args=[session.slug])


def other(now, session: TrainingSession, number: int = 1) -> None:
    for _ in range(number):
        actions.register(
            session_id=session.pk, person=PersonFactory(), by=None, now=now
        )


@pytest.mark.parametrize("cookies", [{}, {"display": "contrast-large"}])
@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("before", [0, 1, 3])
def test_they_look_as_if_made_for_their_reader(
    client, member, now, pages, settings, before, language, cookies
):
    settings.OFFLINE_COPIES = True
    session = SessionFactory(title="An <toàn> & số", capacity=1)
    client.cookies.load({settings.LANGUAGE_COOKIE_NAME: language, **cookies})
    client.force_login(member)
    other(now, session, before)
    for _ in range(2):
        client.get(address(session))
    client.post(address(session), {"agreed": "on"})
    for _ in range(2):
        client.get(address(session))
    # The place comes with a pass, which is nobody else's.
    assert [alike is None for alike, _ in pages] == [False, False] + [not before] * 2
    for alike, single in pages:
        if alike is not None:
            assert TOKEN.sub("", alike) == TOKEN.sub("", single)
            assert "\ue000" not in alike


def test_each_reader_gets_token_number_and_mark_of_their_own(client, now, settings):
    settings.OFFLINE_COPIES = True
    session = SessionFactory(capacity=1)
    other(now, session)
    tokens, texts = set(), []
    for number in range(3):
        client.logout()
        client.cookies.clear()
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
        client.force_login(UserFactory())
        client.get(address(session))
        client.post(address(session), {"agreed": "on"})
        page = client.get(address(session)).content.decode()
        (token, *more) = TOKEN.findall(page)
        secret = client.cookies["csrftoken"].value
        assert all(_does_token_match(one, secret) for one in (token, *more))
        tokens.add(token)
        texts.append(re.search(r'name="account" content="(\w{16})"', page)[1])
        assert AHEAD[number] in page
    assert len(tokens) == len(set(texts)) == 3


def test_what_is_said_of_the_session_is_never_old(client, member, now, settings):
    session = SessionFactory(capacity=1)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.force_login(member)
    assert session.title in client.get(address(session)).content.decode()
    TrainingSession.objects.filter(pk=session.pk).update(title="Tên mới")
    assert "Tên mới" in client.get(address(session)).content.decode()
    other(now, session)
    assert "All places are taken" in client.get(address(session)).content.decode()


def test_a_message_is_shown_and_not_kept(rf, member, now):
    session = SessionFactory()
    for waits in (False, True, False):
        request = rf.get(address(session))
        SessionMiddleware(views.register).process_request(request)
        MessageMiddleware(views.register).process_request(request)
        request.user, request.now = member, now
        if waits:
            messages.success(request, "Chỗ đã đổi.")
        page = views.register(request, session.slug).content.decode()
        assert ("Chỗ đã đổi." in page) == waits
