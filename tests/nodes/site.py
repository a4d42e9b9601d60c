"""Two web nodes, two workers, two beats, uploads, PgBouncer and nginx on loopback.

nginx and PgBouncer read the files under deploy/, with names, ports and folders of the
test in the place of those of a server.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import http.client
import os
import pwd
import re
import shutil
import signal
import ssl
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlencode

import redis
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.db import connection

from portal import embedded
from portal.embedded.places import Account
from tests import daytime
from tests.ports import free_port

CHECKOUT = Path(settings.BASE_DIR)
DEPLOY = CHECKOUT / "deploy"
HOST = "chuyendoiso.example.com"
PATH = f"{os.environ['PATH']}:/usr/sbin"
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
BROKER, CACHE = 13, 14
"""Databases of Valkey that no other test touches."""
PAUSE, TRIES = 0.5, 6


def program(name: str) -> str | None:
    return shutil.which(name, path=PATH)


class Site:
    """Everything that runs, each in a process group of its own."""

    def __init__(self, smtp: int) -> None:
        # Not under the folder of the tests, which only we may enter.
        self.folder = Path(tempfile.mkdtemp(prefix="portal-nodes-"))
        self.folder.chmod(0o755)
        self.var = self.folder / "var"
        self.ports = {
            name: free_port()
            for name in ("one", "two", "upload", "pooler", "plain", "tls")
        }
        self.processes: dict[str, subprocess.Popen] = {}
        self.visitors: list[Visitor] = []
        self.offset = daytime.offset()
        """From the clock of this machine to that of the whole site."""
        self.environment = self._environment(smtp)
        self.valkeys = [_valkey(number) for number in (BROKER, CACHE)]

    def start(self) -> None:
        for valkey in self.valkeys:
            valkey.flushdb()
        self.var.mkdir()
        self._pooler()
        self._certificate()
        python = [sys.executable, "-m"]
        subprocess.run(
            [sys.executable, "manage.py", "collectstatic", "--noinput", "-v", "0"],
            cwd=CHECKOUT,
            env=self.environment,
            check=True,
        )
        for name in ("one", "two", "upload"):
            kind = "upload" if name == "upload" else "web"
            serve = ["portal.serve", kind, "--quiet", "--workers", "1"]
            self.run(name, *python, *serve, "--port", str(self.ports[name]))
        self._proxy()
        celery = [*python, "celery", "-A", "portal"]
        level = ["--loglevel", "WARNING"]
        queues = ",".join(settings.QUEUES)
        for number in (1, 2):
            self.run(
                f"worker-{number}",
                *(*celery, "worker", "--queues", queues, "--concurrency", "2"),
                *("--without-gossip", "--without-mingle", *level),
            )
            schedule = self.folder / f"beat-{number}.schedule"
            beat = ["beat", "--pidfile", "", "--schedule", str(schedule)]
            self.run(f"beat-{number}", *celery, *beat, *level)
        for name in ("one", "two", "upload"):
            self.wait(lambda name=name: self.is_up(self.ports[name]))

    def stop(self) -> None:
        for process in self.processes.values():
            self.kill(process)
        for valkey in self.valkeys:
            valkey.flushdb()
            valkey.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def run(self, name: str, *command: str, account: Account | None = None) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                command,
                cwd="/" if account else CHECKOUT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                **(account.popen() if account else {}),
            )

    def kill(self, process: subprocess.Popen) -> None:
        """As when a machine loses its power: all at once, without a word."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def wait(self, condition, seconds: float = 120) -> None:
        until = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < until, self.said()
            time.sleep(0.1)

    def said(self) -> str:
        logs = sorted(self.folder.glob("*.log"))
        return "\n".join(
            f"--- {log.name}\n{log.read_text(errors='replace')[-3000:]}" for log in logs
        )

    def is_up(self, port: int) -> bool:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        with contextlib.suppress(OSError), contextlib.closing(line):
            headers = {"Host": HOST, "X-Forwarded-Proto": "https"}
            line.request("GET", "/healthz", headers=headers)
            return line.getresponse().status == 200
        return False

    # --- What stands under deploy/, with our ports ----------------------------------

    def _environment(self, smtp: int) -> dict[str, str]:
        database = embedded.addresses(settings.VAR).database_url
        secret = settings.DATABASES["default"]
        pooled = f"postgres://{secret['USER']}:{secret['PASSWORD']}@127.0.0.1"
        broker = settings.CELERY_BROKER_URL
        cache = settings.CACHES["default"]["LOCATION"]
        environment = {
            "PATH": PATH,
            "DJANGO_SETTINGS_MODULE": "tests.nodes.settings",
            # Ours: tests make cookies themselves.
            "SECRET_KEY": settings.SECRET_KEY,
            "ALLOWED_HOSTS": HOST,
            "SITE_URL": f"https://{HOST}",
            "DATABASE_URL": f"{pooled}:{self.ports['pooler']}/portal_web",
            "DATABASE_POOLER": "transaction",
            "DATABASE_DIRECT_URL": (
                f"{database.rpartition('/')[0]}/{connection.settings_dict['NAME']}"
            ),
            "REDIS_URL": re.sub(r"virtual_host=\d+", f"virtual_host={BROKER}", broker),
            "CACHE_URL": re.sub(r"db=\d+", f"db={CACHE}", cache),
            "EMAIL_URL": f"smtp://127.0.0.1:{smtp}",
            "STAFF_SECOND_FACTOR": "off",
            "MAIL_PER_DOMAIN": "0",
            "PORTAL_VAR": str(self.var),
            "PORTAL_CLOCK_OFFSET": f"{self.offset.total_seconds():.0f}s",
            "X_ACCEL_PREFIX": "/private/",
            "PYTHONUNBUFFERED": "1",
        }
        assert environment["REDIS_URL"] != broker
        assert environment["CACHE_URL"] != cache
        return environment

    def _pooler(self) -> None:
        account = Account.for_folder(settings.VAR / "postgres")
        database = settings.DATABASES["default"]
        folder = self.folder / "pooler"
        folder.mkdir()
        users = folder / "userlist.txt"
        users.write_text(f'"{database["USER"]}" "{database["PASSWORD"]}"\n')
        name = connection.settings_dict["NAME"]
        conf = folder / "pgbouncer.ini"
        conf.write_text(
            _put(
                (DEPLOY / "pgbouncer.ini").read_text("utf-8"),
                {
                    "host=127.0.0.1 port=5432 dbname=portal": (
                        f"host={database['HOST']} dbname={name}"
                    ),
                    "listen_port = 6432": f"listen_port = {self.ports['pooler']}",
                    "/etc/pgbouncer/userlist.txt": str(users),
                    "/var/log/postgresql/pgbouncer.log": str(folder / "pooler.log"),
                    "/var/run/postgresql/pgbouncer.pid": str(folder / "pooler.pid"),
                },
            )
        )
        if account:
            for path in (folder, users, conf):
                os.chown(path, account.uid, account.gid)
        users.chmod(0o600)
        self.run("pooler", program("pgbouncer"), str(conf), account=account)

    def _proxy(self) -> None:
        var, log = self.var, self.folder / "nginx.access"
        locations = self.folder / "portal-locations.conf"
        locations.write_text(
            _put(
                (DEPLOY / "nginx" / locations.name).read_text("utf-8"),
                {
                    "/var/log/nginx/portal.log": str(log),
                    "/var/lib/portal/private/": f"{var}/private/",
                },
            )
        )
        node = "server 127.0.0.1:8000 max_fails=2 fail_timeout=5s;"
        nodes = [node.replace("8000", str(self.ports[name])) for name in ("one", "two")]
        certificate = f"/etc/letsencrypt/live/{HOST}"
        (self.folder / "portal.conf").write_text(
            _put(
                (DEPLOY / "nginx" / "portal.conf").read_text("utf-8"),
                {
                    node: " ".join(nodes),
                    "127.0.0.1:8001": f"127.0.0.1:{self.ports['upload']}",
                    "    listen [::]:80;\n": "",
                    "    listen [::]:443 ssl http2;\n": "",
                    "listen 80;": f"listen 127.0.0.1:{self.ports['plain']};",
                    "listen 443 ssl": f"listen 127.0.0.1:{self.ports['tls']} ssl",
                    f"{certificate}/fullchain.pem": str(self.folder / "tls.pem"),
                    f"{certificate}/privkey.pem": str(self.folder / "tls.key"),
                    "/var/cache/nginx/portal": str(self.folder / "kept"),
                    "/etc/nginx/portal-locations.conf": str(locations),
                },
            )
        )
        temporary = "\n".join(
            f"{kind}_temp_path {self.folder}/{kind};"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        user = f"user {pwd.getpwuid(os.getuid()).pw_name};" if not os.getuid() else ""
        main = self.folder / "nginx.conf"
        main.write_text(
            f"{user} daemon off; worker_processes 1; pid {self.folder}/nginx.pid;\n"
            f"error_log {self.folder}/nginx.log warn;\n"
            "events { worker_connections 1024; }\n"
            f"http {{ {temporary} include {self.folder}/portal.conf; }}\n"
        )
        nginx = [program("nginx"), "-c", str(main), "-e", f"{self.folder}/nginx.log"]
        checked = subprocess.run([*nginx, "-t"], capture_output=True, text=True)
        assert checked.returncode == 0, checked.stderr
        self.run("proxy", *nginx)

    def _certificate(self) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
        now = dt.datetime.now(dt.UTC)
        made = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - dt.timedelta(days=1))
            .not_valid_after(now + dt.timedelta(days=1))
            .sign(key, hashes.SHA256())
        )
        pem = serialization.Encoding.PEM
        (self.folder / "tls.pem").write_bytes(made.public_bytes(pem))
        (self.folder / "tls.key").write_bytes(
            key.private_bytes(
                pem,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )


class Visitor:
    """A browser without a screen; tries again when nobody answers, as people do."""

    def __init__(self, site: Site, session: str = "") -> None:
        self.site = site
        site.visitors.append(self)
        self.cookies = {"sessionid": session} if session else {}
        self.retries = 0
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        self.line = http.client.HTTPSConnection(
            "127.0.0.1", site.ports["tls"], context=context, timeout=60
        )

    def ask(self, method: str, path: str, body=None, **headers: str) -> Answer:
        for attempt in range(TRIES):
            if attempt:
                self.retries += 1
                time.sleep(PAUSE)
            with contextlib.suppress(OSError, http.client.HTTPException):
                answer = self._ask(method, path, body, headers)
                if answer.status not in (502, 503, 504):
                    return answer
            self.line.close()
        raise AssertionError(f"{method} {path}: nobody answers\n{self.site.said()}")

    def get(self, path: str, **headers: str) -> Answer:
        """A page, also behind redirects."""
        answer = self.ask("GET", path, **headers)
        for _ in range(4):
            if answer.status not in (301, 302):
                break
            answer = self.ask("GET", answer.where)
        return answer

    def post(self, path: str, **form: str) -> Answer:
        """The form of the page at this address, filled in; the page that comes."""
        page = self.get(path)
        assert page.status == 200, (page.status, page.text[-2000:])
        token = TOKEN.search(page.text)
        assert token, page.text[-2000:]
        form["csrfmiddlewaretoken"] = token[1]
        answer = self.ask(
            "POST",
            path,
            urlencode(form),
            **{
                "Content-Type": "application/x-www-form-urlencoded",
                "Referer": f"https://{HOST}{path}",
            },
        )
        return self.get(answer.where) if answer.status == 302 else answer

    def close(self) -> None:
        self.line.close()

    def _ask(self, method, path, body, headers: dict[str, str]) -> Answer:
        headers = {"Host": HOST} | headers
        if self.cookies:
            pairs = (f"{name}={value}" for name, value in self.cookies.items())
            headers["Cookie"] = "; ".join(pairs)
        self.line.request(method, path, body=body, headers=headers)
        answer = Answer(self.line.getresponse())
        for line in answer.headers.get_all("Set-Cookie", []):
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer


class Answer:
    def __init__(self, answer: http.client.HTTPResponse) -> None:
        self.status, self.headers = answer.status, answer.headers
        self.body = answer.read()

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    @property
    def where(self) -> str:
        return self.headers["Location"].removeprefix(f"https://{HOST}")


def _put(text: str, changes: dict[str, str]) -> str:
    """The text with these put in; each must be there, or the file has changed."""
    for old, new in changes.items():
        assert old in text, old
        text = text.replace(old, new)
    return text


def _valkey(number: int) -> redis.Redis:
    location = settings.CACHES["default"]["LOCATION"]
    return redis.Redis.from_url(re.sub(r"db=\d+", f"db={number}", location))
