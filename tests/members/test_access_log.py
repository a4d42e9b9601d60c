"""Who took which data out: written once, found again by the person it was about."""

import pytest

from members import access_log, merge, privacy
from members.models import AccessNote
from tests.factories.members import (
    AssignmentFactory,
    PersonFactory,
    UnitFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def note(now, **given):
    given = {"by": UserFactory(), "kind": "members.list", "what": "Danh sách"} | given
    return access_log.note_access(now=now, **given)


def test_a_note_counts_each_person_once_and_keeps_who_took_the_list(now):
    one, other, user = PersonFactory(), PersonFactory(), UserFactory()
    row = note(now, by=user, people=[other.pk, one.pk, other.pk, None])
    assert (row.people, row.rows) == (sorted([one.pk, other.pk]), 2)
    user.delete()
    row.refresh_from_db()
    assert row.by is None
    assert row.by_name == user.email


def test_a_list_may_have_more_lines_than_people(now):
    assert note(now, people=[PersonFactory().pk], rows=3).rows == 3


def test_an_unknown_kind_is_a_mistake_of_the_program(now):
    with pytest.raises(KeyError):
        note(now, kind="nobody.knows")
    assert not AccessNote.objects.exists()


def test_erasing_takes_the_person_out_and_leaves_the_count(now):
    one, other = PersonFactory(), PersonFactory()
    row = note(now, people=[one.pk, other.pk])
    told = privacy.export_person(one)["members.accessnote"]
    assert told == [{"at": now.isoformat(), "what": "Danh sách đoàn viên"}]
    privacy.erase_person(person=one, now=now)
    row.refresh_from_db()
    assert (row.people, row.rows) == ([other.pk], 2)


def test_two_records_that_become_one_are_one_in_the_notes(now):
    keep, drop = PersonFactory(), PersonFactory()
    row = note(now, people=[drop.pk])
    merge.merge_people(keep=keep, drop=drop, now=now)
    row.refresh_from_db()
    assert row.people == [keep.pk]


def test_the_log_is_read_and_never_written(client, now):
    unit = UnitFactory()
    row = note(now, unit=unit)
    client.force_login(AssignmentFactory(role="province_admin", unit=unit).user)
    page = f"/quan-tri/members/accessnote/{row.pk}/change/"
    assert client.get(page).status_code == 200
    assert client.post(page, {"what": "Khác"}).status_code == 403
    assert client.get("/quan-tri/members/accessnote/add/").status_code == 403
