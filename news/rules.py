"""Why an article may not go out: questions without side effects."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from content import mending, paste
from content.models import Picture
from content.pictures import in_text
from content.richtext import checked_lines, plain_text
from content.spam import host_of, is_betting
from members.models import User
from news import kinds, revisions
from news.kinds import Missing
from news.models import Article, Contribution, TrustedHost


class Refusal(models.TextChoices):
    """Each value is a reason, its label the sentence that staff read."""

    WRONG_STATE = "wrong_state", _("This step does not fit the state of the article.")
    NO_SECTION = "no_section", _("Choose a section first.")
    NO_TITLE = "no_title", _("Write a title first.")
    NO_LEAD = "no_lead", _("Write the lead first: one or two sentences for the lists.")
    NO_TEXT = "no_text", _("The article has no text yet.")
    GARBLED = (
        "garbled",
        _("Part of the text broke when it was pasted. Mend it first."),
    )
    BETTING = "betting", _("The text links to a betting site. Take the link out.")
    GAMBLING = "gambling", _("The text advertises gambling. Take these lines out.")
    OUTSIDE_LINKS = (
        "outside_links",
        _("The text links to other sites. A publisher must confirm these links first."),
    )
    NOT_DESCRIBED = (
        "not_described",
        _(
            "A picture has no description for those who cannot see it. Write one, or "
            "mark the picture as decorative."
        ),
    )
    FACES_NOT_ASKED = (
        "faces_not_asked",
        _(
            "People who can be recognised in a picture have not been asked yet. Ask "
            "them, for children their parents too, or choose another picture."
        ),
    )
    FACES_UNKNOWN = (
        "faces_unknown",
        _(
            "Nobody has said whether people can be recognised in a picture. A "
            "publisher looks and says so first."
        ),
    )
    EXPIRES_FIRST = (
        "expires_first",
        _("The time to take it down has passed, or is before the time it goes out."),
    )
    NOT_AHEAD = "not_ahead", _("Choose a time that is still ahead.")
    OWN_TEXT = (
        "own_text",
        _("You wrote this text. Somebody else must read and approve it."),
    )
    CONSENT_WITHDRAWN = (
        "consent_withdrawn",
        _("The consent for the story it was made of has been taken back."),
    )
    NO_REMARK = "no_remark", _("Write what the writer should change.")
    NO_CHANGES = "no_changes", _("There is no newer text beside the live article.")


def why_not_move(article: Article, state: str) -> Refusal | None:
    """Whether `Article.MOVES` leads from the article's state to `state`."""
    allowed = Article.MOVES[Article.State(article.state)]
    return None if state in allowed else Refusal.WRONG_STATE


def why_not_complete(article: Article) -> Refusal | Missing | None:
    """What is missing before anybody should be asked to approve the article."""
    if article.section_id is None:
        return Refusal.NO_SECTION
    if not article.title:
        return Refusal.NO_TITLE
    if not article.lead:
        return Refusal.NO_LEAD
    if kinds.needs_text(article) and not plain_text(article.body).strip():
        return Refusal.NO_TEXT
    if missing := kinds.why_not_complete(article):
        return missing
    if refusal := why_not_clean(article):
        return refusal
    if undescribed_pictures(article):
        return Refusal.NOT_DESCRIBED
    if unasked_pictures(article):
        return Refusal.FACES_NOT_ASKED
    return None


def why_not_clean(article: Article) -> Refusal | None:
    """Text that broke when it was pasted, gambling, a link to a bookmaker."""
    reasons = {
        fault.reason for _part, fault in findings(article) if not fault.is_warning
    }
    if reasons - {paste.Reason.GAMBLING, paste.Reason.BETTING}:
        return Refusal.GARBLED
    if paste.Reason.GAMBLING in reasons:
        return Refusal.GAMBLING
    return Refusal.BETTING if paste.Reason.BETTING in reasons else None


def why_not_links(article: Article) -> Refusal | None:
    """Links to other sites go out when a publisher has looked at them."""
    return Refusal.OUTSIDE_LINKS if unconfirmed_hosts(article) else None


