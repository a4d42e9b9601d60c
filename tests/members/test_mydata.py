"""A person's own data: what is held, a copy, consents, a deletion, requests."""

import datetime as dt
import io
import json
import time
import zipfile
from types import SimpleNamespace

import pytest
from django.urls import reverse

from content import clock
from content.files import private_storage
from mail.actions import queue_many
from mail.models import Letter
from members import privacy
from members.models import AccessNote, Consent, DataRequest, Erasure, Person, Role, User
from members.mydata import actions, clocks, copies, desk, preview, rules, words
from tests.factories.members import (
    AssignmentFactory,
    ConsentFactory,
    GuardianFactory,
    PersonFactory,
    SuperuserFactory,
    UnitFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
Kind, State, Way = DataRequest.Kind, DataRequest.State, DataRequest.Way
PAGE = "/ca-nhan/du-lieu/"


@pytest.fixture(autouse=True)
def ledger(settings, tmp_path):
    settings.ERASURE_LEDGER = tmp_path / "ledger.jsonl"


@pytest.fixture
def user():
    return UserFactory(email="ha@example.com", person__full_name="Nông Thị Hà")


@pytest.fixture
def fresh(client, user):
    """Signed in this very minute, so that nothing is asked again."""
    client.force_login(user)
    session = client.session
    session["account_authentication_methods"] = [
        {"method": "password", "at": time.time()}
    ]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    return client


@pytest.fixture
def stale(client, user):
    client.force_login(user)
    return client


def ask(person, kind, now, way=Way.PAGE, **kwargs):
    return actions.ask(person=person, kind=kind, way=way, now=now, **kwargs)


# --- The overview ---------------------------------------------------------------


def test_the_page_says_what_is_held_and_why(stale, user, now):
    ConsentFactory(person=user.person)
    text = stale.get(PAGE).content.decode()
    assert "Hồ sơ của bạn" in text
    assert "Tài khoản của bạn" in text
    assert reverse("members:my_data_delete") in text


def test_somebody_without_a_profile_sees_the_page_too(client):
    client.force_login(UserFactory(person=None))
    assert client.get(PAGE).status_code == 200


@pytest.mark.parametrize("name", ["my_data", "my_data_copy", "my_data_delete"])
def test_the_pages_are_for_those_who_signed_in(client, name):
    answer = client.get(reverse(f"members:{name}"))
    assert answer.status_code == 302
    assert "login" in answer["Location"]


@pytest.mark.parametrize("name", ["my_data_copy", "my_data_delete"])
def test_a_session_that_is_not_fresh_proves_itself_first(stale, name):
    answer = stale.get(reverse(f"members:{name}"))
    assert answer.status_code == 302
    assert "reauthenticate" in answer["Location"]


# --- A copy ---------------------------------------------------------------------


def made_copy(fresh, user, now):
    fresh.post(reverse("members:my_data_copy"))
    request = user.person.data_requests.get()
    return actions.make_copy(request_id=request.pk, now=now)


def test_a_copy_is_made_and_fetched_by_its_owner(
    fresh, user, django_capture_on_commit_callbacks
):
    from content import clock

    made = made_copy(fresh, user, clock.now())
    assert (made.state, made.acknowledged_at is not None) == (State.DONE, True)
    letter = Letter.objects.get(kind="members.data_ready")
    assert letter.address == "ha@example.com"
    answer = fresh.get(reverse("members:my_data_fetch", args=[made.pk]))
    assert answer["Content-Disposition"].startswith("attachment")
    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    told = json.loads(archive.read("du-lieu.json"))
    assert told["data"]["members.person"]["full_name"] == "Nông Thị Hà"
    page = archive.read("du-lieu.html").decode()
    assert "Nông Thị Hà" in page
    assert "<script" not in page
    assert "src=" not in page
    actions.drop_copy(made)


def test_files_in_it_have_an_ending_that_a_device_opens():
    stored = [SimpleNamespace(name=f"entries/ab{end}") for end in (".jpg", ".pdf", "")]
    own = zip(("bếp lửa", "Thuyết minh.PDF", "../tệp"), stored, strict=True)
    paths = [path for path, _own in copies.numbered(map(copies.OwnFile._make, own))]
    assert paths == ["tep/01-bếp lửa.jpg", "tep/02-Thuyết minh.PDF", "tep/03-tệp"]


def test_nobody_else_fetches_it_and_it_ends(
    fresh, user, django_capture_on_commit_callbacks
):
    now = clock.now()
    made = made_copy(fresh, user, now)
    name = made.file.name
    assert private_storage().exists(name)
    address = reverse("members:my_data_fetch", args=[made.pk])
    DataRequest.objects.filter(pk=made.pk).update(file_until=now - DAY)
    assert fresh.get(address).status_code == 404
    DataRequest.objects.filter(pk=made.pk).update(person=PersonFactory())
    assert fresh.get(address).status_code == 404
    with django_capture_on_commit_callbacks(execute=True):
        assert actions.drop_old_copies(now=now) == 1
    made.refresh_from_db()
    assert not made.file
    assert not private_storage().exists(name)


def test_asking_twice_is_asking_once(user, now):
    one, other = (ask(user.person, Kind.COPY, now) for _ in range(2))
    assert one == other
    assert actions.make_waiting(now=now) == 1
    assert actions.make_waiting(now=now) == 0
    assert Letter.objects.filter(kind="members.data_ready").count() == 1
    actions.drop_copy(DataRequest.objects.get())


def test_every_part_of_an_export_has_a_name_that_people_read(user, now):
    GuardianFactory(child=user.person)
    ConsentFactory(person=user.person)
    ask(user.person, Kind.CORRECT, now, text="Sai năm sinh")
    told = privacy.export_person(user.person)
    keys = {
        key
        for label, rows in told.items()
        if not label.endswith("event")
        for row in ([rows] if isinstance(rows, dict) else rows)
        for key in row
    }
    assert keys
    assert keys - set(words.NAMES) == set()


# --- Consents -------------------------------------------------------------------


def test_a_consent_is_withdrawn_after_what_follows_was_said(stale, user):
    consent = ConsentFactory(person=user.person, purpose="publish_name")
    address = reverse("members:my_data_withdraw", args=[consent.pk])
    assert "biến mất" in stale.get(address).content.decode()
    assert Consent.objects.live().count() == 1
    stale.post(address)
    assert Consent.objects.live().count() == 0
    assert stale.post(address).status_code == 302


def test_what_a_guardian_or_somebody_else_gave_is_not_mine_to_withdraw(stale, user):
    guardian = GuardianFactory(child=user.person)
    given = ConsentFactory(person=user.person, guardian=guardian)
    other = ConsentFactory()
    for consent in (given, other):
        address = reverse("members:my_data_withdraw", args=[consent.pk])
        assert stale.post(address).status_code == 404
    assert Consent.objects.live().count() == 2


# --- Deleting -------------------------------------------------------------------


def test_the_dry_run_is_shown_and_changes_nothing(fresh, user, now):
    ConsentFactory(person=user.person)
    text = fresh.get(reverse("members:my_data_delete")).content.decode()
    assert "Những điều bạn đã đồng ý" in text
    user.refresh_from_db()
    assert user.person.full_name == "Nông Thị Hà"
    assert Consent.objects.exists()
    assert not Erasure.objects.exists()


def test_the_dry_run_is_what_happens(user, now):
    ConsentFactory(person=user.person)
    AssignmentFactory(user=user)
    plan = preview.dry_run(user.person, now=now)
    touched = preview.Touched()
    privacy.erase_person(person=user.person, now=now)
    assert touched.lines() == plan.lines
    assert {line.label for line in plan.deleted} >= {
        "members.person",
        "members.user",
        "members.consent",
        "members.assignment",
    }


def test_a_deletion_waits_and_can_be_taken_back(fresh, user, now):
    fresh.post(reverse("members:my_data_delete"), {"sure": "on"})
    request = user.person.data_requests.get()
    assert request.not_before - request.received_at == 7 * DAY
    assert actions.erase_due(now=request.not_before - DAY) == 0
    fresh.post(reverse("members:my_data_take_back", args=[request.pk]))
    assert actions.erase_due(now=request.not_before + DAY) == 0
    user.refresh_from_db()
    assert user.person.full_name == "Nông Thị Hà"


def test_nothing_is_written_down_without_the_tick(fresh, user):
    fresh.post(reverse("members:my_data_delete"))
    assert not user.person.data_requests.exists()


def test_after_its_days_the_deletion_is_carried_out(user, now):
    request = ask(user.person, Kind.DELETE, now)
    assert actions.erase_due(now=request.not_before) == 1
    assert actions.erase_due(now=request.not_before) == 0
    assert not User.objects.exists()
    assert not Person.objects.exists()
    request.refresh_from_db()
    assert (request.state, request.person, request.text) == (State.DONE, None, "")
    assert Erasure.objects.get().kind == "asked"
    assert not Letter.objects.exists()


def test_who_has_asked_already_is_led_back_however_much_they_asked_since(
    fresh, user, now
):
    ask(user.person, Kind.DELETE, now)
    for hour in range(1, 22):
        later = ask(user.person, Kind.COPY, now + dt.timedelta(hours=hour))
        actions.answer(
            request_id=later.pk, done=True, text="", by=None, now=later.received_at
        )
    assert user.person.data_requests.count() == 22
    answer = fresh.get(reverse("members:my_data_delete"))
    assert (answer.status_code, answer.url) == (302, PAGE)


def test_looking_at_the_page_of_deletion_makes_no_record(fresh, user):
    Person.objects.all().delete()
    User.objects.filter(pk=user.pk).update(person=None)
    answer = fresh.get(reverse("members:my_data_delete"))
    assert answer.context["plan"].deleted
    assert answer.context["child"]
    assert not Person.objects.exists()
    fresh.post(reverse("members:my_data_delete"), {"sure": "on"})
    assert DataRequest.objects.get().person == Person.objects.get()


def test_an_account_without_a_profile_is_deleted_too(client, now):
    user = UserFactory(person=None)
    request = ask(actions.account_person(user), Kind.DELETE, now)
    # Nobody knows how old they are: the staff look first (rule 9).
    assert request.not_before is None
    actions.erase(request_id=request.pk, by=None, now=now)
    assert not User.objects.exists()


def test_a_childs_deletion_goes_to_the_desk(now):
    child = UserFactory(person__birth_date=dt.date(2014, 9, 5))
    request = ask(child.person, Kind.DELETE, now)
    assert request.not_before is None
    assert actions.erase_due(now=now + 100 * DAY) == 0
    assert request in DataRequest.objects.for_staff()


@pytest.fixture
def admin(now):
    root = UnitFactory(parent=None)
    return AssignmentFactory(role=Role.PROVINCE_ADMIN, unit=root).user


def test_the_last_province_admin_gets_a_clear_answer(client, admin, now):
    assert rules.why_not_delete(admin, now=now) == rules.WhyNot.LAST_ADMIN
    with pytest.raises(rules.Refused):
        ask(admin.person, Kind.DELETE, now)
    request = ask(admin.person, Kind.DELETE, now, way=Way.PAPER)
    with pytest.raises(rules.Refused):
        actions.erase(request_id=request.pk, by=None, now=now)
    assert Person.objects.filter(pk=admin.person_id).exists()


def test_with_a_second_one_the_first_may_go(admin, now):
    SuperuserFactory()
    assert rules.why_not_delete(admin, now=now) is None


def test_a_last_admin_who_became_the_last_meanwhile_stays(admin, now):
    other = SuperuserFactory()
    request = ask(admin.person, Kind.DELETE, now)
    other.delete()
    assert actions.erase_due(now=now + 30 * DAY) == 0
    request.refresh_from_db()
    assert request.is_open
    assert request in DataRequest.objects.for_staff()


# --- Clocks and the desk --------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "days"),
    [("see", 10), ("correct", 10), ("copy", 10), ("object", 15), ("delete", 20)],
)
def test_the_clocks_are_those_of_the_law(now, kind, days, settings):
    received = dt.date(2026, 11, 20)  # a Friday
    assert clocks.due_on(kind, received) == received + days * DAY
    assert clocks.confirm_by(dt.datetime(2026, 11, 20, 3, tzinfo=dt.UTC)) == dt.date(
        2026, 11, 24
    )
    settings.DATA_REQUEST_WORKING_DAYS = True
    assert clocks.due_on(kind, received) > received + days * DAY


