"""An toàn số: what a frightened person needs in ten seconds, then the rest."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from content import pagecache
from news.models import Article, SafetyAdvice, SafetyContact
from news.rules import is_visible

ALERTS = 6
Audience = SafetyAdvice.Audience
AGES = (
    Audience.UNDER_12,
    Audience.FROM_12,
    Audience.FROM_16,
    Audience.PARENTS,
    Audience.ELDERS,
)


@dataclass(frozen=True)
class Group:
    """What is said to one age; `id` stands in the address."""

    id: str
    label: str
    advice: list[SafetyAdvice]


@dataclass(frozen=True)
class Hub:
    now: list[SafetyAdvice]
    contacts: list[SafetyContact]
    alerts: list[Article]
    checklists: list[SafetyAdvice]
    ages: list[Group]

    @property
    def is_empty(self) -> bool:
        return not any(
            (self.now, self.contacts, self.alerts, self.checklists, self.ages)
        )

    @property
    def age_links(self) -> list[dict]:
        return [{"label": group.label, "url": f"#{group.id}"} for group in self.ages]


@pagecache.public("news")
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    return render(request, "news/safety.html", {"hub": gather(request.now)})


def gather(now: dt.datetime) -> Hub:
    """Everything on the page, in three queries."""
    advice = list(SafetyAdvice.objects.select_related("article").defer("article__body"))
    for row in advice:
        if row.article and not is_visible(row.article, now):
            row.article = None
    groups = [
        Group(age.value, age.label, [row for row in advice if row.audience == age])
        for age in AGES
    ]
    return Hub(
        now=[row for row in advice if row.audience == Audience.NOW],
        contacts=list(SafetyContact.objects.all()),
        alerts=list(Article.objects.warnings(now).for_cards()[:ALERTS]),
        checklists=[row for row in advice if row.audience == Audience.ALL],
        ages=[group for group in groups if group.advice],
    )
