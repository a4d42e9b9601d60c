"""locale/upstream answers, in Vietnamese, all that the packages leave in English."""

import datetime as dt
import io
import re
import unicodedata
from collections import Counter
from functools import cache
from pathlib import Path

import django
import pytest
from babel.messages import extract, pofile
from django.apps import apps
from django.conf import settings
from django.contrib.auth.password_validation import MinimumLengthValidator
from django.contrib.humanize.templatetags.humanize import naturaltime, ordinal
from django.core.exceptions import ValidationError
from django.test import RequestFactory
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.timesince import timesince
from django.utils.translation import gettext, ngettext, override, pgettext
from django.utils.translation.template import templatize
from django.views.i18n import JavaScriptCatalog

from portal.messages import KEYWORDS

DJANGO = Path(django.__file__).parent
PACKAGES = DJANGO.parent
UPSTREAM = settings.BASE_DIR / "locale" / "upstream" / "vi" / "LC_MESSAGES"

# Where each package lists its own texts: a folder, and the locale that has all.
CATALOGUES = {
    DJANGO / "conf": "en",
    **{
        DJANGO / "contrib" / app: "en"
        for app in (
            "admin",
            "auth",
            "contenttypes",
            "humanize",
            "postgres",
            "redirects",
            "sessions",
            "sites",
        )
    },
    PACKAGES / "allauth": "en",
    PACKAGES / "import_export": "de",
    PACKAGES / "tree_queries": "de",
}
# Their catalogues lag behind their code, so the code is read as well.
READ_THE_CODE = ("allauth", "import_export", "tree_queries")
# Built with % before gettext sees them, so that no catalogue can answer.
UNANSWERABLE = re.compile(r"declared in 'import_id_fields' .*: %s, $")
# The same in both languages, and meant so.
SAME = {
    "Email",
    "IPv4",
    "IPv6",
    "%(size)d byte",
    "%(size)d bytes",
    "%s KB",
    "%s MB",
    "%s GB",
    "%s TB",
    "%s PB",
    "%(value)s googol",
    "%(class_name)s %(instance)s",
    "%(truncated_text)s…",
    "…",
    ", ",
    ":",
    ":?.!",
}
NAMED = re.compile(r"%\(\w+\)[a-z]|\{\w+\}|</?[a-z][^>]*>")
POSITIONAL = re.compile(r"%[a-z]|\{\}")
# The tone on the second vowel of oa, oe, uy (hoà, khoẻ, thuỷ); qu is a consonant.
OLD_TONES = re.compile(r"(?:o[àáảãạèéẻẽẹ]|(?<!q)u[ỳýỷỹỵ])(?!\w)", re.IGNORECASE)
EDGES = re.compile(r"^\s+|\s+$")
TAG = re.compile(r"<[^>]*>")
# Straight quotes, three dots, "e-mail", doubled spaces, a space before a stop.
CARELESS = re.compile(
    r"""["']|\.\.\.|e-mail|\S  +\S| [.,;:!?](?:\s|$)""", re.IGNORECASE
)


def key(message):
    one = message.id if isinstance(message.id, str) else message.id[0]
    return message.context, one


def texts(value):
    return (value,) if isinstance(value, str) else tuple(value)


def answered(message):
    return bool(message.string) and all(texts(message.string))


@cache
def catalogue(path):
    """The entries of one .po file by context and (singular) msgid."""
    if not path.exists():
        return {}
    with path.open("rb") as file:
        return {key(m): m for m in pofile.read_po(file, ignore_obsolete=True) if m.id}


def po(folder, locale, domain):
    return catalogue(folder / "locale" / locale / "LC_MESSAGES" / f"{domain}.po")


def ours(domain):
    return catalogue(UPSTREAM / f"{domain}.po")


@cache
def from_code(package):
    """The texts that a package marks in its Python and its templates."""
    found = set()
    for path in sorted((PACKAGES / package).rglob("*")):
        if path.suffix not in {".py", ".html", ".txt"} or "tests" in path.parts:
            continue
        source = path.read_text("utf-8")
        if path.suffix == ".py":
            if "translation" not in source:
                continue
        else:
            if "trans" not in source:
                continue
            lines = templatize(source, origin=str(path)).splitlines()
            source = "\n".join(line.strip() for line in lines)
        for _line, message, _comments, context in extract.extract(
            "python", io.BytesIO(source.encode()), KEYWORDS
        ):
            if message and not UNANSWERABLE.search(texts(message)[0]):
                found.add((context, texts(message)[0]))
    return found


