"""The demo's contests: every state can be looked at, and twice is once."""

import datetime as dt

import pytest
import time_machine
from django.db import transaction
from django.test import override_settings
from django.urls import reverse

from contests.models import (
    Award,
    Contest,
    Entry,
    EntryFile,
    Invitation,
    JudgeAssignment,
    Round,
    SignedForm,
)
from contests.signs import sign_of
from mail import reminders
from mail.models import Letter
from members import guardian_letters
from members.models import User
from portal import demo
from portal.demo import contests as demo_contests

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.xdist_group("contests demo"),  # loaded once, not once a process
]
NOW = dt.datetime(2026, 11, 23, 2, 0, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("demo") / "private"


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, folder):
    """Loaded once for all tests here; what one of them adds is undone behind it."""
    with django_db_blocker.unblock(), transaction.atomic():
        # Pages in debug would need addresses that tests do not mount.
        with (
            override_settings(DEBUG=True, PRIVATE_ROOT=folder),
            time_machine.travel(NOW, tick=False),
        ):
            world = demo.load(now=NOW)
        yield world
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def private_root(settings, folder):
    settings.PRIVATE_ROOT = folder
    return folder


def test_each_state_of_contests_and_entries_is_there(world, now, stored):
    contests = Contest.objects.all()
    assert {sign_of(one, now).state for one in contests} == {
        "open",
        "closed",
        "awarded",
    }
    states = set(Entry.objects.values_list("state", flat=True))
    assert states == set(Entry.State) - {"shortlisted"}
    assert Award.objects.count() == 4
    assert len(stored()) == EntryFile.objects.count() > 20
    assert SignedForm.objects.filter(state="waiting").count() == 1
    answers = set(Invitation.objects.values_list("answer", flat=True))
    assert answers == {"", "accepted"}


def test_loaded_twice_it_is_loaded_once(world, now, stored, settings):
    def count():
        models = (Contest, Entry, EntryFile, JudgeAssignment, Letter, User)
        return [model.objects.count() for model in models] + [len(stored())]

    before = count()
    settings.DEBUG = True
    demo.load(now=now + dt.timedelta(hours=1))
    assert count() == before


def test_the_judge_has_work_and_the_mother_a_letter(client, world, now):
    judge = world.users["judge"]
    assert JudgeAssignment.objects.of(judge).open(now).count() >= 2
    client.force_login(judge)
    text = client.get(reverse("judging:list")).content.decode()
    assert "Sáng tạo Thanh thiếu niên nhi đồng" in text
    assert Letter.objects.filter(kind=guardian_letters.ASK).count() == 1


def test_nobody_made_up_is_written_to_by_the_next_sweep(world, now):
    before = Letter.objects.filter(kind__startswith="contests.").count()
    reminders.queue_due(now)
    assert before == 0
    assert not Letter.objects.filter(kind="contests.result").exists()


def test_the_results_name_only_who_agreed(client, world):
    contest = Contest.objects.get(slug=demo_contests.OVER)
    address = reverse("contests:results", args=[contest.slug])
    text = client.get(address).content.decode()
    winners = Entry.objects.filter(contest=contest, state="awarded")
    names = [entry.owner.person.full_name for entry in winners]
    assert len(names) == 4
    assert 0 < sum(name in text for name in names) < 4


def test_the_weights_of_each_round_make_a_hundred(world):
    for round_ in Round.objects.all():
        assert sum(one.weight for one in round_.criteria.all()) == 100, round_
    assert Round.objects.filter(contest__slug=demo_contests.OPEN).count() == 2


def test_pupils_who_enter_on_their_own_are_sixteen_and_not_of_age(world, now):
    entrants = Entry.objects.exclude(contest__slug=demo_contests.OPEN)
    born = [entry.owner.person.birth_date for entry in entrants]
    assert born
    for birth_date in born:
        assert birth_date.replace(year=birth_date.year + 16) < now.date()
        assert birth_date.replace(year=birth_date.year + 18) > now.date()


def test_one_contest_is_voted_on(world, client, now):
    contest = Contest.objects.get(slug=demo_contests.JUDGED)
    text = client.get(f"{contest.get_absolute_url()}bai-du-thi/").content.decode()
    shown = [title for title, _summary in demo_contests.INVENTIONS if title in text]
    assert len(shown) == 3
    assert contest.ballots.count() == 32
