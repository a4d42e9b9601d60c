"""The register and the batches in the admin."""

import pytest
from django.urls import reverse

from certificates import actions, batches
from certificates.models import Certificate, CertificateBatch
from members.models import AccessNote, Role
from tests.factories.certificates import NOW, asked, finished, issued
from tests.factories.members import AssignmentFactory, PersonFactory, UnitFactory

pytestmark = pytest.mark.django_db
LIST = "admin:certificates_certificate_changelist"


@pytest.fixture(autouse=True)
def private(settings, tmp_path):
    settings.PRIVATE_ROOT = tmp_path / "private"


@pytest.fixture
def commune():
    return UnitFactory(parent=UnitFactory())


@pytest.fixture
def elsewhere(commune):
    return UnitFactory(parent=commune.parent)


def sign_in(client, role, unit):
    client.force_login(AssignmentFactory(role=role, unit=unit).user)
    return client


@pytest.fixture
def organiser(client, commune):
    return sign_in(client, Role.TRAINING_ORGANISER, commune)


def of(row, name: str) -> str:
    return reverse(f"admin:certificates_certificate_{name}", args=[row.pk])


def of_batch(batch, name: str, *args) -> str:
    url = f"admin:certificates_certificatebatch_{name}"
    return reverse(url, args=[batch.pk, *args])


def shown(response) -> int:
    return response.content.decode().count('class="field-number_now')


# --- The register ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("nong thi anh", 1),
        ("Ánh", 1),
        ("2", 1),
        ("2/2026", 1),
        ("2/2026/CN", 1),
        ("2/2025", 0),
        ("9", 0),
        ("²", 0),
    ],
)
def test_the_register_is_searched_by_name_and_by_number(
    organiser, commune, typed, number
):
    issued(PersonFactory(full_name="Nông Thị Ánh"), unit=commune)
    issued(PersonFactory(full_name="Lý Văn Bé"), unit=commune)
    assert shown(organiser.get(reverse(LIST), {"q": typed})) == number


def test_the_register_is_searched_by_the_code_on_a_paper(organiser, commune):
    row = issued(unit=commune)
    issued(unit=commune)
    for typed in (row.spaced_code, row.code.lower()):
        assert shown(organiser.get(reverse(LIST), {"q": typed})) == 1
    assert 'name="q"' in organiser.get(reverse(LIST)).content.decode()


def test_the_register_is_filtered_by_year_and_validity(organiser, commune):
    old = issued(unit=commune)
    actions.correct(certificate_id=old.pk, changes={"name": "M"}, by=None, now=NOW)
    gone = issued(unit=commune)
    actions.revoke(certificate_id=gone.pk, reason="Sai", by=None, now=NOW)
    for validity in ("valid", "replaced", "revoked"):
        found = organiser.get(reverse(LIST), {"validity": validity})
        assert shown(found) == 1, validity
    assert shown(organiser.get(reverse(LIST), {"year": 2025})) == 0


def test_staff_look_at_the_paper_of_their_units_only(organiser, commune, elsewhere):
    response = organiser.get(of(issued(unit=commune), "pdf"))
    assert response.content.startswith(b"%PDF")
    assert response["X-Content-Type-Options"] == "nosniff"
    foreign = issued(unit=elsewhere)
    for page in ("pdf", "correct", "revoke"):
        assert organiser.get(of(foreign, page)).status_code == 404


def test_a_secretary_reads_and_changes_nothing(client, commune):
    sign_in(client, Role.UNIT_SECRETARY, commune)
    row = issued(unit=commune)
    assert client.get(of(row, "pdf")).status_code == 200
    for page in ("correct", "revoke"):
        assert client.post(of(row, page), {"reason": "Sai"}).status_code == 403
    assert Certificate.objects.get().is_valid


def test_an_editor_sees_nothing_of_it(client, commune):
    sign_in(client, Role.EDITOR, commune)
    assert client.get(reverse(LIST)).status_code == 403
    assert client.get(of(issued(unit=commune), "pdf")).status_code == 404


def test_correcting_says_who_hears_of_it_and_makes_a_version(organiser, commune):
    row = issued(PersonFactory(email="anh@example.com"), unit=commune, name="Anh")
    page = organiser.get(of(row, "correct"))
    assert "anh@example.com" in page.content.decode()
    data = {
        name: value if value is not None else ""
        for name, value in page.context["form"].initial.items()
    }
    response = organiser.post(of(row, "correct"), data | {"name": "Ánh"})
    new = Certificate.objects.valid().get()
    assert response.url == of(new, "change")
    assert (new.name, new.version) == ("Ánh", 2)
    # The second click of the same page is led to the new version.
    again = organiser.post(of(row, "correct"), data | {"name": "Ánh"})
    assert again.url == of(new, "change")
    assert Certificate.objects.count() == 2


