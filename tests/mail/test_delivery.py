import datetime as dt
import threading

import pytest
from django.db import connections, transaction
from django.db.models import F

from mail import delivery, kinds, locks, outcomes
from mail.delivery import deliver, drop_old_bodies, recover
from mail.models import Letter, Suppression
from mail.rendering import Content
from mail.step import STEP
from tests.factories.mail import LetterFactory, PreferenceFactory, SuppressionFactory
from tests.mail.post_office import HANG_UP, TAKE_AND_HANG_UP, PostOffice
from tests.mail.sessions import other_session

State, Reason = Letter.State, Letter.Reason
MINUTE = dt.timedelta(minutes=1)

pytestmark = pytest.mark.django_db


def fresh(letter: Letter) -> Letter:
    return Letter.objects.get(pk=letter.pk)


class TestSending:
    def test_letter_arrives_and_is_settled(self, post_office, now):
        letter = LetterFactory()
        assert deliver(now=now) == 1
        (arrived,) = post_office.letters
        assert arrived["To"] == letter.address
        assert arrived["Subject"] == letter.subject
        assert arrived["Message-ID"] == letter.message_id
        letter = fresh(letter)
        assert (letter.state, letter.attempts) == (State.SENT, 1)
        assert letter.sent_at >= now
        assert letter.text

    def test_batch_goes_over_one_connection(self, post_office, now):
        LetterFactory.create_batch(20)
        assert deliver(now=now) == 20
        assert post_office.connections == 1

    def test_connection_is_renewed_before_servers_grow_tired_of_it(
        self, post_office, now, monkeypatch
    ):
        monkeypatch.setattr(delivery, "PER_CONNECTION", 5)
        LetterFactory.create_batch(12)
        assert deliver(now=now) == 12
        assert post_office.connections == 3

    def test_nothing_due_means_no_connection(self, post_office, now):
        LetterFactory(not_before=now + MINUTE)
        LetterFactory(sent=True)
        LetterFactory(failed=True)
        LetterFactory(in_flight=True)
        LetterFactory(secret=True)
        assert deliver(now=now) == 0
        assert post_office.connections == 0

    def test_letter_falls_due_on_its_second(self, post_office, now):
        LetterFactory(not_before=now)
        assert deliver(now=now - dt.timedelta(seconds=1), limit=1) == 0
        assert deliver(now=now) == 1

    def test_oldest_first_and_masses_last(self, post_office, now):
        LetterFactory(address="c@example.com", bulk=True, not_before=now - 9 * MINUTE)
        LetterFactory(address="b@example.com", not_before=now)
        LetterFactory(address="a@example.com", not_before=now - MINUTE)
        deliver(now=now)
        order = [address[0] for address, _ in post_office.raw]
        assert order == ["a", "b", "c"]

    def test_stops_at_its_limit(self, post_office, now):
        LetterFactory.create_batch(3)
        assert deliver(now=now, limit=2) == 2
        assert Letter.objects.pending(now).count() == 1

    def test_waits_for_letters_while_it_lingers(self, post_office, now):
        assert deliver(now=now, linger=0.05) == 0

    def test_second_deliverer_leaves_when_all_lanes_are_taken(self, post_office, now):
        LetterFactory()
        with other_session() as other:
            other.execute("SELECT pg_advisory_lock(%s, %s)", [locks.CLASS, locks.LANE])
            assert deliver(now=now) == 0
        assert deliver(now=now) == 1


