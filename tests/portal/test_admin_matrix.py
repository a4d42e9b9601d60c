"""What holds for every list of the admin, whichever feature it belongs to.

A new ModelAdmin fails here until it is scoped and somebody says how to make its rows.
"""

import datetime as dt
import json

import pytest
from django.contrib import admin
from django.contrib.admin.templatetags import admin_list
from django.contrib.admin.utils import flatten_fieldsets
from django.contrib.admin.widgets import AutocompleteMixin, RelatedFieldWidgetWrapper
from django.db import connection
from django.forms import ModelChoiceField
from django.forms.models import _get_foreign_key
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from content import list_rows
from mail.admin import _MailAdmin
from members import access_log, consent_texts
from members.models import (
    Breach,
    DataRequest,
    Erasure,
    PurgeRun,
    Role,
    SignInCard,
    UnitChange,
)
from members.mydata import actions as data_requests
from members.scoped_admin import ScopedAdmin, _Scope
from news.models import FrontPageSlot, Rumour, Tag, TrustedHost
from portal.models import Finding, KeyFigure, SitePage
from teams.models import CommuneTile, TeamSkill
from tests.factories.certificates import asked, issued, signing
from tests.factories.contests import (
    AppealFactory,
    ContestFactory,
    EntryFactory,
    RoundFactory,
    SignedFormFactory,
)
from tests.factories.mail import LetterFactory, PreferenceFactory, SuppressionFactory
from tests.factories.members import (
    AssignmentFactory,
    ConsentFactory,
    GuardianFactory,
    PersonFactory,
    RoleInvitationFactory,
    UnitFactory,
    UnitKindFactory,
    UnitSuccessionFactory,
    UserFactory,
)
from tests.factories.news import (
    ArticleFactory,
    ContributionFactory,
    KitItemFactory,
    PublishedFactory,
    SafetyAdviceFactory,
    SafetyContactFactory,
    SectionFactory,
)
from tests.factories.pictures import kept
from tests.factories.teams import (
    HelpPointFactory,
    HelpRequestFactory,
    HelpTopicFactory,
    MemberFactory,
    NominationFactory,
    TeamFactory,
    indicator,
    recognition,
    report,
)
from tests.factories.training import (
    RegistrationFactory,
    SeriesFactory,
    SessionFactory,
    SessionKindFactory,
)

pytestmark = pytest.mark.django_db
MORNING = dt.datetime(2026, 11, 23, 2, 0, tzinfo=dt.UTC)
SECRET = "Bí Mật Xã Bên"
ADMINS = {model._meta.label: one for model, one in admin.site._registry.items()}


def person(unit, word):
    return PersonFactory(unit=unit, full_name=word)


