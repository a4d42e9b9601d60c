"""Stories sent in: from the form to an article with credit, or a reasoned no."""

import contextlib
import datetime as dt
import io
import re

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import reverse
from PIL import Image

from content.files import private_storage
from content.stamped import SOONEST, new_stamp
from mail.models import Letter
from members import consents, history, merge, privacy
from members.desk import counted
from members.models import Consent, Role
from news import actions, desk, limits, people, stories, story_rules, withdrawing
from news.models import Article, Contribution, ContributionPicture
from news.story_rules import StoryRefusal
from tests.factories.members import (
    AssignmentFactory,
    ConsentFactory,
    GuardianFactory,
    PersonFactory,
    UnitFactory,
    UserFactory,
)
from tests.factories.news import ContributionFactory, SectionFactory

pytestmark = pytest.mark.django_db
State = Contribution.State
PAGE = "/tin-tuc/gui-bai/"
CHILD = dt.date(2014, 9, 5)


def jpeg(name="ảnh.jpg", colour="navy"):
    file = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "nhà bạn Hà"
    Image.new("RGB", (64, 48), colour).save(file, "JPEG", exif=exif)
    return SimpleUploadedFile(name, file.getvalue(), "image/jpeg")


def body_of(response):
    """What was sent, with the file closed."""
    with contextlib.ExitStack() as closing:
        for close in response._resource_closers:
            closing.callback(close)
        return b"".join(response.streaming_content)


@pytest.fixture
def section():
    return SectionFactory(name="Mỗi ngày một tin tốt", rhythm="daily")


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
def clocked(client, monkeypatch, now):
    monkeypatch.setattr("content.clock.now", lambda: now)
    return client


@pytest.fixture
def form(clocked, now, section, sender):
    """`form(title=…)`: what a complete form posts, changed by the arguments."""
    clocked.force_login(sender)

    def post(path=PAGE, *, stamp=None, **more):
        data = {
            "section": section.pk,
            "title": "Chiếc xe đạp",
            "text": "Sáng nay ở cổng trường.",
            "agreed": "on",
            "stamp": stamp or new_stamp(now - SOONEST),
        } | more
        sent = {name: value for name, value in data.items() if value is not None}
        return clocked.post(path, sent)

    return post


# --- The form -------------------------------------------------------------------


def test_a_story_with_pictures_reaches_the_editors(form, sender, unit, clocked):
    response = form(
        pictures=[jpeg("một.jpg"), jpeg("hai.jpg")], faces_agreed="on", as_unit="on"
    )
    story = Contribution.objects.get()
    assert response.url == story.get_absolute_url()
    assert (story.state, story.sender, story.unit) == (
        State.RECEIVED,
        sender.person,
        unit,
    )
    assert [each.name for each in story.pictures.all()] == ["một", "hai"]
    page = clocked.get(response.url).content.decode()
    assert "Đã nhận" in page
    assert "Cảm ơn bạn" in page


def test_nothing_of_the_file_but_its_pixels_is_kept(form):
    form(pictures=[jpeg()], faces_agreed="on")
    with ContributionPicture.objects.get().file.open("rb") as file:
        assert not Image.open(file).getexif()


def test_pressed_twice_is_once(form, now):
    stamp = new_stamp(now - SOONEST)
    first, second = form(stamp=stamp), form(stamp=stamp)
    assert first.url == second.url
    assert Contribution.objects.count() == 1


def test_pictures_stay_when_the_rest_is_wrong(form, now, clocked):
    stamp = new_stamp(now - SOONEST)
    response = form(stamp=stamp, title="", pictures=[jpeg()], faces_agreed="on")
    page = response.content.decode()
    assert "Sáng nay ở cổng trường." in page
    assert "remove-" in page
    story = Contribution.objects.get()
    assert story.state == State.DRAFT
    form(stamp=stamp, faces_agreed="on")
    story.refresh_from_db()
    assert (story.state, story.pictures.count()) == (State.RECEIVED, 1)


