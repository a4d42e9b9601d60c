"""Children in contests: the gate, birthdays to the day, and withdrawing (case 25)."""

import datetime as dt

import pytest

from contests import actions, rules
from contests.locks import Refused
from contests.models import Entry
from contests.rules import Lack, consent_about
from members import consents
from members import rules as member_rules
from members.models import Consent
from tests.factories.contests import (
    DAY,
    AuthorFactory,
    AwardFactory,
    ContestFactory,
    DivisionFactory,
    EntryFactory,
    EntryFileFactory,
    State,
    guardian_agrees,
)
from tests.factories.members import PersonFactory
from vietnam.dates import VIETNAM

pytestmark = pytest.mark.django_db
Purpose = Consent.Purpose
# Open over both birthdays of 2026.
OPENS = dt.datetime(2026, 11, 1, tzinfo=VIETNAM)
CLOSES = dt.datetime(2026, 12, 31, 17, tzinfo=VIETNAM)
SIXTEEN = dt.date(2026, 11, 25)


@pytest.fixture
def contest():
    return ContestFactory(opens_at=OPENS, closes_at=CLOSES)


def enters(contest, born):
    """A complete draft of one author born on that day."""
    division = DivisionFactory(contest=contest, min_age=6, max_age=18)
    entry = EntryFactory(contest=contest, division=division)
    EntryFileFactory(entry=entry)
    return AuthorFactory(entry=entry, person=PersonFactory(birth_date=born))


def midnight(day):
    return dt.datetime.combine(day, dt.time(), VIETNAM)


def submit(author, now):
    return actions.submit(entry_id=author.entry_id, by=None, now=now)


def lacks(author, now):
    entry = Entry.objects.for_page().get(pk=author.entry_id)
    return {one.lack for one in rules.missing(entry, now=now)}


class TestTheGate:
    def test_no_entry_without_the_guardian(self, contest):
        author = enters(contest, SIXTEEN.replace(year=2013))
        with pytest.raises(Refused):
            submit(author, OPENS)
        guardian_agrees(author.person, contest)
        assert submit(author, OPENS).state == State.SUBMITTED

    def test_publishing_is_no_consent_to_entering(self, contest):
        author = enters(contest, SIXTEEN.replace(year=2013))
        guardian_agrees(author.person, contest, Purpose.PUBLISH_NAME)
        assert Lack.GUARDIAN in lacks(author, OPENS)

    def test_nor_is_a_consent_to_another_contest(self, contest):
        author = enters(contest, SIXTEEN.replace(year=2013))
        guardian_agrees(author.person, ContestFactory())
        assert Lack.GUARDIAN in lacks(author, OPENS)

    def test_an_unknown_date_of_birth_is_a_childs(self, contest):
        author = enters(contest, None)
        assert {Lack.GUARDIAN, Lack.BIRTH_DATE} <= lacks(author, OPENS)


class TestSixteen:
    """From the birthday's first moment in Việt Nam on nobody else decides."""

    @pytest.fixture
    def author(self, contest):
        return enters(contest, SIXTEEN.replace(year=2010))

    def test_the_evening_before_and_the_day(self, author):
        before = midnight(SIXTEEN) - dt.timedelta(microseconds=1)
        assert Lack.GUARDIAN in lacks(author, before)
        assert Lack.GUARDIAN not in lacks(author, midnight(SIXTEEN))
        with pytest.raises(Refused):
            submit(author, before)
        assert submit(author, midnight(SIXTEEN)).state == State.SUBMITTED

    def test_a_guardian_who_withdraws_later_stops_nothing(self, author, contest):
        guardian_agrees(author.person, contest)
        submit(author, midnight(SIXTEEN) - DAY)
        consents.withdraw(
            person=author.person,
            purpose=Purpose.CONTEST,
            about=consent_about(contest),
            now=midnight(SIXTEEN),
        )
        assert Entry.objects.get().state == State.SUBMITTED

    def test_and_a_day_earlier_it_does(self, author, contest):
        guardian_agrees(author.person, contest)
        submit(author, midnight(SIXTEEN) - DAY)
        consents.withdraw(
            person=author.person,
            purpose=Purpose.CONTEST,
            about=consent_about(contest),
            now=midnight(SIXTEEN) - DAY,
        )
        assert Entry.objects.get().state == State.DRAFT

    def test_the_name_needs_the_guardian_until_that_day(self, author, contest):
        about = consent_about(contest)
        consents.give(
            person=author.person,
            purpose=Purpose.PUBLISH_NAME,
            about=about,
            text_version="1",
            method=Consent.Method.OWN_FORM,
            now=OPENS,
        )

        def public(on):
            return member_rules.may_publish(
                author.person, Purpose.PUBLISH_NAME, on=on, about=about
            )

        assert not public(SIXTEEN - DAY)
        assert public(SIXTEEN)


