"""Files as judges read them: pages, films in pieces, and nothing of who made them."""

import io
from urllib.parse import unquote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from contests import copying, filing
from contests.models import EntryFile
from tests.factories import files as samples
from tests.factories.contests import (
    DAY,
    EntryFactory,
    EntryFileFactory,
    JudgeAssignmentFactory,
    RoundFactory,
    State,
    a_judge,
    an_organiser,
)
from tests.factories.members import UserFactory

pytestmark = pytest.mark.django_db
AUTHOR = "Nong Thi Lan"
CopyState = EntryFile.CopyState


@pytest.fixture
def judge():
    return a_judge()


@pytest.fixture
def assignment(client, judge, now, time_machine):
    """A PDF, a picture, a text and a film whose properties name their author."""
    round_ = RoundFactory()
    entry = EntryFactory(contest=round_.contest)
    exif = Image.Exif()
    exif[0x013B] = AUTHOR
    film = samples.film()
    film += (8 + len(AUTHOR)).to_bytes(4) + b"uuid" + AUTHOR.encode()
    core = {"docProps/core.xml": f"<dc:creator>{AUTHOR}</dc:creator>".encode()}
    for name, content in {
        f"{AUTHOR}.pdf": samples.paper(2, author=AUTHOR),
        f"{AUTHOR}.jpg": samples.picture("JPEG", exif=exif),
        f"{AUTHOR}.docx": samples.package(extra=core),
        f"{AUTHOR}.mp4": film,
    }.items():
        upload = SimpleUploadedFile(name, content)
        filing.add_file(entry_id=entry.pk, upload=upload, by=None, now=now)
    copying.make_waiting()
    entry.state, entry.submitted_at = State.SUBMITTED, now
    entry.save()
    time_machine.move_to(round_.starts_at + DAY, tick=False)
    client.force_login(judge)
    return JudgeAssignmentFactory(round=round_, entry=entry, judge=judge)


def url(name, assignment, *args):
    return reverse(f"judging:{name}", args=[assignment.pk, *args])


def doors(assignment):
    """Every address of a file that a judge has."""
    yield reverse("judging:assignment", args=[assignment.pk])
    for number in (1, 2, 3, 4):
        yield url("download", assignment, number)
    for number in (1, 2, 4):
        yield url("read", assignment, number)
    yield from (url("page", assignment, 1, page) for page in (1, 2))
    yield url("page", assignment, 2, 1)
    yield url("film", assignment, 4)


def holds(data: bytes) -> bool:
    return AUTHOR.encode() in data or AUTHOR.encode("utf-16-be") in data


def body(response) -> bytes:
    if not response.streaming:
        return response.content
    return b"".join(response.streaming_content)


class TestBlind:
    def test_the_fixture_could_leak(self, assignment):
        names = [file.name for file in assignment.entry.files.all()]
        assert all(AUTHOR in name for name in names)
        for file in assignment.entry.files.all():
            with file.file.open() as stream:
                stored = stream.read()
            # Within a document it lies packed; test_making looks there.
            assert holds(stored) or file.name.endswith("docx"), file.name

    def test_no_door_leads_to_a_trace(self, client, assignment):
        entry = assignment.entry
        secrets = [AUTHOR, entry.code, "entries/", "copies/"]
        secrets += [file.sha256 for file in entry.files.all()]
        for door in doors(assignment):
            response = client.get(door)
            assert response.status_code == 200, door
            content = body(response)
            assert not holds(content), door
            data = content.decode("latin-1") + unquote(str(response.headers))
            for secret in secrets:
                assert secret not in data, (door, secret)

    def test_a_judge_without_the_entry_and_all_others_find_nothing(
        self, client, assignment
    ):
        contest = assignment.round.contest
        outsiders = [
            a_judge(),
            JudgeAssignmentFactory(round=assignment.round).judge,
            an_organiser(contest),
            assignment.entry.owner,
            UserFactory(),
        ]
        files = list(doors(assignment))[1:]
        for user in outsiders:
            client.force_login(user)
            assert {client.get(door).status_code for door in files} == {404}
        client.logout()
        assert {client.get(door).status_code for door in files} == {404}

    @pytest.mark.parametrize("change", ["stepped back", "withdrawn", "locked"])
    def test_what_is_closed_is_closed_here_too(self, client, assignment, change):
        if change == "withdrawn":
            assignment.entry.state = State.WITHDRAWN
            assignment.entry.save()
        elif change == "locked":
            EntryFile.objects.update(state=EntryFile.State.QUARANTINED)
        else:
            client.post(url("conflict", assignment), {"kind": "hard", "reason": "Cháu"})
        files = list(doors(assignment))[1:]
        assert {client.get(door).status_code for door in files} == {404}


