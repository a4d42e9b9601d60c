"""Through the whole middleware chain; services fail for real or as they fail."""

import kombu.exceptions
import psycopg2
import pytest
import redis
from django.core.cache import cache
from django.db import (
    InterfaceError,
    OperationalError,
    ProgrammingError,
    connection,
    connections,
)
from django.http import HttpResponse
from django.test import Client
from django.urls import path

import portal.urls
from content.outage import is_outage

ERRORS = {}


def fail(request, name):
    raise ERRORS[name]


def cut_off(request):
    """The database ends this very connection, as at a restart."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        cursor.execute("SELECT 1")


def fine(request):
    return HttpResponse("fine")


def broken_middleware(get_response):
    """Fails outside the view, as the session or the user can."""

    def middleware(request):
        if "before" in request.GET:
            raise OperationalError("server closed the connection unexpectedly")
        response = get_response(request)
        if "after" in request.GET:
            raise redis.exceptions.ConnectionError("Connection refused")
        if "mistake" in request.GET:
            raise ValueError("a mistake of ours")
        return response

    return middleware


urlpatterns = [
    path("fail/<name>/", fail),
    path("cut-off/", cut_off),
    path("fine/", fine),
    *portal.urls.urlpatterns,
]
handler500 = portal.urls.handler500
pytestmark = pytest.mark.urls(__name__)


@pytest.fixture
def client():
    return Client(raise_request_exception=False)


def assert_is_the_outage_page(response):
    assert response.status_code == 503
    assert response["Retry-After"] == "30"
    assert response["Cache-Control"] == "no-store"
    assert "<h1" in response.text


@pytest.mark.parametrize(
    "error",
    [
        OperationalError("could not connect to server: Connection refused"),
        InterfaceError("connection already closed"),
        redis.exceptions.ConnectionError("Error 111 connecting"),
        redis.exceptions.BusyLoadingError("loading"),
        redis.exceptions.TimeoutError("Timeout reading from socket"),
        kombu.exceptions.OperationalError("Connection refused"),
    ],
    ids=repr,
)
def test_a_lost_service_is_a_friendly_503(client, error, monkeypatch):
    monkeypatch.setitem(ERRORS, "x", error)
    assert is_outage(error)
    assert_is_the_outage_page(client.get("/fail/x/"))


@pytest.mark.parametrize(
    "error",
    [
        ValueError("x"),
        ProgrammingError('relation "x" does not exist'),
        InterfaceError("cursor already closed"),
        redis.exceptions.ResponseError("WRONGTYPE"),
        redis.exceptions.DataError("Invalid input"),
    ],
    ids=repr,
)
def test_a_mistake_of_ours_stays_a_500(client, error, monkeypatch):
    monkeypatch.setitem(ERRORS, "x", error)
    assert not is_outage(error)
    assert client.get("/fail/x/").status_code == 500


def test_the_cause_of_an_error_counts():
    try:
        try:
            raise psycopg2.OperationalError("gone")
        except psycopg2.OperationalError as gone:
            raise OperationalError("gone") from gone
    except OperationalError as error:
        wrapped = RuntimeError("could not load")
        wrapped.__cause__ = error
    assert is_outage(wrapped)
    assert not is_outage(RuntimeError("could not load"))
    assert not is_outage(None)


@pytest.mark.django_db(transaction=True)
def test_a_connection_the_database_ended(client):
    assert_is_the_outage_page(client.get("/cut-off/"))
    connections.close_all()
    assert client.get("/fine/").status_code == 200


@pytest.mark.parametrize("debug", [True, False])
@pytest.mark.parametrize("when", ["before", "after"])
def test_an_error_in_another_middleware(client, settings, when, debug):
    settings.DEBUG = debug
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, f"{__name__}.broken_middleware"]
    response = client.get("/fine/", {when: "1"})
    assert_is_the_outage_page(response)
    # Django's debug page, which ours replaced, has no policy.
    assert debug or "default-src 'self'" in response["Content-Security-Policy"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert client.get("/fine/?mistake=1").status_code == 500
    assert client.get("/fine/").text == "fine"


def test_the_page_needs_no_service(client, settings, monkeypatch):
    """Without a database mark a query would fail the test; the cache is away."""
    backend = settings.CACHES["default"]["BACKEND"]
    away = {"BACKEND": backend, "LOCATION": "redis://127.0.0.1:1/0"}
    settings.CACHES = {"default": away}
    with pytest.raises(redis.exceptions.ConnectionError):
        cache.get("x")
    monkeypatch.setitem(ERRORS, "x", OperationalError("gone"))
    assert_is_the_outage_page(client.get("/fail/x/"))
