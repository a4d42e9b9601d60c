"""The list that a secretary handed in for one session, by the page's own way."""

from __future__ import annotations

from members.lists import sheet
from training.enrolment.columns import LAYOUT
from training.enrolment.planning import make_plan
from training.enrolment.writing import hand_in
from training.models import RegistrationGroup, TrainingSession

SLUG = "dich-vu-cong-truc-tuyen-va-vneid-ba-diem-cau"
ROWS = (
    "STT\tHọ và tên\tNăm sinh\tChức vụ\tChi đoàn\tSĐT\tGhi chú\n"
    "1\tHOÀNG THỊ NGA\t1998\tBí thư chi đoàn\tChi đoàn thôn Nà Tu\t912345611\t\n"
    "2\tLèng Văn Toàn\t2001\tPhó bí thư\tChi đoàn thôn Nà Tu\t0912 345 612\t\n"
    "3\tTriệu Mùi Pham\t2003\tĐoàn viên\tChi đoàn thôn Khuổi Chanh\t\tMang máy tính\n"
    "4\tBế Ích Hải\t2000\tĐoàn viên\tChi đoàn Công an xã\t0912345614\t\n"
)


def load(world) -> None:
    session = TrainingSession.objects.get(slug=SLUG)
    if RegistrationGroup.objects.filter(session=session).exists():
        return
    plan = make_plan(
        sheet.read_text(ROWS, LAYOUT),
        session=session,
        unit=world.units["cam-giang"],
        user=world.users["unit_secretary"],
        now=world.now,
    )
    hand_in(plan, by=world.users["unit_secretary"], now=world.now)
