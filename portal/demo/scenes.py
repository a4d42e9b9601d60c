"""Twelve drawings for the twelve articles: the north at its hours, and small things."""

from __future__ import annotations

import math
import random
from collections.abc import Callable

from PIL import Image

from portal.demo.drawing import Canvas, mix

BLUE, DEEP, WASH = "#0b5cad", "#084785", "#e8f1fb"
YELLOW, RED, GREEN, INK = "#f6c445", "#b90e2a", "#0f6b4f", "#14202c"
SKIN = ("#e8b48c", "#d99f76", "#f0c19b")
HAIR = "#1b1a24"


def evening_lesson() -> Image.Image:
    """Three evenings at the village hall: a lit house below a night sky."""
    c = Canvas((0, "#0b1f45"), (0.35, "#23477f"), (0.58, "#7d7fae"), (0.72, "#f0a978"))
    c.stars(3, 110, 380)
    c.glow(1290, 150, 190, "#dfe6f5", 0.45)
    c.disc(1290, 150, 40, "#f4efd9")
    c.ridge(11, 610, 230, (0, "#5a679c"), (1, "#8f86ac"), karst=0.75, waves=1.4)
    c.mist(610, 150, "#e9a98a", 0.5)
    c.ridge(23, 660, 170, (0, "#354a7c"), (1, "#53608e"), karst=0.6, waves=1.9)
    c.mist(690, 120, "#b58c9c", 0.45)
    c.ridge(37, 740, 120, (0, "#1c2f58"), (1, "#22365c"), waves=2.6)
    for x, y, w in ((250, 742, 120), (400, 752, 90), (1420, 756, 110)):
        c.glow(x, y - 30, w * 0.9, "#ffb45c", 0.55)
        c.stilt_house(x, y, w, "#1a2747", "#101a35", "#ffcf7a")
    c.ridge(51, 820, 60, (0, "#12203f"), (1, "#0b1530"), waves=1.2)
    c.glow(860, 700, 430, "#ffb45c", 0.75)
    c.stilt_house(860, 840, 620, "#5a3322", "#1c1626", "#ffd98c")
    _people_in_windows(c)
    for x, size in ((110, 220), (1190, 200), (1500, 260)):
        c.palm(x, 860, size, "#0a1228")
    c.shape(
        [(0, 862), (500, 846), (1100, 850), (1600, 866), (1600, 900), (0, 900)],
        "#080f24",
    )
    c.shape([(905, 900), (1140, 840), (1172, 842), (1060, 900)], "#2a2440")
    for x, y in ((1010, 884), (1075, 866), (1120, 852)):
        c.glow(x, y - 26, 46, "#ffd98c", 0.5)
        c.back(x, y, 46, "#1a2240", "#0c1024")
    return c.done()


def _people_in_windows(c: Canvas) -> None:
    """Heads against the light, and screens that shine from below."""
    w, x, y = 620, 860, 840
    base = y - w * 0.36 + w * 0.155
    for window in range(5):
        wx = x - w * 0.36 + window * w * 0.155
        for head in (0.03, 0.074):
            c.disc(wx + w * head, base - 26, 9, "#4a2418")
            c.shape(
                [
                    (wx + w * head - 15, base),
                    (wx + w * head - 9, base - 17),
                    (wx + w * head + 9, base - 17),
                    (wx + w * head + 15, base),
                ],
                "#4a2418",
            )
        c.glow(wx + w * 0.05, base - 4, 26, "#c9e6ff", 0.7)


def five_minutes() -> Image.Image:
    """Ten things in five minutes: a phone, a list, a lock that closes."""
    c = Canvas((0, "#cfe3f8"), (1, "#f4f8fd"))
    c.glow(1180, 360, 620, "#ffffff", 0.9)
    c.ridge(8, 780, 150, (0, "#a9cbec"), (1, "#c6def4"), karst=0.7, waves=1.3)
    c.ridge(18, 850, 110, (0, "#7fb0df"), (1, "#a4c9ea"), waves=1.8)
    c.phone(270, 110, 380, 720, "#ffffff")
    c.box(288, 128, 344, 118, BLUE, 34)
    c.box(288, 190, 344, 60, BLUE)
    c.disc(345, 196, 26, YELLOW)
    c.box(388, 176, 150, 16, "#cfe3f8", 8)
    c.box(388, 204, 100, 12, "#7fb4e6", 6)
    for row in range(6):
        y = 290 + row * 82
        done = row < 4
        c.box(318, y, 284, 62, "#eef4fb" if done else "#f6f7f9", 14)
        c.disc(352, y + 31, 17, GREEN if done else "#d3dce6")
        if done:
            c.check(352, y + 31, 15, "#ffffff", 4.5)
        c.box(
            386, y + 16, 150 + 26 * (row % 3), 12, "#8fa5bb" if done else "#c5d0db", 6
        )
        c.box(386, y + 36, 96 + 18 * (row % 2), 9, "#c5d3e1", 5)
    x, y = 1080, 470
    c.shadow(x - 190, y - 60, 380, 330, 60, 0.35, 26)
    c.ring(x, y - 70, 124, "#7d97b3", 46, 180, 360)
    c.box(x - 124, y - 72, 46, 90, "#7d97b3")
    c.box(x + 78, y - 72, 46, 90, "#7d97b3")
    c.box(x - 190, y - 20, 380, 300, YELLOW, 56)
    c.box(x - 190, y + 190, 380, 90, "#e3ac2b", 56)
    c.box(x - 190, y + 170, 380, 60, YELLOW)
    c.disc(x, y + 96, 44, INK)
    c.shape(
        [(x - 20, y + 110), (x + 20, y + 110), (x + 34, y + 196), (x - 34, y + 196)],
        INK,
    )
    _five_to(c, 1380, 210, 84)
    for px, py, size in (
        (800, 250, 24),
        (870, 690, 18),
        (1370, 640, 26),
        (1330, 420, 14),
    ):
        c.line([(px - size, py), (px + size, py)], "#ffffff", 6)
        c.line([(px, py - size), (px, py + size)], "#ffffff", 6)
    return c.done()


