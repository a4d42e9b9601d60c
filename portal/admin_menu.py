"""The admin's lists in the order in which people think of them, not by package."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any
from urllib.parse import quote

from django.apps import apps
from django.db.models import Model
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.text import capfirst
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

GROUPS = {
    "news": _("News"),
    "training": _("Training"),
    "teams": _("Digital teams"),
    "contests": _("Contests"),
    "certificates": _("Certificates"),
    "members": _("People"),
    "mail": pgettext_lazy("lists of the admin", "Letters"),
    "portal": _("Pages of the site"),
}

ORDER = [
    "Article",
    "Contribution",
    "Rumour",
    "FrontPageSlot",
    "Section",
    "Tag",
    "TrustedHost",
    "SafetyContact",
    "SafetyAdvice",
    "KitItem",
    "TrainingSession",
    "Registration",
    "Series",
    "SessionKind",
    "DigitalTeam",
    "TeamMember",
    "Nomination",
    "Report",
    "Recognition",
    "Indicator",
    "HelpRequest",
    "HelpPoint",
    "HelpTopic",
    "CommuneTile",
    "TeamSkill",
    "Contest",
    "Entry",
    "Appeal",
    "Round",
    "SignedForm",
    "Certificate",
    "CertificateBatch",
    "Issuer",
    "Person",
    "Guardian",
    "Consent",
    "DataRequest",
    "Erasure",
    "ConsentText",
    "PurgeRun",
    "Unit",
    "UnitChange",
    "UnitSuccession",
    "UnitKind",
    "User",
    "Assignment",
    "RoleInvitation",
    "SignInCard",
    "AccessNote",
    "Breach",
    "Letter",
    "Suppression",
    "Preference",
    "Picture",
    "Finding",
    "SitePage",
    "KeyFigure",
    "SiteIdentity",
]
"""Daily work first; what is set up once comes last. Unlisted models follow."""

_PLACES = {name: place for place, name in enumerate(ORDER)}

SET_UP = frozenset(
    {
        *("Section", "Tag", "TrustedHost", "SafetyContact", "SafetyAdvice", "KitItem"),
        *("Series", "SessionKind", "Indicator", "HelpTopic", "CommuneTile"),
        *("TeamSkill", "Recognition", "Round", "Issuer", "CertificateBatch"),
        *("Erasure", "ConsentText", "PurgeRun", "UnitSuccession", "UnitKind"),
        *("Suppression", "Preference", "SitePage", "KeyFigure", "SiteIdentity"),
    }
)
"""Lists that are set up once or looked up rarely: folded away on the start page."""

ALIASES = {"content": "portal"}
"""Floors without a group of their own stand with the pages."""


def apps_of(registry: Mapping[type[Model], Any], request: HttpRequest) -> list[dict]:
    """What Django's own `get_app_list` gives, in a tenth of its time.

    The rights are asked for each page anew; names and addresses are looked up once.
    """
    found: dict[str, dict] = {}
    language = get_language()
    for model, model_admin in registry.items():
        if not (has_module_perms := model_admin.has_module_permission(request)):
            continue
        perms = model_admin.get_model_perms(request)
        if True not in perms.values():
            continue
        name, admin_url, add_url = _words(model, language)
        line = {
            "model": model,
            "name": name,
            "object_name": model._meta.object_name,
            "perms": perms,
            "admin_url": None,
            "add_url": add_url if perms.get("add") else None,
        }
        if perms.get("change") or perms.get("view"):
            line |= {"admin_url": admin_url, "view_only": not perms.get("change")}
        label = model._meta.app_label
        if label not in found:
            name, url = _words_of_app(label, language)
            found[label] = {
                "name": name,
                "app_label": label,
                "app_url": url,
                "has_module_perms": has_module_perms,
                "models": [],
            }
        found[label]["models"].append(line)
    for app in found.values():
        app["models"].sort(key=lambda line: line["name"])
    return sorted(found.values(), key=lambda app: app["name"].lower())


@cache
def _words(model: type[Model], language: str) -> tuple[str, str | None, str | None]:
    """The name of a list, where it is, and where a row is added."""
    meta = model._meta
    lists = f"admin:{meta.app_label}_{meta.model_name}"
    name = str(capfirst(meta.verbose_name_plural))
    return name, _address(f"{lists}_changelist"), _address(f"{lists}_add")


@cache
def _words_of_app(label: str, language: str) -> tuple[str, str]:
    name = str(apps.get_app_config(label).verbose_name)
    return name, reverse("admin:app_list", args=[label])


def _address(name: str) -> str | None:
    try:
        return reverse(name)
    except NoReverseMatch:
        return None


def marked(groups: list[dict], path: str) -> list[dict]:
    """The lines of the sidebar, where `path` is: texts only, so that it can be kept."""
    path = quote(path)
    return [
        {
            "app_label": group["app_label"],
            "app_url": group["app_url"],
            "name": str(group["name"]),
            "current": group["app_url"] in path,
            "models": [
                {
                    "object_name": line["object_name"],
                    "name": line["name"],
                    "admin_url": line["admin_url"],
                    "add_url": line["add_url"],
                    "current": bool(line["admin_url"]) and line["admin_url"] in path,
                }
                for line in group["models"]
            ],
        }
        for group in groups
    ]


def grouped(app_list: list[dict]) -> list[dict]:
    """Django's list of apps as groups with names, in our order."""
    groups: dict[str, dict] = {}
    for app in app_list:
        key = ALIASES.get(app["app_label"], app["app_label"])
        group = groups.setdefault(key, app | {"models": []})
        group["name"] = GROUPS.get(key, app["name"])
        group["models"] += app["models"]
    for group in groups.values():
        group["models"].sort(key=_place)
    known = list(GROUPS)
    return sorted(
        groups.values(),
        key=lambda group: (
            known.index(group["app_label"])
            if group["app_label"] in known
            else len(known)
        ),
    )


def daily_and_rest(
    groups: list[dict], *, everything: bool
) -> tuple[list[dict], list[dict]]:
    """What one works in day by day, and what one sets up; each in its groups.

    What others have set up and one may only look at is left out, except for whoever
    runs it all.
    """
    daily, rest = [], []
    for group in groups:
        works_in = [m for m in group["models"] if m["object_name"] not in SET_UP]
        sets_up = [
            m
            for m in group["models"]
            if m["object_name"] in SET_UP and (everything or not m.get("view_only"))
        ]
        daily += [group | {"models": works_in}] if works_in else []
        rest += [group | {"models": sets_up}] if sets_up else []
    return daily, rest


def _place(model: dict) -> tuple[int, str]:
    return _PLACES.get(model["object_name"], len(ORDER)), str(model["name"])
