"""The buttons under an article's form and the line that says what happens next."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import get_language, gettext

from content.models import Picture
from news import actions
from news.models import Article, Revision
from vietnam.dates import deadline_text

State = Article.State


@dataclass(frozen=True)
class Step:
    """What a button does and which right pressing it takes.

    `lets_out`: the two-person rule keeps it from the writer of the text.
    """

    right: str
    run: Callable
    lets_out: bool = False
    with_remark: bool = False


def _schedule(*, article: Article, by, now: dt.datetime) -> Article:
    return actions.approve_and_schedule(
        article=article, by=by, now=now, at=article.publish_at
    )


def _nobody_seen(**where) -> Article:
    return actions.say_faces(faces=Picture.Faces.NONE, **where)


def _all_agreed(**where) -> Article:
    return actions.say_faces(faces=Picture.Faces.AGREED, **where)


STEPS = {
    "submit": Step("news.write", actions.submit),
    "approve": Step("news.publish", actions.approve, lets_out=True),
    "back": Step("news.publish", actions.send_back, with_remark=True),
    "schedule": Step("news.publish", _schedule, lets_out=True),
    "publish": Step("news.publish", actions.approve_and_publish, lets_out=True),
    "unschedule": Step("news.publish", actions.unschedule),
    "archive": Step("news.publish", actions.archive),
    "submit_changes": Step("news.write", actions.submit_changes),
    "update": Step("news.publish", actions.update, lets_out=True),
    "return_changes": Step("news.publish", actions.return_changes, with_remark=True),
    "drop_changes": Step("news.write", actions.drop_changes),
    "mend": Step("news.write", actions.mend_text),
    "confirm_links": Step("news.publish", actions.confirm_links, lets_out=True),
    "nobody_seen": Step("news.publish", _nobody_seen, lets_out=True),
    "all_agreed": Step("news.publish", _all_agreed, lets_out=True),
}


def buttons_for(
    article: Article, *, now: dt.datetime, beside: Revision | None = None
) -> dict[str, str]:
    """The steps that fit the article, each with words for what will happen.

    `beside` is the newer text of a live article, if there is one.
    """
    if beside is not None:
        return _for_changes(beside) | _for_state(article, now)
    return _for_state(article, now)


def _for_state(article: Article, now: dt.datetime) -> dict[str, str]:
    ahead = article.publish_at is not None and article.publish_at > now
    publish = {"publish": gettext("Publish now")}
    schedule = {}
    if ahead:
        time = {"time": _moment(article.publish_at)}
        schedule = {"schedule": gettext("Schedule for %(time)s") % time}
    match article.state:
        case State.DRAFT:
            return {"submit": gettext("Send for approval")} | schedule | publish
        case State.IN_REVIEW:
            back = {"back": gettext("Back to the writer")}
            return {"approve": gettext("Approve")} | schedule | publish | back
        case State.APPROVED:
            return schedule | publish | {"back": gettext("Back to the writer")}
        case State.PUBLISHED if ahead:
            return publish | {"unschedule": gettext("Take off the schedule")}
        case State.PUBLISHED:
            return {"archive": gettext("Take down")}
        case _:
            return {"publish": gettext("Publish again")}


def _for_changes(beside: Revision) -> dict[str, str]:
    drop = {"drop_changes": gettext("Drop the changes")}
    update = {"update": gettext("Update the live article")}
    if beside.submitted_at is None:
        send = {"submit_changes": gettext("Send the changes for approval")}
        return send | update | drop
    back = {"return_changes": gettext("Changes back to the writer")}
    return update | back | drop


def status_line(
    article: Article, *, now: dt.datetime, beside: Revision | None = None
) -> str:
    """What is, and what will happen by itself."""
    line = _status_of_state(article, now)
    if beside is None:
        return line
    if beside.submitted_at is None:
        more = gettext("You see the newer text beside it; only staff read this one.")
    else:
        more = gettext("The newer text you see waits for approval.")
    return f"{line} {more}"


def _status_of_state(article: Article, now: dt.datetime) -> str:
    match article.state:
        case State.DRAFT if article.publish_at and article.publish_at > now:
            return gettext(
                "A draft. A time is noted, but it only counts once scheduled."
            )
        case State.DRAFT:
            return gettext("A draft. Only staff see it.")
        case State.IN_REVIEW:
            return gettext("Waiting for approval. Only staff see it.")
        case State.APPROVED:
            return gettext("Approved, but not public yet.")
        case State.ARCHIVED:
            return gettext("Taken down. The public no longer sees it.")
    if article.publish_at > now:
        time = _moment(article.publish_at)
        return gettext("Goes out by itself at %(time)s.") % {"time": time}
    if article.expire_at and article.expire_at <= now:
        time = _moment(article.expire_at)
        return gettext("Went off the site by itself at %(time)s.") % {"time": time}
    time = _moment(article.publish_at)
    if article.expire_at:
        both = {"time": time, "end": _moment(article.expire_at)}
        line = gettext("Public since %(time)s. Goes off by itself at %(end)s.")
        return line % both
    return gettext("Public since %(time)s.") % {"time": time}


def _moment(moment: dt.datetime) -> str:
    return deadline_text(moment, get_language() or "vi")
