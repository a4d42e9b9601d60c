"""What the database remembers of the rows, whoever wrote them and however."""

import json
import re

import pghistory
import pytest
import time_machine
from django.conf import settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.db import InternalError, connection, transaction
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from content import clock
from content.insertion import Insertion
from content.prepared import prepared
from contests.models import Award, Entry
from members import history, merge, privacy
from members.models import Consent, Guardian, Person, Role, Unit
from tests.factories.contests import AwardFactory, JudgeAssignmentFactory, submitted
from tests.factories.members import (
    AssignmentFactory,
    ConsentFactory,
    GuardianFactory,
    PersonFactory,
    UnitFactory,
    UserFactory,
)
from tests.factories.teams import MemberFactory, TeamFactory
from tests.factories.training import SessionFactory
from training.models import TrainingSession

pytestmark = pytest.mark.django_db


def events(row, model=None):
    return history.events_of(model or type(row)).objects.filter(pgh_obj=row.pk)


def labels(row) -> list[str]:
    return list(events(row).order_by("pgh_id").values_list("pgh_label", flat=True))


# --- The written list -----------------------------------------------------------


def test_the_tables_with_a_history_are_those_that_the_document_lists():
    text = (settings.BASE_DIR / "docs" / "history.md").read_text("utf-8")
    kept, _not_kept = text.split("## Not kept")
    written = set(re.findall(r"^\| `(\w+\.\w+)` \|", kept, re.MULTILINE))
    tracked = {model.pgh_tracked_model for model in history.event_models()}
    assert written == {model._meta.label for model in tracked}


@pytest.mark.parametrize("event_model", history.event_models())
def test_no_history_holds_what_follows_from_other_columns(event_model):
    names = {field.name for field in event_model._meta.fields}
    noise = {"search", "updated_at", "folded_name", "sort_key", "search_text"}
    assert not names & noise


# --- What leaves an event -------------------------------------------------------


def test_each_way_of_writing_leaves_an_event():
    unit = UnitFactory(name="Đoàn xã A")
    Unit.objects.filter(pk=unit.pk).update(name="Đoàn xã B")
    unit.refresh_from_db()
    unit.save()  # nothing changed, nothing to remember
    made = Unit.objects.bulk_create(
        Unit(name=f"Thôn {n}", slug=f"thon-{n}", kind=unit.kind) for n in range(3)
    )
    Unit.objects.filter(pk=made[0].pk).delete()
    assert labels(unit) == ["insert", "update"]
    assert [labels(row) for row in made] == [["insert", "delete"], *[["insert"]] * 2]


def test_counting_a_seat_is_no_event():
    session = SessionFactory()
    counted = {"confirmed": F("confirmed") + 1, "line_tail": F("line_tail") + 1}
    TrainingSession.objects.filter(pk=session.pk).update(**counted)
    assert labels(session) == ["insert"]


def test_a_history_is_not_rewritten():
    person = PersonFactory()
    for change in (
        lambda rows: rows.update(full_name="Ai đó khác"),
        lambda rows: rows.delete(),
    ):
        with pytest.raises(InternalError, match="append_only"), transaction.atomic():
            change(events(person))
    assert events(person).get().full_name == person.full_name


# --- Who ------------------------------------------------------------------------


@pytest.fixture
def admin():
    return AssignmentFactory(role=Role.PROVINCE_ADMIN, unit=UnitFactory()).user


def test_a_change_in_the_admin_is_signed(client, admin):
    team = TeamFactory(unit=admin.assignments.get().unit)
    client.force_login(admin)
    url = f"/quan-tri/teams/digitalteam/{team.pk}/change/"
    data = {
        "name": "Tổ công nghệ số thôn Nà Tu",
        "unit": team.unit_id,
        "level": "village",
        "is_public": "on",
        "memberships-TOTAL_FORMS": 0,
        "memberships-INITIAL_FORMS": 0,
    }
    response = client.post(url, data)
    assert response.status_code == 302, response.context["errors"]
    changed = events(team).get(pgh_label="update")
    assert changed.pgh_context == {"user": admin.pk, "url": url}


def test_a_sign_up_carries_nothing_for_the_history(client, now):
    session = SessionFactory()
    client.force_login(UserFactory())
    with (
        time_machine.travel(now, tick=False),
        CaptureQueriesContext(connection) as queries,
    ):
        client.post(f"/tap-huan/{session.slug}/dang-ky/", {"agreed": "on"})
    assert session.registrations.exists()
    assert not [q for q in queries if "pghistory" in q["sql"]]
    assert not history.events_of(Consent).objects.exists()


# --- Erased, merged -------------------------------------------------------------

