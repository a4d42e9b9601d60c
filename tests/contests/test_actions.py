"""What the verbs do, once and twice, in time and too late."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from contests import actions, emails
from contests.actions import Conflict, TypedAuthor
from contests.locks import Refused
from contests.models import Award, Entry
from contests.rules import EntryRefusal, consent_about
from mail.models import Letter
from members import consents, guardian_letters, guardians
from members.models import Consent, Person
from tests.factories import files as samples
from tests.factories.contests import (
    DAY,
    AuthorFactory,
    ContestFactory,
    DivisionFactory,
    EntryFactory,
    State,
    an_organiser,
    child,
    complete,
    guardian_agrees,
    submitted,
)
from tests.factories.members import UnitFactory, UserFactory

pytestmark = pytest.mark.django_db
TICK = dt.timedelta(microseconds=1)


def refusal_of(act, **kwargs):
    with pytest.raises(Refused) as caught:
        act(**kwargs)
    return caught.value.refusal


def letters(kind):
    return Letter.objects.filter(kind=kind)


def upload(content=None, name="thuyet-minh.pdf"):
    content = samples.pdf() if content is None else content
    return SimpleUploadedFile(name, content)


class TestBegin:
    def test_the_entrant_stands_there_as_the_first_author(self, now):
        user = UserFactory(person__unit=UnitFactory(name="Đoàn xã Na Rì"))
        entry = actions.begin(contest_id=ContestFactory().pk, user=user, now=now)
        assert (entry.state, entry.owner, entry.version) == (State.DRAFT, user, 1)
        author = entry.authors.get()
        assert (author.person, author.school) == (user.person, "Đoàn xã Na Rì")

    def test_a_second_click_gives_the_untouched_draft_back(self, now):
        contest, user = ContestFactory(), UserFactory()
        first = actions.begin(contest_id=contest.pk, user=user, now=now)
        assert actions.begin(contest_id=contest.pk, user=user, now=now) == first
        save(first, now, title="Trạm đọc sách")
        assert actions.begin(contest_id=contest.pk, user=user, now=now) != first

    def test_too_late(self):
        contest = ContestFactory()
        refusal = refusal_of(
            actions.begin,
            contest_id=contest.pk,
            user=UserFactory(),
            now=contest.closes_at,
        )
        assert refusal is EntryRefusal.CLOSED
        assert not Entry.objects.exists()


def save(entry, now, *, version=None, **texts):
    known = {"title": entry.title, "summary": entry.summary, "division": entry.division}
    return actions.save(
        entry_id=entry.pk,
        version=entry.version if version is None else version,
        by=entry.owner,
        now=now,
        **known | texts,
    )


class TestSave:
    def test_it_keeps_the_texts_and_counts_up(self, now):
        entry = EntryFactory()
        saved = save(entry, now, title="Chợ phiên trên mạng")
        entry.refresh_from_db()
        assert (entry.title, entry.folded_title) == (
            "Chợ phiên trên mạng",
            "cho phien tren mang",
        )
        assert (entry.version, entry.saved_at) == (2, now) == (saved.version, now)

    def test_a_second_tab_is_told_and_nothing_is_lost(self, now):
        entry = EntryFactory()
        save(entry, now, title="Từ cửa sổ một")
        with pytest.raises(Conflict) as caught:
            save(entry, now, version=1, title="Từ cửa sổ hai")
        assert caught.value.entry.title == "Từ cửa sổ một"
        entry.refresh_from_db()
        assert (entry.title, entry.version) == ("Từ cửa sổ một", 2)

    def test_the_same_text_twice_is_no_conflict(self, now):
        entry = EntryFactory()
        save(entry, now, title="Một")
        assert save(entry, now, version=1, title="Một").version == 2

    def test_up_to_the_last_moment_and_not_after(self):
        entry = EntryFactory()
        closes = entry.contest.closes_at
        entry = save(entry, closes - TICK, title="Kịp giờ")
        with pytest.raises(Refused) as caught:
            save(entry, closes, title="Muộn rồi")
        assert caught.value.refusal is EntryRefusal.CLOSED
        assert Entry.objects.get().title == "Kịp giờ"

    def test_a_submitted_entry_stays_so_while_it_is_complete(self, now):
        entry = submitted()
        assert save(entry, now, title="Tên mới").state == State.SUBMITTED
        entry.refresh_from_db()
        assert save(entry, now, summary="").state == State.DRAFT
        entry.refresh_from_db()
        assert (entry.state, entry.submitted_at) == (State.DRAFT, None)

    def test_a_division_of_another_contest_is_an_error_of_ours(self, now):
        with pytest.raises(ValueError, match="another contest"):
            save(EntryFactory(), now, division=DivisionFactory())


def set_authors(entry, now, *authors, version=None):
    entry.refresh_from_db()
    return actions.set_authors(
        entry_id=entry.pk,
        version=entry.version if version is None else version,
        authors=authors,
        by=entry.owner,
        now=now,
    )


class TestAuthors:
    LAN = TypedAuthor("Nông Thị Lan", dt.date(2005, 3, 4), "THPT Na Rì")

    def names(self, entry):
        return [author.person.full_name for author in entry.authors.all()]

    def test_a_typed_author_is_a_new_record_without_account(self, now):
        entry = EntryFactory()
        set_authors(entry, now, TypedAuthor(person=entry.owner.person), self.LAN)
        assert self.names(entry) == [str(entry.owner.person), "Nông Thị Lan"]
        lan = entry.authors.last()
        assert (lan.school, lan.person.birth_year) == ("THPT Na Rì", 2005)

    def test_the_records_of_others_are_out_of_reach(self, now):
        known = child(full_name="Nông Thị Lan")
        entry = EntryFactory()
        set_authors(entry, now, TypedAuthor("Nông Thị Lan", known.birth_date))
        assert entry.authors.get().person != known

    def test_saving_again_makes_nobody_twice(self, now):
        entry = EntryFactory()
        for _time in range(2):
            set_authors(entry, now, self.LAN)
        assert Person.objects.filter(full_name="Nông Thị Lan").count() == 1
        other = EntryFactory(contest=entry.contest, owner=entry.owner)
        set_authors(other, now, self.LAN)
        assert other.authors.get().person == entry.authors.get().person

    def test_a_typing_error_is_corrected_in_place(self, now):
        entry = EntryFactory()
        set_authors(entry, now, self.LAN)
        row = entry.authors.get()
        typed = TypedAuthor("Nông Thị Lân", dt.date(2005, 3, 5), "", row.pk)
        set_authors(entry, now, typed)
        assert entry.authors.get().person == row.person
        assert self.names(entry) == ["Nông Thị Lân"]

    def test_a_consent_never_passes_to_another_name(self, now):
        entry = EntryFactory()
        set_authors(entry, now, TypedAuthor("Bàn Thị Hoa", dt.date(2014, 1, 1)))
        row = entry.authors.get()
        guardian_agrees(row.person, entry.contest)
        typed = TypedAuthor("Bàn Thị Huệ", dt.date(2014, 1, 1), "", row.pk)
        set_authors(entry, now, typed)
        fresh = entry.authors.get()
        assert fresh.person != row.person
        assert not fresh.person.consents.exists()
        assert Person.objects.get(pk=row.person_id).full_name == "Bàn Thị Hoa"

    def test_whoever_has_an_account_is_not_renamed_by_others(self, now):
        entry = EntryFactory()
        known = UserFactory().person
        row = AuthorFactory(entry=entry, person=known)
        set_authors(entry, now, TypedAuthor("Ai Đó Khác", None, "", row.pk))
        known.refresh_from_db()
        assert known.full_name != "Ai Đó Khác"
        assert entry.authors.get().person != known

    def test_who_is_not_named_is_taken_out(self, now):
        entry = submitted()
        saved = set_authors(entry, now)
        assert not entry.authors.exists()
        assert saved.state == State.DRAFT

    def test_two_tabs(self, now):
        entry = EntryFactory()
        set_authors(entry, now, self.LAN)
        with pytest.raises(Conflict):
            set_authors(entry, now, version=1)
        assert self.names(entry) == ["Nông Thị Lan"]


class TestSubmit:
    def test_twice_is_one_submission_and_one_receipt(self, now):
        entry = complete(title="Chợ phiên trên mạng")
        for minutes in (0, 1):
            actions.submit(
                entry_id=entry.pk,
                by=entry.owner,
                now=now + dt.timedelta(minutes=minutes),
            )
        entry.refresh_from_db()
        assert (entry.state, entry.submitted_at) == (State.SUBMITTED, now)
        letter = letters(emails.RECEIPT).get()
        assert letter.address == entry.owner.email
        for text in (entry.code, "Chợ phiên trên mạng", entry.files.get().name):
            assert text in letter.text
            assert text in letter.html
        assert "thuyet-minh" in letter.text
        assert "Thứ Năm 03/12/2026" in letter.text

    def test_the_deadline_to_the_second(self):
        entry, late = complete(), complete()
        closes = entry.contest.closes_at
        actions.submit(entry_id=entry.pk, by=None, now=closes - TICK)
        refusal = refusal_of(actions.submit, entry_id=late.pk, by=None, now=closes)
        assert refusal is EntryRefusal.CLOSED
        assert letters(emails.RECEIPT).count() == 1

    def test_an_author_outside_the_ages(self, now):
        entry = complete()
        AuthorFactory(entry=entry, person__birth_date=dt.date(1990, 1, 1))
        refusal = refusal_of(actions.submit, entry_id=entry.pk, by=None, now=now)
        assert refusal is EntryRefusal.MISSING
        assert not letters(emails.RECEIPT).exists()

    def test_a_thirteen_year_old_only_after_the_guardians_link_was_used(self, now):
        owner = UserFactory(person=child(13))
        contest = ContestFactory(title="Ý tưởng số")
        division = DivisionFactory(contest=contest, min_age=11, max_age=15)
        entry = complete(contest, owner=owner, division=division)
        author = entry.authors.get()
        act = {"entry_id": entry.pk, "by": owner, "now": now}
        assert refusal_of(actions.submit, **act) is EntryRefusal.MISSING
        actions.ask_guardian(
            author_id=author.pk,
            guardian_name="Nông Thị Mẹ",
            relation="mẹ",
            email="me@example.com",
            **act,
        )
        letter = letters(guardian_letters.ASK).get()
        assert "Ý tưởng số" in letter.text
        assert refusal_of(actions.submit, **act) is EntryRefusal.MISSING
        token = letter.text.partition("/giam-ho/")[2].partition("/")[0]
        guardians.give(token=token, full_name="Nông Thị Mẹ", relation="mẹ", now=now)
        assert actions.submit(**act).state == State.SUBMITTED

    def test_again_after_falling_back_gives_a_new_receipt(self, now):
        entry = complete()
        for number in range(2):
            moment = now + number * DAY
            actions.submit(entry_id=entry.pk, by=None, now=moment)
            entry.refresh_from_db()
            summary = entry.summary
            save(entry, moment, summary="")
            entry.refresh_from_db()
            save(entry, moment, summary=summary)
        assert letters(emails.RECEIPT).count() == 2


class TestWithdrawReopen:
    def test_once_and_until_the_results(self, now):
        entry = submitted()
        for _time in range(2):
            actions.withdraw(entry_id=entry.pk, by=entry.owner, now=now)
        assert Entry.objects.get().state == State.WITHDRAWN
        assert letters(emails.WITHDRAWN).count() == 1
        actions.reopen(entry_id=entry.pk, by=entry.owner, now=now)
        assert Entry.objects.get().state == State.DRAFT
        actions.withdraw(entry_id=entry.pk, by=entry.owner, now=now + DAY)
        assert letters(emails.WITHDRAWN).count() == 1  # a draft: no letter

    def test_not_reopened_after_the_deadline(self):
        entry = EntryFactory(state=State.WITHDRAWN)
        refusal = refusal_of(
            actions.reopen, entry_id=entry.pk, by=None, now=entry.contest.closes_at
        )
        assert refusal is EntryRefusal.CLOSED

    def test_a_prize_winner_may_leave_before_the_results(self, now):
        entry = submitted(state=State.AWARDED)
        Award.objects.create(entry=entry, title="Giải Nhất")
        actions.withdraw(entry_id=entry.pk, by=None, now=now)
        assert Entry.objects.get().state == State.WITHDRAWN


class TestConsentTakenBack:
    @pytest.fixture
    def entry(self):
        contest = ContestFactory()
        division = DivisionFactory(contest=contest, min_age=11, max_age=15)
        owner = UserFactory(person=child())
        entry = submitted(contest, owner=owner, division=division)
        guardian_agrees(owner.person, contest)
        return entry

    def take_back(self, entry, now):
        consents.withdraw(
            person=entry.owner.person,
            purpose=Consent.Purpose.CONTEST,
            about=consent_about(entry.contest),
            now=now,
        )
        entry.refresh_from_db()

    def test_in_time_the_entry_is_a_draft_again(self, entry, now):
        self.take_back(entry, now)
        assert entry.state == State.DRAFT
        letter = letters(emails.FELL_OUT).get()
        assert "bản nháp" in letter.text or "draft" in letter.text

    def test_after_the_deadline_it_is_withdrawn(self, entry):
        self.take_back(entry, entry.contest.closes_at)
        assert entry.state == State.WITHDRAWN
        assert letters(emails.FELL_OUT).exists()

    def test_another_contest_or_another_purpose_changes_nothing(self, entry, now):
        person = entry.owner.person
        other = guardian_agrees(person, ContestFactory())
        name = guardian_agrees(person, entry.contest, Consent.Purpose.PUBLISH_NAME)
        rows = Consent.objects.filter(pk__in=[other.pk, name.pk])
        assert consents.withdraw_rows(rows, now=now) == 2
        entry.refresh_from_db()
        assert entry.state == State.SUBMITTED

    def test_while_another_consent_stands_nothing_falls(self, entry, now):
        paper = guardian_agrees(
            entry.owner.person, entry.contest, method=Consent.Method.SIGNED_FORM
        )
        consents.withdraw_rows(Consent.objects.filter(pk=paper.pk), now=now)
        entry.refresh_from_db()
        assert entry.state == State.SUBMITTED


def test_organisers_cannot_begin(now):
    contest = ContestFactory()
    refusal = refusal_of(
        actions.begin, contest_id=contest.pk, user=an_organiser(contest), now=now
    )
    assert refusal is EntryRefusal.JURY