def test_a_wrong_correction_is_given_back(organiser, commune):
    row = issued(unit=commune)
    data = dict(organiser.get(of(row, "correct")).context["form"].initial)
    response = organiser.post(of(row, "correct"), data | {"ends_on": "01/01/2020"})
    assert response.status_code == 200
    assert Certificate.objects.get().is_valid


def test_revoking_names_whom_it_touches_and_asks_why(organiser, commune):
    row = issued(PersonFactory(full_name="Nông Thị Ánh"), unit=commune)
    assert "Nông Thị Ánh" in organiser.get(of(row, "revoke")).content.decode()
    organiser.post(of(row, "revoke"), {"reason": " "})
    assert Certificate.objects.get().is_valid
    organiser.post(of(row, "revoke"), {"reason": "Cấp nhầm"})
    assert Certificate.objects.get().reason == "Cấp nhầm"


def test_a_row_is_read_and_not_edited(organiser, commune):
    row = issued(unit=commune)
    page = organiser.get(of(row, "change")).content.decode()
    assert of(row, "revoke") in page
    assert 'name="name"' not in page
    organiser.post(of(row, "change"), {"name": "Khác"})
    assert Certificate.objects.get().name == row.name


# --- Batches --------------------------------------------------------------------


def test_a_batch_at_work_shows_how_far_it_is(organiser, commune):
    batch = asked(PersonFactory.create_batch(2), unit=commune)
    page = organiser.get(of_batch(batch, "change")).content.decode()
    assert "data-live" in page
    assert 'value="0" max="2"' in page
    batches.work_on(batch_id=batch.pk, now=NOW)
    assert "data-live" not in organiser.get(of_batch(batch, "change")).content.decode()


def test_the_zip_is_handed_out_within_the_units_only(organiser, commune, elsewhere):
    mine = finished([PersonFactory()], unit=commune)
    response = organiser.get(of_batch(mine, "zip"))
    assert b"".join(response).startswith(b"PK")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Disposition"].startswith("attachment")
    note = AccessNote.objects.get()
    assert (note.unit, note.rows) == (commune, 1)
    foreign = finished([PersonFactory()], unit=elsewhere, about="test:2")
    for page in (("zip",), ("print", 1), ("again",)):
        assert organiser.get(of_batch(foreign, *page)).status_code == 404


def test_a_file_that_is_no_longer_true_is_not_handed_out(organiser, commune):
    batch = finished(PersonFactory.create_batch(2), unit=commune)
    row = Certificate.objects.first()
    actions.revoke(certificate_id=row.pk, reason="Sai", by=None, now=NOW)
    assert organiser.get(of_batch(batch, "zip")).status_code == 302
    organiser.post(of_batch(batch, "again"))
    assert CertificateBatch.objects.get().state == CertificateBatch.State.FILING
    batches.work_on(batch_id=batch.pk, now=NOW)
    assert b"".join(organiser.get(of_batch(batch, "zip"))).startswith(b"PK")


def test_looking_at_the_address_of_a_button_makes_nothing(organiser, commune):
    batch = finished([PersonFactory()], unit=commune)
    organiser.get(of_batch(batch, "again"))
    assert CertificateBatch.objects.get().state == CertificateBatch.State.DONE


def test_the_printer_gets_volumes(organiser, commune, monkeypatch):
    monkeypatch.setattr("certificates.paper.VOLUME", 2)
    batch = finished(PersonFactory.create_batch(3), unit=commune)
    response = organiser.get(of_batch(batch, "print", 2))
    assert response.content.startswith(b"%PDF")
    assert "0003-0003.pdf" in response["Content-Disposition"]
    for volume in (0, 3):
        assert organiser.get(of_batch(batch, "print", volume)).status_code == 404


def test_who_got_none_is_named_with_the_reason(organiser, commune):
    person = PersonFactory(full_name="Lý Văn Bé")
    row = issued(person, unit=commune, about="test:1")
    actions.revoke(certificate_id=row.pk, reason="Sai", by=None, now=NOW)
    batch = finished([person], unit=commune, about="test:1")
    page = organiser.get(of_batch(batch, "change")).content.decode()
    assert "Lý Văn Bé: Giấy chứng nhận của người này đã bị thu hồi" in page


def test_a_batch_with_trouble_waits_on_the_desk(organiser, commune):
    from certificates.desk import BatchTasks
    from members.models import User

    person = PersonFactory()
    row = issued(person, unit=commune, about="test:1")
    actions.revoke(certificate_id=row.pk, reason="Sai", by=None, now=NOW)
    batch = finished([person], unit=commune, about="test:1")
    user = User.objects.get(assignments__isnull=False)
    (task,) = BatchTasks().tasks(user, NOW)
    assert task.url == of_batch(batch, "change")
