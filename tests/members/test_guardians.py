"""A guardian is asked, answers once, and may take it back; a child never answers."""

import datetime as dt
import re

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import translation

from content import identity
from mail import kinds
from mail.models import Letter
from members import consents, guardian_letters, guardians, merge, privacy, rules
from members.guardians import Refusal, Refused, Unusable
from members.models import Consent, Guardian, GuardianRequest
from tests.factories.members import (
    ConsentFactory,
    GuardianFactory,
    PersonFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

Purpose = Consent.Purpose
Answer = GuardianRequest.Answer
ABOUT = "contests.contest:7"
TITLE = "Ý tưởng số vì bản làng"
HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture
def child():
    return PersonFactory(full_name="Triệu Thị Ánh", birth_date=dt.date(2013, 9, 5))


@pytest.fixture
def heard(monkeypatch):
    """What a feature that listens to consents was told."""
    told = []
    monkeypatch.setattr(consents.changed, "_items", {})
    consents.changed.register(
        "tests",
        lambda consent, now: told.append((consent.purpose, not consent.withdrawn_at)),
    )
    return told


def ask(child, now, **kwargs):
    defaults = {
        "guardian_name": "Hoàng Thị Nga",
        "relation": "mẹ",
        "email": "me@example.com",
        "purpose": Purpose.CONTEST,
        "about": ABOUT,
        "matter": TITLE,
    }
    return guardians.ask(child=child, now=now, **(defaults | kwargs))


def refusal(child, now, **kwargs) -> Refusal:
    with pytest.raises(Refused) as caught:
        ask(child, now, **kwargs)
    return caught.value.reason


def letters(kind=guardian_letters.ASK):
    return Letter.objects.filter(kind=kind).order_by("pk")


def token_of(letter) -> str:
    """What follows the last folder of the link in a letter."""
    return re.search(r"/giam-ho/(?:rut/)?([\w-]{40,})/", letter.text)[1]


def last_token() -> str:
    return token_of(letters().last())


def give(now, token=None, **kwargs):
    defaults = {"full_name": "Hoàng Thị Nga", "relation": "mẹ"}
    return guardians.give(token=token or last_token(), now=now, **(defaults | kwargs))


def withdraw_token() -> str:
    return token_of(letters(guardian_letters.THANK).last())


class TestAsking:
    def test_a_secret_letter_with_the_question_goes_to_the_guardian(self, child, now):
        guardian = ask(child, now)
        assert (guardian.child, guardian.relation) == (child, "mẹ")
        letter = letters().get()
        assert letter.secret
        assert letter.address == "me@example.com"
        assert letter.not_after == now + dt.timedelta(days=14)
        for words in (letter.text, letter.html):
            assert "Triệu Thị Ánh" in words
            assert TITLE in words
            assert f"{settings.SITE_URL}/ca-nhan/giam-ho/{token_of(letter)}/" in words

    def test_the_database_holds_no_link_that_works(self, child, now):
        ask(child, now)
        row = str(GuardianRequest.objects.values().get())
        assert last_token() not in row

    def test_nothing_is_agreed_by_asking(self, child, now):
        ask(child, now)
        assert not consents.given(child, Purpose.CONTEST, ABOUT)

    @pytest.mark.parametrize("later", [dt.timedelta(0), DAY - HOUR])
    def test_again_within_a_day_sends_nothing(self, child, now, later):
        first = ask(child, now)
        assert ask(child, now + later) == first
        assert letters().count() == 1

    def test_again_after_a_day_sends_a_second_letter_and_both_links_work(
        self, child, now
    ):
        ask(child, now)
        ask(child, now + DAY)
        assert letters().count() == 2
        give(now + DAY, token_of(letters().first()))
        assert not guardians.find(last_token()).is_open(now + DAY)

    def test_three_letters_are_enough(self, child, now):
        for day in range(3):
            ask(child, now + day * DAY)
        assert refusal(child, now + 3 * DAY) is Refusal.TOO_OFTEN
        assert letters().count() == 3
        ask(child, now + 14 * DAY)
        assert letters().count() == 4

    def test_another_matter_has_letters_of_its_own(self, child, now):
        ask(child, now)
        ask(child, now, about="contests.contest:8")
        ask(child, now, purpose=Purpose.TRAINING)
        assert letters().count() == 3

    def test_a_corrected_address_is_written_to_at_once_and_the_first_link_ends(
        self, child, now
    ):
        ask(child, now, email="nham@example.com")
        stray = last_token()
        ask(child, now + HOUR)
        assert [letter.address for letter in letters()] == [
            "nham@example.com",
            "me@example.com",
        ]
        with pytest.raises(Unusable):
            give(now + HOUR, stray)
        give(now + HOUR)

    def test_the_same_guardian_written_differently_is_one(self, child, now):
        first = ask(child, now)
        assert (
            ask(child, now, guardian_name="hoàng thị nga", email="Me+so@Example.com")
            == first
        )

    def test_what_is_agreed_is_not_asked_again(self, child, now):
        guardian = ask(child, now)
        give(now)
        assert ask(child, now + DAY, email="bo@example.com") == guardian
        assert letters().count() == 1

    def test_a_signed_form_that_staff_recorded_counts_too(self, child, now):
        guardian = GuardianFactory(child=child)
        ConsentFactory(person=child, guardian=guardian, purpose=Purpose.CONTEST)
        assert ask(child, now) == guardian
        assert not letters().exists()

    def test_after_a_no_the_child_waits_until_tomorrow(self, child, now):
        ask(child, now)
        guardians.decline(token=last_token(), now=now)
        assert refusal(child, now + HOUR) is Refusal.DECLINED
        ask(child, now + DAY)
        assert letters().count() == 2

    def test_an_account_cannot_send_letters_without_end(self, now, monkeypatch):
        monkeypatch.setattr(guardians, "MAX_LETTERS_AN_ACCOUNT", 2)
        teacher = UserFactory()
        for number in range(2):
            ask(PersonFactory(), now, asked_by=teacher, email=f"p{number}@example.com")
        more = {"asked_by": teacher, "email": "p9@example.com"}
        assert refusal(PersonFactory(), now, **more) is Refusal.TOO_OFTEN
        ask(PersonFactory(), now + DAY, **more)

    def test_a_mailbox_is_not_flooded(self, now, monkeypatch):
        monkeypatch.setattr(guardians, "MAX_LETTERS_AN_ADDRESS", 2)
        for tag in ("a", "b"):
            ask(PersonFactory(), now, email=f"me+{tag}@example.com")
        assert refusal(PersonFactory(), now) is Refusal.TOO_OFTEN

    def test_without_a_title_the_purpose_says_what_it_is_about(self, child, now):
        ask(child, now, matter="")
        assert guardians.latest(child, Purpose.CONTEST, ABOUT).matter == (
            "Entering a contest"
        )


class TestWhoMayBeAsked:
    @pytest.mark.parametrize(
        "email",
        [
            "anh@example.com",
            "ANH@Example.com ",
            "anh+me@example.com",
            "dang.nhap@example.com",
            "khac@example.com",
        ],
    )
    def test_never_the_child_itself(self, child, now, email):
        child.email = "anh@example.com"
        child.save()
        user = UserFactory(email="dang.nhap@example.com", person=child)
        user.emailaddress_set.create(email="khac@example.com", verified=True)
        assert refusal(child, now, email=email.strip()) is Refusal.OWN_ADDRESS
        assert not Guardian.objects.exists()

    def test_nor_the_same_gmail_box_with_other_dots(self, child, now):
        UserFactory(email="trieuanh@gmail.com", person=child)
        email = "trieu.anh+me@googlemail.com"
        assert refusal(child, now, email=email) is Refusal.OWN_ADDRESS

    def test_nor_the_account_that_asks_for_a_friend(self, child, now):
        friend = UserFactory(email="ban@example.com")
        assert (
            refusal(child, now, asked_by=friend, email="ban@example.com")
            is Refusal.OWN_ADDRESS
        )

    @pytest.mark.parametrize(
        ("name", "email", "reason"),
        [
            ("Nga http://xau.example", "me@example.com", Refusal.NAME),
            ("trung-thuong.example", "me@example.com", Refusal.NAME),
            ("", "me@example.com", Refusal.NAME),
            ("Hoàng Thị Nga", "me", Refusal.ADDRESS),
            ("Hoàng Thị Nga", "", Refusal.ADDRESS),
            ("Hoàng Thị Nga", "me@example.com\nBcc: x@example.com", Refusal.ADDRESS),
        ],
    )
    def test_a_name_and_an_address_are_needed(self, child, now, name, email, reason):
        assert refusal(child, now, guardian_name=name, email=email) is reason

    def test_no_web_address_in_the_childs_name(self, now):
        child = PersonFactory(full_name="Quà tại www.xau.example")
        assert refusal(child, now) is Refusal.CHILD_NAME

    @pytest.mark.parametrize("name", ["H'Hen Niê", "Y-Bliêng", "K’Sor Hương"])
    def test_names_of_all_peoples_pass(self, child, now, name):
        assert ask(child, now, guardian_name=name).full_name == name


class TestAnswering:
    def test_yes_lets_the_child_in_and_publishes_nothing(self, child, now, heard):
        today = now.date()
        ask(child, now)
        gate = {"on": today, "about": ABOUT}
        assert rules.why_not_take_part(child, Purpose.CONTEST, **gate)
        request = give(now)
        assert rules.why_not_take_part(child, Purpose.CONTEST, **gate) is None
        assert request.answer == Answer.GIVEN
        consent = Consent.objects.get()
        assert consent.method == Consent.Method.GUARDIAN_LINK
        assert consent.guardian == request.guardian
        assert consent.about == ABOUT
        assert consent.text_version == "guardian.take_part/2026-11/en"
        assert not rules.may_publish(child, Purpose.PUBLISH_NAME, **gate)
        assert heard == [("contest", True)]

    def test_each_box_is_a_consent_of_its_own(self, child, now):
        ask(child, now)
        give(now, publish=[Purpose.PUBLISH_NAME])
        assert consents.given(child, Purpose.PUBLISH_NAME, ABOUT)
        assert not consents.given(child, Purpose.PUBLISH_PICTURE, ABOUT)

    def test_only_publishing_can_be_ticked_besides(self, child, now):
        ask(child, now)
        with pytest.raises(ValueError, match="not for publishing"):
            give(now, publish=[Purpose.CONTACT])

    def test_the_consent_is_for_this_matter_only(self, child, now):
        ask(child, now)
        give(now)
        assert not consents.given(child, Purpose.CONTEST, "contests.contest:8")

    def test_twice_is_once(self, child, now, heard):
        ask(child, now)
        first = give(now)
        second = give(now + HOUR, full_name="Ai Đó Khác")
        assert second == first
        assert Consent.objects.get().guardian.full_name == "Hoàng Thị Nga"
        assert letters(guardian_letters.THANK).count() == 1
        assert letters(guardian_letters.TELL).count() == 1
        assert len(heard) == 1

    def test_name_and_relation_are_as_the_guardian_wrote_them(self, child, now):
        ask(child, now, guardian_name="Mẹ Nga", relation="mẹ")
        request = give(now, full_name="Hoàng Thị Nga", relation="bà ngoại")
        request.guardian.refresh_from_db()
        assert str(request.guardian) == request.signed_name == "Hoàng Thị Nga"
        assert request.guardian.relation == "bà ngoại"

    def test_no_is_recorded_and_gives_nothing(self, child, now, heard):
        ask(child, now)
        guardians.decline(token=last_token(), now=now)
        guardians.decline(token=last_token(), now=now + HOUR)
        latest = guardians.latest(child, Purpose.CONTEST, ABOUT)
        assert (latest.answer, latest.answered_at) == (Answer.DECLINED, now)
        assert not Consent.objects.exists()
        assert heard == []
        assert letters(guardian_letters.TELL).count() == 1

    def test_one_answer_stands(self, child, now):
        ask(child, now)
        give(now)
        with pytest.raises(Unusable):
            guardians.decline(token=last_token(), now=now)
        ask(child, now, about="b")
        guardians.decline(token=last_token(), now=now)
        with pytest.raises(Unusable):
            give(now)

    @pytest.mark.parametrize(("late", "works"), [(-1, True), (0, False), (1, False)])
    def test_a_link_is_good_for_fourteen_days(self, child, now, late, works):
        ask(child, now)
        moment = now + dt.timedelta(days=14, seconds=late)
        if works:
            assert give(moment).answer == Answer.GIVEN
            return
        for answer in (
            give,
            lambda now: guardians.decline(token=last_token(), now=now),
        ):
            with pytest.raises(Unusable):
                answer(moment)
        assert not Consent.objects.exists()

    @pytest.mark.parametrize("token", ["", "x" * 43, "ơ" * 43, "\udc80", "a" * 10_000])
    def test_a_made_up_token_finds_nothing(self, child, now, token):
        ask(child, now)
        for find in (guardians.find, guardians.find_answered):
            with pytest.raises(GuardianRequest.DoesNotExist):
                find(token)

    def test_the_letter_of_thanks_is_secret_and_says_what_was_agreed(self, child, now):
        ask(child, now)
        give(now, publish=[Purpose.PUBLISH_PICTURE])
        letter = letters(guardian_letters.THANK).get()
        assert letter.secret
        assert letter.address == "me@example.com"
        with translation.override(letter.language):
            agreed = [str(Purpose.CONTEST.label), str(Purpose.PUBLISH_PICTURE.label)]
            not_agreed = str(Purpose.PUBLISH_NAME.label)
        for words in (letter.text, letter.html):
            assert all(label in words for label in agreed)
            assert not_agreed not in words
        assert f"/ca-nhan/giam-ho/rut/{withdraw_token()}/" in letter.html

    @pytest.mark.parametrize("by_account", [True, False])
    def test_who_asked_hears_of_it(self, child, now, by_account):
        child.email = "anh@example.com"
        child.save()
        user = UserFactory(email="nhom@example.com") if by_account else None
        ask(child, now, asked_by=user)
        give(now)
        letter = letters(guardian_letters.TELL).get()
        assert letter.address == ("nhom@example.com" if by_account else child.email)
        assert not letter.secret
        assert "giam-ho" not in letter.text

    def test_a_child_without_an_address_is_told_nothing(self, child, now):
        type(child).objects.filter(pk=child.pk).update(email="")
        ask(child, now)
        give(now)
        assert not letters(guardian_letters.TELL).exists()

    @pytest.mark.parametrize("end", ["answered", "replaced", "erased", "expired"])
    def test_a_question_that_is_settled_does_not_leave_any_more(self, child, now, end):
        recheck = kinds.registry[guardian_letters.ASK].recheck
        ask(child, now)
        letter = letters().get()
        assert recheck(letter, now) is kinds.KEEP
        moment = now
        match end:
            case "answered":
                give(now)
            case "replaced":
                ask(child, now, email="bo@example.com")
            case "erased":
                GuardianRequest.objects.all().delete()
            case "expired":
                moment = now + 14 * DAY
        assert isinstance(recheck(letter, moment), kinds.Drop)


class TestWithdrawing:
    @pytest.fixture
    def agreed(self, child, now):
        ask(child, now)
        return give(now, publish=guardians.PUBLISHING)

    def test_one_box_leaves_the_others(self, child, now, agreed, heard):
        count = guardians.withdraw(
            token=withdraw_token(), purposes=[Purpose.PUBLISH_NAME], now=now + HOUR
        )
        assert count == 1
        assert not consents.given(child, Purpose.PUBLISH_NAME, ABOUT)
        assert consents.given(child, Purpose.PUBLISH_PICTURE, ABOUT)
        assert consents.given(child, Purpose.CONTEST, ABOUT)
        assert heard == [("publish_name", False)]

    def test_taking_part_takes_all_with_it_at_once(self, child, now, agreed, heard):
        moment = now + HOUR
        guardians.withdraw(
            token=withdraw_token(), purposes=[Purpose.CONTEST], now=moment
        )
        for purpose in (Purpose.CONTEST, *guardians.PUBLISHING):
            assert not consents.given(child, purpose, ABOUT)
        assert set(Consent.objects.values_list("withdrawn_at", flat=True)) == {moment}
        assert len(heard) == 3

    def test_hides_what_was_published(self, child, now, agreed):
        """Child and guardian agree, the signed form is there, then it is taken back."""
        gate = {"on": now.date(), "about": ABOUT}
        for method, guardian in (
            (Consent.Method.OWN_FORM, None),
            (Consent.Method.SIGNED_FORM, agreed.guardian),
        ):
            assert not rules.may_publish(child, Purpose.PUBLISH_NAME, **gate)
            consents.give(
                person=child,
                purpose=Purpose.PUBLISH_NAME,
                method=method,
                guardian=guardian,
                about=ABOUT,
                text_version="1",
                now=now,
            )
        assert rules.may_publish(child, Purpose.PUBLISH_NAME, **gate)
        guardians.withdraw(
            token=withdraw_token(), purposes=[Purpose.PUBLISH_NAME], now=now + HOUR
        )
        assert not rules.may_publish(child, Purpose.PUBLISH_NAME, **gate)

    def test_twice_is_once(self, child, now, agreed, heard):
        for _time in range(2):
            guardians.withdraw(
                token=withdraw_token(), purposes=[Purpose.CONTEST], now=now + HOUR
            )
        assert len(heard) == 3

    def test_only_of_this_guardian_and_this_matter(self, child, now, agreed):
        others = [
            ConsentFactory(person=child, purpose=Purpose.CONTEST, about="b"),
            ConsentFactory(
                person=child,
                purpose=Purpose.CONTEST,
                about=ABOUT,
                guardian=GuardianFactory(child=child),
            ),
        ]
        guardians.withdraw(
            token=withdraw_token(), purposes=[Purpose.CONTEST], now=now + HOUR
        )
        assert list(Consent.objects.live().order_by("pk")) == others

    def test_the_child_may_ask_again(self, child, now, agreed):
        guardians.withdraw(token=withdraw_token(), purposes=["contest"], now=now)
        ask(child, now + HOUR)
        assert letters().count() == 2
        give(now + HOUR)
        assert consents.given(child, Purpose.CONTEST, ABOUT)


# --- The pages --------------------------------------------------------------------

FORM = {
    "take_part": "on",
    "full_name": "Hoàng Thị Nga",
    "relation": "mẹ",
    "is_guardian": "on",
}


@pytest.fixture
def at(time_machine, now):
    """Requests happen at the tests' `now`; `at(delta)` moves on from there."""

    def move(later=dt.timedelta(0)):
        time_machine.move_to(now + later, tick=False)

    move()
    return move


@pytest.fixture
def page(child, now, at):
    ask(child, now)
    return f"/ca-nhan/giam-ho/{last_token()}/"


def snapshot():
    tables = Consent, GuardianRequest, Letter, Guardian
    return [list(table.objects.values()) for table in tables]


class TestThePage:
    def test_names_all_that_the_law_asks_for(self, client, page):
        site = identity.at_first()
        site.owner = "Tỉnh đoàn Thử Nghiệm"
        site.responsible = "Nguyễn Văn Thử"
        site.contact_email = "hoi@example.com"
        identity.keep(site)
        html = client.get(page, headers={"accept-language": "en"}).content.decode()
        words = [
            *("Triệu Thị Ánh", "2013", TITLE),
            *("Tỉnh đoàn Thử Nghiệm", "Nguyễn Văn Thử", "hoi@example.com"),
        ]
        for word in words:
            assert word in html

    def test_has_three_boxes_and_none_is_ticked(self, client, page):
        html = client.get(page).content.decode()
        boxes = re.findall(r"<input[^>]*type=\"checkbox\"[^>]*>", html)
        names = [re.search(r'name="(\w+)"', box)[1] for box in boxes]
        assert names == ["take_part", "publish_name", "publish_picture", "is_guardian"]
        assert not any("checked" in box for box in boxes)
        assert 'value="Hoàng Thị Nga"' not in html

    def test_opening_it_changes_nothing(self, client, page):
        before = snapshot()
        for _time in range(3):
            assert client.get(page).status_code == 200
            assert client.head(page).status_code == 200
            assert client.get(page, {"answer": "no", **FORM}).status_code == 200
        assert snapshot() == before

    def test_is_neither_kept_nor_indexed(self, client, page):
        response = client.get(page)
        assert "no-store" in response["Cache-Control"]
        assert 'content="noindex"' in response.content.decode()

    def test_needs_the_forms_own_token(self, page):
        assert Client(enforce_csrf_checks=True).post(page, FORM).status_code == 403
        assert not Consent.objects.exists()

    def test_yes(self, client, child, page):
        response = client.post(page, FORM | {"publish_picture": "on"}, follow=True)
        assert response.redirect_chain == [(reverse("members:guardian_given"), 302)]
        assert "Triệu" not in response.content.decode()
        given = Consent.objects.values_list("purpose", flat=True)
        assert set(given) == {"contest", "publish_picture"}

    def test_twice_gives_the_same_answer_twice(self, client, page):
        for _time in range(2):
            response = client.post(page, FORM)
            assert response["Location"] == reverse("members:guardian_given")
        assert Consent.objects.count() == 1

    def test_no_needs_nothing_filled_in(self, client, page):
        response = client.post(page, {"answer": "no"}, follow=True)
        assert response.redirect_chain == [(reverse("members:guardian_no"), 302)]
        assert GuardianRequest.objects.get().answer == Answer.DECLINED

    def test_no_wins_over_ticked_boxes(self, client, page):
        client.post(page, FORM | {"answer": "no"})
        assert not Consent.objects.exists()

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("take_part", None),
            ("is_guardian", None),
            ("full_name", ""),
            ("full_name", "Nga"),
            ("relation", " "),
        ],
    )
    def test_what_is_missing_is_said_and_the_rest_given_back(
        self, client, page, field, value
    ):
        typed = FORM | {"relation": "dì ruột", "publish_name": "on", field: value}
        typed = {name: text for name, text in typed.items() if text is not None}
        response = client.post(page, typed)
        assert response.status_code == 200
        assert list(response.context["form"].errors) == [field]
        html = response.content.decode()
        assert re.search(r'name="publish_name"[^>]*checked', html)
        if field != "relation":
            assert "dì ruột" in html
        assert not Consent.objects.exists()

    def test_an_old_link_says_how_to_be_asked_again(self, client, page, at):
        at(dt.timedelta(days=14))
        for response in (client.get(page), client.post(page, FORM)):
            assert response.status_code == 410
            assert "Triệu" not in response.content.decode()
        assert client.post(page, {}).status_code == 410
        assert client.post(page, {"answer": "no"}).status_code == 410

    @pytest.mark.parametrize("first", [FORM, {"answer": "no"}])
    def test_a_used_link_tells_nothing_about_the_child(self, client, page, first):
        client.post(page, first)
        response = client.get(page)
        assert response.status_code == 410
        assert "Triệu" not in response.content.decode()
        other = {"answer": "no"} if first is FORM else FORM
        assert client.post(page, other).status_code == 410

    @pytest.mark.parametrize("token", ["x" * 43, "%00", "..%2f", "ơ", "rut"])
    def test_a_hostile_token_is_not_found(self, client, page, token):
        for address in (f"/ca-nhan/giam-ho/{token}/", f"/ca-nhan/giam-ho/rut/{token}/"):
            assert client.get(address).status_code in {400, 404}
            assert client.post(address, FORM).status_code in {400, 404}

    def test_the_link_for_withdrawing_does_not_agree_nor_the_other_way_round(
        self, client, page
    ):
        token = last_token()
        assert client.get(f"/ca-nhan/giam-ho/rut/{token}/").status_code == 404
        client.post(page, FORM)
        address = f"/ca-nhan/giam-ho/{withdraw_token()}/"
        assert client.post(address, FORM).status_code == 404

    @pytest.mark.parametrize("purpose", [Purpose.TRAINING, Purpose.PUBLISH_NAME])
    def test_every_purpose_has_a_page(self, client, child, now, at, purpose):
        ask(child, now, purpose=purpose)
        assert client.get(f"/ca-nhan/giam-ho/{last_token()}/").status_code == 200


