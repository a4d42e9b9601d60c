"""The entrant's way, and what bad input gets: a sentence, and everything back."""

import datetime as dt
from urllib.parse import unquote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from content.files import FileState
from contests import emails
from contests.models import Contest, Entry, EntryFile
from contests.rules import consent_about
from mail.models import Letter
from members import guardian_letters, guardians
from members.models import Consent, GuardianRequest
from tests.factories import files as samples
from tests.factories.contests import (
    DAY,
    AuthorFactory,
    AwardFactory,
    ContestFactory,
    DivisionFactory,
    EntryFactory,
    EntryFileFactory,
    JudgeAssignmentFactory,
    State,
    a_judge,
    an_organiser,
    child,
    complete,
    submitted,
)
from tests.factories.members import UserFactory

pytestmark = pytest.mark.django_db
TICK = dt.timedelta(microseconds=1)


def page(response):
    return response.content.decode()


def url(name, entry, *args):
    return reverse(f"contests:{name}", args=[entry.code, *args])


def upload(content=None, name="bai.pdf"):
    return SimpleUploadedFile(name, samples.pdf() if content is None else content)


@pytest.fixture
def contest():
    contest = ContestFactory()
    DivisionFactory(contest=contest, name="Bảng A", min_age=11, max_age=15)
    DivisionFactory(contest=contest, name="Bảng C", min_age=19, max_age=30)
    return contest


@pytest.fixture
def member(client):
    user = UserFactory()
    client.force_login(user)
    return user


@pytest.fixture
def draft(member, contest):
    """What pressing "begin" gives, for the third division."""
    entry = EntryFactory(
        contest=contest, owner=member, division=contest.divisions.last()
    )
    AuthorFactory(entry=entry, person=member.person)
    return entry


def about_form(entry, **changes):
    return {
        "version": entry.version,
        "title": entry.title,
        "summary": entry.summary,
        "division": entry.division_id or "",
    } | changes


def authors_form(entry, *lines, me=True, **changes):
    data = {"version": entry.version, "school": "Đoàn xã Na Rì"}
    if me:
        data["is_author"] = "on"
    data |= {
        "authors-TOTAL_FORMS": len(lines),
        "authors-INITIAL_FORMS": sum(bool(line.get("author")) for line in lines),
    }
    for number, line in enumerate(lines):
        data |= {f"authors-{number}-{name}": value for name, value in line.items()}
    return data | changes


class TestStart:
    def url(self, contest):
        return reverse("contests:start", args=[contest.slug])

    def test_visitors_sign_in_first(self, client, contest):
        response = client.get(self.url(contest))
        assert response.status_code == 302
        assert reverse("account_login") in response["Location"]

    def test_it_asks_for_the_agreement_and_begins_a_draft(
        self, client, member, contest
    ):
        text = page(client.get(self.url(contest)))
        assert "I agree that my name" in text
        assert " checked" not in text
        response = client.post(self.url(contest), {"agreed": "on"})
        entry = Entry.objects.get()
        assert response["Location"] == url("about", entry)
        assert entry.owner == member
        consent = Consent.objects.get()
        assert (consent.purpose, consent.about) == ("contest", consent_about(contest))

    def test_without_the_box_nothing_begins(self, client, member, contest):
        assert "Tick the box" in page(client.post(self.url(contest)))
        assert not Entry.objects.exists()

    def test_newcomers_say_who_they_are(self, client, contest):
        user = UserFactory(person=None)
        client.force_login(user)
        assert 'name="full_name"' in page(client.get(self.url(contest)))
        profile = {
            "full_name": "Triệu Thị Ước",
            "birth_date": "19/05/2006",
            "phone": "",
            "unit": "",
            "agreed": "on",
        }
        client.post(self.url(contest), profile)
        assert Entry.objects.get().authors.get().person.full_name == "Triệu Thị Ước"

    def test_too_late_gives_everything_back(self, client, contest, time_machine):
        client.force_login(UserFactory(person=None))
        time_machine.move_to(contest.closes_at, tick=False)
        response = client.post(self.url(contest), {"full_name": "Triệu Thị Ước"})
        assert response.status_code == 409
        assert "Entries closed at" in page(response)
        assert 'value="Triệu Thị Ước"' in page(response)

    def test_drafts_of_contests_are_not_there(self, client, member):
        contest = ContestFactory(state=Contest.State.DRAFT)
        assert client.get(self.url(contest)).status_code == 404


