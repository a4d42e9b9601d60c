"""What the letters say, to whom the link goes, and when a letter is no longer true."""

import datetime as dt
import unicodedata
from html.parser import HTMLParser

import pytest
from django.utils import translation
from icalendar import Calendar

from mail import kinds
from mail.models import Letter
from mail.preferences import unsubscribe_url
from mail.rendering import render
from tests.factories.members import PersonFactory, UserFactory
from tests.factories.training import (
    RegistrationFactory,
    SessionFactory,
    SlotFactory,
    State,
)
from training import actions, emails, links, passes, substitution
from training.facts import facts_for

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
MEETING = "https://hop.example.com/lop-an-toan-so"


def sign_up(session, now, person=None):
    person = person or PersonFactory()
    return actions.register(session_id=session.pk, person=person, by=None, now=now)


def letter_of(kind, to=None):
    letters = Letter.objects.filter(kind=f"training.{kind}")
    return (letters.filter(about_id=to.pk) if to else letters).get()


def event_in(letter):
    (attached,) = letter.attachments
    whole = Calendar.from_ical(attached["content"])
    (event,) = whole.walk("VEVENT")
    assert f"method={whole['method']}" in attached["content_type"]
    return str(whole["method"]), event


def words(letter):
    return letter.text, letter.html


@pytest.fixture
def english():
    with translation.override("en"):
        yield


def every_letter(now):
    """One letter of each kind, by doing what causes it."""
    session = SessionFactory(capacity=1, online=True, venue="Hội trường A")
    SlotFactory(session=session)
    person = PersonFactory(full_name="Triệu Thị <Ước> & Bàn")
    placed = sign_up(session, now, person)
    waiting = sign_up(session, now)
    asked = SessionFactory(needs_approval=True)
    yes, no = sign_up(asked, now, person), sign_up(asked, now)
    actions.approve(registration_id=yes.pk, by=None, now=now)
    actions.reject(registration_id=no.pk, by=None, now=now)
    actions.cancel(registration_id=placed.pk, by=None, now=now)
    actions.reschedule(
        session_id=session.pk,
        starts_at=session.starts_at + DAY,
        ends_at=session.ends_at + DAY,
        by=None,
        now=now,
    )
    actions.cancel_session(session_id=session.pk, by=None, now=now)
    substitution.substitute(
        registration_id=sign_up(SessionFactory(), now).pk,
        person=PersonFactory(),
        by=None,
        now=now,
    )
    offers(now)
    return waiting


def offers(now):
    """One that runs out, one that is taken back, one to a list."""
    session = SessionFactory(capacity=4, offer_hours=24)
    placed = [sign_up(session, now) for _ in range(4)]
    for _ in range(2):
        sign_up(session, now)
    listed = actions.register_group(
        session_id=session.pk,
        people=PersonFactory.create_batch(2),
        unit=session.unit,
        by=UserFactory(),
        now=now,
        together=True,
    )
    for one in placed:
        actions.cancel(registration_id=one.pk, by=None, now=now, tell=False)
    for recall in (True, False):
        actions.change_capacity(
            session_id=session.pk,
            capacity=1 if recall else 4,
            by=None,
            now=now,
            recall=recall,
        )
    actions.tend_seats(now=now + DAY)
    assert listed.group.registrations.filter(state=State.CANCELLED).count() == 2


def test_every_kind_has_words_in_both_languages(now):
    for language in ("vi", "en"):
        with translation.override(language):
            every_letter(now)

    for language in ("vi", "en"):
        letters = Letter.objects.filter(language=language)
        kinds = {*emails.KINDS, emails.GROUP_OFFER}
        assert {letter.kind for letter in letters} == kinds
        for letter in letters:
            assert letter.subject
            assert "An toàn số" in letter.subject
            for text in (letter.subject, *words(letter)):
                assert "\ue000" not in text
                assert "None" not in text
            assert letter.html.startswith("<!doctype html>") or "<html" in letter.html


def test_names_are_escaped_where_it_is_html_only(now):
    every_letter(now)

    letter = Letter.objects.filter(kind="training.approved").get()

    assert "Triệu Thị <Ước> & Bàn" in letter.text
    assert "Triệu Thị &lt;Ước&gt; &amp; Bàn" in letter.html
    assert "<Ước>" not in letter.html


AWKWARD = {
    "markup": "<b>Lan</b> &amp; </p><script>alert(1)</script>",
    "quotes": 'Lan "Bé" O\'Hoa «x» `y`',
    "template": "{{ name }}{% now 'Y' %} %(name)s %s {0} \\1 \\g<0>",
    "accents that are typed apart": unicodedata.normalize("NFD", "Nguyễn Thị Ước"),
    "right to left": "مريم لان בת",
    "very long": "Công Tằng Tôn Nữ " * 9,
    "letters above the first plane": "Lan 𠮷 🎉",
    "space": "Lan\u00a0 Thị\u3000Hoa",
    "marks": "Lan \ue000cancel\ue001",
}