class TestTemporaryTrouble:
    @pytest.mark.parametrize("answer", ["451 4.3.0 later", "450 4.2.0 busy", HANG_UP])
    def test_put_off_and_sent_once_later(self, post_office, now, answer):
        letter = LetterFactory()
        post_office.answers.append(answer)
        assert deliver(now=now) == 0
        letter = fresh(letter)
        assert (letter.state, letter.reason) == (State.RETRY, Reason.PUT_OFF)
        assert now + MINUTE <= letter.not_before < now + 2 * MINUTE
        assert deliver(now=now + MINUTE / 2) == 0
        assert deliver(now=now + 2 * MINUTE) == 1
        assert post_office.addresses == {letter.address: 1}
        letter = fresh(letter)
        assert (letter.state, letter.reason, letter.error) == (State.SENT, "", "")

    def test_421_closes_the_line_and_the_others_go_on(self, post_office, now):
        put_off = LetterFactory()
        LetterFactory.create_batch(3)
        post_office.answers.append("421 4.3.2 come back later")
        assert deliver(now=now) == 3
        assert post_office.connections == 2
        assert fresh(put_off).error == "421 4.3.2 come back later"
        assert deliver(now=now + 3 * MINUTE) == 1
        assert set(post_office.addresses.values()) == {1}

    def test_second_broken_line_in_a_row_spares_the_rest(self, post_office, now):
        LetterFactory.create_batch(5)
        post_office.answers.extend([HANG_UP] * 5)
        assert deliver(now=now) == 0
        assert Letter.objects.filter(attempts=0, state=State.QUEUED).count() == 3

    def test_answer_lost_after_taking_is_the_one_duplicate(self, post_office, now):
        letter = LetterFactory()
        post_office.answers.append(TAKE_AND_HANG_UP)
        deliver(now=now)
        deliver(now=now + 2 * MINUTE)
        assert post_office.addresses == {letter.address: 2}
        assert post_office.message_ids == {letter.message_id: 2}

    def test_waits_grow_and_end_after_two_days(self, post_office, now):
        letter = LetterFactory()
        post_office.recipients[letter.address] = "450 4.2.1 try later"
        moment, waits = now, []
        while fresh(letter).state != State.FAILED:
            deliver(now=moment)
            waits.append(fresh(letter).not_before - moment)
            moment = max(moment, fresh(letter).not_before) + dt.timedelta(seconds=1)
        assert tuple(round_to_minute(wait) for wait in waits[:-1]) == outcomes.DELAYS
        assert moment - now < dt.timedelta(days=2)
        letter = fresh(letter)
        assert letter.reason == Reason.GAVE_UP
        assert letter.error == "450 4.2.1 try later"

    def test_slow_server_is_not_waited_for_longer_than_the_timeout(
        self, post_office, settings, now
    ):
        settings.EMAIL_TIMEOUT = 0.2
        post_office.delay = 1
        letter = LetterFactory()
        assert deliver(now=now) == 0
        assert fresh(letter).state == State.RETRY


def round_to_minute(wait: dt.timedelta) -> dt.timedelta:
    return dt.timedelta(minutes=round(wait / MINUTE))


class TestPermanentTrouble:
    def test_unknown_mailbox_fails_at_once_and_is_shown(self, post_office, now):
        letter = LetterFactory()
        LetterFactory()
        post_office.recipients[letter.address] = "550 5.1.1 no such user"
        assert deliver(now=now) == 1
        letter = fresh(letter)
        assert (letter.state, letter.reason) == (State.FAILED, Reason.BOUNCED)
        assert letter.error == "550 5.1.1 no such user"
        assert letter.attempts == 1
        assert deliver(now=now + dt.timedelta(days=3)) == 0

    def test_refused_content_fails_without_blaming_the_mailbox(self, post_office, now):
        letter = LetterFactory()
        post_office.answers.append("554 5.7.1 looks like spam")
        deliver(now=now)
        assert fresh(letter).reason == Reason.REFUSED

    def test_refused_sender_is_our_mistake_and_costs_no_letter(self, post_office, now):
        LetterFactory.create_batch(3)
        post_office.senders.extend(["550 5.7.1 you may not send"] * 3)
        assert deliver(now=now) == 0
        assert not Letter.objects.failed().exists()
        assert Letter.objects.filter(attempts=0).count() == 2

    def test_letter_too_big_for_the_server_fails(self, post_office, now):
        letter = LetterFactory()
        post_office.senders.append("552 5.3.4 too big")
        deliver(now=now)
        assert fresh(letter).state == State.FAILED

    def test_third_bounce_suppresses_the_address(self, post_office, now):
        address = "di.roi@example.com"
        post_office.recipients[address] = "550 5.1.1 no such user"
        for count in range(1, 4):
            assert not Suppression.objects.exists(), count
            LetterFactory(address=address)
            deliver(now=now)
        assert Suppression.objects.get().address_key == address
        last = LetterFactory(address=address)
        deliver(now=now)
        assert fresh(last).reason == Reason.BLOCKED

    def test_a_letter_that_arrives_between_starts_the_count_anew(
        self, post_office, now
    ):
        address = "hay.day@example.com"
        for number, answer in enumerate(["550", "550", None, "550", "550"]):
            post_office.recipients.clear()
            if answer:
                post_office.recipients[address] = f"{answer} 5.1.1 no such user"
            LetterFactory(address=address)
            deliver(now=now + number * MINUTE)
        assert not Suppression.objects.exists()

    @pytest.mark.parametrize("reason", ["bounced", "complained"])
    def test_code_that_somebody_asked_for_is_tried_all_the_same(
        self, post_office, now, reason
    ):
        """Or who only signs in by code could never say that the mailbox works."""
        SuppressionFactory(address_key="lan@example.com", reason=reason)
        LetterFactory(address="lan@example.com", secret=True)
        assert deliver(now=now, secret=True) == 1

    def test_who_asked_for_no_letters_gets_no_code_either(self, post_office, now):
        SuppressionFactory(address_key="lan@example.com", reason="asked")
        LetterFactory(address="lan@example.com", secret=True)
        assert deliver(now=now, secret=True) == 0

    def test_policy_refusals_do_not_suppress(self, post_office, now):
        address = "chan@example.com"
        post_office.recipients[address] = "550 5.7.1 sender blocked"
        LetterFactory.create_batch(4, address=address)
        deliver(now=now)
        assert not Suppression.objects.exists()

    def test_letter_that_is_no_message_does_not_stop_the_others(self, post_office, now):
        bad = LetterFactory(headers={"X-One": "a\nBcc: all@example.com"})
        good = LetterFactory()
        assert deliver(now=now) == 1
        bad = fresh(bad)
        assert (bad.state, bad.reason) == (State.FAILED, Reason.BROKEN)
        assert post_office.addresses == {good.address: 1}