class TestAbout:
    def test_it_is_kept_and_leads_on(self, client, draft):
        data = about_form(draft, title="Chợ phiên trên mạng")
        response = client.post(url("about", draft), data)
        assert response["Location"] == url("authors", draft)
        draft.refresh_from_db()
        assert draft.title == "Chợ phiên trên mạng"
        data = about_form(draft, overview="1")
        response = client.post(url("about", draft), data)
        assert response["Location"] == url("entry", draft)

    def test_a_draft_may_lack_anything(self, client, draft):
        data = {"version": draft.version, "title": "", "summary": ""}
        assert client.post(url("about", draft), data).status_code == 302

    def test_too_long_a_text_is_given_back(self, client, draft):
        data = about_form(draft, summary="ă" * 3001)
        response = client.post(url("about", draft), data)
        assert "ă" * 3001 in page(response)
        draft.refresh_from_db()
        assert draft.version == 1

    def test_a_division_of_another_contest_is_no_choice(self, client, draft):
        data = about_form(draft, division=DivisionFactory().pk)
        response = client.post(url("about", draft), data)
        assert response.status_code == 200
        assert "There is something to correct" in page(response)

    def test_the_second_tab_sees_both_texts(self, client, draft):
        first = about_form(draft, summary="Bản viết ở cửa sổ một")
        second = about_form(draft, summary="Bản viết ở cửa sổ hai")
        client.post(url("about", draft), first)
        response = client.post(url("about", draft), second)
        assert response.status_code == 409
        text = page(response)
        assert "Bản viết ở cửa sổ một" in text
        assert "Bản viết ở cửa sổ hai" in text
        assert 'name="version" value="2"' in text
        draft.refresh_from_db()
        assert draft.summary == "Bản viết ở cửa sổ một"
        client.post(url("about", draft), second | {"version": 2})
        draft.refresh_from_db()
        assert draft.summary == "Bản viết ở cửa sổ hai"

    def test_the_deadline_to_the_second(self, client, draft, time_machine):
        closes = draft.contest.closes_at
        time_machine.move_to(closes - TICK, tick=False)
        data = about_form(draft, title="Kịp giờ")
        assert client.post(url("about", draft), data).status_code == 302
        time_machine.move_to(closes, tick=False)
        data = about_form(draft, version=2, title="Gõ dở khi hết giờ")
        response = client.post(url("about", draft), data)
        assert response.status_code == 409
        assert "Gõ dở khi hết giờ" in page(response)
        assert "Entries closed at" in page(response)
        draft.refresh_from_db()
        assert draft.title == "Kịp giờ"

    def test_what_was_typed_while_signed_out_is_there_after_signing_in(
        self, client, draft, member
    ):
        client.logout()
        # As long as it may be, in letters of which one is nine in an address.
        words = "Gõ trong lúc đã bị đăng xuất "
        data = about_form(draft, summary=words + "ữ" * 2900)
        response = client.post(url("about", draft), data)
        assert reverse("account_login") in response["Location"]
        kept = dict(client.session)
        client.force_login(member)
        session = client.session
        session.update({k: v for k, v in kept.items() if k.startswith("contests.")})
        session.save()
        text = page(client.get(url("about", draft)))
        assert "Gõ trong lúc đã bị đăng xuất" in text

    @pytest.mark.parametrize("version", ["", "abc", "-1", "9" * 30])
    def test_a_forged_version_is_never_our_error(self, client, draft, version):
        data = about_form(draft, version=version, title="Khác")
        assert client.post(url("about", draft), data).status_code in {200, 409}


