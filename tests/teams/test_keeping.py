"""Names leave old memberships, from their history too."""

import datetime as dt

import pytest

from members import history
from teams import keeping
from teams.models import TeamMember
from tests.factories.teams import MemberFactory

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def test_who_left_24_months_ago_is_a_figure(now):
    left = MemberFactory(
        starts_on=now.date() - 1500 * DAY, ends_on=now.date() - 800 * DAY
    )
    stays = MemberFactory(
        starts_on=now.date() - 1500 * DAY, ends_on=now.date() - 700 * DAY
    )
    person = left.person
    assert keeping.forget_left(now) == 1
    assert keeping.forget_left(now) == 0
    left.refresh_from_db()
    assert left.person.full_name == "—"
    assert TeamMember.objects.get(pk=stays.pk).person == stays.person
    events = history.events_of(TeamMember)._base_manager
    assert events.filter(pgh_obj=left.pk).exists()
    assert not events.filter(person=person.pk).exists()
