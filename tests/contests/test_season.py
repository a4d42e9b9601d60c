"""One season by the clock: open, enter, close, judge twice, publish, appeal, erase."""

import datetime as dt
import re
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from contests import (
    actions,
    appeals,
    decisions,
    emails,
    filing,
    joining,
    publishing,
)
from contests.appeals import AppealRefusal
from contests.judging import assigning, scoring
from contests.locks import Refused
from contests.models import Contest, Entry, JudgeAssignment, Round
from contests.ranking import runs, shortlist
from contests.rules import EntryRefusal, consent_about
from mail import reminders
from mail.models import Letter
from members import consents, guardian_letters, guardians, privacy
from members.models import Consent
from tests.factories import files as samples
from tests.factories.contests import (
    ContestFactory,
    CriterionFactory,
    DivisionFactory,
    RoundFactory,
    a_judge,
    an_organiser,
)
from tests.factories.members import UserFactory
from vietnam.dates import VIETNAM

pytestmark = pytest.mark.django_db
State = Entry.State


def at(day, month, hour=8, minute=0):
    return dt.datetime(2026, month, day, hour, minute, tzinfo=VIETNAM)


OPENS, CLOSES = at(1, 3), at(31, 3, 17)
FIRST, FIRST_ENDS = at(1, 4), at(20, 4)
SECOND, SECOND_ENDS = at(5, 5), at(6, 5)
RESULTS = at(15, 5, 9)


def _contest():
    contest = ContestFactory(
        state=Contest.State.DRAFT,
        opens_at=OPENS,
        closes_at=CLOSES,
        max_authors=2,
        appeal_days=7,
    )
    DivisionFactory(contest=contest, min_age=11, max_age=30)
    for order, (kind, starts, ends) in enumerate(
        (
            (Round.Kind.PRELIMINARY, FIRST, FIRST_ENDS),
            (Round.Kind.FINAL, SECOND, SECOND_ENDS),
        )
    ):
        round_ = RoundFactory(
            contest=contest,
            kind=kind,
            order=order,
            starts_at=starts,
            ends_at=ends,
            quorum=3,
        )
        for name, weight in (("Tính mới", 60), ("Khả thi", 40)):
            CriterionFactory(round=round_, name=name, weight=weight)
    return contest


def _enters(contest, title, now):
    """An adult with a complete draft."""
    user = UserFactory(person__birth_date=dt.date(2000, 5, 19))
    entry = actions.begin(contest_id=contest.pk, user=user, now=now)
    entry = actions.save(
        entry_id=entry.pk,
        version=entry.version,
        title=title,
        summary="Một góc đọc sách điện tử ở nhà văn hóa thôn.",
        division=contest.divisions.get(),
        by=user,
        now=now,
    )
    filing.add_file(
        entry_id=entry.pk,
        # Each file is another one: the same would be the same work.
        upload=SimpleUploadedFile("bai.pdf", samples.pdf() + title.encode()),
        by=user,
        now=now,
    )
    return entry


def _pupil_joins(entry, now):
    """Thirteen, by invitation; her mother agrees by a letter."""
    invitation = joining.invite(
        entry_id=entry.pk,
        full_name="Nông Thị Lan",
        email="lan@example.com",
        by=entry.owner,
        now=now,
    )
    letter = Letter.objects.get(dedupe_key=f"{emails.INVITED}:{invitation.pk}")
    author = joining.accept(
        token=re.search(r"/loi-moi/([\w-]+)/", letter.text)[1],
        full_name="Nông Thị Lan",
        birth_date=dt.date(2013, 3, 4),
        school="THCS Na Rì",
        publish_name=True,
        user=None,
        now=now,
    )
    actions.ask_guardian(
        entry_id=entry.pk,
        author_id=author.pk,
        guardian_name="Bàn Thị Mai",
        relation="mẹ",
        email="me@example.com",
        by=entry.owner,
        now=now,
    )
    return author


def _mother_answers(now):
    letter = Letter.objects.filter(kind=guardian_letters.ASK).latest("pk")
    guardians.give(
        token=re.search(r"/giam-ho/([\w-]+)/", letter.text)[1],
        full_name="Bàn Thị Mai",
        relation="mẹ",
        publish=[Consent.Purpose.PUBLISH_NAME],
        now=now,
    )


def _judged(round_, judges, points, now):
    """Everybody scores everything; `points` by title."""
    plan = assigning.propose(round_, judges=judges)
    assigning.apply_proposal(
        round_id=round_.pk,
        judges=judges,
        fingerprint=plan.fingerprint,
        by=None,
        now=now,
    )
    for row in JudgeAssignment.objects.filter(round=round_).select_related("entry"):
        scoring.score(
            assignment_id=row.pk,
            values={
                criterion.pk: Decimal(points[row.entry.title])
                for criterion in round_.criteria.all()
            },
            comment="",
            by=row.judge,
            now=now,
        )
    return runs.fix(round_id=round_.pk, by=None, now=round_.ends_at)


