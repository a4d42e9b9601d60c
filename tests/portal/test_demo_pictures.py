"""The demo's drawings: one for each text, the same every time, described."""

import pytest
from PIL import Image

from content.models import Picture
from portal.demo import drawing, news, pictures
from portal.demo.scenes import SCENES


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def test_every_article_but_the_draft_has_its_own():
    written = [*news.PUBLISHED, news.SCHEDULED, news.IN_REVIEW]
    assert {piece.text for piece in written} == set(pictures.DRAWINGS)
    scenes = [plan.scene for plan in pictures.DRAWINGS.values()]
    assert sorted(scenes) == sorted(SCENES)


@pytest.mark.parametrize("scene", SCENES)
def test_a_scene_fills_the_picture_and_is_the_same_each_time(scene):
    image = SCENES[scene]()
    assert image.size == (drawing.WIDTH, drawing.HEIGHT)
    small = image.resize((32, 18))
    assert len(small.getcolors(32 * 18)) > 100
    assert SCENES[scene]().tobytes() == image.tobytes()


@pytest.mark.django_db
def test_a_cover_is_drawn_once():
    first = pictures.cover("mien-dong")
    assert pictures.cover("mien-dong") == first
    assert Picture.objects.count() == 1
    assert first.is_described
    assert 60 <= len(first.alt) <= 250
    with Image.open(first.file.path) as image:
        assert image.size == (drawing.WIDTH, drawing.HEIGHT)


@pytest.mark.django_db
def test_a_text_without_a_drawing_has_no_cover():
    assert pictures.cover("chua-co") is None
