"""Both languages are whole: no English in Vietnamese, no Vietnamese in English.

A reader walks through the demo from link to link in either language, sends every form
wrongly and reads what comes back; letters and error pages too. What the walk did not
come by fails as well, so that a new page cannot be forgotten.
"""

import re

import pytest
import time_machine
from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import OperationalError, transaction
from django.db.models import Choices
from django.test import Client, override_settings
from django.urls import path
from django.utils import translation

import portal.urls
from content import clock, identity
from members import consent_texts_first
from portal import messages
from tests.language import letters, words, world
from tests.language.reading import Page
from tests.language.walk import Walk, routes

pytestmark = pytest.mark.django_db

ROUTES = list(routes())
# Those that need nothing but their address.
PLAIN = [
    f"/{route}"
    for route, _name, pattern in ROUTES
    if not pattern.pattern.converters and "(" not in route
]
DEVELOPERS_ONLY = ("portal/gallery.html", "mail/mailbox/")
# Names of columns in spreadsheets, the same in whatever language they are read.
SHEET_COLUMNS = {"Column"}
# English that a Vietnamese page may show, and why.
ENGLISH_ON_PURPOSE = (
    # The English text of a page of the site, in its form and in its history.
    re.compile(r"(<p>)?This is the portal of .*", re.DOTALL),
    # The English words beside boxes of consent, in the admin's list of them.
    *(
        re.compile(re.escape(said))
        for (_box, language), both in consent_texts_first.TEXTS.items()
        for said in both
        if language == "en" and said
    ),
)
# Pages that no walk comes by, and why.
FOR_PROGRAMS = ("robots.txt", "metrics", ".xml", "/worker.js", "/goodbye.js")
NOT_WALKED = {
    r"admin:-": "addresses without a trailing word, which lead to the change page",
    r"admin:view_on_site": "replaced by our own (portal.admin_site)",
    r"admin:login": "leads to the one door",
    r"gallery|mailbox:.*": "in debug only",
    r"account_reset_password_from_key": "drawn in TestErrors",
    r"picture|cards:enter": "a file; an address with a secret in it, told on paper",
    r"news:section_(rss|atom)": "feeds: no page, and no words but those of content",
    r"(news|training):share_card": "a picture",
    r"certificates:(letter_)?download|admin:certificates_\w+_(pdf|zip|print|again)": (
        "a file, or what has it made; see tests/certificates"
    ),
    r"training:(point|answer|loosen|excuse)": "POST only; a file; see tests/training",
    r"openid_connect_(login|callback)": "leads elsewhere, see tests/members",
    r"admin:portal_finding_(history|delete|change)": "no row in the demo",
    r"mfa_(edit|remove)_webauthn": "needs a passkey, see tests/browser",
    r"members:letters_again": "POST only; see tests/members",
    r"mail:returned": "for mail providers; see tests/mail",
    r"admin:mail_letter_sample(_html)?": "a letter: read by itself; see tests/mail",
    r"admin:app_list": "leads to the start page",
    r"training:(desk_(sync|settle)|check_in)": "no page; tests/training, tests/browser",
    r"training:own_calendar": "a file for calendar programs; see tests/training",
    r"admin:news_contribution_file": "a file; see tests/news",
    r"news:preview": "an address with a secret in it, see tests/news",
    r"admin:news_article_(version|restore)": "from the second version on, tests/news",
    r"admin:teams_roster_preview": "needs a list that was sent, see tests/teams",
    r"admin:members_person_list_(run|template|export)": (
        "needs a list that was sent; files; see tests/members/listing"
    ),
    r"uploads:upload": "for programs, see tests/content",
    r"teams:report_(keep|forget)|judging:draft": "POST only; tests/teams and contests",
    r"contests:(autosave(_authors)?|take_back|upload)": "POST only; see tests/contests",
    r"admin:teams_report_decide": "POST only; leads to the report",
    r"teams:report_thanks|contests:signed_form|admin:contests_contest_(run|sheet)": (
        "a file"
    ),
    r"judging:(download|page|film)": "a file; see tests/contests",
    r"contests:work_picture": "a picture; see tests/contests",
    r"contests:version_file": "a file; see tests/contests",
    r"members:my_data_(ask|copy|delete|fetch|take_back)": (
        "asks first who it is, or POST only; see tests/members/test_mydata"
    ),
    r"admin:members_unitchange_(call_off|again)": "POST only",
    r"admin:members_breach_export": "a file; see tests/members/test_breaches",
    r"admin:members_accessnote_(history|delete|change)": "no row in the demo",
    r"admin:members_datarequest_(confirm|copy)": "POST only; a file",
    r"admin:(content_picture|members_signincard)_(history|delete|change)": (
        "no row in the demo"
    ),
    r"admin:members_(erasure|purgerun)_(history|delete|change)": "no row in the demo",
}
STARTS = ["/", "/ca-nhan/", "/quan-tri/"]


TEMPLATES = settings.BASE_DIR / "templates"
OUR_APPS = {
    *("portal", "news", "training", "teams", "contests"),
    *("certificates", "members", "mail"),
}

