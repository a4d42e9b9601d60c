"""Letters of the newsroom with made-up readers, for the admin."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _

from mail import samples
from members.models import Person
from news import emails, reminders, story_letters
from news.models import Article, Contribution, Section
from vietnam.dates import VIETNAM

PAGE = "https://example.com/tin-tuc/cam-nang-so-12/"
FORM = "https://example.com/quan-tri/news/article/12/change/"


def register() -> None:
    for kind in (emails.RETURNED, emails.PUBLISHED):
        samples.register(kind, kind.replace(".", "/"), _article)
    for kind, state in {
        story_letters.RETURNED: Contribution.State.RETURNED,
        story_letters.ACCEPTED: Contribution.State.ACCEPTED,
        story_letters.REFUSED: Contribution.State.REFUSED,
        story_letters.ENDED: Contribution.State.WITHDRAWN,
        story_letters.PUBLISHED: Contribution.State.ACCEPTED,
    }.items():
        samples.registry.register(kind, _Story(kind, state))
    samples.registry.register(reminders.KIND, _empty_day)


def _article() -> dict[str, Any]:
    article = Article(
        title=_("Digital teams help with online services"),
        publish_at=dt.datetime(2026, 12, 2, 8, 0, tzinfo=VIETNAM),
        remark=_("Please name the source of the picture."),
    )
    return {
        "name": samples.NAME,
        "by": "Nông Văn Bình",
        "article": article,
        "form_url": FORM,
        "page_url": PAGE,
    }


class _Story:
    """What the sender of a story hears, in one of its states."""

    def __init__(self, kind: str, state: str) -> None:
        self.kind, self.state = kind, state

    def __call__(self, language: str):
        story = Contribution(
            title=_("How our village learned to pay by phone"),
            sender=Person(full_name=samples.NAME),
            credit=samples.NAME,
            state=self.state,
            remark=_("Please name the source of the picture."),
        )
        published = self.kind == story_letters.PUBLISHED
        seen = {
            "kind": self.kind.rpartition("_")[2],
            "name": samples.NAME,
            "story": story,
            "child": False,
            "article": _article()["article"] if published else None,
            "url": PAGE,
        }
        return samples.FromTemplate("news/story", seen)(language)


def _empty_day(language: str):
    sections = [
        Section(name="Tin tốt mỗi ngày", rhythm=Section.Rhythm.DAILY),
        Section(name="Câu chuyện đẹp", rhythm=Section.Rhythm.WEEKLY),
    ]
    return reminders._content(sections, samples.READER, samples.NAME, language=language)