@pytest.mark.parametrize("name", AWKWARD.values(), ids=AWKWARD)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_letter_filled_in_is_the_letter_rendered_for_one_person(now, name, language):
    """Letters are rendered once for all; here against rendering it for each."""
    with translation.override(language):
        registration = sign_up(
            SessionFactory(), now, PersonFactory(email="lan@example.com")
        )
    person, slug, code = (
        registration.person,
        registration.session.slug,
        registration.code,
    )
    person.full_name = name
    facts = facts_for(registration, now=now)

    filled = emails.reminder_content(facts, registration)
    full = render(
        "training/reminder",
        {
            "session": facts,
            "has_place": True,
            "name": name,
            "cancel": links.cancel_url(slug, code),
            "unsubscribe_url": unsubscribe_url(person.email, emails.REMINDER),
            "ask": links.asked_url(slug, code),
            "passurl": passes.pass_url(code),
            "passcode": passes.spaced(code),
        },
        language=language,
    )

    assert filled.subject == full.subject
    assert filled.text == full.text
    assert parts(filled.html) == parts(full.html)


def parts(html):
    """Every tag, attribute and text, however an apostrophe is spelled in the source."""
    found = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag, attrs):
            found.append((tag, attrs))

        def handle_endtag(self, tag):
            found.append(tag)

        def handle_data(self, data):
            found.append((data,))

    reader = Reader()
    reader.feed(html)
    reader.close()
    return found


@pytest.mark.usefixtures("english")
class TestConfirmed:
    def test_it_says_when_with_the_weekday_and_where(self, now):
        session = SessionFactory()
        SlotFactory(session=session)
        sign_up(session, now)

        letter = letter_of("confirmed")

        for text in words(letter):
            assert "Thursday 3 December 2026, 08:00" in text
            assert "08:00–11:30, Thursday 3 December 2026" in text
            assert "Nhà văn hóa phường Bắc Kạn" in text
            assert session.unit.name in text

    def test_the_link_to_the_meeting_is_for_those_with_a_place(self, now):
        session = SessionFactory(online=True, capacity=1)
        placed, waiting = sign_up(session, now), sign_up(session, now)

        confirmed, in_line = (
            letter_of("confirmed", placed),
            letter_of("waiting", waiting),
        )

        assert all(MEETING in text for text in words(confirmed))
        assert MEETING in confirmed.attachments[0]["content"].replace("\r\n ", "")
        assert not any(MEETING in text for text in words(in_line))
        assert in_line.attachments == []

    def test_the_cancel_link_names_this_sign_up(self, now):
        registration = sign_up(SessionFactory(), now)
        url = links.cancel_url(registration.session.slug, registration.code)

        letter = letter_of("confirmed")

        assert url in letter.text
        assert f'href="{url}"' in letter.html

    def test_the_calendar_entry_invites_this_person(self, now):
        person = PersonFactory(full_name="Nông Thị Ánh", email="anh@example.com")
        registration = sign_up(SessionFactory(), now, person)

        method, event = event_in(letter_of("confirmed"))

        assert method == "REQUEST"
        assert str(event["uid"]).startswith(registration.code.hex)
        assert event["sequence"] == 0
        assert event["dtstart"].dt == registration.session.starts_at
        assert event["dtend"].dt == registration.session.ends_at
        assert str(event["attendee"]) == "mailto:anh@example.com"
        assert event["attendee"].params["CN"] == "Nông Thị Ánh"

    def test_it_is_of_no_use_after_the_end(self, now):
        session = SessionFactory()
        sign_up(session, now)

        assert letter_of("confirmed").not_after == session.ends_at


def test_waiting_tells_the_number_in_line(now):
    session = SessionFactory(capacity=1)
    for _ in range(3):
        last = sign_up(session, now)

    letter = letter_of("waiting", last)

    assert last.place == 2
    assert all("2" in text for text in words(letter))


@pytest.mark.usefixtures("english")
def test_two_people_get_the_same_words_and_their_own_name(now):
    session = SessionFactory(capacity=1)
    sign_up(session, now)
    people = [PersonFactory(full_name=name) for name in ("Lý Thị Lan", "Lý Văn Sơn")]
    one, other = (letter_of("waiting", sign_up(session, now, p)) for p in people)

    assert "Hello Lý Thị Lan," in one.text
    assert "Your number in line is 1." in one.text
    assert "Hello Lý Văn Sơn," in other.text
    assert "Your number in line is 2." in other.text


