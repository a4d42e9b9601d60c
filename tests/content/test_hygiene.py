"""Through the whole middleware chain, with views that echo what reaches them."""

import unicodedata

import pytest
from django.core.exceptions import BadRequest
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http import JsonResponse
from django.test import Client
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

import portal.urls
from content.hygiene import InputHygieneMiddleware

DECOMPOSED = unicodedata.normalize("NFD", "số hoá")
COMPOSED = unicodedata.normalize("NFC", "số hoá")
FORM = "application/x-www-form-urlencoded"


def echo(request, rest=""):
    return JsonResponse(
        {
            "get": dict(request.GET.lists()),
            "post": dict(request.POST.lists()),
            "files": {name: file.size for name, file in request.FILES.items()},
            "rest": rest,
        }
    )


@csrf_exempt
def stream(request):
    """A view that chooses how to read its upload, as one in pieces does."""
    request.upload_handlers = [MemoryFileUploadHandler(request)]
    return echo(request)


@csrf_exempt
def raw(request):
    return JsonResponse({"body": request.read().decode("latin-1")})


urlpatterns = [
    path("echo/", echo),
    path("echo/<path:rest>", echo),
    path("stream/", stream),
    path("raw/", raw),
    *portal.urls.urlpatterns,
]
handler400 = portal.urls.handler400

pytestmark = pytest.mark.urls(__name__)


@pytest.fixture
def client():
    return Client(raise_request_exception=False)


def send(client, body, content_type=FORM, url="/echo/"):
    return client.generic("POST", url, body, content_type=content_type)


def test_text_arrives_composed(client):
    assert client.get("/echo/", {"q": DECOMPOSED}).json()["get"] == {"q": [COMPOSED]}
    form = {"ten": [DECOMPOSED, "b"], DECOMPOSED: "x"}
    expected = {"ten": [COMPOSED, "b"], COMPOSED: ["x"]}
    assert client.post("/echo/", form).json()["post"] == expected
    body = f"ten={DECOMPOSED}&ten=b&{DECOMPOSED}=x".encode()
    assert send(client, body).json()["post"] == expected


def test_files_come_through_with_their_form(client, tmp_path):
    upload = tmp_path / "a.bin"
    upload.write_bytes(b"\x00\xff" * 500)
    with upload.open("rb") as file:
        answer = client.post("/echo/", {"tep": file, "ten": DECOMPOSED}).json()
    assert answer["files"] == {"tep": 1000}
    assert answer["post"] == {"ten": [COMPOSED]}


@pytest.mark.parametrize(
    "query",
    ["q=a%00b", "%00=a", "q=%ED%A0%80", "q=%FF", "q=%C3%28", "q=%C0%80"],
)
def test_broken_queries_are_refused(client, query):
    assert client.get(f"/echo/?{query}").status_code == 400


@pytest.mark.parametrize(
    "body", [b"q=a%00b", b"q=a\x00b", b"q=%ED%A0%80", b"q=\xff", b"%00=a"]
)
def test_broken_forms_are_refused(client, body):
    assert send(client, body).status_code == 400


def test_broken_forms_with_files_are_refused(client):
    assert client.post("/echo/", {"ten": "a\x00b"}).status_code == 400
    assert client.post("/echo/", {"a\x00b": "ten"}).status_code == 400
    cut = b"--x\r\nContent-Disposition: form-data; name="
    assert send(client, cut, "multipart/form-data").status_code == 400


@pytest.mark.parametrize("place", ["/echo/a%00b", "/echo/%00"])
def test_broken_paths_are_refused(client, place):
    assert client.get(place).status_code == 400


def test_a_surrogate_in_the_path_stays_coded(client):
    assert client.get("/echo/%ED%A0%80").json()["rest"] == "%ED%A0%80"


def test_broken_cookies_are_refused(client):
    client.cookies.load('sessionid="abcdefghijkl\\000"')
    assert client.get("/echo/").status_code == 400


def test_oversized_bodies_are_refused(client, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    assert send(client, b"q=" + b"a" * 2000).status_code == 400
    assert client.post("/echo/", {"q": "a" * 2000}).status_code == 400
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 3
    assert send(client, b"a=1&b=2&c=3&d=4").status_code == 400
    assert client.get("/echo/?a=1&b=2&c=3&d=4").status_code == 400


@pytest.mark.parametrize("debug", [True, False])
def test_too_many_fields_are_refused(client, settings, debug):
    settings.DEBUG = debug
    query = "&".join(f"field{number}=" for number in range(2001))
    assert client.get(f"/echo/?{query}").status_code == 400
    response = client.post("/echo/", query, content_type=FORM)
    assert response.status_code == 400


def test_long_and_strange_but_whole_text_is_welcome(client):
    text = "ă" * 100_000 + "\ufffd\u200b\ud7ff"
    assert client.post("/echo/", {"ten": text}).json()["post"] == {"ten": [text]}
    assert client.get("/echo/?q=%26%3D%2B%25+x").json()["get"] == {"q": ["&=+% x"]}


def test_the_form_stays_read_only(rf):
    request = rf.post("/echo/?a=1", {"ten": "b"})
    middleware = InputHygieneMiddleware(echo)
    middleware(request)
    middleware.process_view(request, echo, (), {})
    for data in (request.GET, request.POST):
        with pytest.raises(AttributeError, match="immutable"):
            data["a"] = "2"


def test_exempt_views_read_their_uploads_themselves(client, tmp_path):
    upload = tmp_path / "a.bin"
    upload.write_bytes(b"x" * 10)
    with upload.open("rb") as file:
        answer = client.post("/stream/", {"tep": file, "ten": DECOMPOSED})
    assert answer.json()["files"] == {"tep": 10}
    assert send(client, b"a%00b\x00", url="/raw/").json()["body"] == "a%00b\x00"


def test_a_form_that_breaks_off_is_refused(rf):
    class Broken:
        def read(self, *args):
            raise OSError("connection reset")

    request = rf.post("/echo/", b"a=1", content_type=FORM)
    request._stream = Broken()
    request._stream.close = lambda: None
    with pytest.raises(BadRequest):
        InputHygieneMiddleware(echo).process_view(request, echo, (), {})