class TestAuthors:
    LAN = {
        "full_name": "Nông Thị Lan",
        "birth_date": "04/03/2005",
        "school": "THPT Na Rì",
    }

    def test_me_and_another(self, client, draft):
        response = client.post(url("authors", draft), authors_form(draft, self.LAN))
        assert response["Location"] == url("files", draft)
        names = [author.person.full_name for author in draft.authors.all()]
        assert names == [draft.owner.person.full_name, "Nông Thị Lan"]

    def test_a_teacher_enters_the_work_of_pupils(self, client, draft):
        form = authors_form(draft, self.LAN, me=False)
        client.post(url("authors", draft), form)
        assert draft.authors.get().person.full_name == "Nông Thị Lan"

    @pytest.mark.parametrize(
        ("line", "words"),
        [
            ({"full_name": "", "birth_date": "04/03/2005"}, "author&#x27;s name"),
            ({"full_name": "Lan"}, "family name and given name"),
            ({"full_name": "Nông Thị Lan", "birth_date": "31/02/2005"}, "31/02/2005"),
        ],
    )
    def test_a_line_that_is_not_right_is_given_back(self, client, draft, line, words):
        response = client.post(url("authors", draft), authors_form(draft, line))
        assert response.status_code == 200
        assert words in page(response)
        assert draft.authors.count() == 1

    def test_emptying_the_name_of_an_author_takes_them_out(self, client, draft):
        client.post(url("authors", draft), authors_form(draft, self.LAN))
        draft.refresh_from_db()
        lan = draft.authors.exclude(person=draft.owner.person).get()
        line = self.LAN | {"author": lan.pk, "full_name": " "}
        response = client.post(url("authors", draft), authors_form(draft, line))
        assert response.status_code == 302
        assert not draft.authors.filter(pk=lan.pk).exists()

    def test_nobody_stands_there_twice(self, client, draft):
        form = authors_form(draft, self.LAN, self.LAN)
        assert "stands there twice" in page(client.post(url("authors", draft), form))

    def test_two_tabs(self, client, draft):
        client.post(url("authors", draft), authors_form(draft, self.LAN))
        other = self.LAN | {"full_name": "Bàn Văn Sơn"}
        response = client.post(url("authors", draft), authors_form(draft, other))
        assert response.status_code == 409
        assert "Nông Thị Lan" in page(response)
        assert 'value="Bàn Văn Sơn"' in page(response)

    def test_the_yes_to_a_published_name_is_ones_own_and_can_be_taken_back(
        self, client, draft, member
    ):
        purpose = Consent.Purpose.PUBLISH_NAME
        form = client.get(url("authors", draft)).context["form"]
        assert not form["publish_name"].value()
        client.post(url("authors", draft), authors_form(draft, publish_name="on"))
        consent = Consent.objects.get(purpose=purpose)
        assert consent.person == member.person
        assert consent.about == consent_about(draft.contest)
        draft.refresh_from_db()
        client.post(url("authors", draft), authors_form(draft))
        assert not Consent.objects.live().filter(purpose=purpose).exists()

    def test_lines_beyond_the_bound_are_never_our_error(self, client, draft):
        form = authors_form(draft, self.LAN) | {"authors-TOTAL_FORMS": "100000"}
        assert client.post(url("authors", draft), form).status_code < 500
        form["authors-TOTAL_FORMS"] = "x"
        assert client.post(url("authors", draft), form).status_code < 500


class TestGuardian:
    ASK = {
        "guardian_name": "Nông Thị Mẹ",
        "relation": "mẹ",
        "email": "me.cua.em@example.com",
    }

    @pytest.fixture
    def owner(self, client):
        user = UserFactory(person=child(13, full_name="Nông Thị Bé"))
        client.force_login(user)
        return user

    @pytest.fixture
    def entry(self, contest, owner):
        return complete(contest, owner=owner, division=contest.divisions.first())

    def test_the_whole_way_of_a_thirteen_year_old(self, client, entry, now):
        author = entry.authors.get()
        address = url("guardian", entry, author.pk)
        text = page(client.get(url("entry", entry)))
        assert "A parent or guardian of Nông Thị Bé must agree" in text
        assert address in text
        assert 'name="submit"' not in text
        assert client.post(url("entry", entry), {"submit": "1"}).status_code == 409

        assert client.post(address, self.ASK)["Location"] == address
        text = page(client.get(address))
        assert "Waiting for the parent" in text
        assert "m•••@example.com" in text
        assert "me.cua.em" not in text

        letter = Letter.objects.get(kind=guardian_letters.ASK)
        assert letter.address == "me.cua.em@example.com"
        token = letter.text.partition("/giam-ho/")[2].partition("/")[0]
        guardians.give(token=token, full_name="Nông Thị Mẹ", relation="mẹ", now=now)

        text = page(client.get(url("entry", entry)))
        assert "Parent agreed" in text
        response = client.post(url("entry", entry), {"submit": "1"})
        assert response.status_code == 302
        entry.refresh_from_db()
        assert entry.state == State.SUBMITTED

        letter = Letter.objects.filter(kind=guardian_letters.THANK).latest("pk")
        token = letter.text.partition("/giam-ho/rut/")[2].partition("/")[0]
        guardians.withdraw(token=token, purposes={"contest"}, now=now)
        for text in (page(client.get(url("entry", entry))), page(client.get(address))):
            assert "Parent took the consent back" in text
            assert "The link has run out" not in text

    def test_a_no_is_shown(self, client, entry, now):
        address = url("guardian", entry, entry.authors.get().pk)
        client.post(address, self.ASK)
        letter = Letter.objects.get(kind=guardian_letters.ASK)
        token = letter.text.partition("/giam-ho/")[2].partition("/")[0]
        guardians.decline(token=token, now=now)
        assert "Parent did not agree" in page(client.get(address))
        response = client.post(address, self.ASK)
        assert response.status_code == 409
        assert "said no today" in page(response)
        assert 'value="me.cua.em@example.com"' in page(response)

    def test_nobody_agrees_for_themselves(self, client, entry, owner):
        address = url("guardian", entry, entry.authors.get().pk)
        response = client.post(address, self.ASK | {"email": owner.email})
        assert "your own address" in page(response)
        assert not GuardianRequest.objects.exists()

    def test_an_author_of_another_entry_is_not_there(self, client, entry):
        other = AuthorFactory(person=child())
        address = url("guardian", entry, other.pk)
        assert client.get(address).status_code == 404


