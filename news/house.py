"""What the house asks of the news: who inherits articles, what waits on a desk."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from content import pagecache
from members import desk, permissions, succession
from members.models import Unit, UnitSuccession, User
from news.freshness import AREA
from news.models import Article


class ArticlesOfUnits:
    """Somebody must be able to correct an article for as long as it can be read."""

    def succeed(
        self,
        *,
        old: Unit,
        new: Unit | None,
        kind: UnitSuccession.Kind,
        date: dt.date,
        now: dt.datetime,
    ) -> None:
        if new is not None:
            Article.objects.filter(unit=old).update(unit=new)
            pagecache.touch(AREA)


class ArticlesToApprove:
    """One line with the number of articles handed in, for those who may approve."""

    def tasks(self, user: User, now: dt.datetime) -> Iterator[desk.Task]:
        waiting = Article.objects.filter(state=Article.State.IN_REVIEW)
        count = permissions.scoped(waiting, user, "news.publish").count()
        if count:
            url = reverse("admin:news_article_changelist")
            yield desk.Task(
                label=_("Articles to approve"),
                url=f"{url}?state__exact={Article.State.IN_REVIEW}",
                count=count,
            )


def register() -> None:
    succession.registry.register("news.article", ArticlesOfUnits())
    desk.registry.register("news", ArticlesToApprove())