class TestPipelining:
    """Sender and reader are named at once where the server takes them so."""

    @pytest.fixture(autouse=True)
    def _offered(self, post_office):
        post_office.extensions.append("PIPELINING")

    def test_letters_arrive(self, post_office, now):
        LetterFactory.create_batch(3)
        assert deliver(now=now) == post_office.together == 3
        assert set(post_office.addresses.values()) == {1}

    def test_only_where_it_is_offered(self, post_office, now):
        post_office.extensions.clear()
        LetterFactory()
        assert deliver(now=now) == 1
        assert not post_office.together

    def test_a_reader_refused_keeps_the_line_for_the_next(self, post_office, now):
        refused, _next = LetterFactory(), LetterFactory()
        post_office.recipients[refused.address] = "550 5.1.1 no such user"
        assert deliver(now=now) == 1
        assert post_office.connections == 1
        assert fresh(refused).error == "550 5.1.1 no such user"

    def test_a_sender_refused_is_told_from_the_reader(self, post_office, now):
        big, _next = LetterFactory(), LetterFactory()
        post_office.senders.append("552 5.3.4 too big")
        assert deliver(now=now) == 1
        assert post_office.connections == 1
        assert fresh(big).error == "552 5.3.4 too big"

    def test_a_text_asked_for_after_all_is_an_empty_one(self, post_office, now):
        """Some servers refuse the reader and take DATA all the same (RFC 2920)."""
        take = post_office.handle_RCPT

        async def refuse(server, session, envelope, address, options):
            answer = await take(server, session, envelope, address, options)
            if answer.startswith("550"):
                envelope.rcpt_tos.append(address)
            return answer

        post_office.handle_RCPT = refuse
        refused, next_one = LetterFactory(), LetterFactory()
        post_office.recipients[refused.address] = "550 5.1.1 no such user"
        post_office.answers.append("554 5.5.1 nobody to give it to")
        assert deliver(now=now) == 1
        assert post_office.connections == 1
        assert fresh(refused).error == "550 5.1.1 no such user"
        assert not post_office.answers
        assert post_office.addresses == {next_one.address: 1}

    @pytest.mark.parametrize("at", ["senders", "recipients"])
    def test_421_closes_the_line_and_the_next_goes_on(self, post_office, now, at):
        put_off, _next = LetterFactory(), LetterFactory()
        if at == "senders":
            post_office.senders.append("421 4.3.2 later")
        else:
            post_office.recipients[put_off.address] = "421 4.3.2 later"
        assert deliver(now=now) == 1
        assert post_office.connections == 2
        assert fresh(put_off).error == "421 4.3.2 later"


