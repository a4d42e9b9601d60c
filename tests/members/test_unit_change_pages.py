"""The pages of the verbs: nothing happens before somebody has seen what would."""

import datetime as dt

import pytest
import time_machine

from members.models import Unit, UnitChange
from tests.factories.members import (
    AssignmentFactory,
    PersonFactory,
    SuperuserFactory,
    UnitFactory,
)

pytestmark = pytest.mark.django_db
BASE = "/quan-tri/members/unitchange/"


@pytest.fixture(autouse=True)
def _frozen(now):
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def root():
    return UnitFactory(name="Tỉnh đoàn")


@pytest.fixture
def two(root):
    return [UnitFactory(parent=root, name=f"Đoàn xã {n}") for n in ("Một", "Hai")]


@pytest.fixture
def top(client):
    client.force_login(SuperuserFactory())
    return client


def typed(**more):
    return {
        "date": "23/11/2026",
        "decision_number": "12-QĐ/TĐTN",
        "decided_on": "20/11/2026",
    } | more


def page_of(verb, *units):
    return f"{BASE}{verb}/?" + "&".join(f"unit={unit.pk}" for unit in units)


def press(client, page, data):
    """Look, then do it."""
    shown = client.post(page, data)
    assert shown.status_code == 200
    assert "seen" in shown.context, shown.context["form"].errors
    return client.post(page, data | {"seen": shown.context["seen"], "do": "1"})


def test_several_chosen_in_the_list_become_a_new_one(top, two):
    PersonFactory.create_batch(2, unit=two[0])
    answer = top.post(
        "/quan-tri/members/unit/",
        {"action": "merge_selected", "_selected_action": [unit.pk for unit in two]},
    )
    assert answer.status_code == 302
    html = top.get(answer.url).content.decode()
    assert "Đoàn xã Một" in html
    assert "Đoàn xã Hai" in html
    data = typed(olds_chosen=[unit.pk for unit in two], name="Đoàn xã Mới")
    shown = top.post(answer.url, data)
    assert [(line.label, line.count) for line in shown.context["moves"]] == [
        ("Người của đơn vị", 2)
    ]
    assert not UnitChange.objects.exists()
    assert press(top, answer.url, data).status_code == 302
    assert Unit.objects.get(name="Đoàn xã Mới").people.count() == 2


def test_what_has_changed_since_one_looked_is_shown_once_more(top, two):
    page, data = page_of("dissolve", two[0]), typed()
    seen = top.post(page, data).context["seen"]
    PersonFactory(unit=two[0])
    again = top.post(page, data | {"seen": seen, "do": "1"})
    assert again.status_code == 200
    assert again.context["changed_since"]
    assert not UnitChange.objects.exists()


def test_a_day_ahead_waits_and_is_called_off(top, two):
    page = page_of("rename", two[0])
    answer = press(top, page, typed(name="Đoàn phường Một", date="01/12/2026"))
    change = UnitChange.objects.get()
    assert change.state == UnitChange.State.PLANNED
    shown = top.get(answer.url).content.decode()
    assert f"{BASE}{change.pk}/call-off/" in shown
    assert top.get(f"{BASE}{change.pk}/call-off/").status_code == 405
    top.post(f"{BASE}{change.pk}/call-off/")
    change.refresh_from_db()
    assert change.state == UnitChange.State.CANCELLED
    assert "/call-off/" not in top.get(answer.url).content.decode()


def split(**more):
    parts = {"part-0-name": "Đoàn xã A", "part-1-name": "Đoàn xã B", "rest_to": "1"}
    return typed(**(parts | more))