NAME, MOTHER = "Bàn Thị Ước", "Lý Thị Mẩy"


def told_anywhere(text: str) -> list[str]:
    """The tables of events and the log in which the text still stands."""
    found = [
        model._meta.label
        for model in history.event_models()
        if any(text in str(row) for row in model.objects.values())
    ]
    said = json.dumps(text)[1:-1]
    log = LogEntry.objects.values_list("object_repr", "change_message")
    if any(text in name or said in message for name, message in log):
        found.append("log")
    return found


def test_erasing_a_person_blanks_their_history(now, admin):
    user = UserFactory(person__full_name=NAME, person__phone="+84912345678")
    person = user.person
    guardian = GuardianFactory(child=person, full_name=MOTHER)
    ConsentFactory(person=person, guardian=guardian)
    member = MemberFactory(person=person, role="leader")
    entry = submitted(owner=user, title="Trạm đọc sách của Ước")
    JudgeAssignmentFactory(entry=entry, round__contest=entry.contest)
    for row, message in ((person, ""), (member.team, [{"added": {"object": NAME}}])):
        LogEntry.objects.log_actions(admin.pk, [row], CHANGE, change_message=message)
    Person.objects.filter(pk=person.pk).update(phone="+84987654321")
    privacy.erase_person(person=person, now=now)
    assert privacy.erase_person(person=person, now=now) is False
    for text in (NAME, MOTHER, "+84912345678", "+84987654321", "của Ước", "leader"):
        assert told_anywhere(text) == [], text
    assert "update" in labels(person)


def test_erasing_one_person_leaves_the_history_of_others(now):
    other = PersonFactory(full_name=NAME)
    privacy.erase_person(person=PersonFactory(), now=now)
    assert told_anywhere(NAME) == ["members.PersonEvent"]
    assert events(other).get().full_name == NAME


def test_erasing_a_short_name_leaves_longer_words_in_the_log(now, admin):
    """Whoever calls themselves "e" must not take the log of the house with them."""
    unit = admin.assignments.get().unit
    said = [{"added": {"name": "Member", "object": "Hoàng Văn E"}}]
    for message in (said, [{"changed": {"fields": ["Name"]}}]):
        LogEntry.objects.log_actions(admin.pk, [unit], CHANGE, change_message=message)
    privacy.erase_person(person=PersonFactory(full_name="E"), now=now)
    messages = LogEntry.objects.values_list("change_message", flat=True)
    assert sorted(map(bool, messages)) == [False, True]
    privacy.erase_person(person=PersonFactory(full_name="am"), now=now)
    assert sorted(map(bool, messages.all())) == [False, True]


def test_a_merged_record_takes_its_history_along_and_is_erased_with_it(now):
    keep = PersonFactory(full_name="Bàn Ước", birth_date=None, birth_year=None)
    drop = PersonFactory(full_name=NAME)
    gone = drop.pk
    GuardianFactory(child=drop, full_name=MOTHER)
    merge.merge_people(keep=keep, drop=drop, now=now)
    merged = events(keep).filter(id=gone)
    assert set(merged.values_list("pgh_label", flat=True)) == {"insert", "delete"}
    privacy.erase_person(person=keep, now=now)
    for text in (NAME, MOTHER, "Bàn Ước"):
        assert told_anywhere(text) == [], text
    assert not Guardian.objects.exists()


def test_the_export_tells_the_history_too():
    person = PersonFactory(full_name=NAME)
    told = privacy.export_person(person)["members.personevent"]
    assert [row["full_name"] for row in told] == [NAME]
    json.dumps(told)


def test_a_prize_and_its_withdrawal_stay_on_record():
    award = AwardFactory(title="Giải Nhất")
    Award.objects.filter(pk=award.pk).delete()
    gone = history.events_of(Award).objects.get(pgh_label="delete")
    assert (gone.title, gone.entry_id) == ("Giải Nhất", award.entry_id)
    assert history.events_of(Entry) is not None


# --- Who and where goes along ---------------------------------------------------

_guardian = Insertion(Guardian)


@prepared
def _child(pk: int):
    return Person.objects.select_for_update().filter(pk=pk)


def test_prepared_statements_tell_who_where_they_write_and_nothing_where_they_read():
    child, told = PersonFactory(), {"user": 7, "url": "/quan-tri/"}
    with pghistory.context(**told), CaptureQueriesContext(connection) as seen:
        for _time in range(2):  # the first one prepares it
            assert list(_child(child.pk)) == [child]
        row = Guardian(child=child, full_name="Hà Thị Vân", created_at=clock.now())
        _guardian(row)
    assert ["set_config" in query["sql"] for query in seen] == [False, False, True]
    (event,) = events(row)
    assert event.pgh_context == told
