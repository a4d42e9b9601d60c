"""People, units and roles for tests."""

from datetime import UTC, date, datetime
from itertools import cycle

import factory
from factory.django import DjangoModelFactory

from members import inviting
from members.models import (
    Assignment,
    Consent,
    Guardian,
    Person,
    Role,
    RoleInvitation,
    Unit,
    UnitKind,
    UnitSuccession,
    User,
)

FAMILY_NAMES = ["Nguyễn", "Trần", "Hoàng", "Nông", "Triệu", "Lý", "Đặng", "Bàn", "Ma"]
MIDDLE_NAMES = ["Thị", "Văn", "Minh", "Thu", "Đức", "Ngọc", "Quang", "Hải"]
GIVEN_NAMES = [
    "Ánh",
    "Bình",
    "Đạt",
    "Dung",
    "Hà",
    "Huệ",
    "Lan",
    "Mạnh",
    "Nga",
    "Ơn",
    "Phượng",
    "Quỳnh",
    "Sơn",
    "Tuyết",
    "Ước",
    "Yến",
]
COMMUNES = [
    "Nà Phặc",
    "Bằng Thành",
    "Chợ Rã",
    "Yên Bình",
    "Cẩm Giàng",
    "Văn Lang",
    "Văn Lăng",
    "Đồng Phúc",
    "Thượng Minh",
    "Quảng Bạch",
]


def full_name(number: int) -> str:
    """A made-up name; 1,152 numbers in a row give as many names."""
    family = FAMILY_NAMES[number % len(FAMILY_NAMES)]
    middle = MIDDLE_NAMES[number // len(FAMILY_NAMES) % len(MIDDLE_NAMES)]
    given = GIVEN_NAMES[
        number // (len(FAMILY_NAMES) * len(MIDDLE_NAMES)) % len(GIVEN_NAMES)
    ]
    return f"{family} {middle} {given}"


class UnitKindFactory(DjangoModelFactory):
    class Meta:
        model = UnitKind
        django_get_or_create = ("code",)

    code = "xa"
    name = "Đoàn xã"
    order = 20


class UnitFactory(DjangoModelFactory):
    class Meta:
        model = Unit

    class Params:
        place = factory.Iterator(cycle(COMMUNES))

    kind = factory.SubFactory(UnitKindFactory)
    name = factory.LazyAttribute(lambda unit: f"Đoàn xã {unit.place}")
    slug = factory.Sequence(lambda number: f"don-vi-{number}")


class PersonFactory(DjangoModelFactory):
    """An adult of no unit."""

    class Meta:
        model = Person

    full_name = factory.Sequence(full_name)
    birth_date = date(2000, 5, 19)
    email = factory.Sequence(lambda number: f"nguoi-{number}@example.com")


class UserFactory(DjangoModelFactory):
    """An account with a verified address that belongs to a person."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda number: f"tai-khoan-{number}@example.com")
    person = factory.SubFactory(PersonFactory, email=factory.SelfAttribute("..email"))

    @factory.post_generation
    def password(self, create, extracted, **kwargs):
        if extracted:
            self.set_password(extracted)
        else:
            self.set_unusable_password()
        if create:
            self.save(update_fields=["password"])

    @factory.post_generation
    def verified(self, create, extracted, **kwargs):
        """`UserFactory(verified=False)`: an account that staff or a command made."""
        if create and extracted is not False:
            self.emailaddress_set.create(email=self.email, verified=True, primary=True)


class AssignmentFactory(DjangoModelFactory):
    """A role without a time limit; the account enters the admin, as in real life."""

    class Meta:
        model = Assignment

    user = factory.SubFactory(UserFactory)
    role = Role.UNIT_SECRETARY
    unit = factory.SubFactory(UnitFactory)

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        assignment = super()._create(model_class, *args, **kwargs)
        User.objects.filter(pk=assignment.user_id).update(is_staff=True)
        assignment.user.is_staff = True
        return assignment


class SuperuserFactory(UserFactory):
    is_staff = True
    is_superuser = True


class GuardianFactory(DjangoModelFactory):
    class Meta:
        model = Guardian

    child = factory.SubFactory(PersonFactory, birth_date=date(2014, 9, 5))
    full_name = factory.Sequence(lambda number: full_name(number + 500))
    relation = "mẹ"
    email = factory.Sequence(lambda number: f"phu-huynh-{number}@example.com")


class ConsentFactory(DjangoModelFactory):
    class Meta:
        model = Consent

    person = factory.SubFactory(PersonFactory)
    purpose = Consent.Purpose.TRAINING
    text_version = "2026-11"
    method = Consent.Method.OWN_FORM
    given_at = datetime(2026, 11, 1, 1, 0, tzinfo=UTC)


class UnitSuccessionFactory(DjangoModelFactory):
    class Meta:
        model = UnitSuccession

    old = factory.SubFactory(UnitFactory)
    new = factory.SubFactory(UnitFactory)
    kind = UnitSuccession.Kind.MERGE
    date = date(2025, 7, 1)


class RoleInvitationFactory(DjangoModelFactory):
    """An invitation that waits; the link's token is "token-<number>"."""

    class Meta:
        model = RoleInvitation

    email = factory.Sequence(lambda number: f"moi-{number}@example.com")
    role = Role.UNIT_SECRETARY
    unit = factory.SubFactory(UnitFactory)
    token_hash = factory.Sequence(lambda number: inviting.digest(f"token-{number}"))
    invited_at = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
    expires_at = factory.LazyAttribute(lambda one: one.invited_at + inviting.LIFETIME)
