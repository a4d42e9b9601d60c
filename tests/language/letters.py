"""Every letter once, written by the functions that write it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from django.test import override_settings
from django.utils import translation

from certificates import actions as certificates
from certificates import letters as certificate_letters
from contests import emails as contest_letters
from contests.models import Entry, Invitation
from contests.secretary import writing
from contests.voting import actions as voting
from mail import samples
from mail.actions import queue_many
from members import guardians, invitation_letters
from members.accounts import BY_PREFIX, NOTICES, AccountAdapter
from members.breaches import letters as breach_letters
from members.models import Breach, Consent, DataRequest, GuardianRequest, Role
from members.mydata import actions as data
from members.mydata import letters as data_letters
from news import emails as news_letters
from news import reminders as news_reminders
from news import story_letters
from news.models import Contribution, Section
from teams.help import letters as help_letters
from teams.models import HelpRequest
from teams.nominations import letters as nomination_letters
from teams.recognition import letters as thanks_letters
from teams.reports import access as report_access
from teams.reports import letters as report_letters
from teams.reports import reminders as report_reminders
from tests.factories.certificates import issued
from tests.factories.contests import (
    AppealFactory,
    AwardFactory,
    EntryFactory,
    EntryFileFactory,
    InvitationFactory,
    JudgeAssignmentFactory,
    SignedFormFactory,
)
from tests.factories.members import (
    AssignmentFactory,
    GuardianFactory,
    PersonFactory,
    RoleInvitationFactory,
)
from tests.factories.news import ContributionFactory, PublishedFactory
from tests.factories.teams import MemberFactory, NominationFactory, recognition, report
from tests.factories.voting import a_vote, a_work
from training import emails as training_letters
from training import staffing
from training.facts import facts_of
from training.models import Registration, SessionStaff, TrainingSession


def write_all(walk, people, now: dt.datetime) -> None:
    with walk.passing(), translation.override(walk.language):
        # As staff see them; below, as the functions write them that send them.
        for kind in dict(samples.registry.items()):
            walk.read_letter(
                kind, walk.language, samples.letter_of(kind, walk.language)
            )
        _training(walk, now)
        _helper(people, now)
        _contests(walk, now)
        _certificates(now)
        _guardians(walk, people, now)
        _accounts(people)
        _roles(walk, people, now)
        _data_requests(people, now)
        _reports(walk, now)
        article = PublishedFactory(created_by=people["member"])
        news_letters.returned(article, by=people["editor"], now=now)
        news_letters.published(article, by=people["editor"], now=now)
        _stories(people, now)
        for request in HelpRequest.objects.open():
            help_letters.tell(request, now=now)
        _nominations(people, now)
        sections = [Section(name="Tin", rhythm=rhythm) for rhythm in Section.Rhythm]
        content = news_reminders._content(sections, people["editor"].email, "Hoa")
        walk.read_letter(news_reminders.KIND, "vi", content)


def _reports(walk, now: dt.datetime) -> None:
    person = PersonFactory(email="to-truong@example.com")
    leader = MemberFactory(role="leader", person=person)
    link = report_access.link_for(leader, now=now)
    code = report_access.new_code(link, now=now, lasts=report_access.MAILED)
    report_letters.code(link, code, now=now)
    report_letters.link(link, now=now)
    for month, state in ((9, "accepted"), (10, "returned")):
        first = dt.date(2026, month, 1)
        one = report(leader.team, month=first, state=state, remark="Xem lai")
        report_letters.decided(one, now=now)
    for kind in (report_reminders.KIND, report_reminders.OVERDUE):
        month = dt.date(2026, 10, 1)
        words = report_reminders.content(kind, leader, month, person.email, now=now)
        walk.read_letter(kind, "vi", words)
    thanks_letters.thanks(recognition(team=leader.team, month=month), now=now)


def _stories(people, now: dt.datetime) -> None:
    states = Contribution.State
    for kind in Contribution.Kind:
        for state in (states.RETURNED, states.REFUSED, states.ACCEPTED):
            story = ContributionFactory(
                sender=people["member"].person, kind=kind, state=state
            )
            if state == states.ACCEPTED:
                story_letters.accepted(story, now=now)
            else:
                story_letters.answered(story, now=now)
            story_letters.ended(story, now=now)


def _nominations(people, now: dt.datetime) -> None:
    proposer = people["unit_secretary"]
    for note, letter in (
        ("", nomination_letters.confirmed),
        ("Hay giup ba con.", nomination_letters.returned),
    ):
        one = NominationFactory(proposed_by=proposer, note=note, reason="Dang di xa.")
        nomination_letters.proposed(one, now=now)
        letter(one, by=people["team_coordinator"], now=now)


def _training(walk, now: dt.datetime) -> None:
    kinds = {
        kind
        for name, kind in vars(training_letters).items()
        if name.isupper() and str(kind).startswith("training.")
    } - {
        training_letters.ABOUT,
        training_letters.GROUP,
        training_letters.GROUP_OFFER,
        training_letters.REMINDER,
    }
    listed = Registration.objects.filter(group__made_by__isnull=False).first()
    listed.language = walk.language
    words = training_letters.group_content([listed], facts_of(listed.session, now=now))
    walk.read_letter(training_letters.GROUP_OFFER, walk.language, words)
    for mode in ("onsite", "online", "hybrid"):
        row = Registration.objects.filter(session__mode=mode).first()
        row.language, row.state = walk.language, Registration.State.CONFIRMED
        facts = facts_of(row.session, now=now)
        facts = replace(facts, room="Hoi truong, xa Ba Be", asks=True)
        walk.read_letter(
            training_letters.REMINDER,
            walk.language,
            training_letters.reminder_content(facts, row),
        )
        for kind in kinds:
            words = training_letters.content_of(kind, row, facts, before=facts)
            walk.read_letter(kind, walk.language, words)


def _helper(people, now: dt.datetime) -> None:
    staffing.invite(
        session=TrainingSession.objects.earliest("pk"),
        email="moi@example.com",
        role=SessionStaff.Role.INSTRUCTOR,
        by=people["training_organiser"],
        now=now,
    )


def _contests(walk, now: dt.datetime) -> None:
    entry = EntryFactory(in_contest=True)
    EntryFileFactory(entry=entry)
    contest_letters.receipt(entry, now=now)
    contest_letters.withdrawn(entry, now=now)
    contest_letters.disqualified(entry, now=now)
    for number, why in enumerate(contest_letters.Why):
        moment = now + dt.timedelta(hours=number)
        contest_letters.fell_out(entry, why, now=moment)
    winner = AwardFactory(entry__state=Entry.State.AWARDED).entry
    for kind, content in (
        (contest_letters.REMINDER, contest_letters.reminder_content(entry)),
        (contest_letters.RESULT, contest_letters.result_content(entry)),
        (contest_letters.RESULT, contest_letters.result_content(winner)),
    ):
        walk.read_letter(kind, "vi", content)
    task = JudgeAssignmentFactory()
    contest_letters.assigned(task.judge, task.round, [task], now=now)
    reminded = contest_letters.judge_reminder_content(task.judge, task.round, 3)
    walk.read_letter(contest_letters.JUDGE_REMINDER, "vi", reminded)
    invitation = InvitationFactory()
    contest_letters.invited(invitation, token="x" * 43, now=now)
    for number, answer in enumerate(Invitation.Answer):
        invitation.answer = answer
        contest_letters.answered(invitation, now=now + dt.timedelta(hours=number))
    for accepted in (True, False):
        form = SignedFormFactory(decided=True, accepted=accepted)
        contest_letters.form_read(form, now=now)
    guardians.ask(
        child=PersonFactory(birth_date=dt.date(2013, 9, 5), full_name="Ly Thi Mai"),
        guardian_name="Hoang Thi Nga",
        relation="me",
        email="phu-huynh-thi@example.com",
        purpose=Consent.Purpose.CONTEST,
        now=now,
    )
    asked = GuardianRequest.objects.latest("pk")
    content = contest_letters.guardian_reminder_content(asked, entry.contest)
    walk.read_letter(contest_letters.GUARDIAN_REMINDER, "vi", content)
    for went_on in (True, False):
        content = contest_letters.shortlist_content(
            task.entry, task.round, went_on=went_on
        )
        walk.read_letter(contest_letters.SHORTLIST, "vi", content)
    contest = a_vote(now)
    for picks in ([a_work(contest).pk], []):
        voting.ask_by_letter(
            contest_id=contest.pk,
            address="cu-tri@example.com",
            picks=picks,
            network="",
            now=now,
        )
    words = {"subject": "Nhac nop ban in", "text": "Moi gui ban in truoc thu Sau."}
    content = writing.content_for(entry.owner, [entry], contest=entry.contest, **words)
    walk.read_letter(contest_letters.MESSAGE, "vi", content)
    for state in ("accepted", "refused"):
        appeal = AppealFactory(answered_at=now, answer="Da xem lai.", state=state)
        contest_letters.appeal_received(appeal, now=now)
        contest_letters.appeal_answered(appeal, now=now)


def _certificates(now: dt.datetime) -> None:
    """To an adult, to a child's guardian, and of a corrected one."""
    child = PersonFactory(birth_date=dt.date(2013, 9, 5))
    GuardianFactory(child=child, email="me@example.com")
    rows = [issued(course="Lop tap huan"), issued(child, course="Lop tap huan")]
    certificate_letters.issued(rows, now=now)
    certificates.correct(
        certificate_id=rows[0].pk, changes={"name": "Ly Thi Mai"}, by=None, now=now
    )


