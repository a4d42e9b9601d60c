"""What a sender's stories mean elsewhere: my page, their data, merged records."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from content.pictures import taking_off
from members import consents, merge, privacy, timeline
from members.models import Person
from news import withdrawing
from news.models import Contribution

LATELY = dt.timedelta(days=365)


class StoriesOnMyPage:
    def entries(self, person: Person, now: dt.datetime) -> Iterator[timeline.Entry]:
        mine = Contribution.objects.filter(sender=person, created_at__gt=now - LATELY)
        for story in mine.select_related("section", "article"):
            yield timeline.Entry(
                at=story.sent_at or story.created_at,
                title=str(story),
                url=story.get_absolute_url(),
                kind=story.get_kind_display(),
                state=story.state,
                note=story.section.name if story.section else "",
            )


class ContributionHolder:
    """Erased, a story leaves no text, no name and no private picture behind.

    An article made of it stays, without the name: it is the editors' work by then.
    """

    def export(self, person: Person) -> list[dict[str, Any]]:
        mine = person.contributions.select_related("section", "unit", "article")
        return [
            {
                "kind": str(story.get_kind_display()),
                "title": story.title,
                "text": story.text,
                "section": str(story.section) if story.section else None,
                "unit": str(story.unit) if story.unit else None,
                "state": str(story.get_state_display()),
                "remark": story.remark,
                "sent_at": story.sent_at and story.sent_at.isoformat(),
                "credit": story.credit,
                "article": story.article and story.article.title,
                "made_by": story.made_by,
                "licence": story.licence_words,
                "files": [each.name for each in story.files.all()],
                "pictures": [each.name for each in story.pictures.all()],
            }
            for story in mine.prefetch_related("pictures", "files")
        ]

    def files(self, person: Person) -> Iterator[tuple[str, Any]]:
        """Pictures and papers of the stories as they were sent."""
        for story in person.contributions.order_by("pk"):
            for rows in (story.pictures, story.files):
                for row in rows.exclude(file="").order_by("pk"):
                    yield row.name, row.file

    def erase(self, person: Person, now: dt.datetime) -> None:
        for story in Contribution.objects.filter(sender=person):
            withdrawing.take_name_off(story=story)
            withdrawing.drop_pictures(story.pictures.all())
            withdrawing.drop_pictures(story.files.all())
            story.delete()


def register() -> None:
    timeline.registry.register("news", StoriesOnMyPage())
    privacy.registry.register("news.contribution", ContributionHolder())
    merge.registry.register(
        "news.contribution", merge.Repoint("news.Contribution", "sender")
    )
    consents.changed.register("news", withdrawing.consent_changed)
    taking_off.also.register("news", withdrawing.leave_versions)
    consents.matters.register("news.contribution", consents.title_in(Contribution))
