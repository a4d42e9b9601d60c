"""What is forgotten about voters, and when.

Links of letters go a day after they are too old. Networks and mailboxes of ballots
stay 90 days after the results, as long as somebody may ask how the count came about
(Law 91/2025/QH15, article 3: not longer than the purpose needs); a contest whose
results never came is treated as if they came a year after the vote.
"""

from __future__ import annotations

import datetime as dt

from django.db.models import Q

from contests.models import Ballot, VoteLetter

LINKS = dt.timedelta(days=1)
KEPT = dt.timedelta(days=90)
WITHOUT_RESULTS = dt.timedelta(days=365)


def forget(*, now: dt.datetime) -> int:
    """Take out of old ballots who cast them and from where; the number of ballots.

    The picks stay, and so does how old an account was.
    """
    VoteLetter.objects.filter(expires_at__lt=now - LINKS).delete()
    old = Q(contest__results_at__lt=now - KEPT) | Q(
        contest__results_at=None,
        contest__vote_closes_at__lt=now - WITHOUT_RESULTS - KEPT,
    )
    known = Q(voter__isnull=False) | ~Q(network="") | Q(account__isnull=False)
    ids = Ballot.objects.filter(old & known).values_list("pk", flat=True)
    rows = Ballot.objects.filter(pk__in=list(ids))
    return rows.update(voter=None, network="", account=None)
