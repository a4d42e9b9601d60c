"""The vocabulary of states: each has a word, a shape and a tone.

A list must be readable in grey and by ear, so no state is told by colour alone.
"""

from typing import NamedTuple

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

register = template.Library()


class Look(NamedTuple):
    """How a state is shown: `path` is drawn in a square of 12 by 12."""

    word: str | Promise
    tone: str
    path: str


DOT = "M6 0a6 6 0 1 1 0 12a6 6 0 1 1 0-12z"
RING = DOT + "M6 2.5a3.5 3.5 0 1 0 0 7a3.5 3.5 0 1 0 0-7z"
DIAMOND = "M6 0l6 6l-6 6l-6-6z"
SQUARE = "M1 1h10v10h-10z"
BAR = "M0 4.5h12v3h-12z"
CROSS = "M2 0l4 4l4-4l2 2l-4 4l4 4l-2 2l-4-4l-4 4l-2-2l4-4l-4-4z"
CHECK = "M1.8 4.8l2.7 2.7l6-6.2l1.5 1.9l-7.5 7.8l-4.4-4.3z"
SCREEN = "M0 1h12v8h-12zM3 10h6v2h-6z"
PIN = "M6 0a5 5 0 0 1 5 5c0 3-3 5-5 7c-2-2-5-4-5-7a5 5 0 0 1 5-5z"

STATES: dict[str, Look] = {
    # A session or contest, seen from outside.
    "open": Look(_("Open for sign-up"), "good", DOT),
    "few": Look(_("Few places left"), "warn", DIAMOND),
    "full": Look(_("Full"), "", SQUARE),
    "soon": Look(_("Opens soon"), "info", RING),
    "closed": Look(_("Sign-up closed"), "", BAR),
    "over": Look(pgettext_lazy("session", "Over"), "", BAR),
    "online": Look(_("Online"), "info", SCREEN),
    "onsite": Look(_("On site"), "info", PIN),
    "hybrid": Look(_("On site and online"), "info", SCREEN),
    # A registration.
    "pending": Look(_("Waiting for approval"), "warn", RING),
    "confirmed": Look(_("Place confirmed"), "good", CHECK),
    "waiting": Look(_("On the waiting list"), "warn", RING),
    "offered": Look(_("A place is offered to you"), "warn", DIAMOND),
    "cancelled": Look(_("Cancelled"), "bad", CROSS),
    "rejected": Look(_("Not accepted"), "bad", CROSS),
    # A text, a report, an entry.
    "draft": Look(_("Draft"), "", RING),
    "in_review": Look(_("In review"), "info", RING),
    "approved": Look(_("Approved"), "good", CHECK),
    "published": Look(_("Published"), "good", DOT),
    "archived": Look(_("Archived"), "", BAR),
    "sent": Look(_("Sent"), "info", DOT),
    "accepted": Look(_("Accepted"), "good", CHECK),
    "returned": Look(_("Returned for correction"), "warn", DIAMOND),
    "submitted": Look(_("Submitted"), "good", DOT),
    "withdrawn": Look(_("Withdrawn"), "", CROSS),
    "disqualified": Look(_("Disqualified"), "bad", CROSS),
    "shortlisted": Look(_("Shortlisted"), "info", CHECK),
    "awarded": Look(_("Awarded"), "good", DIAMOND),
    "received": Look(_("Received"), "info", DOT),
    "refused": Look(_("Not used"), "", BAR),
    # A request for help.
    "missed": Look(_("Called, not reached"), "warn", DIAMOND),
    "called": Look(_("Called, help is arranged"), "info", DOT),
    "helped": Look(_("Helped"), "good", CHECK),
    # A certificate.
    "issued": Look(_("Issued"), "good", CHECK),
    "valid": Look(pgettext_lazy("certificate", "Valid"), "good", CHECK),
    "replaced": Look(_("Replaced by a new version"), "warn", DIAMOND),
    "revoked": Look(pgettext_lazy("certificate", "Revoked"), "bad", CROSS),
    # What a check of a rumour found.
    "false": Look(pgettext_lazy("rumour", "False"), "bad", CROSS),
    "partly_false": Look(pgettext_lazy("rumour", "Partly false"), "warn", DIAMOND),
    "true": Look(pgettext_lazy("rumour", "True"), "good", CHECK),
    "unproven": Look(pgettext_lazy("rumour", "Not enough evidence"), "", RING),
    "yes": Look(_("Yes"), "good", CHECK),
    "no": Look(_("No"), "", CROSS),
}


@register.filter
def state_look(state: str) -> Look:
    """The look of a state; one that is not listed keeps its own name and a ring."""
    return STATES.get(str(state)) or Look(str(state), "", RING)
