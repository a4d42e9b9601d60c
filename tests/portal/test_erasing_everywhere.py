"""Somebody with rows in every feature is erased: no word of them is left anywhere.

Every text of every table is read: those of packages, of events and of letters too.
"""

import json

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import connection

from certificates.models import Certificate
from contests.models import Score
from members import datamap, erasures, privacy
from members.models import DataRequest, Person, Role
from members.mydata import actions, copies, preview, words
from tests.factories.certificates import asked, issued
from tests.factories.contests import (
    AppealFactory,
    AuthorFactory,
    CriterionFactory,
    InvitationFactory,
    JudgeAssignmentFactory,
    SignedFormFactory,
    scored,
    submitted,
)
from tests.factories.mail import LetterFactory, PreferenceFactory, SuppressionFactory
from tests.factories.members import (
    AssignmentFactory,
    ConsentFactory,
    GuardianFactory,
    UnitFactory,
    UserFactory,
)
from tests.factories.news import ContributionFactory
from tests.factories.teams import MemberFactory, NominationFactory
from tests.factories.training import (
    AnswerFactory,
    AttendanceFactory,
    RegistrationFactory,
)
from training import audit

pytestmark = pytest.mark.django_db
NAME = "Zạ Thị Quẩy"
MAIL, OTHER_MAIL = "quay.za@example.com", "za.quay.cu@example.com"
PHONE = "+84987650123"
GUARDIAN = "Zạ Văn Guẩn"
WORDS = (NAME, "za thi quay", "quay.za", "za.quay.cu", "987650123", GUARDIAN)


@pytest.fixture
def somebody(now, settings, tmp_path):
    """One person with everything; the name is like no other in the database."""
    settings.ERASURE_LEDGER = tmp_path / "ledger.jsonl"
    settings.PRIVATE_ROOT = tmp_path / "private"
    unit = UnitFactory()
    user = UserFactory(
        email=MAIL,
        person__full_name=NAME,
        person__phone=PHONE,
        person__unit=unit,
        person__member_code="ZQ-77",
    )
    user.emailaddress_set.create(email=OTHER_MAIL, verified=True)
    person = user.person
    _families(person, now)
    _training(person)
    _contests(user, now)
    MemberFactory(person=person)
    NominationFactory(person=person, note=f"{NAME} rất chăm")
    ContributionFactory(sender=person, title=f"Bài của {NAME}", credit=NAME)
    issued(person, unit=unit)
    asked([person], unit=unit)
    AssignmentFactory(user=user, role=Role.UNIT_SECRETARY, unit=unit)
    _letters(user, now)
    for kind in (DataRequest.Kind.CORRECT, DataRequest.Kind.COPY):
        asked_for = actions.ask(
            person=person, kind=kind, way="page", now=now, text=f"Tôi là {NAME}"
        )
    actions.make_copy(request_id=asked_for.pk, now=now)
    return person


def _families(person, now):
    guardian = GuardianFactory(child=person, full_name=GUARDIAN, email=MAIL)
    ConsentFactory(person=person, guardian=guardian)
    ConsentFactory(person=person)


def _training(person):
    sign_up = RegistrationFactory(person=person)
    AttendanceFactory(registration=sign_up)
    sign_up.note, sign_up.position = f"{NAME} ăn chay", f"Bạn {NAME}"
    sign_up.save()
    AnswerFactory(registration=sign_up, value=f"Gọi {PHONE[3:]}")


def _contests(user, now):
    own = submitted(owner=user, title=f"Sáng kiến của {NAME}", mentor=NAME)
    AuthorFactory(entry=submitted(), person=user.person, school=f"Lớp của {NAME}")
    AppealFactory(entry=own, text=f"Tôi, {NAME}, khiếu nại")
    InvitationFactory(entry=own, full_name=NAME, email=OTHER_MAIL)
    SignedFormFactory(child=user.person, guardian_name=GUARDIAN)
    judged = JudgeAssignmentFactory(judge=user, conflict=f"Em của {NAME}")
    CriterionFactory(round=judged.round)
    scored(judged, 8)


def _letters(user, now):
    LetterFactory(address=MAIL, recipient=user.person_id, text=f"Chào {NAME}")
    LetterFactory(address=OTHER_MAIL, recipient=None, text=f"Chào {NAME}")
    PreferenceFactory(address_key=MAIL)
    SuppressionFactory(address_key=OTHER_MAIL)
    for row in (user, user.person):
        LogEntry.objects.create(
            user=user,
            content_type=ContentType.objects.get_for_model(row),
            object_id=str(row.pk),
            object_repr=f"{row} · {NAME}",
            action_flag=CHANGE,
            change_message=json.dumps([{"changed": {"name": NAME, "object": MAIL}}]),
        )