ROWS = {
    "members.Unit": lambda unit, word: UnitFactory(parent=unit, name=word),
    "members.UnitSuccession": lambda unit, word: UnitSuccessionFactory(
        old=UnitFactory(parent=unit, name=word), new=UnitFactory(parent=unit)
    ),
    "members.UnitChange": lambda unit, word: UnitChange.objects.create(
        kind="dissolve",
        unit=UnitFactory(parent=unit, name=word),
        date=MORNING.date(),
        decision_number="1-QĐ",
        decided_on=MORNING.date(),
        planned_at=MORNING,
    ),
    "members.Person": person,
    "news.Contribution": lambda unit, word: ContributionFactory(
        unit=unit, title=word, sender__unit=unit
    ),
    "members.User": lambda unit, word: UserFactory(person=person(unit, word)),
    "members.Assignment": lambda unit, word: AssignmentFactory(
        user=UserFactory(
            person=person(unit, word), email=f"{hash(word)}{unit.pk}@example.com"
        ),
        unit=UnitFactory(parent=unit, name=word),
    ),
    "members.Guardian": lambda unit, word: GuardianFactory(
        child=person(unit, word), full_name=word
    ),
    "members.Consent": lambda unit, word: ConsentFactory(person=person(unit, word)),
    "members.AccessNote": lambda unit, word: access_log.note_access(
        by=UserFactory(),
        kind="training.list",
        what=word,
        unit=unit,
        now=MORNING,
    ),
    "members.RoleInvitation": lambda unit, word: RoleInvitationFactory(
        unit=UnitFactory(parent=unit, name=word)
    ),
    "members.DataRequest": lambda unit, word: data_requests.ask(
        person=person(unit, word),
        kind=DataRequest.Kind.CORRECT,
        way=DataRequest.Way.PAPER,
        now=MORNING,
    ),
    "members.SignInCard": lambda unit, word: SignInCard.objects.create(
        person=person(unit, word),
        code_hash=f"{unit.pk}{word}",
        issued_at=MORNING,
        expires_at=MORNING + dt.timedelta(days=7),
    ),
    "news.Article": lambda unit, word: ArticleFactory(unit=unit, title=word),
    "training.TrainingSession": lambda unit, word: SessionFactory(
        unit=unit, title=word
    ),
    "training.Registration": lambda unit, word: RegistrationFactory(
        session=SessionFactory(unit=unit, title=word), person=person(unit, word)
    ),
    "training.Series": lambda unit, word: SeriesFactory(unit=unit, title=word),
    "teams.DigitalTeam": lambda unit, word: TeamFactory(
        unit=UnitFactory(parent=unit, name=word), name=word
    ),
    "teams.CommuneTile": lambda unit, word: CommuneTile.objects.create(
        unit=UnitFactory(parent=unit, name=word),
        row=1,
        column=CommuneTile.objects.count() + 1,
    ),
    "teams.HelpPoint": lambda unit, word: HelpPointFactory(unit=unit, name=word),
    "teams.HelpRequest": lambda unit, word: HelpRequestFactory(
        commune=unit, area=word, team__unit=unit
    ),
    "teams.TeamMember": lambda unit, word: MemberFactory(
        team__unit=unit, person=person(unit, word)
    ),
    "teams.Nomination": lambda unit, word: NominationFactory(
        team__unit=unit, person=person(unit, word)
    ),
    "teams.Report": lambda unit, word: report(
        TeamFactory(unit=UnitFactory(parent=unit, name=word), name=word)
    ),
    "certificates.Certificate": lambda unit, word: issued(
        person(unit, word), unit=unit, course=word
    ),
    "certificates.CertificateBatch": lambda unit, word: asked(
        [person(unit, word)], unit=unit, course=word, about=f"test:{unit.pk}{word}"
    ),
    "certificates.Issuer": lambda unit, word: signing(
        UnitFactory(parent=unit, name=word), name=word
    ),
    "contests.Contest": lambda unit, word: ContestFactory(unit=unit, title=word),
    "contests.Appeal": lambda unit, word: AppealFactory(
        entry=EntryFactory(
            contest=ContestFactory(unit=unit), title=word, in_contest=True
        )
    ),
    "contests.Round": lambda unit, word: RoundFactory(
        contest=ContestFactory(unit=unit, title=word), name=word
    ),
    "contests.Entry": lambda unit, word: EntryFactory(
        contest=ContestFactory(unit=unit, title=word), title=word
    ),
    "contests.SignedForm": lambda unit, word: SignedFormFactory(
        contest=ContestFactory(unit=unit, title=word),
        child=PersonFactory(full_name=word),
    ),
}
"""Rows that belong to a unit: how to make one there that shows this word."""