def test_a_kept_picture_can_be_taken_out(form, now, django_capture_on_commit_callbacks):
    stamp = new_stamp(now - SOONEST)
    form(stamp=stamp, title="", pictures=[jpeg()], faces_agreed="on")
    kept = ContributionPicture.objects.get()
    with django_capture_on_commit_callbacks(execute=True):
        form(stamp=stamp, remove=kept.pk)
    assert Contribution.objects.get().pictures.count() == 0
    assert not private_storage().exists(kept.file.name)


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"agreed": None}, "không được nhận bài"),
        ({"text": ""}, "bắt buộc"),
        ({"homepage": "x"}, "ô ẩn"),
    ],
)
def test_what_is_missing_is_said_and_the_rest_given_back(form, more, sentence):
    page = form(**more).content.decode()
    assert sentence in page
    assert "Chiếc xe đạp" in page
    assert not Contribution.objects.exists()


def test_faces_must_have_agreed(form):
    page = form(pictures=[jpeg()]).content.decode()
    assert "hoặc gửi bài không kèm ảnh" in page
    assert Contribution.objects.get().state == State.DRAFT


def test_a_sixth_picture_is_refused_and_five_stay(form):
    page = form(pictures=[jpeg() for _index in range(6)], faces_agreed="on")
    assert "Tối đa 5 ảnh" in page.content.decode()
    assert Contribution.objects.get().pictures.count() == 5


def test_a_page_that_calls_itself_a_picture_is_refused(form):
    lie = SimpleUploadedFile("ảnh.jpg", b"<html><script>", "image/jpeg")
    page = form(pictures=[lie], faces_agreed="on").content.decode()
    assert "ảnh.jpg:" in page
    assert not ContributionPicture.objects.exists()


def test_the_same_text_does_not_go_twice(form):
    form()
    page = form(title="CHIEC xe  đạp").content.decode()
    assert "Bạn đã gửi bài này rồi" in page
    assert Contribution.objects.count() == 1


def test_one_person_sends_a_few_a_day(form, monkeypatch):
    monkeypatch.setitem(limits.LIMITS, "story", "1/d/key")
    form()
    page = form(title="Chuyện khác").content.decode()
    assert "gửi bài tiếp theo vào ngày mai" in page
    assert "Chuyện khác" in page


def test_without_an_account_one_signs_in_and_finds_the_text_again(
    clocked, section, sender, now
):
    data = {"title": "Chiếc xe đạp", "text": "Gõ dở", "stamp": new_stamp(now)}
    response = clocked.post(PAGE, data)
    assert response.url.startswith("/tai-khoan/")
    session = clocked.session["members.typed"]
    clocked.force_login(sender)
    kept = clocked.session
    kept["members.typed"] = session
    kept.save()
    assert "Gõ dở" in clocked.get(PAGE).content.decode()


def test_a_newcomer_says_who_they_are(clocked, form, sender):
    sender.person = None
    sender.save()
    clocked.force_login(sender)
    form(full_name="Ma Văn Bình", birth_date="05/03/2001")
    assert Contribution.objects.get().sender.full_name == "Ma Văn Bình"


# --- Whose business it is -------------------------------------------------------


def test_nobody_reads_the_story_of_another(clocked, form):
    form(pictures=[jpeg()], faces_agreed="on")
    story = Contribution.objects.get()
    picture = story.pictures.get()
    where = reverse("news:story_picture", args=[story.pk, picture.pk])
    assert body_of(clocked.get(where)).startswith(b"\xff\xd8")
    clocked.force_login(UserFactory())
    for address in (where, story.get_absolute_url()):
        assert clocked.get(address).status_code == 404


def test_an_editor_sees_what_comes_from_their_units(clocked, form, editor):
    form(pictures=[jpeg()], faces_agreed="on")
    story = Contribution.objects.get()
    picture = story.pictures.get()
    where = reverse("admin:news_contribution_picture", args=[story.pk, picture.pk])
    address = reverse("admin:news_contribution_change", args=[story.pk])
    stranger = AssignmentFactory(role=Role.EDITOR, unit=UnitFactory()).user
    clocked.force_login(stranger)
    assert clocked.get(where).status_code == 404
    assert clocked.get(address).status_code == 302
    clocked.force_login(editor)
    assert body_of(clocked.get(where)).startswith(b"\xff\xd8")
    assert where in clocked.get(address).content.decode()


# --- What the editors do --------------------------------------------------------


@pytest.fixture
def story(unit, sender, section):
    return ContributionFactory(
        sender=sender.person, section=section, title="Chiếc xe đạp"
    )


