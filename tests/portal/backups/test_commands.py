"""`manage.py backup` and `manage.py restore` as an operator runs them."""

import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings

from portal import backups
from portal.backups import place
from tests.portal.backups.test_round_trip import NOW, files_of, rows_of
from tests.portal.test_production_settings import NEEDED

KEY = "một câu dài chỉ kho lưu trữ biết"
FILL = """
import datetime as dt
from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from members.models import Person
from news.models import Article
from tests.factories.mail import LetterFactory
from tests.factories.members import PersonFactory, UserFactory
from tests.factories.news import ArticleFactory
# A database that is used again may know migrations that are gone by now.
known = MigrationLoader(connection)
for gone in set(known.applied_migrations) - set(known.disk_migrations):
    MigrationRecorder(connection).record_unapplied(*gone)
now = dt.datetime.now(dt.UTC)
person = PersonFactory(full_name="Nông Thị Bích Đào", email="dao@example.com")
UserFactory(person=person, email="dao@example.com")
ArticleFactory(title="Tổ công nghệ số về bản")
LetterFactory(not_before=now, created_at=now)
path = settings.PRIVATE_ROOT / "entries" / "bai.pdf"
path.parent.mkdir(parents=True)
path.write_bytes(b"%PDF")
(settings.MEDIA_ROOT / "pictures").mkdir(parents=True)
(settings.MEDIA_ROOT / "pictures" / "anh.jpg").write_bytes(b"jpg")
"""


ERASE = """
import datetime as dt
from members.models import Person
from members.privacy import erase_person
person = Person.objects.get(full_name="Nông Thị Bích Đào")
erase_person(person=person, now=dt.datetime.now(dt.UTC))
"""


def names_in(portal) -> list[str]:
    with portal.server.connected() as link, link.cursor() as cursor:
        cursor.execute("SELECT full_name FROM members_person ORDER BY id")
        return [row[0] for row in cursor.fetchall()]


def url_of(server) -> str:
    who = f"{quote(server.user)}:{quote(server.password)}"
    socket = server.host.startswith("/")
    where = f"/{quote(server.host)}" if socket else f"{server.host}:{server.port}"
    return f"postgres://{who}@{where}/{server.name}"


def run(*command, portal, key=KEY, check=True, **environment):
    """`manage.py` in production, on this portal alone."""
    done = subprocess.run(
        [sys.executable, "manage.py", *map(str, command)],
        cwd=settings.BASE_DIR,
        env={
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "portal.settings.production",
            **NEEDED,
            "DATABASE_URL": url_of(portal.server),
            "CACHE_URL": settings.CACHES["default"]["LOCATION"],
            "PORTAL_VAR": str(portal.media.parent),
            "BACKUP_KEY": key,
            **environment,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    if check:
        assert done.returncode == 0, done.stdout + done.stderr
    return done


@pytest.mark.slow
@pytest.mark.django_db
def test_a_portal_is_backed_up_and_comes_back_somewhere_else(
    portal_of, suite_server, tmp_path
):
    here, there = portal_of("here"), portal_of("there")
    # A database with all tables, quicker than by migrations.
    seed = backups.make(
        replace(here, server=suite_server), tmp_path / "seed", key="", now=NOW
    )
    backups.restore(seed, here, key="", contents=backups.look_through(seed, key=""))
    run("shell", "--no-imports", "-c", FILL, portal=here)

    said = run("backup", tmp_path / "kept", "--keep", "3", portal=here).stdout
    archive = Path(said.partition(" (")[0])
    assert archive.parent == tmp_path / "kept"
    assert ", encrypted)" in said
    assert "Not in it either: SECRET_KEY" in said

    run("shell", "--no-imports", "-c", ERASE, portal=here)
    ledger = there.media.parent / "erasures" / "ledger.jsonl"
    ledger.parent.mkdir(parents=True)
    shutil.copy(here.media.parent / "erasures" / "ledger.jsonl", ledger)
    told = ledger.read_bytes()

    other = {"SECRET_KEY": "another-key-of-this-test-" * 4}
    said = run("restore", archive, portal=there, **other).stdout
    assert "It was made under another SECRET_KEY" in said
    assert "1 letters were waiting" in said
    assert "2 files. Every checksum fits." in said
    # The backup still knew her; she was erased after it was made.
    assert "Ledger of erasures: 1 known, 1 people erased again." in said
    assert names_in(there) == names_in(here)
    assert not any("Bích Đào" in name for name in names_in(there))
    assert ledger.read_bytes() == told
    assert rows_of(there)["news_article"][1] == 1
    assert files_of(there) == {
        "media/pictures/anh.jpg": b"jpg",
        "private/entries/bai.pdf": b"%PDF",
    }


def test_only_files_in_buckets_may_be_left_out(settings):
    assert place.here().media == Path(settings.MEDIA_ROOT)
    assert set(place.here(with_buckets=False).stores()) == {"media", "private"}
    settings.STORAGE = "s3"
    assert place.here(with_buckets=False).stores() == {}
