"""Rows "entry": somebody new makes an account, enters a contest and hands in.

The whole flow over HTTP, every page read before its form is sent: the address, the
code from the letter, who one is, the texts, the authors, a file, the last look, handing
in, the receipt. No page asks for a password, so no hash is in it. CPU is that of the
web server, the durable PostgreSQL and the Valkey; the load generator is not in it, nor
is looking up the codes. ENTRANTS=8 for a first look.
"""

from __future__ import annotations

import datetime as dt
import http.client
import multiprocessing
import os
import re
import time
from collections.abc import Callable
from urllib.parse import urlencode, urlsplit

from benchmarks.bare import commands, measure
from benchmarks.contest import open_contest
from benchmarks.database import database, valkey
from benchmarks.measure import cpu_seconds, server
from tests.ports import free_port

ENTRANTS = int(os.environ.get("ENTRANTS", "80"))
"""Below the 120 letters a minute after which one network is asked to do some work."""
WARM_UP = 12
"""So that both workers of the server have made every page."""
PROCESSES = 4
GOAL = 40
PDF = (
    b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<</Type/Catalog>>\nendobj\n"
    b"\ntrailer <</Root 1 0 R>>\n%%EOF\n"
)
BOUNDARY = "a-line-that-stands-in-no-file"
_HIDDEN = re.compile(rb'<input type="hidden" name="([^"]+)" value="([^"]*)"')
_CODE = re.compile(r"\b\d{6}\b")


def rows() -> list[dict]:
    bare = measure("gunicorn")
    with database("entry") as (now, postmaster):
        slug = _contest(now)
        port = free_port()
        command = commands("benchmarks.portal_site:application", port)["granian"]
        with server(command, port, env=os.environ) as process:
            roots = process.pid, postmaster, valkey()
            first = [f"dau-tien-{number}@example.com" for number in range(WARM_UP)]
            _flow(port, slug, first, roots)
            addresses = [f"ban-{number}@example.com" for number in range(ENTRANTS)]
            parts, wall = _flow(port, slug, addresses, roots)
        lost = _lost()
    asked = sum(count for count, _cpu in parts.values())
    whole = sum(cpu for _count, cpu in parts.values())
    name = "entry with account, whole flow"
    unit = f"ms CPU an entrant ({asked} requests, {ENTRANTS / wall:.1f} flows a second)"
    times = f"{whole / bare.cpu_ms:.0f} bare views of {bare.cpu_ms:.3f} ms"
    return [
        _row(name, whole, unit, GOAL, times),
        *(
            _row(f"{name}: {part}", cpu, f"ms CPU ({count} requests)", None)
            for part, (count, cpu) in parts.items()
        ),
        _row(f"{name}: not handed in", lost, "entries", 0),
    ]


def _row(
    name: str, value: float, unit: str, goal: float | None, yardstick: str = ""
) -> dict:
    return {
        "row": name,
        "value": round(value, 1),
        "unit": unit,
        "yardstick": yardstick,
        "goal": goal,
        "met": None if goal is None else value <= goal,
    }


def _contest(now: dt.datetime) -> str:
    from contests.models import Division

    contest = open_contest(now)
    Division.objects.create(
        contest=contest, name="Bảng A", min_age=16, max_age=30, age_on=now.date()
    )
    return contest.slug


def _flow(
    port: int, slug: str, addresses: list[str], roots: tuple[int, ...]
) -> tuple[dict[str, tuple[int, float]], float]:
    """Requests and ms of CPU of each part, for one entrant; seconds for all."""
    people = [Entrant(port, address) for address in addresses]
    parts, started, looked = {}, time.monotonic(), 0.0
    codes: dict[str, str] = {}
    steps: dict[str, Callable[[Entrant], None]] = {
        "account": Entrant.asks_for_account,
        "code": lambda one: one.types_code(codes[one.address]),
        "who one is": lambda one: one.begins(slug),
        "texts": Entrant.tells,
        "authors": Entrant.names_authors,
        "file": Entrant.sends_file,
        "handing in": Entrant.hands_in,
    }
    for name, step in steps.items():
        before = cpu_seconds(*roots)
        people, counts = _all(people, step)
        cpu = cpu_seconds(*roots) - before
        parts[name] = counts // len(people), cpu / len(people) * 1000
        if name == "account":
            began = time.monotonic()
            codes |= _codes()
            looked = time.monotonic() - began
    return parts, time.monotonic() - started - looked


def _all(people: list[Entrant], step: Callable[[Entrant], None]):
    """Everybody takes the step, from processes that do nothing else."""
    forked = multiprocessing.get_context("fork")
    shares = [share for n in range(PROCESSES) if (share := people[n::PROCESSES])]
    ends, workers = [], []
    for share in shares:
        here, there = forked.Pipe(duplex=False)
        workers.append(forked.Process(target=_share, args=(there, share, step)))
        ends.append(here)
    for worker in workers:
        worker.start()
    told = [end.recv() for end in ends]
    for worker in workers:
        worker.join()
    if problems := [answer for answer in told if isinstance(answer, str)]:
        raise RuntimeError(problems[0])
    again = [one for share, _count in told for one in share]
    return again, sum(count for _share, count in told)