class TestFiles:
    def send(self, client, draft, *uploads, **fields):
        return client.post(url("files", draft), {"files": list(uploads)} | fields)

    def test_it_says_which_kinds_and_refuses_others_by_their_name(self, client, draft):
        draft.contest.file_kinds = ["PDF", "MP4"]
        draft.contest.save()
        text = page(client.get(url("files", draft)))
        assert "Taken are: PDF, MP4." in text
        assert 'accept=".pdf,.mp4,.m4v"' in text
        photo = upload(samples.picture("PNG"), "Ảnh mô hình.pdf")
        text = page(self.send(client, draft, photo))
        assert "Ảnh mô hình.pdf: Files of this kind cannot be taken." in text
        assert "Allowed are: PDF, MP4." in text

    def test_several_at_once(self, client, draft, stored):
        response = self.send(
            client,
            draft,
            upload(name="thuyết minh.pdf"),
            upload(samples.picture("PNG"), "ảnh.png"),
        )
        assert response.status_code == 302
        assert {row.name for row in draft.files.all()} == {
            "thuyết minh.pdf",
            "ảnh.png",
        }
        assert len(stored()) == 2
        text = page(client.get(url("files", draft)))
        assert "thuyết minh.pdf" in text

    @pytest.mark.parametrize(
        ("content", "name", "words"),
        [
            (samples.pdf(1024 * 1024 + 1), "bai.pdf", "at most 1 MB are allowed"),
            (b"", "bai.pdf", "The file is empty"),
            (samples.EXE, "bai.pdf", "that is not what the file holds"),
            (samples.HTML, "anh.jpg", "that is not what the file holds"),
            (samples.EXE, "bai.exe", "Files of this kind cannot be taken"),
        ],
    )
    def test_what_is_refused_is_named_and_the_good_one_stays(
        self, client, draft, stored, content, name, words
    ):
        good = upload(name="tốt.pdf")
        response = self.send(client, draft, upload(content, name), good)
        assert response.status_code == 409
        text = page(response)
        assert words in text
        assert name in text
        assert [row.name for row in draft.files.all()] == ["tốt.pdf"]
        assert len(stored()) == 1

    @pytest.mark.parametrize(
        ("name", "kept"),
        [
            ("../../etc/passwd.pdf", "passwd.pdf"),
            ("C:\\Users\\Lan\\bài thi.pdf", "bài thi.pdf"),
            ("Ý" * 200 + ".pdf", "Ý" * 146 + ".pdf"),
            ("thi\r\nX-Bad: 1.pdf", None),
        ],
    )
    def test_a_path_and_200_letters_in_the_name(
        self, client, draft, stored, private_root, name, kept
    ):
        assert self.send(client, draft, upload(name=name)).status_code == 302
        row = draft.files.get()
        if kept:
            assert row.name == kept
        assert "/" not in row.name
        assert "\n" not in row.name
        assert len(row.name) <= 150
        [path] = stored()
        assert path.is_relative_to(private_root / "entries")
        response = client.get(url("download", draft, row.pk))
        assert b"".join(response.streaming_content) == samples.pdf()
        assert row.name in unquote(response["Content-Disposition"])

    def test_nothing_chosen(self, client, draft):
        response = client.post(url("files", draft))
        assert response.status_code == 409
        assert "Choose a file first" in page(response)

    def test_replacing_and_taking_out(
        self, client, draft, stored, django_capture_on_commit_callbacks
    ):
        self.send(client, draft, upload())
        row = draft.files.get()
        new = upload(samples.picture("PNG"), "mới.png")
        with django_capture_on_commit_callbacks(execute=True):
            client.post(url("files", draft), {f"replace-{row.pk}": new})
        assert [row.name for row in draft.files.all()] == ["mới.png"]
        assert len(stored()) == 1
        with django_capture_on_commit_callbacks(execute=True):
            client.post(url("files", draft), {"remove": row.pk})
        assert not draft.files.exists()
        assert stored() == []

    @pytest.mark.parametrize(
        "data", [{"remove": "abc"}, {"remove": ""}, {"replace-x": upload()}]
    )
    def test_a_forged_number_is_the_senders_error(self, client, draft, data):
        assert client.post(url("files", draft), data).status_code == 400

    def test_too_late(self, client, draft, time_machine):
        time_machine.move_to(draft.contest.closes_at, tick=False)
        response = self.send(client, draft, upload())
        assert response.status_code == 409
        assert "Entries closed at" in page(response)
        assert not draft.files.exists()

    def test_more_than_fit_in(self, client, draft):
        Contest.objects.update(max_files=1)
        response = self.send(
            client, draft, upload(), upload(samples.picture("PNG"), "anh.png")
        )
        assert response.status_code == 409
        assert "at most 1 files" in page(response)
        assert draft.files.count() == 1

    def test_taking_out_the_last_file_of_a_submitted_entry_is_told(
        self, client, member, contest
    ):
        entry = submitted(contest, owner=member, division=contest.divisions.last())
        response = client.post(
            url("files", entry), {"remove": entry.files.get().pk}, follow=True
        )
        assert "Your entry is a draft again" in page(response)


