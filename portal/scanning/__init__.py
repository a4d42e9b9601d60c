"""Nightly: what somebody slipped into stored content, found and put on the desk.

Forms clean what they take. This looks at what the database really holds, whichever way
it came there: rich text, addresses and plain texts of every model of ours, with words
of betting sites, scripts, foreign frames and pictures, hidden text and look-alike
addresses. A finding is looked at by a person; nothing is changed by itself.
"""

from portal.scanning.actions import dismiss, scan
from portal.scanning.looking import found_in_address, found_in_html, found_in_text

__all__ = [
    "dismiss",
    "found_in_address",
    "found_in_html",
    "found_in_text",
    "scan",
]
