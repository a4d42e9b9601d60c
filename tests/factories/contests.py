"""Contests, entries and judging for tests."""

import datetime as dt
import hashlib
from decimal import Decimal

import factory
from django.core.files.base import ContentFile
from factory.django import DjangoModelFactory

from contests.models import (
    Appeal,
    Author,
    Award,
    Contest,
    Criterion,
    Division,
    Entry,
    EntryFile,
    EntryQuestion,
    Invitation,
    JudgeAssignment,
    Prize,
    Round,
    Score,
    SignedForm,
)
from contests.rules import consent_about
from members.models import Consent, Role
from tests.factories import files as samples
from tests.factories.members import (
    AssignmentFactory,
    ConsentFactory,
    GuardianFactory,
    PersonFactory,
    UnitFactory,
    UserFactory,
)

MORNING = dt.datetime(2026, 11, 23, 2, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
State = Entry.State
PAGE = samples.picture("JPEG")


class ContestFactory(DjangoModelFactory):
    """Published, open since yesterday, closing in ten days."""

    class Meta:
        model = Contest

    title = factory.Sequence(lambda number: f"Ý tưởng chuyển đổi số {number}")
    slug = factory.Sequence(lambda number: f"y-tuong-chuyen-doi-so-{number}")
    unit = factory.SubFactory(UnitFactory)
    state = Contest.State.PUBLISHED
    summary = "Một ý tưởng nhỏ cho thôn bản của bạn."
    rules = "<p>Ai cũng có thể dự thi.</p>"
    opens_at = MORNING - DAY
    closes_at = MORNING + 10 * DAY
    max_file_mb = 1


class DivisionFactory(DjangoModelFactory):
    """From 16 to 30 on the first day of 2027."""

    class Meta:
        model = Division

    contest = factory.SubFactory(ContestFactory)
    name = factory.Sequence(lambda number: f"Bảng {number}")
    min_age = 16
    max_age = 30
    age_on = dt.date(2027, 1, 1)


class RoundFactory(DjangoModelFactory):
    """Two weeks of judging that begin when entries have closed."""

    class Meta:
        model = Round

    contest = factory.SubFactory(ContestFactory)
    name = "Vòng sơ khảo"
    starts_at = factory.LazyAttribute(lambda round_: round_.contest.closes_at)
    ends_at = factory.LazyAttribute(lambda round_: round_.starts_at + 14 * DAY)
    quorum = 2


class CriterionFactory(DjangoModelFactory):
    class Meta:
        model = Criterion

    round = factory.SubFactory(RoundFactory)
    name = factory.Sequence(lambda number: f"Tiêu chí {number}")
    weight = 100
    maximum = 10


class EntryFactory(DjangoModelFactory):
    """A draft that lacks nothing but a file; see `complete` and `submitted`."""

    class Meta:
        model = Entry

    contest = factory.SubFactory(ContestFactory)
    division = factory.SubFactory(
        DivisionFactory, contest=factory.SelfAttribute("..contest")
    )
    owner = factory.SubFactory(UserFactory)
    title = factory.Sequence(lambda number: f"Trạm đọc sách số {number}")
    summary = "Một góc đọc sách điện tử ở nhà văn hóa thôn."
    created_at = MORNING - dt.timedelta(hours=12)
    saved_at = MORNING - dt.timedelta(hours=6)

    class Params:
        in_contest = factory.Trait(
            state=State.SUBMITTED,
            submitted_at=MORNING - dt.timedelta(hours=5),
        )


class AuthorFactory(DjangoModelFactory):
    class Meta:
        model = Author

    entry = factory.SubFactory(EntryFactory)
    person = factory.SubFactory(PersonFactory)
    school = "Trường Cao đẳng Bắc Kạn"


class EntryFileFactory(DjangoModelFactory):
    """A small PDF on the disk, its copy for judges too (the same bytes)."""

    class Meta:
        model = EntryFile

    entry = factory.SubFactory(EntryFactory)
    name = factory.Sequence(lambda number: f"thuyet-minh-{number}.pdf")
    file = factory.LazyAttribute(lambda row: ContentFile(samples.pdf(), name=row.name))
    media_type = "application/pdf"
    size = factory.LazyFunction(lambda: len(samples.pdf()))
    sha256 = factory.Sequence(lambda number: f"{number:064x}")
    state = EntryFile.State.UNSCANNED
    uploaded_at = MORNING - dt.timedelta(hours=7)
    copy = factory.LazyAttribute(lambda row: ContentFile(samples.pdf(), name=row.name))
    copy_state = EntryFile.CopyState.READY
    copy_media_type = "application/pdf"
    copy_size = factory.LazyFunction(lambda: len(samples.pdf()))

    class Params:
        one_page = factory.Trait(
            copy=factory.LazyAttribute(lambda row: ContentFile(PAGE, name=row.name)),
            copy_pages=[[0, len(PAGE), 64, 48]],
        )


class EntryQuestionFactory(DjangoModelFactory):
    class Meta:
        model = EntryQuestion

    contest = factory.SubFactory(ContestFactory)
    text = factory.Sequence(lambda number: f"Câu hỏi {number}")


class InvitationFactory(DjangoModelFactory):
    """Still to be answered; the link's token is "token-0" and so on."""

    class Meta:
        model = Invitation

    entry = factory.SubFactory(EntryFactory)
    full_name = "Nông Thị Lan"
    email = factory.Sequence(lambda number: f"ban{number}@example.com")
    address_key = factory.LazyAttribute(lambda row: row.email)
    token_hash = factory.Sequence(lambda number: token_hash(f"token-{number}"))
    invited_at = MORNING - dt.timedelta(hours=4)
    invited_by = factory.SelfAttribute("entry.owner")


class SignedFormFactory(DjangoModelFactory):
    """A picture of a mother's signature that nobody has read yet."""

    class Meta:
        model = SignedForm

    contest = factory.SubFactory(ContestFactory)
    child = factory.LazyFunction(lambda: child())
    guardian_name = "Bàn Thị Mai"
    relation = "mẹ"
    publish_name = True
    name = "phieu-dong-y.png"
    file = factory.LazyAttribute(
        lambda row: ContentFile(samples.picture("PNG"), name=row.name)
    )
    media_type = "image/png"
    size = factory.LazyFunction(lambda: len(samples.picture("PNG")))
    file_state = EntryFile.State.UNSCANNED
    uploaded_at = MORNING - dt.timedelta(hours=3)
    uploaded_by = factory.SubFactory(UserFactory)

    class Params:
        accepted = True
        decided = factory.Trait(
            state=factory.LazyAttribute(
                lambda row: "accepted" if row.accepted else "refused"
            ),
            reason=factory.LazyAttribute(
                lambda row: "" if row.accepted else "Thiếu chữ ký."
            ),
            decided_at=MORNING,
        )


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


class JudgeAssignmentFactory(DjangoModelFactory):
    class Meta:
        model = JudgeAssignment

    round = factory.SubFactory(RoundFactory)
    entry = factory.SubFactory(
        EntryFactory,
        in_contest=True,
        contest=factory.SelfAttribute("..round.contest"),
    )
    judge = factory.LazyFunction(lambda: a_judge())
    aside = factory.LazyAttribute(lambda row: "hard" if row.conflict else "")
    conflict = ""
    assigned_at = MORNING


class AwardFactory(DjangoModelFactory):
    class Meta:
        model = Award

    entry = factory.SubFactory(EntryFactory, in_contest=True, state=State.AWARDED)
    title = "Giải Nhất"
    order = 1


class PrizeFactory(DjangoModelFactory):
    class Meta:
        model = Prize

    contest = factory.SubFactory(ContestFactory)
    title = "Giải Nhất"


class AppealFactory(DjangoModelFactory):
    """Sent an hour after the results."""

    class Meta:
        model = Appeal

    entry = factory.SubFactory(
        EntryFactory, in_contest=True, contest__results_at=MORNING + 40 * DAY
    )
    text = "Xin xem lại điểm trình bày."
    sent_at = MORNING + 40 * DAY + dt.timedelta(hours=1)


def a_judge(**fields):
    """An account with a judge's role somewhere."""
    return AssignmentFactory(role=Role.JUDGE, **fields).user


def an_organiser(contest, **fields):
    return AssignmentFactory(
        role=Role.CONTEST_ORGANISER, unit=contest.unit, **fields
    ).user


def complete(contest=None, **fields) -> Entry:
    """A draft of an adult that can be handed in."""
    if contest:
        fields["contest"] = contest
    entry = EntryFactory(**fields)
    AuthorFactory(entry=entry, person=entry.owner.person)
    EntryFileFactory(entry=entry)
    return entry


def submitted(contest=None, **fields) -> Entry:
    return complete(contest, in_contest=True, **fields)


def child(years: int = 13, **fields):
    """Somebody of that age on the first day of 2027."""
    return PersonFactory(birth_date=dt.date(2026 - years, 6, 1), **fields)


def guardian_agrees(person, contest, purpose=Consent.Purpose.CONTEST, **fields):
    guardian = person.guardians.first() or GuardianFactory(child=person)
    method = fields.pop("method", Consent.Method.GUARDIAN_LINK)
    return ConsentFactory(
        person=person,
        guardian=guardian,
        purpose=purpose,
        about=consent_about(contest),
        method=method,
        **fields,
    )


def scored(assignment, *values) -> JudgeAssignment:
    """Scores for the criteria of the round in their order."""
    criteria = assignment.round.criteria.all()
    for criterion, value in zip(criteria, values, strict=True):
        Score.objects.create(
            assignment=assignment,
            criterion=criterion,
            value=Decimal(str(value)),
            scored_at=MORNING,
        )
    assignment.scored_at = MORNING
    assignment.save(update_fields=["scored_at"])
    return assignment