class TestDownload:
    def test_the_owner_gets_an_attachment_that_nothing_may_run(self, client, draft):
        row = EntryFileFactory(entry=draft, name="Thuyết minh.pdf")
        response = client.get(url("download", draft, row.pk))
        assert b"".join(response.streaming_content) == samples.pdf()
        assert response["Content-Disposition"].startswith("attachment")
        assert response["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in response["Content-Security-Policy"]
        assert "no-store" in response["Cache-Control"]

    def test_a_guessed_address_is_not_found(self, client):
        assignment = JudgeAssignmentFactory()
        entry = assignment.entry
        address = url("download", entry, EntryFileFactory(entry=entry).pk)
        strangers = [
            None,
            UserFactory(),
            submitted(entry.contest).owner,
            a_judge(),
            assignment.judge,  # judges have an address of their own
        ]
        for user in strangers:
            client.logout()
            if user:
                client.force_login(user)
            assert client.get(address).status_code == 404, user
        client.force_login(an_organiser(entry.contest))
        response = client.get(address)
        assert response.status_code == 200
        response.close()

    def test_ones_own_code_does_not_open_the_files_of_others(self, client, draft):
        other = EntryFileFactory()
        assert client.get(url("download", draft, other.pk)).status_code == 404

    @pytest.mark.parametrize("state", [FileState.QUARANTINED, FileState.SCANNING])
    def test_what_is_locked_opens_for_nobody(self, client, draft, state):
        row = EntryFileFactory(entry=draft, state=state)
        assert client.get(url("download", draft, row.pk)).status_code == 404
        text = page(client.get(url("files", draft)))
        assert url("download", draft, row.pk) not in text

    def test_there_is_no_other_way_to_the_bytes(self, client, draft):
        row = EntryFileFactory(entry=draft)
        for start in ("/media/", "/static/", "/private/", "/"):
            assert client.get(start + row.file.name).status_code == 404


class TestEntry:
    def test_the_list_of_what_is_missing_leads_to_each_step(self, client, draft):
        Entry.objects.update(title="", division=None)
        text = page(client.get(url("entry", draft)))
        for name in ("about", "files"):
            assert url(name, draft) in text
        assert "At least one file" in text
        assert 'name="submit"' not in text

    def test_handing_in_gives_the_receipt(self, client, draft):
        EntryFileFactory(entry=draft)
        for _click in range(2):
            response = client.post(url("entry", draft), {"submit": "1"}, follow=True)
            assert f"<strong>{draft.code}</strong>" in page(response)
        assert Letter.objects.filter(kind=emails.RECEIPT).count() == 1

    @pytest.mark.parametrize(("tick", "status"), [(TICK, 302), (0 * TICK, 409)])
    def test_the_second_of_the_deadline(
        self, client, draft, time_machine, tick, status
    ):
        EntryFileFactory(entry=draft)
        time_machine.move_to(draft.contest.closes_at - tick, tick=False)
        response = client.post(url("entry", draft), {"submit": "1"})
        assert response.status_code == status
        handed_in = Entry.objects.get().state == State.SUBMITTED
        assert handed_in is (status == 302)

    def test_an_author_outside_the_ages_is_named(self, client, draft):
        EntryFileFactory(entry=draft)
        old = AuthorFactory(entry=draft, person__birth_date=dt.date(1990, 1, 1))
        response = client.post(url("entry", draft), {"submit": "1"})
        assert response.status_code == 409
        text = page(response)
        assert f"{old.person.full_name}, born on 01/01/1990, is not of an age" in text
        assert "born from 02/01/1996 to 01/01/2008" in text

    def test_strangers_find_nothing(self, client):
        entry = submitted()
        pages = ["entry", "about", "authors", "files", "withdraw"]
        for user in (UserFactory(), a_judge(), submitted(entry.contest).owner):
            client.force_login(user)
            for name in pages:
                assert client.get(url(name, entry)).status_code == 404
                assert client.post(url(name, entry)).status_code == 404
        entry.refresh_from_db()
        assert entry.state == State.SUBMITTED

    def test_organisers_read_along_and_change_nothing(self, client):
        entry = submitted()
        client.force_login(an_organiser(entry.contest))
        text = page(client.get(url("entry", entry)))
        assert entry.title in text
        assert url("about", entry) not in text
        for name in ("entry", "about", "authors", "files", "withdraw"):
            assert client.post(url(name, entry)).status_code == 404

    def test_a_prize_is_not_seen_before_its_moment(
        self, client, member, contest, now, time_machine
    ):
        contest.results_at = now + 20 * DAY
        contest.save()
        entry = submitted(contest, owner=member, state=State.AWARDED)
        AwardFactory(entry=entry, title="Giải Bí Mật")
        pages = [
            url("entry", entry),
            contest.get_absolute_url(),
            reverse("contests:list"),
            "/ca-nhan/",
        ]
        for moment in (now, contest.results_at - TICK):
            time_machine.move_to(moment, tick=False)
            client.force_login(member)
            for address in pages:
                text = page(client.get(address))
                assert "Giải Bí Mật" not in text, address
                assert "Awarded" not in text, address
        time_machine.move_to(contest.results_at, tick=False)
        client.force_login(member)
        assert "Giải Bí Mật" in page(client.get(url("entry", entry)))

    @pytest.mark.parametrize("number", [1, 3])
    def test_few_questions(self, client, draft, number, django_assert_num_queries):
        for _ in range(number):
            EntryFileFactory(entry=draft)
            AuthorFactory(entry=draft)
        with django_assert_num_queries(11):
            client.get(url("entry", draft))

    def test_withdrawing_asks_and_can_be_undone_in_time(
        self, client, member, contest, time_machine
    ):
        entry = submitted(contest, owner=member)
        assert "Yes, withdraw it" in page(client.get(url("withdraw", entry)))
        client.post(url("withdraw", entry))
        entry.refresh_from_db()
        assert entry.state == State.WITHDRAWN
        assert "Take part after all" in page(client.get(url("entry", entry)))
        client.post(url("entry", entry), {"reopen": "1"})
        entry.refresh_from_db()
        assert entry.state == State.DRAFT

    def test_an_unknown_code_is_not_found(self, client, member):
        for code in ("XXXXXXXX", "x", "%20", "ấ"):
            assert client.get(f"/cuoc-thi/bai-thi/{code}/").status_code == 404

    def test_why_it_was_taken_out_is_told(self, client, member, contest):
        entry = submitted(
            contest, owner=member, state=State.DISQUALIFIED, note="Chép bài đã đăng."
        )
        assert "Chép bài đã đăng." in page(client.get(url("entry", entry)))
        assert EntryFile.objects.filter(entry=entry).exists()
