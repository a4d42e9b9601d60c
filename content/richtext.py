"""Rich text: the field, its editor and what HTML it may hold.

The only module that names CKEditor. Version 4.22.1, which django-ckeditor bundles,
has been out of support since 2023; it stays because the customer named it. What
keeps it harmless: staff only; no source or frame button; pictures go to a view of
ours, and the package's uploader is not mounted; HTML cleaned by nh3 on every write
and again when it is loaded into the editor; the relaxed policy on the pages that show
the editor and nowhere else. docs/decisions/ holds the record and what a swap would
touch.
"""

import re
from html import escape, unescape
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

import nh3
from ckeditor.widgets import CKEditorWidget
from csp.decorators import csp_replace
from django import forms
from django.conf import settings
from django.db import models
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import linebreaks
from django.utils.translation import get_language, gettext

from content.fields import clean_text

# No style attribute: the policy of public pages would not let it work anyway.
# No id: it could shadow what scripts look up.
ALLOWED_ATTRIBUTES = {
    "*": {"lang"},
    "a": {"href", "title"},
    "img": {"src", "alt", "title", "width", "height"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
}
ALLOWED_CLASSES = {
    **{tag: {"align-center", "align-right"} for tag in ("p", "h2", "h3", "h4")},
    "figure": {"image", "align-left", "align-right"},
    "img": {"align-left", "align-right"},
}
_BLOCKS = {
    *("p", "h2", "h3", "h4", "blockquote", "pre", "hr", "br", "ul", "ol", "li"),
    *("table", "caption", "thead", "tbody", "tfoot", "tr", "td", "th"),
    *("figure", "figcaption"),
}
ALLOWED_TAGS = _BLOCKS | {
    *("a", "img", "span", "strong", "b", "em", "i", "u", "s", "sub", "sup"),
    *("small", "mark", "abbr", "cite", "q", "code"),
}
# Dropped with all they hold; other unknown tags go and leave their text behind.
_DROPPED_WHOLE = {
    *("script", "style", "template", "noscript", "iframe", "object", "svg", "math"),
    *("select", "textarea", "title", "noembed", "noframes", "xmp", "plaintext"),
}
# On the floor that knows who may; this one only knows its name.
UPLOAD_VIEW = "picture_upload"
CHOICE_VIEW = "picture_choice"
_OUTSIDE_REL = "noopener nofollow"
# In what nh3 returns, < and > stand nowhere but around tags.
_START_TAG = re.compile(r"<(a|img|p|h[234]|figure)\b[^>]*>")
_MAX_ROUNDS = 8
_NUMBER = re.compile(r"[0-9]{1,4}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")

EDITOR_CONFIG = {
    "toolbar": [
        ["Format", "Bold", "Italic", "Underline", "Strike", "RemoveFormat"],
        ["NumberedList", "BulletedList", "Outdent", "Indent", "Blockquote"],
        ["Link", "Unlink", "Image", "Table", "HorizontalRule", "SpecialChar"],
        ["PasteText", "PasteFromWord", "Find", "Undo", "Redo", "Maximize"],
    ],
    "format_tags": "p;h2;h3;h4;pre",
    # The editor's own filter, so that staff see at once what would be dropped.
    "allowedContent": (
        "p h2 h3 h4(align-center,align-right); blockquote pre hr br ul li;"
        "ol[start]; table thead tbody tfoot tr caption; figcaption;"
        "td[colspan,rowspan]; th[colspan,rowspan,scope];"
        "figure(image,align-left,align-right);"
        "strong b em i u s sub sup small mark abbr cite q code; span[lang];"
        "a[!href,title]; img[!src,alt,title,width,height](align-left,align-right);"
        # While a pasted picture is on its way; the saved text never holds it.
        "img[data-widget]"
    ),
    "removePlugins": (
        "sourcearea,iframe,flash,forms,image,exportpdf,"
        "preview,print,newpage,save,templates,scayt,wsc,smiley,about,pagebreak,"
        "stylescombo,font,colorbutton,colordialog,div,language,bidi,justify,"
        "dialogadvtab,elementspath"
    ),
    # Pictures with a caption; dropped and pasted ones are sent as well.
    "extraPlugins": "image2",
    "image2_alignClasses": ["align-left", "align-center", "align-right"],
    "image2_captionedClass": "image",
    "image2_prefillDimensions": False,
    "filebrowserUploadMethod": "xhr",
    # Else it would put a pasted one into the text itself; the upload takes them.
    "clipboard_handleImages": False,
    "removeDialogTabs": "link:target;link:advanced;table:advanced",
    "customConfig": "",
    "stylesSet": False,
    "entities": False,
    "disableNativeSpellChecker": False,
    "contentsLanguage": "vi",
    "width": "100%",
    "height": 420,
    "versionCheck": False,
}

# CKEditor 4 writes inline handlers and styles. Pages that show it, and only they,
# replace these directives; the others of the policy stay.
RELAXED_CSP = {
    "script-src": ["'self'", "'unsafe-inline'"],
    "style-src": ["'self'", "'unsafe-inline'"],
}
relaxed_csp = csp_replace(RELAXED_CSP)


def clean_html(html: str) -> str:
    """Return `html` reduced to the allowed tags, attributes and addresses, in NFC.

    Links may lead to http(s), mail, phone and this site; those to other hosts get
    rel="noopener nofollow". Pictures may only come from this site's media and static
    files. What is clean comes back unchanged.
    """
    html = clean_text(html)
    # Malformed nesting and character references (controls, decomposed letters) can
    # need another round; what is returned has passed one without a change.
    for _ in range(_MAX_ROUNDS):
        cleaned = _START_TAG.sub(_finish_tag, _CLEANER.clean(html))
        if cleaned == html:
            return html
        html = clean_text(cleaned)
    # What does not settle keeps its words and loses its tags.
    return "".join(f"<p>{escape(line)}</p>" for line in plain_text(html).split("\n"))


def plain_text(html: str) -> str:
    """Return the words of clean HTML, one line for each block."""
    parts = _parts(html)
    if parts is None:
        reader = _TextReader()
        reader.feed(html)
        reader.close()
        parts = reader.parts
    lines = (" ".join(line.split()) for line in "".join(parts).split("\n"))
    return "\n".join(filter(None, lines))


_TAG = re.compile(
    rf'</?({"|".join(sorted(ALLOWED_TAGS))})(?: [a-z]+="[^"<>]*")*>', re.ASCII
)


def _parts(html: str) -> list[str] | None:
    """What `_TextReader` finds, a tenth of its work; None where it is to be asked."""
    pieces = _TAG.split(html)
    texts, tags = pieces[::2], pieces[1::2]
    if any("<" in text for text in texts):
        return None
    parts = []
    for text, tag in zip(texts, [*tags, ""], strict=True):
        parts.append(unescape(text).replace("\n", " "))
        if tag in _BLOCKS:
            parts.append("\n")
    return parts


LINK_OUT = "\ue000"
"""In what `checked_lines` returns: here a link leads to another site."""


def checked_lines(html: str) -> str:
    """The words of clean HTML for a check of their signs, line by line.

    As `plain_text`, with hard spaces kept, each link to another site marked, and the
    contents of code left out: there every sign is meant.
    """
    reader = _LineReader()
    reader.feed(html.replace("\n", " "))
    reader.close()
    lines = "".join(reader.parts).split("\n")
    return "\n".join(filter(None, (line.strip(" \u00a0") for line in lines)))


class RichTextWidget(CKEditorWidget):
    """The editor, which is only ever handed clean HTML."""

    def __init__(self, attrs=None):
        super().__init__(attrs=attrs)
        self.config = dict(EDITOR_CONFIG)

    @property
    def media(self):
        """With the script that sends the form's CSRF token along with a picture."""
        last = "ckeditor/fixups.js"  # named again: ours comes after it
        return super().media + forms.Media(js=[last, "js/editor.js"])

    def format_value(self, value):
        return clean_html(value) if value else value

    def _set_config(self):
        """Called by the parent for each rendering."""
        self.config["language"] = (get_language() or "vi").partition("-")[0]
        self.config["contentsCss"] = [static("css/editor.css")]
        # CKEditor's Vietnamese calls both this and the caption "chú thích".
        self.config["pictureDescription"] = gettext("Description of the picture")
        upload = reverse(UPLOAD_VIEW)
        self.config["filebrowserImageUploadUrl"] = upload
        self.config["imageUploadUrl"] = upload
        self.config["filebrowserImageBrowseUrl"] = reverse(CHOICE_VIEW)


_A_TAG = re.compile(r"<[a-z/!]", re.IGNORECASE)


class RichTextFormField(forms.CharField):
    """Clean HTML; an editor left blank counts as empty, whatever tags it sends."""

    widget = RichTextWidget

    def to_python(self, value):
        """Without JavaScript there is no editor: lines typed plainly are paragraphs."""
        text = super().to_python(value)
        if "\n" in text and not _A_TAG.search(text):
            text = linebreaks(text, autoescape=True)
        html = clean_html(text)
        return html if plain_text(html) or "<img" in html else ""


class RichTextField(models.TextField):
    """HTML that is clean in the database, whichever way it comes there."""

    def to_python(self, value):
        value = super().to_python(value)
        return clean_html(value) if isinstance(value, str) else value

    def get_prep_value(self, value):
        value = super().get_prep_value(value)
        return clean_html(value) if isinstance(value, str) else value

    def pre_save(self, model_instance, add):
        """Leave the instance with the very HTML that goes into its row."""
        value = super().pre_save(model_instance, add)
        if isinstance(value, str):
            value = clean_html(value)
            setattr(model_instance, self.attname, value)
        return value

    def formfield(self, **kwargs):
        # The admin hands every TextField its own widget.
        kwargs["widget"] = RichTextWidget
        return super().formfield(**{"form_class": RichTextFormField, **kwargs})


class RichTextAdminMixin:
    """For a ModelAdmin whose form shows the editor."""

    def changeform_view(self, request, *args, **kwargs):
        return relaxed_csp(super().changeform_view)(request, *args, **kwargs)


class _TextReader(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_starttag(self, tag, attrs):
        if tag in _BLOCKS:
            self.parts.append("\n")

    def handle_endtag(self, tag):
        if tag in _BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data):
        self.parts.append(" ".join(data.split("\n")))


class _LineReader(_TextReader):
    def __init__(self):
        super().__init__()
        self.in_code = 0

    def handle_starttag(self, tag, attrs):
        self.in_code += tag in {"pre", "code"}
        if tag == "a" and _is_outside(dict(attrs).get("href") or ""):
            self.parts.append(LINK_OUT)
        super().handle_starttag(tag, attrs)

    def handle_endtag(self, tag):
        self.in_code -= tag in {"pre", "code"}
        super().handle_endtag(tag)

    def handle_data(self, data):
        if self.in_code <= 0:
            super().handle_data(data)


def _filter_attribute(tag: str, name: str, value: str) -> str | None:
    match name:
        case "href":
            return _link_address(value)
        case "src":
            return _picture_address(value)
        case "width" | "height" | "colspan" | "rowspan" | "start":
            return value if _NUMBER.fullmatch(value) else None
        case "scope":
            return value if value in {"row", "col"} else None
        case "lang":
            return value if _LANGUAGE.fullmatch(value) else None
        case _:
            return value


def _link_address(value: str) -> str | None:
    """Return an address as it may stand in a link, or None."""
    address = _bare_address(value)
    if address is None or address.startswith(("/", "#", "?")):
        return address
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return None
    if parts.scheme in {"mailto", "tel"}:
        return address
    # A name before the host ("https://tinhdoan.vn@evil.example") only deceives.
    if parts.scheme in {"http", "https"} and host and "@" not in parts.netloc:
        return address
    return None


def _picture_address(value: str) -> str | None:
    """Return an address of this site's media or static files, or None."""
    address = _bare_address(value)
    if address is None or ".." in unquote(unquote(address)):
        return None
    # Copied from a page of ours, an address comes with its host.
    address = address.removeprefix(settings.SITE_URL)
    own = tuple(url for url in (settings.MEDIA_URL, settings.STATIC_URL) if url)
    return address if address.startswith(own) else None


def _bare_address(value: str) -> str | None:
    """Return an address as a browser reads it; None where it could name a host."""
    address = re.sub(r"[\t\n\r]", "", value).strip("".join(map(chr, range(33))))
    # A browser takes "\\" for "/", so both lead to another host.
    if "\\" in address or address.startswith("//"):
        return None
    return address


def _finish_tag(match: re.Match[str]) -> str:
    """Do to a clean tag what nh3 has no setting for."""
    tag = match[0].replace(' class=""', "")
    if match[1] == "img":
        return tag if ' src="' in tag else ""
    if match[1] == "a":
        href = re.search(r' href="([^"]*)"', tag)
        if href is None or not _is_outside(unescape(href[1])):
            return tag.replace(f' rel="{_OUTSIDE_REL}"', "")
    return tag


def _is_outside(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return True
    return bool(parts.netloc) and parts.netloc != urlsplit(settings.SITE_URL).netloc


_CLEANER = nh3.Cleaner(
    tags=ALLOWED_TAGS,
    clean_content_tags=_DROPPED_WHOLE,
    attributes=ALLOWED_ATTRIBUTES,
    attribute_filter=_filter_attribute,
    allowed_classes=ALLOWED_CLASSES,
    url_schemes={"http", "https", "mailto", "tel"},
    set_tag_attribute_values={"img": {"loading": "lazy"}},
    link_rel=_OUTSIDE_REL,
)
