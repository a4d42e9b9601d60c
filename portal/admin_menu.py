"""The admin's lists in the order in which people think of them, not by package."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

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

ALIASES = {"content": "portal"}
"""Floors without a group of their own stand with the pages."""


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


def _place(model: dict) -> tuple[int, str]:
    name = model["object_name"]
    return (ORDER.index(name) if name in ORDER else len(ORDER), str(model["name"]))
