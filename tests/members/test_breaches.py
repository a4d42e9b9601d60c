"""The register of breaches: its clock, whom one touched, the letters."""

import datetime as dt
import io

import pghistory
import pytest
import time_machine
from django.utils import translation
from openpyxl import load_workbook

from mail.models import Letter
from members import access_log, merge, privacy
from members.admin.breach import left_in_words
from members.breaches import actions, notices
from members.breaches.affected import Search
from members.models import AccessNote, Breach, BreachNotice, BreachPerson
from tests.factories.members import (
    AssignmentFactory,
    GuardianFactory,
    PersonFactory,
    SuperuserFactory,
    UnitFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


@pytest.fixture(autouse=True)
def _frozen(now):
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def breach(now):
    return Breach.objects.create(
        title="Gửi nhầm danh sách lớp",
        what_happened="Danh sách được gửi tới một nhóm chung.",
        happened_from=now - 5 * HOUR,
        known_at=now - HOUR,
        kinds_of_data="Họ tên, năm sinh, số điện thoại",
    )


def note(at, *people, **given):
    given = {"by": UserFactory(), "kind": "members.list", "what": "Danh sách"} | given
    return access_log.note_access(now=at, people=[p.pk for p in people], **given)


@pytest.mark.parametrize(
    ("hours", "words"),
    [(0, "còn 72 giờ"), (71, "còn 1 giờ"), (72, "còn 0 giờ"), (75, "quá hạn 3 giờ")],
)
def test_the_clock_runs_from_when_it_was_known(breach, now, hours, words):
    breach.known_at = now - hours * HOUR
    assert left_in_words(breach) == words


def test_once_told_no_clock_runs_and_the_hours_are_a_setting(breach, now, settings):
    settings.BREACH_HOURS = 24
    assert breach.tell_by == breach.known_at + 24 * HOUR
    breach.told_authority_at = now
    assert breach.left(now) is None


def test_who_was_affected_follows_from_what_was_taken_out(now):
    one, two, three, four = PersonFactory.create_batch(4)
    thief = UserFactory()
    note(now - 2 * HOUR, one, two, by=thief)
    note(now - 2 * HOUR, two, three, what="Lớp An toàn số", kind="training.list")
    note(now - 9 * HOUR, four)

    def found(**more):
        search = Search(since=now - 3 * HOUR, until=now, **more)
        return set(search.people())

    assert found() == {one, two, three}
    assert found(by=thief) == {one, two}
    assert found(kind="training.list") == {two, three}
    assert found(words="an toàn") == {two, three}
    # Half-open: what happened at the very end belongs to the next span.
    edge = Search(since=now - 9 * HOUR, until=now - 2 * HOUR)
    assert set(edge.people()) == {four}


def test_people_whose_records_an_account_changed_are_affected_too(now):
    thief, seen = UserFactory(), PersonFactory()
    PersonFactory()
    with pghistory.context(user=thief.pk, url="/quan-tri/"):
        seen.full_name = "Lý A Páo"
        seen.save()
    # The database writes its own time into events.
    span = {"since": now - 24 * 365 * HOUR, "until": now + 24 * 3650 * HOUR}
    assert not set(Search(by=thief, **span).people())
    assert set(Search(by=thief, changes_too=True, **span).people()) == {seen}


def written(breach, now, words="Hãy cẩn thận.") -> BreachNotice:
    """As the worker does it."""
    notice = notices.start(breach=breach, words=words, by=UserFactory(), now=now)
    assert notices.carry_on(pk=notice.pk, now=now) == "done"
    notice.refresh_from_db()
    return notice


def test_the_register_keeps_people_once_and_writes_to_each_once(breach, now):
    adult = PersonFactory(email="lon@example.com")
    child = PersonFactory(birth_date=dt.date(2014, 5, 1), email="")
    GuardianFactory(child=child, email="me@example.com")
    silent = PersonFactory(email="")
    assert actions.add_people(breach=breach, people=[adult, child, silent]) == 3
    assert actions.add_people(breach=breach, people=[adult]) == 0
    first, second = written(breach, now), written(breach, now)
    assert (first.people, first.told, first.unreached) == (3, 2, 1)
    assert (second.people, second.told, second.unreached) == (1, 0, 1)
    letters = Letter.objects.filter(kind="members.breach")
    assert {letter.address for letter in letters} == {
        "lon@example.com",
        "me@example.com",
    }
    letter = letters.get(address="me@example.com")
    assert "Hãy cẩn thận." in letter.text
    assert child.full_name in letter.text
    assert adult.full_name not in letter.text


def many(breach, number):
    people = PersonFactory.create_batch(number)
    for count, person in enumerate(people):
        person.email = f"ai{count}@example.com"
        person.save()
    actions.add_people(breach=breach, people=people)
    return people


def test_a_worker_goes_on_where_another_one_died(breach, now, monkeypatch):
    monkeypatch.setattr(notices, "AT_ONCE", 2)
    many(breach, 5)
    notice = notices.start(breach=breach, words="Đổi mã.", by=UserFactory(), now=now)
    BreachNotice.objects.update(state="working", seen_at=now)
    assert notices.write_some(notice).told == 2
    assert notices.carry_on(pk=notice.pk, now=now) == "", "the first may be alive"
    later = now + 7 * dt.timedelta(minutes=1)
    assert notices.carry_on(pk=notice.pk, now=later) == "done"
    letters = Letter.objects.filter(kind="members.breach")
    assert sorted(letters.values_list("address", flat=True)) == [
        f"ai{count}@example.com" for count in range(5)
    ]
    assert notices.carry_on(pk=notice.pk, now=later) == ""


def test_the_letter_speaks_the_language_of_its_words(breach, now):
    many(breach, 1)
    with translation.override("en"):
        notice = notices.start(
            breach=breach, words="Change it.", by=UserFactory(), now=now
        )
    notices.carry_on(pk=notice.pk, now=now)
    letter = Letter.objects.get(kind="members.breach")
    assert (letter.language, letter.text.startswith("Something")) == ("en", True)
    assert "personal data" in letter.subject


def test_a_task_does_not_hold_a_worker_up_for_long(breach, now):
    many(breach, 1)
    notice = notices.start(breach=breach, words="Đổi mã.", by=UserFactory(), now=now)
    assert notices.carry_on(pk=notice.pk, now=now, seconds=0) == "waiting"
    assert notices.wake_lost(now=now) == 0
    assert notices.wake_lost(now=now + dt.timedelta(minutes=2)) == 1
    assert notices.carry_on(pk=notice.pk, now=now) == "done"


def test_a_batch_takes_the_same_queries_for_one_or_many(
    breach, now, django_assert_max_num_queries
):
    many(breach, 30)
    notice = notices.start(breach=breach, words="Đổi mã.", by=UserFactory(), now=now)
    BreachNotice.objects.update(state="working", seen_at=now)
    with django_assert_max_num_queries(9):
        assert notices.write_some(notice).told == 30


def test_two_presses_are_one_notice(breach, now):
    many(breach, 1)
    given = {"breach": breach, "by": UserFactory(), "now": now}
    first = notices.start(words="Đổi mã.", **given)
    assert notices.start(words="Lời khác.", **given) == first
    assert BreachNotice.objects.get().words == "Đổi mã."


def test_erased_and_merged_with_the_person(breach, now):
    keep, drop, gone = PersonFactory.create_batch(3)
    actions.add_people(breach=breach, people=[keep, drop, gone])
    assert privacy.export_person(gone)["members.breachperson"][0]["breach"]
    privacy.erase_person(person=gone, now=now)
    merge.merge_people(keep=keep, drop=drop, now=now)
    assert [row.person for row in BreachPerson.objects.all()] == [keep]


# --- Pages ----------------------------------------------------------------------


@pytest.fixture
def top(client):
    client.force_login(SuperuserFactory())
    return client


def base(breach):
    return f"/quan-tri/members/breach/{breach.pk}/"


def test_from_the_log_into_the_register_to_the_letter(top, breach, now):
    person = PersonFactory(full_name="Nông Thị Ánh", email="anh@example.com")
    note(now - 2 * HOUR, person)
    assert "còn 71 giờ" in top.get(f"{base(breach)}change/").content.decode()
    page = f"{base(breach)}people/"
    initial = top.get(page).context["form"].initial
    assert initial["since"] == breach.happened_from
    query = "?since=23/11/2026 04:00&until=23/11/2026 09:00"
    assert "Nông Thị Ánh" in top.get(page + query).content.decode()
    assert top.post(page + query).status_code == 302
    assert breach.people.get().person == person
    letter = f"{base(breach)}letter/"
    shown = top.post(letter, {"words": "Đổi mật khẩu."})
    assert "Nông Thị Ánh" in shown.context["letter"].text
    assert not Letter.objects.filter(kind="members.breach").exists()
    top.post(letter, {"words": "Đổi mật khẩu.", "send": "1"})
    underway = top.get(letter)
    assert underway["Refresh"] == "2"
    assert 'value="0" max="1"' in underway.content.decode()
    top.post(letter, {"words": "Lời khác.", "send": "1"})
    assert notices.carry_on(pk=breach.notices.get().pk, now=now) == "done"
    assert Letter.objects.get(kind="members.breach").address == "anh@example.com"
    after = top.get(letter)
    assert "Refresh" not in after
    assert "thư gửi 1 người" in after.content.decode()
    top.post(letter, {"words": "Đổi mật khẩu.", "send": "1"})
    assert breach.notices.count() == 1, "nobody is left to write to"


def test_the_export_is_written_down_itself(top, breach):
    person = PersonFactory(full_name="=Lý A Páo")
    actions.add_people(breach=breach, people=[person])
    answer = top.get(f"{base(breach)}people.xlsx")
    cell = load_workbook(io.BytesIO(answer.content)).active["B2"]
    assert (cell.value, cell.data_type) == ("=Lý A Páo", "s")
    assert AccessNote.objects.get().people == [person.pk]


@pytest.mark.parametrize("role", ["province_admin", "unit_secretary", "editor"])
def test_the_register_is_for_who_runs_the_whole_portal(client, breach, role):
    below = UnitFactory(parent=UnitFactory())
    client.force_login(AssignmentFactory(role=role, unit=below).user)
    for page in ("change/", "people/", "letter/", "people.xlsx"):
        assert client.get(base(breach) + page).status_code in {302, 403, 404}, page
    assert client.get("/quan-tri/members/breach/").status_code == 403


def test_what_the_authority_does_not_know_stands_on_the_desk(top, breach, now):
    words = "Vụ việc chưa báo cơ quan chức năng"
    assert words in top.get("/quan-tri/").content.decode()
    Breach.objects.update(told_authority_at=now)
    assert words not in top.get("/quan-tri/").content.decode()
