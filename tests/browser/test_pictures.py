"""An editor puts pictures into an article: by the button and by pasting."""

from __future__ import annotations

import base64
import re

import pytest
from playwright.sync_api import expect

from content.models import Picture
from content.pictures import actions
from members.models import Role
from news.models import Article
from tests.browser.conftest import editor_of
from tests.factories import pictures
from tests.factories.members import AssignmentFactory, UnitFactory
from tests.factories.news import SectionFactory

PASTE = """([base64]) => {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const file = new File([bytes], "dan.png", { type: "image/png" });
  const transfer = new DataTransfer();
  transfer.items.add(file);
  const body = document.querySelector("iframe.cke_wysiwyg_frame").contentDocument.body;
  const event = new ClipboardEvent("paste", {
    clipboardData: transfer, bubbles: true, cancelable: true,
  });
  body.focus();
  body.dispatchEvent(event);
}"""


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.PRIVATE_ROOT = tmp_path / "private"


@pytest.fixture
def editor():
    unit = UnitFactory()
    SectionFactory(name="Tin hoạt động")
    user = AssignmentFactory(role=Role.EDITOR, unit=unit).user
    AssignmentFactory(user=user, role=Role.PUBLISHER, unit=unit)
    return user


@pytest.fixture
def opened(visit, editor, settings):
    """The form of a new article; the two-person rule is not what this is about."""
    settings.NEWS_TWO_PERSON_RULE = False
    window = visit(width=1280, user=editor)
    page = window.to("/quan-tri/news/article/add/")
    page.fill("#id_title", "Chợ phiên lên mạng")
    page.fill("#id_lead", "Một sáng ở chợ phiên.")
    page.select_option("#id_section", label="Tin hoạt động")
    text = editor_of(page)
    text.click()
    text.press_sequentially("Bà con tập bán hàng.")
    text.press("Enter")
    return window


def picture_file(colour=pictures.RED) -> dict:
    data = pictures.saved(pictures.halves((800, 450), left=colour), "PNG")
    return {"name": "Chợ phiên.png", "mimeType": "image/png", "buffer": data}


def test_by_the_button_and_a_missing_description_is_named(opened):
    page = opened.page
    page.locator(".cke_button__image").click()
    dialog = page.locator(".cke_dialog:visible")
    dialog.locator(".cke_dialog_tab").last.click()
    form = dialog.frame_locator("iframe.cke_dialog_ui_input_file")
    form.locator("input[type=file]").set_input_files(picture_file())
    dialog.locator("a.cke_dialog_ui_fileButton").click()
    address = dialog.get_by_label("URL")
    expect(address).to_have_value(re.compile("^/media/pictures/"))
    picture = Picture.objects.get()
    expect(address).to_have_value(picture.file.url)
    opened.picture()
    expect(dialog).to_contain_text("Mô tả ảnh cho")
    dialog.locator(".cke_dialog_ui_button_ok").click()
    expect(dialog).to_be_hidden()

    page.locator("input[name=_step_publish]").click()
    page.wait_for_load_state()
    article = Article.objects.get()
    assert f'src="{picture.file.url}"' in article.body
    # Nobody described it, so it did not go out, and the sentence names it.
    assert article.state == Article.State.DRAFT
    expect(page.locator(".messagelist")).to_contain_text("“Chợ phiên”")


def test_by_pasting_and_it_shows_on_the_public_page(opened, visit):
    page = opened.page
    data = base64.b64encode(picture_file(pictures.BLUE)["buffer"]).decode()
    page.evaluate(PASTE, [data])
    frame = page.frame_locator("iframe.cke_wysiwyg_frame")
    expect(frame.locator("img[src^='/media/pictures/']")).to_be_visible()
    picture = Picture.objects.get()
    picture.alt = "Quầy rau ở chợ phiên"
    picture.faces = Picture.Faces.NONE
    picture.save()
    actions.prepare(picture_id=picture.pk)

    page.locator("input[name=_step_publish]").click()
    page.wait_for_load_state()
    article = Article.objects.get()
    assert article.state == Article.State.PUBLISHED
    reader = visit(width=360)
    public = reader.to(article.get_absolute_url())
    shown = public.locator(".read picture img")
    expect(shown).to_have_attribute("alt", "Quầy rau ở chợ phiên")
    shown.scroll_into_view_if_needed()
    public.wait_for_function("document.querySelector('.read img').naturalWidth > 0")
    assert shown.evaluate("image => image.currentSrc").endswith(".avif")
    reader.nothing_is_wrong()
    assert opened.complaints == []


def test_out_of_the_library_with_its_description(opened):
    picture = pictures.kept(title="Sân phơi", alt="Giàn tre phơi miến")
    page = opened.page
    page.locator(".cke_button__image").click()
    dialog = page.locator(".cke_dialog:visible")
    with page.expect_popup() as opening:
        dialog.locator("a.cke_dialog_ui_button", has_text="Duyệt").first.click()
    library = opening.value
    library.get_by_label("Tìm kiếm").fill("san phoi")
    library.get_by_label("Tìm kiếm").press("Enter")
    with library.expect_event("close"):
        library.get_by_role("button", name="Sân phơi").click()
    expect(dialog.get_by_label("URL")).to_have_value(picture.file.url)
    dialog.locator(".cke_dialog_ui_button_ok").click()
    text = page.frame_locator("iframe.cke_wysiwyg_frame")
    shown = text.locator(f"img[src='{picture.file.url}']")
    expect(shown).to_have_attribute("alt", "Giàn tre phơi miến")
