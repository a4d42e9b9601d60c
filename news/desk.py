"""What waits for editors and publishers, and what goes out by itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from members import desk, history, permissions
from members.models import User
from news import rhythm
from news.models import Article, Contribution, Revision, Rumour, Section

State = Article.State


def drafts_of(user: User) -> QuerySet[Article]:
    """The account's own drafts; adds `was_sent`: handed in once and given back."""
    events = history.events_of(Article).objects
    sent = events.filter(pgh_obj=OuterRef("pk"), state=State.IN_REVIEW)
    drafts = Article.objects.filter(state=State.DRAFT, created_by=user)
    return drafts.annotate(was_sent=Exists(sent))


class ArticleTasks:
    """For who may approve: what was handed in. For writers: their own drafts."""

    def tasks(self, user: User, now: dt.datetime) -> Iterator[desk.Task]:
        url = reverse("admin:news_article_changelist")
        if permissions.may(user, "news.publish"):
            yield from self._publishing(user, url)
        if permissions.may(user, "news.write"):
            yield from self._writing(user, url)

    @staticmethod
    def _publishing(user: User, url: str) -> Iterator[desk.Task]:
        rows = permissions.scoped(Article.objects.all(), user, "news.publish")
        counts = rows.aggregate(
            in_review=Count("pk", filter=Q(state=State.IN_REVIEW)),
            approved=Count("pk", filter=Q(state=State.APPROVED)),
        )
        labels = {
            "in_review": _("Articles to approve"),
            "approved": _("Approved articles without a time to go out"),
        }
        for state, label in labels.items():
            if counts[state]:
                where = f"{url}?state__exact={state}"
                yield desk.Task(label=label, url=where, count=counts[state])
        moved = rows.filter(imported__needs_look=True)
        yield desk.Task(
            label=_("Articles of the old site to be looked at"),
            url=f"{url}?moved=look",
            count=moved,
        )
        newer = Revision.objects.filter(
            working=True, submitted_at__isnull=False, approved_at=None
        )
        newer = permissions.scoped(newer, user, "news.publish", "article__unit")
        yield desk.Task(
            label=_("New versions of public articles to approve"),
            url=f"{url}?beside=sent",
            count=newer,
        )

    @staticmethod
    def _writing(user: User, url: str) -> Iterator[desk.Task]:
        mine = permissions.scoped(drafts_of(user), user, "news.write")
        sent = list(mine.order_by().values_list("was_sent", flat=True))
        if returned := sum(sent):
            yield desk.Task(
                label=_("Your articles that came back to you"),
                url=f"{url}?mine=returned",
                count=returned,
            )
        if fresh := len(sent) - returned:
            yield desk.Task(
                label=_("Your drafts"), url=f"{url}?mine=draft", count=fresh
            )


class RhythmTasks:
    """For who writes for the whole site: a day or week that is still empty."""

    def tasks(self, user: User, now: dt.datetime) -> Iterator[desk.Task]:
        if not permissions.everywhere(user, "news.write"):
            return
        url = reverse("admin:news_article_calendar")
        labels = {
            Section.Rhythm.DAILY: _("“%(section)s” is still empty today"),
            Section.Rhythm.WEEKLY: _("“%(section)s” is still empty this week"),
        }
        for section in rhythm.empty(now):
            label = labels[section.rhythm] % {"section": section.name}
            yield desk.Task(label=label, url=url)


class StoryTasks:
    """For editors: what was sent in. For senders: what came back to them."""

    def tasks(self, user: User, now: dt.datetime) -> Iterator[desk.Task]:
        if permissions.may(user, "news.write"):
            waiting = Contribution.objects.waiting()
            mine = permissions.scoped(waiting, user, "news.write")
            url = reverse("admin:news_contribution_changelist")
            yield desk.Task(
                label=_("Stories sent in"),
                url=f"{url}?state__exact={Contribution.State.RECEIVED}",
                count=mine,
            )
            back = Contribution.objects.taken_back(now)
            yield desk.Task(
                label=_("Articles whose consent was taken back: read them again"),
                url=f"{url}?consent_withdrawn_at__isempty=0",
                count=permissions.scoped(back, user, "news.write"),
            )
        returned = Contribution.State.RETURNED
        for story in Contribution.objects.filter(sender=user.person_id, state=returned)[
            :5
        ]:
            yield desk.Task(
                label=_("Your story “%(title)s” came back") % {"title": story},
                url=story.get_absolute_url(),
            )


class RumourTasks:
    def tasks(self, user: User, now: dt.datetime) -> Iterator[desk.Task]:
        if not permissions.everywhere(user, "news.write"):
            return
        url = reverse("admin:news_rumour_changelist")
        yield desk.Task(
            label=_("Rumours that readers reported"),
            url=f"{url}?state__exact={Rumour.State.NEW}",
            count=Rumour.objects.filter(state=Rumour.State.NEW),
        )


class ArticlesAhead:
    def ahead(
        self, user: User, now: dt.datetime, until: dt.datetime
    ) -> Iterator[desk.Moment]:
        if not permissions.may(user, "news.write"):
            return
        coming = Article.objects.scheduled(now).filter(publish_at__lt=until)
        rows = permissions.scoped(coming, user, "news.write")
        for article in rows.only("title", "publish_at")[:20]:
            yield desk.Moment(
                at=article.publish_at,
                what=_("Article goes out"),
                title=article.title,
                url=reverse("admin:news_article_change", args=[article.pk]),
            )


def register() -> None:
    desk.registry.register("news", ArticleTasks())
    desk.registry.register("news.story", StoryTasks())
    desk.registry.register("news.rumour", RumourTasks())
    desk.registry.register("news.rhythm", RhythmTasks())
    desk.agenda.register("news", ArticlesAhead())