class TestEighteen:
    def test_nothing_changes_on_the_eighteenth_birthday(self, contest):
        """Coming of age during the contest: the division's own day counts."""
        author = enters(contest, SIXTEEN.replace(year=2008))
        for day in (SIXTEEN - DAY, SIXTEEN):
            assert lacks(author, midnight(day)) == set()

    def test_the_age_of_a_division_is_counted_on_its_own_day(self, contest):
        author = enters(contest, SIXTEEN.replace(year=2008))
        division = author.entry.division
        division.max_age, division.age_on = 17, SIXTEEN - DAY
        division.save()
        assert Lack.AGE not in lacks(author, CLOSES - DAY)
        division.age_on = SIXTEEN
        division.save()
        assert Lack.AGE in lacks(author, OPENS)


class TestWithdrawing:
    @pytest.fixture
    def winner(self, contest, time_machine):
        """A child with a prize and every consent; the results are public."""
        author = enters(contest, SIXTEEN.replace(year=2013))
        for purpose in (Purpose.CONTEST, Purpose.PUBLISH_NAME):
            guardian_agrees(
                author.person, contest, purpose, method=Consent.Method.SIGNED_FORM
            )
        consents.give(
            person=author.person,
            purpose=Purpose.PUBLISH_NAME,
            about=consent_about(contest),
            text_version="1",
            method=Consent.Method.OWN_FORM,
            now=OPENS,
        )
        Entry.objects.update(state=State.AWARDED, submitted_at=OPENS)
        AwardFactory(entry=author.entry)
        contest.results_at = CLOSES + 20 * DAY
        contest.save()
        time_machine.move_to(CLOSES + 21 * DAY, tick=False)
        return author

    def test_the_name_is_gone_from_the_next_page_on(self, client, winner, contest):
        url = f"/cuoc-thi/{contest.slug}/ket-qua/"
        name = winner.person.full_name
        assert name in client.get(url).content.decode()
        consents.withdraw(
            person=winner.person,
            purpose=Purpose.PUBLISH_NAME,
            about=consent_about(contest),
            now=CLOSES + 21 * DAY,
        )
        text = client.get(url).content.decode()
        assert name not in text
        assert winner.school not in text
        assert winner.entry.title in text

    def test_without_consent_to_enter_the_work_is_out(self, client, winner, contest):
        consents.withdraw(
            person=winner.person,
            purpose=Purpose.CONTEST,
            about=consent_about(contest),
            now=CLOSES + 21 * DAY,
        )
        assert Entry.objects.get().state == State.WITHDRAWN
        text = client.get(f"/cuoc-thi/{contest.slug}/ket-qua/").content.decode()
        assert winner.entry.title not in text
        assert winner.person.full_name not in text


class TestTwins:
    """The same work in two divisions is said and not handed in twice (case 21)."""

    def test_the_same_title_of_the_same_people(self, contest):
        first = enters(contest, SIXTEEN.replace(year=2009))
        submit(first, OPENS + 30 * DAY)
        second = enters(contest, SIXTEEN.replace(year=2009))
        second.person = first.person
        second.save()
        title = first.entry.title.upper()
        Entry.objects.filter(pk=second.entry_id).update(title=title)
        entry = Entry.objects.get(pk=second.entry_id)
        entry.save()
        [one] = rules.missing(entry, now=OPENS + 30 * DAY)
        assert one.lack == Lack.TWICE
        assert first.entry.division.name in one.text

    def test_other_peoples_work_of_the_same_name_is_another_work(self, contest):
        first = enters(contest, SIXTEEN.replace(year=2009))
        submit(first, OPENS + 30 * DAY)
        second = enters(contest, SIXTEEN.replace(year=2009))
        second.entry.title = first.entry.title
        second.entry.save()
        assert lacks(second, OPENS + 30 * DAY) == set()

    def test_the_same_file_under_another_title(self, contest):
        first = enters(contest, SIXTEEN.replace(year=2009))
        submit(first, OPENS + 30 * DAY)
        second = enters(contest, SIXTEEN.replace(year=2009))
        second.person = first.person
        second.save()
        second.entry.files.update(sha256=first.entry.files.get().sha256)
        assert Lack.TWICE in lacks(second, OPENS + 30 * DAY)

    def test_withdrawn_ones_do_not_count(self, contest):
        first = enters(contest, SIXTEEN.replace(year=2009))
        submit(first, OPENS + 30 * DAY)
        actions.withdraw(entry_id=first.entry_id, by=None, now=OPENS + 30 * DAY)
        second = enters(contest, SIXTEEN.replace(year=2009))
        second.person = first.person
        second.save()
        second.entry.title = first.entry.title
        second.entry.save()
        assert lacks(second, OPENS + 30 * DAY) == set()


def test_births_are_the_other_side_of_ages():
    """Every day of five years: in the window exactly when of an age that fits."""
    for age_on in (dt.date(2027, 1, 1), dt.date(2028, 2, 29), dt.date(2027, 2, 28)):
        division = DivisionFactory.build(
            contest=ContestFactory.build(), min_age=11, max_age=15, age_on=age_on
        )
        first, last = rules.births_of(division)
        for year in (11, 12, 15, 16):
            for offset in range(-3, 4):
                around = dt.date(age_on.year - year, age_on.month, 28)
                born = around + offset * DAY
                person = PersonFactory.build(birth_date=born)
                assert rules.fits(division, person) == (first <= born <= last)
