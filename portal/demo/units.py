"""The unit tree: the province, its 37 communes since 1 July 2025, schools, branches.

Commune names are the public ones of the former province of Bắc Kạn; "Văn Lăng" beside
"Văn Lang" shows what happens when two names fold to one address.
"""

from __future__ import annotations

import datetime as dt

from members.models import Unit, UnitKind, UnitSuccession
from vietnam.slug import slugify

KINDS = [
    ("tinh_doan", "Tỉnh đoàn"),
    ("doan_phuong", "Đoàn phường"),
    ("doan_xa", "Đoàn xã"),
    ("doan_truong", "Đoàn trường"),
    ("doan_co_quan", "Đoàn cơ quan"),
    ("chi_doan", "Chi đoàn"),
    ("huyen_doan", "Huyện đoàn (đã kết thúc)"),
]
WARDS = ["Đức Xuân", "Bắc Kạn"]
COMMUNES = [
    "Phong Quang", "Bằng Thành", "Cao Minh", "Nghiên Loan", "Phúc Lộc", "Ba Bể",
    "Chợ Rã", "Thượng Minh", "Đồng Phúc", "Nà Phặc", "Bằng Vân", "Ngân Sơn",
    "Thượng Quan", "Hiệp Lực", "Phủ Thông", "Vĩnh Thông", "Cẩm Giàng", "Bạch Thông",
    "Chợ Đồn", "Nam Cường", "Quảng Bạch", "Yên Thịnh", "Nghĩa Tá", "Yên Phong",
    "Chợ Mới", "Thanh Mai", "Tân Kỳ", "Thanh Thịnh", "Yên Bình", "Văn Lang",
    "Cường Lợi", "Na Rì", "Trần Phú", "Côn Minh", "Xuân Dương",
]  # fmt: skip
NEIGHBOUR = "Văn Lăng"
SCHOOLS = ["THPT Bắc Kạn", "THPT Chợ Đồn", "THPT Na Rì", "Cao đẳng Bắc Kạn"]
OFFICES = ["Các cơ quan tỉnh"]
BRANCHES = {
    "Cẩm Giàng": ["thôn Nà Tu", "thôn Khuổi Dấm", "Trường THCS Cẩm Giàng"],
    "Côn Minh": ["thôn Chợ B", "thôn Nà Ngoàn"],
    "Nghiên Loan": ["thôn Khuổi Muổng", "thôn Nà Vài"],
    "Bắc Kạn": ["tổ 4", "tổ 11A"],
}
CLOSED_DISTRICTS = {
    "Ba Bể": ["Ba Bể", "Chợ Rã", "Thượng Minh", "Đồng Phúc"],
    "Na Rì": ["Na Rì", "Văn Lang", "Cường Lợi", "Trần Phú", "Côn Minh", "Xuân Dương"],
}
SINCE = dt.date(2025, 7, 1)


def load(world) -> None:
    kinds = {
        code: UnitKind.objects.get_or_create(
            code=code, defaults={"name": name, "order": order}
        )[0]
        for order, (code, name) in enumerate(KINDS)
    }
    units = world.units

    def unit(key: str, kind: str, name: str, short: str, parent: Unit | None, **dates):
        units[key], _ = Unit.objects.get_or_create(
            slug=key,
            defaults={
                "kind": kinds[kind],
                "name": name,
                "short_name": short,
                "parent": parent,
                **dates,
            },
        )

    unit("tinh-doan", "tinh_doan", "Tỉnh đoàn Bắc Kạn", "Tỉnh đoàn", None)
    root = units["tinh-doan"]
    for names, kind, label in (
        (WARDS, "doan_phuong", "phường"),
        ([*COMMUNES, NEIGHBOUR], "doan_xa", "xã"),
    ):
        for name in names:
            # Two names that fold to one address keep a suffix (Văn Lang, Văn Lăng).
            key = slugify(name) + ("-2" if name == NEIGHBOUR else "")
            title = f"{label} {name}"
            unit(key, kind, f"Đoàn {title}", title, root, valid_from=SINCE)
    for name in SCHOOLS:
        title = name if name.startswith("Cao") else f"Trường {name}"
        unit(slugify(name), "doan_truong", f"Đoàn {title}", title, root)
    for name in OFFICES:
        unit(slugify(name), "doan_co_quan", f"Đoàn {name}", name, root)
    for commune, names in BRANCHES.items():
        for name in names:
            unit(
                slugify(f"{commune} {name}"),
                "chi_doan",
                f"Chi đoàn {name}",
                f"{name}, {commune}",
                units[slugify(commune)],
            )
    for district, communes in CLOSED_DISTRICTS.items():
        key = slugify(f"huyen doan {district}")
        title = f"Huyện đoàn {district}"
        unit(key, "huyen_doan", title, title, root, valid_to=dt.date(2025, 6, 30))
        for commune in communes:
            UnitSuccession.objects.get_or_create(
                old=units[key],
                new=units[slugify(commune)],
                defaults={
                    "kind": UnitSuccession.Kind.SPLIT,
                    "date": SINCE,
                    "decision_number": "",
                },
            )
