"""The unit tree: the province, its communes since 1 July 2025, and what was before.

Names of communes are the public ones of the former province of Bắc Kạn; "Văn Lăng"
beside "Văn Lang" shows what happens when two names fold to one address. The closed
units stay in the tree, below the old provincial Union, and say what became of them.
Numbers of decisions are made up.
"""

from __future__ import annotations

import datetime as dt

from members.models import Unit, UnitKind, UnitSuccession
from vietnam.slug import slugify

Kind = UnitSuccession.Kind

KINDS = [
    ("tinh_doan", "Tỉnh đoàn"),
    ("doan_phuong", "Đoàn phường"),
    ("doan_xa", "Đoàn xã"),
    ("doan_truong", "Đoàn trường"),
    ("doan_co_quan", "Đoàn cơ quan, doanh nghiệp"),
    ("doan_llvt", "Đoàn lực lượng vũ trang"),
    ("chi_doan", "Chi đoàn"),
    ("chi_doan_thon", "Chi đoàn thôn, tổ dân phố"),
    ("huyen_doan", "Thành đoàn, Huyện đoàn (đã kết thúc)"),
    ("doan_thi_tran", "Đoàn thị trấn (đã kết thúc)"),
]
VILLAGE = "chi_doan_thon"
VILLAGE_WORDS = ("thôn ", "tổ ", "bản ")
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
# The state's codes move with the office, not with the name: 01843 was the ward
# Phùng Chí Kiên before.
CODES = {
    "Bắc Kạn": "01843",
    "Bằng Thành": "01864",
    "Chợ Rã": "01912",
    "Văn Lang": "02143",
    "Văn Lăng": "05665",
}
SCHOOLS = ["THPT Bắc Kạn", "THPT Chợ Đồn", "THPT Na Rì", "Cao đẳng Bắc Kạn"]
OFFICES = ["các cơ quan Đảng tỉnh", "Ủy ban nhân dân tỉnh"]
FORCES = ["Công an tỉnh", "Bộ Chỉ huy Quân sự tỉnh"]
BRANCHES = {
    "Cẩm Giàng": ["thôn Nà Tu", "thôn Khuổi Dấm", "Trường THCS Cẩm Giàng"],
    "Côn Minh": ["thôn Chợ B", "thôn Nà Ngoàn"],
    "Nghiên Loan": ["thôn Khuổi Muổng", "thôn Nà Vài"],
    "Bắc Kạn": ["tổ 4", "tổ 11A"],
    "Chợ Đồn": ["thôn Bản Duồng", "Trạm Y tế"],
    "Ba Bể": ["thôn Pác Ngòi", "thôn Bó Lù"],
    "Na Rì": ["thôn Hát Deng"],
}
DISSOLVED_BRANCH = ("Cẩm Giàng", "thôn Khuổi Chanh")