def test_accepting_makes_a_draft_with_credit(form, editor, now):
    form(pictures=[jpeg("một.jpg"), jpeg("hai.jpg")], faces_agreed="on", as_unit="on")
    story = Contribution.objects.get()
    article = stories.accept(story=story, by=editor, now=now)
    assert (article.state, article.byline) == (
        Article.State.DRAFT,
        "Đoàn xã Cẩm Giàng",
    )
    assert article.cover.credit == "Đoàn xã Cẩm Giàng"
    assert article.body.count("<img") == 1
    assert "<p>Sáng nay ở cổng trường.</p>" in article.body
    assert article.created_by == editor
    assert not ContributionPicture.objects.exists()
    assert stories.accept(story=story, by=editor, now=now) == article


def test_what_was_typed_cannot_become_markup(story, editor, now):
    Contribution.objects.update(text="<script>alert(1)</script>")
    article = stories.accept(story=story, by=editor, now=now)
    assert "<script" not in article.body
    assert "&lt;script&gt;" in article.body


def test_who_accepts_does_not_approve(story, now, unit):
    publisher = AssignmentFactory(role=Role.PUBLISHER, unit=unit).user
    article = stories.accept(story=story, by=publisher, now=now)
    with pytest.raises(actions.Refused):
        actions.approve_and_publish(article=article, by=publisher, now=now)


def test_the_name_stands_there_only_when_its_owner_says_so(form, editor, now):
    form(publish_name="on")
    form(title="Chuyện khác")
    named, nameless = Contribution.objects.order_by("pk")
    assert stories.accept(story=named, by=editor, now=now).byline == "Nông Thị Hà"
    assert stories.accept(story=nameless, by=editor, now=now).byline == "Bạn đọc"


def test_going_back_and_coming_again(form, story, editor, sender, now, clocked):
    stories.give_back(story=story, by=editor, now=now, remark="Thêm địa điểm.")
    letter = Letter.objects.get(kind="news.story_returned")
    assert letter.address == sender.email
    assert "Thêm địa điểm." in letter.text
    [task] = counted([*desk.StoryTasks().tasks(sender, now)])
    page = clocked.get(task.url).content.decode()
    assert "Thêm địa điểm." in page
    assert 'type="checkbox"' in page
    assert not re.search(r'type="checkbox"[^>]*checked', page)  # no consent ticked
    form(task.url, title="Chiếc xe đạp ở Nà Tu")
    story.refresh_from_db()
    assert (story.state, story.title) == (State.RECEIVED, "Chiếc xe đạp ở Nà Tu")


def test_a_no_tells_why_and_deletes_the_pictures(
    form, editor, now, django_capture_on_commit_callbacks
):
    form(pictures=[jpeg()], faces_agreed="on")
    story = Contribution.objects.get()
    name = story.pictures.get().file.name
    with django_capture_on_commit_callbacks(execute=True):
        stories.refuse(story=story, by=editor, now=now, remark="Trùng bài tuần trước.")
    assert not private_storage().exists(name)
    letter = Letter.objects.get(kind="news.story_refused")
    assert "Trùng bài tuần trước." in letter.text


REASONS = [
    ("accept", State.REFUSED, {}, StoryRefusal.WRONG_STATE),
    ("give_back", State.RECEIVED, {"remark": " "}, StoryRefusal.NO_REMARK),
    ("refuse", State.RECEIVED, {"remark": ""}, StoryRefusal.NO_REMARK),
    ("refuse", State.ACCEPTED, {"remark": "Muộn"}, StoryRefusal.WRONG_STATE),
]


@pytest.mark.parametrize(("verb", "state", "more", "reason"), REASONS)
def test_why_not(story, editor, now, verb, state, more, reason):
    Contribution.objects.update(state=state)
    with pytest.raises(stories.Refused) as refused:
        getattr(stories, verb)(story=story, by=editor, now=now, **more)
    assert refused.value.reason == reason


def test_taking_it_back(story, clocked, sender):
    clocked.force_login(sender)
    clocked.post(reverse("news:story_withdraw", args=[story.pk]))
    story.refresh_from_db()
    assert story.state == State.WITHDRAWN


