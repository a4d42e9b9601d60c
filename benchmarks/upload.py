"""Rows "upload": 50 files of 20 MB at once in pieces of 1 MB, each with its checksum.

Uploads have a process of their own, as in production (docs/uploads.md), and pages are
asked for beside them from the web server's. Memory is the most that any process of a
server ever held, over what it held once it had served one upload. UPLOADS=10 for a
first look. Two more senders stand still in the middle of a piece the whole time.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import http.client
import math
import multiprocessing
import os
import shutil
import socket
import statistics
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.bare import commands
from benchmarks.contest import open_contest
from benchmarks.crowd import _members
from benchmarks.database import database, valkey
from benchmarks.measure import _family, cpu_seconds, server
from tests.ports import free_port

UPLOADS = int(os.environ.get("UPLOADS", "50"))
MEGABYTE = 1024 * 1024
SIZE = 20 * MEGABYTE
PROCESSES = 5
STALLED = 2
APPLICATION = "benchmarks.portal_site:application"
TOKEN = "t" * 32
MEMORY_WEB, MEMORY_UPLOADS = 10, 96  # MB; the second for 4 threads and 16 requests
P95_GOAL = 0.5  # seconds
_HEAD = b"%PDF-1.7\n"
_TAIL = b"\n%%EOF\n"


def rows() -> list[dict]:
    with database("upload") as (now, postmaster):
        keys = _members(UPLOADS + STALLED + 1)
        codes = _entries(keys, now)
        pages, uploads = free_port(), free_port()
        web = commands(APPLICATION, pages)["granian"]
        quiet_env = os.environ | {"UPLOAD_AT_ONCE": "0", "MALLOC_ARENA_MAX": "2"}
        with (
            server(web, pages, env=os.environ) as front,
            server(_command(uploads), uploads, env=quiet_env) as back,
        ):
            roots = front.pid, back.pid, postmaster, valkey()
            people = list(zip(keys, codes, strict=True))
            reader = people.pop()
            _send(uploads, *reader)  # fresh processes warm up
            quiet = _ask_pages(pages, reader, seconds=5)
            before = {pid: _peak(pid) for pid in (front.pid, back.pid)}
            stalled = [_stall(uploads, *people.pop()) for _ in range(STALLED)]
            cpu, start = cpu_seconds(*roots), time.monotonic()
            busy: list[float] = []
            watch = threading.Event()
            asking = threading.Thread(
                target=lambda: busy.extend(_ask_pages(pages, reader, until=watch))
            )
            asking.start()
            failed = _send_all(uploads, people)
            wall = time.monotonic() - start
            watch.set()
            asking.join()
            cpu = cpu_seconds(*roots) - cpu
            growth = {pid: _peak(pid) - before[pid] for pid in before}
            for one in stalled:
                one.close()
        failed += _missing(people)
        _clear()
    volume = len(people) * SIZE / MEGABYTE
    what = f"{len(people)} of 20 MB at once"
    return [
        _row(
            f"{what}, pages meanwhile, p95 (median {statistics.median(busy):.3f} s)",
            _p95(busy),
            "s",
            P95_GOAL,
            f"{_p95(quiet):.3f} s without",
        ),
        _row(
            f"{what}, memory the web server took more",
            growth[front.pid] / MEGABYTE,
            "MB",
            MEMORY_WEB,
        ),
        _row(
            f"{what}, memory the upload process took more",
            growth[back.pid] / MEGABYTE,
            "MB",
            MEMORY_UPLOADS,
        ),
        _row(f"{what}, lost or wrong", failed, "files", 0),
        _row(
            f"{what}, CPU ({volume / wall:.0f} MB a second)",
            cpu / volume * 1000,
            "ms a MB",
            None,
        ),
    ]


def _row(
    name: str, value: float, unit: str, goal: float | None, yardstick: str = ""
) -> dict:
    return {
        "row": f"upload: {name}",
        "value": round(value, 3),
        "unit": unit,
        "yardstick": yardstick,
        "goal": goal,
        "met": None if goal is None else value <= goal,
    }


def _command(port: int) -> list[str]:
    """As docs/uploads.md starts it."""
    return [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--workers", "1"),
        *("--blocking-threads", "4", "--host", "127.0.0.1", "--port", str(port)),
        *("--workers-kill-timeout", "5", "--no-ws", APPLICATION),
    ]


def _entries(keys: list[str], now: dt.datetime) -> list[str]:
    """An entry for each of those who are signed in, in the order of their keys."""
    from django.contrib.auth import SESSION_KEY
    from django.contrib.sessions.models import Session

    from contests.models import Entry

    contest = open_contest(now, max_file_mb=20)
    rows = {row.session_key: row.get_decoded() for row in Session.objects.all()}
    entries = [
        Entry(
            contest=contest,
            owner_id=int(rows[key][SESSION_KEY]),
            created_at=now,
            saved_at=now,
        )
        for key in keys
    ]
    return [entry.code for entry in Entry.objects.bulk_create(entries)]


def _send_all(port: int, people: list[tuple[str, str]]) -> int:
    """All at once, from processes that do nothing else; how many failed."""
    shares = [people[n::PROCESSES] for n in range(PROCESSES)]
    forked = multiprocessing.get_context("fork")
    with forked.Pool(PROCESSES) as pool:
        return sum(pool.starmap(_share, [(port, share) for share in shares if share]))


def _share(port: int, share: list[tuple[str, str]]) -> int:
    with ThreadPoolExecutor(len(share)) as threads:
        return sum(threads.map(lambda one: not _send(port, *one), share))


def _send(port: int, key: str, code: str) -> bool:
    """One file from the first byte to the last; whether it was taken."""
    content = memoryview(_HEAD + b" " * (SIZE - len(_HEAD) - len(_TAIL)) + _TAIL)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
    address = _begin(connection, key, code)
    for offset in range(0, SIZE, MEGABYTE):
        piece = bytes(content[offset : offset + MEGABYTE])
        digest = base64.b64encode(hashlib.sha256(piece).digest()).decode()
        said = _headers(key) | {
            "Content-Type": "application/offset+octet-stream",
            "Upload-Offset": str(offset),
            "Upload-Checksum": f"sha256 {digest}",
        }
        status, _headers_back = _exchange(connection, "PATCH", address, said, piece)
        if status != 204:
            return False
    connection.close()
    return True


def _begin(connection: http.client.HTTPConnection, key: str, code: str) -> str:
    name = base64.b64encode("thuyết minh.pdf".encode()).decode()
    said = _headers(key) | {
        "Upload-Length": str(SIZE),
        "Upload-Metadata": f"filename {name}",
    }
    path = f"/cuoc-thi/bai-thi/{code}/tep/tai-len/"
    status, headers = _exchange(connection, "POST", path, said, b"")
    if status != 201:
        raise RuntimeError(f"the upload did not begin: {status}")
    return headers["Location"]


def _headers(key: str) -> dict[str, str]:
    return {
        "Tus-Resumable": "1.0.0",
        "X-CSRFToken": TOKEN,
        "Cookie": f"sessionid={key}; csrftoken={TOKEN}",
    }


def _exchange(connection, method: str, path: str, headers: dict, body: bytes):
    try:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
    except (http.client.RemoteDisconnected, ConnectionResetError):
        connection.close()
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
    answer.read()
    return answer.status, answer.headers


def _stall(port: int, key: str, code: str) -> socket.socket:
    """Somebody whose network dies in the middle of a piece, and nobody tells us."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
    address = _begin(connection, key, code)
    connection.close()
    lines = {
        "Host": "127.0.0.1",
        "Content-Type": "application/offset+octet-stream",
        "Content-Length": str(MEGABYTE),
        "Upload-Offset": "0",
    }
    head = "".join(f"{n}: {v}\r\n" for n, v in (lines | _headers(key)).items())
    waiting = socket.create_connection(("127.0.0.1", port))
    waiting.sendall(f"PATCH {address} HTTP/1.1\r\n{head}\r\n".encode() + _HEAD)
    return waiting


