"""Web addresses from Vietnamese titles."""

import re
import unicodedata

from vietnam.fold import fold


def slugify(text: str, *, max_length: int = 80, fallback: str = "muc") -> str:
    """Return a slug of lower-case ASCII letters, digits and single hyphens.

    đ becomes d ("Đội hình" gives "doi-hinh"). A slug that would be too long is cut
    between two words where it has more than one. Text without a single Latin
    letter or digit gives `fallback`, so the result is never empty.

    Two titles can share a slug (Văn Lang, Văn Lăng): the caller keeps them apart.
    """
    if max_length < 1:
        raise ValueError("max_length must be at least 1")
    letters = unicodedata.normalize("NFKD", fold(text)).encode("ascii", "ignore")
    # Apostrophes belong to the word: H'Hen becomes hhen.
    plain = letters.decode("ascii").lower().replace("'", "")
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    if len(slug) > max_length:
        cut = slug[: max_length + 1].rpartition("-")[0] or slug[:max_length]
        slug = cut.strip("-")
    return slug or fallback