OLD_PROVINCE = "Tỉnh đoàn Bắc Kạn"
# Old district (the first one a city) and the communes of today on its land.
CLOSED_DISTRICTS = {
    "Bắc Kạn": ["Đức Xuân", "Bắc Kạn", "Phong Quang"],
    "Pác Nặm": ["Bằng Thành", "Cao Minh", "Nghiên Loan"],
    "Ba Bể": ["Phúc Lộc", "Ba Bể", "Chợ Rã", "Thượng Minh", "Đồng Phúc"],
    "Ngân Sơn": ["Nà Phặc", "Bằng Vân", "Ngân Sơn", "Thượng Quan", "Hiệp Lực"],
    "Bạch Thông": ["Phủ Thông", "Vĩnh Thông", "Cẩm Giàng", "Bạch Thông"],
    "Chợ Đồn": [
        "Chợ Đồn", "Nam Cường", "Quảng Bạch", "Yên Thịnh", "Nghĩa Tá", "Yên Phong",
    ],
    "Chợ Mới": ["Chợ Mới", "Thanh Mai", "Tân Kỳ", "Thanh Thịnh", "Yên Bình"],
    "Na Rì": [
        "Văn Lang", "Cường Lợi", "Na Rì", "Trần Phú", "Côn Minh", "Xuân Dương",
    ],
}  # fmt: skip
CITY = "Bắc Kạn"
# Some of the old communes of each district, and the commune each one went into.
OLD_COMMUNES = {
    "Bắc Kạn": {
        "phường Phùng Chí Kiên": "Bắc Kạn",
        "phường Sông Cầu": "Bắc Kạn",
        "phường Huyền Tụng": "Đức Xuân",
        "xã Dương Quang": "Phong Quang",
        "xã Nông Thượng": "Bắc Kạn",
    },
    "Pác Nặm": {"xã Bộc Bố": "Bằng Thành", "xã Cổ Linh": "Cao Minh"},
    "Ba Bể": {
        "xã Khang Ninh": "Ba Bể",
        "xã Nam Mẫu": "Ba Bể",
        "xã Quảng Khê": "Đồng Phúc",
    },
    "Ngân Sơn": {"xã Cốc Đán": "Ngân Sơn", "thị trấn Vân Tùng": "Ngân Sơn"},
    "Bạch Thông": {
        "thị trấn Phủ Thông": "Phủ Thông",
        "xã Vi Hương": "Phủ Thông",
        "xã Lục Bình": "Phủ Thông",
        "xã Cẩm Giàng": "Cẩm Giàng",
    },
    "Chợ Đồn": {"thị trấn Bằng Lũng": "Chợ Đồn", "xã Bản Thi": "Yên Thịnh"},
    "Chợ Mới": {"thị trấn Đồng Tâm": "Chợ Mới", "xã Như Cố": "Chợ Mới"},
    "Na Rì": {
        "thị trấn Yến Lạc": "Na Rì",
        "xã Kim Hỷ": "Văn Lang",
        "xã Cư Lễ": "Trần Phú",
    },
}
OLD_KINDS = {
    "phường": "doan_phuong",
    "xã": "doan_xa",
    "thị trấn": "doan_thi_tran",
}
OLD_OFFICE = "Khối các cơ quan và doanh nghiệp tỉnh"

SINCE = dt.date(2025, 7, 1)
EVE = SINCE - dt.timedelta(days=1)
MERGER = "01-QĐ/TĐTN-TCKT"
END_OF_DISTRICTS = "02-QĐ/TĐTN-TCKT"
NEW_COMMUNES = "03-QĐ/TĐTN-TCKT"


class _Builder:
    """Units by their address, made where they are missing."""

    def __init__(self, units: dict[str, Unit]) -> None:
        self.units = units
        self.kinds = {
            code: UnitKind.objects.get_or_create(
                code=code,
                defaults={
                    "name": name,
                    "order": order,
                    "is_village": code == VILLAGE,
                },
            )[0]
            for order, (code, name) in enumerate(KINDS)
        }

    def unit(self, key, kind, name, short, parent: Unit | None, **fields) -> Unit:
        self.units[key], _ = Unit.objects.get_or_create(
            slug=key,
            defaults={
                "kind": self.kinds[kind],
                "name": name,
                "short_name": short,
                "parent": parent,
                **fields,
            },
        )
        return self.units[key]

    def became(self, old: Unit, new: Unit | None, kind: Kind, number: str) -> None:
        UnitSuccession.objects.get_or_create(
            old=old,
            new=new,
            defaults={
                "kind": kind,
                "date": old.valid_to + dt.timedelta(days=1),
                "decision_number": number,
            },
        )


def load(world) -> None:
    build = _Builder(world.units)
    name = "Tỉnh đoàn Thái Nguyên"
    root = build.unit("tinh-doan", "tinh_doan", name, "Tỉnh đoàn", None)
    _communes(build, root)
    _others(build, root)
    _branches(build)
    _history(build, root)


