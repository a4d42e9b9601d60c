"""What lies behind the pages of staff outside the admin, in one commune."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from django.core.files.base import ContentFile
from django.db.models import Model
from django.urls import reverse

from certificates.models import Certificate
from contests.models import Entry, Invitation, JudgeAssignment, Score
from members.models import Consent, DataRequest, Role, Unit, User
from members.mydata import actions as data_requests
from news.models import Contribution
from teams.models import HelpRequest, Report
from tests.factories.contests import (
    AuthorFactory,
    ContestFactory,
    EntryFactory,
    EntryFileFactory,
    JudgeAssignmentFactory,
    RoundFactory,
    SignedFormFactory,
)
from tests.factories.members import AssignmentFactory, PersonFactory, UserFactory
from tests.factories.news import ContributionFactory
from tests.factories.teams import HelpRequestFactory, MemberFactory, TeamFactory
from tests.factories.training import (
    AnswerFactory,
    GroupFactory,
    MaterialFactory,
    RegistrationFactory,
    SessionFactory,
    SlotFactory,
)
from training.models import Attendance, Mark, Registration, SessionStaff

MORNING = dt.datetime(2026, 11, 23, 2, 0, tzinfo=dt.UTC)
MONTH = "2026-10"
CHANGEABLE: tuple[type[Model], ...] = (
    *(Registration, Attendance, Mark, SessionStaff, HelpRequest, Report),
    *(Entry, Invitation, JudgeAssignment, Score, Contribution, Certificate),
    *(Consent, DataRequest),
)


@dataclass
class Behind:
    """Public titles; the names of people are the word that nobody else may read.

    `seen_by`: each page with an account that works there; `pressed`: addresses that
    only take what is sent.
    """

    unit: Unit
    word: str
    seen_by: dict[str, User] = field(default_factory=dict)
    pressed: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.person = PersonFactory(unit=self.unit, full_name=self.word)
        self._training()
        self._team()
        self._contest()
        self._own()

    def staff(self, role: Role) -> User:
        return AssignmentFactory(role=role, unit=self.unit).user

    def _training(self) -> None:
        session = SessionFactory(
            unit=self.unit,
            title="Lớp chung",
            mode="hybrid",
            meeting_link="https://hop.example.com/lop-chung",
        )
        SlotFactory(session=session)
        secretary = self.staff(Role.UNIT_SECRETARY)
        group = GroupFactory(session=session, unit=self.unit, made_by=secretary)
        sign_up = RegistrationFactory(
            session=session, person=self.person, group=group, unit=self.unit
        )
        paper = MaterialFactory(
            session=session,
            link="",
            file=ContentFile(self.word.encode(), name="bai.txt"),
            state="unscanned",
            shown_to="confirmed",
        )
        answer = AnswerFactory(
            question__session=session,
            registration=sign_up,
            value="",
            file=ContentFile(self.word.encode(), name="tra-loi.txt"),
            state="unscanned",
        )
        organiser = self.staff(Role.TRAINING_ORGANISER)
        for name in ("desk", "desk_staff", "desk_paper", "host_code"):
            self._page(organiser, f"training:{name}", session.slug)
        self._page(organiser, "training:feedback_results", session.slug)
        self._page(organiser, "training:material", session.slug, paper.pk)
        self._page(organiser, "training:answer", session.slug, answer.pk)
        self._page(secretary, "training:group", session.slug, group.code)
        self._page(secretary, "training:name_somebody", session.slug, sign_up.code)
        for name in ("desk_sync", "desk_settle", "desk_walk_in", "desk_tick"):
            self._press(f"training:{name}", session.slug)

    def _team(self) -> None:
        team = TeamFactory(unit=self.unit, name="Tổ chung")
        leader = UserFactory(person=PersonFactory(unit=self.unit, full_name=self.word))
        MemberFactory(team=team, person=leader.person, role="leader")
        AssignmentFactory(user=leader, role=Role.TEAM_LEADER, unit=self.unit)
        HelpRequestFactory(team=team, commune=self.unit, name=self.word, area=self.word)
        self._page(leader, "teams:help_team", team.pk)
        self._page(leader, "teams:report_team", team.pk)
        self._page(leader, "teams:report_month", team.pk, MONTH)
        self._press("teams:report_keep", team.pk, MONTH)

    def _contest(self) -> None:
        contest = ContestFactory(unit=self.unit, title="Cuộc thi chung")
        owner = UserFactory(person=PersonFactory(unit=self.unit, full_name=self.word))
        entry = EntryFactory(
            contest=contest, title=self.word, owner=owner, in_contest=True
        )
        AuthorFactory(entry=entry, person=owner.person)
        file = EntryFileFactory(entry=entry, name=f"{self.word}.pdf", one_page=True)
        for name in ("entry", "versions", "files", "authors"):
            self._page(owner, f"contests:{name}", entry.code)
        self._page(owner, "contests:download", entry.code, file.pk)
        form = SignedFormFactory(contest=contest, child=self.person)
        organiser = self.staff(Role.CONTEST_ORGANISER)
        self._page(organiser, "contests:signed_form", form.pk)
        for name in ("autosave", "autosave_authors", "upload", "take_back"):
            self._press(f"contests:{name}", entry.code)
        self._press("contests:withdraw", entry.code)
        self._judging()

    def _judging(self) -> None:
        closed = MORNING - dt.timedelta(days=1)
        contest = ContestFactory(
            unit=self.unit,
            title="Cuộc thi đang chấm",
            opens_at=closed - dt.timedelta(days=30),
            closes_at=closed,
        )
        entry = EntryFactory(contest=contest, title=self.word, in_contest=True)
        EntryFileFactory(entry=entry, one_page=True)
        round_ = RoundFactory(contest=contest)
        judge = self.staff(Role.JUDGE)
        task = JudgeAssignmentFactory(round=round_, entry=entry, judge=judge)
        for name in ("assignment", "conflict"):
            self._page(judge, f"judging:{name}", task.pk)
        for name in ("read", "download"):
            self._page(judge, f"judging:{name}", task.pk, 1)
        self._page(judge, "judging:page", task.pk, 1, 1)
        self._press("judging:draft", task.pk)

    def _own(self) -> None:
        sender = UserFactory(person=self.person)
        story = ContributionFactory(unit=self.unit, title=self.word, sender=self.person)
        self._page(sender, "news:contribution", story.pk)
        asked = data_requests.ask(
            person=self.person,
            kind=DataRequest.Kind.CORRECT,
            way=DataRequest.Way.PAPER,
            now=MORNING,
        )
        self._press("news:story_withdraw", story.pk)
        self._press("members:my_data_take_back", asked.pk)

    def _page(self, user: User, name: str, *given) -> None:
        self.seen_by[reverse(name, args=given)] = user

    def _press(self, name: str, *given) -> None:
        self.pressed.append(reverse(name, args=given))


def as_it_stands() -> list:
    """Everything that a press might change."""
    return [list(model._base_manager.order_by("pk").values()) for model in CHANGEABLE]
