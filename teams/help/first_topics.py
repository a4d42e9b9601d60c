"""What a new portal offers help with, until its people change the rows."""

from __future__ import annotations

from typing import Any

NAMES = [
    "Cài đặt và dùng VNeID",
    "Nộp hồ sơ dịch vụ công trực tuyến",
    "Sổ sức khỏe điện tử",
    "Tài khoản và thanh toán điện tử",
    "App Thanh niên Việt Nam",
    "Bán nông sản trên mạng",
    "An toàn trên mạng, nghi bị lừa đảo",
    "Điện thoại, mạng Internet",
    "Việc khác",
]


def plant(topic: Any) -> None:
    """Write the rows where there is no topic at all; staff may have others.

    `topic` is the model, or what a migration knows of it.
    """
    if topic.objects.exists():
        return
    topic.objects.bulk_create(
        topic(name=name, order=order) for order, name in enumerate(NAMES, start=1)
    )
