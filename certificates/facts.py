"""What goes on a certificate: said by a feature, completed by the unit that signs."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from certificates.models import Issuer, Kind
from content import identity
from members.models import Person, Unit, UnitKind

Family = UnitKind.Family
# Full names as they stand at the head of papers, above the unit that signs.
ORGANISATIONS = {
    Family.UNION: _("Ho Chi Minh Communist Youth Union"),
    Family.ASSOCIATION: _("Vietnam Youth Federation"),
    Family.STUDENTS: _("Vietnam Students' Association"),
    Family.PIONEERS: _("Ho Chi Minh Young Pioneers"),
}


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What all certificates of one occasion share.

    `about` names it by type and id ("training.session:12"), `course` is its title.
    `unit` issues: its line among the signing units, or that of the nearest unit
    above, says who signs. `extent` is free text such as "4 buổi (16 giờ)". `dated`
    is the day on the paper and decides the year of the register.
    """

    about: str
    kind: Kind
    unit: Unit
    course: str
    starts_on: dt.date
    ends_on: dt.date
    dated: dt.date
    extent: str = ""
    venue: str = ""

    def kept(self) -> dict[str, Any]:
        """As plain data, for a batch; `read` is the way back."""
        return {
            "starts_on": self.starts_on.isoformat(),
            "ends_on": self.ends_on.isoformat(),
            "dated": self.dated.isoformat(),
            "extent": self.extent,
            "venue": self.venue,
        }


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One person of a batch; `name` where the paper needs another one than the record.

    `merit` is theirs alone: a prize, a grade.
    """

    person: Person
    name: str = ""
    merit: str = ""


def read(kept: dict[str, Any], **rest: Any) -> Facts:
    days = {
        name: dt.date.fromisoformat(kept[name])
        for name in ("starts_on", "ends_on", "dated")
    }
    return Facts(**days, extent=kept["extent"], venue=kept["venue"], **rest)


def signature(unit: Unit) -> dict[str, str]:
    """Who signs for the unit, as columns of a certificate.

    The unit's own line among the signing units, else the nearest above it, else the
    owner of the site with an empty place to sign.
    """
    line = Unit.objects.ancestors(unit, include_self=True)
    order = [*line.values_list("pk", flat=True)][::-1]  # from the unit upwards
    signing = Issuer.objects.filter(unit__in=order).select_related("unit__kind")
    rows = {row.unit_id: row for row in signing}
    found = next((rows[pk] for pk in order if pk in rows), None)
    signer = found or Issuer(unit=unit, name=identity.current().owner)
    with override("vi"):  # the paper is Vietnamese, whoever presses the button
        above = gettext(ORGANISATIONS[Family(signer.unit.kind.family)])
    return {
        "above": above,
        "issuer": signer.name,
        "place": signer.place,
        "signer_title": signer.signer_title,
        "signer_name": signer.signer_name,
        "suffix": signer.suffix or settings.CERTIFICATE_SUFFIX,
    }