def test_a_whole_season(
    client, time_machine, private_root, django_capture_on_commit_callbacks
):
    contest = _contest()
    organiser = an_organiser(contest)

    def go(moment):
        time_machine.move_to(moment, tick=False)
        reminders.queue_due(moment)
        return moment

    # Open.
    now = go(OPENS - dt.timedelta(days=7))
    publishing.publish(contest_id=contest.pk, by=organiser, now=now)
    with pytest.raises(Refused) as refused:
        actions.begin(contest_id=contest.pk, user=UserFactory(), now=now)
    assert refused.value.refusal == EntryRefusal.NOT_YET_OPEN

    # Enter: four works, one of them by a team with a child.
    now = go(OPENS)
    titles = ["Chợ phiên", "Bản đồ sóng yếu", "Máng nước", "Giá phơi miến"]
    works = {title: _enters(contest, title, now) for title in titles}
    late = _enters(contest, "Còn dở", now)
    team = works["Chợ phiên"]
    pupil = _pupil_joins(team, now + dt.timedelta(days=1))
    for title in titles[1:]:
        actions.submit(entry_id=works[title].pk, by=None, now=now)
    with pytest.raises(Refused):
        actions.submit(entry_id=team.pk, by=None, now=now + dt.timedelta(days=1))
    now = go(at(3, 3))
    _mother_answers(now)
    actions.submit(entry_id=team.pk, by=team.owner, now=now)
    actions.submit(entry_id=team.pk, by=team.owner, now=now)
    assert Letter.objects.filter(kind=emails.RECEIPT).count() == 4

    # A new version until the deadline, and not a moment longer.
    now = go(CLOSES - dt.timedelta(microseconds=1))
    team.refresh_from_db()
    actions.save(
        entry_id=team.pk,
        version=team.version,
        title=team.title,
        summary="Bản sửa cuối cùng.",
        division=team.division,
        by=team.owner,
        now=now,
    )
    assert team.versions.count() == 2
    now = go(CLOSES)
    with pytest.raises(Refused) as refused:
        actions.submit(entry_id=late.pk, by=late.owner, now=now)
    assert refused.value.refusal == EntryRefusal.CLOSED
    assert not Letter.objects.filter(
        kind=emails.REMINDER, about_id__in=[one.pk for one in works.values()]
    ).exists()

    # The first round: three of four go on, and nobody hears of it yet.
    judges = [a_judge() for _number in range(3)]
    first, second = contest.rounds.order_by("order")
    now = go(FIRST)
    points = dict(zip(titles, ("9", "8", "7", "5"), strict=True))
    run = _judged(first, judges, points, now)
    assert runs.comes_out_the_same(run)
    now = go(FIRST_ENDS)
    shortlist.choose(
        run_id=run.pk, size=3, ties=shortlist.Ties.ALL, by=organiser, now=now
    )
    client.force_login(team.owner)
    page = reverse("contests:entry", args=[team.code])
    before = client.get(page).context["state"]
    assert before == State.SUBMITTED
    shortlist.announce(round_id=first.pk, by=organiser, now=now)

    # The second round, after which a prize waits for its moment.
    now = go(SECOND)
    points = dict(zip(titles[:3], ("9", "9.5", "6"), strict=True))
    run = _judged(second, judges, points, now)
    order = [row.entry for row in runs.outcome(run).rows]
    assert order[0] == works["Bản đồ sóng yếu"].pk
    now = go(SECOND_ENDS)
    for title, prize in (("Bản đồ sóng yếu", "Giải Nhất"), ("Chợ phiên", "Giải Nhì")):
        decisions.award(entry_id=works[title].pk, title=prize, by=organiser, now=now)
    decisions.set_results_time(
        contest_id=contest.pk, moment=RESULTS, by=organiser, now=now
    )
    results = reverse("contests:results", args=[contest.slug])
    now = go(RESULTS - dt.timedelta(microseconds=1))
    client.logout()
    assert client.get(results).status_code == 404
    assert not Letter.objects.filter(kind=emails.RESULT).exists()

    # Published: page and letters together, the child's name by both consents only.
    now = go(RESULTS)
    text = client.get(results).content.decode()
    assert "Giải Nhất" in text
    assert "Chợ phiên" in text
    assert "Nông Thị Lan" not in text  # no signed form, no word of the school
    assert Letter.objects.filter(kind=emails.RESULT).count() == 4
    reminders.queue_due(now)
    assert Letter.objects.filter(kind=emails.RESULT).count() == 4

    # Appeal, once, inside its days.
    third = works["Máng nước"]
    now = go(RESULTS + dt.timedelta(days=6))
    row = appeals.appeal(
        entry_id=third.pk, text="Xin xem lại điểm khả thi.", by=third.owner, now=now
    )
    appeals.answer(
        appeal_id=row.pk,
        accepted=True,
        text="Điểm được cộng lại.",
        prize="Giải Ba",
        by=organiser,
        now=now,
    )
    assert "Giải Ba" in client.get(results).content.decode()
    contest.refresh_from_db()
    with pytest.raises(Refused) as refused:
        appeals.appeal(
            entry_id=team.pk,
            text="Muộn rồi.",
            by=team.owner,
            now=contest.appeals_until,
        )
    assert refused.value.refusal == AppealRefusal.OVER

    # The mother takes her consent back: the work leaves the page at once.
    consents.withdraw(
        person=pupil.person,
        purpose=Consent.Purpose.CONTEST,
        about=consent_about(contest),
        now=now,
    )
    team.refresh_from_db()
    assert team.state == State.WITHDRAWN
    assert "Chợ phiên" not in client.get(results).content.decode()

    # Erase the winner: no name, no file; the judges' scores stay.
    winner = works["Bản đồ sóng yếu"]
    winner.refresh_from_db()
    stored = [file.file.name for file in winner.files.all()]
    name = winner.owner.person.full_name
    told = privacy.export_person(winner.owner.person)
    assert told["contests.author"][0]["title"] == "Bản đồ sóng yếu"
    scores = JudgeAssignment.objects.filter(entry=winner, scored_at__isnull=False)
    counted = scores.count()
    with django_capture_on_commit_callbacks(execute=True):
        privacy.erase_person(person=winner.owner.person, now=now)
    winner = Entry.objects.get(pk=winner.pk)
    assert winner.title == privacy.NAMELESS
    assert not winner.versions.exists()
    assert stored
    assert not any((private_root / name).exists() for name in stored)
    assert scores.count() == counted == 6
    assert name not in client.get(results).content.decode()
