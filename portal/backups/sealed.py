"""A backup under a key: AES-256-GCM in pieces that can neither be moved nor left out.

The file begins with a mark and a salt. Key and salt give, by scrypt, one key for the
pieces and one word that tells a wrong key from a damaged file. Each piece is sealed
with its number and whether it is the last, so a piece that is changed, missing,
doubled or in another place does not open. The way of the STREAM construction (Hoang,
Reyhanitabar, Rogaway, Vizár, 2015), with a key that is used for this one file alone.
"""

from __future__ import annotations

import hashlib
import hmac
import io
import os
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from portal.backups.errors import BackupError

MARK = b"portal-backup-sealed-1\n"
SALT = 16
WORD = 32
PIECE = 1024 * 1024
TAG = 16
SHORTEST_KEY = 20
"""Characters; below that somebody who has the file tries them all."""
DAMAGED = (
    "The backup is damaged: a part of it does not open under its key. Nothing was "
    "changed; take another copy or an older backup."
)


def is_sealed(file: BinaryIO) -> bool:
    """Whether an archive that is open at its beginning needs a key; stays there."""
    begins = file.read(len(MARK))
    file.seek(0)
    return begins == MARK


class Sealer(io.RawIOBase):
    """Takes what is written, in any portions, and writes sealed pieces of it."""

    def __init__(self, out: BinaryIO, key: str) -> None:
        self._out = out
        salt = os.urandom(SALT)
        self._box, word = _opened(key, salt)
        self._head = MARK + salt + word
        self._number = 0
        self._waiting = bytearray()
        out.write(self._head)

    def writable(self) -> bool:
        return True

    def write(self, data) -> int:
        self._waiting += data
        # One piece stays behind: it may turn out to be the last.
        while len(self._waiting) > PIECE:
            self._seal(bytes(self._waiting[:PIECE]), last=False)
            del self._waiting[:PIECE]
        return len(data)

    def finish(self) -> None:
        self._seal(bytes(self._waiting), last=True)

    def _seal(self, piece: bytes, *, last: bool) -> None:
        nonce = _nonce(self._number, last=last)
        self._out.write(self._box.encrypt(nonce, piece, self._head))
        self._number += 1


class Opener(io.RawIOBase):
    """Reads sealed pieces back as one stream; raises BackupError where one is wrong."""

    def __init__(self, file: BinaryIO, key: str) -> None:
        self._file = file
        self._head = file.read(len(MARK) + SALT + WORD)
        salt = self._head[len(MARK) : len(MARK) + SALT]
        if len(self._head) < len(MARK) + SALT + WORD:
            raise BackupError(DAMAGED)
        self._box, word = _opened(key, salt)
        if not hmac.compare_digest(word, self._head[-WORD:]):
            raise BackupError(
                "This is not the key of this backup (or its first bytes are damaged): "
                "set BACKUP_KEY or BACKUP_KEY_FILE to the key that it was made with."
            )
        self._number = 0
        self._left = b""
        self._next = file.read(PIECE + TAG)
        self._is_over = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        while not self._left and not self._is_over:
            self._open()
        given = self._left[: len(buffer)]
        buffer[: len(given)] = given
        self._left = self._left[len(given) :]
        return len(given)

    def _open(self) -> None:
        sealed, self._next = self._next, self._file.read(PIECE + TAG)
        last = not self._next
        try:
            self._left = self._box.decrypt(
                _nonce(self._number, last=last), sealed, self._head
            )
        except InvalidTag as error:
            raise BackupError(DAMAGED) from error
        self._number += 1
        self._is_over = last


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


def _opened(key: str, salt: bytes) -> tuple[AESGCM, bytes]:
    if len(key) < SHORTEST_KEY:
        raise BackupError(
            f"The key for backups is too short ({SHORTEST_KEY} characters or more): "
            "e.g. take one from `openssl rand -base64 48`."
        )
    both = hashlib.scrypt(
        key.encode(), salt=salt, n=2**15, r=8, p=1, maxmem=2**26, dklen=64
    )
    word = hmac.digest(both[32:], MARK + salt, "sha256")
    return AESGCM(both[:32]), word
