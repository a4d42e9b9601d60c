"""Asking ClamAV, and what becomes of a file then."""

from __future__ import annotations

import logging
import socket
import struct
from contextlib import suppress
from enum import StrEnum
from typing import BinaryIO

from django.conf import settings

logger = logging.getLogger(__name__)

CHUNK = 256 * 1024
CONNECT_SECONDS = 5
# Between two signs of life; ClamAV needs under a second for a file of 20 MB.
ANSWER_SECONDS = 120
_MAX_ANSWER = 4096
_TOO_LARGE = "INSTREAM size limit exceeded"


class FileState(StrEnum):
    """What the row of a private file says about it."""

    UPLOADING = "uploading"
    SCANNING = "scanning"
    CLEAN = "clean"
    UNSCANNED = "unscanned"
    QUARANTINED = "quarantined"


# A scanner that comes later may look at what nobody looked at, and look again with
# newer signatures; out of quarantine leads no way but deleting.
MOVES = {
    FileState.UPLOADING: {FileState.SCANNING, FileState.UNSCANNED},
    FileState.SCANNING: {FileState.CLEAN, FileState.UNSCANNED, FileState.QUARANTINED},
    FileState.CLEAN: {FileState.SCANNING},
    FileState.UNSCANNED: {FileState.SCANNING},
    FileState.QUARANTINED: set(),
}


def may_move(old: str, new: str) -> bool:
    """Whether a file's state may change so; staying as it is always may."""
    return old == new or FileState(new) in MOVES[FileState(old)]


class ScannerAway(Exception):
    """The scanner is set up but did not answer."""


def scan(file: BinaryIO) -> FileState:
    """The state a file gets: clean, quarantined, unscanned or, for now, scanning.

    Unscanned without settings.CLAMD_SOCKET and for a file larger than ClamAV takes
    (its StreamMaxLength). While the scanner is away the file is held as scanning: ask
    again later. Leaves the file at its beginning.
    """
    if not settings.CLAMD_SOCKET:
        return FileState.UNSCANNED
    try:
        answer = ask_clamd(file, settings.CLAMD_SOCKET)
    except ScannerAway as error:
        logger.warning("virus scanner away, file held: %s", error)
        return FileState.SCANNING
    finally:
        file.seek(0)
    return _state(answer)


def scanner_is_away() -> bool:
    """Whether a scanner is set up and gives no sign of life."""
    return bool(settings.CLAMD_SOCKET) and not answers(settings.CLAMD_SOCKET)


def ask_clamd(file: BinaryIO, address: str) -> str:
    """Send the file by INSTREAM and return the answer, such as "stream: OK".

    `address` is "/run/clamav/clamd.ctl" or "host:3310". Raises ScannerAway.
    """
    file.seek(0)
    try:
        with _connect(address) as connection:
            with suppress(BrokenPipeError, ConnectionResetError):
                # It hangs up on a file that is too large, having said so.
                _send(file, connection)
            answer = _receive(connection)
    except OSError as error:
        raise ScannerAway(str(error)) from error
    if not answer:
        raise ScannerAway("hung up without an answer")
    return answer


def answers(address: str) -> bool:
    """Whether the scanner at `address` is there, apart from any file."""
    try:
        with _connect(address) as connection:
            connection.settimeout(CONNECT_SECONDS)
            connection.sendall(b"zPING\0")
            return _receive(connection) == "PONG"
    except OSError:
        return False


def _connect(address: str) -> socket.socket:
    if address.startswith("/"):
        connection = socket.socket(socket.AF_UNIX)
        target: object = address
    else:
        host, _colon, port = address.rpartition(":")
        connection = socket.socket()
        target = (host.strip("[]"), int(port))
    try:
        connection.settimeout(CONNECT_SECONDS)
        connection.connect(target)
        connection.settimeout(ANSWER_SECONDS)
    except BaseException:
        connection.close()
        raise
    return connection


def _send(file: BinaryIO, connection: socket.socket) -> None:
    connection.sendall(b"zINSTREAM\0")
    while chunk := file.read(CHUNK):
        connection.sendall(struct.pack("!L", len(chunk)) + chunk)
    connection.sendall(struct.pack("!L", 0))


def _receive(connection: socket.socket) -> str:
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < _MAX_ANSWER:
        piece = connection.recv(_MAX_ANSWER)
        if not piece:
            break
        answer += piece
    return answer.rstrip(b"\0").decode(errors="replace").strip()


def _state(answer: str) -> FileState:
    if answer == "stream: OK":
        return FileState.CLEAN
    if answer.endswith(" FOUND"):
        logger.error("virus scanner: %s", answer)
        return FileState.QUARANTINED
    if answer.startswith(_TOO_LARGE):
        logger.warning("virus scanner takes no file of this size: %s", answer)
        return FileState.UNSCANNED
    logger.error("virus scanner failed, file held: %s", answer)
    return FileState.SCANNING