# Shown in both languages as they are.
# The last is Django's name for a relation, made once in the language of the site.
EXAMPLES = (
    "Nguyễn Thị Ánh",
    "quan hệ article – tag",
    "Quan hệ article – tag",
    "“Ánh, Nguyễn Thị”",
    "Tên tổ · Cấp · Đơn vị",
    "Mã đoàn viên · Họ tên",
    # Prizes stand in the language of the site, whoever gives them.
    *("Giải Nhất", "Giải Nhì", "Giải Ba", "Giải Khuyến khích"),
)


@pytest.fixture(scope="module")
def walks(django_db_setup, django_db_blocker, tmp_path_factory):
    """One walk in each language; nothing of it stays."""
    folder = tmp_path_factory.mktemp("language")
    done = {}
    with (
        django_db_blocker.unblock(),
        transaction.atomic(),
        override_settings(
            PRIVATE_ROOT=folder / "private",
            MEDIA_ROOT=folder / "media",
            MAILBOX=folder / "mail",
        ),
        time_machine.travel("2026-11-23T02:00:00+00:00", tick=False),
    ):
        people = world.load(clock.now(), folder)
        known = words.words_of(world.content())
        done["vi"] = _walked("vi", people)
        done["vi"].known = known
        world.take_the_accents_off()
        cache.clear()
        identity.forget()
        plain = world.without_accents(settings.SITE_AT_FIRST)
        with override_settings(SITE_AT_FIRST=plain):
            done["en"] = _walked("en", people)
        transaction.set_rollback(True)
    cache.clear()
    identity.forget()
    return done


def _walked(language, people):
    walk = Walk(language)
    with walk.noting():
        letters.write_all(walk, people, clock.now())
        links = world.links(people)
        if language == "en":
            world.take_the_accents_off()  # of what letters and links have brought
        walk.everywhere("visitor", starts=STARTS + PLAIN + links)
        for who in ("member", "judge", "unit_secretary", "superuser"):
            user = people[who]
            starts = STARTS + PLAIN + world.addresses_of(who, people)
            walk.everywhere(who, user, starts=starts, queries=who == "superuser")
    return walk


@pytest.mark.slow
@pytest.mark.xdist_group("language")  # walked once, not once a process
class TestTheWalk:
    def test_shows_no_english_in_vietnamese(self, walks):
        walk = walks["vi"]
        assert len(walk.texts) > 2000
        faults = {
            text: (english, place)
            for text, place in (walk.texts | walk.letters).items()
            if (english := words.english_in(text, known=walk.known))
            and not any(meant.fullmatch(text) for meant in ENGLISH_ON_PURPOSE)
        }
        assert not faults, _listed(faults)

    def test_shows_no_vietnamese_in_english(self, walks):
        walk = walks["en"]
        assert len(walk.texts) > 2000
        faults = {
            text: place
            for text, place in walk.texts.items()
            if words.vietnamese_in(text) and not any(one in text for one in EXAMPLES)
        }
        assert not faults, _listed(faults)

    def test_breaks_nothing(self, walks):
        assert [walk.errors for walk in walks.values()] == [[], []]

    def test_writes_every_letter(self, walks):
        drawn = walks["vi"].templates
        missing = {
            name for name in _names("mail") if name.endswith(".subject.txt")
        } - drawn
        assert not missing

    def test_comes_by_every_page(self, walks):
        """A page that no link leads to belongs into `world.addresses_of`."""
        seen = walks["vi"].patterns
        missing = [
            name or route
            for route, name, _pattern in ROUTES
            if route not in seen and not _explained(name, route)
        ]
        assert not missing, "\n".join(missing)


def _listed(faults):
    return "\n".join(f"{text!r}: {about}" for text, about in sorted(faults.items()))


def _names(folder=""):
    return {
        str(path.relative_to(TEMPLATES))
        for path in (TEMPLATES / folder).rglob("*")
        if path.is_file()
    }


def _explained(name, route):
    return any(re.fullmatch(pattern, name or route) for pattern in NOT_WALKED)


def boom(request):
    raise RuntimeError


def away(request):
    raise OperationalError


def no_entry(request):
    raise PermissionDenied


urlpatterns = [
    path("boom/", boom),
    path("away/", away),
    path("no-entry/", no_entry),
    *portal.urls.urlpatterns,
]
handler400 = portal.urls.handler400
handler403 = portal.urls.handler403
handler404 = portal.urls.handler404
handler500 = portal.urls.handler500

FIELDS = "&".join(f"truong{number}=" for number in range(2001))
FORM = "application/x-www-form-urlencoded"


