"""A unit's secretary proposes a member for a team; the commune confirms.

`rules` says why not, `actions` proposes, confirms, returns and withdraws, `letters`
tells those it concerns, `typed` finds the person who is meant.
"""
