"""Letters about contests with made-up readers, for the admin."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from contests import emails
from contests.models import Appeal, Award, Contest, Division, Entry, Round
from contests.secretary import writing
from contests.voting import emails as votes
from mail import samples
from mail.preferences import unsubscribe_url
from members.models import Person, User
from vietnam.dates import VIETNAM

CLOSES = dt.datetime(2026, 12, 20, 17, 0, tzinfo=VIETNAM)
DAY = dt.timedelta(days=1)
CHILD = "Lý Minh Khôi"
LINK = "https://example.com/cuoc-thi/"

Extra = Callable[[], dict[str, Any]]


def register() -> None:
    about_entry: dict[str, Extra] = {
        emails.RECEIPT: lambda: {"files": [{"name": "y-tuong.pdf", "size": "2,4 MB"}]},
        emails.WITHDRAWN: lambda: {"can_reopen": True},
        emails.DISQUALIFIED: dict,
        emails.FELL_OUT: lambda: {"why": "consent", "draft": True},
        emails.ANSWERED: lambda: {"who": CHILD, "joined": True, "draft": True},
        emails.REMINDER: lambda: {
            "unsubscribe_url": unsubscribe_url(samples.READER, emails.REMINDER)
        },
        emails.RESULT: lambda: {"award": _award(), "url": LINK},
        emails.SHORTLIST: lambda: {
            "round": _round(),
            "went_on": True,
            "next": _round(_("Final"), 2),
        },
        emails.APPEAL_RECEIVED: lambda: {"appeal": _appeal()},
        emails.APPEAL_ANSWERED: lambda: {
            "appeal": _appeal(),
            "accepted": True,
            "award": _award(),
        },
    }
    for kind, extra in about_entry.items():
        samples.registry.register(kind, _AboutEntry(kind, extra))
    for kind in (
        *(emails.INVITED, emails.FORM_READ, emails.ASSIGNED),
        *(emails.JUDGE_REMINDER, emails.GUARDIAN_REMINDER),
    ):
        samples.register(kind, kind.replace(".", "/"), _about_contest)
    samples.registry.register(emails.MESSAGE, _message)
    samples.register(votes.CONFIRM, "contests/vote", _vote)


class _AboutEntry:
    def __init__(self, kind: str, extra: Extra) -> None:
        self.kind, self.extra = kind, extra

    def __call__(self, language: str):
        return emails._content(self.kind, _entry(), self.extra(), language=language)


def _about_contest() -> dict[str, Any]:
    return {
        "name": samples.NAME,
        "asks": "Nông Văn Bình",
        "contest": _contest(),
        "round": _round(),
        "number": 12,
        "child": Person(full_name=CHILD),
        "accepted": False,
        "reason": _("The signature is missing."),
        "url": LINK,
    }


def _vote() -> dict[str, Any]:
    return {
        "contest": _contest(),
        "withdraws": False,
        "expires_at": CLOSES,
        "url": LINK,
    }


def _message(language: str):
    return writing.content_for(
        _owner(),
        [_entry()],
        subject=_("Please send the poster in print"),
        text=_("By Friday, please, to the office of the Union."),
        contest=_contest(),
        language=language,
    )


def _owner() -> User:
    return User(email=samples.READER, person=Person(full_name=samples.NAME))


def _contest() -> Contest:
    return Contest(
        title=_("Young ideas for the digital village"),
        slug="y-tuong-tre",
        closes_at=CLOSES,
    )


def _entry() -> Entry:
    return Entry(
        contest=_contest(),
        division=Division(name=_("Secondary schools")),
        owner=_owner(),
        code="7K4M-2Q9X",
        title=_("A map of the wells of our commune"),
        submitted_at=CLOSES - 3 * DAY,
        note=_("The same work took part last year."),
    )


def _round(name: str = "", number: int = 1) -> Round:
    starts = CLOSES + 10 * DAY * number
    return Round(
        contest=_contest(),
        name=name or _("First round"),
        starts_at=starts,
        ends_at=starts + 7 * DAY,
    )


def _award() -> Award:
    return Award(title=_("Second prize"))


def _appeal() -> Appeal:
    return Appeal(
        text=_("The third criterion has no score."),
        answer=_("The scores were added up anew."),
    )
