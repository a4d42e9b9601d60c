import unicodedata
from html.parser import HTMLParser

import pytest
from django import forms
from django.contrib.admin import ModelAdmin, site
from django.http import HttpResponse
from django.test import override_settings
from django.urls import NoReverseMatch, reverse
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from content import richtext
from content.richtext import (
    EDITOR_CONFIG,
    RELAXED_CSP,
    RichTextAdminMixin,
    RichTextFormField,
    RichTextWidget,
    clean_html,
    plain_text,
    relaxed_csp,
)

HOSTILE = {
    "script": ("<p>a</p><script>alert(1)</script>", "<p>a</p>"),
    "script in script": ("<scr<script>ipt>alert(1)</script>a", "ipt&gt;alert(1)a"),
    "event handler": ('<img src="/media/x.png" onerror="alert(1)">', None),
    "handler without quotes": ("<p onmouseover=alert(1)>a</p>", "<p>a</p>"),
    "javascript link": ('<a href="javascript:alert(1)">a</a>', "<a>a</a>"),
    "mixed case and tab": ('<a href="JaVa\tScript:alert(1)">a</a>', "<a>a</a>"),
    "entities": ('<a href="&#106;avascript&colon;alert(1)">a</a>', "<a>a</a>"),
    "leading control": ('<a href="&#1;javascript:alert(1)">a</a>', "<a>a</a>"),
    "zero-width space": ('<a href="java\u200bscript:alert(1)">a</a>', "<a>a</a>"),
    "vbscript": ('<a href="vbscript:msgbox(1)">a</a>', "<a>a</a>"),
    "data link": ('<a href="data:text/html,<script>1</script>">a</a>', "<a>a</a>"),
    "data picture": ('<img src="data:image/svg+xml,<svg onload=alert(1)>">', ""),
    "svg": ("<svg><a href='x'><script>alert(1)</script></a></svg>a", "a"),
    "math": ("<math><mi xlink:href='javascript:alert(1)'>x</mi></math>a", "a"),
    "cdata": ("<![CDATA[<script>alert(1)</script>]]>a", "alert(1)]]&gt;a"),
    "comment": ("<!-- <script>alert(1)</script> -->a", "a"),
    "broken comment": ("<!--><script>alert(1)</script>-->a", "--&gt;a"),
    "protected comment": (
        "<!--{cke_protected}%3Cscript%3Ealert(1)%3C%2Fscript%3E-->a",
        "a",
    ),
    "protected attribute": (
        '<a data-cke-saved-href="javascript:alert(1)" data-cke-pa-onclick="x">a</a>',
        "<a>a</a>",
    ),
    "mutation by noscript": (
        '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
        None,
    ),
    "mutation by math": (
        "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;"
        "&lt;img src=1 onerror=alert(1)&gt;'>",
        None,
    ),
    "mutation by form": (
        "<form><math><mtext></form><form><mglyph><style></math>"
        "<img src onerror=alert(1)>",
        None,
    ),
    "form": (
        '<form action="/x"><input name="a"><button formaction="//e">b</button></form>',
        "b",
    ),
    "frame": ('<iframe src="https://evil.example"></iframe>a', "a"),
    "object": ('<object data="x.swf"><embed src="x.swf"></object>a', "a"),
    "base": ('<base href="https://evil.example/">a', "a"),
    "meta": ('<meta http-equiv="refresh" content="0;url=//evil.example">a', "a"),
    "link tag": ('<link rel="stylesheet" href="//evil.example/a.css">a', "a"),
    "style tag": ("<style>@import '//evil.example'</style>a", "a"),
    "style attribute": (
        '<p style="background:url(//evil.example/a.png);position:fixed">a</p>',
        "<p>a</p>",
    ),
    "host link": ('<a href="//evil.example/">a</a>', "<a>a</a>"),
    "backslash host": ('<a href="\\\\evil.example">a</a>', "<a>a</a>"),
    "slash backslash": ('<a href="/\\evil.example">a</a>', "<a>a</a>"),
    "host behind tab": ('<a href="/\t/evil.example">a</a>', "<a>a</a>"),
    "host without slashes": ('<a href="https:evil.example">a</a>', "<a>a</a>"),
    "host after three": ('<a href="https:///evil.example">a</a>', "<a>a</a>"),
    "name before host": ('<a href="https://tinh.vn@evil.example/">a</a>', "<a>a</a>"),
    "broken host": ('<a href="https://[evil/">a</a>', "<a>a</a>"),
    "file link": ('<a href="file:///etc/passwd">a</a>', "<a>a</a>"),
    "outside picture": ('<img src="https://evil.example/pixel.png">', ""),
    "host picture": ('<img src="//evil.example/pixel.png">', ""),
    "picture that acts": ('<img src="/tai-khoan/dang-xuat/">', ""),
    "picture that climbs": ('<img src="/media/../tai-khoan/">', ""),
    "picture that climbs coded": ('<img src="/media/%252e%252e/tai-khoan/">', ""),
    "shadowing id": ('<p id="submit" name="submit">a</p>', "<p>a</p>"),
    "foreign class": ('<p class="masthead fixed">a</p>', "<p>a</p>"),
    "own rel": (
        '<a rel="opener" target="_blank" href="https://e.example/">a</a>',
        '<a href="https://e.example/" rel="noopener nofollow">a</a>',
    ),
    "srcset": ('<img srcset="//evil.example/a.png 2x" src="/media/a.png">', None),
    "picture sources": (
        '<picture><source srcset="//evil.example/a.avif"></picture>a',
        "a",
    ),
    "svg use": ('<svg><use xlink:href="//evil.example/a.svg#x"/></svg>a', "a"),
    "svg animation": (
        "<svg><a><animate attributeName=href values=javascript:alert(1) />"
        "<text>x</text></a></svg>a",
        "a",
    ),
    "svg style": ("<svg><style><img src=x onerror=alert(1)></style></svg>a", None),
    "foreign object": (
        "<svg><foreignObject><body onload=alert(1)></foreignObject></svg>a",
        "a",
    ),
    "slash for a space": ("<p/onclick=alert(1)>a</p>", "<p>a</p>"),
    "line feed for a space": ("<p\nonclick\n=\nalert(1)>a</p>", "<p>a</p>"),
    "form feed for a space": ("<p\x0conclick=alert(1)>a</p>", "<p>a</p>"),
    "quote in a quote": ("<p title='\"><script>alert(1)</script>'>a</p>", None),
    "mutation by template": (
        "<template><s><template><s><img src=x onerror=alert(1)>x</template></template>",
        None,
    ),
    "mutation by select": (
        "<select><style></select><img src=x onerror=alert(1)></style>",
        None,
    ),
    "mutation by textarea": (
        '<textarea><p title="</textarea><img src=x onerror=alert(1)>">',
        None,
    ),
    "mutation by title": (
        '<svg></p><title><p title="</title><img src=x onerror=alert(1)>"></svg>',
        None,
    ),
    "mutation by xmp": ("<xmp><p title='</xmp><img src=x onerror=alert(1)>'>", None),
    "mutation by table": (
        "<table><td><math><mtext><table><mglyph><style><math>"
        "<img src=x onerror=alert(1)>",
        None,
    ),
    "processing instruction": ("<?xml-stylesheet href='//evil.example'?>a", "a"),
    "conditional comment": ("<!--[if IE]><script>alert(1)</script><![endif]-->a", "a"),
    "wide signs": ("＜script＞alert(1)＜/script＞", None),
    "line separator": ('<a href="java\u2028script:alert(1)">a</a>', None),
    "reversed": ('<a href="\u202ejavascript:alert(1)">a</a>', "<a>a</a>"),
    "soft hyphen": ('<a href="java\u00adscript:alert(1)">a</a>', "<a>a</a>"),
    "named entities": (
        '<a href="java&Tab;script&colon;alert&lpar;1&rpar;">a</a>',
        "<a>a</a>",
    ),
    "ping": ('<a ping="//evil.example" href="/a/">a</a>', '<a href="/a/">a</a>'),
    "blob": ('<a href="blob:https://evil.example/1">a</a>', "<a>a</a>"),
    "size as text": ('<td width="1" colspan="9e9">a</td>', "a"),
}


