"""Rows "start": `make run` from nothing, with its demo, and once more after that.

What `make run` starts, from its first line to the sentence that the portal is there, in
a folder of its own. The second start must find everything done: no migration, no
static file, no demo (tests/portal/test_up.py asks for that).
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.ports import free_port

READY = "The portal: "
GOAL = 10
"""Seconds of a second start."""
OUTSIDE = ("DATABASE_URL", "REDIS_URL", "CACHE_URL", "EMAIL_URL", "SITE_URL")


def rows() -> list[dict]:
    from portal import embedded

    folder = Path(os.environ.get("PORTAL_VAR", "var")).resolve() / "bench-start"
    embedded.remove(folder, say=lambda line: None)
    try:
        first, again = _seconds(folder), _seconds(folder)
    finally:
        embedded.remove(folder, say=lambda line: None)
        shutil.rmtree(folder, ignore_errors=True)
    return [
        _row("first start with the demo", first, None),
        _row("second start", again, GOAL),
    ]


def _row(name: str, seconds: float, goal: float | None) -> dict:
    return {
        "row": name,
        "value": round(seconds, 1),
        "unit": "s until the portal answers",
        "yardstick": "",
        "goal": goal,
        "met": None if goal is None else seconds <= goal,
    }


def _seconds(folder: Path) -> float:
    """How long one start took; the portal is stopped again."""
    own = {"PORTAL_VAR": str(folder), "PORT": str(free_port())}
    rest = {name: value for name, value in os.environ.items() if name not in OUTSIDE}
    rest.pop("DJANGO_SETTINGS_MODULE", None)
    began = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "manage.py", "up"],
        env=rest | own,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    said = []
    for line in process.stdout:
        said.append(line)
        if READY in line:
            break
    else:
        raise RuntimeError(f"it never started: {''.join(said)}")
    took = time.monotonic() - began
    process.send_signal(signal.SIGINT)
    process.communicate()
    return took
