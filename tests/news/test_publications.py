"""Publications of units: sent in with a licence, looked at, then in the media kit."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from PIL import Image

from content.files import private_storage
from content.stamped import SOONEST, new_stamp
from mail.models import Letter
from members import consents, privacy
from members.models import Consent, Role
from news import people, stories, story_rules
from news.models import Article, Contribution, ContributionFile, KitItem
from news.story_rules import StoryRefusal
from tests.factories import files as samples
from tests.factories.members import (
    AssignmentFactory,
    ConsentFactory,
    GuardianFactory,
    UnitFactory,
    UserFactory,
)
from tests.factories.news import KitItemFactory
from tests.factories.pictures import halves, png_bomb, saved
from tests.news.test_stories import body_of

pytestmark = pytest.mark.django_db
State = Contribution.State
PAGE = "/tin-tuc/gui-an-pham/"
KIT = "/tin-tuc/an-pham/"
CHILD = dt.date(2014, 9, 5)


@pytest.fixture
def unit():
    return UnitFactory(name="Đoàn xã Cẩm Giàng")


@pytest.fixture
def sender(unit):
    return UserFactory(person__unit=unit, person__full_name="Nông Thị Hà")


@pytest.fixture
def editor(unit):
    return AssignmentFactory(role=Role.EDITOR, unit=unit).user


@pytest.fixture
def publisher(unit):
    return AssignmentFactory(role=Role.PUBLISHER, unit=unit).user


@pytest.fixture
def clocked(client, monkeypatch, now):
    monkeypatch.setattr("content.clock.now", lambda: now)
    return client


def poster(name="Áp phích.pdf"):
    return SimpleUploadedFile(name, samples.pdf(), "application/pdf")


def photo(name="Ảnh.jpg"):
    exif = Image.Exif()
    exif[0x010E] = "nhà bạn Hà"
    return SimpleUploadedFile(name, saved(halves(), "JPEG", exif=exif), "image/jpeg")


@pytest.fixture
def form(clocked, now, sender):
    clocked.force_login(sender)

    def post(path=PAGE, *, stamp=None, **more):
        data = {
            "title": "Áp phích phòng lừa đảo",
            "text": "Dán ở nhà văn hóa thôn.",
            "made_by": "Đoàn xã Cẩm Giàng",
            "licence": "cc-by-nc",
            "licence_text": "",
            "agreed": "on",
            "stamp": stamp or new_stamp(now - SOONEST),
        } | more
        sent = {name: value for name, value in data.items() if value is not None}
        return clocked.post(path, sent)

    return post


@pytest.fixture
def story(form):
    form(files=[poster()])
    return Contribution.objects.get()


# --- The form -------------------------------------------------------------------


def test_it_reaches_the_editors_with_licence_credit_and_files(form, unit, clocked):
    response = form(files=[poster(), photo()])
    row = Contribution.objects.get()
    assert response.url == row.get_absolute_url()
    assert (row.kind, row.state, row.unit) == ("publication", State.RECEIVED, unit)
    assert (row.licence, row.made_by) == ("cc-by-nc", "Đoàn xã Cẩm Giàng")
    assert [each.name for each in row.files.all()] == ["Áp phích.pdf", "Ảnh.jpg"]
    page = clocked.get(response.url).text
    for words in ("Áp phích.pdf", "không dùng để bán", "Rút lại"):
        assert words in page, words


def test_nothing_of_a_photo_but_its_pixels_is_kept(form):
    form(files=[photo()])
    with ContributionFile.objects.get().file.open("rb") as file:
        assert not Image.open(file).getexif()


def test_a_drawing_keeps_what_is_see_through(form):
    data = saved(halves(mode="RGBA"), "PNG")
    form(files=[SimpleUploadedFile("Nền.png", data, "image/png")])
    with ContributionFile.objects.get().file.open("rb") as file:
        assert Image.open(file).mode == "RGBA"


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("áp phích.pdf", b"<html><script>alert(1)</script>", "áp phích.pdf"),
        ("logo.svg", b"<svg onload='x'/>", "logo.svg"),
        ("phim.mp4", b"\x00\x00\x00\x18ftypisom" + bytes(64), "phim.mp4"),
        ("to.png", png_bomb(30000), "to.png"),
        ("cụt.pdf", b"%PDF-1.7 cut short", "cụt.pdf"),
    ],
)
def test_what_is_no_publication_is_refused_by_name(form, name, data, sentence):
    page = form(files=[SimpleUploadedFile(name, data)]).text
    assert f"{sentence}:" in page
    assert "Áp phích phòng lừa đảo" in page
    assert not ContributionFile.objects.exists()


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({}, "Hãy thêm ít nhất một tệp"),
        ({"files": "pdf", "licence": "own"}, "Hãy ghi bạn cho phép những gì"),
        ({"files": "pdf", "licence": "gpl"}, "gpl"),
        ({"files": "pdf", "licence": None}, "bắt buộc"),
        ({"files": "pdf", "agreed": None}, "không được nhận ấn phẩm"),
        ({"files": "pdf", "made_by": ""}, "bắt buộc"),
    ],
)
def test_what_is_missing_is_said_and_the_rest_given_back(form, more, sentence):
    if "files" in more:
        more = more | {"files": [poster()]}
    page = form(**more).text
    assert sentence in page
    assert "Dán ở nhà văn hóa thôn." in page
    assert not Contribution.objects.exclude(state=State.DRAFT).exists()


def test_files_stay_when_the_rest_is_wrong_and_a_sixth_is_too_much(form, now):
    stamp = new_stamp(now - SOONEST)
    page = form(stamp=stamp, title="", files=[poster() for _index in range(6)]).text
    assert "Tối đa 5 tệp" in page
    row = Contribution.objects.get()
    assert (row.state, row.files.count()) == (State.DRAFT, 5)
    form(stamp=stamp, remove=[row.files.first().pk])
    row.refresh_from_db()
    assert (row.state, row.files.count()) == (State.RECEIVED, 4)


def test_nobody_fetches_the_file_of_another(clocked, story, editor):
    file = story.files.get()
    mine = reverse("news:story_file", args=[story.pk, file.pk])
    theirs = reverse("admin:news_contribution_file", args=[story.pk, file.pk])
    response = clocked.get(mine)
    assert response["Content-Disposition"].startswith("attachment")
    assert body_of(response) == samples.pdf()
    clocked.force_login(UserFactory())
    assert clocked.get(mine).status_code == 404
    stranger = AssignmentFactory(role=Role.EDITOR, unit=UnitFactory()).user
    clocked.force_login(stranger)
    assert clocked.get(theirs).status_code == 404
    clocked.force_login(editor)
    assert body_of(clocked.get(theirs)) == samples.pdf()


# --- What the editors do --------------------------------------------------------


def test_accepted_it_stands_in_the_kit(
    form, publisher, now, client, unit, django_capture_on_commit_callbacks
):
    form(files=[poster(), photo()], licence="own", licence_text="Chỉ dùng ở thôn.")
    row = Contribution.objects.get()
    names = [each.file.name for each in row.files.all()]
    with django_capture_on_commit_callbacks(execute=True):
        stories.accept_publication(story=row, by=publisher, now=now)
    first, second = KitItem.objects.order_by("pk")
    assert (first.title, first.unit) == ("Áp phích phòng lừa đảo (1)", unit)
    assert (first.media_type, second.media_type) == ("application/pdf", "image/jpeg")
    client.logout()
    page = client.get(KIT).text
    for words in (first.title, "Chỉ dùng ở thôn.", "Đoàn xã Cẩm Giàng", "Ấn phẩm của"):
        assert words in page, words
    assert b"".join(client.get(first.get_absolute_url()).streaming_content)
    assert not any(private_storage().exists(name) for name in names)
    assert not ContributionFile.objects.exists()
    letter = Letter.objects.get(kind="news.story_accepted")
    assert "bộ mẫu ấn phẩm" in letter.text
    assert not Article.objects.exists()
    stories.accept_publication(story=row, by=publisher, now=now)
    assert KitItem.objects.count() == 2


def test_who_only_writes_does_not_put_it_out(story, editor, now, clocked):
    with pytest.raises(stories.Refused) as refused:
        stories.accept_publication(story=story, by=editor, now=now)
    assert refused.value.reason == StoryRefusal.NEEDS_PUBLISHER
    clocked.force_login(editor)
    page = clocked.get(reverse("admin:news_contribution_change", args=[story.pk])).text
    assert 'name="_accept"' not in page
    assert "công khai ngay" in page


def test_nobody_takes_their_own(story, now):
    unit = story.unit
    by = AssignmentFactory(role=Role.PUBLISHER, unit=unit, user=story.sender.user).user
    with pytest.raises(stories.Refused) as refused:
        stories.accept_publication(story=story, by=by, now=now)
    assert refused.value.reason == StoryRefusal.OWN


def test_the_button_in_the_admin(story, publisher, clocked):
    clocked.force_login(publisher)
    address = reverse("admin:news_contribution_change", args=[story.pk])
    page = clocked.get(address).text
    assert "Đưa vào bộ mẫu ấn phẩm" in page
    assert "Áp phích.pdf" in page
    response = clocked.post(address, {"_accept": "1"})
    assert response.url == reverse("admin:news_contribution_changelist")
    assert KitItem.objects.get().contribution == story


@pytest.mark.parametrize("verb", ["give_back", "refuse"])
def test_back_or_no_with_a_remark(
    story, editor, now, verb, clocked, django_capture_on_commit_callbacks
):
    name = story.files.get().file.name
    with django_capture_on_commit_callbacks(execute=True):
        getattr(stories, verb)(story=story, by=editor, now=now, remark="Chữ quá nhỏ.")
    assert private_storage().exists(name) == (verb == "give_back")
    assert "Chữ quá nhỏ." in Letter.objects.get().text
    page = clocked.get(story.get_absolute_url()).text
    assert "Chữ quá nhỏ." in page
    assert ("Các tệp đã tải lên" in page) == (verb == "give_back")
    [entry] = people.StoriesOnMyPage().entries(story.sender, now)
    assert entry.kind == "Ấn phẩm"
    assert entry.state in {State.RETURNED, State.REFUSED}


def test_taken_back_its_files_are_gone(
    story, clocked, django_capture_on_commit_callbacks
):
    name = story.files.get().file.name
    with django_capture_on_commit_callbacks(execute=True):
        clocked.post(reverse("news:story_withdraw", args=[story.pk]))
    story.refresh_from_db()
    assert story.state == State.WITHDRAWN
    assert not private_storage().exists(name)


# --- Names and children ---------------------------------------------------------


def agree(story, purpose, method=Consent.Method.SIGNED_FORM):
    child = story.sender
    ConsentFactory(
        person=child,
        guardian=child.guardians.first() or GuardianFactory(child=child),
        purpose=purpose,
        about=story_rules.about(story),
        method=method,
    )


def test_an_adult_s_own_name_is_their_word(form, publisher, now):
    form(files=[poster()], made_by="Nông Thị Hà, Chi đoàn Nà Tu")
    row = Contribution.objects.get()
    stories.accept_publication(story=row, by=publisher, now=now)
    assert KitItem.objects.get().credit == "Nông Thị Hà, Chi đoàn Nà Tu"
    consents.withdraw(
        person=row.sender,
        purpose=Consent.Purpose.PUBLISH_NAME,
        about=story_rules.about(row),
        now=now,
    )
    assert KitItem.objects.get().credit == "Bạn đọc"


@pytest.mark.parametrize("agreed", [True, False])
def test_a_child_s_name_needs_every_consent(form, publisher, sender, now, agreed):
    sender.person.birth_date = CHILD
    sender.person.save()
    form(files=[poster()], made_by="Em NÔNG THI HÀ")
    row = Contribution.objects.get()
    with pytest.raises(stories.Refused) as refused:
        stories.accept_publication(story=row, by=publisher, now=now)
    assert refused.value.reason == StoryRefusal.GUARDIAN_MISSING
    agree(row, Consent.Purpose.STORY)
    if agreed:
        agree(row, Consent.Purpose.PUBLISH_NAME)
    stories.accept_publication(story=row, by=publisher, now=now)
    expected = "Em NÔNG THI HÀ" if agreed else "Đoàn xã Cẩm Giàng"
    assert KitItem.objects.get().credit == expected


def test_a_guardian_s_word_taken_back_takes_it_out_of_the_kit(
    form, publisher, sender, now, django_capture_on_commit_callbacks
):
    sender.person.birth_date = CHILD
    sender.person.save()
    form(files=[poster()])
    row = Contribution.objects.get()
    agree(row, Consent.Purpose.STORY)
    stories.accept_publication(story=row, by=publisher, now=now)
    name = KitItem.objects.get().file.name
    rows = Consent.objects.filter(purpose=Consent.Purpose.STORY).exclude(guardian=None)
    with django_capture_on_commit_callbacks(execute=True):
        consents.withdraw_rows(rows, now=now)
    assert not KitItem.objects.exists()
    assert not private_storage().exists(name)


def test_erasing_leaves_the_publication_without_the_name(form, publisher, now):
    form(files=[poster()], made_by="Nông Thị Hà")
    row = Contribution.objects.get()
    stories.accept_publication(story=row, by=publisher, now=now)
    privacy.erase_person(person=row.sender, now=now)
    assert KitItem.objects.get().credit == "Bạn đọc"
    assert not Contribution.objects.exists()


def test_what_was_sent_is_handed_out(story):
    [row] = people.ContributionHolder().export(story.sender)
    assert row["files"] == ["Áp phích.pdf"]
    assert row["made_by"] == "Đoàn xã Cẩm Giàng"


def test_an_own_licence_is_written_out():
    with pytest.raises(IntegrityError), transaction.atomic():
        KitItemFactory(licence="own", licence_text="")


def test_the_kit_leads_to_the_form(client):
    assert f'href="{PAGE}"' in client.get(KIT).text


def test_files_without_a_row_are_swept(form, now):
    from django.core.files.base import ContentFile

    name = private_storage().save("publications/x", ContentFile(b"x"))
    form(files=[poster()])
    kept = ContributionFile.objects.get().file.name
    assert stories.drop_left_behind(now=now + dt.timedelta(days=400)) >= 1
    assert not private_storage().exists(name)
    assert private_storage().exists(kept)