def test_the_sender_learns_that_the_article_is_out(story, editor, sender, unit, now):
    article = stories.accept(story=story, by=editor, now=now)
    publisher = AssignmentFactory(role=Role.PUBLISHER, unit=unit).user
    actions.approve_and_publish(article=article, by=publisher, now=now)
    letter = Letter.objects.get(kind="news.story_published")
    assert letter.address == sender.email
    assert article.get_absolute_url() in letter.text


def test_the_buttons_in_the_admin(clocked, story, editor):
    clocked.force_login(editor)
    address = reverse("admin:news_contribution_change", args=[story.pk])
    clocked.post(address, {"_return": "1", "_remark": ""})
    story.refresh_from_db()
    assert story.state == State.RECEIVED
    response = clocked.post(address, {"_accept": "1"})
    article = Article.objects.get()
    assert response.url == reverse("admin:news_article_change", args=[article.pk])


def test_the_desk_of_the_editors(story, editor, now):
    [task] = counted([*desk.StoryTasks().tasks(editor, now)])
    assert task.count == 1


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_s_queries_do_not_grow(
    clocked, unit, editor, section, django_assert_max_num_queries, number
):
    for _index in range(number):
        ContributionFactory(sender=PersonFactory(unit=unit), section=section)
    clocked.force_login(editor)
    with django_assert_max_num_queries(12):
        clocked.get(reverse("admin:news_contribution_changelist"))


# --- Children -------------------------------------------------------------------


def test_a_child_s_story_waits_for_the_guardian(story, editor, now):
    story.sender.birth_date = CHILD
    story.sender.save()
    with pytest.raises(stories.Refused) as refused:
        stories.accept(story=story, by=editor, now=now)
    assert refused.value.reason == StoryRefusal.GUARDIAN_MISSING
    agree(story, Consent.Purpose.STORY)
    assert stories.accept(story=story, by=editor, now=now).byline == "Bạn đọc"


def test_a_child_asks_from_the_page_of_the_story(clocked, story, sender):
    story.sender.birth_date = CHILD
    story.sender.save()
    clocked.force_login(sender)
    assert (
        "Còn thiếu một việc" in clocked.get(story.get_absolute_url()).content.decode()
    )
    data = {"guardian_name": "Nông Văn Sơn", "relation": "bố"}
    data |= {"email": "bo.cua.ha@example.com"}
    clocked.post(reverse("news:story_guardian", args=[story.pk]), data)
    letter = Letter.objects.get(kind="guardian.consent")
    assert letter.address == "bo.cua.ha@example.com"
    assert "Đang chờ" in clocked.get(story.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("own", "guardian", "school", "byline"),
    [
        (True, True, True, "Nông Thị Hà"),
        (False, True, True, "Bạn đọc"),
        (True, False, True, "Bạn đọc"),
        (True, True, False, "Bạn đọc"),
    ],
)
def test_a_child_s_name_needs_every_consent(
    story, editor, now, own, guardian, school, byline
):
    story.sender.birth_date = CHILD
    story.sender.save()
    agree(story, Consent.Purpose.STORY)
    about = story_rules.about(story)
    name = {"person": story.sender, "purpose": "publish_name", "about": about}
    if own:
        ConsentFactory(**name)
    if guardian:
        agree(story, Consent.Purpose.PUBLISH_NAME)
    if school:
        ConsentFactory(**name, method=Consent.Method.SCHOOL)
    assert stories.accept(story=story, by=editor, now=now).byline == byline


def agree(story, purpose):
    guardian = story.sender.guardians.first() or GuardianFactory(child=story.sender)
    ConsentFactory(
        person=story.sender,
        guardian=guardian,
        purpose=purpose,
        about=story_rules.about(story),
        method=Consent.Method.GUARDIAN_LINK,
    )


def test_forms_that_are_never_right_fill_no_disk(form, sender, now):
    for number in range(stories.MOST_DRAFTS + 2):
        early = new_stamp(now - SOONEST - dt.timedelta(seconds=number))
        response = form(title="", stamp=early, pictures=[jpeg()], faces_agreed="on")
        assert response.status_code == 200
    assert Contribution.objects.count() == stories.MOST_DRAFTS
    assert ContributionPicture.objects.count() == stories.MOST_DRAFTS
    [latest, *_rest] = Contribution.objects.order_by("-pk")
    path = latest.get_absolute_url()
    form(path, title="", pictures=[jpeg()], faces_agreed="on")
    assert latest.pictures.count() == 2