@cache
def upstream_keys(domain):
    keys = set()
    for folder, locale in CATALOGUES.items():
        keys |= po(folder, locale, domain).keys()
    if domain == "django":
        for package in READ_THE_CODE:
            keys |= from_code(package)
    return keys


@cache
def vietnamese(domain):
    """What a reader gets: the packages' own answers, then ours on top."""
    merged = {}
    for folder in CATALOGUES:
        own = po(folder, "vi", domain)
        merged |= {k: m for k, m in own.items() if answered(m)}
    merged |= ours(domain)
    return {k: merged[k] for k in upstream_keys(domain) if k in merged}


def pairs(domain):
    """Each original (its plural, if it has one) beside each Vietnamese text."""
    for message in vietnamese(domain).values():
        for text in texts(message.string):
            yield texts(message.id)[-1], text


domains = pytest.mark.parametrize("domain", ["django", "djangojs"])


def test_each_installed_app_with_texts_of_its_own_is_looked_at():
    foreign = {
        Path(app.path)
        for app in apps.get_app_configs()
        if (Path(app.path) / "locale").exists()
    }
    assert foreign, "the apps are not where this test looks"
    assert foreign <= CATALOGUES.keys(), "add these to CATALOGUES"


def test_the_lists_are_read_at_all():
    assert len(po(PACKAGES / "allauth", "en", "django")) > 370
    assert len(po(DJANGO / "conf", "en", "django")) > 340
    assert len(po(PACKAGES / "import_export", "de", "django")) > 35
    assert len(from_code("allauth")) > 370
    assert (None, "subtree") in from_code("tree_queries")
    assert len(upstream_keys("djangojs")) > 70


@domains
def test_every_text_of_the_packages_has_its_vietnamese(domain):
    missing = upstream_keys(domain) - vietnamese(domain).keys()
    assert not missing, sorted(missing, key=str)


@domains
def test_nothing_is_translated_that_no_package_says(domain):
    stale = ours(domain).keys() - upstream_keys(domain)
    assert not stale, sorted(stale, key=str)


@domains
def test_plural_texts_are_plural_here_too(domain):
    """A singular entry never answers ngettext, nor the other way round."""
    wrong = []
    for folder, locale in CATALOGUES.items():
        for one, theirs in po(folder, locale, domain).items():
            mine = ours(domain).get(one)
            if mine and theirs.pluralizable and texts(mine.id) != texts(theirs.id):
                wrong.append(one)
    assert not wrong


@domains
def test_our_header_says_one_plural_form_and_utf_8(domain):
    with (UPSTREAM / f"{domain}.po").open("rb") as file:
        read = pofile.read_po(file)
    assert str(read.locale) == "vi"
    assert read.charset == "utf-8"
    assert read.plural_forms == "nplurals=1; plural=0;"
    assert not read.obsolete


@domains
def test_babel_finds_no_fault(domain):
    with (UPSTREAM / f"{domain}.po").open("rb") as file:
        read = pofile.read_po(file)
    assert [(m.id, errors) for m, errors in read.check()] == []


@domains
def test_no_entry_is_empty_or_fuzzy(domain):
    entries = ours(domain).values()
    assert [m.id for m in entries if not answered(m) or m.fuzzy] == []


def placeholders(text):
    """Named ones may be said twice or once; positional ones are counted."""
    return set(NAMED.findall(text)), Counter(POSITIONAL.findall(text))


@domains
def test_placeholders_and_tags_are_those_of_the_original(domain):
    assert [
        (original, text)
        for original, text in pairs(domain)
        if placeholders(original) != placeholders(text)
    ] == []


@domains
def test_space_and_line_breaks_around_a_text_stay(domain):
    assert [
        (original, text)
        for original, text in pairs(domain)
        if EDGES.findall(original) != EDGES.findall(text)
    ] == []


@domains
def test_texts_are_composed_and_set_as_a_newspaper_would(domain):
    assert [
        text
        for _original, text in pairs(domain)
        if not unicodedata.is_normalized("NFC", text)
        or OLD_TONES.search(text)
        or CARELESS.search(TAG.sub("<>", text))
    ] == []


