"""Appeals: in time, once, answered once; a prize that follows shows at once."""

import datetime as dt

import pytest
from django.urls import reverse

from contests import appeals, emails
from contests.appeals import AppealRefusal
from contests.locks import Refused
from contests.models import Appeal, Award
from contests.refusals import StaffRefusal
from mail.models import Letter
from tests.factories.contests import (
    DAY,
    AppealFactory,
    AwardFactory,
    ContestFactory,
    State,
    an_organiser,
    submitted,
)
from tests.factories.members import UserFactory

pytestmark = pytest.mark.django_db
TICK = dt.timedelta(microseconds=1)


@pytest.fixture
def entry(now):
    contest = ContestFactory(results_at=now + 30 * DAY, appeal_days=5)
    return submitted(contest)


@pytest.fixture
def out(entry, time_machine):
    """The moment at which the results come out."""
    time_machine.move_to(entry.contest.results_at, tick=False)
    return entry.contest.results_at


def send(entry, at, text="Xin xem lại."):
    return appeals.appeal(entry_id=entry.pk, text=text, by=entry.owner, now=at)


def answer(row, at, *, accepted, prize=None, text="Đã xem lại."):
    return appeals.answer(
        appeal_id=row.pk, accepted=accepted, text=text, prize=prize, by=None, now=at
    )


class TestWindow:
    def test_half_open_from_the_results_on(self, entry, out):
        until = entry.contest.appeals_until
        assert until == out + 5 * DAY
        moments = [
            (out - TICK, AppealRefusal.NOT_YET),
            (out, None),
            (until - TICK, None),
            (until, AppealRefusal.OVER),
        ]
        for moment, refusal in moments:
            assert appeals.why_not_appeal(entry, now=moment) is refusal

    def test_a_contest_without_appeals_and_an_entry_that_is_out(self, entry, out):
        entry.contest.appeal_days = 0
        assert appeals.why_not_appeal(entry, now=out) is AppealRefusal.NONE
        entry.contest.appeal_days = 5
        entry.state = State.WITHDRAWN
        assert appeals.why_not_appeal(entry, now=out) is AppealRefusal.NOT_IN_CONTEST


class TestAppeal:
    def test_sent_twice_is_one_with_one_letter(self, entry, out):
        for _time in range(2):
            send(entry, out)
        assert Appeal.objects.count() == 1
        assert "Xin xem lại." in Letter.objects.get(kind=emails.APPEAL_RECEIVED).text

    def test_another_one_is_refused(self, entry, out):
        send(entry, out)
        with pytest.raises(Refused) as caught:
            send(entry, out, "Một lần nữa.")
        assert caught.value.refusal is AppealRefusal.ONCE


class TestAnswer:
    def test_answered_twice_is_one_letter_and_never_both_ways(self, entry, out):
        row = send(entry, out)
        for _time in range(2):
            answer(row, out, accepted=False)
        assert Letter.objects.filter(kind=emails.APPEAL_ANSWERED).count() == 1
        with pytest.raises(Refused) as caught:
            answer(row, out, accepted=True)
        assert caught.value.refusal is StaffRefusal.ANSWERED

    @pytest.mark.parametrize(
        ("prize", "titles"),
        [(None, ["Giải Ba"]), ("Giải Nhì", ["Giải Nhì"]), ("", [])],
    )
    def test_an_accepted_one_may_change_the_prize(self, entry, out, prize, titles):
        """After the results only an appeal does so."""
        AwardFactory(entry=entry, title="Giải Ba")
        type(entry).objects.filter(pk=entry.pk).update(state=State.AWARDED)
        answer(send(entry, out), out, accepted=True, prize=prize)
        assert list(Award.objects.values_list("title", flat=True)) == titles

    def test_a_refused_one_changes_no_prize(self, entry, out):
        answer(send(entry, out), out, accepted=False, prize="Giải Nhì")
        assert not Award.objects.exists()


class TestPage:
    def url(self, entry):
        return reverse("contests:appeal", args=[entry.code])

    def test_the_entrant_sends_and_reads(self, client, entry, out):
        client.force_login(entry.owner)
        page = client.get(entry.get_absolute_url()).content.decode()
        assert self.url(entry) in page
        response = client.post(self.url(entry), {"text": "Xin xem lại điểm."})
        assert response.status_code == 302
        answer(Appeal.objects.get(), out, accepted=False, text="Điểm giữ nguyên.")
        page = client.get(self.url(entry)).content.decode()
        assert "Xin xem lại điểm." in page
        assert "Điểm giữ nguyên." in page

    def test_too_late_the_words_are_given_back(self, client, entry, time_machine):
        time_machine.move_to(entry.contest.appeals_until, tick=False)
        client.force_login(entry.owner)
        response = client.post(self.url(entry), {"text": "Em viết rất lâu"})
        assert response.status_code == 409
        assert "Em viết rất lâu" in response.content.decode()
        assert not Appeal.objects.exists()

    def test_nobody_else_finds_it_and_organisers_only_read(self, client, entry, out):
        assert client.get(self.url(entry)).status_code == 302
        client.force_login(UserFactory())
        assert client.get(self.url(entry)).status_code == 404
        client.force_login(an_organiser(entry.contest))
        assert client.get(self.url(entry)).status_code == 200
        assert client.post(self.url(entry), {"text": "Thay em"}).status_code == 404

    def test_it_waits_on_the_desk_of_its_organisers_only(self, client, entry, out):
        AppealFactory(entry=entry, sent_at=out)
        waiting = "admin:contests_appeal_changelist"
        link = f'href="{reverse(waiting)}?state__exact=open"'
        client.force_login(an_organiser(entry.contest))
        assert link in client.get("/ca-nhan/").content.decode()
        client.force_login(an_organiser(ContestFactory()))
        assert link not in client.get("/ca-nhan/").content.decode()

    def test_the_organisers_answer_in_the_admin(self, client, entry, out):
        row = AppealFactory(entry=entry, sent_at=out)
        client.force_login(an_organiser(entry.contest))
        url = reverse("admin:contests_appeal_answer", args=[row.pk])
        assert row.text in client.get(url).content.decode()
        data = {"accepted": "yes", "prize": "Giải Nhì", "text": "Chấp nhận."}
        known = {"First prize", "Second prize", "Giải Nhất", "Giải Nhì"}
        response = client.post(url, data)
        if response.status_code == 200:  # the catalogue may not have the prizes yet
            client.post(url, data | {"prize": "Second prize"})
        row.refresh_from_db()
        assert row.state == Appeal.State.ACCEPTED
        assert Award.objects.get().title in known
