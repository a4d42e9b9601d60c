"""A process beside the web server that changes things: one line of JSON, one change.

Answers with the moment right after the commit, by the clock of this machine.
"""

import json
import os
import sys
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.test")
django.setup()

from django.db import connections  # noqa: E402

from content.clock import now  # noqa: E402
from news import actions  # noqa: E402
from news.models import Article  # noqa: E402
from tests.factories.news import ArticleFactory, PublishedFactory  # noqa: E402
from tests.factories.training import SessionFactory  # noqa: E402
from training.models import TrainingSession  # noqa: E402


def write(title: str) -> str:
    article = ArticleFactory(
        title=title, state="approved", section__slug="chuyen-muc", slug="bai"
    )
    return article.get_absolute_url()


def out(title: str) -> str:
    """An article that is out already."""
    return PublishedFactory(
        title=title, section__slug="chuyen-muc", publish_at=now()
    ).get_absolute_url()


def publish(title: str) -> None:
    actions.publish(article=Article.objects.get(title=title), by=None, now=now())


def rename(title: str, into: str) -> None:
    article = Article.objects.get(title=title)
    article.title = into
    article.save()


def open_session(capacity: int) -> str:
    return SessionFactory(capacity=capacity).get_absolute_url()


def take(confirmed: int) -> None:
    TrainingSession.objects.update(confirmed=confirmed)


VERBS = {
    verb.__name__: verb for verb in (write, out, publish, rename, open_session, take)
}

for order in sys.stdin:
    name, arguments = json.loads(order)
    result = VERBS[name](**arguments)
    committed = time.time()
    connections.close_all()
    sys.stdout.write(json.dumps([result, committed]) + "\n")
    sys.stdout.flush()