def _five_to(c: Canvas, x, y, r) -> None:
    """A clock with a slice of five minutes."""
    c.disc(x, y, r + 12, "#ffffff")
    c.disc(x, y, r, WASH)
    c.slice(x, y, r, -90, -60, RED)
    for tick in range(12):
        a = math.radians(tick * 30)
        ends = [
            (x + math.cos(a) * r * part, y + math.sin(a) * r * part)
            for part in (0.84, 0.94)
        ]
        c.line(ends, DEEP, 4)
    c.line([(x, y), (x, y - r * 0.66)], INK, 7)
    c.line([(x, y), (x + r * 0.33, y - r * 0.57)], RED, 5)
    c.disc(x, y, 9, INK)


def code_on_the_hill() -> Image.Image:
    """A stone stele on the hill, and the phone that reads its code."""
    c = Canvas((0, "#8fc3ea"), (0.45, "#d7e9f2"), (0.75, "#fbe6bd"))
    c.glow(1290, 300, 460, "#fff4cf", 0.9)
    c.disc(1290, 300, 62, "#fff7dd")
    c.ridge(5, 560, 200, (0, "#9dbdd6"), (1, "#cfdfe2"), karst=0.8, waves=1.2)
    c.mist(560, 130, "#fff1d0", 0.6)
    c.ridge(15, 640, 170, (0, "#6a9dad"), (1, "#a6c3b4"), karst=0.65, waves=1.7)
    c.mist(650, 110, "#f7ecc9", 0.5)
    c.ridge(29, 720, 120, (0, "#4a8a6e"), (1, "#7aa874"), waves=1.6)
    hill = [
        (x, 770 - 190 * math.exp(-(((x - 470) / 430) ** 2))) for x in range(0, 1608, 8)
    ]
    c.graded([*hill, (1600, 900), (0, 900)], (0, "#5f9a55"), (1, "#2f6d46"))
    for x, size in ((120, 150), (220, 120), (760, 130), (860, 170), (960, 110)):
        c.tree(x, 770 - 190 * math.exp(-(((x - 470) / 430) ** 2)) + 8, size, "#2b6a4a")
    for step in range(9):
        w = 150 + step * 16
        c.box(
            470 - w / 2,
            596 + step * 32,
            w,
            30,
            mix("#e6dcc6", "#b9ad96", step % 2 * 0.5),
            3,
        )
        c.box(470 - w / 2, 618 + step * 32, w, 8, "#9d927d")
    c.box(340, 556, 260, 44, "#c9bfa9", 6)
    c.box(362, 526, 216, 34, "#ddd3bd", 6)
    c.graded(
        [(392, 530), (392, 268), (420, 226), (520, 226), (548, 268), (548, 530)],
        (0, "#e9e2d2"),
        (1, "#b7ad99"),
    )
    c.shape([(520, 226), (548, 268), (548, 530), (530, 530), (530, 262)], "#a2977f")
    _star(c, 461, 300, 32, RED)
    for line in range(6):
        w = (96, 84, 100, 76, 92, 60)[line]
        c.box(461 - w / 2, 352 + line * 17, w, 6, "#8d826d", 3)
    c.box(424, 462, 74, 62, "#ffffff", 4)
    c.qr(431, 466, 54, "https://example.com/na-tu")
    c.phone(960, 150, 370, 700, "#2a4a5e")
    c.graded(
        [(978, 168), (1312, 168), (1312, 832), (978, 832)],
        (0, "#bfd9e4"),
        (1, "#87a873"),
    )
    c.box(1028, 250, 234, 440, "#ddd3bd", 16)
    c.box(1046, 286, 198, 198, "#ffffff", 8)
    c.qr(1058, 298, 174, "https://example.com/na-tu")
    for line in range(5):
        w = (150, 170, 120, 164, 90)[line]
        c.box(1145 - w / 2, 520 + line * 28, w, 10, "#8d826d", 5)
    for dx, dy in ((0, 0), (1, 0), (0, 1), (1, 1)):
        x, y = 1034 + dx * 222, 274 + dy * 222
        sx, sy = (-1 if dx else 1), (-1 if dy else 1)
        c.line([(x, y + 46 * sy), (x, y), (x + 46 * sx, y)], YELLOW, 9)
    c.disc(1145, 764, 42, "#ffffff")
    c.disc(1145, 764, 33, BLUE)
    # The hand that holds it.
    c.shape(
        [
            (1180, 900),
            (1240, 720),
            (1330, 650),
            (1392, 640),
            (1400, 700),
            (1370, 760),
            (1440, 900),
        ],
        SKIN[1],
    )
    c.box(1296, 600, 66, 150, SKIN[0], 33)
    c.shape([(1200, 900), (1246, 830), (1470, 830), (1520, 900)], BLUE)
    return c.done()


def _star(c: Canvas, x, y, r, fill) -> None:
    points = []
    for n in range(10):
        a = math.radians(-90 + n * 36)
        size = r if n % 2 == 0 else r * 0.4
        points.append((x + math.cos(a) * size, y + math.sin(a) * size))
    c.shape(points, fill)


