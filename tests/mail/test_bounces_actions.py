import pytest

from mail.bounces.actions import Taken, complain, take
from mail.bounces.reading import Bounce, read
from mail.delivery import deliver
from mail.messages import letter_of, return_path
from mail.models import Letter, Suppression
from tests.factories.mail import LetterFactory
from tests.mail.returned_letters import sample

pytestmark = pytest.mark.django_db
State, Reason = Letter.State, Letter.Reason


@pytest.fixture
def letter() -> Letter:
    return LetterFactory(
        sent=True, address="Lan+tap@example.com", message_id="<letter-1@example.com>"
    )


def of(letter: Letter, **fields) -> Bounce:
    defaults = {"address_key": letter.address_key, "message_id": letter.message_id}
    return Bounce(**{"hard": True, **defaults, **fields})


@pytest.mark.parametrize(
    ("name", "reason"),
    [("gmail", Reason.BOUNCED), ("postfix_full", Reason.RETURNED)],
)
def test_letter_is_marked_with_the_words_of_the_server(letter, now, name, reason):
    (bounce,) = read(sample(name))
    assert take(bounce, now=now) == Taken.TAKEN
    letter.refresh_from_db()
    assert (letter.state, letter.reason) == (State.FAILED, reason)
    assert letter.error.startswith("5.")


def test_twice_is_once(letter, now):
    assert take(of(letter), now=now) == Taken.TAKEN
    assert take(of(letter), now=now) == Taken.KNOWN


@pytest.mark.parametrize(
    "fields",
    [
        {"message_id": "<made-up@example.com>"},
        {"address_key": "hoa@example.com"},
        {"message_id": ""},
    ],
)
def test_a_report_that_names_no_letter_of_ours_changes_nothing(letter, now, fields):
    assert take(of(letter, **fields), now=now) == Taken.UNKNOWN
    letter.refresh_from_db()
    assert letter.state == State.SENT


def test_three_hard_ones_end_letters_to_the_address(now):
    for number in range(3):
        letter = LetterFactory(
            sent=True, address="lan@example.com", claimed_at=now, sent_at=now
        )
        assert not Suppression.objects.exists(), number
        take(of(letter), now=now)
    assert Suppression.objects.get().address_key == "lan@example.com"


def test_soft_ones_never_do(now):
    for _ in range(5):
        letter = LetterFactory(sent=True, address="lan@example.com", claimed_at=now)
        take(of(letter, hard=False), now=now)
    assert not Suppression.objects.exists()


def test_a_complaint_ends_letters_at_once_and_the_letter_stays_sent(letter, now):
    assert complain(of(letter), now=now) == Taken.TAKEN
    assert Suppression.objects.get().reason == "complained"
    letter.refresh_from_db()
    assert letter.state == State.SENT


def test_of_a_secret_letter_no_words_are_kept(now):
    letter = LetterFactory(sent=True, secret=True, subject="", text="", html="")
    take(of(letter, words="550 your code 123456"), now=now)
    letter.refresh_from_db()
    assert (letter.state, letter.error) == (State.FAILED, "")


class TestReturnPath:
    @pytest.fixture(autouse=True)
    def _address(self, settings):
        settings.MAIL_BOUNCE_ADDRESS = "tra-ve@tinhdoan.example.com"

    def test_each_letter_leaves_with_one_of_its_own(self, post_office, now):
        letters = LetterFactory.create_batch(2)
        deliver(now=now)
        assert post_office.mail_from == [return_path(letter) for letter in letters]
        assert len(set(post_office.mail_from)) == 2
        assert "khong-tra-loi" not in post_office.mail_from[0]

    def test_it_alone_names_the_letter(self, letter, now):
        came_to = return_path(letter)
        assert letter_of(came_to) == letter.pk
        assert letter_of(f"<{came_to.upper()}>") == letter.pk
        bounce = Bounce(hard=True, arrived_at=("x@y.vn", came_to))
        assert take(bounce, now=now) == Taken.TAKEN

    def test_nobody_can_make_one_up(self, letter, now):
        forged = return_path(letter).replace("+", "+f", 1)
        assert letter_of(forged) is None
        assert letter_of("tra-ve+ffffffffffffffff.0123456789abcdef@x.vn") is None
        bounce = Bounce(hard=True, arrived_at=(forged,))
        assert take(bounce, now=now) == Taken.UNKNOWN

    def test_without_a_setting_the_usual_sender_stays(self, letter, settings):
        settings.MAIL_BOUNCE_ADDRESS = ""
        assert return_path(letter) == ""