class TestTheWithdrawingPage:
    @pytest.fixture
    def address(self, client, page):
        client.post(page, FORM | {"publish_name": "on"})
        return f"/ca-nhan/giam-ho/rut/{withdraw_token()}/"

    def test_shows_what_stands_and_changes_nothing(self, client, address):
        before = snapshot()
        html = client.get(address).content.decode()
        assert html.count('name="purpose"') == 2
        assert snapshot() == before

    def test_takes_back_one(self, client, address):
        response = client.post(address, {"purpose": "publish_name"}, follow=True)
        assert response.content.decode().count('name="purpose"') == 1
        assert [c.purpose for c in Consent.objects.live()] == ["contest"]

    def test_takes_back_everything(self, client, address, child, now):
        response = client.post(address, {"purpose": "contest"}, follow=True)
        assert 'name="purpose"' not in response.content.decode()
        assert rules.why_not_take_part(
            child, Purpose.CONTEST, on=now.date(), about=ABOUT
        )

    @pytest.mark.parametrize("purpose", ["", "contact", "x" * 500])
    def test_nonsense_changes_nothing(self, client, address, purpose):
        client.post(address, {"purpose": purpose})
        assert Consent.objects.live().count() == 2


# --- With the registries ---------------------------------------------------------


def test_what_was_asked_is_handed_out_and_erased_with_the_child(child, now):
    ask(child, now)
    give(now)
    rows = privacy.export_person(child)["members.guardianrequest"]
    assert [(row["matter"], row["signed_name"]) for row in rows] == [
        (TITLE, "Hoàng Thị Nga")
    ]
    privacy.erase_person(person=child, now=now)
    assert not GuardianRequest.objects.exists()
    assert not letters().exists()


def test_a_merged_child_keeps_its_question(child, now):
    keep = PersonFactory(birth_date=child.birth_date)
    ask(child, now)
    merge.merge_people(keep=keep, drop=child, now=now)
    give(now)
    assert consents.given(keep, Purpose.CONTEST, ABOUT)