def test_a_request_is_extended_once(user, now):
    request = ask(user.person, Kind.CORRECT, now)
    due = request.due_on
    request = actions.extend(request_id=request.pk, reason="Cần hỏi trường", now=now)
    assert request.due_on == due + 10 * DAY
    letter = Letter.objects.get(dedupe_key__endswith=":extended")
    assert "Cần hỏi trường" in letter.text
    with pytest.raises(rules.Refused) as error:
        actions.extend(request_id=request.pk, reason="Nữa", now=now)
    assert error.value.reason == rules.WhyNot.EXTENDED


def test_an_answer_closes_the_request_and_is_told(user, now):
    staff = UserFactory()
    request = ask(user.person, Kind.CORRECT, now, text="Sai tên")
    actions.answer(
        request_id=request.pk, done=False, text="Tên đúng rồi", by=staff, now=now
    )
    letter = Letter.objects.get(kind="members.data_answered")
    assert "Tên đúng rồi" in letter.text
    with pytest.raises(rules.Refused):
        actions.answer(request_id=request.pk, done=True, text="", by=staff, now=now)


def test_the_desk_shows_the_requests_of_ones_own_units(now):
    root = UnitFactory(parent=None)
    mine, other = UnitFactory(parent=root), UnitFactory(parent=root)
    secretary = AssignmentFactory(unit=mine).user
    here = ask(PersonFactory(unit=mine), Kind.CORRECT, now, way=Way.PAPER)
    ask(PersonFactory(unit=other), Kind.CORRECT, now, way=Way.PAPER)
    assert list(desk.waiting(secretary)) == [here]
    [task] = desk.RequestTasks().tasks(secretary, now)
    assert task.count.count() == 1


