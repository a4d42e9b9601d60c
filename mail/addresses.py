"""When two spellings are one address."""

from vietnam.fold import nfc


def fold(address: str) -> str:
    """Return the key of an address: NFC, lower case, no space, no "+tag".

    "Lan+tap.huan@Example.COM " and "lan@example.com" are one reader. Dots are kept:
    only some providers ignore them. What is no address comes back as it is, folded.
    """
    local, at, domain = nfc(address.strip()).lower().rpartition("@")
    if not at:
        return domain
    return f"{local.partition('+')[0] or local}@{domain.rstrip('.')}"
