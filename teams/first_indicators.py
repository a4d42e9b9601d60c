"""The thirteen lines that a new portal starts with; staff change them in the admin.

No form of the state for the monthly work of these teams is known, so they are data.
Turns, people and households stand apart from the first day on.
"""

from __future__ import annotations

from typing import Any

# Code, name, hint, unit of measure, whether it tells of a state.
ROWS = [
    ("I01", "Lượt tuyên truyền trực tiếp", "Một người nghe hai lần là hai lượt.",
     "turns", False),
    ("I02", "Hộ được hướng dẫn lần đầu", "Mỗi hộ chỉ tính một lần.",
     "households", False),
    ("I03", "Người được hỗ trợ VNeID", "Cài đặt hoặc định danh mức 2.",
     "people", False),
    ("I04", "Người được hỗ trợ ứng dụng Thanh niên Việt Nam", "", "people", False),
    ("I05", "Người được hỗ trợ sổ sức khỏe điện tử", "", "people", False),
    ("I06", "Người được hỗ trợ mở tài khoản thanh toán điện tử",
     "Ngân hàng hoặc mobile money.", "people", False),
    ("I07", "Hồ sơ dịch vụ công trực tuyến được hướng dẫn",
     "Mỗi hồ sơ đã nộp tính là một.", "count", False),
    ("I08", "Hộ, hợp tác xã được đưa lên sàn thương mại điện tử", "",
     "households", False),
    ("I09", "Người được hướng dẫn an toàn số", "", "people", False),
    ("I10", "Buổi hỗ trợ tại điểm", "Nhà văn hóa, chợ, điểm bưu điện, trụ sở xã.",
     "count", False),
    ("I11", "Thành viên tổ đã tập huấn trong năm",
     "Tính đến cuối tháng, không cộng các tháng.", "people", True),
    ("I12", "Nhóm Zalo của thôn đang hoạt động", "", "yes-no", True),
    ("I13", "Khó khăn, kiến nghị",
     "Không ghi tên, số điện thoại hay số căn cước của người dân.", "text", False),
]  # fmt: skip


def plant(indicator: Any) -> None:
    """Write the rows where there is no indicator at all; staff may have others.

    `indicator` is the model, or what a migration knows of it.
    """
    if indicator.objects.exists():
        return
    indicator.objects.bulk_create(
        indicator(
            code=code,
            name=name,
            hint=hint,
            measure=measure,
            is_level=level,
            order=order,
        )
        for order, (code, name, hint, measure, level) in enumerate(ROWS, start=1)
    )