def test_a_split_reads_a_list_of_people(top, two):
    old = two[0]
    PersonFactory(unit=old, full_name="Nông Thị Ánh", birth_year=2001, birth_date=None)
    PersonFactory(unit=old, full_name="Nông Thị Ánh", birth_year=2003, birth_date=None)
    PersonFactory(unit=old, full_name="Lý A Páo", member_code="BK-7")
    PersonFactory(unit=old, full_name="Ma Văn Sơn", email="son@example.com")
    below = UnitFactory(parent=old)
    people = "nong thi anh, 2003\nbk-7\nSON@example.com\n"
    data = split(**{"part-0-people": people, f"below-{below.pk}": "0"})
    assert press(top, page_of("split", old), data).status_code == 302
    a, b = (Unit.objects.get(name=f"Đoàn xã {x}") for x in "AB")
    assert (a.people.count(), b.people.count()) == (3, 1)
    assert b.people.get().birth_year == 2001
    below.refresh_from_db()
    assert below.parent == a


@pytest.mark.parametrize(
    ("people", "said"),
    [
        ("Không Có Ai", "Không có ai như vậy"),
        ("Nông Thị Ánh", "Có nhiều người trùng"),
    ],
)
def test_a_line_that_is_nobody_or_two_people_is_asked_about(top, two, people, said):
    PersonFactory.create_batch(2, unit=two[0], full_name="Nông Thị Ánh")
    page = top.post(page_of("split", two[0]), split(**{"part-0-people": people}))
    assert said in str(page.context["form"].errors["part-0-people"])
    assert "seen" not in page.context


def test_somebody_in_two_parts_and_a_part_without_a_name(top, two):
    PersonFactory(unit=two[0], full_name="Lý A Páo")
    twice = {"part-0-people": "Lý A Páo", "part-1-people": "ly a pao"}
    page = top.post(page_of("split", two[0]), split(**twice))
    assert "part-1-people" in page.context["form"].errors
    page = top.post(page_of("split", two[0]), split(rest_to="3"))
    assert page.context["form"].non_field_errors()


def test_a_wrong_decision_is_refused_with_a_sentence(top, two):
    page = top.post(page_of("merge", two[0]), typed(olds_chosen=[two[0].pk]))
    assert page.context["form"].non_field_errors()
    data = typed(olds_chosen=[two[0].pk], name="Mới")
    page = top.post(page_of("merge", two[0]), data)
    assert "olds_chosen" in page.context["form"].errors
    data = typed(olds_chosen=[unit.pk for unit in two], into=two[1].pk, date="1/1/2020")
    page = top.post(page_of("merge"), data)
    assert "hơn một năm" in str(page.context["form"].non_field_errors())


@pytest.mark.parametrize("verb", ["merge", "split", "rename", "dissolve"])
def test_each_verb_stays_within_ones_reach(client, two, verb):
    local = AssignmentFactory(role="province_admin", unit=two[0]).user
    client.force_login(local)
    assert client.get(page_of(verb, two[0])).status_code == 200
    foreign = client.get(page_of(verb, two[1]))
    assert foreign.status_code == (200 if verb == "merge" else 404)
    assert "Đoàn xã Hai" not in foreign.content.decode()
    client.force_login(AssignmentFactory(role="unit_secretary", unit=two[0]).user)
    assert client.get(page_of(verb, two[0])).status_code == 403


def test_the_unit_leads_to_the_verbs_until_it_has_ended(top, two):
    change = f"/quan-tri/members/unit/{two[0].pk}/change/"
    assert f"{BASE}split/" in top.get(change).content.decode()
    Unit.objects.filter(pk=two[0].pk).update(valid_to=dt.date(2026, 11, 1))
    assert f"{BASE}split/" not in top.get(change).content.decode()
    assert top.get(page_of("split", two[0])).status_code == 404


def test_a_role_for_a_unit_that_has_ended_gets_a_sentence(top, two):
    Unit.objects.filter(pk=two[0].pk).update(valid_to=dt.date(2026, 11, 1))
    user = SuperuserFactory()
    data = {"user": user.pk, "role": "editor", "unit": two[0].pk}
    page = top.post("/quan-tri/members/assignment/add/", data)
    assert page.context["adminform"].form.errors["unit"]
    assert not user.assignments.exists()
