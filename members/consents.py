"""Giving and withdrawing consent; the questions about it are in `rules`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable

from django.db import connection, transaction
from django.db.models import Model
from django.db.models.functions import Coalesce
from django.utils.translation import gettext

from content import pagecache
from content.insertion import Insertion
from content.prepared import prepared
from content.registry import Registry
from members import rules
from members.models import Consent, Guardian, Person, User
from members.querysets import ConsentQuerySet

# Told of each consent that was just given or withdrawn (`withdrawn_at` says which),
# inside the transaction: there a feature hides a name or takes back an entry.
changed: Registry[Callable[[Consent, dt.datetime], None]] = Registry(
    "members.consents.changed"
)

# By the first half of `about` ("training.session:5"): how the matter with that number
# is called, "" when it is gone.
matters: Registry[Callable[[int], str]] = Registry("members.consents.matters")


def matter_of(consent: Consent) -> str:
    """What the consent is limited to, as people call it; "" for the purpose as such."""
    kind, _colon, number = consent.about.rpartition(":")
    name_of = matters.get(kind)
    if name_of and number.isdecimal():
        return name_of(int(number)) or gettext("Something that is gone by now")
    return consent.about


def title_in(model: type[Model]) -> Callable[[int], str]:
    """For `matters`: the title of that row of the model."""

    def title(pk: int) -> str:
        rows = model._base_manager.filter(pk=pk)
        return rows.values_list("title", flat=True).first() or ""

    return title


def given(person: Person, purpose: Consent.Purpose, about: str = "") -> bool:
    """Whether anybody consented to the purpose, for this matter or as such.

    Children need more than that: ask `rules.why_not_take_part` and `may_publish`.
    """
    return rules.live_consents(person, purpose, about=about).exists()


def said_own_yes(person: Person, purpose: Consent.Purpose, *, about: str) -> bool:
    """Whether the person agreed for this very matter, not by a guardian."""
    return bool(_own(person.pk, purpose, about, limit=1))


@prepared
def _own(person_id: int, purpose: str, about: str) -> ConsentQuerySet:
    rows = Consent.objects.live().filter(person=person_id, guardian=None)
    return rows.filter(purpose=purpose, about=about)


def give(
    *,
    person: Person,
    purpose: Consent.Purpose,
    text_version: str,
    method: Consent.Method,
    now: dt.datetime,
    guardian: Guardian | None = None,
    about: str = "",
    recorded_by: User | None = None,
) -> Consent:
    """Record a consent; the one that stands already, given the same way, stays.

    Raises ValueError for a guardian of somebody else.
    """
    if guardian and guardian.child_id != person.pk:
        raise ValueError("the guardian decides for another child")
    with transaction.atomic():
        _lock(person)
        matter = (person.pk, guardian.pk if guardian else 0, purpose, about, method)
        if standing := _standing(*matter).first():
            return standing
        consent = Consent(
            person=person,
            guardian=guardian,
            purpose=purpose,
            about=about,
            method=method,
            text_version=text_version,
            given_at=now,
            recorded_by=recorded_by,
        )
        _insert(consent)
        pagecache.wrote(consent)
        _tell(consent, now)
    return consent


_insert = Insertion(Consent)


@prepared
def _standing(
    person_id: int, guardian_id: int, purpose: str, about: str, method: str
) -> ConsentQuerySet:
    """The consent that stands already, given the same way; a guardian of 0 is none."""
    rows = Consent.objects.live().annotate(by=Coalesce("guardian", 0))
    return rows.filter(
        person=person_id, by=guardian_id, purpose=purpose, about=about, method=method
    )


def _lock(person: Person) -> None:
    """Two at once would both find that nothing stands yet."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM members_person WHERE id = %s FOR UPDATE", [person.pk]
        )
        if cursor.fetchone() is None:
            raise Person.DoesNotExist(f"no person {person.pk}")


def confirm_all(
    *,
    people: Iterable[Person],
    purpose: Consent.Purpose,
    about: str,
    text_version: str,
    by: User,
    now: dt.datetime,
) -> None:
    """Record that a unit's secretary says these people know and agree.

    In two statements however many they are; who stands on record so already keeps
    that. It proves nothing about a guardian.
    """
    method = Consent.Method.SCHOOL
    matter = {"purpose": purpose, "about": about, "method": method}
    live = Consent.objects.live().filter(person__in=people, guardian=None, **matter)
    known = set(live.values_list("person", flat=True))
    fresh = [
        Consent(
            person=person,
            text_version=text_version,
            given_at=now,
            recorded_by=by,
            **matter,
        )
        for person in people
        if person.pk not in known
    ]
    Consent.objects.bulk_create(fresh)
    pagecache.wrote(*fresh)
    for consent in fresh:
        _tell(consent, now)


def withdraw(
    *, person: Person, purpose: Consent.Purpose, now: dt.datetime, about: str = ""
) -> int:
    """Withdraw every consent that covers the matter; the number withdrawn.

    Whatever was shown because of it asks the rules and is gone from the next page on.
    """
    return withdraw_rows(rules.live_consents(person, purpose, about=about), now=now)


def withdraw_rows(rows: ConsentQuerySet, *, now: dt.datetime) -> int:
    """Withdraw those of the consents that still stand; the number withdrawn."""
    with transaction.atomic():
        # Only the consents: what the rows were joined with stays free.
        standing = list(rows.live().select_for_update(of=("self",)))
        ids = [consent.pk for consent in standing]
        Consent.objects.filter(pk__in=ids).update(withdrawn_at=now)
        pagecache.wrote(*standing)
        for consent in standing:
            consent.withdrawn_at = now
            _tell(consent, now)
    return len(standing)


def _tell(consent: Consent, now: dt.datetime) -> None:
    for listener in changed:
        listener(consent, now)