def test_staff_are_written_to_three_days_before_the_last_day_once(now):
    root = UnitFactory(parent=None)
    unit = UnitFactory(parent=root)
    secretary = AssignmentFactory(unit=unit).user
    request = ask(PersonFactory(unit=unit), Kind.SEE, now, way=Way.PAPER)
    early, late = now + 6 * DAY, now + 7 * DAY
    assert list(desk.DueRequests().due(early)) == []
    assert queue_many(desk.DueRequests().due(late), now=late) == 1
    assert queue_many(desk.DueRequests().due(late), now=late) == 0
    letter = Letter.objects.get(kind="members.data_due")
    assert letter.address == secretary.email
    assert request.person.full_name not in letter.text


@pytest.fixture
def desk_of(client, now):
    """A secretary at the desk, and a request of somebody in the unit."""
    unit = UnitFactory(parent=UnitFactory(parent=None))
    secretary = AssignmentFactory(unit=unit).user
    client.force_login(secretary)

    def open_request(kind, **fields):
        person = PersonFactory(unit=unit, **fields)
        return ask(person, kind, now, way=Way.PAPER)

    return client, open_request


def page_of(request, name):
    return reverse(f"admin:members_datarequest_{name}", args=[request.pk])


def test_staff_hand_over_a_copy_and_it_is_written_down(desk_of):
    client, open_request = desk_of
    request = open_request(Kind.COPY, full_name="Nông Thị Hà", email="")
    answer = client.post(page_of(request, "copy"))
    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    assert "Nông Thị Hà" in archive.read("du-lieu.html").decode()
    note = AccessNote.objects.get()
    assert note.people == [request.person_id]
    assert client.post(page_of(open_request(Kind.DELETE), "copy")).status_code == 404


