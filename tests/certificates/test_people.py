"""What certificates mean on my page, for a team, in one's own data."""

import datetime as dt
import json

import pytest

from certificates.models import BatchEntry, Certificate, Kind
from members import achievements, merge, privacy, timeline
from tests.factories.certificates import COURSE, NOW, asked, issued
from tests.factories.members import PersonFactory, UnitFactory

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def end(row):
    Certificate.objects.filter(pk=row.pk).update(revoked_at=NOW, reason="Sai")


# --- Achievements and my page ---------------------------------------------------


def test_a_team_learns_who_is_trained_and_when(django_assert_num_queries):
    people = PersonFactory.create_batch(3)
    issued(people[0])
    issued(people[1], kind=Kind.PRIZE)
    with django_assert_num_queries(1):
        facts = achievements.registry["certificates"].achievements(people)
    (trained,) = facts[people[0].pk]
    assert (trained.key, trained.label, trained.on) == (
        "trained",
        "Đã tập huấn 2026",
        dt.date(2026, 11, 21),
    )
    assert facts[people[1].pk][0].key == "won"
    assert people[2].pk not in facts


def test_what_was_revoked_is_no_achievement():
    person = PersonFactory()
    end(issued(person))
    assert achievements.of([person]) == {person.pk: []}


def test_my_page_leads_to_each_certificate_that_counts():
    person = PersonFactory()
    row = issued(person)
    end(issued(person, about="training.session:2"))
    (entry,) = timeline.entries(person, NOW + DAY).past
    assert (entry.title, entry.url) == (COURSE, row.get_absolute_url())


# --- Privacy --------------------------------------------------------------------


def test_the_export_tells_of_every_version():
    person = PersonFactory(full_name="Nông Thị Ánh")
    issued(person, unit=UnitFactory())
    asked([person])
    told = json.loads(json.dumps(privacy.export_person(person)))
    assert told["certificates.certificate"][0]["number"] == "1/2026/CN"
    assert told["certificates.certificate"][0]["name"] == "Nông Thị Ánh"
    assert told["certificates.batchentry"][0]["course"] == COURSE


def test_the_register_keeps_the_number_of_somebody_erased_and_not_the_name():
    person = PersonFactory(full_name="Nông Thị Ánh", unit=UnitFactory())
    row = issued(person, merit="Giỏi")
    asked([person], about="training.session:7")
    assert privacy.erase_person(person=person, now=NOW + DAY) is False
    row.refresh_from_db()
    assert (row.number, row.course) == (1, COURSE)
    assert (row.name, row.folded_name, row.of_unit, row.merit) == ("—", "", "", "")
    assert row.revoked_at == NOW + DAY
    assert not BatchEntry.objects.exists()
    assert issued().number == 2


def test_erasing_twice_keeps_the_day_of_the_first():
    person = PersonFactory()
    row = issued(person)
    for days in (1, 2):
        privacy.erase_person(person=person, now=NOW + days * DAY)
    row.refresh_from_db()
    assert row.revoked_at == NOW + DAY


def test_the_page_of_somebody_erased_names_nobody(client):
    person = PersonFactory(full_name="Nông Thị Ánh")
    row = issued(person)
    privacy.erase_person(person=person, now=NOW)
    html = client.get(row.get_absolute_url()).content.decode()
    assert "Đã thu hồi" in html
    assert "Ánh" not in html
    assert row.course not in html


# --- Merging --------------------------------------------------------------------


def test_the_certificates_of_both_records_are_one_persons():
    keep, drop = PersonFactory.create_batch(2)
    issued(keep, about="test:1")
    issued(drop, about="test:2")
    merge.merge_people(keep=keep, drop=drop, now=NOW)
    assert Certificate.objects.of(keep).valid().count() == 2


@pytest.mark.parametrize("first", ["keep", "drop"])
def test_of_two_for_one_matter_the_one_issued_first_stays(first):
    keep, drop = PersonFactory.create_batch(2)
    older, newer = (keep, drop) if first == "keep" else (drop, keep)
    stays = issued(older, about="test:1")
    goes = issued(newer, about="test:1", now=NOW + DAY)
    merge.merge_people(keep=keep, drop=drop, now=NOW + 2 * DAY)
    assert Certificate.objects.valid().get() == stays
    goes.refresh_from_db()
    assert goes.person_id == keep.pk
    assert goes.reason


def test_a_batch_in_which_both_stand_keeps_one():
    keep, drop = PersonFactory.create_batch(2)
    asked([keep, drop])
    merge.merge_people(keep=keep, drop=drop, now=NOW)
    assert BatchEntry.objects.get().person == keep
