"""Many hands on one entry, on real connections (LESSONS cases 14, 21 and 25)."""

import datetime as dt
import time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from contests import actions, emails, filing, joining, locks, rules, versions
from contests.actions import Conflict
from contests.locks import Refused
from contests.models import Contest, Entry
from contests.rules import EntryRefusal, consent_about
from mail.models import Letter
from members import consents
from members.models import Consent
from tests.factories import files as samples
from tests.factories.contests import (
    DAY,
    ContestFactory,
    DivisionFactory,
    EntryFactory,
    State,
    child,
    complete,
    guardian_agrees,
)
from tests.factories.members import UserFactory
from tests.races.test_seats import at_once, errors_in

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
CLICKS = 8


@pytest.fixture(autouse=True)
def _private_root(tmp_path, settings):
    settings.PRIVATE_ROOT = tmp_path / "private"


@pytest.fixture
def slow_question(monkeypatch):
    """Widen the gap between the question and the write, where races happen."""

    def slowly(name):
        ask = getattr(rules, name)

        def answer(*args, **kwargs):
            found = ask(*args, **kwargs)
            time.sleep(0.05)
            return found

        monkeypatch.setattr(rules, name, answer)

    for name in ("why_not_save", "why_not_submit", "why_not_add_file"):
        slowly(name)


@pytest.fixture
def no_lock(monkeypatch):
    def without_a_lock(entry_id):
        return Entry.objects.to_write_to().get(pk=entry_id)

    monkeypatch.setattr(locks, "lock_entry", without_a_lock)
    monkeypatch.setattr(locks, "_lock_children", lambda entry_id: None)
    # The number of a version is unique: the database would refuse the second one too.
    monkeypatch.setattr(versions, "keep", lambda *args, **kwargs: None)


def submitting(entry, now, number=0):
    """Each click a moment later, so that no dedupe key hides a second letter."""
    at = now + dt.timedelta(milliseconds=number)
    return lambda: actions.submit(entry_id=entry.pk, by=None, now=at)


def receipts():
    return Letter.objects.filter(kind=emails.RECEIPT).count()


def test_submit_pressed_at_once_is_one_receipt(now, slow_question):
    entry = complete()
    results = at_once([submitting(entry, now, number) for number in range(CLICKS)])
    assert errors_in(results) == []
    assert Entry.objects.get().state == State.SUBMITTED
    assert receipts() == 1


def test_without_the_lock_there_are_several(now, slow_question, no_lock):
    """The negative control: it is the lock that helps."""
    entry = complete()
    at_once([submitting(entry, now, number) for number in range(CLICKS)])
    assert receipts() > 1


def saving(entry, now, title):
    return lambda: actions.save(
        entry_id=entry.pk,
        version=1,
        title=title,
        summary=entry.summary,
        division=entry.division,
        by=None,
        now=now,
    )


def test_of_two_tabs_one_is_kept_and_one_is_told(now, slow_question):
    entry = EntryFactory()
    results = at_once([saving(entry, now, f"Cửa sổ {n}") for n in range(CLICKS)])
    told = [one for one in results if isinstance(one, Conflict)]
    [kept] = [one for one in results if not isinstance(one, Exception)]
    assert len(told) == CLICKS - 1
    stored = Entry.objects.get()
    assert (stored.title, stored.version) == (kept.title, 2)


def test_without_the_lock_texts_are_lost(now, slow_question, no_lock):
    entry = EntryFactory()
    results = at_once([saving(entry, now, f"Cửa sổ {n}") for n in range(CLICKS)])
    assert len([one for one in results if isinstance(one, Conflict)]) < CLICKS - 1


def test_files_sent_at_once_never_exceed_the_number(now, slow_question):
    entry = EntryFactory(contest__max_files=2)

    def sending(number):
        content = samples.pdf(1000 + number)
        upload = SimpleUploadedFile(f"bai-{number}.pdf", content)
        return lambda: filing.add_file(
            entry_id=entry.pk, upload=upload, by=None, now=now
        )

    results = at_once([sending(number) for number in range(CLICKS)])
    assert entry.files.count() == 2
    refused = errors_in(results)
    assert {type(one) for one in refused} == {Refused}
    assert {one.refusal for one in refused} == {EntryRefusal.FILES_FULL}


@pytest.mark.parametrize("round_", range(3))
def test_a_deadline_that_moves_while_somebody_hands_in(now, slow_question, round_):
    """Either it was handed in before the move, or it is refused after it."""
    entry = complete()
    contest = entry.contest

    def close():
        time.sleep(0.02 * round_)
        Contest.objects.filter(pk=contest.pk).update(closes_at=now - DAY / 2)

    submitted, _closed = at_once([submitting(entry, now), close])
    stored = Entry.objects.get()
    if isinstance(submitted, Refused):
        assert submitted.refusal is EntryRefusal.CLOSED
        assert stored.state == State.DRAFT
    else:
        assert not isinstance(submitted, Exception), submitted
        assert stored.state == State.SUBMITTED
    assert receipts() == (stored.state == State.SUBMITTED)