@pytest.mark.parametrize(("html", "clean"), HOSTILE.values(), ids=HOSTILE)
def test_hostile_html_is_disarmed(html, clean):
    cleaned = clean_html(html)
    if clean is not None:
        assert cleaned == clean
    assert clean_html(cleaned) == cleaned
    for trace in ("<script", "<style", "<svg", "<math", "javascript:", "cke", "data:"):
        assert trace not in cleaned.lower()
    # An attribute could only have survived in a tag, not as text.
    assert " on" not in "".join(part.partition(">")[0] for part in cleaned.split("<"))


_PIECES = st.sampled_from(
    [
        *(
            "<p>",
            "</p>",
            "<a href='",
            "'>",
            "</a>",
            "<svg>",
            "</svg>",
            "<math>",
            "<!--",
        ),
        *("<style>", "</style>", "<noscript>", "<table>", "<td>", "<select>", "-->"),
        *("<template>", "<mglyph>", "<mtext>", "<img src=x onerror=alert(1)>", "<xmp>"),
        *("javascript:alert(1)", "&#106;avascript&colon;", "<![CDATA[", "]]>", "\x00"),
        *("<!--", "<script>", "</script>", "<", ">", '"', "'", "&lt;", "/", "a"),
        *(
            "<textarea>",
            "<title>",
            "<form>",
            "<iframe srcdoc='",
            "data:",
            "\u202e",
            "ế",
        ),
        *(" onclick=alert(1) ", " style=x ", " src='/media/a.png' ", "{cke_protected}"),
    ]
)


