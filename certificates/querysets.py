"""The sets of certificates and batches that we have a word for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import models

from certificates import codes

if TYPE_CHECKING:
    from certificates.models import Certificate
    from members.models import Person


class CertificateQuerySet(models.QuerySet):
    def valid(self) -> CertificateQuerySet:
        """Neither revoked nor replaced: one at most for a person, a matter, a kind."""
        return self.filter(revoked_at__isnull=True)

    def of(self, person: Person) -> CertificateQuerySet:
        return self.filter(person=person)

    def about(self, about: str, kind: str) -> CertificateQuerySet:
        return self.filter(about=about, kind=kind)

    def with_code(self, text: str) -> Certificate | None:
        """The certificate with the code that somebody typed or followed."""
        code = codes.read(text)
        return self.filter(code=code).first() if code else None


class BatchQuerySet(models.QuerySet):
    def at_work(self) -> BatchQuerySet:
        return self.filter(state__in=self.model.UNFINISHED)

    def stuck(self, since: dt.datetime) -> BatchQuerySet:
        """At work, and no worker has given a sign of life since then."""
        return self.at_work().filter(worked_at__lt=since)


class BatchEntryQuerySet(models.QuerySet):
    def open(self) -> BatchEntryQuerySet:
        """Not dealt with yet."""
        return self.filter(certificate__isnull=True, error="")

    def with_certificates(self, certificates: Iterable[Certificate]):
        return self.filter(certificate__in=certificates)
