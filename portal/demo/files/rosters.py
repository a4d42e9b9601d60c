"""Two lists of teams to bring in: one that closes gaps, one full of mistakes."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from teams.roster.columns import Column
from teams.roster.template import Line, workbook

FOLDER = "demo"
GOOD = "danh-sach-to-cong-nghe-so.xlsx"
BAD = "danh-sach-co-loi.xlsx"
C = Column


def write_all(gaps: list[tuple[str, str]]) -> Path:
    """Write both below VAR/demo; `gaps` are names and units of teams to close."""
    folder = settings.VAR / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    (folder / GOOD).write_bytes(workbook(good_lines(gaps)))
    (folder / BAD).write_bytes(workbook(bad_lines()))
    return folder


def good_lines(gaps: list[tuple[str, str]]) -> list[Line]:
    """A Union member for each gap, and a new team of three with what lists bring."""
    newcomers = ["Sằm Thị Bích", "Chu Văn Kiên", "LỘC THỊ HẰNG", "Phùng Quầy Sơn"]
    lines: list[Line] = [
        {
            C.TEAM: team,
            C.UNIT: unit,
            C.NAME: newcomers[number % len(newcomers)],
            C.BORN: 2000 + number,
            C.ROLE: "thành viên",
            C.UNION: "có",
            C.PHONE: 912555100 + number,  # the spreadsheet dropped the zero
        }
        for number, (team, unit) in enumerate(gaps)
    ]
    lines.append(
        {
            C.TEAM: "Tổ công nghệ số cộng đồng thôn Lủng Phải",
            C.LEVEL: "thôn",
            C.UNIT: "xã Nghiên Loan",
            C.AREA: "thôn Lủng Phải",
            C.HOUSEHOLDS: 64,
            C.DECISION: "41/QĐ-UBND",
            C.DECISION_DATE: "05/03/2026",
            C.NAME: "Vàng A Sình",
            C.BORN: "19/05/1985",
            C.ROLE: "tổ trưởng",
            C.UNION: "không",
            C.PHONE: "0912 555 210",
        }
    )
    lines += [
        {C.NAME: "Hầu Thị Mỷ", C.BORN: 2003, C.ROLE: "tổ phó", C.UNION: "x"},
        {C.NAME: "Dương Phúc Toàn", C.BORN: "02/09/2001", C.UNION: "x"},
    ]
    return lines


def bad_lines() -> list[Line]:
    """One mistake in each row: a unit, a phone, two teams of one name, a date."""
    team = {C.TEAM: "Tổ công nghệ số cộng đồng thôn Phiêng An", C.UNIT: "Quảng Bạch"}
    return [
        {C.TEAM: "Tổ số một", C.UNIT: "xã Không Có", C.NAME: "Nông Văn Thử"},
        team | {C.AREA: "Phiêng An 1", C.NAME: "Hà Thị Thử", C.PHONE: "0912 34"},
        team | {C.AREA: "Phiêng An 2", C.NAME: "Ma Văn Thử"},
        {C.NAME: "Lý Thị Thử", C.BORN: "31/02/2001"},
        {C.TEAM: "Tổ số hai", C.UNIT: "Văn Lảng", C.NAME: "Bàn Văn Thử"},
    ]
