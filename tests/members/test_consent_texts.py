"""Words beside boxes: versions that stay, shown as they were agreed to."""

import datetime as dt
import importlib
import pkgutil

import pytest
import time_machine
from django import forms
from django.db import DatabaseError, transaction
from django.utils.translation import override

from contests.forms import SignedFormForm
from members import consent_proof, consent_texts, consents, guardians, rules
from members.consent_texts import ConsentBox
from members.models import Consent, ConsentText, GuardianRequest
from tests.factories.members import (
    ConsentFactory,
    GuardianFactory,
    PersonFactory,
    SuperuserFactory,
    UserFactory,
)
from tests.factories.training import SessionFactory

pytestmark = pytest.mark.django_db
KEY = "training.photos"
HOUR = dt.timedelta(hours=1)


@pytest.fixture(autouse=True)
def _frozen(now):
    with time_machine.travel(now, tick=False):
        yield


@pytest.fixture
def fresh(now):
    """A second version from now on, known to this process."""
    row = consent_texts.publish(
        key=KEY, language="vi", words="Lời mới", now=now, by=SuperuserFactory()
    )
    consent_texts.forget()
    return row


def test_every_box_has_its_first_words_in_both_languages():
    stored = {row.stamp for row in ConsentText.objects.all()}
    assert {row.stamp for row in consent_texts.at_first()} <= stored
    for key in dict(consent_texts.boxes.items()):
        for language in ("vi", "en"):
            row = consent_texts.current(key, language)
            assert row.words
            assert len(row.stamp) <= 40


def test_a_new_version_is_in_force_and_the_old_one_stays(fresh, now):
    assert consent_texts.current(KEY).words == "Lời mới"
    assert consent_texts.current(KEY, "en").version == "2026-11"
    assert ConsentText.objects.filter(key=KEY, language="vi").count() == 2
    again = consent_texts.publish(key=KEY, language="vi", words="Lời mới", now=now)
    assert again == fresh


def test_words_begin_on_their_day_and_never_before_now(now):
    row = consent_texts.publish(
        key=KEY, language="vi", words="Mai", now=now, valid_from=now + HOUR
    )
    consent_texts.forget()
    assert consent_texts.current(KEY, now=now + HOUR - dt.timedelta(seconds=1)) != row
    assert consent_texts.current(KEY, now=now + HOUR) == row
    with pytest.raises(ValueError, match="other words"):
        consent_texts.publish(
            key=KEY, language="vi", words="Qua", now=now, valid_from=now - HOUR
        )


