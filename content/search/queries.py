"""What somebody typed, read as words, phrases in quotes and words to leave out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from content.fields import clean_line
from vietnam.fold import fold

MOST_TYPED = 200
"""Characters that are read; the search box takes no more."""
MOST_TERMS = 12
"""More words narrow nothing down any more."""

_TERM = re.compile(r'(-?)"([^"]*)"?|(\S+)')
_WORD = re.compile(r"[^\W_]+(?:[\u0300-\u036f]+[^\W_]*)*")
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»＂", '"'))


@dataclass(frozen=True)
class Term:
    """A word, or words that stand beside each other."""

    words: tuple[str, ...]
    excluded: bool = False

    def __str__(self) -> str:
        """As `websearch_to_tsquery` reads it; the quotes keep "or" a word."""
        return f'{"-" * self.excluded}"{" ".join(self.words)}"'


@dataclass(frozen=True)
class Query:
    """`text` is what was typed, cleaned; it finds nothing without a word in it."""

    text: str
    terms: tuple[Term, ...]

    def __bool__(self) -> bool:
        return any(not term.excluded for term in self.terms)

    @property
    def wanted(self) -> str:
        """For `websearch_to_tsquery`: nothing in it but quoted words."""
        return " ".join(str(term) for term in self.terms if not term.excluded)

    @property
    def has_phrase(self) -> bool:
        """Whether words are wanted beside each other."""
        return any(len(term.words) > 1 for term in self.terms if not term.excluded)

    @property
    def wanted_words(self) -> str:
        """`wanted` with its phrases taken apart: their words, wherever they stand."""
        return " ".join(f'"{word}"' for word in self._typed_words)

    @property
    def unwanted(self) -> str:
        """The same of what is to be left out, a minus before each."""
        return " ".join(str(term) for term in self.terms if term.excluded)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The words that are wanted, folded: what to mark in a text."""
        return tuple(dict.fromkeys(map(fold, self._typed_words)))

    @property
    def is_spelt(self) -> bool:
        """Whether a word was typed with accents, so that spelling can rank."""
        return any(fold(word) != word.lower() for word in self._typed_words)

    @property
    def _typed_words(self) -> list[str]:
        return [w for term in self.terms if not term.excluded for w in term.words]


def parse(typed: str) -> Query:
    """Read `typed`; whatever it is, the outcome is a `Query`, never an error.

    Quotes of any shape hold a phrase together, "-" before a word or phrase leaves it
    out. Signs within a word only part it: "793/QĐ-BTTTT" is three words.
    """
    text = clean_line(typed[:MOST_TYPED]).translate(_QUOTES)
    terms: list[Term] = []
    for minus, phrase, plain in _TERM.findall(text):
        words = tuple(_WORD.findall(plain or phrase))
        if not words:
            continue
        if minus or plain.startswith("-"):
            terms.append(Term(words, excluded=True))
        elif plain:
            terms += (Term((word,)) for word in words)
        else:
            terms.append(Term(words))
    return Query(text, tuple(terms[:MOST_TERMS]))
