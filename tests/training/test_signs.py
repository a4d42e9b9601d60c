"""What the lists say of places: a word that promises no more than anybody can have."""

import pytest
from django.utils import translation

from tests.factories.members import PersonFactory, UnitFactory
from tests.factories.training import QuotaFactory, SessionFactory
from training import steps
from training.models import TrainingSession
from training.signs import sign_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def session(*, kept=0, at_most=False, **fields):
    session = SessionFactory(capacity=30)
    if kept:
        QuotaFactory(session=session, seats=kept, at_most=at_most)
    TrainingSession.objects.filter(pk=session.pk).update(**fields)
    session.refresh_from_db()
    return session


@pytest.mark.parametrize(
    ("fields", "state", "text"),
    [
        ({}, "open", "30 of 30 places left"),
        ({"kept": 8}, "open", "22 places left for everyone, 8 kept for units"),
        (
            {"kept": 8, "confirmed": 21},
            "few",
            "1 place left for everyone, 8 kept for units",
        ),
        (
            {"kept": 8, "confirmed": 22},
            "few",
            "8 places left, only for units that they are kept for",
        ),
        (
            {"kept": 8, "confirmed": 22, "line_length": 3, "line_tail": 3},
            "few",
            "8 places left, only for units that they are kept for",
        ),
        ({"kept": 8, "confirmed": 30}, "waiting", "Full, waiting list open"),
        ({"confirmed": 29, "offered": 1}, "waiting", "Full, waiting list open"),
    ],
)
def test_the_sign_counts_what_is_there_for_everyone(now, fields, state, text):
    sign = sign_of(session(**fields), now)

    assert (sign.state, sign.text) == (state, text)


def test_from_the_release_on_kept_places_are_for_everyone(now):
    found = session(kept=8)
    found.quotas.update(release_at=now)

    assert sign_of(found, now).text == "30 of 30 places left"


class TestTheNextStep:
    def step(self, found, now, unit=None):
        person = PersonFactory(unit=unit) if unit else None
        return steps.next_step(found, person, None, now=now)

    def test_a_visitor_is_told_that_it_depends_on_the_unit(self, now):
        step = self.step(session(kept=8, confirmed=22), now)

        assert step.label == "Sign up"
        assert "If one is kept for yours, you get it at once." in step.text

    def test_people_of_the_unit_hear_that_theirs_is_free(self, now):
        found = session(kept=8, confirmed=22)

        step = self.step(found, now, found.quotas.get().unit)

        assert step.text == "A place is kept for your unit. You get it at once."

    def test_all_others_hear_that_they_would_wait(self, now):
        step = self.step(session(kept=8, confirmed=22), now, UnitFactory())

        assert step.label == "Join the waiting list"
        assert step.text.startswith("All places for people of your unit are taken.")


def test_lists_ask_for_all_quotas_at_once(client, now, django_assert_num_queries):
    from training import pools

    found = [session(kept=2) for _ in range(3)]

    with django_assert_num_queries(1):
        pools.prefetch(found)
        assert [sign_of(one, now).state for one in found] == ["open"] * 3


def test_each_session_of_a_list_has_its_own_quotas_as_they_are_now(now):
    from training import pools

    found = [session(kept=kept) for kept in (2, 8, 0)]
    pools.prefetch(found)
    assert [pools.read(one, now=now).kept for one in found] == [2, 8, 0]
    found[0].quotas.update(seats=3)
    found[1].quotas.all()[0].delete()
    pools.prefetch(found)
    assert [pools.read(one, now=now).kept for one in found] == [3, 0, 0]
