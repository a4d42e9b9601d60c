"""Children, consents and what may be public (rule 9)."""

from datetime import date, timedelta

import pytest

from members import consents, rules
from members.models import Consent
from members.rules import Refusal
from tests.factories.members import (
    ConsentFactory,
    GuardianFactory,
    PersonFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 23)
Purpose, Method = Consent.Purpose, Consent.Method


@pytest.fixture
def child():
    return PersonFactory(birth_date=date(2014, 9, 5))


@pytest.fixture
def guardian(child):
    return GuardianFactory(child=child)


def give(person, now, purpose=Purpose.TRAINING, method=Method.OWN_FORM, **kwargs):
    return consents.give(
        person=person,
        purpose=purpose,
        method=method,
        text_version="2026-11",
        now=now,
        **kwargs,
    )


@pytest.mark.parametrize(
    ("born", "needs"),
    [(date(2014, 9, 5), True), (date(2000, 1, 1), False), (None, True)],
)
def test_a_guardian_decides_for_a_child_and_whoever_may_be_one(born, needs):
    person = PersonFactory(birth_date=born, birth_year=born and born.year)
    assert rules.needs_guardian(person, TODAY) is needs
    expected = Refusal.GUARDIAN_MISSING if needs else None
    assert rules.why_not_take_part(person, Purpose.TRAINING, on=TODAY) == expected


def test_the_guardians_consent_opens_the_door_the_childs_own_does_not(
    now, child, guardian
):
    give(child, now)
    refusal = rules.why_not_take_part(child, Purpose.TRAINING, on=TODAY)
    assert refusal == Refusal.GUARDIAN_MISSING
    give(child, now, guardian=guardian, method=Method.GUARDIAN_LINK)
    assert rules.why_not_take_part(child, Purpose.TRAINING, on=TODAY) is None
    assert rules.why_not_take_part(child, Purpose.CONTEST, on=TODAY) is not None


def test_a_consent_for_one_matter_does_not_cover_another(now, child, guardian):
    give(child, now, guardian=guardian, about="session:7")

    def refusal(about):
        return rules.why_not_take_part(child, Purpose.TRAINING, on=TODAY, about=about)

    assert refusal("session:7") is None
    assert refusal("session:8") == Refusal.GUARDIAN_MISSING
    assert refusal("") == Refusal.GUARDIAN_MISSING
    give(child, now, guardian=guardian)
    assert refusal("session:8") is None


PUBLISHING = [
    # own consent, guardian's method, adult, public?
    (True, None, True, True),
    (False, None, True, False),
    (True, None, False, False),
    (False, Method.SIGNED_FORM, False, False),
    (True, Method.GUARDIAN_LINK, False, False),
    (True, Method.SIGNED_FORM, False, True),
    (True, Method.SCHOOL, False, True),
]


@pytest.mark.parametrize(("own", "method", "adult", "public"), PUBLISHING)
def test_what_may_be_public(now, child, guardian, own, method, adult, public):
    person = PersonFactory() if adult else child
    if own:
        give(person, now, Purpose.PUBLISH_NAME)
    if method:
        give(person, now, Purpose.PUBLISH_NAME, method, guardian=guardian)

    def may():
        return rules.may_publish(person, Purpose.PUBLISH_NAME, on=TODAY)

    assert may() is public
    consents.withdraw(person=person, purpose=Purpose.PUBLISH_NAME, now=now)
    assert may() is False


def test_a_schools_word_may_come_apart_from_the_guardians_link(now, child, guardian):
    give(child, now, Purpose.PUBLISH_NAME)
    give(child, now, Purpose.PUBLISH_NAME, Method.SCHOOL)
    assert not rules.may_publish(child, Purpose.PUBLISH_NAME, on=TODAY)
    give(child, now, Purpose.PUBLISH_NAME, Method.GUARDIAN_LINK, guardian=guardian)
    assert rules.may_publish(child, Purpose.PUBLISH_NAME, on=TODAY)


def test_a_schools_word_is_not_the_persons_own(now, child, guardian):
    """Law 91/2025 article 24: the child agrees, and nobody agrees in its place."""
    adult = PersonFactory()
    for person in (child, adult):
        give(person, now, Purpose.PUBLISH_NAME, Method.SCHOOL)
    give(child, now, Purpose.PUBLISH_NAME, Method.SIGNED_FORM, guardian=guardian)
    for person in (child, adult):
        assert not rules.may_publish(person, Purpose.PUBLISH_NAME, on=TODAY)
        give(person, now, Purpose.PUBLISH_NAME, Method.SIGNED_FORM)
        assert rules.may_publish(person, Purpose.PUBLISH_NAME, on=TODAY)


def test_the_childs_own_signature_proves_no_guardian(now, child, guardian):
    give(child, now, Purpose.PUBLISH_NAME, Method.SIGNED_FORM)
    give(child, now, Purpose.PUBLISH_NAME, Method.GUARDIAN_LINK, guardian=guardian)
    assert not rules.may_publish(child, Purpose.PUBLISH_NAME, on=TODAY)


def test_giving_twice_is_giving_once(now):
    person, staff = PersonFactory(), UserFactory()
    first = give(person, now, recorded_by=staff)
    later = give(person, now + timedelta(days=1))
    assert later == first
    assert later.given_at == now
    assert consents.given(person, Purpose.TRAINING)


def test_a_signed_form_stands_beside_what_the_guardians_link_gave(now, child, guardian):
    """Or the proof of what was agreed by link could never be put on record."""
    give(child, now, Purpose.PUBLISH_NAME)
    for method in (Method.GUARDIAN_LINK, Method.SIGNED_FORM):
        assert not rules.may_publish(child, Purpose.PUBLISH_NAME, on=TODAY)
        give(child, now, Purpose.PUBLISH_NAME, method, guardian=guardian)
    assert rules.may_publish(child, Purpose.PUBLISH_NAME, on=TODAY)


def test_after_withdrawing_it_can_be_given_anew_and_both_stay_on_record(now):
    person = PersonFactory()
    give(person, now)
    later = now + timedelta(days=1)
    assert consents.withdraw(person=person, purpose=Purpose.TRAINING, now=later) == 1
    assert not consents.given(person, Purpose.TRAINING)
    assert consents.withdraw(person=person, purpose=Purpose.TRAINING, now=later) == 0
    give(person, later)
    assert consents.given(person, Purpose.TRAINING)
    assert person.consents.count() == 2


def test_withdrawing_one_matter_leaves_the_others(now):
    person = PersonFactory()
    give(person, now, about="session:7")
    give(person, now, about="session:8")
    consents.withdraw(
        person=person, purpose=Purpose.TRAINING, about="session:7", now=now
    )
    assert not consents.given(person, Purpose.TRAINING, "session:7")
    assert consents.given(person, Purpose.TRAINING, "session:8")


def test_nobody_consents_for_another_child(now, child):
    with pytest.raises(ValueError, match="another child"):
        give(child, now, guardian=GuardianFactory())


def test_withdrawing_rows_counts_only_those_that_stood(now):
    standing = ConsentFactory(given_at=now)
    gone = ConsentFactory(given_at=now, withdrawn_at=now)
    rows = Consent.objects.filter(pk__in=[standing.pk, gone.pk])
    assert consents.withdraw_rows(rows, now=now + timedelta(hours=1)) == 1
    gone.refresh_from_db()
    assert gone.withdrawn_at == now