class _Active(HTMLParser):
    """What could act in parsed HTML: unknown tags, attributes and addresses."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        if tag not in richtext.ALLOWED_TAGS:
            self.found.append(tag)
        known = richtext.ALLOWED_ATTRIBUTES.get(tag, set()) | {"lang", "class"}
        known |= {"loading"} if tag == "img" else {"rel"} if tag == "a" else set()
        for name, value in attrs:
            if name not in known or (value or "").strip().lower().startswith(
                ("javascript", "data:", "//", "vbscript", "blob:")
            ):
                self.found.append(f"{tag} {name}={value}")

    def handle_comment(self, data):
        self.found.append(f"<!--{data}")


@given(st.lists(_PIECES, max_size=14).map("".join))
def test_whatever_is_put_together_has_nothing_that_acts(html):
    cleaned = clean_html(html)
    assert clean_html(cleaned) == cleaned
    assert _Active(cleaned).found == []


@pytest.mark.parametrize("html", [html for html, _clean in HOSTILE.values()])
def test_nothing_hostile_is_stored(html, note_model):
    note = note_model.objects.create(title="a", body=html)
    note_model.objects.filter(pk=note.pk).update(body=html)
    stored = note_model.objects.values_list("body", flat=True).get(pk=note.pk)
    assert _Active(stored).found == []


HARMLESS = [
    "<h2>Đề mục</h2><p>Chữ <strong>đậm</strong>, <em>nghiêng</em>, <u>gạch</u>.</p>",
    '<ol start="3"><li>Ba</li></ol><ul><li>Một</li></ul>',
    '<p class="align-center">Giữa</p>',
    '<p><a href="/tin-tuc/bai-1/?trang=2#muc">trong</a> <a href="#muc">mục</a></p>',
    '<p><a href="mailto:a@example.com">thư</a> <a href="tel:+84912345678">gọi</a></p>',
    '<p><a href="https://e.example/?a=1&amp;b=2" rel="noopener nofollow">n</a></p>',
    '<figure class="image"><img src="/media/a.jpg" alt="Lớp học" width="640" '
    'height="480" loading="lazy"><figcaption>Chú thích</figcaption></figure>',
    '<table><tbody><tr><th scope="row">a</th><td colspan="2">b</td></tr></tbody>'
    "</table>",
    "<blockquote><p>1 &lt; 2 &amp; 3</p></blockquote><hr><pre>a\n  b</pre>",
    '<p>Tiếng Tày: <span lang="tyz">pjá</span></p>',
    "",
]


@pytest.mark.parametrize("html", HARMLESS)
def test_what_an_editor_writes_stays(html):
    assert clean_html(html) == html


def test_links_to_this_site_are_not_marked():
    with override_settings(SITE_URL="https://doan.example"):
        assert clean_html('<a href="https://doan.example/x">a</a>') == (
            '<a href="https://doan.example/x">a</a>'
        )
        assert "nofollow" in clean_html('<a href="https://doan.example.evil/">a</a>')


def test_pictures_may_come_from_a_storage_of_ours():
    with override_settings(MEDIA_URL="https://cdn.example/m/"):
        assert 'src="https://cdn.example/m/a.png"' in clean_html(
            '<img src="https://cdn.example/m/a.png">'
        )
        assert clean_html('<img src="https://cdn.example.evil/m/a.png">') == ""


@pytest.mark.parametrize(
    ("html", "clean"),
    [
        (unicodedata.normalize("NFD", "<p>Số hoá</p>"), "<p>Số hoá</p>"),
        ("<p>a&#x301;</p>", "<p>á</p>"),
        ("<p>a&#0;b&#7;\x00c\ud800</p>", "<p>a\ufffdbc</p>"),
    ],
)
def test_text_is_composed_and_free_of_controls(html, clean):
    assert clean_html(html) == clean


def test_a_mark_behind_a_tag_does_not_break_it():
    # ">" and U+0338 compose to one letter, which would leave the tag open.
    assert "<b" not in clean_html("<b>&#x338;</b>").replace("<b>", "")


TAGS = [*sorted(richtext.ALLOWED_TAGS), "svg", "math", "style", "form", "template"]
PIECES = st.one_of(
    st.sampled_from(TAGS).map("<{}>".format),
    st.sampled_from(TAGS).map("</{}>".format),
    st.sampled_from(
        ['<a href="/">', '<img src="x" onerror="y">', "<!--", "-->", "]]>"]
    ),
    st.text(max_size=5),
)


@given(st.lists(PIECES, max_size=25).map("".join))
def test_what_is_clean_stays_as_it_is(html):
    cleaned = clean_html(html)
    assert clean_html(cleaned) == cleaned
    assert "<svg" not in cleaned
    assert "onerror=" not in cleaned.replace("&quot;", "") or "<img" not in cleaned


@pytest.mark.parametrize(
    "html", ["<a><table><a>" * 20, "<h4><a><p><table><p></h4></table>" * 9, "<td>" * 99]
)
def test_badly_nested_html_settles_with_its_words(html):
    cleaned = clean_html(html + "một &lt;b&gt; hai")
    assert clean_html(cleaned) == cleaned
    assert plain_text(cleaned) == "một <b> hai"


def test_html_that_does_not_settle_is_reduced_to_its_words(monkeypatch):
    monkeypatch.setattr(richtext, "_MAX_ROUNDS", 1)
    html = '<p onclick="x">a <b>&lt;script&gt;</b></p><ul><li>b</li></ul>'
    assert clean_html(html) == "<p>a &lt;script&gt;</p><p>b</p>"


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Một&nbsp; hai</p><p>ba</p>", "Một hai\nba"),
        ("<ul><li>một</li><li>hai<br>ba</li></ul>", "một\nhai\nba"),
        ("<p>a <b>b</b>c\nd</p>", "a bc d"),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "a\nb"),
        ("<p>1 &lt; 2 &amp; &quot;3&quot;</p>", '1 < 2 & "3"'),
        ("", ""),
    ],
)
def test_plain_text_keeps_words_and_lines(html, text):
    assert plain_text(html) == text


@pytest.mark.parametrize(
    "html",
    [
        '<p>một <a href="/x" title="a &gt; b">hai</a><br>ba</p><hr>bốn',
        '<p lang="vi">a&amp<b>lt; &#10;b</b>&nbsp;c</p>',
        "<P>một</P>",
        '<a title="a > b">hai</a>',
        "<a title='x'>hai</a>",
        "1 < 2 <b>và</b> 3 > 2",
        "<!-- <p>ẩn</p> --><p>hiện</p>",
        "<script>1<p>2</p></script>",
        "<blink>a</blink><p >b</p ><br/>c",
        "<p>dở dang <b",
        "một & hai &amp",
    ],
)
def test_plain_text_reads_as_the_parser_does(html):
    """Tags as clean HTML has them are read at once, all others by the parser."""
    reader = richtext._TextReader()
    reader.feed(html)
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.parts).split("\n"))
    assert plain_text(html) == "\n".join(filter(None, lines))


@given(st.text(alphabet='<>/&;pb "=ạ\n', max_size=30))
def test_plain_text_reads_any_text_as_the_parser_does(html):
    test_plain_text_reads_as_the_parser_does(html)


def test_every_way_of_writing_stores_clean_html(note_model):
    dirty, clean = '<p onclick="x">a</p><script>b</script>', "<p>a</p>"
    created = note_model.objects.create(title="a", body=dirty)
    assert created.body == clean
    note_model.objects.bulk_create([note_model(title="b", body=dirty)])
    updated = note_model.objects.create(title="c")
    note_model.objects.filter(pk=updated.pk).update(body=dirty)
    assert set(note_model.objects.values_list("body", flat=True)) == {clean}
    note = note_model(title="d", body=dirty)
    note.full_clean()
    assert note.body == clean


def test_the_form_cleans_what_it_is_sent(note_model):
    form = forms.modelform_factory(note_model, fields=["body"])(
        {"body": "<p>a</p><script>b</script>"}
    )
    assert form.is_valid()
    assert form.cleaned_data["body"] == "<p>a</p>"


@pytest.mark.parametrize("html", ["", "<p>&nbsp;</p>", "<p><br></p>\r\n", "<hr>"])
def test_an_editor_left_blank_is_empty(html):
    assert RichTextFormField(required=False).clean(html) == ""
    with pytest.raises(forms.ValidationError):
        RichTextFormField().clean(html)


def test_a_picture_alone_is_not_empty():
    html = '<p><img src="/media/a.png" alt="a" loading="lazy"></p>'
    assert RichTextFormField().clean(html) == html


def test_the_editor_is_only_handed_clean_html():
    """Rows written before a rule was tightened, or by SQL, are disarmed too."""
    shown = RichTextWidget().render("body", "<p>a</p><script>alert(1)</script>")
    assert "&lt;p&gt;a&lt;/p&gt;" in shown
    assert "alert" not in shown


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_editor_speaks_the_language_of_the_page(language):
    with translation.override(language):
        widget = RichTextWidget()
        widget.render("body", "")
    assert widget.config["language"] == language


def test_the_editor_speaks_vietnamese_where_no_language_is_set():
    with translation.override(None):
        widget = RichTextWidget()
        widget.render("body", "")
    assert widget.config["language"] == "vi"


def test_the_editor_has_no_way_to_source_or_frames():
    buttons = {button for group in EDITOR_CONFIG["toolbar"] for button in group}
    assert not buttons & {"Source", "Iframe", "Flash", "Templates", "Preview"}
    removed = set(EDITOR_CONFIG["removePlugins"].split(","))
    assert {"sourcearea", "iframe", "image", "scayt"} <= removed
    assert EDITOR_CONFIG["versionCheck"] is False


def test_the_editor_uploads_to_our_own_view_and_nowhere_else():
    """The package's uploader would keep a picture with a script in it as x.html."""
    widget = RichTextWidget()
    widget._set_config()
    ours = reverse("picture_upload")
    told = {key: to for key, to in widget.config.items() if key.endswith("UploadUrl")}
    assert told == {"filebrowserImageUploadUrl": ours, "imageUploadUrl": ours}
    with pytest.raises(NoReverseMatch):
        reverse("ckeditor_upload")