def _share(end, share: list[Entrant], step: Callable[[Entrant], None]) -> None:
    try:
        before = sum(one.asked for one in share)
        for one in share:
            one.connection = http.client.HTTPConnection("127.0.0.1", one.port)
            step(one)
            one.connection.close()
            one.connection = None
        end.send((share, sum(one.asked for one in share) - before))
    except Exception as error:
        end.send(f"{type(error).__name__}: {error}")


def _codes() -> dict[str, str]:
    from mail.models import Letter

    letters = Letter.objects.filter(kind="members.signup_code").order_by("id")
    return {one.address: _CODE.search(one.subject)[0] for one in letters}


def _lost() -> int:
    """Entries that should have been handed in, and were not."""
    from contests.models import Entry

    return WARM_UP + ENTRANTS - Entry.objects.filter(state="submitted").count()


class Entrant:
    """A browser of somebody new: keeps its cookies and sends forms as it got them."""

    def __init__(self, port: int, address: str) -> None:
        self.port, self.address = port, address
        self.cookies: dict[str, str] = {}
        self.asked = 0
        self.entry = ""
        self.connection: http.client.HTTPConnection | None = None

    def asks_for_account(self) -> None:
        self._send("/tai-khoan/signup/", {"email": self.address})

    def types_code(self, code: str) -> None:
        self._send("/tai-khoan/confirm-email/", {"code": code})

    def begins(self, slug: str) -> None:
        told = {"full_name": "Nông Thị Ánh", "birth_date": "19/05/2004", "agreed": "on"}
        self.entry = self._send(f"/cuoc-thi/{slug}/nop-bai/", told | {"phone": ""})
        self.entry = self.entry.removesuffix("noi-dung/")

    def tells(self) -> None:
        path = f"{self.entry}noi-dung/"
        page, _said = self._ask("GET", path)
        division = re.search(rb'name="division" value="(\d+)"', page)
        told = {"title": f"Bài của {self.address}", "summary": "Một ý tưởng. " * 40}
        told["division"] = division[1].decode()
        self._post(path, page, told)

    def names_authors(self) -> None:
        self._send(f"{self.entry}tac-gia/", {"is_author": "on", "school": "Đoàn xã"})

    def sends_file(self) -> None:
        path = f"{self.entry}tep/"
        page, _said = self._ask("GET", path)
        token = dict(_HIDDEN.findall(page))[b"csrfmiddlewaretoken"].decode()
        parts = [
            ('name="csrfmiddlewaretoken"', token.encode()),
            (
                'name="files"; filename="bai.pdf"\r\nContent-Type: application/pdf',
                PDF + f"% {self.address}\n".encode(),
            ),
        ]
        body = b"".join(
            f"--{BOUNDARY}\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode()
            + content
            + b"\r\n"
            for head, content in parts
        )
        body += f"--{BOUNDARY}--\r\n".encode()
        kind = f"multipart/form-data; boundary={BOUNDARY}"
        self._ask("POST", path, body, kind, expect=302)
        self._ask("GET", path)

    def hands_in(self) -> None:
        self._send(self.entry, {"submit": "1"})
        self._ask("GET", self.entry)

    def _send(self, path: str, told: dict[str, str]) -> str:
        """Read the page, send its form; where that leads."""
        page, _said = self._ask("GET", path)
        return self._post(path, page, told)

    def _post(self, path: str, page: bytes, told: dict[str, str]) -> str:
        hidden = {
            name.decode(): value.decode() for name, value in _HIDDEN.findall(page)
        }
        kind = "application/x-www-form-urlencoded"
        body = urlencode(hidden | told).encode()
        _page, said = self._ask("POST", path, body, kind, expect=302)
        return urlsplit(said["Location"]).path

    def _ask(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        kind: str = "",
        *,
        expect: int = 200,
    ) -> tuple[bytes, http.client.HTTPMessage]:
        headers = {"Accept-Encoding": "gzip;q=0"}
        headers["Cookie"] = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        if kind:
            headers["Content-Type"] = kind
        self.connection.request(method, path, body=body, headers=headers)
        answer = self.connection.getresponse()
        page = answer.read()
        self.asked += 1
        for line in answer.headers.get_all("Set-Cookie", []):
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        if answer.status != expect:
            text = re.sub(r"<[^>]+>|\s+", " ", page.decode(errors="replace"))
            raise RuntimeError(f"{method} {path}: {answer.status} {text[:800]}")
        return page, answer.headers