class TestUnreachableServer:
    def test_refused_connection_costs_no_attempt_and_is_shown(
        self, settings, post_office, now
    ):
        letters = LetterFactory.create_batch(3)
        post_office.close()
        assert deliver(now=now) == 0
        assert not Letter.objects.exclude(attempts=0).exists()
        first = fresh(letters[0])
        assert (first.state, first.reason) == (State.RETRY, Reason.NO_SERVER)
        assert first.error.startswith("ConnectionRefusedError: ")
        with PostOffice() as back:
            settings.EMAIL_PORT = back.port
            assert deliver(now=now + dt.timedelta(hours=2)) == 3
        assert set(back.addresses.values()) == {1}

    def test_wrong_password_is_named(self, settings, post_office, now):
        settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "portal", "wrong"
        letter = LetterFactory()
        assert deliver(now=now) == 0
        letter = fresh(letter)
        assert (letter.state, letter.attempts) == (State.RETRY, 0)
        assert letter.error.startswith("SMTPNotSupportedError: ")

    def test_missing_tls_is_named(self, settings, post_office, now):
        settings.EMAIL_USE_TLS = True
        letter = LetterFactory()
        assert deliver(now=now) == 0
        assert "STARTTLS" in fresh(letter).error


class TestTooLateAndUnwanted:
    def test_letter_that_is_too_late_is_not_sent(self, post_office, now):
        letter = LetterFactory(not_after=now)
        assert deliver(now=now) == 0
        letter = fresh(letter)
        assert (letter.state, letter.reason) == (State.SUPPRESSED, Reason.TOO_LATE)
        assert str(Reason.TOO_LATE.label)

    def test_letter_is_in_time_until_the_last_second(self, post_office, now):
        LetterFactory(not_after=now + MINUTE)
        assert deliver(now=now) == 1

    def test_wish_made_after_queueing_counts(self, post_office, now):
        letter = LetterFactory(kind="tests.optional", address="Lan@example.com")
        PreferenceFactory(address_key="lan@example.com")
        assert deliver(now=now) == 0
        assert fresh(letter).reason == Reason.UNWANTED

    def test_wish_taken_back_counts_too(self, post_office, now):
        LetterFactory(kind="tests.optional", address="lan@example.com")
        PreferenceFactory(address_key="lan@example.com", wanted=True)
        assert deliver(now=now) == 1

    def test_suppression_made_after_queueing_counts(self, post_office, now):
        letter = LetterFactory(address="lan+x@example.com")
        SuppressionFactory(address_key="lan@example.com")
        assert deliver(now=now) == 0
        assert fresh(letter).reason == Reason.BLOCKED

    def test_many_unwanted_letters_are_passed_over_in_one_run(self, post_office, now):
        SuppressionFactory(address_key="lan@example.com")
        LetterFactory.create_batch(30, address="lan@example.com")
        LetterFactory()
        assert deliver(now=now) == 1
        assert Letter.objects.filter(state=State.SUPPRESSED).count() == 30


class TestHours:
    """23 November 2026 is far from Tết; the night begins at 21:00, 14:00 in UTC."""

    @pytest.fixture(autouse=True)
    def _kinds(self, _kinds):
        for wait in kinds.Wait:
            kinds.register(
                f"tests.{wait.value}", kinds.LetterKind(label=wait.value, waits=wait)
            )

    def test_what_can_wait_is_not_sent_at_night(self, post_office, now):
        night = now.replace(hour=14)
        waits = LetterFactory(kind="tests.morning")
        goes = LetterFactory(kind="tests.nothing")
        assert deliver(now=night) == 1
        assert post_office.addresses == {goes.address: 1}
        waits = fresh(waits)
        assert (waits.state, waits.reason) == (State.QUEUED, Reason.PAUSED)
        assert waits.attempts == 0
        assert abs(waits.not_before - (now + dt.timedelta(hours=22))) < MINUTE
        assert deliver(now=now + dt.timedelta(hours=23)) == 1

    def test_the_last_second_before_nine_is_day(self, post_office, now):
        LetterFactory(kind="tests.morning")
        assert deliver(now=now.replace(hour=13, minute=59), limit=1) == 1

    def test_an_urgent_one_and_one_that_would_be_too_late_go_at_night(
        self, post_office, now
    ):
        night = now.replace(hour=15)
        LetterFactory(kind="tests.morning", urgent=True)
        LetterFactory(kind="tests.morning", not_after=night + 2 * MINUTE)
        assert deliver(now=night) == 2

    def test_tet_holds_back_what_can_wait_for_its_end(self, post_office):
        # Mùng 1 is 6 February 2027; the holiday ends with mùng 7, 12 February.
        noon = dt.datetime(2027, 2, 7, 5, tzinfo=dt.UTC)
        waits = LetterFactory(kind="tests.tet")
        LetterFactory(kind="tests.morning")
        assert deliver(now=noon) == 1
        after = dt.datetime(2027, 2, 13, 0, tzinfo=dt.UTC)
        assert abs(fresh(waits).not_before - after) < MINUTE

    def test_a_letter_put_back_loses_no_attempt(self, post_office, now):
        letter = LetterFactory(kind="tests.morning", attempts=3, state=State.RETRY)
        deliver(now=now.replace(hour=20))
        assert fresh(letter).attempts == 3


