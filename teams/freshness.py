"""What changes the public pages of the teams; days pass at midnight, for every page."""

from __future__ import annotations

from content import pagecache
from members.models import Consent, Person, Unit, UnitSuccession
from teams.models import (
    CommuneTile,
    DigitalTeam,
    HelpPoint,
    Indicator,
    Recognition,
    TeamMember,
)

AREA = "teams"


def shows_person(person: Person, created: bool) -> bool:
    """Whether the person's name stands on a page; nobody just entered is anywhere."""
    named = TeamMember.objects.filter(person=person, name_is_public=True)
    return not created and named.exists()


def shows_consent(consent: Consent, created: bool) -> bool:
    return consent.purpose == Consent.Purpose.PUBLISH_NAME


def register() -> None:
    shown = (CommuneTile, DigitalTeam, HelpPoint, Indicator, Recognition, TeamMember)
    for model in (*shown, Unit, UnitSuccession):
        pagecache.watch(model, AREA)
    pagecache.watch(Person, AREA, when=shows_person)
    pagecache.watch(Consent, AREA, when=shows_consent)
