"""What the tables of training tell of people."""

from django.utils.translation import gettext_lazy as _

from members import datamap
from members.datamap import Table


def register() -> None:
    datamap.registry.register(
        "training.registration",
        Table(
            what=_("Sign-ups for training"),
            why=datamap.CONSENT,
            seen_by=_("You, the organisers of the session, the secretary of your unit"),
            kept=_("24 months after the session"),
            fields="person identity unit_name position note excuse",
            plain="language",
            stays=_("One place taken in the figures of the session, without a name."),
        ),
    )
    datamap.marks("training.registration", "registered_by")
    datamap.registry.register(
        "training.answer",
        Table(
            what=_("Answers to the questions of a session"),
            why=datamap.CONSENT,
            seen_by=datamap.ORGANISERS,
            kept=_("24 months after the session"),
            fields="value file name",
            plain="media_type",
        ),
    )
    datamap.registry.register(
        "training.attendance",
        Table(
            what=_("Half-days you were there"),
            why=datamap.CONSENT,
            seen_by=datamap.ORGANISERS,
            kept=_("24 months after the session"),
            fields="",
            stays=_("A number among those who came."),
        ),
    )
    datamap.registry.register(
        "training.mark",
        Table(
            what=_("How your being there was noted"),
            why=datamap.DUTY,
            seen_by=datamap.ORGANISERS,
            kept=_("24 months after the session"),
            fields="device",
            stays=_("A number among those who came."),
        ),
    )
    datamap.marks("training.mark", "by")
    datamap.registry.register(
        "training.calendarfeed",
        Table(
            what=_("The address of your calendar"),
            why=_("Your wish"),
            seen_by=datamap.ONLY_YOU,
            kept=datamap.WITH_THE_PERSON,
            fields="person key",
        ),
    )
    datamap.registry.register(
        "training.sessionstaff",
        Table(
            what=_("Sessions you help with"),
            why=datamap.DUTY,
            seen_by=datamap.ORGANISERS,
            kept=datamap.WITH_ITS_ROW,
            fields="user",
        ),
    )
    datamap.marks("training.sessionstaff", "invited_by")
    datamap.marks("training.registrationgroup", "made_by")
    datamap.offices("training.remotepoint", "address contact")