def grandmother() -> Image.Image:
    """A girl and her grandmother over one phone, the moon in the window."""
    c = Canvas((0, "#7a4a32"), (1, "#5a3424"))
    for plank in range(16):
        x = plank * 104
        c.box(x, 0, 100, 900, mix("#84543a", "#6b402c", (plank * 7 % 5) / 5))
        c.line([(x + 102, 0), (x + 102, 900)], "#4c2b1e", 3)
    c.box(150, 90, 430, 430, "#3b2116", 10)
    c.graded(
        [(172, 112), (558, 112), (558, 498), (172, 498)], (0, "#132a56"), (1, "#5b6ea3")
    )
    night = Canvas((0, "#132a56"), (1, "#6a78a8"))
    night.stars(5, 60, 300)
    night.glow(1090, 210, 260, "#e9e3c4", 0.5)
    night.disc(1090, 210, 74, "#f5efd8")
    night.ridge(9, 620, 330, (0, "#3c4f82"), (1, "#6a78a8"), karst=0.8, waves=1.1)
    night.ridge(19, 760, 200, (0, "#1c2c55"), (1, "#31446f"), waves=1.5)
    view = night.image.crop((800, 0, 2600, 1800)).resize((772, 772))
    c.image.paste(view, (344, 224))
    c.box(358, 104, 14, 400, "#3b2116")
    c.box(164, 300, 402, 14, "#3b2116")
    c.glow(1010, 300, 820, "#ffc873", 0.72)
    c.line([(1010, 0), (1010, 118)], "#2c1a12", 5)
    c.shape([(930, 190), (960, 116), (1060, 116), (1090, 190)], RED)
    c.shape([(930, 190), (1090, 190), (1080, 200), (940, 200)], "#ffe9b8")
    c.box(1290, 250, 210, 16, "#3b2116", 4)
    for n, (h, colour) in enumerate(
        ((92, BLUE), (110, GREEN), (80, YELLOW), (100, "#d9e4ef"), (88, RED))
    ):
        c.box(1304 + n * 36, 250 - h, 30, h, colour, 3)
    c.person(760, 690, 400, "#5b2b58", "#d8d5d2", SKIN[1], bun=True)
    c.line([(688, 470), (832, 470)], "#7b4a78", 7)
    c.person(1130, 700, 370, "#f2f5fa", HAIR, SKIN[0])
    c.shape(
        [
            (1098, 492),
            (1162, 492),
            (1142, 540),
            (1156, 660),
            (1130, 684),
            (1104, 660),
            (1118, 540),
        ],
        RED,
    )
    for side in (-1, 1):
        c.line(
            [(1130 + side * 72, 390), (1130 + side * 92, 500), (1130 + side * 86, 580)],
            HAIR,
            26,
        )
    _face(c, 760, 400, 1, old=True)
    _face(c, 1130, 438, -1)
    c.shape([(0, 690), (1600, 690), (1600, 900), (0, 900)], "#8a5a3a")
    c.shape([(0, 690), (1600, 690), (1600, 708), (0, 708)], "#a8714a")
    c.glow(945, 640, 210, "#bfe2ff", 0.6)
    c.line([(880, 640), (760, 700), (640, 690)], "#5b2b58", 56)
    c.line([(1010, 650), (1120, 706), (1230, 694)], "#e3e9f2", 52)
    c.box(884, 556, 122, 190, INK, 16)
    c.box(893, 566, 104, 170, "#f4faff", 10)
    c.box(902, 576, 86, 40, BLUE, 6)
    _heart(c, 945, 660, 32, RED)
    c.disc(884, 668, 26, SKIN[1])
    c.disc(1006, 676, 25, SKIN[0])
    c.disc(330, 700, 74, "#f1ede4", 22)
    c.shape([(268, 646), (392, 646), (380, 706), (280, 706)], "#f7f3ea")
    c.disc(330, 646, 62, "#ffffff", 16)
    c.disc(330, 648, 50, "#6f8f4e", 11)
    c.disc(1350, 708, 86, "#e7e2d7", 24)
    for n, x in enumerate((1310, 1350, 1390, 1332, 1372)):
        c.disc(x, 690 - (n > 2) * 32, 29, mix("#e98a2b", "#f3b13d", n / 5))
    return c.done()


def _face(c: Canvas, x, y, looks, *, old=False) -> None:
    """Eyes that look down at the screen, and a smile."""
    dark = "#3a2320"
    for side in (-1, 1):
        ex = x + side * 25 + looks * 9
        c.ring(ex, y - 6, 11, dark, 4, 20, 160)
        if old:
            c.ring(ex, y - 2, 20, "#7d5a49", 3.5)
    if old:
        c.line([(x - 6 + looks * 9, y - 2), (x + 6 + looks * 9, y - 2)], "#7d5a49", 3.5)
    c.ring(x + looks * 9, y + 22, 20, "#8d3b34", 4.5, 25, 155)


def _heart(c: Canvas, x, y, size, fill) -> None:
    points = []
    for n in range(60):
        a = n / 60 * 2 * math.pi
        px = 16 * math.sin(a) ** 3
        py = (
            13 * math.cos(a)
            - 5 * math.cos(2 * a)
            - 2 * math.cos(3 * a)
            - math.cos(4 * a)
        )
        points.append((x + px / 17 * size, y - py / 17 * size))
    c.shape(points, fill)


def three_questions() -> Image.Image:
    """A call from a stranger: the bait on the hook, three questions beside it."""
    c = Canvas((0, "#0f3f78"), (0.5, "#0a2c5a"), (1, "#061b3c"))
    for n in range(5):
        top = 200 + n * 260
        c.veil(
            [(top, 0), (top + 110, 0), (top - 180, 900), (top - 420, 900)],
            "#8cc4f5",
            0.06,
        )
    chance = random.Random(4)  # noqa: S311  a drawing
    for _bubble in range(46):
        x, y, r = (
            chance.uniform(0, 1600),
            chance.uniform(60, 900),
            chance.uniform(3, 13),
        )
        c.ring(x, y, r, mix("#0a2c5a", "#9fd0ff", 0.5), 2)
    c.ridge(44, 905, 90, (0, "#0a2748"), (1, "#04142c"), waves=2.4)
    for x, h in ((90, 190), (150, 130), (1480, 220), (1540, 150), (1410, 120)):
        c.line(
            [(x + 16 * math.sin(t / 3), 890 - h * t / 10) for t in range(11)],
            "#0f5a5c",
            13,
        )
    # The line, the hook and the card that hangs on it.
    c.card(330, 250, 380, 236, "#fdf3f4", 22)
    c.box(330, 250, 380, 62, RED, 22)
    c.box(330, 288, 380, 24, RED)
    c.box(360, 272, 190, 18, "#ffffff", 9)
    c.box(360, 340, 96, 116, "#e6c9cd", 10)
    c.disc(408, 384, 24, "#b98790")
    c.slice(408, 455, 40, 180, 360, "#b98790")
    c.box(360, 446, 96, 40, "#fdf3f4")
    for n, w in enumerate((190, 150, 204, 120)):
        c.box(480, 344 + n * 28, w, 12, "#d9b3b8", 6)
    c.ring(572, 566, 96, "#e8eef5", 15, -20, 182)
    c.line([(668, 470), (668, 560)], "#e8eef5", 15)
    c.shape([(476, 500), (452, 572), (500, 556)], "#e8eef5")
    c.ring(668, 456, 16, "#e8eef5", 8)
    c.line([(668, 0), (668, 440)], "#dfe8f2", 4)
    for n, (x, y, r, fill) in enumerate(
        (
            (1010, 230, 112, YELLOW),
            (1280, 420, 128, "#ffffff"),
            (1010, 620, 118, "#7fbcf8"),
        )
    ):
        c.shadow(x - r, y - r, 2 * r, 2 * r, r, 0.45, 20)
        c.disc(x, y, r, fill)
        tail = -1 if n != 1 else 1
        c.shape(
            [
                (x + tail * r * 0.3, y + r * 0.86),
                (x + tail * r * 0.86, y + r * 0.4),
                (x + tail * r * 1.08, y + r * 1.12),
            ],
            fill,
        )
        _question(c, x, y, r * 0.62, DEEP if n else INK)
    return c.done()


