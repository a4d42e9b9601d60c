"""What the tables of digital teams tell of people."""

from django.utils.translation import gettext_lazy as _

from members import datamap
from members.datamap import Table


def register() -> None:
    datamap.registry.register(
        "teams.teammember",
        Table(
            what=_("Your time in digital teams"),
            why=datamap.DUTY,
            seen_by=_("You, the unit and coordinators; your name if you agreed: all"),
            kept=_("While in the team and 24 months after"),
            fields="person",
            stays=_("One member more in the figures of the team, without a name."),
        ),
    )
    datamap.registry.register(
        "teams.nomination",
        Table(
            what=_("Nominations for a team"),
            why=datamap.DUTY,
            seen_by=datamap.SELF_AND_UNIT,
            kept=datamap.WITH_THE_PERSON,
            fields="person note reason",
        ),
    )
    datamap.marks("teams.nomination", "proposed_by decided_by")
    datamap.registry.register(
        "teams.helprequest",
        Table(
            what=_("Requests for help of people in a commune"),
            why=_("So that a team can call back; no account is needed"),
            seen_by=_("The team in charge and the staff of the commune"),
            kept=_("90 days; name and phone go at once when it is taken back"),
            fields="name phone area",
            plain="code press agreed_version",
        ),
    )
    datamap.registry.register(
        "teams.rosterrun",
        Table(
            what=_("Lists of members that are being brought in"),
            why=datamap.DUTY,
            seen_by=_("Whoever brings the list in"),
            kept=_("A few days"),
            fields="choices outcome",
            plain="token fingerprint",
        ),
    )
    datamap.marks("teams.rosterrun", "user")
    datamap.offices("teams.helppoint", "phone")
    datamap.offices("teams.digitalteam", "public_phone")