class TestRecheck:
    def register(self, recheck):
        kinds.register("tests.asked", kinds.LetterKind(label="Asked", recheck=recheck))

    def test_letter_that_still_holds_is_sent(self, post_office, now):
        self.register(lambda letter, moment: kinds.KEEP)
        LetterFactory(kind="tests.asked")
        assert deliver(now=now) == 1

    def test_letter_that_is_no_longer_true_is_not(self, post_office, now):
        self.register(lambda letter, moment: kinds.Drop("cancelled meanwhile"))
        letter = LetterFactory(kind="tests.asked")
        assert deliver(now=now) == 0
        letter = fresh(letter)
        assert (letter.state, letter.reason) == (State.SUPPRESSED, Reason.OUTDATED)
        assert letter.error == "cancelled meanwhile"

    def test_letter_that_changed_is_sent_anew(self, post_office, now):
        content = Content(subject="Giờ mới", text="Lúc 09:00", html="<p>Lúc 09:00")
        self.register(lambda *_: kinds.Renew(content, fingerprint="v2"))
        letter = LetterFactory(kind="tests.asked", fingerprint="v1")
        assert deliver(now=now) == 1
        assert post_office.letters[0]["Subject"] == "Giờ mới"
        assert fresh(letter).fingerprint == "v2"

    def test_question_sees_the_letter_and_the_moment(self, post_office, now):
        asked = []
        self.register(lambda letter, moment: asked.append((letter.pk, moment)))
        letter = LetterFactory(kind="tests.asked")
        deliver(now=now)
        ((pk, moment),) = asked
        assert pk == letter.pk
        assert now <= moment < now + MINUTE

    def test_question_that_fails_keeps_letter_and_queue(self, post_office, now, caplog):
        def fails(letter, moment):
            raise LookupError("no such session")

        self.register(fails)
        before, asked, after = (
            LetterFactory(),
            LetterFactory(kind="tests.asked"),
            LetterFactory(),
        )
        assert deliver(now=now) == 2
        assert fresh(before).state == fresh(after).state == State.SENT
        assert fresh(asked).state == State.RETRY
        assert "cannot be checked" in caplog.text


class TestSecret:
    def test_own_queue_and_nothing_left_of_the_text(self, post_office, now):
        letter = LetterFactory(
            secret=True, subject="Mã 123456", text="Mã: 123456", html="<p>123456"
        )
        assert deliver(now=now) == 0
        assert deliver(now=now, secret=True) == 1
        assert "123456" in post_office.letters[0].get_body(("plain",)).get_content()
        letter = fresh(letter)
        assert letter.state == State.SENT
        assert (letter.subject, letter.text, letter.html) == ("", "", "")

    def test_text_is_kept_for_the_next_try(self, post_office, now):
        letter = LetterFactory(secret=True)
        post_office.answers.append("451 later")
        deliver(now=now, secret=True)
        assert fresh(letter).text
        assert deliver(now=now + MINUTE, secret=True) == 1

    def test_waits_are_short_because_somebody_waits(self, post_office, now):
        letter = LetterFactory(secret=True)
        post_office.answers.append("451 later")
        deliver(now=now, secret=True)
        assert fresh(letter).not_before < now + MINUTE / 2

    @pytest.mark.parametrize(
        "answer", ["554 5.7.1 refused: your code 123456 looks bad", "554 code 123456"]
    )
    def test_servers_words_may_quote_the_text_and_are_not_kept(
        self, post_office, now, answer
    ):
        letter = LetterFactory(secret=True, text="123456")
        post_office.answers.append(answer)
        deliver(now=now, secret=True)
        letter = fresh(letter)
        assert (letter.state, letter.text) == (State.FAILED, "")
        assert "123456" not in letter.error
        assert letter.error.startswith("554")

    def test_code_that_is_too_late_is_forgotten_unsent(self, post_office, now):
        letter = LetterFactory(secret=True, not_after=now)
        deliver(now=now, secret=True)
        assert fresh(letter).text == ""

    @pytest.mark.parametrize("state", [State.SENT, State.FAILED, State.SUPPRESSED])
    def test_database_refuses_to_keep_the_text(self, now, state):
        letter = LetterFactory(secret=True)
        with (
            pytest.raises(Exception, match="letter_secret_forgets"),
            transaction.atomic(),
        ):
            Letter.objects.filter(pk=letter.pk).update(state=state, sent_at=now)


