"""A request that hangs, in a process that may end for it."""

import subprocess
import sys

from content.lifetime import CODE, Lifetime

PROCESS = """
import logging, sys, threading, time
from content.lifetime import Lifetime

logging.basicConfig(stream=sys.stderr)

def waits_for_the_scanner(environ, start):
    time.sleep(float(environ["seconds"]))
    return [b"done"]

served = Lifetime(waits_for_the_scanner, 0.4)
others = threading.Thread(target=served, args=({"seconds": "0.01"}, None))
others.start()
others.join()
print(served({"seconds": sys.argv[1]}, None))
"""


def served(seconds: float) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-c", PROCESS, str(seconds)],
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_what_hangs_is_written_down_and_ends_its_process():
    process = served(30)
    assert process.returncode == CODE
    assert process.stderr.count("a request hangs for") == 1
    assert "waits_for_the_scanner" in process.stderr
    assert "another will start" in process.stderr


def test_what_is_merely_slow_is_written_down_and_answered():
    process = served(0.6)
    assert (process.returncode, process.stdout) == (0, "[b'done']\n")
    assert "waits_for_the_scanner" in process.stderr
    assert "another will start" not in process.stderr


def test_what_is_quick_costs_no_word():
    process = served(0.1)
    assert (process.returncode, process.stderr) == (0, "")


def test_without_a_limit_nobody_watches():
    application = Lifetime(lambda environ, start: [b"done"], 0)
    assert application({}, None) == [b"done"]
    assert application._watcher is None
