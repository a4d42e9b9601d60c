"""What waits on the desk of requests about personal data."""

from __future__ import annotations

import datetime as dt

from members.models import DataRequest
from members.mydata import actions

Kind, Way = DataRequest.Kind, DataRequest.Way


def load(world) -> None:
    """One typed in from paper, soon due; one from the page; one to delete."""
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