class TestRecover:
    @pytest.fixture
    def later(self, now):
        return now + delivery.IN_FLIGHT

    def test_letter_of_a_dead_worker_is_sent_again_under_its_id(
        self, post_office, now, later
    ):
        letter = LetterFactory(in_flight=True)
        assert recover(now=later) == 1
        assert fresh(letter).reason == Reason.INTERRUPTED
        assert deliver(now=later) == 1
        assert post_office.message_ids == {letter.message_id: 1}

    def test_not_before_the_longest_a_letter_can_take(self, later):
        LetterFactory(in_flight=True)
        assert recover(now=later - dt.timedelta(seconds=1)) == 0

    def test_not_while_its_deliverer_lives(self, later):
        LetterFactory(in_flight=True, claimed_by=10_123)
        with other_session() as other:
            other.execute("SELECT pg_advisory_lock(%s, %s)", [locks.CLASS, 10_123])
            assert recover(now=later) == 0
        assert recover(now=later) == 1

    def test_letter_that_kills_its_deliverers_fails(self, later):
        letter = LetterFactory(in_flight=True, attempts=len(outcomes.DELAYS) + 1)
        assert recover(now=later) == 0
        assert fresh(letter).state == State.FAILED

    def test_late_secret_is_forgotten_even_if_the_server_is_away(self, now):
        secret = LetterFactory(secret=True, not_after=now)
        plain = LetterFactory(not_after=now)
        in_time = LetterFactory(not_after=now + MINUTE)
        recover(now=now)
        assert fresh(secret).text == ""
        assert fresh(plain).reason == fresh(secret).reason == Reason.TOO_LATE
        assert fresh(in_time).state == State.QUEUED

    def test_letter_sent_after_all_is_settled_as_sent(self, post_office, now):
        """The first deliverer was slow, not dead, and its answer still counts."""
        letter = LetterFactory(in_flight=True)
        recover(now=now + delivery.IN_FLIGHT)
        delivery._settle(outcomes.sent(letter), now)
        assert fresh(letter).state == State.SENT

    def test_trouble_of_a_former_deliverer_no_longer_counts(self, now):
        letter = LetterFactory(in_flight=True)
        Letter.objects.update(claimed_by=F("claimed_by") + 1)
        delivery._settle(outcomes.put_off(letter, "451 later"), now)
        assert fresh(letter).state == State.SENDING


class TestDropOldBodies:
    def test_thirty_days_after_sending(self, now):
        old = LetterFactory(sent=True, sent_at=now - dt.timedelta(days=30))
        young = LetterFactory(sent=True, sent_at=now - dt.timedelta(days=29))
        failed = LetterFactory(failed=True, created_at=now - dt.timedelta(days=31))
        waiting = LetterFactory(created_at=now - dt.timedelta(days=31))
        assert drop_old_bodies(now=now) == 2
        assert fresh(old).text == fresh(old).html == fresh(failed).text == ""
        assert fresh(old).subject
        assert fresh(young).text
        assert fresh(waiting).text
        assert drop_old_bodies(now=now) == 0


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
class TestTwoDeliverers:
    def test_each_letter_is_sent_once(self, post_office, settings, now):
        settings.MAIL_LANES = 2
        LetterFactory.create_batch(50)
        counts = run_together(lambda: deliver(now=now), 2)
        assert sum(counts) == 50
        assert all(counts), "both took part"
        assert len(post_office.addresses) == 50
        assert set(post_office.addresses.values()) == {1}

    def test_negative_control_without_the_lock_on_the_row(
        self, post_office, settings, now, monkeypatch
    ):
        settings.MAIL_LANES = 4
        unlocked = STEP.replace("FOR UPDATE SKIP LOCKED", "")
        monkeypatch.setattr("mail.step.STEP", unlocked)
        LetterFactory.create_batch(50)
        run_together(lambda: deliver(now=now), 4)
        assert max(post_office.addresses.values()) > 1


def run_together(work, count: int) -> list[int]:
    barrier, results, errors = threading.Barrier(count), [], []

    def run():
        try:
            barrier.wait()
            results.append(work())
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    return results
