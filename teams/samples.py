"""Letters about digital teams with made-up readers, for the admin."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from mail import samples
from mail.preferences import unsubscribe_url
from teams import months
from teams.help import letters as help_letters
from teams.models import Nomination
from teams.nominations import letters as nomination_letters
from teams.recognition import letters as thanks_letters
from teams.reports import letters as report_letters
from teams.reports import reminders as report_reminders
from vietnam.dates import day_text

TEAM = "Tổ công nghệ số thôn Nà Phặc"
LINK = "https://example.com/to-cong-nghe-so/bao-cao/"
MONTH = dt.date(2026, 11, 1)


def register() -> None:
    for kind in (help_letters.ASKED, help_letters.WITH_COMMUNE):
        samples.register(kind, kind.replace(".", "/"), _help)
    for kind in (
        *(report_letters.CODE, report_letters.LINK),
        *(report_letters.ACCEPTED, report_letters.RETURNED),
    ):
        samples.register(kind, kind.replace(".", "/"), partial(_report, kind))
    for kind in (report_reminders.KIND, report_reminders.OVERDUE):
        samples.register(kind, "teams/report_reminder", partial(_report, kind))
    for kind in (
        nomination_letters.PROPOSED,
        nomination_letters.CONFIRMED,
        nomination_letters.RETURNED,
    ):
        samples.register(kind, "teams/nomination", partial(_nomination, kind))
    samples.register(thanks_letters.KIND, "teams/recognised", _thanks)


def _help() -> dict[str, Any]:
    return {
        "topic": _("Sign in to online services"),
        "commune": "Nà Phặc",
        "area": "Nà Kèng",
        "prefers": _("In the evening"),
        "why": _("The team has nobody for this."),
        "team": TEAM,
        "page_url": "https://example.com/quan-tri/",
    }


def _report(kind: str) -> dict[str, Any]:
    seen = {
        "name": samples.NAME,
        "team": TEAM,
        "month": months.text(MONTH),
        "remark": _("Please look at the number of households again."),
        "link": LINK,
        "code": "482913",
        "minutes": 15,
        "due_day": 5,
        "due": day_text(dt.date(2026, 12, 5)),
        "overdue": kind == report_reminders.OVERDUE,
    }
    if kind not in (report_letters.CODE, report_letters.LINK, report_letters.RETURNED):
        seen["unsubscribe_url"] = unsubscribe_url(samples.READER, kind)
    return seen


def _nomination(kind: str) -> dict[str, Any]:
    return {
        "kind": kind.rpartition("_")[2],
        "name": samples.NAME,
        "by": "Nông Văn Bình",
        "nomination": Nomination(
            note=_("Knows the village well."),
            reason=_("Is a member of another team already."),
        ),
        "person": "Lý Văn Tám",
        "team": TEAM,
        "unit": "Nà Phặc",
        "url": "https://example.com/quan-tri/",
    }


def _thanks() -> dict[str, Any]:
    return {
        "name": samples.NAME,
        "team": TEAM,
        "month": months.text(MONTH),
        "reason": _("Helped 214 people, most of them at home."),
        "public_url": "https://example.com/to-cong-nghe-so/",
        "link": LINK,
    }