# --- Withdrawing, merging, erasing ----------------------------------------------


@pytest.fixture
def named(form, editor, now):
    """An article under the sender's name, with one version."""
    form(publish_name="on")
    story = Contribution.objects.get()
    article = stories.accept(story=story, by=editor, now=now)
    article.title = "Chiếc xe đạp mới"
    actions.save_text(article=article, by=editor, now=now)
    return story


def names_of(story):
    article = Contribution.objects.get(pk=story.pk).article
    return {article.byline, *article.revisions.values_list("text__byline", flat=True)}


def test_withdrawing_the_consent_hides_the_name_at_once(named, now):
    assert names_of(named) == {"Nông Thị Hà"}
    consents.withdraw(
        person=named.sender,
        purpose=Consent.Purpose.PUBLISH_NAME,
        about=story_rules.about(named),
        now=now,
    )
    assert names_of(named) == {"Bạn đọc"}


def test_the_button_takes_the_name_off(named, clocked):
    clocked.post(reverse("news:story_withdraw", args=[named.pk]))
    assert names_of(named) == {"Bạn đọc"}


def test_the_log_names_the_story_by_number_and_never_by_its_title(story, editor, now):
    stories.give_back(story=story, by=editor, now=now, remark="Bổ sung tên thôn.")
    [line] = LogEntry.objects.filter(user=editor)
    assert line.object_repr == f"Bài gửi về số {story.pk}"


def test_taking_a_name_off_leaves_the_record_of_who_approved(named, editor, now):
    """A sender must not be able to empty the log of an article."""
    article, by = Article.objects.get(), UserFactory()
    actions.submit(article=article, by=editor, now=now)
    actions.approve(article=article, by=by, now=now)
    said = LogEntry.objects.filter(object_id=str(article.pk), user=by)
    before = list(said.values_list("object_repr", "change_message"))
    assert before
    withdrawing.take_name_off(story=named)
    assert list(said.values_list("object_repr", "change_message")) == before
    events = history.events_of(Article).objects.filter(pgh_obj=article.pk)
    assert set(events.values_list("byline", flat=True)) <= {"", "Bạn đọc"}


def test_erasing_leaves_the_article_and_no_name(named, now):
    article = Article.objects.get()
    privacy.erase_person(person=named.sender, now=now)
    assert not Contribution.objects.exists()
    article.refresh_from_db()
    assert article.byline == "Bạn đọc"
    assert not article.revisions.filter(text__byline="Nông Thị Hà").exists()


def test_erasing_deletes_the_pictures(form, now, django_capture_on_commit_callbacks):
    form(pictures=[jpeg()], faces_agreed="on")
    story = Contribution.objects.get()
    name = story.pictures.get().file.name
    with django_capture_on_commit_callbacks(execute=True):
        privacy.erase_person(person=story.sender, now=now)
    assert not private_storage().exists(name)


def test_what_was_sent_is_handed_out(story):
    [row] = people.ContributionHolder().export(story.sender)
    assert (row["title"], row["text"]) == (story.title, story.text)


def test_merged_records_keep_their_stories(story, now):
    keep = PersonFactory(birth_date=story.sender.birth_date)
    merge.merge_people(keep=keep, drop=story.sender, now=now)
    story.refresh_from_db()
    assert story.sender == keep


def test_my_page_tells_where_it_stands(story, now):
    [entry] = people.StoriesOnMyPage().entries(story.sender, now)
    assert (entry.title, entry.state) == (story.title, State.RECEIVED)


@pytest.mark.parametrize(("age", "left"), [(7, 1), (8, 0)])
def test_drafts_that_nobody_sent_go_after_a_week(story, now, age, left):
    Contribution.objects.update(
        state=State.DRAFT, created_at=now - dt.timedelta(days=age)
    )
    stories.drop_left_behind(now=now)
    assert Contribution.objects.count() == left


def test_two_presses_at_once_keep_to_the_constraint(story):
    double = {"sender": story.sender, "press": story.press}
    with pytest.raises(Exception, match="contribution_sent_once"), transaction.atomic():
        ContributionFactory(**double)
