"""A long list: handed to a worker, told how far it is, written once."""

import datetime as dt

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from teams import tasks
from teams.models import DigitalTeam, RosterRun, TeamMember
from teams.roster import parked, runs
from teams.roster.planning import make_plan
from teams.roster.sheet import read
from tests.factories.teams import line, sheet_file

pytestmark = pytest.mark.django_db
UPLOAD = "/quan-tri/teams/digitalteam/nhap-danh-sach/"
LIST = "/quan-tri/teams/digitalteam/"
ROW = line(team="Tổ một", unit="Cẩm Giàng", name="Nguyễn Thị Ánh", born=1998)
State = RosterRun.State


@pytest.fixture(autouse=True)
def _frozen(now, settings, tmp_path, monkeypatch):
    settings.PRIVATE_ROOT = tmp_path
    monkeypatch.setattr(runs, "LONG", 1)
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def started(tree, coordinator, now):
    """A run nobody works on yet."""
    file = SimpleUploadedFile("a.xlsx", sheet_file(ROW).getvalue())
    token = parked.park(file, user=coordinator)
    with parked.fetch(token, user=coordinator) as kept:
        plan = make_plan(read(kept), user=coordinator, now=now)
    return runs.start(
        token=token,
        user=coordinator,
        rows=1,
        fingerprint=plan.fingerprint(),
        choices={},
        second_teams={},
        tidy_names=False,
        now=now,
    )


def test_through_the_pages(client, coordinator, tree, now):
    client.force_login(coordinator)
    sent = client.post(
        UPLOAD, {"file": SimpleUploadedFile("a.xlsx", sheet_file(ROW).getvalue())}
    )
    page = client.get(sent["Location"])
    data = {"plan": page.context["fingerprint"], "tidy_names": "on"}
    handed = client.post(sent["Location"], data)
    run = RosterRun.objects.get()
    assert handed["Location"] == f"{UPLOAD}tien-do/{run.pk}/"
    waiting = client.get(handed["Location"])
    assert waiting["Refresh"] == "2"
    assert "<progress" in waiting.content.decode()
    assert not DigitalTeam.objects.exists()
    # The second click waits for the same run.
    assert client.post(sent["Location"], data)["Location"] == handed["Location"]
    assert tasks.bring_in_list(run.pk) == State.DONE
    done = client.get(handed["Location"], follow=True)
    (message,) = map(str, done.context["messages"])
    assert "1 tổ mới, 1 thành viên mới" in message
    assert TeamMember.objects.count() == 1


def test_done_twice_is_done_once_and_the_file_goes(started, now, coordinator):
    assert runs.carry_on(pk=started.pk, now=now) == State.DONE
    assert runs.carry_on(pk=started.pk, now=now) == ""
    assert TeamMember.objects.count() == 1
    with pytest.raises(parked.NotParked):
        parked.fetch(started.token, user=coordinator)


def test_it_tells_how_far_it_is(started, now):
    runs.carry_on(pk=started.pk, now=now)
    assert runs.done_of(started) == 1


def test_what_changed_meanwhile_is_looked_at_again_and_nothing_is_written(
    client, started, coordinator, tree, now
):
    DigitalTeam.objects.create(unit=tree["cam-giang"], name="Tổ một", slug="x")
    assert runs.carry_on(pk=started.pk, now=now) == State.CHANGED
    assert not TeamMember.objects.exists()
    client.force_login(coordinator)
    page = client.get(f"{UPLOAD}tien-do/{started.pk}/")
    assert page["Location"] == f"{UPLOAD}{started.token}/"
    # Agreed to once more, it goes on.
    shown = client.get(page["Location"])
    client.post(page["Location"], {"plan": shown.context["fingerprint"]})
    assert runs.carry_on(pk=started.pk, now=now) == State.DONE


def test_a_worker_at_work_is_left_alone_and_a_lost_one_is_replaced(started, now):
    RosterRun.objects.update(state=State.WORKING, seen_at=now)
    assert runs.carry_on(pk=started.pk, now=now) == ""
    assert runs.wake_lost(now=now + dt.timedelta(minutes=5)) == 0
    later = now + runs.LOST + dt.timedelta(seconds=1)
    assert runs.wake_lost(now=later) == 1
    assert runs.carry_on(pk=started.pk, now=later) == State.DONE


def test_a_run_that_no_worker_took_is_asked_for_again(started, now):
    assert runs.wake_lost(now=now + dt.timedelta(seconds=59)) == 0
    assert runs.wake_lost(now=now + dt.timedelta(seconds=61)) == 1


def test_somebody_elses_run_is_not_found(client, started, local_coordinator):
    client.force_login(local_coordinator)
    assert client.get(f"{UPLOAD}tien-do/{started.pk}/").status_code == 404


def test_runs_go_after_two_days(started, now):
    assert runs.drop_old(now=now + dt.timedelta(days=1)) == 0
    assert runs.drop_old(now=now + dt.timedelta(days=3)) == 1