def test_the_desk_answers_extends_and_confirms(desk_of):
    client, open_request = desk_of
    request = open_request(Kind.CORRECT, email="")
    assert request.acknowledged_at is None
    client.post(page_of(request, "confirm"))
    assert "Gia hạn" in client.get(page_of(request, "change")).content.decode()
    client.post(page_of(request, "extend"), {"reason": "Chờ trường trả lời"})
    refused = {"outcome": "refused", "text": ""}
    assert client.post(page_of(request, "answer"), refused).status_code == 200
    client.post(page_of(request, "answer"), {"outcome": "done", "text": "Đã sửa"})
    request.refresh_from_db()
    assert request.acknowledged_at
    assert request.was_extended
    assert (request.state, request.answer) == (State.DONE, "Đã sửa")


def test_deleting_for_somebody_is_the_provinces(desk_of):
    client, open_request = desk_of
    request = open_request(Kind.DELETE)
    address = page_of(request, "erase")
    assert client.get(address).status_code == 404
    client.force_login(SuperuserFactory())
    assert "Sẽ bị xóa" in client.get(address).content.decode()
    client.post(address, {"sure": "on"})
    request.refresh_from_db()
    assert (request.state, request.person) == (State.DONE, None)
    assert Erasure.objects.get().kind == "staff"


def test_staff_type_in_what_came_on_paper(desk_of, now):
    client, open_request = desk_of
    person = open_request(Kind.SEE).person
    typed = {"person": person.pk, "kind": "restrict", "way": "paper", "text": "Thôi"}
    address = reverse("admin:members_datarequest_add")
    day = clocks.today() - DAY
    client.post(address, typed | {"received_on": f"{day:%d/%m/%Y}"})
    request = DataRequest.objects.get(kind="restrict")
    assert request.due_on == day + 15 * DAY
    assert request.entered_by
    future = clocks.today() + DAY
    answer = client.post(address, typed | {"received_on": f"{future:%d/%m/%Y}"})
    assert answer.status_code == 200
    assert DataRequest.objects.filter(kind="restrict").count() == 1


def test_a_request_of_no_unit_is_the_provinces(admin, now):
    assert list(desk.staff_of(None, now)) == [admin]


@pytest.mark.parametrize("name", ["my_data", "my_data_copy", "my_data_delete"])
def test_the_pages_speak_english_too(fresh, user, name):
    ConsentFactory(person=user.person)
    AssignmentFactory(user=user, unit=UnitFactory(name="Unit", parent=None))
    user.person.full_name = "Ha"
    user.person.save()
    fresh.cookies["django_language"] = "en"
    text = fresh.get(reverse(f"members:{name}")).content.decode()
    main = text[text.index("<main") : text.index("</main>")]
    assert "<h1>" in main
    assert not set("ạảấầệộợ") & set(main)