def test_the_admin_shows_the_editor_under_a_relaxed_policy(note_model, rf):
    class NoteAdmin(RichTextAdminMixin, ModelAdmin):
        def _changeform_view(self, request, *args):
            return HttpResponse()

    admin = NoteAdmin(note_model, site)
    assert isinstance(
        admin.get_form(rf.get("/"))().fields["body"].widget, RichTextWidget
    )
    assert admin.add_view(rf.get("/"))._csp_replace == RELAXED_CSP
    assert admin.change_view(rf.get("/"), "1")._csp_replace == RELAXED_CSP


def test_the_relaxed_policy_loads_nothing_from_elsewhere(client, settings):
    response = relaxed_csp(lambda request: HttpResponse())(None)
    sources = {source for value in response._csp_replace.values() for source in value}
    assert sources == {"'self'", "'unsafe-inline'"}


def test_lines_typed_without_an_editor_become_paragraphs():
    typed = "Đoạn một, 2 < 3.\r\n\r\nĐoạn hai\r\nxuống dòng."
    assert RichTextFormField().clean(typed) == (
        "<p>Đoạn một, 2 &lt; 3.</p>\n\n<p>Đoạn hai<br>xuống dòng.</p>"
    )


def test_what_has_tags_keeps_its_own_lines():
    html = "<p>Đoạn một.</p>\n<p>Đoạn hai.</p>"
    assert RichTextFormField().clean(html) == html
