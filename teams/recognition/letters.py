"""The letter of thanks: by mail to the leader, and on paper."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _

from certificates.models import Issuer
from content import identity
from content.papers import Press
from mail import actions as outbox
from mail import kinds
from mail.rendering import render
from teams import months
from teams.models import Recognition
from teams.reports import access
from vietnam.dates import local_day, official_date
from vietnam.fold import nfc

KIND = "teams.recognised"
ABOUT = "teams.recognition"
PRESS = Press(Path(__file__).with_name("thanks.typ"))


def thanks(recognition: Recognition, *, now: dt.datetime) -> None:
    """To the leader: the good news, and where the paper is."""
    leader = access.leader_of(recognition.team, local_day(now))
    address = leader and access.email_of(leader)
    if not address:
        return
    link = access.link_for(leader, now=now)
    seen = {
        "name": leader.person.full_name,
        "team": recognition.team.name,
        "month": months.text(recognition.month),
        "reason": recognition.reason,
        "public_url": settings.SITE_URL + reverse("teams:list"),
        "link": access.url(link),
    }
    outbox.queue(
        kind=KIND,
        address=address,
        recipient=leader.person_id,
        about=(ABOUT, recognition.pk),
        content=render("teams/recognised", seen),
        now=now,
        dedupe_key=f"{KIND}:{recognition.month:%Y-%m}:{recognition.team_id}",
    )


def paper(recognition: Recognition) -> bytes:
    """The letter of thanks as PDF; the same row gives the same bytes."""
    site = identity.current()
    signing = Issuer.objects.filter(unit__parent=None).order_by("pk").first()
    day = local_day(recognition.chosen_at)
    words = {
        "issuer": nfc(signing.name if signing else site.owner),
        "place": nfc(signing.place) if signing else "",
        "day": official_date(day),
        "signer_title": nfc(signing.signer_title) if signing else "",
        "signer_name": nfc(signing.signer_name if signing else site.responsible),
        "team": nfc(recognition.team.name),
        "unit": nfc(recognition.unit_name),
        "month": months.text(recognition.month),
        "reason": nfc(recognition.reason),
    }
    return PRESS.pdf(words, at=recognition.chosen_at)


def file_name(recognition: Recognition) -> str:
    return f"thu-cam-on-{months.key(recognition.month)}.pdf"


def paper_response(row: Recognition) -> HttpResponse:
    response = HttpResponse(paper(row), content_type="application/pdf")
    name = content_disposition_header(True, file_name(row))
    response["Content-Disposition"] = name
    response["X-Content-Type-Options"] = "nosniff"
    return response


def register_kinds() -> None:
    kinds.register(
        KIND, kinds.LetterKind(label=_("Team of the month"), waits=kinds.Wait.TET)
    )