def _question(c: Canvas, x, y, size, fill) -> None:
    width = size * 0.24
    c.ring(x, y - size * 0.32, size * 0.46 + width / 2, fill, width, 170, 405)
    bend = x + size * 0.33, y + size * 0.01
    c.line(
        [bend, (x + size * 0.04, y + size * 0.24), (x, y + size * 0.44)], fill, width
    )
    c.disc(x, y + size * 0.84, width * 0.68, fill)


def drying_noodles() -> Image.Image:
    """Glass noodles on bamboo racks in the afternoon, and a phone on its stand."""
    c = Canvas((0, "#6fb4e4"), (0.4, "#cfe6ef"), (0.62, "#fdeecb"))
    c.glow(1240, 190, 560, "#fff3c4", 1)
    c.disc(1240, 190, 56, "#fffbe6")
    for x, y, w in ((240, 130, 130), (560, 90, 90), (900, 150, 110)):
        for n in range(4):
            c.disc(x + n * w * 0.4, y - (n % 2) * 16, w * 0.32, "#f4f9fc", w * 0.17)
    c.ridge(61, 470, 190, (0, "#88aecb"), (1, "#c9dbe0"), karst=0.85, waves=1.1)
    c.mist(480, 120, "#fdf2d4", 0.6)
    c.ridge(71, 530, 130, (0, "#5d9487"), (1, "#a8c29a"), karst=0.5, waves=1.8)
    c.ridge(81, 575, 60, (0, "#4d8a54"), (1, "#8fb25f"), waves=2.2)
    c.graded(
        [(0, 560), (1600, 548), (1600, 900), (0, 900)],
        (0, "#d9bf85"),
        (0.4, "#c79f62"),
        (1, "#a97a45"),
    )
    c.stilt_house(250, 580, 240, "#7c5137", "#4c2f22", "#f7d58c")
    for x, size in ((60, 150), (430, 110), (1510, 170)):
        c.palm(x, 590, size, "#2e6a43")
    for row in range(4):
        near = row / 3
        y, h = 606 + near * 118 + near**2 * 60, 62 + near * 128
        left, right = 500 - near * 470, 1290 + near * 290
        _rack(c, left, right, y, h, near, row)
    c.line([(1330, 900), (1400, 640)], INK, 9)
    c.line([(1400, 640), (1470, 900)], INK, 9)
    c.line([(1400, 640), (1404, 900)], "#0c141d", 8)
    c.phone(1280, 470, 240, 150, "#2b5f7c")
    c.graded(
        [(1292, 482), (1508, 482), (1508, 608), (1292, 608)],
        (0, "#cfe6ef"),
        (0.5, "#fdeecb"),
        (1, "#c79f62"),
    )
    for n in range(14):
        c.box(1316 + n * 12.4, 520, 8, 62, mix("#fff7e2", "#d9c08a", n % 3 / 3), 3)
    c.line([(1308, 518), (1494, 518)], "#7b5a2e", 5)
    c.disc(1498, 545, 7, RED)
    return c.done()


def _rack(c: Canvas, left, right, y, h, near, row) -> None:
    chance = random.Random(row)  # noqa: S311  a drawing
    pole = 4 + near * 8
    for n in range(4):
        x = left + (right - left) * n / 3
        c.line([(x, y - 8), (x + 6 * near, y + h * 1.12)], "#7b5a2e", pole)
    thick = 3.2 + near * 6.2
    x = left + thick
    c.veil(
        [
            (left, y + h * 1.06),
            (right, y + h * 1.06),
            (right + 40 * near, y + h * 1.2),
            (left + 40 * near, y + h * 1.2),
        ],
        "#5b3a1a",
        0.3,
    )
    while x < right - thick:
        shade = chance.random()
        long = h * (0.86 + 0.1 * math.sin(x / 40 + row) + 0.05 * shade)
        c.box(
            x, y, thick * 0.86, long, mix("#fffaf0", "#d8bd86", shade * 0.75), thick / 2
        )
        x += thick
    c.veil(
        [(left, y + h * 0.5), (right, y + h * 0.5), (right, y + h), (left, y + h)],
        "#fff4cf",
        0.12,
    )
    c.line([(left - 14, y), (right + 14, y)], "#8f6a38", pole)
    c.line(
        [(left - 14, y - pole * 0.25), (right + 14, y - pole * 0.25)],
        "#c09a5b",
        pole * 0.25,
    )


