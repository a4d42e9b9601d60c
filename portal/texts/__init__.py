"""The pages a new portal begins with, so that none is ever empty.

Migration 0002 puts them into the database, where the admin changes them; what stands
here later only reaches portals that are new then.
"""

from pathlib import Path

TITLES = {
    "about": ("Giới thiệu", "About"),
    "contact": ("Liên hệ", "Contact"),
    "accessibility": ("Hỗ trợ tiếp cận", "Accessibility"),
    "privacy": ("Quyền riêng tư", "Privacy"),
    "terms": ("Điều khoản sử dụng", "Terms of use"),
}


def at_first(key: str) -> dict[str, str]:
    """The fields of one page."""
    title, title_en = TITLES[key]
    return {
        "title": title,
        "body": _text(f"{key}.vi.html"),
        "title_en": title_en,
        "body_en": _text(f"{key}.en.html"),
    }


def _text(name: str) -> str:
    return (Path(__file__).parent / name).read_text("utf-8")