def _ask_pages(
    port: int,
    reader: tuple[str, str],
    *,
    seconds: float = 0,
    until: threading.Event | None = None,
) -> list[float]:
    """Somebody signed in asks for a page that no cache knows, ten times a second."""
    took = []
    path, said = f"/cuoc-thi/bai-thi/{reader[1]}/", _headers(reader[0])
    ends = time.monotonic() + seconds
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    while not until.is_set() if until else time.monotonic() < ends:
        start = time.monotonic()
        status, _ = _exchange(connection, "GET", path, said, b"")
        if status != 200:
            raise RuntimeError(f"the page answered {status}")
        took.append(time.monotonic() - start)
        time.sleep(0.1)
    return took


def _p95(values: list[float]) -> float:
    return sorted(values)[math.ceil(len(values) * 0.95) - 1]


def _peak(pid: int) -> int:
    """The most memory that a process of the server ever held."""
    texts = (Path(f"/proc/{one}/status").read_text() for one in _family(pid))
    return max(int(t.split("VmHWM:")[1].split()[0]) * 1024 for t in texts)


def _missing(people: list[tuple[str, str]]) -> int:
    """How many entries do not hold the very file that was sent."""
    from contests.models import EntryFile

    content = _HEAD + b" " * (SIZE - len(_HEAD) - len(_TAIL)) + _TAIL
    right = EntryFile.objects.filter(
        sha256=hashlib.sha256(content).hexdigest(),
        entry__code__in=[code for _key, code in people],
    )
    return len(people) - right.values("entry").distinct().count()


def _clear() -> None:
    from django.conf import settings

    shutil.rmtree(settings.PRIVATE_ROOT, ignore_errors=True)