def _communes(build: _Builder, root: Unit) -> None:
    for names, kind, label in (
        (WARDS, "doan_phuong", "phường"),
        ([*COMMUNES, NEIGHBOUR], "doan_xa", "xã"),
    ):
        for name in names:
            # Two names that fold to one address keep a suffix (Văn Lang, Văn Lăng).
            key = slugify(name) + ("-2" if name == NEIGHBOUR else "")
            title = f"{label} {name}"
            code = CODES.get(name, "")
            more = {"valid_from": SINCE, "official_code": code}
            build.unit(key, kind, f"Đoàn {title}", title, root, **more)


def _others(build: _Builder, root: Unit) -> None:
    for name in SCHOOLS:
        title = f"Trường {name}"
        build.unit(slugify(name), "doan_truong", f"Đoàn {title}", title, root)
    for name in OFFICES:
        key, title = slugify(name), name[0].upper() + name[1:]
        build.unit(key, "doan_co_quan", f"Đoàn {name}", title, root, valid_from=SINCE)
    for name in FORCES:
        build.unit(slugify(name), "doan_llvt", f"Đoàn {name}", name, root)


def _branches(build: _Builder) -> None:
    def branch(commune: str, name: str, **dates) -> Unit:
        key, title = slugify(f"{commune} {name}"), f"Chi đoàn {name}"
        above = build.units[slugify(commune)]
        kind = VILLAGE if name.startswith(VILLAGE_WORDS) else "chi_doan"
        return build.unit(key, kind, title, f"{name}, {commune}", above, **dates)

    for commune, names in BRANCHES.items():
        for name in names:
            branch(commune, name)
    last_day = dt.date(2025, 12, 31)
    closed = branch(*DISSOLVED_BRANCH, valid_to=last_day)
    build.became(closed, None, Kind.DISSOLVE, "12-QĐ/ĐTN")


def _history(build: _Builder, root: Unit) -> None:
    """The old provincial Union, its districts and some communes, all closed."""
    key = slugify(OLD_PROVINCE)
    province = build.unit(
        key, "tinh_doan", OLD_PROVINCE, OLD_PROVINCE, root, valid_to=EVE
    )
    build.became(province, root, Kind.MERGE, MERGER)
    for district, today in CLOSED_DISTRICTS.items():
        title = f"{'Thành' if district == CITY else 'Huyện'} đoàn {district}"
        key = slugify(title)
        old = build.unit(key, "huyen_doan", title, title, province, valid_to=EVE)
        for name in today:
            heir = build.units[slugify(name)]
            build.became(old, heir, Kind.SPLIT, END_OF_DISTRICTS)
        _old_communes(build, district, old)
    key = slugify(f"doan {OLD_OFFICE}")
    title = f"Đoàn {OLD_OFFICE}"
    office = build.unit(key, "doan_co_quan", title, OLD_OFFICE, province, valid_to=EVE)
    for name in OFFICES:
        build.became(office, build.units[slugify(name)], Kind.SPLIT, MERGER)


def _old_communes(build: _Builder, district: str, above: Unit) -> None:
    for title, today in OLD_COMMUNES[district].items():
        label = next(label for label in OLD_KINDS if title.startswith(label))
        # "xã Cẩm Giàng" lives on as the name of a larger commune.
        old = build.unit(
            slugify(f"{title} {district} cu"),
            OLD_KINDS[label],
            f"Đoàn {title} (cũ)",
            f"{title} (cũ)",
            above,
            valid_to=EVE,
        )
        build.became(old, build.units[slugify(today)], Kind.MERGE, NEW_COMMUNES)


def villages(names: dict[str, list[str]]) -> None:
    """The villages of communes as units of their own, where they are missing."""
    kind = UnitKind.objects.get(code=VILLAGE)
    for commune, own in names.items():
        above = Unit.objects.get(slug=slugify(commune))
        for name in own:
            Unit.objects.get_or_create(
                slug=slugify(f"{commune} {name}"),
                defaults={
                    "kind": kind,
                    "name": f"Chi đoàn {name}",
                    "short_name": f"{name}, {commune}",
                    "parent": above,
                },
            )
