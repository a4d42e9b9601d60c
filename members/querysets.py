"""The sets of people, units, roles and consents that we have a word for."""

from __future__ import annotations

import contextlib
import datetime as dt
import re
from collections.abc import Iterable

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db import models
from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.db.models.functions import Lower
from tree_queries.query import TreeQuerySet

from members import cards
from members.codes import code_key
from vietnam.fold import fold
from vietnam.phones import PhoneError, parse_phone

# UNION, not UNION ALL: it ends even if somebody's hand in the database made a loop.
_SUBTREE = """
WITH RECURSIVE branch (id) AS (
    SELECT id FROM members_unit WHERE id = ANY(%s)
    UNION
    SELECT unit.id FROM members_unit unit JOIN branch ON unit.parent_id = branch.id
)
SELECT id FROM branch
"""


# With every unit that was merged into one of them or bore its name before.
_WITH_PAST = """
WITH RECURSIVE branch (id) AS (
    SELECT id FROM members_unit WHERE id = ANY(%s)
    UNION
    SELECT found.id FROM branch CROSS JOIN LATERAL (
        SELECT id FROM members_unit WHERE parent_id = branch.id
        UNION ALL
        SELECT old_id FROM members_unitsuccession
        WHERE new_id = branch.id AND kind IN ('merge', 'rename')
    ) found
)
SELECT id FROM branch
"""


def _branches(ids: Iterable[int]) -> RawSQL:
    return RawSQL(_SUBTREE, [list(ids)])  # noqa: S611  constant text, bound values


class UnitQuerySet(TreeQuerySet):
    def current(self, on: dt.date) -> UnitQuerySet:
        """Units that exist on that day."""
        return self.filter(
            Q(valid_from__isnull=True) | Q(valid_from__lte=on),
            Q(valid_to__isnull=True) | Q(valid_to__gte=on),
        )

    def roots(self) -> UnitQuerySet:
        return self.filter(parent__isnull=True)

    def subtree(self, *ids: int) -> UnitQuerySet:
        """The units with these ids and everything below them."""
        return self.filter(pk__in=_branches(ids))

    def with_past(self, *ids: int) -> UnitQuerySet:
        """The same, and what became part of them: their past belongs to them."""
        ids_with_past = RawSQL(_WITH_PAST, [list(ids)])  # noqa: S611  as above
        return self.filter(pk__in=ids_with_past)

    def unreachable(self) -> UnitQuerySet:
        """Units that hang in a loop, so that no root leads to them."""
        roots = self.model.objects.roots().values_list("pk", flat=True)
        return self.exclude(pk__in=_branches(roots))

    def communes(self, on: dt.date) -> UnitQuerySet:
        """What people name as their unit: the current units right below a root."""
        return self.current(on).filter(parent__in=self.model.objects.roots())


class Lexemes(SearchQuery):
    """A tsquery as it is written, its words not taken apart once more."""

    template = "%(expressions)s::tsquery"


WORDS = SearchVector("folded_name", "email", config="simple")
"""What a person is searched by; `Person` has the index of this very expression."""


class PersonQuerySet(models.QuerySet):
    def found_by(self, text: str) -> PersonQuerySet:
        """Name with or without accents, address, phone or member code, however typed.

        Each word begins one of the name or the address; an address is one word. None
        for no word. Every part has an index.
        """
        text = text.strip()
        words = [word[:100] for word in re.findall(r"[\w@.+-]+", fold(text))[:20]]
        if not words:
            return self.none()
        asked = " & ".join(f"'{word}':*" for word in words)
        found = Q(words=Lexemes(asked))
        if "@" in text:
            # The parser takes "lan+tap@example.com" apart.
            found |= Q(address=text.lower())
        with contextlib.suppress(PhoneError):
            found |= Q(phone=parse_phone(text))
        if key := code_key(text):
            found |= Q(member_key=key)
        return self.alias(words=WORDS, address=Lower("email")).filter(found)

    def accountless(self) -> PersonQuerySet:
        """People without an account of their own."""
        return self.filter(user__isnull=True)


class AssignmentQuerySet(models.QuerySet):
    def current(self, on: dt.date) -> AssignmentQuerySet:
        """Roles held on that day."""
        return self.filter(Q(starts_on__isnull=True) | Q(starts_on__lte=on)).lasting(on)

    def lasting(self, on: dt.date) -> AssignmentQuerySet:
        """Roles held on that day or still to begin."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on))

    def governing(self, on: dt.date) -> AssignmentQuerySet:
        """Province admins of today whose account is open: somebody has to be one."""
        return self.current(on).filter(
            role="province_admin", unit__parent__isnull=True, user__is_active=True
        )


class RoleInvitationQuerySet(models.QuerySet):
    def unanswered(self) -> RoleInvitationQuerySet:
        """Neither accepted nor taken back, however old."""
        return self.filter(accepted_at__isnull=True, revoked_at__isnull=True)


class ConsentQuerySet(models.QuerySet):
    def live(self) -> ConsentQuerySet:
        """Given and not withdrawn."""
        return self.filter(withdrawn_at__isnull=True)


class SignInCardQuerySet(models.QuerySet):
    def with_code(self, code: str | None):
        """The card with this code, whatever its state; as `cards.read` gives it."""
        if code is None:
            return None
        rows = self.filter(code_hash=cards.digest(code))
        return rows.select_related("person").first()

    def live(self) -> SignInCardQuerySet:
        """Cards that nobody ended; a person has one at most."""
        return self.filter(ended_at__isnull=True)

    def used(self) -> SignInCardQuerySet:
        """Cards that somebody has entered with."""
        return self.filter(used_at__isnull=False)


class DataRequestQuerySet(models.QuerySet):
    def open(self) -> DataRequestQuerySet:
        """Not answered yet."""
        return self.filter(state="open")

    def for_staff(self) -> DataRequestQuerySet:
        """Open and waiting for somebody: not what the portal does by itself.

        A copy is made by the worker and a deletion from the page waits for its day;
        both come to the desk when that has not happened in time.
        """
        return self.open().filter(not_before__isnull=True)

    def to_erase(self, now: dt.datetime) -> DataRequestQuerySet:
        """Deletions whose time to think it over has passed."""
        return self.open().filter(kind="delete", not_before__lte=now)