def unconfirmed_hosts(article: Article) -> list[str]:
    """Sites that the text links to, not trusted and not confirmed for this article."""
    hosts = paste.linked_hosts(article.body)
    if not hosts:
        return []
    known = set()
    if article.pk:
        known = set(article.link_confirmations.values_list("host", flat=True))
    strange = TrustedHost.objects.strange(hosts)
    return [host for host in strange if host not in known]


def undescribed_pictures(article: Article) -> list[str]:
    """The names of the pictures that nobody has described, as staff know them."""
    names = in_text.undescribed(article.body)
    shown = [article.cover] if article.cover else []
    shown += kinds.pictures_of(article)
    mute = [picture.title for picture in shown if not picture.is_described]
    return list(dict.fromkeys(mute + names))


def unasked_pictures(article: Article) -> list[str]:
    """The names of the pictures whose people nobody has asked."""
    shown = pictures_of(article)
    unasked = [row.title for row in shown if row.faces == row.Faces.NOT_ASKED]
    return list(dict.fromkeys(unasked))


def unknown_faces(article: Article) -> list[Picture]:
    """The pictures of which nobody has said whether people can be recognised."""
    return [row for row in pictures_of(article) if not row.faces]


def pictures_of(article: Article) -> list[Picture]:
    """Every picture of the library that the article shows, each once."""
    shown = [article.cover] if article.cover else []
    shown += [*kinds.pictures_of(article), *in_text.pictures(article.body)]
    return list(dict.fromkeys(shown))


def findings(article: Article) -> list[tuple[str, paste.Fault]]:
    """Everything wrong with the words, each with the name of the part it stands in."""
    parts = (
        (gettext("Title"), article.title),
        (gettext("Lead"), article.lead),
        (gettext("Text"), checked_lines(article.body)),
        (
            article.get_kind_display(),
            kinds.words(article.kind, article.details),
        ),
    )
    found = [(part, fault) for part, text in parts for fault in paste.findings(text)]
    found += [(gettext("Text"), link) for link in paste.betting_links(article.body)]
    source = host_of(article.source_url)
    if source and is_betting(source):
        link = paste.Fault(paste.Reason.BETTING, 0, source)
        found.append((gettext("Credit"), link))
    return found


def is_mendable(article: Article) -> bool:
    """Whether pressing "Mend the text" would change anything."""
    better = mended(article)
    return better != {name: getattr(article, name) for name in better}


def mended(article: Article) -> dict[str, Any]:
    """The texts of the article with everything repaired that can be."""
    return {
        "title": mending.mend(article.title),
        "lead": mending.mend(article.lead),
        "body": mending.mend_html(article.body),
        "details": kinds.mended(article.kind, article.details),
    }


def broken_lines(article: Article, reasons=None) -> list[str]:
    """What keeps the words from going out: where, the words around it, and how."""
    return [
        told(part, fault)
        for part, fault in findings(article)
        if not fault.is_warning and (reasons is None or fault.reason in reasons)
    ][: paste.MOST]


def told(part: str, fault: paste.Fault) -> str:
    """One finding as a line for staff."""
    if not fault.line:
        return f"{part}: {fault.excerpt} ({fault.reason.label})"
    return gettext("%(part)s, line %(line)d: “%(excerpt)s” (%(fault)s)") % {
        "part": part,
        "line": fault.line,
        "excerpt": fault.excerpt,
        "fault": fault.reason.label,
    }


def sentence(refusal: Refusal | Missing, article: Article) -> str:
    """The reason in words, with the pictures, lines or links that it is about."""
    if refusal == Refusal.GARBLED:
        return " · ".join([str(refusal.label), *broken_lines(article)])
    if refusal == Refusal.GAMBLING:
        lines = broken_lines(article, {paste.Reason.GAMBLING})
        return " · ".join([str(refusal.label), *lines])
    if refusal == Refusal.OUTSIDE_LINKS:
        return f"{refusal.label} ({', '.join(unconfirmed_hosts(article))})"
    if refusal == Refusal.BETTING:
        hosts = [
            fault.excerpt
            for _part, fault in findings(article)
            if fault.reason == paste.Reason.BETTING
        ]
        return f"{refusal.label} ({', '.join(hosts)})"
    about = {
        Refusal.NOT_DESCRIBED: undescribed_pictures,
        Refusal.FACES_NOT_ASKED: unasked_pictures,
        Refusal.FACES_UNKNOWN: unknown_faces,
    }
    if refusal not in about:
        return str(refusal.label)
    names = ", ".join(f"“{name}”" for name in about[refusal](article))
    return gettext("%(reason)s It is about: %(names)s.") % {
        "reason": refusal.label,
        "names": names,
    }


