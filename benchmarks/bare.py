"""Rows of the yardstick itself: the bare view under gunicorn and under granian."""

import sys

from benchmarks.measure import Run, load, server
from tests.ports import free_port

REQUESTS = 4000


def commands(application: str, port: int) -> dict[str, list[str]]:
    """How each web server is started here: two synchronous workers on loopback."""
    python = [sys.executable, "-m"]
    return {
        "gunicorn": [
            *python, "gunicorn", "-w", "2", "-b", f"127.0.0.1:{port}", application,
        ],
        "granian": [
            *python, "granian", "--interface", "wsgi", "--workers", "2",
            "--blocking-threads", "1", "--host", "127.0.0.1", "--port", str(port),
            "--workers-kill-timeout", "5", "--no-ws", application,
        ],
    }  # fmt: skip


def measure(name: str) -> Run:
    port = free_port()
    command = commands("benchmarks.bare_site:application", port)[name]
    with server(command, port) as process:
        return load(process, port, "/", requests=REQUESTS)


def rows() -> list[dict]:
    gunicorn, granian = measure("gunicorn"), measure("granian")
    return [
        {
            "row": "bare view, gunicorn, CPU",
            "value": round(gunicorn.cpu_ms, 3),
            "unit": "ms a request",
            "yardstick": "itself",
            "goal": None,
            "met": None,
        },
        {
            "row": "bare view, gunicorn, rate",
            "value": round(gunicorn.rate),
            "unit": "requests a second",
            "yardstick": "itself",
            "goal": None,
            "met": None,
        },
        {
            "row": "bare view, granian, CPU",
            "value": round(granian.cpu_ms / gunicorn.cpu_ms, 2),
            "unit": "times gunicorn's",
            "yardstick": f"{gunicorn.cpu_ms:.3f} ms",
            "goal": None,
            "met": None,
        },
        {
            "row": "bare view, granian, rate",
            "value": round(granian.rate / gunicorn.rate, 2),
            "unit": "times gunicorn's",
            "yardstick": f"{gunicorn.rate:.0f} a second",
            "goal": None,
            "met": None,
        },
    ]
