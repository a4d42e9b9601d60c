"""Documents that units confirm to have read, and which units have not yet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from members import desk, permissions
from members.models import Unit, User
from news.models import Article, DocumentReceipt
from vietnam.dates import local_day

CONFIRM, FOLLOW = "documents.confirm", "documents.follow"


def asked_for(now: dt.datetime) -> QuerySet[Article]:
    """Public documents whose reading is confirmed, the newest first."""
    documents = Article.objects.published(now).documents()
    return documents.filter(details__confirmed=True)


def speaks_for(user: User) -> Unit | None:
    """The unit that this account confirms for; the province itself confirms nothing."""
    unit = permissions.home_unit(user, CONFIRM)
    return unit if unit and unit.parent_id else None


def confirm(
    *, article: Article, unit: Unit, by: User, now: dt.datetime
) -> DocumentReceipt:
    """The unit has read the document; whoever said it first stays."""
    receipt, _made = DocumentReceipt.objects.get_or_create(
        article=article, unit=unit, defaults={"user": by, "at": now}
    )
    return receipt


def asked_units(user: User, now: dt.datetime) -> QuerySet[Unit]:
    """The units that should confirm, as far as the account follows them (rule 10)."""
    units = Unit.objects.communes(local_day(now))
    return permissions.scoped(units, user, FOLLOW, "")


def silent_units(article: Article, user: User, now: dt.datetime) -> QuerySet[Unit]:
    """Those of them that have not, by name."""
    said = article.receipts.values("unit")
    return asked_units(user, now).exclude(pk__in=said).order_by("name", "pk")


def with_own(documents: QuerySet[Article], unit: Unit | None) -> QuerySet[Article]:
    """Adds `is_confirmed`: whether the unit has said it."""
    mine = DocumentReceipt.objects.filter(article=OuterRef("pk"), unit=unit)
    return documents.annotate(is_confirmed=Exists(mine))


class DocumentTasks:
    """For secretaries: documents that their unit has not confirmed."""

    def tasks(self, user: User, now: dt.datetime) -> Iterator[desk.Task]:
        if not permissions.may(user, CONFIRM):
            return
        unit = speaks_for(user)
        if unit is None:
            return
        open_ones = with_own(asked_for(now), unit).filter(is_confirmed=False)
        yield desk.Task(
            label=_("Documents to read and confirm"),
            url=reverse("news:receipts"),
            count=open_ones,
        )


def register() -> None:
    desk.registry.register("news.documents", DocumentTasks())
