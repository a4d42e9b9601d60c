"""Made-up people: one account a role, and thirty youths for the lists."""

from __future__ import annotations

import datetime as dt

from allauth.account.models import EmailAddress

from members.actions import assign_role
from members.models import Person, Role, User
from portal.demo import PASSWORD

# Role in plain words, address, name, unit, role (None: a member without a role).
ACCOUNTS = [
    ("Province admin", "quantri@example.com", "Hoàng Thị Minh", "tinh-doan",
     Role.PROVINCE_ADMIN),
    ("Editor", "bientap@example.com", "Nông Văn Thái", "tinh-doan", Role.EDITOR),
    ("Publisher", "xuatban@example.com", "Lường Thu Hà", "tinh-doan", Role.PUBLISHER),
    ("Training organiser", "taphuan@example.com", "Ma Thế Quyền", "tinh-doan",
     Role.TRAINING_ORGANISER),
    ("Instructor", "giangvien@example.com", "Đinh Quang Huy", "tinh-doan",
     Role.INSTRUCTOR),
    ("Session helper", "hotro@example.com", "Triệu Thị Mai", "bac-kan", Role.HELPER),
    ("Team coordinator", "dieuphoi@example.com", "Hà Văn Khánh", "tinh-doan",
     Role.TEAM_COORDINATOR),
    ("Contest organiser", "cuocthi@example.com", "Bàn Thị Lan", "tinh-doan",
     Role.CONTEST_ORGANISER),
    ("Unit secretary", "bithu@example.com", "Nguyễn Hữu Đạt", "cam-giang",
     Role.UNIT_SECRETARY),
    ("Team leader", "totruong@example.com", "Giàng A Páo", "cam-giang",
     Role.TEAM_LEADER),
    ("Judge", "giamkhao@example.com", "Phạm Ngọc Ánh", "cao-dang-bac-kan", Role.JUDGE),
    ("Member", "doanvien@example.com", "Lý Thị Hoa", "con-minh", None),
]  # fmt: skip
YOUTHS = [
    "An", "Ánh", "Ẩn", "Bảo", "Bình", "Chi", "Cường", "Dung", "Dũng", "Đào", "Đức",
    "Giang", "Hà", "Hải", "Hạnh", "Hòa", "Hoàng", "Huyền", "Khánh", "Lan", "Linh",
    "Long", "Mai", "Nam", "Ngọc", "Nhung", "Phúc", "Quỳnh", "Sơn", "Thảo",
]  # fmt: skip
FAMILIES = ["Nông", "Hoàng", "Triệu", "Ma", "Lường", "Hà", "Đàm", "Bàn", "Lý", "Dương"]
MIDDLES = ["Minh", "Thanh", "Khánh", "Ngọc", "Bảo"]


def _person(name: str, email: str, unit, born: dt.date, phone: str) -> Person:
    person, _ = Person.objects.get_or_create(
        email=email,
        defaults={
            "full_name": name,
            "unit": unit,
            "birth_date": born,
            "phone": phone,
        },
    )
    return person


def account(person: Person, password: str = PASSWORD) -> User:
    """A verified account for that person, with the demo's password."""
    user = User.objects.filter(email=person.email).first()
    if user is None:
        user = User.objects.create_user(person.email, password, person=person)
        EmailAddress.objects.create(
            user=user, email=person.email, verified=True, primary=True
        )
    return user


def load(world) -> None:
    for number, (_label, email, name, unit, role) in enumerate(ACCOUNTS):
        born = dt.date(1988 + number, 1 + number % 12, 5 + number)
        person = _person(
            name, email, world.units[unit], born, f"+849120000{number:02d}"
        )
        user = account(person)
        if role:
            assign_role(user=user, role=role, unit=world.units[unit], now=world.now)
        world.users[str(role.value if role else "member")] = user
    communes = [
        unit
        for unit in world.units.values()
        if unit.kind.code in {"doan_xa", "doan_phuong", "doan_truong"}
    ]
    for number, given in enumerate(YOUTHS):
        name = f"{FAMILIES[number % 10]} {MIDDLES[number % 5]} {given}"
        world.people.append(
            _person(
                name,
                f"ban{number + 1:02d}@example.com",
                communes[number % len(communes)],
                dt.date(1998 + number % 9, 1 + number % 12, 1 + number % 28),
                f"+849123450{number:02d}",
            )
        )