class TestPages:
    def test_a_page_is_a_picture_under_the_sandbox(self, client, assignment):
        response = client.get(url("page", assignment, 1, 2))
        assert response["Content-Type"] == "image/jpeg"
        assert "sandbox" in response["Content-Security-Policy"]
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Content-Disposition"] == 'inline; filename="2.jpg"'
        assert "no-store" in response["Cache-Control"]
        assert Image.open(io.BytesIO(response.content)).format == "JPEG"

    def test_the_page_about_it_names_all_of_them(self, client, assignment):
        text = client.get(url("read", assignment, 1)).content.decode()
        for page in (1, 2):
            assert url("page", assignment, 1, page) in text
            assert f"Page {page} of 2" in text
        assert url("read", assignment, 2) in text

    @pytest.mark.parametrize("page", [0, 3, 999])
    def test_there_are_no_others(self, client, assignment, page):
        assert client.get(url("page", assignment, 1, page)).status_code == 404

    def test_a_document_of_an_office_program_is_downloaded(self, client, assignment):
        assert client.get(url("read", assignment, 3)).status_code == 404
        response = client.get(url("download", assignment, 3))
        assert response["Content-Disposition"].startswith("attachment")
        assert b"docProps/core.xml" in body(response)


class TestFilms:
    def test_a_player_gets_the_piece_it_asks_for(self, client, assignment):
        whole = body(client.get(url("film", assignment, 4)))
        response = client.get(url("film", assignment, 4), HTTP_RANGE="bytes=4-7")
        assert response.status_code == 206
        assert response["Content-Range"] == f"bytes 4-7/{len(whole)}"
        assert body(response) == whole[4:8] == b"ftyp"
        assert response["Content-Disposition"].startswith("inline")
        assert "sandbox" in response["Content-Security-Policy"]

    def test_beyond_its_end_there_is_nothing(self, client, assignment):
        address = url("film", assignment, 4)
        assert client.get(address, HTTP_RANGE="bytes=999999-").status_code == 416

    def test_the_web_server_may_send_it(self, client, assignment, settings):
        settings.X_ACCEL_PREFIX = "/private/"
        response = client.get(url("film", assignment, 4))
        assert response["X-Accel-Redirect"].startswith("/private/copies/")

    def test_a_document_is_no_film(self, client, assignment):
        assert client.get(url("film", assignment, 1)).status_code == 404


class TestWithoutACopy:
    @pytest.mark.parametrize(
        ("state", "words"),
        [
            (CopyState.PENDING, "is being made"),
            (CopyState.FAILED, "locked or damaged"),
        ],
    )
    def test_a_blind_round_says_so_and_hands_out_nothing(
        self, client, assignment, state, words
    ):
        EntryFile.objects.update(copy="", copy_state=state, copy_pages=[])
        text = client.get(url("assignment", assignment)).content.decode()
        assert words in text
        assert url("download", assignment, 1) not in text
        files = list(doors(assignment))[1:]
        assert {client.get(door).status_code for door in files} == {404}

    def test_an_open_round_hands_out_the_original_instead(self, client, assignment):
        EntryFile.objects.update(copy="", copy_state=CopyState.FAILED, copy_pages=[])
        assignment.round.blind = False
        assignment.round.save()
        response = client.get(url("download", assignment, 1))
        assert holds(body(response))
        assert response["Content-Disposition"].startswith("attachment")

    def test_the_entrant_is_told_while_it_can_be_mended(self, client):
        row = EntryFileFactory(copy_state=CopyState.FAILED)
        client.force_login(row.entry.owner)
        address = reverse("contests:files", args=[row.entry.code])
        assert "Judges cannot read it" in client.get(address).content.decode()


def test_as_many_questions_for_a_hundred_pages_as_for_one(
    client, assignment, django_assert_max_num_queries
):
    EntryFile.objects.filter(media_type="application/pdf").update(
        copy_pages=[[0, 10, 100, 100]] * 100
    )
    with django_assert_max_num_queries(12):
        client.get(url("read", assignment, 1))
