"""A consent taken back: what waits ends, what is out loses name and pictures."""

import datetime as dt

import pytest
from django.contrib.admin.models import LogEntry

from content.files import private_storage
from content.models import Picture
from mail.models import Letter
from members import consents
from members.desk import counted
from members.models import Consent, Role
from news import actions, desk, rules, stories, story_rules
from news.models import Article, Contribution, ContributionPicture
from news.rules import Refusal
from tests.factories.members import (
    AssignmentFactory,
    ConsentFactory,
    GuardianFactory,
    UnitFactory,
    UserFactory,
)
from tests.factories.news import ArticleFactory, PublishedFactory, SectionFactory
from tests.factories.pictures import halves, saved

pytestmark = pytest.mark.django_db
State = Contribution.State
Purpose = Consent.Purpose
TELLING = "Em Nông Thị Hà tặng lại chiếc xe đạp."


@pytest.fixture
def unit():
    return UnitFactory(name="Liên đội Cẩm Giàng")


@pytest.fixture
def editor(unit):
    return AssignmentFactory(role=Role.EDITOR, unit=unit).user


@pytest.fixture
def send(unit, now):
    """`send(text=…)`: a story with a picture of a child whose everybody agreed."""
    child = UserFactory(
        person__unit=unit,
        person__full_name="Nông Thị Hà",
        person__birth_date=dt.date(2014, 9, 5),
    ).person
    section = SectionFactory(rhythm="daily")

    def sent(text="Sáng nay ở cổng trường.", *, agreed=True):
        from io import BytesIO

        from content.pictures import reading

        image = reading.read(BytesIO(saved(halves(), "PNG")), name="Xe đạp.png")
        story = stories.send(
            sender=child,
            press=f"{len(text):032x}",
            told=stories.Told(
                title="Chiếc xe đạp",
                text=text,
                section=section,
                publish_name=True,
                faces_agreed=True,
            ),
            images=[image],
            now=now,
        )
        if agreed:
            guardian = child.guardians.first() or GuardianFactory(child=child)
            for purpose in (
                Purpose.STORY,
                Purpose.PUBLISH_NAME,
                Purpose.PUBLISH_PICTURE,
            ):
                ConsentFactory(
                    person=child,
                    guardian=guardian,
                    purpose=purpose,
                    about=story_rules.about(story),
                    method=Consent.Method.SIGNED_FORM,
                )
        return story

    return sent


@pytest.fixture
def accepted(send, editor, now):
    def accept(text="Sáng nay ở cổng trường."):
        story = send(text)
        article = stories.accept(story=story, by=editor, now=now)
        Picture.objects.update(alt="Một chiếc xe đạp.")
        return story, Article.objects.get(pk=article.pk)

    return accept


@pytest.fixture
def out(accepted, unit, now):
    """`out(text)`: the story and its article, on the site."""
    publisher = AssignmentFactory(role=Role.PUBLISHER, unit=unit).user

    def publish(text="Sáng nay ở cổng trường.", at=None):
        story, article = accepted(text)
        if at:
            actions.approve_and_schedule(article=article, by=publisher, now=now, at=at)
        else:
            actions.approve_and_publish(article=article, by=publisher, now=now)
        return story, article

    return publish


def take_back(story, now, purpose=Purpose.STORY, **only):
    rows = Consent.objects.filter(person=story.sender, purpose=purpose, **only)
    consents.withdraw_rows(rows.exclude(guardian=None), now=now)


@pytest.mark.parametrize("state", [State.RECEIVED, State.RETURNED])
def test_a_story_that_waits_ends(
    send, now, state, django_capture_on_commit_callbacks, client
):
    story = send()
    Contribution.objects.update(state=state)
    file = story.pictures.get().file.name
    with django_capture_on_commit_callbacks(execute=True):
        take_back(story, now)
    story.refresh_from_db()
    assert (story.state, story.decided_at) == (State.WITHDRAWN, now)
    assert story.consent_withdrawn_at == now
    assert not ContributionPicture.objects.exists()
    assert not private_storage().exists(file)
    letter = Letter.objects.get(kind="news.story_ended")
    assert letter.recipient == story.sender_id
    assert "đã được rút lại" in letter.text
    client.force_login(story.sender.user)
    assert "đã được rút lại" in client.get(story.get_absolute_url()).text


@pytest.mark.parametrize("state", [State.DRAFT, State.REFUSED, State.WITHDRAWN])
def test_what_does_not_wait_stays_as_it_is(send, now, state):
    story = send()
    Contribution.objects.update(state=state)
    take_back(story, now)
    story.refresh_from_db()
    assert (story.state, story.consent_withdrawn_at) == (state, None)
    assert not Letter.objects.filter(kind="news.story_ended").exists()


def test_one_of_two_guardians_is_enough(send, now):
    story = send()
    other = GuardianFactory(child=story.sender)
    ConsentFactory(
        person=story.sender,
        guardian=other,
        purpose=Purpose.STORY,
        about=story_rules.about(story),
    )
    take_back(story, now, guardian=other)
    story.refresh_from_db()
    assert story.state == State.RECEIVED
    take_back(story, now)
    story.refresh_from_db()
    assert story.state == State.WITHDRAWN


def test_a_consent_about_another_matter_changes_nothing(send, now):
    story = send()
    ConsentFactory(
        person=story.sender,
        guardian=story.sender.guardians.get(),
        purpose=Purpose.STORY,
        about="news.contribution:0",
    )
    take_back(story, now, about="news.contribution:0")
    story.refresh_from_db()
    assert story.state == State.RECEIVED