def why_not_second_person(article: Article, by: User | None) -> Refusal | None:
    """The two-person rule: nobody lets their own text out.

    Off with `NEWS_TWO_PERSON_RULE=off`. A command without an account may.
    """
    if by is None or not settings.NEWS_TWO_PERSON_RULE:
        return None
    # A text that is not saved yet will be the text of whoever saves it.
    writer = revisions.writer(article) if article.pk else by.pk
    return Refusal.OWN_TEXT if writer == by.pk else None


def waits_for_second_person(article: Article, user: User) -> bool:
    """Whether what this person could let out now is their own, unapproved text."""
    if article.state == Article.State.APPROVED:
        return False
    if article.state in revisions.OUT and revisions.working(article) is None:
        return False
    return why_not_second_person(article, user) is not None


def why_not_approve(article: Article, *, by: User | None) -> Refusal | Missing | None:
    """Only what was handed in is approved (a schedule is taken back elsewhere)."""
    if article.state != Article.State.IN_REVIEW:
        return Refusal.WRONG_STATE
    return why_not_second_person(article, by) or why_not_ready(article)


def why_not_ready(article: Article) -> Refusal | None:
    """What is missing before readers may see it: more than before it is handed in."""
    return (
        why_not_complete(article)
        or why_not_links(article)
        or (Refusal.FACES_UNKNOWN if unknown_faces(article) else None)
        or why_not_consented(article)
    )


def why_not_consented(article: Article) -> Refusal | None:
    """Whoever sent the story in, or the guardian, may have thought better of it."""
    if article.pk is None:
        return None
    back = Contribution.objects.filter(
        article=article.pk, consent_withdrawn_at__isnull=False
    )
    return Refusal.CONSENT_WITHDRAWN if back.exists() else None


def why_not_update(article: Article, *, by: User | None) -> Refusal | Missing | None:
    """Whether the newer text may replace what the public reads.

    `article` shows the newer text (`revisions.overlay`).
    """
    if revisions.working(article) is None:
        return Refusal.NO_CHANGES
    return why_not_second_person(article, by) or why_not_ready(article)


def why_not_return(remark: str) -> Refusal | None:
    """A text never comes back without a word about what to change."""
    return None if remark.strip() else Refusal.NO_REMARK


def why_not_publish(
    article: Article, *, at: dt.datetime, now: dt.datetime
) -> Refusal | Missing | None:
    """Why the article may not go out at `at` (now, earlier or later), or None.

    An article that still waits for its time may get another one.
    """
    if not is_scheduled(article, now) and (
        refusal := why_not_move(article, Article.State.PUBLISHED)
    ):
        return refusal
    if refusal := why_not_ready(article):
        return refusal
    if article.expire_at and article.expire_at <= max(at, now):
        return Refusal.EXPIRES_FIRST
    return None


def why_not_schedule(*, at: dt.datetime | None, now: dt.datetime) -> Refusal | None:
    """A schedule needs a time that is still ahead."""
    return Refusal.NOT_AHEAD if at is None or at <= now else None


def is_scheduled(article: Article, now: dt.datetime) -> bool:
    """Published, with a time that is still ahead."""
    return article.state == Article.State.PUBLISHED and article.publish_at > now


def is_visible(article: Article, now: dt.datetime) -> bool:
    """The same question as `ArticleQuerySet.published`, for one loaded row."""
    return (
        article.state == Article.State.PUBLISHED
        and article.publish_at <= now
        and (article.expire_at is None or article.expire_at > now)
    )