def test_the_database_forbids_other_words_under_the_same_version(fresh):
    for change in (
        lambda: ConsentText.objects.filter(pk=fresh.pk).update(words="Khác"),
        lambda: ConsentText.objects.filter(pk=fresh.pk).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    fresh.made_by.delete()
    fresh.refresh_from_db()
    assert (fresh.words, fresh.made_by) == ("Lời mới", None)


def test_a_consent_shows_the_words_of_its_day_in_its_language(fresh, now):
    person = PersonFactory()
    given = {"person": person, "method": Consent.Method.OWN_FORM, "now": now}
    purpose = Consent.Purpose.PUBLISH_PICTURE
    old = consents.give(
        purpose=purpose, text_version=f"{KEY}/2026-11/en", about="x:1", **given
    )
    new = consents.give(purpose=purpose, text_version=fresh.stamp, about="x:2", **given)
    early = ConsentFactory(purpose=purpose, text_version="1", method="own_form")
    assert consent_proof.proof_of(old).text.words.startswith("I agree that photos")
    assert consent_proof.proof_of(new).text == fresh
    assert consent_proof.proof_of(early).text.key == KEY
    page = f"/quan-tri/members/consent/{old.pk}/change/"
    client = _admin()
    assert "I agree that photos" in client.get(page).content.decode()


def _admin():
    from django.test import Client

    client = Client()
    client.force_login(SuperuserFactory())
    return client


def test_the_proof_names_the_letter_and_who_signed(now):
    guardian = GuardianFactory(full_name="Như Thư")
    request = GuardianRequest.objects.create(
        child=guardian.child,
        guardian=guardian,
        purpose="training",
        about="training.session:1",
        matter="Lớp",
        text_version="guardian.take_part/2026-11/vi",
        token_hash="x",
        asked_at=now - HOUR,
        expires_at=now + HOUR,
        answered_at=now,
        answer="given",
        signed_name="Lý Thị Máy",
    )
    consent = ConsentFactory(
        person=guardian.child,
        guardian=guardian,
        purpose="training",
        about="training.session:1",
        method="guardian_link",
        text_version="guardian.take_part/2026-11/vi",
        given_at=now,
    )
    proof = consent_proof.proof_of(consent)
    assert proof.request == request
    assert (proof.signed_name, proof.asked_at) == ("Lý Thị Máy", now - HOUR)


# --- Asked again ----------------------------------------------------------------


def test_old_consents_stay_valid_unless_the_words_ask_again(now):
    guardian = GuardianFactory(child__birth_date=dt.date(2014, 1, 1))
    child, purpose = guardian.child, Consent.Purpose.TRAINING
    given = {"person": child, "guardian": guardian, "method": "signed_form"}
    ConsentFactory(purpose=purpose, given_at=now - HOUR, **given)
    ConsentFactory(purpose=purpose, about="x:1", given_at=now - HOUR, **given)

    def gate(about):
        return rules.why_not_take_part(child, purpose, on=now.date(), about=about)

    publish = {"key": guardians.TAKING_PART, "language": "vi", "now": now}
    consent_texts.publish(words="Lời một", **publish)
    consent_texts.forget()
    assert gate("x:2") is None
    consent_texts.publish(words="Lời hai", ask_again=True, **publish)
    consent_texts.forget()
    assert gate("x:2") == rules.Refusal.GUARDIAN_MISSING
    assert gate("x:1") is None  # it was given for this very matter
    assert child.consents.live().count() == 2


# --- Boxes ----------------------------------------------------------------------


def all_forms():
    """Every form of the portal, wherever it stands."""
    for package in ("members", "training", "contests", "news", "teams", "mail"):
        root = importlib.import_module(package)
        for module in pkgutil.walk_packages(root.__path__, f"{package}."):
            if "forms" in module.name.rpartition(".")[2]:
                importlib.import_module(module.name)
    seen, waiting = set(), [forms.BaseForm]
    while waiting:
        for form in waiting.pop().__subclasses__():
            if form not in seen:
                seen.add(form)
                waiting.append(form)
    return [form for form in seen if hasattr(form, "base_fields")]


CONSENTING = {"agreed", "photos", "take_part", "publish_name", "publish_picture"}
CONSENTING |= {"faces_agreed", "told", "contact"}


def test_no_form_has_a_box_of_consent_that_is_ticked_or_without_words_of_its_own():
    found = set()
    for form in all_forms():
        if form is SignedFormForm:
            continue  # says what stands on the paper
        for name, field in form.base_fields.items():
            if isinstance(field, ConsentBox) or name in CONSENTING:
                if not isinstance(field, forms.BooleanField):
                    continue
                assert isinstance(field, ConsentBox), (form, name)
                assert not field.initial, (form, name)
                found.add(field.key)
    papers = {"contests.paper"}
    assert found | papers == set(dict(consent_texts.boxes.items()))


class Ticked(forms.Form):
    photos = ConsentBox(KEY, required=False)


def test_a_fresh_box_is_empty_and_carries_its_words():
    html = str(Ticked()["photos"])
    assert "checked" not in html
    assert f'value="{KEY}/2026-11/vi"' in html
    assert html.count("value=") == 1
    with override("en"):
        assert f'value="{KEY}/2026-11/en"' in str(Ticked()["photos"])


def test_words_that_changed_meanwhile_are_read_again(fresh):
    stale = Ticked({"photos": f"{KEY}/2026-11/vi"})
    assert not stale.is_valid()
    assert "checked" not in str(stale["photos"])
    for said in (fresh.stamp, "on", f"{KEY}/2026-11/en"):
        form = Ticked({"photos": said})
        assert form.is_valid(), said
        assert form.cleaned_data["photos"] is True
    assert Ticked({}).is_valid()


def test_a_page_that_is_kept_shows_new_words_too(client, now):
    session = SessionFactory()
    page = f"/tap-huan/{session.slug}/dang-ky/"
    client.force_login(UserFactory())
    assert "Lời mới" not in client.get(page).content.decode()
    consent_texts.publish(key=KEY, language="vi", words="Lời mới", now=now)
    consent_texts.forget()
    assert "Lời mới" in client.get(page).content.decode()


def test_a_sign_up_refers_to_the_words_on_the_page(client, fresh, now):
    user = UserFactory()
    session = SessionFactory()
    client.force_login(user)
    page = f"/tap-huan/{session.slug}/dang-ky/"
    html = client.get(page).content.decode()
    assert "Lời mới" in html
    client.post(page, {"agreed": "training.sign_up/2026-11/vi", "photos": fresh.stamp})
    versions = set(user.person.consents.values_list("text_version", flat=True))
    assert versions == {"training.sign_up/2026-11/vi", fresh.stamp}


def test_other_words_are_written_in_the_admin():
    client = _admin()
    add = f"/quan-tri/members/consenttext/add/?key={KEY}&language=vi"
    form = client.get(add).context["adminform"].form
    assert "cho đăng ảnh" in form["words"].value()
    data = {"key": KEY, "language": "vi", "words": "Câu khác", "more": ""}
    data |= {"valid_from_0": "", "valid_from_1": ""}
    assert client.post(add, data).status_code == 302
    row = ConsentText.objects.get(words="Câu khác")
    page = f"/quan-tri/members/consenttext/{row.pk}/change/"
    assert "Câu khác" in client.get(page).content.decode()
    assert client.post(page, data | {"words": "Sửa"}).status_code == 403
