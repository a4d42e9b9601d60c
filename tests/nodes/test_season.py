"""The season's main flows over two nodes, of which one dies.

Everything is as deploy/ has it: nginx with TLS before two web nodes and the process for
uploads, PgBouncer in transaction mode, two workers, two beats.
"""

from __future__ import annotations

import base64
import datetime as dt
import email
import email.policy
import hashlib
import os
import random
import re
import time
from concurrent.futures import ThreadPoolExecutor

import psycopg2
import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse

from content import clock
from contests.models import Entry, EntryFile
from mail import delivery
from mail.models import Letter
from members.models import User
from tests.factories import files as samples
from tests.factories.certificates import issued
from tests.factories.contests import (
    ContestFactory,
    EntryFactory,
    JudgeAssignmentFactory,
    RoundFactory,
    a_judge,
)
from tests.factories.members import PersonFactory, UserFactory
from tests.factories.news import PublishedFactory
from tests.factories.training import SessionFactory
from tests.mail.post_office import PostOffice
from tests.nodes.site import HOST, Site, Visitor, program
from training import audit
from training.models import Registration, TrainingSession
from training.seats import SEATED

pytestmark = [
    pytest.mark.fault,
    pytest.mark.slow,
    pytest.mark.xdist_group("nodes"),  # started once, not once a process
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        not (program("nginx") and program("pgbouncer")) and not os.environ.get("CI"),
        reason="nginx and PgBouncer are not installed",
    ),
]
DAY = dt.timedelta(days=1)
CROWD, PLACES = 300, 20
TUS = {"Tus-Resumable": "1.0.0"}


@pytest.fixture(scope="module")
def _post_office():
    with PostOffice() as office:
        yield office


@pytest.fixture(scope="module")
def _site(_post_office, django_db_setup):
    site = Site(_post_office.port)
    try:
        site.start()
        yield site
    finally:
        site.stop()


@pytest.fixture
def post_office(_post_office):
    _post_office.raw.clear()
    return _post_office


@pytest.fixture
def site(_site, settings):
    settings.CLOCK_OFFSET = _site.offset
    yield _site
    while _site.visitors:
        _site.visitors.pop().close()
    # The tables are emptied next, and nobody may hold a lock on one.
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def session(**fields) -> TrainingSession:
    now = clock.now()
    times = {
        "opens_at": now - DAY,
        "closes_at": now + 8 * DAY,
        "starts_at": now + 10 * DAY,
    }
    return SessionFactory(**times | fields)


def cookie_of(user: User) -> str:
    client = Client()
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def letter_to(site: Site, office: PostOffice, address: str) -> str:
    """Subject and text of the newest letter to somebody, once it is there."""

    def found() -> list[str]:
        return [_text(raw) for to, raw in office.raw if to == address]

    site.wait(found)
    return found()[-1]


def _text(raw: bytes) -> str:
    letter = email.message_from_bytes(raw, policy=email.policy.default)
    return f"{letter['Subject']}\n{letter.get_body(('plain',)).get_content()}"


def test_pages_and_files_for_everybody(site):
    article = PublishedFactory(publish_at=clock.now() - DAY)
    visitor = Visitor(site)
    page = visitor.get(article.get_absolute_url())
    assert article.title in page.text
    assert "Strict-Transport-Security" in page.headers
    sheet = re.search(r'href="(/static/css/site\.[0-9a-f]+\.css)"', page.text)[1]
    for _ in range(2):
        found = visitor.get(sheet, **{"Accept-Encoding": "gzip, deflate, br"})
        assert found.headers["Content-Encoding"] == "br", found.headers
        assert "immutable" in found.headers["Cache-Control"]
    assert "Content-Encoding" not in visitor.get(sheet).headers
    # A visitor's own word about where the request comes from counts for nothing.
    forged = {"X-Forwarded-Proto": "http", "X-Forwarded-Host": "evil.example"}
    assert visitor.ask("GET", "/", **forged).status == 200
    # What is for the machines that watch stays inside, private files are no address.
    assert visitor.get("/private/entries/1").status == 404
    assert visitor.ask("GET", "/", Host="evil.example").status in (400, 421)


def test_the_pooler_sets_the_limits_of_each_kind_of_process(site):
    database = settings.DATABASES["default"]
    for kind, statement in (("web", "30s"), ("worker", "4min")):
        session = psycopg2.connect(
            host="127.0.0.1",
            port=site.ports["pooler"],
            dbname=f"portal_{kind}",
            user=database["USER"],
            password=database["PASSWORD"],
        )
        with session, session.cursor() as cursor:
            cursor.execute("SHOW lock_timeout")
            assert cursor.fetchone() == ("3s",)
            cursor.execute("SHOW statement_timeout")
            assert cursor.fetchone() == (statement,)
        session.close()


def test_from_sign_in_to_the_next_in_line(site, post_office):
    """Two people, one place: each request meets whichever node comes next."""
    course = session(capacity=1)
    first, second = UserFactory(), UserFactory()
    path = reverse("training:register", args=[course.slug])
    visitors = []
    for user in (first, second):
        visitor = Visitor(site)
        visitor.post(reverse("account_login"), login=user.email)
        code = re.search(r"\b\d{6}\b", letter_to(site, post_office, user.email))[0]
        visitor.post(reverse("account_confirm_login_code"), code=code)
        visitor.post(path, agreed="on")
        visitors.append(visitor)
        # Code and answer. An answer that waits is dropped once it is no longer true.
        site.wait(lambda to=user.email: post_office.addresses[to] == 2)
    rows = Registration.objects.filter(session=course)
    assert set(rows.values_list("state", flat=True)) == {"confirmed", "waiting"}
    visitors[0].post(reverse("training:cancel", args=[course.slug]))
    site.wait(lambda: not rows.filter(state="waiting").exists())
    assert rows.get(state__in=SEATED).person == second.person
    both = first.email, second.email
    site.wait(lambda: [post_office.addresses[to] for to in both] == [3, 3])
    assert audit.seats() == []


