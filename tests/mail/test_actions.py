import datetime as dt

import pytest
from django.core.exceptions import ImproperlyConfigured

from content import odd_addresses
from mail import addresses, kinds
from mail.actions import Draft, cancel, queue, queue_many, retry
from mail.models import Letter
from mail.rendering import Content
from tests.factories.mail import LetterFactory, PreferenceFactory, SuppressionFactory

pytestmark = pytest.mark.django_db


def write(content, now, **kwargs):
    defaults = {"kind": "tests.plain", "address": "lan@example.com"}
    return queue(**{**defaults, "content": content, "now": now, **kwargs})


class TestQueue:
    def test_stores_what_was_rendered(self, content, now):
        letter = write(content, now, about=("training.registration", 17), recipient=5)
        letter.refresh_from_db()
        assert letter.state == Letter.State.QUEUED
        assert letter.subject == "Bạn đã có chỗ"
        assert letter.text == "Hẹn gặp bạn.\n"
        assert (letter.about_type, letter.about_id) == ("training.registration", 17)
        assert letter.recipient == 5
        assert letter.not_before == letter.created_at == now

    def test_each_letter_has_its_own_message_id_under_the_sites_domain(
        self, content, now, settings
    ):
        settings.SITE_URL = "https://chuyendoiso.example.com"
        one, other = write(content, now), write(content, now)
        assert one.message_id != other.message_id
        assert one.message_id.endswith("@chuyendoiso.example.com>")

    def test_same_key_is_written_once(self, content, now):
        first = write(content, now, dedupe_key="a:1")
        assert first.pk
        assert write(content, now, dedupe_key="a:1") is None
        assert Letter.objects.count() == 1

    def test_letters_without_key_do_not_meet(self, content, now):
        assert write(content, now)
        assert write(content, now)

    @pytest.mark.parametrize("address", ["", "lan", "lan@", "lan@x y", "a@b.c, d@e.f"])
    def test_bad_address_is_shown_to_staff_and_not_raised(self, content, now, address):
        letter = write(content, now, address=address)
        assert letter.state == Letter.State.FAILED
        assert letter.reason == Letter.Reason.INVALID

    @pytest.mark.parametrize(
        ("address", "why"),
        [
            ("lan nguyen@example.com", addresses.WITH_SPACE),
            ('"lan nguyen"@example.com', addresses.WITH_SPACE),
            ('"lan"@example.com', odd_addresses.QUOTED),
            ("lan.nguyễn@example.com", addresses.NOT_ASCII),
            ("lan@exаmple.com", odd_addresses.MIXED_SCRIPTS),
            ("a@b.com, c@d.com", addresses.TWO_ADDRESSES),
            ("lan", addresses.NO_ADDRESS),
        ],
    )
    def test_staff_read_what_is_wrong_with_an_address(self, content, now, address, why):
        assert write(content, now, address=address).error == str(why)

    def test_line_break_in_an_address_does_not_become_a_second_reader(
        self, content, now
    ):
        letter = write(content, now, address="lan@example.com\nBcc: all@example.com")
        assert letter.state == Letter.State.FAILED
        assert "\n" not in letter.address

    def test_line_break_in_a_subject_becomes_a_space(self, now):
        content = Content(subject="Lớp mới\r\nBcc: all@example.com", text="", html="")
        letter = write(content, now)
        letter.refresh_from_db()
        assert letter.subject == "Lớp mới Bcc: all@example.com"

    @pytest.mark.parametrize(
        "headers", [{"X-One": "a\nBcc: b@c.de"}, {"X One": "a"}, {"X-One\n": "a"}]
    )
    def test_header_that_smuggles_is_an_error(self, content, now, headers):
        with pytest.raises(ValueError, match="header"):
            write(content, now, headers=headers)

    def test_unknown_kind_is_an_error(self, content, now):
        with pytest.raises(ImproperlyConfigured, match=r"tests\.unknown"):
            write(content, now, kind="tests.unknown")

    def test_suppressed_address_gets_nothing(self, content, now):
        SuppressionFactory(address_key="lan@example.com")
        letter = write(content, now, address="Lan+tap@Example.com")
        assert letter.state == Letter.State.SUPPRESSED
        assert letter.reason == Letter.Reason.BLOCKED

    def test_reader_who_opted_out_gets_no_optional_letter(self, content, now):
        PreferenceFactory(address_key="lan@example.com", kind="tests.optional")
        letter = write(content, now, kind="tests.optional")
        assert letter.reason == Letter.Reason.UNWANTED

    def test_reader_cannot_opt_out_of_what_must_be_told(self, content, now):
        PreferenceFactory(address_key="lan@example.com", kind="tests.plain")
        assert write(content, now).state == Letter.State.QUEUED

    def test_secret_letter_that_will_not_leave_forgets_its_text(self, content, now):
        SuppressionFactory(address_key="lan@example.com", reason="asked")
        letter = write(content, now, secret=True)
        letter.refresh_from_db()
        assert (letter.subject, letter.text, letter.html) == ("", "", "")


