"""What docs/operate.md says under "When something fails", made to happen."""

import datetime as dt
import ipaddress
import resource
import signal
import socket
import ssl
import subprocess
import time
from contextlib import contextmanager

import pytest
import redis
import time_machine
from aiosmtpd.controller import Controller
from allauth.mfa.models import Authenticator
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.core.cache import cache
from django.core.cache import caches as all_caches
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse

from content import clock
from mail import delivery, wake
from mail.models import Letter
from portal.celery import app
from portal.embedded.places import programs
from tests.content.door import Door
from tests.factories.mail import LetterFactory
from tests.factories.members import UserFactory
from tests.factories.news import PublishedFactory
from tests.members.test_factors import totp, with_app

pytestmark = pytest.mark.django_db


@pytest.fixture
def client():
    return Client(raise_request_exception=False)


@contextmanager
def no_file_larger_than(size: int):
    """Stands for a full disk: writing past it fails, in this process alone."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)


class TestAFullDisk:
    def test_an_upload_is_asked_to_come_again(self, client, caplog):
        file = SimpleUploadedFile("bai.pdf", b"%PDF-" + bytes(3_000_000))
        address = reverse("news:contribute")
        with no_file_larger_than(100_000):
            response = client.post(address, {"title": "Tin", "files": file})
        assert response.status_code == 503
        assert response["Retry-After"] == "30"
        assert "File too large" in caplog.text

    def test_reading_goes_on(self, client):
        PublishedFactory()
        with no_file_larger_than(0):
            assert client.get(reverse("news:list")).status_code == 200


@pytest.fixture
def read_only(settings):
    """The database takes no writes, as a standby or one in maintenance."""
    take_no_writes()


def take_no_writes() -> None:
    with connection.cursor() as cursor:
        # What the test has written is checked now: a check locks rows.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET TRANSACTION READ ONLY")


class TestAReadOnlyDatabase:
    @pytest.mark.parametrize(
        "name",
        ["portal:home", "news:list", "training:list", "teams:list", "contests:list"],
    )
    def test_public_pages_answer(self, read_only, name):
        assert Door().get(reverse(name)).status == 200

    def test_an_article_and_a_search_answer(self, client):
        article = PublishedFactory()
        take_no_writes()
        assert Door().get(article.get_absolute_url()).status == 200
        assert client.get(reverse("portal:search"), {"q": "số"}).status_code == 200

    def test_forms_say_try_again_later(self, read_only, client, caplog):
        response = client.post(reverse("account_signup"), {"email": "a@example.com"})
        assert response.status_code == 503
        assert response["Retry-After"] == "30"
        assert "read-only transaction" in caplog.text


@contextmanager
def valkey(tmp_path, *settings: str):
    """A server of its own with little memory."""
    socket = tmp_path / "v.sock"
    command = [programs(None, print).valkey, "--port", "0", "--unixsocket", socket]
    command += ["--save", "", "--dir", tmp_path, *settings]
    process = subprocess.Popen(list(map(str, command)), stdout=subprocess.DEVNULL)
    client = redis.Redis(unix_socket_path=str(socket))
    try:
        for _ in range(200):
            try:
                client.ping()
                break
            except redis.RedisError:
                time.sleep(0.05)
        yield client, socket
    finally:
        client.close()
        process.kill()
        process.wait()


@pytest.mark.fault
class TestAFullValkey:
    def test_the_broker_refuses_and_the_letter_waits(
        self, tmp_path, monkeypatch, now, caplog
    ):
        full = ("--maxmemory", "3mb", "--maxmemory-policy", "noeviction")
        with valkey(tmp_path, *full) as (client, socket):
            self.fill(client)
            self.write_to(f"redis+socket://{socket}", monkeypatch)
            letter = LetterFactory(not_before=now, created_at=now)
            sent = wake.send_now(secret=False)
            app._after_fork()
        assert sent is False
        assert "broker not reached, beat will find the letters" in caplog.text
        letter.refresh_from_db()
        assert letter.state == Letter.State.QUEUED
        assert Letter.objects.pending(now).filter(pk=letter.pk).exists()

    @staticmethod
    def fill(client) -> None:
        number = 0
        try:
            while True:
                client.set(f"x{number}", "x" * 10_000)
                number += 1
        except redis.exceptions.OutOfMemoryError:
            assert number > 10

    @staticmethod
    def write_to(address: str, monkeypatch) -> None:
        monkeypatch.setattr(app.conf, "broker_write_url", address)
        app._after_fork()  # forgets the connections that it holds

    def test_the_cache_lets_the_oldest_go(self, tmp_path):
        full = ("--maxmemory", "3mb", "--maxmemory-policy", "allkeys-lru")
        with valkey(tmp_path, *full) as (client, _socket):
            for number in range(1000):
                client.set(f"x{number}", "x" * 10_000)
            assert client.get("x999") is not None
            assert client.get("x0") is None

    def test_a_cache_that_refuses_is_an_outage_and_no_mistake(
        self, tmp_path, settings, client, caplog
    ):
        """Limits cannot be counted, so the form waits; pages go on."""
        full = ("--maxmemory", "3mb", "--maxmemory-policy", "noeviction")
        with valkey(tmp_path, *full) as (server, socket):
            self.fill(server)
            settings.CACHES = {
                "default": {
                    "BACKEND": "django.core.cache.backends.redis.RedisCache",
                    "LOCATION": f"unix://{socket}",
                }
            }
            answer = client.post(reverse("account_signup"), {"email": "a@example.com"})
            page = client.get(reverse("news:list"))
            all_caches["default"].close()
        assert answer.status_code == 503
        assert page.status_code == 200
        assert "OOM" in caplog.text or "maxmemory" in caplog.text


def certificate(folder, *, expired: bool):
    """A self-signed one for 127.0.0.1; the files of certificate and key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    today = dt.datetime.now(dt.UTC)
    until = today + dt.timedelta(days=-1 if expired else 30)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - dt.timedelta(days=60))
        .not_valid_after(until)
        .add_extension(
            x509.SubjectAlternativeName(
                [x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
            ),
            critical=False,
        )
        .sign(key, hashes.SHA256())
    )
    both = folder / "mail.pem"
    both.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return both


