"""What leaves for a Sentry server: where the code failed, and nobody's data."""

import gzip
import http.server
import subprocess
import sys
import threading

import brotli
import pytest
from django.conf import settings

from portal.error_reports import scrubbed

NAMES = ("Bích Đào", "dao@example.com", "0912345678", "matkhau-cua-toi", "203.0.113.9")
FAIL = """
import logging, django; django.setup()
from django.test import Client
from django.urls import path
import portal.urls
def fail(request):
    name = "Bích Đào"
    logging.getLogger("x").warning("before: %s dao@example.com", "0912345678")
    raise ValueError("dao@example.com or 0912345678 is wrong")
portal.urls.urlpatterns.append(path("hong/", fail))
Client(raise_request_exception=False, REMOTE_ADDR="203.0.113.9").post(
    "/hong/?so=0912345678&ten=Bích+Đào",
    {"password": "matkhau-cua-toi", "n": "Bích Đào"},
    headers={"cookie": "sessionid=matkhau-cua-toi", "x-name": "matkhau-cua-toi"})
import sys
print({"openpyxl", "sentry_sdk", "tablib"} & {*sys.modules} or "light")
import sentry_sdk; sentry_sdk.flush(5)
print("on" if sentry_sdk.get_client().is_active() else "off")
"""


class Sink(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        encoding = self.headers.get("Content-Encoding")
        decode = {"gzip": gzip.decompress, "br": brotli.decompress}.get(encoding, bytes)
        self.server.got.append(decode(body).decode())
        self.send_response(200)
        self.end_headers()

    def log_message(self, *args):
        pass


@pytest.fixture
def sink():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Sink)
    server.got = []
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def fail(**environment) -> str:
    return subprocess.run(
        [sys.executable, "-c", FAIL],
        cwd=settings.BASE_DIR,
        env={"DJANGO_SETTINGS_MODULE": "portal.settings.test", **environment},
        capture_output=True,
        check=True,
        text=True,
    ).stdout


@pytest.mark.slow
def test_a_report_says_where_and_not_who(sink):
    said = fail(SENTRY_DSN=f"http://key@127.0.0.1:{sink.server_port}/1")
    assert said == "{'sentry_sdk'}\non\n"
    told = "".join(sink.got)
    assert "ValueError" in told
    assert "in fail" in told or '"function":"fail"' in told.replace(": ", ":")
    assert "/hong/" in told
    for name in NAMES:
        assert name not in told, name
        assert name.encode("unicode_escape").decode() not in told, name


@pytest.mark.slow
def test_without_an_address_nothing_is_reported():
    """And what only some need is not in the memory of all: a page has been shown."""
    assert fail() == "light\noff\n"


def test_a_report_keeps_an_allow_list():
    event = scrubbed(
        {
            "user": {"id": 7},
            "extra": {"sys.argv": []},
            "request": {"url": "/x/?q=1", "method": "GET", "data": {}, "env": {}},
            "contexts": {"runtime": {"name": "CPython"}, "celery": {"args": ["Đào"]}},
        },
        {},
    )
    assert "user" not in event
    assert event["request"] == {"url": "/x/?[query]", "method": "GET"}
    assert event["contexts"] == {"runtime": {"name": "CPython"}}