def _guardians(walk, people, now: dt.datetime) -> None:
    for answer in (_agree, guardians.decline):
        child = PersonFactory(birth_date=dt.date(2013, 9, 5))
        guardians.ask(
            child=child,
            guardian_name="Hoang Thi Nga",
            relation="me",
            email=f"me-{child.pk}@example.com",
            purpose=Consent.Purpose.TRAINING,
            asked_by=people["member"],
            now=now,
        )
        answer(token=walk.last_token("/giam-ho/"), now=now)


def _data_requests(people, now: dt.datetime) -> None:
    for kind, done in (("see", True), ("restrict", False)):
        person = PersonFactory(email=f"yeu-cau-{kind}@example.com")
        asked = data.ask(
            person=person,
            kind=DataRequest.Kind(kind),
            way=DataRequest.Way.PAPER,
            by=people["member"],
            now=now,
        )
        data.extend(request_id=asked.pk, reason="Xong", now=now)
        data.answer(request_id=asked.pk, done=done, text="Xong", by=None, now=now)
    person = PersonFactory(email="yeu-cau-xoa@example.com")
    for kind in (DataRequest.Kind.DELETE, DataRequest.Kind.COPY):
        way = DataRequest.Way.PAGE
        asked = data.ask(person=person, kind=kind, way=way, now=now)
    data.make_copy(request_id=asked.pk, now=now)
    queue_many(data_letters.due_drafts(asked, [people["editor"]]), now=now)