UNITLESS = {
    "members.PurgeRun": lambda n: PurgeRun.objects.create(
        rule="mail.bodies", at=MORNING, removed=n
    ),
    "members.Erasure": lambda n: Erasure.objects.create(
        person=n, digest=f"{n}", kind="asked", at=MORNING
    ),
    "members.Breach": lambda n: Breach.objects.create(
        title=f"Vụ {n}",
        what_happened="Gửi nhầm danh sách.",
        happened_from=MORNING,
        known_at=MORNING,
        kinds_of_data="Họ tên",
    ),
    "members.ConsentText": lambda n: consent_texts.publish(
        key="training.photos", language="vi", words=f"Lời {n}", now=MORNING
    ),
    "members.UnitKind": lambda n: UnitKindFactory(code=f"k{n}", name=f"Loại {n}"),
    "training.SessionKind": lambda n: SessionKindFactory(code=f"k{n}", name=f"L {n}"),
    "teams.Recognition": lambda n: recognition(n),
    "teams.Indicator": lambda n: indicator(f"X{n}", name=f"Chỉ tiêu {n}"),
    "news.Section": lambda n: SectionFactory(),
    "teams.HelpTopic": lambda n: HelpTopicFactory(),
    "news.TrustedHost": lambda n: TrustedHost.objects.create(host=f"bao{n}.vn"),
    "news.Rumour": lambda n: Rumour.objects.create(
        text=f"Tin đồn {n}", digest=f"{n}", first_at=MORNING, last_at=MORNING
    ),
    "news.Tag": lambda n: Tag.objects.create(name=f"Nhãn {n}", slug=f"nhan-{n}"),
    "news.FrontPageSlot": lambda n: FrontPageSlot.objects.create(
        article=PublishedFactory(), order=n, until=MORNING
    ),
    "news.SafetyContact": lambda n: SafetyContactFactory(name=f"Nơi {n}"),
    "news.SafetyAdvice": lambda n: SafetyAdviceFactory(title=f"Lời {n}"),
    "news.KitItem": lambda n: KitItemFactory(title=f"Mẫu {n}"),
    "teams.TeamSkill": lambda n: TeamSkill.objects.create(name=f"Kỹ năng {n}"),
    "content.Picture": lambda n: kept(title=f"Ảnh {n}"),
    "mail.Letter": lambda n: LetterFactory(),
    "mail.Suppression": lambda n: SuppressionFactory(),
    "mail.Preference": lambda n: PreferenceFactory(),
    "portal.SitePage": lambda n: SitePage.objects.all()[:1],
    "portal.KeyFigure": lambda n: KeyFigure.objects.create(
        label=f"Tổ {n}", value="1", year=2026, order=n
    ),
    "content.SiteIdentity": lambda n: None,
    "portal.Finding": lambda n: Finding.objects.create(
        model="news.Article", row=f"{n}", field="body", what="hidden", found_at=MORNING
    ),
}
"""Seen by whoever holds the action anywhere, or by the province alone."""

SMALL = {
    *("members.UnitKind", "training.SessionKind", "news.Section"),
    "teams.TeamSkill",
}
"""A handful of rows that only grow when somebody sets one up: plain lists will do."""


@pytest.fixture
def commune():
    return UnitFactory(parent=UnitFactory(name="Tỉnh đoàn"), name="Đoàn xã Ta")


@pytest.fixture
def local(client, commune):
    """Holds every right, in one commune."""
    user = AssignmentFactory(role=Role.PROVINCE_ADMIN, unit=commune).user
    client.force_login(user)
    return client


@pytest.fixture
def top(client):
    client.force_login(UserFactory(is_superuser=True, is_staff=True))
    return client


@pytest.fixture
def elsewhere(commune):
    return UnitFactory(parent=commune.parent, name="Đoàn xã Bên")


def list_of(label: str) -> str:
    return reverse(f"admin:{label.lower().replace('.', '_')}_changelist")


def test_every_list_is_scoped_and_says_how_its_rows_are_made():
    for label, one in ADMINS.items():
        assert isinstance(one, ScopedAdmin | _MailAdmin), label
        belongs = isinstance(one, ScopedAdmin) and one.unit_path is not None
        assert label in (ROWS if belongs else UNITLESS), label


@pytest.mark.parametrize("label", ROWS)
def test_a_list_with_filters_names_nothing_of_another_commune(
    label, local, commune, elsewhere
):
    ROWS[label](commune, "Của Ta")
    ROWS[label](elsewhere, SECRET)
    html = local.get(list_of(label)).content.decode()
    assert "Của Ta" in html or "1 " in html
    assert SECRET not in html
    if not ADMINS[label].get_search_fields(None):
        return
    found = local.get(list_of(label), {"q": SECRET}).content.decode()
    assert found.count(SECRET) <= html.count(SECRET) + 3  # what was typed, no row
    assert 'class="field-' not in found


