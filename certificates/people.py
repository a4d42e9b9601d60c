"""What a person's certificates mean elsewhere: my page, their data, merged records."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from certificates.models import BatchEntry, Certificate, Issuer, Kind
from content import clock
from members import access_log, achievements, merge, privacy, succession, timeline
from members.models import Person, Unit, UnitSuccession

# What programs know a kind by; teams ask for "trained".
KEYS = {Kind.TRAINING: "trained", Kind.TAKING_PART: "took_part", Kind.PRIZE: "won"}
LABELS = {
    Kind.TRAINING: lambda year: _("Trained %(year)s") % {"year": year},
    Kind.TAKING_PART: lambda year: _("Took part %(year)s") % {"year": year},
    Kind.PRIZE: lambda year: _("Prize %(year)s") % {"year": year},
}


class CertificateFacts:
    """ "Trained 2026": the year in which the course ended."""

    def achievements(
        self, people: Iterable[Person]
    ) -> dict[int, list[achievements.Achievement]]:
        found: dict[int, list[achievements.Achievement]] = {}
        rows = Certificate.objects.valid().filter(person__in=list(people))
        for row in rows.only("person", "kind", "ends_on", "code"):
            fact = achievements.Achievement(
                key=KEYS[Kind(row.kind)],
                label=LABELS[Kind(row.kind)](row.ends_on.year),
                on=row.ends_on,
                url=row.get_absolute_url(),
            )
            found.setdefault(row.person_id, []).append(fact)
        return found

    def days(self, key: str, people: Iterable[int]) -> Iterable[tuple[int, dt.date]]:
        kinds = [kind for kind, name in KEYS.items() if name == key]
        rows = Certificate.objects.valid().filter(kind__in=kinds, person__in=people)
        return rows.order_by().values_list("person", "ends_on")


class CertificateEntries:
    """My page: every certificate that counts, however old; its page hands it out."""

    def entries(self, person: Person, now: dt.datetime) -> Iterator[timeline.Entry]:
        for row in Certificate.objects.of(person).valid():
            yield timeline.Entry(
                at=row.issued_at,
                title=row.course,
                url=row.get_absolute_url(),
                kind=_("Certificate"),
                state="issued",
                note=row.number_text,
                all_day=True,
            )


class CertificateHolder:
    """The register keeps number, course and dates; erased is who it was.

    A register of certificates is a record that the issuer must keep (Decree
    30/2020/NĐ-CP on records; Law 91/2025/QH15 leaves kept what another law demands).
    So the row stays under its number, without name, unit and result, and revoked: a
    paper whose owner nobody can tell any more proves nothing.
    """

    def export(self, person: Person) -> list[dict[str, Any]]:
        return [
            {
                "number": row.number_text,
                "version": row.version,
                "kind": row.get_kind_display(),
                "name": row.name,
                "unit": row.of_unit,
                "course": row.course,
                "result": row.merit,
                "starts_on": row.starts_on.isoformat(),
                "ends_on": row.ends_on.isoformat(),
                "extent": row.extent,
                "issuer": row.issuer,
                "issued_at": row.issued_at.isoformat(),
                "revoked_at": row.revoked_at and row.revoked_at.isoformat(),
                "reason": row.reason,
            }
            for row in Certificate.objects.of(person).order_by("issued_at", "id")
        ]

    def erase(self, person: Person, now: dt.datetime) -> None:
        rows = Certificate.objects.of(person)
        reason = _("The person's data has been erased.")
        rows.valid().update(revoked_at=now, reason=reason)
        rows.update(
            name=privacy.NAMELESS,
            folded_name="",
            of_unit="",
            merit="",
        )


class BatchEntryHolder:
    """Who was asked for in which batch; the certificate itself tells the rest."""

    def export(self, person: Person) -> list[dict[str, Any]]:
        rows = BatchEntry.objects.filter(person=person).select_related("batch")
        return [
            {
                "course": row.batch.course,
                "name": row.name,
                "result": row.merit,
                "asked_at": row.batch.asked_at.isoformat(),
            }
            for row in rows
        ]

    def erase(self, person: Person, now: dt.datetime) -> None:
        BatchEntry.objects.filter(person=person).delete()


class MergeCertificates:
    """Where both records have one for the same matter, the one printed first stays."""

    def merge(self, keep: Person, drop: Person) -> None:
        now = clock.now()
        for row in Certificate.objects.of(drop).order_by("issued_at", "id"):
            rival = (
                Certificate.objects.of(keep).valid().about(row.about, row.kind).first()
            )
            if rival and row.is_valid:
                later = max(row, rival, key=lambda one: (one.issued_at, one.pk))
                reason = _("Two records of one person were merged.")
                Certificate.objects.filter(pk=later.pk).update(
                    revoked_at=max(now, later.issued_at), reason=reason
                )
            Certificate.objects.filter(pk=row.pk).update(person=keep)


class MergeBatchEntries:
    """A batch in which both stand keeps one of them."""

    def merge(self, keep: Person, drop: Person) -> None:
        rows = BatchEntry.objects.filter(person=drop)
        both = BatchEntry.objects.filter(person=keep).values("batch")
        rows.filter(batch__in=both).delete()
        rows.update(person=keep)


class SigningLines:
    """A letterhead carries the old name: whoever follows writes a line of their own."""

    def succeed(
        self,
        *,
        old: Unit,
        new: Unit | None,
        kind: UnitSuccession.Kind,
        date: dt.date,
        now: dt.datetime,
    ) -> list[succession.Moved]:
        lines = Issuer.objects.filter(unit=old).count()
        label = _("Lines of who signs certificates; write them anew")
        return [succession.Moved(label, lines, by_hand=True)]


def register() -> None:
    succession.registry.register("certificates.issuer", SigningLines())
    access_log.kinds.register(
        "certificates.batch", gettext_lazy("Certificates of a batch")
    )
    achievements.registry.register("certificates", CertificateFacts())
    timeline.registry.register("certificates", CertificateEntries())
    # Entries before certificates: they point to them.
    privacy.registry.register("certificates.batchentry", BatchEntryHolder())
    privacy.registry.register("certificates.certificate", CertificateHolder())
    merge.registry.register("certificates.batchentry", MergeBatchEntries())
    merge.registry.register("certificates.certificate", MergeCertificates())