@pytest.mark.usefixtures("english")
class TestCalendarFollowsThePlace:
    def test_cancelling_takes_the_entry_back(self, now):
        registration = sign_up(SessionFactory(), now)
        actions.cancel(registration_id=registration.pk, by=None, now=now)

        _, invited = event_in(letter_of("confirmed"))
        method, event = event_in(letter_of("cancelled"))

        assert method == "CANCEL"
        assert event["uid"] == invited["uid"]
        assert event["sequence"] > invited["sequence"]
        assert event["status"] == "CANCELLED"

    def test_leaving_the_line_has_no_entry_to_take_back(self, now):
        session = SessionFactory(capacity=1)
        sign_up(session, now)
        waiting = sign_up(session, now)
        actions.cancel(registration_id=waiting.pk, by=None, now=now)

        assert letter_of("cancelled").attachments == []

    def test_a_move_replaces_the_entry(self, now):
        session = SessionFactory()
        sign_up(session, now)
        actions.reschedule(
            session_id=session.pk,
            starts_at=session.starts_at + DAY,
            ends_at=session.ends_at + DAY,
            by=None,
            now=now,
        )

        _, before = event_in(letter_of("confirmed"))
        method, after = event_in(letter_of("changed"))

        assert method == "REQUEST"
        assert after["uid"] == before["uid"]
        assert after["sequence"] == before["sequence"] + 1
        assert after["dtstart"].dt == before["dtstart"].dt + DAY
        assert "Thursday 3 December 2026, 08:00" in letter_of("changed").text
        assert "Friday 4 December 2026, 08:00" in letter_of("changed").text

    def test_a_cancelled_session_takes_it_back(self, now):
        session = SessionFactory()
        sign_up(session, now)
        actions.cancel_session(session_id=session.pk, by=None, now=now)

        method, event = event_in(letter_of("session_cancelled"))

        assert (method, event["sequence"]) == ("CANCEL", 1)


class TestAddress:
    def test_the_persons_own_comes_first(self):
        user = UserFactory(email="tai-khoan@example.com")
        user.person.email = "nha@example.com"

        sign_up = RegistrationFactory.build(session=None, person=user.person)

        assert emails.address_of(sign_up) == "nha@example.com"

    def test_else_the_accounts(self):
        user = UserFactory(email="tai-khoan@example.com")
        user.person.email = ""

        sign_up = RegistrationFactory.build(session=None, person=user.person)

        assert emails.address_of(sign_up) == "tai-khoan@example.com"


class TestRecheck:
    """Asked at the claim; `LESSONS` case: cancelled between queueing and sending."""

    def test_what_is_still_true_stays(self, now):
        sign_up(SessionFactory(), now)

        assert emails.recheck(letter_of("confirmed"), now) is kinds.KEEP

    def test_the_confirmation_of_a_place_given_back_is_dropped(self, now):
        registration = sign_up(SessionFactory(), now)
        letter = letter_of("confirmed")
        actions.cancel(registration_id=registration.pk, by=None, now=now)

        assert isinstance(emails.recheck(letter, now), kinds.Drop)
        assert emails.recheck(letter_of("cancelled"), now) is kinds.KEEP

    def test_a_number_in_line_is_dropped_once_there_is_a_place(self, now):
        session = SessionFactory(capacity=1)
        placed, waiting = sign_up(session, now), sign_up(session, now)
        actions.cancel(registration_id=placed.pk, by=None, now=now)

        assert isinstance(
            emails.recheck(letter_of("waiting", waiting), now), kinds.Drop
        )
        assert emails.recheck(letter_of("promoted"), now) is kinds.KEEP

    def test_a_confirmation_of_a_cancelled_session_is_dropped(self, now):
        session = SessionFactory()
        sign_up(session, now)
        actions.cancel_session(session_id=session.pk, by=None, now=now)

        assert isinstance(emails.recheck(letter_of("confirmed"), now), kinds.Drop)
        assert emails.recheck(letter_of("session_cancelled"), now) is kinds.KEEP

    def test_a_confirmation_is_rendered_anew_when_the_session_changed(self, now):
        session = SessionFactory()
        registration = sign_up(session, now)
        letter = letter_of("confirmed")
        actions.revise(
            session_id=session.pk, changes={"venue": "Hội trường B"}, by=None, now=now
        )

        verdict = emails.recheck(letter, now)

        assert isinstance(verdict, kinds.Renew)
        assert "Hội trường B" in verdict.content.text
        assert registration.person.full_name in verdict.content.text
        assert verdict.fingerprint != letter.fingerprint
        assert len(verdict.attachments) == 1

    def test_a_change_letter_that_a_later_change_overtook_is_dropped(self, now):
        session = SessionFactory()
        sign_up(session, now)
        for venue in ("Hội trường A", "Hội trường B"):
            actions.revise(
                session_id=session.pk, changes={"venue": venue}, by=None, now=now
            )

        first, second = Letter.objects.filter(kind="training.changed").order_by("id")

        assert isinstance(emails.recheck(first, now), kinds.Drop)
        assert emails.recheck(second, now) is kinds.KEEP

    def test_a_letter_about_nothing_is_dropped(self, now):
        letter = Letter(kind="training.confirmed", about_id=0)

        assert isinstance(emails.recheck(letter, now), kinds.Drop)


def test_a_cancel_token_is_good_for_one_sign_up_and_cannot_be_made_up():
    sign_up = RegistrationFactory.build(session=None, person=None, identity="")
    token = links.cancel_token(sign_up.code)

    assert links.code_of(token) == sign_up.code
    assert links.code_of(token[:-1] + ("a" if token[-1] != "a" else "b")) is None
    assert links.code_of(sign_up.code.hex) is None
    assert links.code_of("\x00") is None
    assert links.code_of("") is None


def test_the_states_of_a_sign_up_all_have_a_first_letter():
    first = {State.CONFIRMED, State.WAITING, State.PENDING}

    assert set(emails._BY_STATE) == first
