"""What waits on the desk of requests about personal data."""

from __future__ import annotations

import datetime as dt

from members.models import DataRequest
from members.mydata import actions

Kind, Way = DataRequest.Kind, DataRequest.Way


def load(world) -> None:
    """One typed in from paper, soon due; one from the page; one to delete; one that
    takes longer; and three that are over."""
    if DataRequest.objects.exists():
        return
    secretary = world.users["unit_secretary"]
    at_home = [one for one in world.people if one.unit_id == secretary.person.unit_id]
    wrong = (at_home or world.people)[0]
    for person, kind, way, text, days in (
        (
            wrong,
            Kind.CORRECT,
            Way.PAPER,
            "Năm sinh trong hồ sơ ghi sai. Đúng ra là 1999, theo thẻ đoàn viên.",
            8,
        ),
        (
            world.users["member"].person,
            Kind.OBJECT,
            Way.PAGE,
            "Tôi không muốn số điện thoại của mình nằm trong danh sách gửi các xã.",
            1,
        ),
        (
            world.people[1],
            Kind.DELETE,
            Way.SPOKEN,
            "Tôi đã chuyển sinh hoạt sang tỉnh khác và muốn xóa hồ sơ ở đây.",
            3,
        ),
    ):
        actions.ask(
            person=person,
            kind=kind,
            way=way,
            text=text,
            by=None if way == Way.PAGE else secretary,
            now=world.now,
            received_at=world.now - dt.timedelta(days=days),
        )
    _further_on(world, secretary)


def _further_on(world, secretary) -> None:
    """Each in another state."""
    asked = [
        actions.ask(
            person=person,
            kind=kind,
            way=way,
            text=text,
            by=secretary,
            now=world.now,
            received_at=world.now - dt.timedelta(days=days),
        )
        for person, kind, way, text, days in (
            (
                world.people[4],
                Kind.RESTRICT,
                Way.MAIL,
                "Đề nghị tạm dừng dùng ảnh của tôi cho tới khi có kết quả khiếu nại.",
                9,
            ),
            (
                world.people[5],
                Kind.SEE,
                Way.SPOKEN,
                "Tôi muốn biết cổng đang giữ những gì về mình.",
                12,
            ),
            (
                world.people[6],
                Kind.CORRECT,
                Way.MAIL,
                "Xin sửa kết quả cuộc thi trong hồ sơ của tôi.",
                6,
            ),
            (
                world.people[7],
                Kind.OBJECT,
                Way.PAPER,
                "Tôi không muốn nhận cuộc gọi mời dự lớp.",
                5,
            ),
        )
    ]
    longer, told, not_done, taken_back = (request.pk for request in asked)
    actions.extend(
        request_id=longer,
        reason="Ảnh nằm trong nhiều bài, phải hỏi từng đơn vị đã đăng.",
        now=world.now,
    )
    actions.answer(
        request_id=told,
        done=True,
        text="Đã in bản kê và trao tận tay tại văn phòng Đoàn xã.",
        by=secretary,
        now=world.now,
    )
    actions.answer(
        request_id=not_done,
        done=False,
        text="Kết quả do Ban giám khảo công bố, không phải lỗi nhập dữ liệu.",
        by=secretary,
        now=world.now,
    )
    actions.take_back(request_id=taken_back, now=world.now)
