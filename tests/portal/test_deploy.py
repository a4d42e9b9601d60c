"""What stands under deploy/ fits the code; tests/nodes runs nginx and PgBouncer."""

import os
import re
import shutil
import subprocess

import pytest
import yaml
from celery.schedules import crontab
from django.conf import settings

from content.figures.declared import DECLARED
from portal.celery import app

DEPLOY = settings.BASE_DIR / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*"))
TEXTS = [
    *(path for path in DEPLOY.rglob("*") if path.is_file()),
    settings.BASE_DIR / ".containerignore",
]
README = (settings.BASE_DIR / "README.md").read_text("utf-8")


def compose() -> dict:
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))


@pytest.mark.parametrize(
    "lines",
    [
        "\n".join(path.read_text("utf-8") for path in UNITS),
        "\n".join(str(one.get("command")) for one in compose()["services"].values()),
    ],
    ids=["systemd", "compose"],
)
def test_the_workers_share_all_queues_and_each_is_taken_once(lines):
    taken = re.findall(r"-Q (\S+)", lines)
    assert sorted(",".join(taken).split(",")) == sorted(settings.QUEUES)


def test_every_task_has_a_queue_that_somebody_takes():
    queues = {route["queue"] for route in settings.CELERY_TASK_ROUTES.values()}
    assert queues | {settings.CELERY_TASK_DEFAULT_QUEUE} == set(settings.QUEUES)


@pytest.mark.parametrize(
    ("task", "queue"),
    [
        ("mail.tasks.deliver_secret", "secret"),
        ("mail.tasks.deliver", "letters"),
        ("mail.tasks.queue_reminders", "letters"),
        ("members.tasks.purge", "bulk"),
        ("contests.tasks.check_held_files", "interactive"),
        ("contests.tasks.make_copies", "media"),
        ("teams.tasks.something_new", "bulk"),
    ],
)
def test_a_task_stands_in_the_queue_of_its_urgency(task, queue):
    assert app.amqp.router.route({}, task)["queue"].name == queue


def test_what_nobody_takes_is_forgotten_but_not_for_a_clock_that_is_ahead():
    for name, entry in settings.CELERY_BEAT_SCHEDULE.items():
        if not isinstance(entry["schedule"], crontab):
            assert 600 <= entry["options"]["expires"] <= 3600, name


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_systemd_takes_the_unit(path, tmp_path):
    if not (analyze := shutil.which("systemd-analyze")):
        missing = "systemd-analyze is missing: apt-get install systemd"
        pytest.fail(missing) if os.environ.get("CI") else pytest.skip(missing)
    # The programs are not where a server has them.
    text = re.sub(
        r"/srv/portal/\.venv/bin/python|/usr/bin/redis-server",
        "/bin/true",
        path.read_text(),
    )
    for other in UNITS:
        (tmp_path / other.name).write_text(other.read_text())
    copy = tmp_path / path.name
    copy.write_text(text)
    said = subprocess.run(
        [analyze, "verify", "--man=no", str(copy)], capture_output=True, text=True
    )
    ours = [line for line in said.stderr.splitlines() if path.name in line]
    assert ours == []


def test_the_example_names_variables_that_readme_explains():
    text = (DEPLOY / "portal.env.example").read_text("utf-8")
    named = set(re.findall(r"^#?([A-Z0-9_]+)=", text, re.MULTILINE))
    assert {"SECRET_KEY", "DATABASE_DIRECT_URL", "S3_PRIVATE_BUCKET"} <= named
    unknown = {name for name in named if f"`{name}`" not in README}
    assert unknown == {"DJANGO_SETTINGS_MODULE"}


def test_what_wakes_somebody_is_told_at_metrics_and_in_the_page():
    rules = yaml.safe_load((DEPLOY / "prometheus" / "portal.rules.yml").read_text())
    text = " ".join(rule["expr"] for rule in rules["groups"][0]["rules"])
    asked = set(re.findall(r"portal_\w+", text))
    source = (settings.BASE_DIR / "portal" / "figures_page.py").read_text()
    told = set(re.findall(r'"(portal_\w+)"', source))
    for one in DECLARED:
        told.add(f"{one.public}_bucket" if one.is_duration else f"{one.public}_total")
    assert asked >= {"portal_backup_age_seconds", "portal_requests_total"}
    assert asked <= told
    page = (settings.BASE_DIR / "docs" / "operate.md").read_text("utf-8")
    assert not {name for name in asked if name.removesuffix("_bucket") not in page}


def test_the_pooler_has_the_limits_of_the_settings():
    text = (DEPLOY / "pgbouncer.ini").read_text("utf-8")
    for kind in ("web", "worker"):
        line = re.search(rf"^portal_{kind} .*connect_query='(.+)'$", text, re.MULTILINE)
        said = dict(re.findall(r"SET (\w+)_timeout = (\d+)", line[1]))
        wanted = settings.DATABASE_LIMITS[kind]
        assert {name: int(each) for name, each in said.items()} == {
            name: seconds * 1000 for name, seconds in wanted.items()
        }


def test_the_image_is_built_of_steps_that_exist():
    text = (DEPLOY / "Containerfile").read_text("utf-8").replace("\\\n", " ")
    steps = [line.split()[0] for line in text.splitlines() if line[:1].isalpha()]
    known = ["FROM", "WORKDIR", "COPY", "RUN", "ENV", "USER", "VOLUME", "EXPOSE", "CMD"]
    assert set(steps) <= set(known)
    ignored = (settings.BASE_DIR / ".containerignore").read_text("utf-8").split()
    assert {".git", "var", "deploy/portal.env"} <= set(ignored)


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_no_package_index_and_no_secret_stands_there(path):
    text = path.read_text("utf-8")
    assert not re.search(r"index-url|pypi|files\.pythonhosted", text)
    assert not re.search(r"^SECRET_KEY=.", text, re.MULTILINE)
