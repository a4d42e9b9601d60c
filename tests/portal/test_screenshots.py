"""The pictures of the README: small, of the right pages, there."""

import io
import os

import pytest
from django.conf import settings
from django.core.management import CommandError
from PIL import Image

from portal.management.commands import screenshots


def png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def test_a_picture_gets_a_palette_and_keeps_its_size():
    picture = Image.linear_gradient("L").resize((360, 760)).convert("RGB")
    with Image.open(io.BytesIO(screenshots._smaller(png(picture), "a.png"))) as small:
        assert (small.mode, small.size, small.format) == ("P", (360, 760), "PNG")


def test_one_that_stays_too_big_is_refused():
    noise = Image.frombytes("RGB", (640, 640), os.urandom(640 * 640 * 3))
    with pytest.raises(CommandError, match=r"noise\.png has"):
        screenshots._smaller(png(noise), "noise.png")


def test_the_pictures_are_there_and_small():
    for shot in screenshots.SHOTS:
        path = settings.BASE_DIR / "docs" / "images" / shot.name
        with Image.open(path) as image:
            assert image.size[0] == shot.width * shot.scale
        assert path.stat().st_size <= screenshots.MOST_BYTES
