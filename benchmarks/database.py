"""A portal's database for a benchmark, in engines of its own, filled with articles."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.texts import articles


@contextmanager
def database(name: str) -> Iterator[tuple[dt.datetime, int]]:
    """Our tables in an engine of their own; the moment, and the engine's process."""
    home = Path(os.environ.get("PORTAL_VAR", "var")).resolve() / f"bench-{name}"
    before = os.environ.get("PORTAL_VAR")
    os.environ["PORTAL_VAR"] = str(home)
    os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings.test"
    import django
    from django.conf import settings

    from portal import embedded

    settings.VAR.mkdir(parents=True, exist_ok=True)
    embedded.start(settings.VAR, durable=True, say=lambda line: None)
    try:
        django.setup()
        from django.db import connection, connections

        from content import clock

        created = connection.creation.create_test_db(
            verbosity=0, autoclobber=True, serialize=False
        )
        os.environ["BENCH_DATABASE"] = created
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            stat = Path(f"/proc/{cursor.fetchone()[0]}/stat").read_text()
        yield clock.now(), int(stat.rpartition(")")[2].split()[1])
        connections.close_all()
        connection.creation.destroy_test_db(settings.DATABASES["default"]["NAME"], 0)
    finally:
        embedded.stop(settings.VAR, say=lambda line: None)
        if before is None:
            del os.environ["PORTAL_VAR"]
        else:
            os.environ["PORTAL_VAR"] = before


def fill(number: int, now: dt.datetime) -> None:
    """Published articles over the six years before `now`, in one section."""
    from django.db import connection

    from members.models import Unit, UnitKind
    from news.models import Article, Section

    level, _ = UnitKind.objects.get_or_create(code="bench", defaults={"name": "Bench"})
    unit = Unit.objects.create(kind=level, name="Bench", slug="bench")
    section = Section.objects.create(name="Bench", slug="bench")
    facts = {"unit_id": unit.pk, "section_id": section.pk, "slug": "bench"}
    facts |= {"created_at": now, "updated_at": now, "state": "published"}
    for column in Article._meta.concrete_fields:
        if not (column.null or column.primary_key or column.generated):
            facts.setdefault(column.column, column.get_default())
    facts["tag_ids"] = "{}"  # as COPY reads an empty list
    own = ["title", "lead", "body", "publish_at"]
    others = [name for name in facts if name not in own]
    lines = io.StringIO()
    writer = csv.writer(lines, quoting=csv.QUOTE_ALL)
    for article in articles(number, now):
        writer.writerow([*article, *(facts[name] for name in others)])
    lines.seek(0)
    index = next(i for i in Article._meta.indexes if i.name == "article_search_tags")
    with connection.schema_editor() as editor:
        editor.remove_index(Article, index)
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.copy_expert(
            f"COPY news_article ({', '.join([*own, *others])}) FROM STDIN (FORMAT csv)",
            lines,
        )
    with connection.schema_editor() as editor:
        editor.add_index(Article, index)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE news_article")


def tag_a_tenth() -> int:
    """One tag on every tenth article; its number."""
    from django.db import connection

    from news.models import Tag

    tag = Tag.objects.create(name="Bench").pk
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO news_article_tags (article_id, tag_id)"
            " SELECT id, %s FROM news_article WHERE id %% 10 = 0",
            [tag],
        )
        cursor.execute("VACUUM ANALYZE news_article")
        cursor.execute("VACUUM ANALYZE news_article_tags")
    return tag


def valkey() -> int:
    """The process of the embedded Valkey, as its record has it."""
    from django.conf import settings

    record = json.loads((settings.VAR / "run" / "valkey.json").read_text())
    return int(re.match(r"\d+", record["process"])[0])