@pytest.mark.parametrize("label", [*ROWS, *UNITLESS])
def test_one_row_or_three_take_the_same_queries(label, top):
    unit = UnitFactory()
    make = (
        (lambda n: ROWS[label](unit, f"Hàng {n}")) if label in ROWS else UNITLESS[label]
    )
    make(1)
    top.get(list_of(label))  # what is remembered between requests is from now on
    with CaptureQueriesContext(connection) as one:
        # The identity of the site is one row: its list leads straight to it.
        assert top.get(list_of(label)).status_code in {200, 302}
    make(2)
    make(3)
    with CaptureQueriesContext(connection) as three:
        page = top.get(list_of(label))
    assert len(three) == len(one), [q["sql"] for q in three][-8:]
    assert len(one) <= 15
    if page.status_code == 200:
        assert_drawn_as_by_django(page.context["cl"])


def assert_drawn_as_by_django(cl):
    """Whichever columns lead to the form, with filters, and in a window of a form."""
    assert len(cl.result_list) > 0
    for links in (cl.list_display_links, None, ["action_checkbox", *cl.list_display]):
        for popup, filters in ((False, ""), (True, "_changelist_filters=q%3DL%26all")):
            cl.list_display_links = links
            cl.is_popup, cl.preserved_filters = popup, filters
            theirs = ["".join(row) for row in admin_list.results(cl)]
            assert list(list_rows.rows(cl)) == theirs


# --- Relations in forms ---------------------------------------------------------


def forms_of(one, request):
    """The form of an admin class and those of its inlines."""
    yield one, one.get_form(request, None)
    for inline in one.get_inline_instances(request):
        yield inline, inline.get_formset(request, None).form


@pytest.mark.parametrize("label", ADMINS)
def test_what_may_grow_is_searched_for_and_not_listed(label, rf):
    request = rf.get("/")
    request.user = UserFactory(is_superuser=True, is_staff=True)
    if not ADMINS[label].has_change_permission(request):
        return  # read only: no form is ever shown
    for one, form in forms_of(ADMINS[label], request):
        for name, field in form.base_fields.items():
            if not isinstance(field, ModelChoiceField):
                continue
            target = field.queryset.model._meta.label
            widget = field.widget
            if isinstance(widget, RelatedFieldWidgetWrapper):
                widget = widget.widget
            parent = getattr(one, "parent_model", None)
            if parent and name in {_get_foreign_key(parent, one.model).name, "id"}:
                continue
            searched = isinstance(widget, AutocompleteMixin)
            assert searched or target in SMALL, f"{one}: {name}"


SEARCHED = [
    pytest.param(one, name, id=f"{one.model._meta.label}.{name}")
    for top_admin in ADMINS.values()
    for one in [top_admin, *(i(top_admin.model, admin.site) for i in top_admin.inlines)]
    for name in one.autocomplete_fields
]


@pytest.mark.parametrize(("one", "name"), SEARCHED)
def test_searching_for_a_relation_offers_nothing_of_another_commune(
    one, name, local, commune, elsewhere
):
    assert isinstance(one, _Scope)
    target = one.model._meta.get_field(name).related_model._meta.label
    if target in UNITLESS:
        return  # everybody's: there is nothing of another commune
    ROWS[target](commune, "Của Ta")
    ROWS[target](elsewhere, SECRET)
    response = local.get(
        reverse("admin:autocomplete"),
        {
            "app_label": one.model._meta.app_label,
            "model_name": one.model._meta.model_name,
            "field_name": name,
            "term": "",
        },
    )
    offered = json.dumps(response.json(), ensure_ascii=False)
    assert response.json()["results"]
    assert SECRET not in offered


@pytest.mark.parametrize("label", ADMINS)
def test_every_fieldset_names_fields_once(label, rf):
    request = rf.get("/")
    request.user = UserFactory(is_superuser=True, is_staff=True)
    names = flatten_fieldsets(ADMINS[label].get_fieldsets(request))
    assert len(names) == len(set(names))
