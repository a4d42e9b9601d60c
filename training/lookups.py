"""The two questions that each page about signing up begins with.

Built and planned once (`content.prepared`), because a flash crowd asks them thousands
of times a minute.
"""

from __future__ import annotations

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from content.prepared import prepared
from training.models import Registration, TrainingSession

# By hand: each half is one look into a partial index. "+ 0" keeps the planner from
# reading the whole session, which it believes to be small until the crowd's rows have
# been analysed.
_MINE = """
SELECT COALESCE(
    (SELECT id FROM training_registration
     WHERE person_id = %s AND session_id + 0 = %s
       AND state IN ('pending', 'confirmed', 'waiting', 'offered')),
    (SELECT id FROM training_registration
     WHERE identity = %s AND identity <> '' AND session_id + 0 = %s
       AND state IN ('pending', 'confirmed', 'waiting', 'offered'))
)
"""


@prepared
def sessions_at(slug: str) -> QuerySet:
    """The session of that address, with all that its pages show of other tables."""
    rows = TrainingSession.objects.with_parts().filter(slug=slug)
    rows = rows.select_related("kind", "unit", "audience_unit", "series")
    return rows.defer("search")


@prepared
def sessions_to_join(slug: str) -> QuerySet:
    """The session of that address for the pages of signing up.

    They show next to nothing of other tables and nothing of the description.
    """
    rows = TrainingSession.objects.with_parts().filter(slug=slug)
    return rows.defer("search", "description")


@prepared
def live_sign_ups(session_id: int, person_id: int, identity: str) -> QuerySet:
    """The live sign-up of a person, under whatever spelling, with its place in line.

    `identity` is `rules.identity_of` the person.
    """
    key = RawSQL(_MINE, [person_id, session_id, identity, session_id])  # noqa: S611 ours
    rows = Registration.objects.filter(pk=key).with_people_ahead()
    return rows.select_related("person", "point")