def test_an_entry_in_pieces_and_who_reads_it(site, post_office):
    now = clock.now()
    contest = ContestFactory(opens_at=now - DAY, closes_at=now + DAY)
    entry = EntryFactory(contest=contest)
    visitor = Visitor(site, cookie_of(entry.owner))
    page = visitor.get(reverse("contests:files", args=[entry.code]))
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)[1]
    headers = TUS | {"X-CSRFToken": token, "Referer": f"https://{HOST}/"}
    content = samples.paper(2, author="Nong Thi Lan")
    begun = visitor.ask(
        "POST",
        reverse("contests:upload", args=[entry.code]),
        **headers,
        **{
            "Upload-Length": str(len(content)),
            "Upload-Metadata": f"filename {base64.b64encode(b'bai.pdf').decode()}",
        },
    )
    assert begun.status == 201, begun.text[-2000:]
    assert begun.where.startswith("/tai-len/")
    half = len(content) // 2
    for offset, piece in ((0, content[:half]), (half, content[half:])):
        checksum = base64.b64encode(hashlib.sha256(piece).digest()).decode()
        sent = visitor.ask(
            "PATCH",
            begun.where,
            piece,
            **headers,
            **{
                "Content-Type": "application/offset+octet-stream",
                "Upload-Offset": str(offset),
                "Upload-Checksum": f"sha256 {checksum}",
            },
        )
        assert sent.status == 204, (sent.status, sent.text[-2000:])
    file = EntryFile.objects.get(entry=entry)
    own = visitor.get(reverse("contests:download", args=[entry.code, file.pk]))
    assert own.body == content
    assert own.headers["X-Content-Type-Options"] == "nosniff"
    assert "attachment" in own.headers["Content-Disposition"]
    assert "X-Accel-Redirect" not in own.headers
    # The worker for media makes what judges read.
    site.wait(lambda: EntryFile.objects.get().copy_state == EntryFile.CopyState.READY)
    contest.closes_at = now - dt.timedelta(hours=1)
    contest.save()
    Entry.objects.update(state="submitted", submitted_at=now - 2 * DAY / 24)
    round_ = RoundFactory(contest=contest, starts_at=contest.closes_at)
    judge = a_judge()
    given = JudgeAssignmentFactory(round=round_, entry=entry, judge=judge)
    reader = Visitor(site, cookie_of(judge))
    assert reader.get(reverse("judging:assignment", args=[given.pk])).status == 200
    shown = reader.get(reverse("judging:page", args=[given.pk, 1, 1]))
    assert shown.status == 200, shown.text[-2000:]
    assert shown.headers["Content-Type"].startswith("image/")
    assert b"Nong Thi Lan" not in shown.body
    others = Visitor(site, cookie_of(UserFactory()))
    path = reverse("contests:download", args=[entry.code, file.pk])
    assert others.get(path).status == 404


def test_a_certificate_is_verified(site):
    certificate = issued(PersonFactory(full_name="Nông Thị Ánh"))
    page = Visitor(site).get(reverse("certificates:check", args=[certificate.code]))
    assert page.status == 200
    assert certificate.course in page.text


def test_a_crowd_while_a_node_and_a_worker_die(site, post_office):
    """300 people on 20 places; whoever met the dead node tries once more."""
    course = session(capacity=PLACES)
    users = UserFactory.create_batch(CROWD)
    keys = [cookie_of(user) for user in users]
    path = reverse("training:register", args=[course.slug])
    retries = []

    def come(key: str) -> None:
        time.sleep(random.uniform(0, 5))
        visitor = Visitor(site, key)
        visitor.post(path, agreed="on")
        retries.append(visitor.retries)

    with ThreadPoolExecutor(24) as threads:
        crowd = [threads.submit(come, key) for key in keys]
        rows = Registration.objects.filter(session=course)
        site.wait(lambda: rows.count() > CROWD // 4)
        site.kill(site.processes["one"])
        site.kill(site.processes["worker-1"])
        for each in crowd:
            each.result()

    assert rows.filter(state="confirmed").count() == PLACES
    line = rows.waiting().order_by("place").values_list("place", flat=True)
    assert list(line) == list(range(1, CROWD - PLACES + 1))
    assert audit.seats() == []
    # Only who was with the node when it died has noticed: its four threads and queue.
    assert sum(map(bool, retries)) < CROWD // 4

    # The other worker goes on at once; one letter may have been in dead hands, and the
    # minutes that it would stay there pass here.
    letters = Letter.objects.filter(address__in=[user.email for user in users])
    sent = letters.filter(state=Letter.State.SENT)
    site.wait(lambda: sent.count() >= letters.count() - 1)
    later = clock.now() + delivery.IN_FLIGHT + dt.timedelta(minutes=1)
    delivery.recover(now=later)
    site.wait(lambda: sent.count() == letters.count())
    assert letters.count() == CROWD
    twice = {name: n for name, n in post_office.message_ids.items() if n > 1}
    assert len(twice) <= 1
    assert len(post_office.message_ids) == CROWD

    # Without any node left the visitor hears so in a sentence, and not from nginx.
    site.kill(site.processes["two"])
    answer = Visitor(site)._ask("GET", "/tim-kiem/?q=an", None, {})
    assert answer.status == 503
    assert "Xin thử lại" in answer.text
    assert answer.headers["Retry-After"]
