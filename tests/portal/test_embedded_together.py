import contextlib
import dataclasses
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from portal import embedded
from portal.embedded import leftovers
from portal.embedded.processes import Process, carrying
from portal.embedded.together import Plan
from tests.ports import free_port

pytestmark = pytest.mark.slow

WEB = """
import http.server, os, sys
class Healthy(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers()
    def log_message(self, *args): pass
print('web speaks', os.environ['GREETING'], flush=True)
http.server.HTTPServer(('127.0.0.1', int(sys.argv[1])), Healthy).serve_forever()
"""
WORKER = "import time; time.sleep(600)"
STUBBORN = """
import signal, subprocess, sys, time
for number in (signal.SIGTERM, signal.SIGINT): signal.signal(number, signal.SIG_IGN)
subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'],
                 start_new_session=True)
print('stubborn', flush=True)
time.sleep(600)
"""


def python(code, *arguments):
    return [sys.executable, "-c", code, *arguments]


@pytest.fixture
def var():
    folder = Path(tempfile.mkdtemp(prefix="together-"))
    folder.chmod(0o755)
    yield folder / "a folder"
    with contextlib.suppress(OSError, ValueError):
        record = json.loads((folder / "a folder" / "run" / "up.json").read_text())
        for left in carrying(leftovers.VARIABLE, record["mark"]):
            left.signal(signal.SIGKILL)
    embedded.remove(folder / "a folder", say=lambda line: None)
    shutil.rmtree(folder)


@pytest.fixture
def plan(var):
    port = free_port()
    return Plan(
        var=str(var),
        mark="",
        commands={"web": python(WEB, str(port)), "worker": python(WORKER)},
        environment={"GREETING": "xin chào"},
        port=port,
        words=["Everything runs."],
        database=False,
        broker=True,
        began=time.time(),
    )


CLAIM = """
import dataclasses, json, pathlib, sys
from portal import embedded
from portal.embedded import leftovers, together
plan = together.Plan(**json.loads(sys.argv[1]))
var = pathlib.Path(plan.var)
try:
    mark = leftovers.take_over(var, say=together.say)
except embedded.EmbeddedError as error:
    sys.exit(str(error))
embedded.start(var, say=together.say, durable=False, database=False)
together.become(dataclasses.replace(plan, mark=mark))
"""


def run(plan):
    """Claim the folder and become the running portal, as `portal.up` does."""
    return subprocess.Popen(
        python(CLAIM, json.dumps(dataclasses.asdict(plan))),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def read_until(process, words, seconds=30):
    lines, deadline = [], time.monotonic() + seconds
    while time.monotonic() < deadline:
        line = process.stdout.readline()
        lines.append(line)
        if words in line:
            return lines
        if not line:
            break
    raise AssertionError(f"{words!r} never came: {''.join(lines)}")


def finish(process):
    output, _ = process.communicate(timeout=60)
    return output


def mark(var):
    return json.loads((var / "run" / "up.json").read_text())["mark"]


def left(value):
    return list(carrying(leftovers.VARIABLE, value))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_everything_and_the_engines_last(plan, var, number):
    process = run(plan)
    said = read_until(process, "Everything runs.")
    value = mark(var)
    assert len(left(value)) >= 3

    os.kill(process.pid, number)
    rest = finish(process)

    assert process.returncode == 0
    assert any("web speaks xin chào" in line for line in said)
    assert left(value) == []
    assert embedded.status(var)["Valkey"] == "down"
    assert "Valkey stopped" in rest.splitlines()[-1]
    assert "Traceback" not in rest


def test_stubborn_and_detached_children_are_ended_too(plan, var):
    commands = plan.commands | {"stubborn": python(STUBBORN)}
    process = run(dataclasses.replace(plan, commands=commands))
    read_until(process, "Everything runs.")
    value = mark(var)

    os.kill(process.pid, signal.SIGTERM)
    finish(process)

    assert process.returncode == 0
    assert left(value) == []


def test_one_fallen_process_ends_the_run_with_a_word(plan, var):
    fallen = python("import time; time.sleep(1); raise SystemExit(3)")
    process = run(dataclasses.replace(plan, commands=plan.commands | {"beat": fallen}))
    value_said = finish(process)

    assert process.returncode == 1
    assert "beat ended on its own (exit code 3)" in value_said
    assert embedded.status(var)["Valkey"] == "down"


def test_next_start_ends_what_a_killed_run_left(plan, var):
    process = run(plan)
    read_until(process, "Everything runs.")
    first = mark(var)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert left(first)

    again = run(plan)
    said = read_until(again, "Everything runs.")

    assert left(first) == []
    assert any("that the last run left" in line for line in said)
    os.kill(again.pid, signal.SIGINT)
    finish(again)
    process.stdout.close()


def test_second_run_in_the_same_folder_is_refused(plan, var):
    process = run(plan)
    read_until(process, "Everything runs.")

    second = run(plan)
    said = finish(second)

    assert second.returncode == 1
    assert f"process {process.pid}" in said
    assert len(said.splitlines()) == 1
    os.kill(process.pid, signal.SIGINT)
    finish(process)


def test_record_with_a_recycled_id_does_not_block_the_start(plan, var):
    (var / "run").mkdir(parents=True)
    record = {"var": str(var), "process": f"{os.getpid()} another-boot:1", "mark": "x"}
    (var / "run" / "up.json").write_text(json.dumps(record))

    process = run(plan)
    read_until(process, "Everything runs.")
    os.kill(process.pid, signal.SIGINT)
    finish(process)

    assert process.returncode == 0


def test_an_engine_that_dies_meanwhile_is_started_again(plan, var):
    process = run(plan)
    read_until(process, "Everything runs.")
    record = json.loads((var / "run" / "valkey.json").read_text())
    Process.parse(record["process"]).signal(signal.SIGKILL)

    read_until(process, "Valkey ended unexpectedly")
    read_until(process, "Valkey runs")

    assert embedded.status(var)["Valkey"] == "runs"
    os.kill(process.pid, signal.SIGINT)
    finish(process)
    assert embedded.status(var)["Valkey"] == "down"