class TestErrors:
    """Each with its own page, in the language of the reader where it is known."""

    pytestmark = pytest.mark.urls(__name__)

    @pytest.fixture(params=["vi", "en"])
    def client(self, request):
        client = Client(raise_request_exception=False, enforce_csrf_checks=True)
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = request.param
        return client

    @pytest.mark.parametrize(
        ("address", "status"),
        [
            ("/khong-co/", 404),
            ("/no-entry/", 403),
            ("/boom/", 500),
            ("/away/", 503),
            ("/?q=%00", 400),
            (f"/?{FIELDS}", 400),
            ("/tai-khoan/password/reset/key/1-x-y/", 200),
        ],
        ids=["404", "403", "500", "503", "nul", "2001 fields", "dead link"],
    )
    def test_pages(self, client, address, status):
        answer = client.get(address)
        assert answer.status_code == status
        self.check(answer)

    def test_a_form_without_its_token(self, client):
        answer = client.post("/tai-khoan/login/", {"login": "a@example.com"})
        assert answer.status_code == 403
        self.check(answer)

    @pytest.mark.parametrize(
        ("body", "kind"),
        [
            (FIELDS, FORM),
            ("q=" + "a" * 3 * 1024 * 1024, FORM),
            ("--x\r\nContent-Disposition: form-data; name=", "multipart/form-data"),
        ],
        ids=["2001 fields", "3 MB", "broken multipart"],
    )
    def test_forms_too_large_or_broken(self, client, body, kind):
        answer = client.generic("POST", "/tai-khoan/login/", body, content_type=kind)
        assert answer.status_code in {400, 413}
        self.check(answer)

    def check(self, answer):
        page = Page(answer.content.decode())
        assert page.texts, "an empty page"
        assert page.language in {"vi", "en"}
        names = vars(identity.current()).values()
        for text in page.texts:
            if page.language == "vi":
                assert not words.english_in(text, known=frozenset({"example"})), text
            else:
                bare = text
                for name in filter(None, map(str, names)):
                    bare = bare.replace(name, "")
                assert not words.vietnamese_in(bare), text


# --- What needs no walk ----------------------------------------------------------

# Template code that shows a text of the catalogue, and all other template code.
_MARKED = re.compile(
    r"{%\s*comment\b.*?endcomment\s*%}|{#.*?#}"
    r"|{%\s*block\s+\w*(?:class|coltype|robots|language|active)\w*\s*%}.*?endblock\s*\w*\s*%}"
    r"|{%\s*blocktrans(?:late)?\b.*?endblocktrans(?:late)?\s*%}",
    re.DOTALL,
)
_CODE = re.compile(r"{%.*?%}|{{.*?}}", re.DOTALL)
_LETTERS = re.compile(r"[^\W\d_]{2,}")
# Signs of units, names and examples that are the same in every language.
_SAME = {"nbsp", "UTF", "ics", "Atom", "RSS", "Facebook", "Zalo", "QR", "Tab"}


@pytest.mark.parametrize("name", sorted(_names()))
def test_no_template_has_a_text_of_its_own(name):
    """In no branch, not even in one that no walk comes by."""
    if name.startswith(DEVELOPERS_ONLY) or name.endswith(FOR_PROGRAMS):
        pytest.skip("not for readers")
    source = _CODE.sub("", _MARKED.sub("", (TEMPLATES / name).read_text("utf-8")))
    texts = Page(source).texts if name.endswith(".html") else source.splitlines()
    found = {
        word
        for text in texts
        for word in _LETTERS.findall(re.sub(r"\S*(?:://|@)\S*", "", text))
    }
    assert found <= _SAME


def test_models_speak_both_languages():
    """Names of models, columns, choices and what a broken rule says."""
    for language, wrong in (("vi", words.english_in), ("en", words.vietnamese_in)):
        with translation.override(language):
            faults = {text: place for text, place in _model_texts() if wrong(text)}
        faults = {
            text: place
            for text, place in faults.items()
            if not any(one in text for one in EXAMPLES)
        }
        assert not faults, _listed(faults)


def _model_texts():
    for model in apps.get_models():
        meta = model._meta
        if meta.app_label not in OUR_APPS or hasattr(model, "pgh_tracked_model"):
            continue
        yield str(meta.verbose_name), meta.label
        yield str(meta.verbose_name_plural), meta.label
        for rule in meta.constraints:
            yield str(rule.violation_error_message), rule.name
        for field in meta.concrete_fields:
            if not field.editable or field.primary_key:
                continue
            place = f"{meta.label}.{field.name}"
            yield str(field.verbose_name), place
            yield str(field.help_text), place
            for _value, label in field.choices or ():
                yield str(label), place


def test_every_choice_and_reason_speaks_both_languages():
    for language, wrong in (("vi", words.english_in), ("en", words.vietnamese_in)):
        with translation.override(language):
            faults = {
                str(label): kind.__qualname__
                for kind in _choices(Choices)
                for label in kind.labels
                if wrong(str(label)) and kind.__qualname__ not in SHEET_COLUMNS
            }
        assert not faults, _listed(faults)


def _choices(kind):
    for below in kind.__subclasses__():
        if below.__module__.partition(".")[0] in OUR_APPS | {"content"}:
            yield below
        yield from _choices(below)


def test_no_text_of_ours_is_english_in_vietnamese():
    """What stays the same in both is a name that readers know."""
    same = {
        message.id
        for message in messages.read()
        if isinstance(message.id, str) and message.id and message.id == message.string
    }
    faults = {text: english for text in same if (english := words.english_in(text))}
    assert not faults, _listed(faults)
