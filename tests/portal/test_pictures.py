"""Who may add and change pictures, and what the editor is answered."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.translation import ngettext

from content.models import Picture
from members.models import Role
from tests.factories import files, pictures
from tests.factories.members import AssignmentFactory, UnitFactory, UserFactory
from tests.factories.news import ArticleFactory, PublishedFactory

pytestmark = pytest.mark.django_db
UPLOAD = "/quan-tri/anh/tai-len/"
LIST = "/quan-tri/content/picture/"
ADD = f"{LIST}add/"
PLACES = (
    "%(number)d place in the care of others",
    "%(number)d places in the care of others",
)
MAY = {
    Role.PROVINCE_ADMIN,
    Role.EDITOR,
    Role.PUBLISHER,
    Role.TRAINING_ORGANISER,
    Role.CONTEST_ORGANISER,
}


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def unit():
    return UnitFactory()


def signed_in(client, role, unit=None):
    user = AssignmentFactory(role=role, unit=unit or UnitFactory()).user
    client.force_login(user)
    return user


def upload(client, data: bytes | None = None, name="anh.png", **more):
    data = files.picture() if data is None else data
    form = {"upload": SimpleUploadedFile(name, data)}
    return client.post(UPLOAD, form, **more)


def change_url(picture) -> str:
    return reverse("admin:content_picture_change", args=[picture.pk])


class TestUpload:
    @pytest.mark.parametrize("role", Role)
    def test_is_for_those_who_write(self, client, role):
        signed_in(client, role)
        response = upload(client)
        assert (response.status_code == 200) == (role in MAY)
        assert Picture.objects.exists() == (role in MAY)

    def test_is_neither_for_strangers_nor_for_members(self, client):
        assert upload(client).status_code == 403
        client.force_login(UserFactory())
        response = upload(client)
        assert response.status_code == 403
        assert response.json()["uploaded"] == 0
        assert not Picture.objects.exists()

    def test_needs_the_token(self):
        client = Client(enforce_csrf_checks=True)
        signed_in(client, Role.EDITOR)
        assert upload(client).status_code == 403
        client.get("/quan-tri/")
        token = client.get(ADD).context["csrf_token"]
        answer = upload(client, headers={"x-csrftoken": str(token)})
        assert answer.json()["uploaded"] == 1

    def test_is_posted(self, client):
        signed_in(client, Role.EDITOR)
        assert client.get(UPLOAD).status_code == 405

    def test_answers_as_the_editor_asks(self, client):
        signed_in(client, Role.EDITOR)
        answer = upload(client, name="Chợ phiên.png").json()
        picture = Picture.objects.get()
        assert answer == {
            "uploaded": 1,
            "fileName": "Chợ phiên",
            "url": picture.file.url,
        }
        response = client.get(answer["url"])
        assert response["Content-Type"] == "image/jpeg"
        response.close()

    def test_a_picture_that_is_called_a_page_becomes_a_picture(self, client):
        signed_in(client, Role.EDITOR)
        data = files.picture(size=(90, 90)) + b"<script>alert(1)</script>"
        assert upload(client, data, name="x.html").json()["url"].endswith(".jpg")

    @pytest.mark.parametrize(
        "data", [files.HTML, files.EXE, b"<svg onload='alert(1)'/>", b""]
    )
    def test_says_why_not(self, client, data):
        signed_in(client, Role.EDITOR)
        answer = upload(client, data, name="anh.jpg").json()
        assert answer["uploaded"] == 0
        assert len(answer["error"]["message"]) > 10
        assert not Picture.objects.exists()

    def test_without_a_file_it_says_so(self, client):
        signed_in(client, Role.EDITOR)
        assert client.post(UPLOAD).json()["uploaded"] == 0

    def test_of_an_animation_it_tells_what_was_kept(self, client):
        signed_in(client, Role.EDITOR)
        frames = [pictures.halves(), pictures.halves(left=pictures.BLUE)]
        data = pictures.saved(frames[0], "GIF", save_all=True, append_images=frames[1:])
        answer = upload(client, data, name="dong.gif").json()
        assert answer["uploaded"] == 1
        assert answer["error"]["message"]

    def test_the_packaged_uploader_is_not_there(self, client):
        signed_in(client, Role.PROVINCE_ADMIN)
        for path in ("/ckeditor/upload/", "/ckeditor/browse/"):
            assert client.post(path).status_code == 404


class TestAdmin:
    def test_an_upload_through_the_form(self, client):
        signed_in(client, Role.EDITOR)
        form = {
            "upload": SimpleUploadedFile("Chợ phiên.png", files.picture()),
            "alt": "Quầy rau",
            "faces": "none",
        }
        assert client.post(ADD, form).status_code == 302
        picture = Picture.objects.get()
        assert (picture.title, picture.alt) == ("Chợ phiên", "Quầy rau")
        assert picture.file.storage.exists(picture.file.name)

    def test_a_lying_file_is_refused_beside_its_field(self, client):
        signed_in(client, Role.EDITOR)
        form = {"upload": SimpleUploadedFile("anh.jpg", files.EXE)}
        response = client.post(ADD, form)
        assert response.status_code == 200
        assert response.context["adminform"].form.errors["upload"]
        assert not Picture.objects.exists()

    def test_whoever_uploads_says_whether_people_were_asked(self, client):
        signed_in(client, Role.EDITOR)
        upload = SimpleUploadedFile("anh.png", files.picture())
        response = client.post(ADD, {"upload": upload, "alt": "Quầy rau"})
        assert list(response.context["adminform"].form.errors) == ["faces"]

    def test_is_found_without_accents_and_by_who_has_not_been_asked(self, client):
        signed_in(client, Role.EDITOR)
        pictures.kept(title="Lớp học ban đêm", faces="not_asked")
        pictures.kept(title="Chợ phiên", caption="Buổi sáng ở bản")
        for query, name in (
            ({"q": "lop hoc"}, "Lớp học ban đêm"),
            ({"q": "buoi sang"}, "Chợ phiên"),
            ({"faces__exact": "not_asked"}, "Lớp học ban đêm"),
        ):
            rows = client.get(LIST, query).context["cl"].result_list
            assert [row.title for row in rows] == [name], query

    def test_both_a_description_and_decorative_is_one_too_many(self, client):
        signed_in(client, Role.EDITOR)
        picture = pictures.kept(alt="")
        form = {"title": "Chợ", "alt": "Quầy rau", "decorative": "on"}
        response = client.post(change_url(picture), form)
        assert response.status_code == 200
        assert response.context["adminform"].form.non_field_errors()

    def test_a_description_is_not_taken_away(self, client):
        signed_in(client, Role.EDITOR)
        picture = pictures.kept()
        response = client.post(change_url(picture), {"title": "Chợ", "alt": ""})
        assert response.context["adminform"].form.errors["alt"]

    def test_what_others_show_is_changed_by_them(self, client, unit):
        signed_in(client, Role.EDITOR, unit)
        mine, theirs, free = pictures.kept(), pictures.kept(), pictures.kept()
        ArticleFactory(unit=unit, cover=mine)
        body = f'<p><img src="{theirs.file.url}"></p>'
        ArticleFactory(unit=UnitFactory(), body=body)
        form = {"title": "Tên mới", "alt": "Lời mới"}
        for picture, status in ((mine, 302), (free, 302), (theirs, 403)):
            assert client.get(change_url(picture)).status_code == 200
            response = client.post(change_url(picture), form)
            assert response.status_code == status
            picture.refresh_from_db()
            assert (picture.alt == "Lời mới") == (status == 302)

    @pytest.mark.parametrize("role", [Role.EDITOR, Role.PUBLISHER])
    def test_what_readers_see_at_once_is_changed_by_publishers(
        self, client, unit, role
    ):
        signed_in(client, role, unit)
        picture = pictures.kept()
        PublishedFactory(unit=unit, cover=picture)
        form = {"title": "Chợ", "alt": "Lời mới", "caption": "Chú thích mới"}
        response = client.post(change_url(picture), form)
        assert (response.status_code == 302) == (role == Role.PUBLISHER)
        picture.refresh_from_db()
        assert (picture.caption == "Chú thích mới") == (role == Role.PUBLISHER)

    def test_the_titles_of_other_units_stay_theirs(self, client, unit):
        signed_in(client, Role.EDITOR, unit)
        picture = pictures.kept()
        ArticleFactory(unit=unit, cover=picture, title="Bài của mình")
        ArticleFactory(unit=UnitFactory(), cover=picture, title="Bài chưa ai biết")
        page = client.get(change_url(picture))
        assert "Bài của mình" in page.text
        assert "Bài chưa ai biết" not in page.text
        assert ngettext(*PLACES, 1) % {"number": 1} in page.text

    def test_what_is_shown_is_not_deleted(self, client, unit):
        signed_in(client, Role.EDITOR, unit)
        cover, inside, free = pictures.kept(), pictures.kept(), pictures.kept()
        ArticleFactory(unit=unit, cover=cover, title="Bài có bìa")
        body = f'<p><img src="{inside.file.url}"></p>'
        ArticleFactory(unit=unit, body=body)
        assert "Bài có bìa" in client.get(change_url(cover)).content.decode()
        for picture, status in ((cover, 403), (inside, 403), (free, 302)):
            url = reverse("admin:content_picture_delete", args=[picture.pk])
            assert client.post(url, {"post": "yes"}).status_code == status
        assert set(Picture.objects.all()) == {cover, inside}

    def test_nothing_is_deleted_in_bulk(self, client):
        signed_in(client, Role.PROVINCE_ADMIN)
        picture = pictures.kept()
        form = {"action": "delete_selected", "_selected_action": [picture.pk]}
        client.post(LIST, form)
        assert Picture.objects.exists()

    @pytest.mark.parametrize("number", [1, 3])
    def test_the_list_asks_as_often_for_one_as_for_three(
        self, client, django_assert_num_queries, number
    ):
        signed_in(client, Role.EDITOR)
        for _each in range(number):
            ArticleFactory(cover=pictures.kept())
        client.get(LIST)
        with django_assert_num_queries(7):
            html = client.get(LIST).content.decode()
        assert html.count('width="160"') == number

    @pytest.mark.parametrize("typed", ["miến", "mien phoi"])
    def test_the_article_finds_its_cover_by_name(self, client, typed):
        signed_in(client, Role.EDITOR)
        picture = pictures.kept(title="Sân phơi miến dong")
        pictures.kept(title="Chợ phiên")
        query = {
            "app_label": "news",
            "model_name": "article",
            "field_name": "cover",
            "term": typed,
        }
        found = json.loads(client.get("/quan-tri/autocomplete/", query).content)
        assert [each["id"] for each in found["results"]] == [str(picture.pk)]

    def test_what_failed_is_tried_again(self, client):
        signed_in(client, Role.EDITOR)
        picture = pictures.kept()
        Picture.objects.update(state=Picture.State.FAILED, attempts=5)
        form = {"action": "try_again", "_selected_action": [picture.pk]}
        client.post(LIST, form)
        picture.refresh_from_db()
        assert picture.state == Picture.State.PENDING


class TestChoosing:
    """The library as the editor opens it."""

    URL = "/quan-tri/anh/chon/"

    def test_finds_without_accents_and_hands_over_address_and_words(self, client):
        signed_in(client, Role.EDITOR)
        picture = pictures.kept(title="Sân phơi miến dong", alt="Giàn tre")
        pictures.kept(title="Chợ phiên")
        html = client.get(self.URL, {"q": "san phoi", "CKEditorFuncNum": "7"}).text
        assert f'data-url="{picture.file.url}"' in html
        assert 'data-alt="Giàn tre"' in html
        assert 'data-callback="7"' in html
        assert "Chợ phiên" not in html

    def test_what_is_no_number_is_not_given_back(self, client):
        signed_in(client, Role.EDITOR)
        pictures.kept()
        html = client.get(self.URL, {"CKEditorFuncNum": "1);alert(1"}).text
        assert "alert(1" not in html

    def test_is_for_staff_who_write(self, client):
        assert client.get(self.URL).status_code == 403
        signed_in(client, Role.TEAM_LEADER)
        assert client.get(self.URL).status_code == 403

    def test_the_editor_knows_the_way(self, client):
        signed_in(client, Role.EDITOR)
        html = client.get("/quan-tri/news/article/add/").text
        assert self.URL in html.replace("\\u002D", "-")