def test_the_contest_is_held_while_an_entry_is_written(now, monkeypatch):
    """The order of two clocks: whoever moves the deadline waits for the submit."""
    entry = complete()
    done = []
    submit = rules.why_not_submit

    def slowly(*args, **kwargs):
        found = submit(*args, **kwargs)
        time.sleep(0.4)
        done.append("asked")
        return found

    monkeypatch.setattr(rules, "why_not_submit", slowly)

    def close():
        time.sleep(0.15)
        Contest.objects.update(closes_at=now - DAY / 2)
        done.append("closed")

    results = at_once([submitting(entry, now), close])
    assert errors_in(results) == []
    assert done == ["asked", "closed"]


@pytest.mark.parametrize("round_", range(4))
def test_a_consent_taken_back_while_the_entry_is_handed_in(now, slow_question, round_):
    """In no order is an entry in the contest without the guardian's consent."""
    contest = ContestFactory()
    division = DivisionFactory(contest=contest, min_age=11, max_age=15)
    owner = UserFactory(person=child())
    entry = complete(contest, owner=owner, division=division)
    guardian_agrees(owner.person, contest)

    def take_back():
        from django.db import transaction

        from members import guardians

        time.sleep(0.02 * round_)
        with transaction.atomic():
            guardians.lock_child(owner.person_id)
            consents.withdraw(
                person=owner.person,
                purpose=Consent.Purpose.CONTEST,
                about=consent_about(contest),
                now=now,
            )

    submitted, withdrawn = at_once([submitting(entry, now), take_back])
    assert not isinstance(withdrawn, Exception), withdrawn
    assert Entry.objects.get().state == State.DRAFT
    assert not Consent.objects.live().filter(guardian__isnull=False).exists()
    if isinstance(submitted, Exception):
        assert isinstance(submitted, Refused)


def test_two_clicks_on_begin_are_one_draft(now):
    contest, user = ContestFactory(), UserFactory()

    def begin():
        return actions.begin(contest_id=contest.pk, user=user, now=now)

    results = at_once([begin] * CLICKS)
    assert errors_in(results) == []
    assert Entry.objects.count() == 1


def test_withdrawing_and_handing_in_at_once_end_in_one_state(now, slow_question):
    entry = complete()

    def withdraw():
        return actions.withdraw(entry_id=entry.pk, by=None, now=now)

    submitted, withdrawn = at_once([submitting(entry, now), withdraw])
    assert not isinstance(withdrawn, Exception)
    assert Entry.objects.get().state == State.WITHDRAWN
    if isinstance(submitted, Exception):
        assert submitted.refusal is EntryRefusal.LOCKED


class TestJoining:
    """A team grows over its size by nobody's haste (case 21)."""

    @pytest.fixture
    def tokens(self, now, monkeypatch):
        """Four invitations into a team that has room for one."""
        entry = complete(ContestFactory(max_authors=2))
        made = iter(f"token-{number}" for number in range(4))
        monkeypatch.setattr(joining.secrets, "token_urlsafe", lambda size: next(made))
        for number in range(4):
            joining.invite(
                entry_id=entry.pk,
                full_name="Nông Thị Lan",
                email=f"ban{number}@example.com",
                by=entry.owner,
                now=now,
            )
        return [f"token-{number}" for number in range(4)]

    @staticmethod
    def joining(token, now):
        return lambda: joining.accept(
            token=token,
            full_name="Nông Thị Lan",
            birth_date=dt.date(2005, 3, 4),
            school="",
            publish_name=False,
            user=None,
            now=now,
        )

    def test_one_of_four_gets_the_last_place(self, now, tokens, slow_question):
        results = at_once([self.joining(token, now) for token in tokens])
        refusals = [error.refusal for error in errors_in(results)]
        assert refusals == [EntryRefusal.TEAM_FULL] * 3
        assert Entry.objects.get().authors.count() == 2

    def test_without_the_lock_the_team_is_too_large(
        self, now, tokens, slow_question, monkeypatch
    ):
        monkeypatch.setattr(
            joining, "lock_entry", lambda pk: Entry.objects.to_write_to().get(pk=pk)
        )
        count = joining.Author.objects.create

        def slowly(**fields):
            time.sleep(0.1)
            return count(**fields)

        monkeypatch.setattr(joining.Author.objects, "create", slowly)
        at_once([self.joining(token, now) for token in tokens])
        assert Entry.objects.get().authors.count() > 2

    def test_one_link_pressed_many_times_is_one_author(self, now, tokens):
        results = at_once([self.joining(tokens[0], now) for _click in range(CLICKS)])
        assert errors_in(results) == []
        assert Entry.objects.get().authors.count() == 2