def drawing_class() -> Image.Image:
    """An afternoon in front of one big poster that grows on the wall."""
    c = Canvas((0, "#fbfcfe"), (0.7, "#e9f0f8"), (1, "#d7e2ee"))
    c.graded([(0, 0), (330, 0), (330, 560), (0, 560)], (0, "#bfe0f6"), (1, "#f7f0d4"))
    edge = [(x, 470 - 90 * abs(math.sin(x / 62))) for x in range(0, 332, 4)]
    c.shape([*edge, (330, 560), (0, 560)], "#7fb08a")
    for x in (0, 158, 320):
        c.box(x, 0, 16, 572, "#ffffff")
    c.box(0, 270, 336, 14, "#ffffff")
    c.box(0, 556, 344, 22, "#ffffff", 4)
    c.veil([(336, 60), (336, 520), (900, 900), (1500, 900)], "#fff4c9", 0.32)
    c.card(470, 60, 830, 560, "#ffffff", 16)
    c.box(470, 60, 830, 110, BLUE, 16)
    c.box(470, 130, 830, 40, BLUE)
    c.box(510, 90, 430, 24, "#ffffff", 12)
    c.box(510, 128, 280, 16, "#a9cdf0", 8)
    for n, h in enumerate((110, 180, 150, 240, 300)):
        c.box(
            520 + n * 62,
            570 - h,
            44,
            h,
            (BLUE, "#4a93d9", YELLOW, "#4a93d9", RED)[n],
            6,
        )
    c.line([(506, 574), (836, 574)], "#8fa5bb", 4)
    share = ((0, 150, BLUE), (150, 235, YELLOW), (235, 300, RED), (300, 360, "#7fbcf8"))
    for start, end, colour in share:
        c.slice(990, 300, 90, start - 90, end - 90, colour)
    c.disc(990, 300, 44, "#ffffff")
    for n, w in enumerate((130, 96, 146)):
        c.disc(1118, 240 + n * 56, 12, (BLUE, YELLOW, RED)[n])
        c.box(1142, 233 + n * 56, w, 14, "#b9c7d5", 7)
    for n in range(5):
        x = 900 + n * 78
        fill = BLUE if n < 4 else "#d3dce6"
        c.disc(x + 24, 462, 17, fill)
        c.shape(
            [
                (x, 560),
                (x + 4, 500),
                (x + 14, 488),
                (x + 34, 488),
                (x + 44, 500),
                (x + 48, 560),
            ],
            fill,
        )
    c.line([(1380, 130), (1380, 560)], "#c2cfdc", 8)
    c.card(1362, 120, 180, 120, YELLOW, 8)
    c.card(1370, 270, 180, 120, "#f7a9b3", 8)
    c.card(1360, 420, 180, 120, "#bfe3cf", 8)
    for x, y in ((1386, 156), (1394, 306), (1384, 456)):
        for n, w in enumerate((110, 126, 80)):
            c.box(x, y + n * 22, w, 9, mix(INK, "#ffffff", 0.45), 4)
    c.person(1210, 700, 330, RED, HAIR, SKIN[0])
    _face(c, 1210, 470, -1)
    c.line([(1130, 580), (1060, 500), (1010, 410)], RED, 46)
    c.disc(1006, 402, 24, SKIN[0])
    c.line([(1002, 396), (966, 338)], "#f1d9a8", 10)
    for x, size, shirt in (
        (150, 300, BLUE),
        (420, 320, "#2f8f6b"),
        (700, 310, "#3a6ea8"),
        (980, 320, "#e0a92e"),
        (1430, 330, BLUE),
    ):
        c.back(x, 930, size, shirt, HAIR if x != 420 else "#2c1d1a")
        c.box(x - 70, 876, 140, 40, "#33475b", 6)
    return c.done()