def places_of(*said):
    """Which columns of which tables hold one of these words."""
    found = set()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns"
            " JOIN information_schema.tables USING (table_schema, table_name)"
            " WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
            " AND data_type IN ('text', 'character varying', 'jsonb', 'json',"
            " 'ARRAY', 'tsvector')"
        )
        for table, column in cursor.fetchall():
            cursor.execute(
                f'SELECT 1 FROM "{table}" WHERE "{column}"::text'  # noqa: S608
                " ILIKE ANY(%s) LIMIT 1",
                [[f"%{_escaped(word)}%" for word in said]],
            )
            if cursor.fetchone():
                found.add(f"{table}.{column}")
    return found


def _escaped(word):
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def files_below(root):
    return [path for path in root.rglob("*") if path.is_file()] if root.exists() else []


def in_json(word):
    """As a JSON text holds it, letter by letter."""
    return json.dumps(word)[1:-1]


ALL_WORDS = (*WORDS, in_json(NAME), in_json(GUARDIAN))


def test_the_scan_sees_what_it_looks_for(somebody):
    found = places_of(*ALL_WORDS)
    assert {
        "members_person.full_name",
        "members_personevent.full_name",
        "account_emailaddress.email",
        "mail_letter.text",
        "django_admin_log.object_repr",
        "training_registration.note",
        "contests_entry.title",
        "contests_entryevent.title",
        "news_contribution.title",
        "certificates_certificate.name",
        "teams_nomination.note",
    } <= found


def test_no_word_of_the_erased_is_left_in_any_table_or_file(
    somebody, now, settings, django_capture_on_commit_callbacks
):
    held = len(list(copies.files_of(somebody)))
    assert held >= 2
    assert len(files_below(settings.PRIVATE_ROOT)) > held
    with django_capture_on_commit_callbacks(execute=True):
        privacy.erase_person(person=somebody, now=now)
    assert places_of(*ALL_WORDS) == set()
    left = files_below(settings.PRIVATE_ROOT)
    assert [path for path in left if "data-copies" in path.parts] == []
    assert list(copies.files_of(somebody)) == []


def test_figures_results_and_the_log_stay(somebody, now):
    scores = Score.objects.count()
    certificates = Certificate.objects.count()
    logged = LogEntry.objects.count()
    privacy.erase_person(person=somebody, now=now)
    assert Score.objects.count() == scores
    assert Certificate.objects.count() == certificates
    assert not Certificate.objects.valid().exists()
    assert LogEntry.objects.count() == logged
    assert audit.seats() == []
    assert DataRequest.objects.count() == 2


def test_twice_is_once_and_a_restore_does_it_again(somebody, now):
    number = somebody.pk
    assert privacy.erase_person(person=somebody, now=now) is False
    before = Person.objects.count()
    assert privacy.erase_person(person=somebody, now=now) is False
    assert Person.objects.count() == before
    assert [entry.person for entry in erasures.read_ledger()] == [number]
    assert erasures.replay(erasures.read_ledger(), now).erased == []


def test_the_dry_run_of_everything_is_what_happens(somebody, now):
    plan = preview.dry_run(somebody, now=now)
    assert places_of(NAME)
    touched = preview.Touched()
    privacy.erase_person(person=somebody, now=now)
    assert touched.lines() == plan.lines
    assert plan.files >= 2
    kept = {line.label for line in plan.kept}
    assert {"certificates.certificate", "training.registration"} <= kept


def test_everything_that_is_held_is_handed_out_in_words(somebody):
    told = privacy.export_person(somebody)
    empty = {
        label
        for label, rows in told.items()
        if not rows and not label.endswith("event") and label in datamap.registry
    }
    assert empty <= {
        *("members.guardianrequest", "members.signincard", "training.calendarfeed"),
        *("contests.ballot", "members.unitchangeplace", "members.roleinvitation"),
        *("contests.voteletter", "members.accessnote", "members.breachperson"),
    }
    keys = {
        key
        for label, rows in told.items()
        if not label.endswith("event")
        for row in ([rows] if isinstance(rows, dict) else rows)
        for key in row
    }
    assert keys - set(words.NAMES) == set()
