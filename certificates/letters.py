"""The letter that a certificate is there; to a child's guardian, not to the child."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certificates import links
from certificates.models import Certificate
from mail import actions as outbox
from mail import kinds
from mail.models import Letter
from mail.rendering import Content, render
from members.models import Person
from vietnam.dates import local_day

ABOUT = "certificates.certificate"
ISSUED = "certificates.issued"


def register_kinds() -> None:
    kinds.register(
        ISSUED,
        kinds.LetterKind(
            label=_("Certificate issued"), waits=kinds.Wait.TET, recheck=recheck
        ),
    )


def issued(certificates: Sequence[Certificate], *, now: dt.datetime) -> None:
    """One letter each in the caller's transaction; nobody without address gets one."""
    outbox.queue_many(_drafts(certificates, now), now=now)


def _drafts(
    certificates: Sequence[Certificate], now: dt.datetime
) -> Iterator[outbox.Draft]:
    for certificate in certificates:
        address = address_of(certificate.person, on=local_day(now))
        if address:
            yield outbox.Draft(
                kind=ISSUED,
                address=address,
                content=content_of(certificate, now=now),
                recipient=certificate.person_id,
                about=(ABOUT, certificate.pk),
                dedupe_key=f"{ISSUED}:{certificate.pk}",
            )


def content_of(certificate: Certificate, *, now: dt.datetime) -> Content:
    """The words; a corrected certificate says that it takes the place of the old."""
    seen = {
        "certificate": certificate,
        "child": certificate.person.is_child(local_day(now)),
        "corrected": certificate.version > 1,
        "check_url": settings.SITE_URL + certificate.get_absolute_url(),
        "download_url": links.download_url(certificate),
        "days": links.LIFETIME.days,
    }
    return render("certificates/issued", seen)


def address_of(person: Person, *, on: dt.date) -> str:
    """A child's guardian, the one named last; an adult's own address or account's.

    Empty for a child whose guardian gave no address: the letter names the child, so
    it goes to nobody else.
    """
    if person.is_child(on):
        named = [guardian for guardian in person.guardians.all() if guardian.email]
        return max(named, key=lambda one: one.pk).email if named else ""
    if person.email:
        return person.email
    user = getattr(person, "user", None)
    return (user and user.email) or ""


def recheck(letter: Letter, now: dt.datetime) -> kinds.Verdict:
    """Asked just before it leaves: does the certificate still count?"""
    if Certificate.objects.valid().filter(pk=letter.about_id).exists():
        return kinds.KEEP
    return kinds.Drop(gettext("The certificate has been revoked or replaced."))
