"""The consents somebody gave themselves: which stand, and what follows without them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from members import consents
from members.models import Consent, Person

Purpose = Consent.Purpose

CONSEQUENCES = {
    Purpose.TRAINING: _(
        "New sign-ups ask you again. Places you have stay yours until you cancel them "
        "on the page of the session."
    ),
    Purpose.CONTEST: _(
        "New works ask you again. A work you have handed in you take out on its own "
        "page, as long as the contest is open."
    ),
    Purpose.PUBLISH_NAME: _(
        "Your name disappears from public pages at once. Printed papers cannot be "
        "called back."
    ),
    Purpose.PUBLISH_PICTURE: _(
        "Your pictures disappear from public pages at once. Printed papers cannot be "
        "called back."
    ),
    Purpose.STORY: _(
        "Stories that are not published yet are withdrawn; from published ones your "
        "name goes."
    ),
    Purpose.CONTACT: _("You get no more invitations to later activities."),
}
"""What people are told beforehand, by purpose."""
OTHERWISE = _(
    "We stop using your data for this purpose. What was done until now stays lawful."
)


@dataclass(frozen=True)
class Standing:
    """A consent that holds; the guardian's is withdrawn by the guardian's link."""

    consent: Consent
    matter: str

    @property
    def own(self) -> bool:
        return self.consent.guardian_id is None


def standing(person: Person) -> list[Standing]:
    rows = person.consents.live().select_related("guardian").order_by("-given_at", "id")
    return [Standing(one, consents.matter_of(one)) for one in rows[:100]]


def consequence(consent: Consent) -> str:
    return str(CONSEQUENCES.get(Purpose(consent.purpose), OTHERWISE))


def withdraw(consent: Consent, *, now: dt.datetime) -> int:
    """Withdraw this one consent; the number withdrawn, 0 when it was already."""
    return consents.withdraw_rows(Consent.objects.filter(pk=consent.pk), now=now)