def robot_corner() -> Image.Image:
    """The STEM corner at the end of a corridor: a robot that waves."""
    c = Canvas((0, "#f6f1e4"), (1, "#e8dcc3"))
    c.shape([(0, 0), (420, 120), (420, 640), (0, 820)], "#dcebf7")
    for n in range(3):
        x0, x1 = 24 + n * 130, 124 + n * 130
        t0, t1 = 60 + x0 * 0.26, 60 + x1 * 0.26
        b0, b1 = 600 - x0 * 0.24, 600 - x1 * 0.24
        c.graded(
            [(x0, t0), (x1, t1), (x1, b1), (x0, b0)],
            (0, "#9fd0f2"),
            (0.7, "#e6f3f5"),
            (1, "#8fbf8a"),
        )
    c.shape([(0, 820), (420, 640), (1600, 640), (1600, 900), (0, 900)], "#c9a877")
    for n in range(9):
        c.line([(420 + n * 150, 640), (n * 260 - 240, 900)], "#b8935f", 3)
    c.veil([(60, 800), (300, 690), (760, 900), (340, 900)], "#fff7da", 0.4)
    c.box(520, 130, 1000, 22, "#8a5a3a", 6)
    for n, (h, colour) in enumerate(
        (
            (96, BLUE),
            (112, "#4a93d9"),
            (84, YELLOW),
            (104, GREEN),
            (92, RED),
            (110, DEEP),
        )
    ):
        c.box(550 + n * 40, 130 - h, 34, h, colour, 3)
    _gear(c, 920, 74, 46, "#7b8c9d", 9)
    _gear(c, 1002, 92, 32, YELLOW, 8)
    c.disc(1180, 70, 58, "#3f86c8")
    c.ring(1180, 70, 74, "#8a5a3a", 8, 130, 330)
    for pts in (
        [(1150, 40), (1186, 30), (1198, 60), (1164, 74)],
        [(1196, 84), (1216, 80), (1206, 108)],
    ):
        c.shape(pts, "#7bbf86")
    for n in range(3):
        c.box(1330 + n * 56, 130 - 70, 44, 70, ("#f1f4f8", "#dfe8f2", "#f1f4f8")[n], 6)
        c.box(1330 + n * 56, 84, 44, 16, (RED, BLUE, YELLOW)[n])
    c.card(560, 210, 330, 230, "#2c5b47", 10)
    c.box(560, 210, 330, 12, "#8a5a3a")
    c.line([(596, 392), (680, 300), (742, 346), (850, 258)], "#e9f5ec", 6)
    for x, y in ((596, 392), (680, 300), (742, 346), (850, 258)):
        c.disc(x, y, 9, YELLOW)
    c.shape([(470, 640), (1560, 640), (1600, 700), (430, 700)], "#a8714a")
    c.box(430, 700, 1170, 30, "#8a5a3a")
    for x in (500, 1500):
        c.box(x, 730, 36, 170, "#75482e")
    _robot(c, 1120, 640)
    c.box(520, 560, 230, 84, "#33475b", 10)
    c.shape([(500, 640), (770, 640), (790, 660), (480, 660)], "#4a5f75")
    c.box(536, 470, 200, 130, INK, 10)
    c.box(546, 480, 180, 110, "#103a5c", 6)
    for n, (x, w, colour) in enumerate(
        (
            (0, 70, YELLOW),
            (18, 96, "#7fbcf8"),
            (18, 60, "#8fe0b8"),
            (36, 84, "#ff97a1"),
            (0, 50, YELLOW),
        )
    ):
        c.box(560 + x, 494 + n * 18, w, 8, colour, 4)
    for n, colour in enumerate((RED, YELLOW, "#2f8f6b", BLUE)):
        c.box(1370 + (n % 2) * 66, 588 - (n // 2) * 54, 58, 50, colour, 6)
        c.disc(
            1386 + (n % 2) * 66, 586 - (n // 2) * 54, 8, mix(colour, "#000000", 0.15)
        )
        c.disc(
            1412 + (n % 2) * 66, 586 - (n // 2) * 54, 8, mix(colour, "#000000", 0.15)
        )
    c.back(250, 930, 360, "#f4f7fb", HAIR)
    c.shape([(206, 716), (294, 716), (276, 760), (224, 760)], RED)
    c.back(760, 950, 330, "#f4f7fb", "#2c1d1a")
    c.shape([(722, 752), (798, 752), (782, 792), (738, 792)], RED)
    return c.done()


def _gear(c: Canvas, x, y, r, fill, teeth) -> None:
    points = []
    for n in range(teeth * 4):
        a = n / (teeth * 4) * 2 * math.pi
        size = r if n % 4 < 2 else r * 0.78
        points.append((x + math.cos(a) * size, y + math.sin(a) * size))
    c.shape(points, fill)
    c.disc(x, y, r * 0.32, "#f0e7d3")


def _robot(c: Canvas, x, y) -> None:
    for side in (-1, 1):
        c.disc(x + side * 96, y - 40, 52, "#2b3947")
        c.disc(x + side * 96, y - 40, 26, "#a9b8c7")
    c.box(x - 130, y - 130, 260, 76, "#dfe8f2", 24)
    c.box(x - 108, y - 290, 216, 180, BLUE, 34)
    c.box(x - 74, y - 258, 148, 104, "#eaf3fc", 18)
    c.line(
        [
            (x - 56, y - 206),
            (x - 24, y - 206),
            (x - 6, y - 236),
            (x + 16, y - 178),
            (x + 30, y - 206),
            (x + 56, y - 206),
        ],
        RED,
        7,
    )
    c.line([(x - 118, y - 250), (x - 176, y - 200), (x - 168, y - 140)], "#7b8c9d", 22)
    c.disc(x - 168, y - 132, 22, YELLOW)
    c.line([(x + 118, y - 250), (x + 182, y - 310), (x + 168, y - 392)], "#7b8c9d", 22)
    c.disc(x + 166, y - 402, 24, YELLOW)
    c.box(x - 20, y - 316, 40, 34, "#7b8c9d")
    c.box(x - 120, y - 456, 240, 150, "#f4f7fb", 44)
    c.box(x - 94, y - 430, 188, 98, INK, 32)
    for side in (-1, 1):
        c.disc(x + side * 42, y - 388, 20, "#7fe0ff")
        c.disc(x + side * 42 + 6, y - 394, 6, "#ffffff")
    c.ring(x, y - 376, 26, "#7fe0ff", 7, 35, 145)
    c.line([(x, y - 456), (x, y - 506)], "#7b8c9d", 9)
    c.glow(x, y - 514, 60, "#ffd166", 0.8)
    c.disc(x, y - 514, 17, RED)


def turns_and_people() -> Image.Image:
    """One person who comes five times, and five people: not the same number."""
    c = Canvas((0, "#f4f8fd"), (1, "#e3edf8"))
    c.ridge(91, 860, 120, (0, "#cfe0f2"), (1, "#dde9f6"), karst=0.7, waves=1.2)
    c.card(110, 90, 660, 700, "#ffffff", 34)
    c.card(830, 90, 660, 700, "#ffffff", 34)
    c.box(110, 90, 660, 18, BLUE, 9)
    c.box(830, 90, 660, 18, YELLOW, 9)
    x, y = 440, 400
    for n in range(5):
        a = math.radians(-90 + n * 72)
        px, py = x + math.cos(a) * 205, y + 10 + math.sin(a) * 205
        c.disc(px, py, 50, WASH)
        c.check(px, py, 36, BLUE, 10)
        c.ring(x, y + 10, 205, "#9cc3ea", 7, -72 + n * 72, -37 + n * 72)
        tip = math.radians(-37 + n * 72)
        tx, ty = x + math.cos(tip) * 205, y + 10 + math.sin(tip) * 205
        ahead = tip + math.pi / 2
        c.shape(
            [
                (tx + math.cos(ahead) * 16, ty + math.sin(ahead) * 16),
                (tx + math.cos(tip) * 14, ty + math.sin(tip) * 14),
                (tx - math.cos(tip) * 14, ty - math.sin(tip) * 14),
            ],
            "#9cc3ea",
        )
    _figure(c, x, y + 88, 176, BLUE)
    colours = (BLUE, "#e0a92e", RED, "#2f8f6b", "#4a93d9")
    for n, (px, py) in enumerate(
        ((1010, 380), (1160, 380), (1310, 380), (1085, 590), (1235, 590))
    ):
        _figure(c, px, py, 170, colours[n])
    for left, label in ((180, BLUE), (900, "#e0a92e")):
        for n in range(5):
            c.box(left + n * 106, 700, 86, 36, label, 10)
    for n in range(1, 5):
        c.box(180 + n * 106 + 6, 706, 74, 24, "#ffffff", 6)
    c.disc(800, 440, 74, "#ffffff")
    c.disc(800, 440, 60, RED)
    for dy in (-16, 16):
        c.box(770, 440 + dy - 6, 60, 12, "#ffffff", 6)
    c.line([(778, 478), (824, 402)], "#ffffff", 11)
    return c.done()


def _figure(c: Canvas, x, foot, size, fill) -> None:
    c.disc(x, foot - size * 0.82, size * 0.17, fill)
    c.box(
        x - size * 0.25, foot - size * 0.6, size * 0.5, size * 0.78, fill, size * 0.22
    )
    c.box(x - size * 0.26, foot, size * 0.52, size * 0.2, "#ffffff")
    c.line([(x - size * 0.25, foot), (x + size * 0.25, foot)], fill, 2)


def over_the_pass() -> Image.Image:
    """Dawn on the pass to Nghiên Loan: a road in bends, four motorbikes, a flag."""
    c = Canvas((0, "#2f6fb3"), (0.3, "#8bb8de"), (0.52, "#f9d9a6"), (0.66, "#f6b27c"))
    c.glow(360, 410, 620, "#ffe9b0", 0.95)
    c.disc(360, 410, 66, "#fff6d8")
    c.ridge(2, 520, 210, (0, "#8f9cc0"), (1, "#e3bfae"), karst=0.8, waves=1.1)
    c.mist(520, 150, "#ffdcae", 0.75)
    c.ridge(12, 590, 200, (0, "#6179a6"), (1, "#a99cae"), karst=0.7, waves=1.5)
    c.mist(610, 130, "#ffe3c0", 0.7)
    c.ridge(31, 660, 170, (0, "#3d6a8a"), (1, "#7f9aa0"), karst=0.4, waves=1.8)
    c.mist(690, 120, "#f7e3c8", 0.55)
    edge = [
        (
            x,
            640 - 150 * math.sin((x - 500) / 420)
            if x > 500
            else 640 + (500 - x) * 0.16,
        )
        for x in range(0, 1608, 8)
    ]
    edge = [(x, min(820, max(470, y))) for x, y in edge]
    c.terraces(edge, 9, 44, "#8fb866", "#1f5b45")
    road = []
    for n in range(101):
        t = n / 100
        wide = 4 + 102 * t**1.7
        middle = 1140 + 330 * math.sin(t * 6.9) * (0.25 + 0.75 * t) - 420 * t
        road.append((middle, 492 + 418 * t, wide))
    left = [(m - w, y) for m, y, w in road]
    right = [(m + w, y) for m, y, w in road]
    c.shape(
        [*[(x - 6, y) for x, y in left], *[(x + 6, y) for x, y in reversed(right)]],
        "#e6dcc2",
    )
    c.graded([*left, *reversed(right)], (0, "#8d8f98"), (1, "#4c5561"))
    for n in range(4, 98, 6):
        m, y, w = road[n]
        m2, y2, _w = road[n + 2]
        c.line([(m, y), (m2, y2)], "#f6e7b4", 1 + w * 0.07)
    for n in (30, 52, 72, 90):
        m, y, w = road[n]
        _rider(
            c,
            m + w * 0.35,
            y,
            26 + w * 1.35,
            (BLUE, BLUE, "#2f8f6b", BLUE)[n % 4],
            flag=n == 72,
        )
    return c.done()


def _rider(c: Canvas, x, y, size, shirt, *, flag=False) -> None:
    """From behind, with a bag of papers on the rack."""
    c.disc(x, y, size * 0.34, mix("#4c5561", "#000000", 0.35), size * 0.07)
    c.box(
        x - size * 0.06, y - size * 0.4, size * 0.12, size * 0.4, "#10161d", size * 0.05
    )
    c.box(
        x - size * 0.2, y - size * 0.52, size * 0.4, size * 0.24, "#a5282f", size * 0.08
    )
    c.disc(x, y - size * 0.4, size * 0.05, "#ffd9a0")
    c.line(
        [(x - size * 0.3, y - size * 0.66), (x + size * 0.3, y - size * 0.66)],
        "#1a222b",
        size * 0.05,
    )
    if flag:
        c.line(
            [(x + size * 0.2, y - size * 0.5), (x + size * 0.26, y - size * 1.6)],
            "#e9e4d8",
            size * 0.035,
        )
        c.shape(
            [
                (x + size * 0.26, y - size * 1.6),
                (x + size * 0.86, y - size * 1.54),
                (x + size * 0.82, y - size * 1.18),
                (x + size * 0.25, y - size * 1.22),
            ],
            RED,
        )
        _star(c, x + size * 0.54, y - size * 1.38, size * 0.12, YELLOW)
    c.box(x - size * 0.22, y - size * 0.98, size * 0.44, size * 0.5, shirt, size * 0.15)
    c.box(
        x - size * 0.16,
        y - size * 0.9,
        size * 0.32,
        size * 0.36,
        mix(shirt, "#0a1a30", 0.45),
        size * 0.07,
    )
    c.disc(x, y - size * 1.1, size * 0.17, "#f4f7fb")
    c.box(
        x - size * 0.17,
        y - size * 1.1,
        size * 0.34,
        size * 0.09,
        "#d7dfe8",
        size * 0.03,
    )


def checked_rumour() -> Image.Image:
    """A rumour under the magnifying glass: the card is free of charge."""
    c = Canvas((0, "#fff6e0"), (1, "#fde7c0"))
    c.ridge(101, 850, 130, (0, "#f6d79b"), (1, "#f9e2b4"), karst=0.7, waves=1.3)
    for n, (x, y, w, h) in enumerate(
        (
            (90, 110, 330, 150),
            (150, 320, 270, 130),
            (60, 510, 350, 150),
            (220, 690, 240, 110),
        )
    ):
        fade = n * 0.17
        fill = mix("#ffffff", "#fbe2b2", fade)
        c.shadow(x, y, w, h, 36, 0.14, 14)
        c.box(x, y, w, h, fill, 36)
        c.shape([(x + 50, y + h - 6), (x + 110, y + h - 6), (x + 40, y + h + 34)], fill)
        for line in range(2 if h < 140 else 3):
            c.box(
                x + 36,
                y + 34 + line * 32,
                w * (0.68, 0.5, 0.6)[line],
                14,
                mix("#e5b9a7", fill, fade),
                7,
            )
        if n < 2:
            c.disc(x + w - 40, y + 38, 22, RED)
            c.box(x + w - 44, y + 24, 8, 18, "#ffffff", 4)
            c.disc(x + w - 40, y + 51, 5, "#ffffff")
    c.card(600, 220, 720, 450, "#eaf6ff", 34)
    c.graded(
        [(620, 240), (1300, 240), (1300, 650), (620, 650)],
        (0, "#d8edfb"),
        (1, "#f4fbf2"),
    )
    for n in range(7):
        c.ring(1330, 690, 130 + n * 56, "#c7e2f0", 3, 180, 270)
    c.box(650, 262, 330, 22, BLUE, 11)
    c.box(650, 298, 230, 14, "#8fb9de", 7)
    c.box(650, 350, 190, 240, "#ffffff", 16)
    c.person(745, 590, 190, BLUE, HAIR, SKIN[0])
    c.box(640, 590, 210, 10, "#e3f1f8")
    for n, w in enumerate((280, 220, 300, 180, 250)):
        c.box(880, 366 + n * 46, w, 16, "#9db6cb", 8)
    c.box(1190, 270, 78, 62, YELLOW, 12)
    for dx in (26, 52):
        c.line([(1190 + dx, 270), (1190 + dx, 332)], "#c9952a", 3)
    c.line([(1190, 301), (1268, 301)], "#c9952a", 3)
    c.shadow(1010, 390, 330, 330, 165, 0.3, 20)
    c.line([(1290, 680), (1440, 826)], INK, 52)
    c.line([(1330, 718), (1440, 826)], "#33475b", 40)
    c.disc(1170, 560, 178, INK)
    c.disc(1170, 560, 152, "#ffffff")
    c.disc(1170, 560, 152, mix("#dff3e9", "#ffffff", 0.3))
    c.disc(1170, 560, 104, GREEN)
    c.check(1170, 562, 104, "#ffffff", 26)
    c.ring(1170, 560, 132, "#ffffff", 10, 200, 250)
    return c.done()


def ideas_at_sunrise() -> Image.Image:
    """Terraces at sunrise; what rises is a light bulb, and paper planes fly off."""
    c = Canvas((0, "#0f5fb0"), (0.35, "#6fb0e6"), (0.6, "#fde2a3"), (0.75, "#f9b36a"))
    c.glow(820, 420, 760, "#fff0b8", 1)
    for n in range(16):
        a = math.radians(n * 22.5)
        c.veil(
            [
                (820 + math.cos(a - 0.05) * 240, 400 + math.sin(a - 0.05) * 240),
                (820 + math.cos(a + 0.05) * 240, 400 + math.sin(a + 0.05) * 240),
                (820 + math.cos(a + 0.09) * 900, 400 + math.sin(a + 0.09) * 900),
                (820 + math.cos(a - 0.09) * 900, 400 + math.sin(a - 0.09) * 900),
            ],
            "#fff6d2",
            0.16,
        )
    c.ridge(21, 610, 190, (0, "#6f93bb"), (1, "#e0b795"), karst=0.8, waves=1.2)
    c.mist(620, 130, "#ffe0ae", 0.7)
    _bulb(c, 820, 370, 150)
    c.ridge(33, 690, 130, (0, "#4a8a7c"), (1, "#9fb583"), karst=0.4, waves=1.7)
    c.mist(690, 90, "#ffe9bf", 0.5)
    edge = [
        (x, 735 - 60 * math.sin(x / 310 + 0.6) - 34 * math.sin(x / 140))
        for x in range(0, 1608, 8)
    ]
    c.terraces(edge, 8, 30, "#a8c95f", "#1d6446")
    for x, y, size, turn in (
        (300, 240, 92, -0.3),
        (1290, 190, 112, 0.25),
        (1440, 420, 70, 0.1),
        (180, 470, 62, -0.15),
        (520, 130, 54, 0.2),
    ):
        _plane(c, x, y, size, turn, left=x < 800)
    return c.done()


def _bulb(c: Canvas, x, y, r) -> None:
    c.glow(x, y, r * 2.1, "#fffbe6", 0.9)
    c.disc(x, y, r, "#fff3b8")
    c.shape(
        [
            (x - r * 0.86, y + r * 0.5),
            (x - r * 0.4, y + r * 1.28),
            (x + r * 0.4, y + r * 1.28),
            (x + r * 0.86, y + r * 0.5),
        ],
        "#fff3b8",
    )
    c.disc(x, y, r * 0.86, "#ffe07a")
    c.shape(
        [
            (x - r * 0.72, y + r * 0.46),
            (x - r * 0.3, y + r * 1.2),
            (x + r * 0.3, y + r * 1.2),
            (x + r * 0.72, y + r * 0.46),
        ],
        "#ffe07a",
    )
    c.ring(x, y, r * 0.68, "#fffbe6", r * 0.09, 190, 262)
    c.line(
        [
            (x - r * 0.16, y + r * 1.24),
            (x - r * 0.3, y + r * 0.24),
            (x, y + r * 0.5),
            (x + r * 0.3, y + r * 0.24),
            (x + r * 0.16, y + r * 1.24),
        ],
        "#c98a1b",
        r * 0.06,
    )
    for n in range(3):
        w = r * (0.42 - n * 0.05)
        c.box(x - w, y + r * (1.3 + n * 0.15), 2 * w, r * 0.12, "#5c6f82", r * 0.06)
    c.disc(x, y + r * 1.78, r * 0.16, "#33475b", r * 0.1)


def _plane(c: Canvas, x, y, size, turn, *, left) -> None:
    """A paper plane; it flies away from the middle."""
    way = -1 if left else 1

    def at(dx, dy):
        dx *= way
        return (
            x + size * (dx * math.cos(turn) - dy * math.sin(turn)),
            y + size * (dx * math.sin(turn) + dy * math.cos(turn)),
        )

    c.shape([at(1, -0.3), at(-0.9, -0.28), at(-0.35, 0.06)], "#ffffff")
    c.shape([at(1, -0.3), at(-0.35, 0.06), at(-0.3, 0.5)], "#cfe0f0")
    c.shape([at(1, -0.3), at(-0.3, 0.5), at(-0.06, 0.2)], "#a9c6e2")
    c.shape([at(1, -0.3), at(-0.06, 0.2), at(0.42, 0.42)], "#eef5fc")
    for n in range(3):
        a, b = at(-1.1 - n * 0.5, 0.2 + n * 0.1), at(-1.35 - n * 0.5, 0.25 + n * 0.1)
        c.line([a, b], "#ffffff", size * 0.035)


SCENES: dict[str, Callable[[], Image.Image]] = {
    "evening-lesson": evening_lesson,
    "five-minutes": five_minutes,
    "code-on-the-hill": code_on_the_hill,
    "grandmother": grandmother,
    "three-questions": three_questions,
    "drying-noodles": drying_noodles,
    "drawing-class": drawing_class,
    "robot-corner": robot_corner,
    "turns-and-people": turns_and_people,
    "over-the-pass": over_the_pass,
    "checked-rumour": checked_rumour,
    "ideas-at-sunrise": ideas_at_sunrise,
}
