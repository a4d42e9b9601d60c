"""Unicode form of Vietnamese text, and folding for comparison and search."""

import unicodedata

# đ has no decomposition; Ð (eth) and Ɖ (African d) look like Đ and are typed for it.
_D_FAMILY = str.maketrans(dict.fromkeys("đĐðÐɖƉ", "d"))


def nfc(text: str) -> str:
    """Return `text` in Unicode NFC, the only form that is stored or compared."""
    if unicodedata.is_normalized("NFC", text):
        return text
    return unicodedata.normalize("NFC", text)


def fold(text: str) -> str:
    """Return `text` without tone, diacritics, đ, case and superfluous space.

    "Tổ công nghệ số" and "TO CONG  NGHE SO" fold to the same string. The result
    is NFC, and folding it again changes nothing.
    """
    decomposed = unicodedata.normalize("NFD", text.translate(_D_FAMILY).casefold())
    bare = "".join(c for c in decomposed if unicodedata.category(c) != "Mn")
    # Case folding can bring letters of the đ family or marks forth again (İ, ŉ).
    return " ".join(nfc(bare.translate(_D_FAMILY)).split())
