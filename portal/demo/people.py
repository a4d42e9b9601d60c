"""Made-up people: one account a role, sixty youths and ten pupils for the lists.

Names are of the kinds one hears in these mountains: Tày, Nùng, Dao, Hmong, Kinh.
"""

from __future__ import annotations

import datetime as dt
from functools import cache

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from members.actions import assign_role, issue_card
from members.models import Person, Role, User
from members.rules import Refused
from portal.demo import PASSWORD
from vietnam.dates import local_day

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
    "Nông Thế An", "Hoàng Thị Ánh", "Lường Văn Ẩn", "Triệu Quốc Bảo", "Ma Thanh Bình",
    "Hà Linh Chi", "Bàn Hữu Cường", "Nguyễn Thùy Dung", "Nông Tiến Dũng",
    "Lý Mùi Pham", "Đàm Văn Đức", "Hoàng Trường Giang", "Bế Thu Hà", "Vi Ngọc Hải",
    "Chu Thị Hạnh", "Triệu Thị Hòa", "Lục Huy Hoàng", "Đặng Thị Huyền", "Ma Gia Khánh",
    "Sùng Thị Mảy", "Hứa Thùy Linh", "Phùng Quầy Long", "Hoàng Thị Mai",
    "Nông Hoài Nam", "Trần Bảo Ngọc", "Lương Thị Nhung", "Dương Phúc Tiến",
    "Đinh Như Quỳnh", "Giàng A Sính", "Hà Phương Thảo", "Vàng A Chứ", "Nông Thị Bích",
    "Bàn Phúc Vượng", "Lầu Thị Dế", "Hoàng Đức Toàn", "Lộc Văn Thắng", "Ma Thị Uyên",
    "Triệu Tòn Quyên", "Phạm Minh Vũ", "Nông Văn Hưng", "Đàm Thúy Kiều",
    "Hoàng Anh Tuấn", "Chảo Láo Tả", "Bế Ích Quân", "Hứa Văn Út", "Lường Thị Xuân",
    "Vũ Hồng Yến", "Thào A Páo", "Lý Phúc Kinh", "Nông Thanh Tâm", "Đặng Tiến Lợi",
    "Hà Đức Trọng", "Triệu Thị Thêm", "Ma Văn Nghị", "Hoàng Lệ Thủy", "Nguyễn Văn Khôi",
    "Hầu A Tủa", "Lục Thị Loan", "Dương Quang Mạnh", "Nông Ích Đạt",
]  # fmt: skip
PUPILS = [
    "Hoàng Gia Hân", "Nông Quang Minh", "Triệu Mùi Ghến", "Giàng Thị Sua",
    "Ma Đình Phong", "Lý Thị Kim Oanh", "Bàn Văn Hiếu", "Trần Khánh Ly",
    "Đàm Nhật Nam", "Vàng Thị Chía",
]  # fmt: skip


@cache
def _hashed(password: str) -> str:
    """Hashed once: the demo's accounts share their password, which is printed."""
    return make_password(password)


# Without e-mail: enters by a card from the secretary of Cẩm Giàng.
CARD_YOUTH = ("Triệu Mùi Pham", "TN-THE-01")


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
        user = User.objects.create(
            email=person.email, password=_hashed(password), person=person
        )
        EmailAddress.objects.create(
            user=user, email=person.email, verified=True, primary=True
        )
    return user


def card_code(*, now: dt.datetime) -> str | None:
    person = Person.objects.filter(member_code=CARD_YOUTH[1]).first()
    secretary = User.objects.filter(email="bithu@example.com").first()
    if person is None or secretary is None:
        return None
    try:
        return issue_card(person=person, by=secretary, now=now).code
    except Refused:  # by now the youth has an e-mail, or the secretary no role
        return None


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
    Person.objects.get_or_create(
        member_code=CARD_YOUTH[1],
        defaults={
            "full_name": CARD_YOUTH[0],
            "unit": world.units["cam-giang"],
            "birth_date": dt.date(2005, 8, 17),
        },
    )
    communes = [
        unit
        for unit in world.units.values()
        if unit.kind.code in {"doan_xa", "doan_phuong"} and not unit.valid_to
    ]
    for number, name in enumerate(YOUTHS):
        world.people.append(
            _person(
                name,
                f"ban{number + 1:02d}@example.com",
                communes[number * 7 % len(communes)],
                dt.date(1998 + number % 9, 1 + number % 12, 1 + number % 28),
                f"+849123450{number:02d}",
            )
        )
    schools = [unit for unit in world.units.values() if unit.kind.code == "doan_truong"]
    # Sixteen for a while already, eighteen not yet: they decide for themselves.
    sixteen = local_day(world.now) - dt.timedelta(days=365 * 16 + 200)
    for number, name in enumerate(PUPILS):
        world.pupils.append(
            _person(
                name,
                f"hocsinh{number + 1:02d}@example.com",
                schools[number % len(schools)],
                sixteen - dt.timedelta(days=40 * number),
                f"+849123460{number:02d}",
            )
        )