class TestHours:
    NIGHT = dt.datetime(2026, 11, 23, 15, 30, tzinfo=dt.UTC)
    MORNING = dt.datetime(2026, 11, 24, 0, tzinfo=dt.UTC)

    @pytest.fixture(autouse=True)
    def _kinds(self, _kinds):
        kind = kinds.LetterKind(label="Wait", waits=kinds.Wait.MORNING)
        kinds.register("tests.waits", kind)

    def test_what_can_wait_is_written_for_the_morning(self, content):
        letter = write(content, self.NIGHT, kind="tests.waits")
        assert letter.not_before == self.MORNING
        assert letter.reason == Letter.Reason.PAUSED

    @pytest.mark.parametrize(
        "extra",
        [{"urgent": True}, {"kind": "tests.plain"}],
        ids=["urgent", "a kind that does not wait"],
    )
    def test_all_else_leaves_at_once(self, content, extra):
        letter = write(content, self.NIGHT, **{"kind": "tests.waits", **extra})
        assert (letter.not_before, letter.reason) == (self.NIGHT, "")

    def test_an_hour_asked_for_is_moved_too(self, content, now):
        letter = write(content, now, kind="tests.waits", not_before=self.NIGHT)
        assert letter.not_before == self.MORNING


class TestCancel:
    @pytest.mark.parametrize("state", ["queued", "retry"])
    def test_a_waiting_letter_never_leaves(self, now, state):
        letter = LetterFactory(state=state)
        assert cancel(letter_id=letter.pk)
        letter.refresh_from_db()
        assert letter.state == Letter.State.SUPPRESSED
        assert letter.reason == Letter.Reason.WITHDRAWN
        assert not cancel(letter_id=letter.pk)

    def test_a_secret_one_forgets_its_text(self):
        letter = LetterFactory(secret=True)
        assert cancel(letter_id=letter.pk)
        letter.refresh_from_db()
        assert (letter.subject, letter.text, letter.html) == ("", "", "")

    @pytest.mark.parametrize("trait", ["sent", "failed", "in_flight"])
    def test_what_left_cannot_be_called_back(self, trait):
        assert not cancel(letter_id=LetterFactory(**{trait: True}).pk)


class TestQueueMany:
    def draft(self, content, number, **kwargs):
        return Draft(
            kind="tests.plain",
            address=f"lan{number}@example.com",
            content=content,
            dedupe_key=f"a:{number}",
            **kwargs,
        )

    def test_counts_what_is_new(self, content, now):
        drafts = [self.draft(content, number) for number in range(3)]
        assert queue_many(drafts[:2], now=now) == 2
        assert queue_many(drafts, now=now) == 1
        assert Letter.objects.count() == 3

    def test_nothing_to_write(self, now):
        assert queue_many([], now=now) == 0

    def test_masses_leave_after_letters_somebody_waits_for(self, content, now):
        queue_many([self.draft(content, 1)], now=now)
        waited_for = write(content, now)
        assert Letter.objects.pending(now).first() == waited_for


class TestRetry:
    def test_failed_letter_goes_back_into_the_queue(self, now):
        letter = LetterFactory(failed=True, attempts=9)
        assert retry(letter_id=letter.pk, now=now)
        letter.refresh_from_db()
        assert (letter.state, letter.attempts) == (Letter.State.QUEUED, 0)
        assert letter.not_before == now

    @pytest.mark.parametrize(
        "traits",
        [{"sent": True}, {}, {"failed": True, "text": ""}],
        ids=["sent", "queued", "forgotten"],
    )
    def test_nothing_else_does(self, now, traits):
        assert not retry(letter_id=LetterFactory(**traits).pk, now=now)

    def test_secret_letter_has_nothing_left_to_send(self, now):
        letter = LetterFactory(failed=True, secret=True, subject="", text="", html="")
        assert not retry(letter_id=letter.pk, now=now)