def test_an_adult_needs_no_guardian(send, now):
    story = send()
    story.sender.birth_date = dt.date(1999, 9, 5)
    story.sender.save()
    take_back(story, now)
    story.refresh_from_db()
    assert story.state == State.RECEIVED


def test_name_and_pictures_leave_the_site_at_once(
    out, now, client, django_capture_on_commit_callbacks
):
    story, article = out()
    picture = Picture.objects.get()
    editor_form = article.text_version
    assert picture.faces == Picture.Faces.AGREED
    page = client.get(article.get_absolute_url()).text
    assert "Nông Thị Hà" in page
    assert picture.key in page
    with django_capture_on_commit_callbacks(execute=True):
        take_back(story, now)
    page = client.get(article.get_absolute_url())
    assert page.status_code == 200
    assert "Nông Thị Hà" not in page.text
    assert picture.key not in page.text
    assert not Picture.objects.exists()
    assert not picture.file.storage.exists(picture.file.name)
    article.refresh_from_db()
    assert article.text_version > editor_form
    assert Letter.objects.filter(kind="news.story_ended").count() == 1


def test_pictures_leave_every_place_and_version(accepted, now, editor):
    story, article = accepted()
    picture = Picture.objects.get()
    tag = f'<p><img src="{picture.file.url}" alt="Xe"></p>'
    article.body = f"<p>Trước.</p>{tag}<p>Sau.</p>"
    actions.save_text(article=article, by=editor, now=now)
    placed = [{"picture": picture.pk, "caption": "Xe"}]
    essay = PublishedFactory(
        kind="reportage", details={"pictures": placed}, cover=picture
    )
    steps = [{"title": "Một", "text": "", "picture": picture.pk}]
    guide = ArticleFactory(kind="guide", details={"steps": steps})
    take_back(story, now)
    article.refresh_from_db()
    essay.refresh_from_db()
    guide.refresh_from_db()
    assert article.cover is essay.cover is None
    assert article.body == "<p>Trước.</p><p>Sau.</p>"
    assert essay.details == {"pictures": []}
    assert guide.details["steps"] == [{"title": "Một", "text": "", "picture": None}]
    for revision in article.revisions.all():
        assert revision.text["cover_id"] is None
        assert picture.key not in revision.text["body"]


@pytest.mark.parametrize("where", ["title", "lead", "body"])
def test_an_article_whose_words_hold_the_name_is_taken_down(out, now, client, where):
    story, article = out()
    words = f"<p>{TELLING}</p>" if where == "body" else TELLING.upper()
    Article.objects.filter(pk=article.pk).update(**{where: words})
    take_back(story, now)
    article.refresh_from_db()
    assert article.state == Article.State.ARCHIVED
    assert client.get(article.get_absolute_url()).status_code in {404, 410}


def test_what_is_scheduled_waits_again(out, now):
    story, article = out(at=now + dt.timedelta(hours=3))
    take_back(story, now)
    article.refresh_from_db()
    assert article.state == Article.State.APPROVED
    assert rules.why_not_ready(article) == Refusal.CONSENT_WITHDRAWN
    with pytest.raises(actions.Refused) as refused:
        actions.publish(article=article, by=None, now=now)
    assert refused.value.reason == Refusal.CONSENT_WITHDRAWN


def test_agreed_again_it_may_go_out(accepted, now):
    story, article = accepted()
    take_back(story, now)
    assert rules.why_not_consented(article) == Refusal.CONSENT_WITHDRAWN
    consents.give(
        person=story.sender,
        guardian=story.sender.guardians.get(),
        purpose=Purpose.STORY,
        about=story_rules.about(story),
        text_version="2026-11",
        method=Consent.Method.GUARDIAN_LINK,
        now=now,
    )
    assert rules.why_not_consented(article) is None


def test_taking_back_the_picture_alone_leaves_the_name(out, now):
    story, article = out()
    take_back(story, now, Purpose.PUBLISH_PICTURE)
    article.refresh_from_db()
    assert (article.byline, article.cover) == ("Nông Thị Hà", None)
    story.refresh_from_db()
    assert story.consent_withdrawn_at is None


def test_taking_back_the_name_alone_leaves_the_pictures(out, now):
    story, article = out()
    take_back(story, now, Purpose.PUBLISH_NAME)
    article.refresh_from_db()
    assert article.byline == "Bạn đọc"
    assert article.cover is not None


def test_the_editors_are_asked_to_read_it_again(out, now, editor):
    story, _article = out()
    logged = LogEntry.objects.count()
    take_back(story, now)
    labels = {task.label for task in counted([*desk.StoryTasks().tasks(editor, now)])}
    assert "Bài có người rút lại sự đồng ý: cần đọc lại" in labels
    later = now + dt.timedelta(days=15)
    assert not counted([*desk.StoryTasks().tasks(editor, later)])
    assert LogEntry.objects.count() == logged


def test_a_child_s_pictures_count_as_asked_only_with_every_consent(send, editor, now):
    story = send()
    take_back(story, now, Purpose.PUBLISH_PICTURE)
    article = stories.accept(story=story, by=editor, now=now)
    Picture.objects.update(alt="Một chiếc xe đạp.")
    assert article.cover.faces == Picture.Faces.NOT_ASKED
    article = Article.objects.get(pk=article.pk)
    assert rules.why_not_complete(article) == Refusal.FACES_NOT_ASKED