class Taker:
    def __init__(self):
        self.taken = []

    async def handle_DATA(self, server, session, envelope):
        self.taken.append(envelope.content)
        return "250 OK"


class Office(Controller):
    def _trigger_server(self):
        """Its own greeting cannot speak to a certificate that nobody signed."""
        port = self.server.sockets[0].getsockname()[1]
        trusting = ssl._create_unverified_context()  # noqa: S323  our own server
        with (
            socket.create_connection(("127.0.0.1", port), 5) as plain,
            trusting.wrap_socket(plain) as line,
        ):
            line.recv(100)


@pytest.mark.parametrize("expired", [True, False])
def test_a_mail_server_whose_certificate_has_expired(
    tmp_path, settings, monkeypatch, caplog, now, expired
):
    """Nothing is handed over, nothing is lost, and staff read why."""
    file = certificate(tmp_path, expired=expired)
    # Its issuer is trusted: the date alone is what may be wrong.
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    taker = Taker()
    office = Office(taker, hostname="127.0.0.1", port=0, ssl_context=context)
    office.start()
    try:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST = "127.0.0.1"
        settings.EMAIL_PORT = office.server.sockets[0].getsockname()[1]
        settings.EMAIL_USE_SSL = True
        settings.EMAIL_TIMEOUT = 5
        letter = LetterFactory(not_before=now, created_at=now)
        delivery.deliver(now=now, limit=1)
    finally:
        office.stop()
    letter.refresh_from_db()
    if not expired:
        assert (letter.state, len(taker.taken)) == (Letter.State.SENT, 1)
        return
    assert taker.taken == []
    assert letter.state == Letter.State.RETRY
    assert letter.reason == Letter.Reason.NO_SERVER
    assert "certificate has expired" in letter.error
    assert "mail server not reached" in caplog.text
    assert "certificate has expired" in caplog.text


class TestAClockThatIsOff:
    """A server two minutes ahead or behind, and people with the right time."""

    @pytest.mark.parametrize(("seconds", "fits"), [(0, True), (25, True), (120, False)])
    def test_codes_of_authenticator_apps(self, seconds, fits):
        user = with_app(UserFactory())
        factor = Authenticator.objects.get(user=user, type="totp").wrap()
        right = time.time()
        cache.clear()
        with time_machine.travel(right + seconds, tick=False):
            assert factor.validate_code(totp(right)) is fits

    @pytest.mark.parametrize("minutes", [-2, 2])
    def test_sessions_and_pages_go_on(self, client, minutes):
        client.force_login(UserFactory())
        moved = clock.now() + dt.timedelta(minutes=minutes)
        with time_machine.travel(moved, tick=False):
            assert client.get(reverse("portal:me")).status_code == 200

    def test_it_is_told_and_logged(self, client, caplog):
        moved = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=2)
        with time_machine.travel(moved, tick=True):
            told = client.get("/metrics").text
        line = next(li for li in told.splitlines() if li.startswith("portal_clock_"))
        assert 110 < float(line.split()[-1]) < 130
        assert "the clock of this machine is 1" in caplog.text
