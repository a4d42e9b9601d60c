"""How long what readers send is kept."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from members import retention
from members.retention import Rule
from news import rumours, stories


def register() -> None:
    for key, rule in {
        "news.rumour": Rule(
            what=_("Rumours that readers report"),
            keeps=_("90 days"),
            why=_("So that the editors can ask back and correct"),
            purge=lambda now: rumours.purge(now=now),
        ),
        "news.contribution": Rule(
            what=_("Drafts of stories that nobody sent"),
            keeps=_("7 days"),
            why=_("Their writer may go on"),
            purge=lambda now: stories.drop_left_behind(now=now),
        ),
    }.items():
        retention.registry.register(key, rule)
