"""The editor in a real browser: it works, and what reaches it is harmless."""

import shutil

import pytest
from csp.decorators import csp_exempt
from django import forms
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.urls import path
from playwright.sync_api import expect, sync_playwright

import portal.urls
from content.richtext import RichTextFormField, clean_html, relaxed_csp
from tests.browser.conftest import editor_of
from tests.content.test_richtext import HOSTILE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

STORED = "<p>Đã lưu</p><img src=x onerror=\"document.title='hacked'\">"
PASTED = (
    "<h2>Tổ công nghệ số</h2><p style='color:red'>Chữ <b>đậm</b></p>"
    "<img src='/static/img/mark.svg' onload=\"document.title='hacked'\">"
    "<a href=\"javascript:document.title='hacked'\">liên kết</a>"
)
ICON = "<link rel='icon' href='data:,'>"
SENT = []


class Page(forms.Form):
    body = RichTextFormField()


@relaxed_csp
def edit(request):
    form = Page(request.POST or None, initial={"body": STORED})
    if form.is_valid():
        SENT.append(form.cleaned_data["body"])
        return HttpResponse(f"<!doctype html>{ICON}<p>saved</p>")
    return HttpResponse(
        "<!doctype html><html lang='vi'><head><title>edit</title>"
        f"{ICON}{form.media}</head>"
        f"<body><form method='post'>{form}<button id='save'>Lưu</button>"
        f"<input type='hidden' name='csrfmiddlewaretoken' value='{get_token(request)}'>"
        "</form></body></html>"
    )


def show(request):
    """All that was hostile, cleaned, under no policy and written a second time."""
    shown = "".join(
        f"<section>{clean_html(html)}</section>" for html, _clean in HOSTILE.values()
    )
    return HttpResponse(
        f"<!doctype html><html lang='vi'><head><title>calm</title>{ICON}</head>"
        f"<body>{shown}<div id='again'></div></body></html>"
    )


show = csp_exempt()(show)
urlpatterns = [
    path("edit/", edit),
    path("show/", show),
    *portal.urls.urlpatterns,
]


@pytest.fixture
def browser():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        yield browser
        browser.close()


@pytest.mark.urls(__name__)
def test_the_editor_writes_clean_vietnamese(live_server, browser):
    SENT.clear()
    page = browser.new_page()
    complaints, asked = [], []
    page.on("console", lambda m: m.type == "error" and complaints.append(m.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{live_server.url}/edit/")
    text = editor_of(page)
    assert page.evaluate("CKEDITOR.instances.id_body.langCode") == "vi"
    assert page.locator(".cke_button__source, .cke_button__iframe").count() == 0
    assert page.locator(".cke_button__bold").is_visible()
    assert text.inner_text().strip() == "Đã lưu"
    page.evaluate("html => CKEDITOR.instances.id_body.insertHtml(html)", PASTED)
    expect(text).to_contain_text("liên kết")
    text.press("Control+End")
    text.press("Enter")
    text.press_sequentially("Ưu tiên nghề nghiệp")
    assert page.title() == "edit"
    page.locator("#save").click()
    # The address stays the same.
    expect(page.locator("body")).to_have_text("saved")
    [saved] = SENT
    assert "<h2>Tổ công nghệ số</h2>" in saved
    assert "Chữ <strong>đậm</strong>" in saved
    assert "Ưu tiên nghề nghiệp" in saved
    assert not [word for word in ("style", "onload", "javascript") if word in saved]
    assert complaints == []
    # "blob:" and "data:" addresses stay inside the browser.
    outside = [
        url for url in asked if not url.startswith((live_server.url, "blob:", "data:"))
    ]
    assert outside == []


@pytest.mark.urls(__name__)
def test_nothing_hostile_acts_once_it_is_cleaned(live_server, browser):
    """Read by a real parser, and read again as a script would write it."""
    page, asked, said = browser.new_page(), [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
    page.goto(f"{live_server.url}/show/")
    page.evaluate(
        """() => {
            const all = [...document.querySelectorAll('section')];
            document.querySelector('#again').innerHTML =
                all.map((one) => one.innerHTML).join('');
            document.querySelectorAll('a').forEach((link) => {
                if (!link.hasAttribute('href')) link.click();
            });
        }"""
    )
    page.wait_for_timeout(300)
    assert said == []
    assert page.title() == "calm"
    outside = [url for url in asked if not url.startswith((live_server.url, "data:,"))]
    assert outside == []
    assert page.locator("script, svg, math, form, iframe, style, object").count() == 0
    assert (
        page.evaluate(
            """() => [...document.querySelectorAll('body *')].flatMap((one) =>
            one.getAttributeNames().filter((name) => name.startsWith('on')))"""
        )
        == []
    )
