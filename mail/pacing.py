"""At most so many letters a minute to one mail provider.

Turns are handed out in blocks of ten seconds, one question to Valkey per block. Valkey
holds, for each provider, from when on the next block may leave; whoever asks gets that
moment and moves it on. A letter whose turn is later is put back with that turn as its
`not_before`, so the deliverer goes on with letters to others, and each letter is put
back once and not again and again.

Letters of a mass mailing and letters that somebody waits for have half of the figure
each, so that thousands of reminders do not stand before one confirmation. Codes and
personal links are neither held back nor counted.

While Valkey is away each process keeps the pace by itself: with two workers a provider
may get twice as many letters, and none is lost or late.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import redis
from django.conf import settings

from content.pagecache.valkey import Away, Link
from mail.models import Letter

BLOCK = timedelta(seconds=10)
MINUTE = timedelta(minutes=1)
LATE = MINUTE
"""A letter that comes so long after its turn takes a new one: after an outage all that
waited would leave at once."""
PLACES = 10_000
"""So many providers are remembered at once."""
PREFIX = "mail:pace:"

# KEYS[1] the provider; ARGV now, length of the block, both in milliseconds.
RESERVE = """
local free = tonumber(redis.call('GET', KEYS[1]) or '0')
local start = math.max(free, tonumber(ARGV[1]))
local free_again = start + tonumber(ARGV[2])
redis.call('SET', KEYS[1], free_again, 'PX', free_again - tonumber(ARGV[1]) + 1000)
return start
"""

_link = Link()
_blocks: dict[str, tuple[datetime, int]] = {}
"""For each provider the block this process holds: its start, how many are left."""
_free_from: dict[str, datetime] = {}
"""What Valkey would know, for as long as it is away."""


class Pace:
    """Turns at the mail providers, as the settings want them at this moment."""

    def __init__(self) -> None:
        self.per_minute = settings.MAIL_PER_DOMAIN / 2

    def turn_of(self, letter: Letter, now: datetime) -> datetime:
        """When this letter may leave; a moment up to `now` says at once."""
        if not self.per_minute:
            return now
        if letter.reason == Letter.Reason.PACED and now - letter.not_before < LATE:
            return now
        place = f"{'mass' if letter.bulk else 'one'}:{letter.domain}"
        # Longer than ten seconds where the pace is slower than a letter in that time.
        size = max(1, int(self.per_minute * (BLOCK / MINUTE)))
        length = MINUTE * size / self.per_minute
        start, left = _blocks.get(place, (now, 0))
        if not left or start + length <= now:
            start, left = self._next_block(place, now, length), size
        if len(_blocks) > PLACES:
            _blocks.clear()
        _blocks[place] = start, left - 1
        return start

    @staticmethod
    def _next_block(place: str, now: datetime, length: timedelta) -> datetime:
        try:
            return _link.ask(lambda client: _reserve(client, place, now, length))
        except Away:
            start = max(_free_from.get(place, now), now)
            _free_from[place] = start + length
            return start


def _reserve(
    client: redis.Redis, place: str, now: datetime, length: timedelta
) -> datetime:
    moment, millisecond = now.timestamp() * 1000, timedelta(milliseconds=1)
    start = client.eval(
        RESERVE, 1, PREFIX + place, int(moment), int(length / millisecond)
    )
    return datetime.fromtimestamp(max(start / 1000, now.timestamp()), UTC)
