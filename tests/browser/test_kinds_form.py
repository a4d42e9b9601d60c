"""The form shows the part of the chosen kind and no other."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from members.models import Role
from tests.factories import kinds
from tests.factories.members import AssignmentFactory


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.mark.parametrize("width", [360, 1280])
def test_choosing_a_kind_opens_its_part(visit, width):
    article = kinds.guide(steps=2)
    editor = AssignmentFactory(role=Role.EDITOR, unit=article.unit).user
    window = visit(width=width, user=editor)
    page = window.to(f"/quan-tri/news/article/{article.pk}/change/")
    expect(page.locator("details[data-kind=guide]")).to_be_visible()
    expect(page.locator("details[data-kind=video]")).to_be_hidden()
    window.picture()
    page.select_option("select[name=kind]", "video")
    expect(page.locator("#id_video-link")).to_be_visible()
    expect(page.locator("details[data-kind=guide]")).to_be_hidden()
    wide = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert wide <= 0
    assert window.complaints == []
