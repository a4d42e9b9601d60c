"""A signature on paper counts once an organiser has read it, and not before."""

import os

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from content.files import FileRefused
from contests import actions, emails, signed_forms
from contests.locks import Refused
from contests.models import SignedForm
from contests.rules import EntryRefusal, consent_about
from mail.models import Letter
from members import merge, privacy
from members.models import AccessNote, Consent
from tests.factories import files as samples
from tests.factories.contests import (
    AuthorFactory,
    ContestFactory,
    DivisionFactory,
    EntryFactory,
    EntryFileFactory,
    State,
    an_organiser,
    child,
)
from tests.factories.members import PersonFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def contest():
    return ContestFactory()


@pytest.fixture
def author(contest):
    """The only author, thirteen; everything is there but the consent."""
    division = DivisionFactory(contest=contest, min_age=11, max_age=15)
    entry = EntryFactory(contest=contest, division=division)
    EntryFileFactory(entry=entry)
    return AuthorFactory(entry=entry, person=child())


def send_in(author, now, content=None, name="phieu.png", **changes):
    told = {
        "guardian_name": "Bàn Thị Mai",
        "relation": "mẹ",
        "publish_name": True,
        "publish_picture": False,
    }
    content = samples.picture("PNG") if content is None else content
    return signed_forms.send_in(
        entry_id=author.entry_id,
        author_id=author.pk,
        upload=SimpleUploadedFile(name, content),
        by=author.entry.owner,
        now=now,
        **told | changes,
    )


def submit(author, now):
    return actions.submit(entry_id=author.entry_id, by=None, now=now)


def test_the_picture_alone_opens_nothing(author, now):
    send_in(author, now)
    with pytest.raises(Refused) as refused:
        submit(author, now)
    assert refused.value.refusal == EntryRefusal.MISSING
    assert not Consent.objects.exists()


def test_read_and_accepted_it_is_consent_with_its_method(author, now):
    form = send_in(author, now)
    organiser = an_organiser(author.entry.contest)
    signed_forms.accept(form_id=form.pk, by=organiser, now=now)
    consents = {row.purpose: row for row in Consent.objects.all()}
    assert set(consents) == {"contest", "publish_name"}
    for row in consents.values():
        assert row.method == Consent.Method.SIGNED_FORM
        assert row.recorded_by == organiser
        assert row.guardian.full_name == "Bàn Thị Mai"
        assert row.about == consent_about(author.entry.contest)
    assert submit(author, now).state == State.SUBMITTED


def test_pressed_twice_is_one_consent_and_one_letter(author, now):
    form = send_in(author, now)
    for _press in range(2):
        signed_forms.accept(form_id=form.pk, by=None, now=now)
    assert Consent.objects.filter(purpose="contest").count() == 1
    assert Letter.objects.filter(kind=emails.FORM_READ).count() == 1


def test_refused_with_a_reason_that_its_sender_reads(author, now):
    form = send_in(author, now)
    signed_forms.decline(form_id=form.pk, reason="Thiếu chữ ký.", by=None, now=now)
    letter = Letter.objects.get(kind=emails.FORM_READ)
    assert letter.address == author.entry.owner.email
    assert "Thiếu chữ ký." in letter.text
    assert not Consent.objects.exists()
    signed_forms.accept(form_id=form.pk, by=None, now=now)
    assert not Consent.objects.exists()


def test_a_second_picture_replaces_the_one_that_waits(
    author, now, private_root, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        send_in(author, now)
        send_in(author, now, content=samples.pdf(), name="phieu.pdf")
    assert SignedForm.objects.get().name == "phieu.pdf"
    assert sum(path.is_file() for path in private_root.rglob("consents/*/*")) == 1


@pytest.mark.parametrize(
    ("name", "content"),
    [("phieu.pdf", samples.EXE), ("phieu.png", b""), ("phieu.docx", samples.docx())],
)
def test_only_pictures_and_pdf(author, now, name, content):
    with pytest.raises(FileRefused):
        send_in(author, now, content=content, name=name)


def test_no_form_where_nobody_needs_one(author, now):
    author.person.birth_date = author.person.birth_date.replace(year=2000)
    author.person.save()
    with pytest.raises(Refused) as refused:
        send_in(author, now)
    assert refused.value.refusal == EntryRefusal.NOT_A_CHILD


def test_too_late_is_too_late(author):
    with pytest.raises(Refused) as refused:
        send_in(author, author.entry.contest.closes_at)
    assert refused.value.refusal == EntryRefusal.CLOSED


def test_only_sender_and_organisers_open_it(author, now, client):
    form = send_in(author, now)
    url = reverse("contests:signed_form", args=[form.pk])
    assert client.get(url).status_code == 404
    for user, status in (
        (UserFactory(), 404),
        (an_organiser(ContestFactory()), 404),
        (author.entry.owner, 200),
        (an_organiser(author.entry.contest), 200),
    ):
        client.force_login(user)
        response = client.get(url)
        assert response.status_code == status
        if status == 200:
            assert b"".join(response.streaming_content)
    assert response["Content-Disposition"].startswith("attachment")
    note = AccessNote.objects.get()  # of the organiser, not of who sent it
    assert (note.kind, note.people) == ("contests.signed_form", [author.person_id])


def test_erased_with_the_child_and_merged_with_it(
    author, now, private_root, django_capture_on_commit_callbacks
):
    send_in(author, now)
    [row] = privacy.registry["contests.signedform"].export(author.person)
    assert row["guardian"] == "Bàn Thị Mai"
    keep = PersonFactory(birth_date=author.person.birth_date)
    merge.registry["contests.signedform"].merge(keep, author.person)
    assert SignedForm.objects.get().child == keep
    with django_capture_on_commit_callbacks(execute=True):
        privacy.erase_person(person=keep, now=now)
    assert not SignedForm.objects.exists()
    assert not any(path.is_file() for path in private_root.rglob("consents/*/*"))


def test_bytes_without_a_row_go_at_night(author, now, private_root):
    form = send_in(author, now)
    stray = private_root / "consents" / "1" / "0a0b"
    stray.parent.mkdir(parents=True, exist_ok=True)
    stray.write_bytes(b"x")
    for path in private_root.rglob("consents/*/*"):
        os.utime(path, (0, 0))
    assert signed_forms.drop_orphans(now=now) == 1
    assert form.file.storage.exists(form.file.name)
