"""An hour of the day for tests whose portal goes by the clock of this machine.

Between 21:00 and 07:00 letters that can wait are held and nobody is offered a place:
what such a test waits for would come in the morning.
"""

import datetime as dt

from vietnam.dates import VIETNAM

DAY = dt.timedelta(days=1)


def offset() -> dt.timedelta:
    """How far nine o'clock of tomorrow is: for CLOCK_OFFSET, in whole seconds."""
    here = dt.datetime.now(VIETNAM).replace(microsecond=0)
    return (here + DAY).replace(hour=9, minute=0, second=0) - here
