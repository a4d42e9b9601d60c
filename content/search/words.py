"""Words of titles, kept so that a search without a hit can offer a better spelling.

Nothing here goes past titles that everybody may read. Vietnamese words are one short
syllable each, so a single one says little: which two stand side by side decides.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import islice, pairwise, product

from django.db import transaction
from django.db.models import Q

from content.models import SearchWord
from content.search.queries import Query
from content.search.sources import registry
from vietnam.fold import fold

MOST_WORDS = 6
"""Of what was typed; a longer line is seldom one slip away from a title."""
OFFERED = 4
"""Spellings that are thought of for one word."""
_LOOKED_AT = 400
_COMBINATIONS = 256
# Leaving a word out says less than mending it.
_LEFT_OUT = 3

_WORD = re.compile(r"[^\W_]+")


def near_queries(query: Query) -> list[str]:
    """What to ask instead of `query`, the likeliest first; nothing known: none."""
    typed = query.words[:MOST_WORDS]
    if not typed:
        return []
    known = _rows(typed)
    options = [_options(word, known, len(typed)) for word in typed]
    lines = list(islice(product(*options), _COMBINATIONS))
    pairs = _rows({_pair(pair) for line in lines for pair in pairwise(_words(line))})
    singles = known | _rows({word for line in lines for word in _words(line)})

    def unlikeliness(line: Sequence[tuple[int, str]]) -> tuple[int, int, int]:
        words = _words(line)
        together = sum(
            pairs[_pair(pair)].count for pair in pairwise(words) if _pair(pair) in pairs
        )
        alone = sum(singles[word].count for word in words if word in singles)
        return sum(distance for distance, _word in line), -together, -alone

    found: dict[str, None] = {}
    for line in sorted(lines, key=unlikeliness):
        words = _words(line)
        if words and words != list(typed):
            found.setdefault(_spelt(words, pairs, singles))
    return list(found)


@transaction.atomic
def rebuild(*, now: dt.datetime) -> int:
    """Nightly: count the words of every title anew. Returns how many are known."""
    rows = _counted(title for source in registry for title in source.titles(now))
    SearchWord.objects.all().delete()
    # A title published meanwhile may have brought its words already.
    SearchWord.objects.bulk_create(rows, batch_size=2000, ignore_conflicts=True)
    return len(rows)


def learn(title: str) -> None:
    """On publishing: the words can be offered at once; how often, the night counts."""
    SearchWord.objects.bulk_create(_counted([title]), ignore_conflicts=True)


def distance(one: str, other: str, most: int) -> int:
    """How many letters were missed, added, changed or swapped; `most` + 1 for more."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, start=1):
        line = [row]
        for column, with_letter in enumerate(other, start=1):
            cost = min(
                last[column] + 1,
                line[column - 1] + 1,
                last[column - 1] + (letter != with_letter),
            )
            swapped = (
                row > 1
                and column > 1
                and letter == other[column - 2]
                and one[row - 2] == with_letter
            )
            line.append(min(cost, before[column - 2] + 1) if swapped else cost)
        if min(line) > most:
            return most + 1
        before, last = last, line
    return min(last[-1], most + 1)


def _options(
    word: str, known: dict[str, SearchWord], number: int
) -> list[tuple[int, str]]:
    """The word itself when titles have it, those near it, and leaving it out."""
    options = [(0, word)] if word in known else []
    options += _near(word)
    if number > 1 and word not in known:
        options.append((_LEFT_OUT, ""))
    return options


def _near(word: str) -> list[tuple[int, str]]:
    most = 1 if len(word) < 5 else 2
    rows = SearchWord.objects.filter(
        # One slip leaves the first or the last letter as it was.
        Q(folded__startswith=word[0]) | Q(folded__endswith=word[-1]),
        length__range=(max(1, len(word) - most), len(word) + most),
    )
    counted = rows.order_by("-count").values_list("folded", "count")[:_LOOKED_AT]
    near = [
        (distance(word, other, most), -count, other)
        for other, count in counted
        if other != word
    ]
    near = sorted(entry for entry in near if entry[0] <= most)
    return [(steps, other) for steps, _count, other in near[:OFFERED]]


def _rows(folded: Iterable[str]) -> dict[str, SearchWord]:
    wanted = set(folded)
    if not wanted:
        return {}
    return {row.folded: row for row in SearchWord.objects.filter(folded__in=wanted)}


def _words(line: Sequence[tuple[int, str]]) -> list[str]:
    return [word for _distance, word in line if word]


def _pair(words: tuple[str, str]) -> str:
    return " ".join(words)


def _spelt(
    words: list[str], pairs: dict[str, SearchWord], singles: dict[str, SearchWord]
) -> str:
    """With the accents that titles have: of two words together when they are known."""
    found: list[str] = []
    for place, word in enumerate(words):
        pair = " ".join(words[place : place + 2])
        if len(found) > place:
            continue
        if " " in pair and pair in pairs:
            found += pairs[pair].spelt.split()
        else:
            found.append(singles[word].spelt if word in singles else word)
    return " ".join(found)


def _counted(titles: Iterable[str]) -> list[SearchWord]:
    """A row for each word and each two side by side, spelt as most titles do."""
    spellings: dict[str, Counter[str]] = defaultdict(Counter)
    for title in titles:
        words = _WORD.findall(title.lower())
        for text in [*words, *map(_pair, pairwise(words))]:
            spellings[fold(text)][text] += 1
    longest = SearchWord._meta.get_field("folded").max_length
    return [
        SearchWord(
            folded=folded,
            spelt=spelt.most_common(1)[0][0],
            count=spelt.total(),
            length=0 if " " in folded else len(folded),
        )
        for folded, spelt in spellings.items()
        if folded and max(map(len, [folded, *spelt])) <= longest
    ]
