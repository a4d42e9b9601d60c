"""Who runs the sample portal, and the figures of the campaign text it grew from."""

from __future__ import annotations

from content import identity
from content.models import SiteIdentity
from portal.models import KeyFigure

SOURCE = "Tài liệu tuyên truyền chuyển đổi số, Tỉnh đoàn Bắc Kạn"
FIGURES = [
    ("trên 300.000", "người", "dân số tỉnh Bắc Kạn cũ"),
    ("trên 80 nghìn", "người", "thanh niên từ 16 đến 30 tuổi"),
    ("gần 25%", "", "dân số là thanh niên"),
]
YEAR = 2023


def load(world) -> None:
    first = identity.at_first()
    SiteIdentity.objects.get_or_create(
        pk=SiteIdentity.THE_ONE,
        defaults={
            "name": first.name,
            "owner": world.units["tinh-doan"].name,
            "responsible": "Nông Thị Bích Đào, Phó Bí thư (nhân vật minh họa)",
            "address": "Tổ 4, phường Bắc Kạn",
            "contact_phone": "0209 3000 000",
            "contact_email": "lienhe@example.com",
        },
    )
    for order, (value, unit, label) in enumerate(FIGURES):
        KeyFigure.objects.get_or_create(
            label=label,
            defaults={
                "value": value,
                "unit": unit,
                "year": YEAR,
                "source": SOURCE,
                "order": order,
            },
        )