@pytest.mark.parametrize("text", ["hoà", "Xoá mục", "khoẻ", "thuỷ", "tuỳ chọn"])
def test_the_check_of_tones_finds_the_old_placing(text):
    assert OLD_TONES.search(text)


@pytest.mark.parametrize("text", ["hòa", "Xóa", "quý", "toàn", "ủy quyền", "khoảng"])
def test_the_check_of_tones_leaves_the_rest_alone(text):
    assert not OLD_TONES.search(text)


@domains
def test_no_english_is_passed_off_as_vietnamese(domain):
    same = {
        text
        for message in vietnamese(domain).values()
        for text in texts(message.string)
        if text in texts(message.id)
    }
    assert same - SAME == set()


@pytest.mark.parametrize(
    ("english", "vietnamese_text"),
    [
        ("Sign In", "Đăng nhập"),
        ("Sign Up", "Tạo tài khoản"),
        ("Sign Out", "Đăng xuất"),
        ("Log out", "Đăng xuất"),
        ("Sign-In Code", "Mã đăng nhập"),
        ("Two-Factor Authentication", "Xác thực hai bước"),
        ("Recovery Codes", "Mã khôi phục"),
        ("Site administration", "Quản trị"),
        ("Password reset unsuccessful", "Chưa đặt lại được mật khẩu"),
        ("log entry", "mục nhật ký"),
        ("Confirm import", "Xác nhận nhập"),
        ("subtree", "nhánh"),
    ],
)
def test_readers_get_our_words(english, vietnamese_text):
    with override("vi"):
        assert gettext(english) == vietnamese_text


def test_contexts_and_plurals_reach_readers():
    with override("vi"):
        assert pgettext("field label", "Login") == "Tên đăng nhập"
        assert pgettext("action", "Change Phone") == "Đổi số điện thoại"
        for number in (1, 2):
            assert (
                ngettext(
                    "Please correct the error below.",
                    "Please correct the errors below.",
                    number,
                )
                == "Hãy sửa các lỗi bên dưới."
            )


def test_a_short_password_is_refused_in_vietnamese():
    with override("vi"), pytest.raises(ValidationError) as refused:
        MinimumLengthValidator(8).validate("abc")
    assert refused.value.messages == [
        "Mật khẩu này quá ngắn. Mật khẩu phải có ít nhất 8 ký tự."
    ]


def test_spans_and_moments_read_naturally(now):
    with override("vi"):
        span = timesince(now - dt.timedelta(days=2, hours=2), now)
        past = naturaltime(timezone.now() - dt.timedelta(days=3))
        ahead = naturaltime(timezone.now() + dt.timedelta(hours=3, minutes=1))
        assert span.replace("\xa0", " ") == "2 ngày, 2 giờ"
        assert past.replace("\xa0", " ") == "3 ngày trước"
        assert ahead.replace("\xa0", " ") == "3 giờ nữa"
        assert ordinal(21) == "thứ 21"


@pytest.mark.parametrize(
    ("moment", "pattern", "text"),
    [
        ("2026-03-05T13:30", "P", "1:30 CH"),
        ("2026-03-05T09:00", "P", "9 SA"),
        ("2026-03-05T00:00", "P", "nửa đêm"),
        ("2026-03-05T12:00", "P", "12 giờ trưa"),
        ("2026-03-05T12:00", "l", "Thứ Năm"),
        ("2026-03-08T12:00", "l (D)", "Chủ nhật (CN)"),
        ("2026-03-05T12:00", "j E Y", "5 tháng 3 2026"),
    ],
)
def test_dates_and_times_of_day(moment, pattern, text):
    with override("vi"):
        assert format_date(dt.datetime.fromisoformat(moment), pattern) == text


def test_the_scripts_of_the_admin_speak_our_vietnamese():
    """Django serves them apart; ours must win there over Django's own, too."""
    view = JavaScriptCatalog.as_view(packages=["django.contrib.admin"])
    with override("vi"):
        script = view(RequestFactory().get("/")).content.decode()
    assert '"Sunday": "Ch\\u1ee7 nh\\u1eadt"' in script
    assert '"Noon": "12 gi\\u1edd"' in script
    assert '"6 p.m.": "18 gi\\u1edd"' in script


def test_english_readers_get_english():
    with override("en"):
        assert gettext("Sign In") == "Sign In"
        assert gettext("Log out") == "Log out"