def _agree(*, token: str, now: dt.datetime) -> None:
    guardians.give(token=token, full_name="Hoang Thi Nga", relation="me", now=now)


def _roles(walk, people, now: dt.datetime) -> None:
    invitation = RoleInvitationFactory(invited_by=people["province_admin"])
    invitation_letters.invite(invitation, token="x" * 43, now=now)
    role = AssignmentFactory(role="editor", ends_on=dt.date(2026, 12, 31))
    content = invitation_letters.ends(role)
    walk.read_letter(invitation_letters.ENDS, "vi", content)
    content = invitation_letters.ended(
        old=role.unit,
        roles=[Role.EDITOR.label],
        heirs=[role.unit],
        last_day=dt.date(2026, 11, 30),
    )
    walk.read_letter(invitation_letters.ENDED, "vi", content)
    breach = Breach(
        title="Gui nham",
        kinds_of_data="So dien thoai",
        known_at=now,
        measures="Da thu hoi",
    )
    content = breach_letters.content(breach, role.user.person, "Can than")
    walk.read_letter(breach_letters.TELL, "vi", content)


def _accounts(people) -> None:
    seen = {"code": "123456", "password_reset_url": "https://portal.example.com/x/"}
    seen |= {"signup_url": "https://portal.example.com/y/", "user": people["member"]}
    with override_settings(SITE_URL="https://portal.example.com"):
        for prefix in [*BY_PREFIX, *NOTICES, "account/email/something_else"]:
            AccountAdapter().send_mail(prefix, people["member"].email, dict(seen))
