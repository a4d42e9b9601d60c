"""Sessions and sign-ups for tests; counters follow the rows they are made with."""

import datetime as dt
import uuid

import factory
from django.db.models import F
from factory.django import DjangoModelFactory

from tests.factories.members import PersonFactory, UnitFactory, UserFactory
from training.models import (
    Answer,
    Attendance,
    Mark,
    Material,
    Question,
    Registration,
    RegistrationGroup,
    RemotePoint,
    Series,
    SessionKind,
    SessionStaff,
    Slot,
    TrainingSession,
    UnitQuota,
)
from training.rules import identity_of

MORNING = dt.datetime(2026, 11, 23, 2, 0, tzinfo=dt.UTC)
State = Registration.State


class SessionKindFactory(DjangoModelFactory):
    class Meta:
        model = SessionKind
        django_get_or_create = ("code",)

    code = "tap-huan"
    name = "Tập huấn"


class SessionFactory(DjangoModelFactory):
    """Published, open since yesterday, starting in ten days at 08:00, 30 places."""

    class Meta:
        model = TrainingSession

    title = factory.Sequence(lambda number: f"An toàn số, lớp {number}")
    slug = factory.Sequence(lambda number: f"an-toan-so-{number}")
    kind = factory.SubFactory(SessionKindFactory)
    unit = factory.SubFactory(UnitFactory)
    state = TrainingSession.State.PUBLISHED
    summary = "Khóa chặt tài khoản trong một buổi sáng."
    venue = "Nhà văn hóa phường Bắc Kạn"
    capacity = 30
    opens_at = MORNING - dt.timedelta(days=1)
    closes_at = MORNING + dt.timedelta(days=8)
    starts_at = MORNING + dt.timedelta(days=10, hours=-1)
    ends_at = factory.LazyAttribute(
        lambda session: session.starts_at + dt.timedelta(hours=9)
    )

    class Params:
        online = factory.Trait(
            mode=TrainingSession.Mode.ONLINE,
            venue="",
            meeting_link="https://hop.example.com/lop-an-toan-so",
        )


class SeriesFactory(DjangoModelFactory):
    class Meta:
        model = Series

    title = factory.Sequence(lambda number: f"Mùa học số {number}")
    slug = factory.Sequence(lambda number: f"mua-hoc-so-{number}")
    unit = factory.SubFactory(UnitFactory)


class RemotePointFactory(DjangoModelFactory):
    class Meta:
        model = RemotePoint

    session = factory.SubFactory(SessionFactory)
    name = factory.Sequence(lambda number: f"Hội trường số {number}")


class QuestionFactory(DjangoModelFactory):
    class Meta:
        model = Question

    session = factory.SubFactory(SessionFactory)
    text = factory.Sequence(lambda number: f"Câu hỏi số {number}")


class MaterialFactory(DjangoModelFactory):
    """A link for everyone; tests of files put one in."""

    class Meta:
        model = Material

    session = factory.SubFactory(SessionFactory)
    title = factory.Sequence(lambda number: f"Tài liệu số {number}")
    link = "https://tai-lieu.example.com/bai-giang"
    shown_to = Material.For.EVERYONE


class SlotFactory(DjangoModelFactory):
    class Meta:
        model = Slot

    session = factory.SubFactory(SessionFactory)
    title = "Buổi sáng"
    starts_at = factory.LazyAttribute(lambda slot: slot.session.starts_at)
    ends_at = factory.LazyAttribute(
        lambda slot: slot.starts_at + dt.timedelta(hours=3, minutes=30)
    )


class RegistrationFactory(DjangoModelFactory):
    """A confirmed sign-up; waiting and offered ones take the next place in line.

    `quota` seats a confirmed or offered one on a kept place.
    """

    class Meta:
        model = Registration

    session = factory.SubFactory(SessionFactory)
    person = factory.SubFactory(PersonFactory)
    identity = factory.LazyAttribute(lambda sign_up: identity_of(sign_up.person))
    state = State.CONFIRMED
    registered_at = MORNING - dt.timedelta(hours=1)

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        session, state = kwargs["session"], kwargs["state"]
        moment = kwargs["registered_at"]
        counters = {
            State.CONFIRMED: ["confirmed"],
            State.WAITING: ["line_length", "line_tail"],
            State.OFFERED: ["offered", "line_tail"],
        }.get(state, [])
        for counter in counters:
            setattr(session, counter, getattr(session, counter) + 1)
        if counters:
            row = TrainingSession.objects.filter(pk=session.pk)
            row.update(**{counter: F(counter) + 1 for counter in counters})
        if state == State.CONFIRMED:
            kwargs.setdefault("confirmed_at", moment)
        elif state in {State.WAITING, State.OFFERED}:
            kwargs["place"] = session.line_tail
        elif state == State.CANCELLED:
            kwargs.setdefault("cancelled_at", moment)
        if state == State.OFFERED:
            kwargs.setdefault("offer_expires_at", moment + dt.timedelta(days=1))
        if quota := kwargs.get("quota"):
            quota.taken += 1
            quota.save()
        return super()._create(model_class, *args, **kwargs)


class AttendanceFactory(DjangoModelFactory):
    """There for the half-day, ticked on paper as it began."""

    class Meta:
        model = Attendance

    slot = factory.SubFactory(SlotFactory)
    registration = factory.LazyAttribute(
        lambda row: RegistrationFactory(session=row.slot.session)
    )
    came_at = factory.LazyAttribute(lambda row: row.slot.starts_at)
    mark = factory.LazyAttribute(
        lambda row: Mark.objects.create(
            nonce=uuid.uuid4(),
            registration=row.registration,
            slot=row.slot,
            method=Mark.Method.PAPER,
            scanned_at=row.came_at,
            received_at=row.came_at,
        )
    )


class SessionStaffFactory(DjangoModelFactory):
    """A helper of one session."""

    class Meta:
        model = SessionStaff

    session = factory.SubFactory(SessionFactory)
    user = factory.SubFactory(UserFactory)
    invited_at = MORNING


class AnswerFactory(DjangoModelFactory):
    class Meta:
        model = Answer

    question = factory.SubFactory(QuestionFactory)
    registration = factory.SubFactory(
        RegistrationFactory, session=factory.SelfAttribute("..question.session")
    )
    value = "Chi đoàn Nà Phặc"


class QuotaFactory(DjangoModelFactory):
    """Four places for a unit; its session knows that it has quotas."""

    class Meta:
        model = UnitQuota

    session = factory.SubFactory(SessionFactory)
    unit = factory.SubFactory(UnitFactory)
    seats = 4

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        session = kwargs["session"]
        session.has_quotas = True
        session.save(update_fields=["has_quotas"])
        return super()._create(model_class, *args, **kwargs)


class GroupFactory(DjangoModelFactory):
    class Meta:
        model = RegistrationGroup

    session = factory.SubFactory(SessionFactory)
    unit = factory.SubFactory(UnitFactory)
    made_by = factory.SubFactory(UserFactory)
    made_at = MORNING
