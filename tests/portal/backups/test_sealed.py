"""Nothing of a sealed backup can be read, changed, moved or left out unnoticed."""

import io

import pytest

from portal.backups import BackupError, sealed

KEY = "một câu dài chỉ kho lưu trữ biết"
HEAD = len(sealed.MARK) + sealed.SALT + sealed.WORD
PIECE = sealed.PIECE + sealed.TAG
TEXT = bytes(range(256)) * 10_000  # two whole pieces and a part of one


def seal(data: bytes, key: str = KEY, portion: int = 700_001) -> bytes:
    out = io.BytesIO()
    sealer = sealed.Sealer(out, key)
    for start in range(0, len(data), portion):
        sealer.write(data[start : start + portion])
    sealer.finish()
    return out.getvalue()


def unseal(data: bytes, key: str = KEY) -> bytes:
    return io.BufferedReader(sealed.Opener(io.BytesIO(data), key)).read()


SEALED = seal(TEXT)


@pytest.mark.parametrize(
    "size", [0, 1, sealed.PIECE - 1, sealed.PIECE, sealed.PIECE + 1, len(TEXT)]
)
def test_what_is_sealed_opens_again(size):
    assert unseal(seal(TEXT[:size])) == TEXT[:size]


def test_nothing_of_it_can_be_read():
    assert TEXT[:64] not in SEALED
    assert seal(TEXT) != SEALED  # each file has a salt of its own


def test_another_key_is_said_to_be_another_key():
    with pytest.raises(BackupError, match="not the key of this backup"):
        unseal(SEALED, "another key that is long enough")


def test_a_key_that_could_be_guessed_is_refused():
    with pytest.raises(BackupError, match="too short"):
        seal(b"", "mật khẩu 123")


@pytest.mark.parametrize(
    "place", [0, HEAD - 1, HEAD, HEAD + PIECE + 5, len(SEALED) - 1]
)
def test_a_flipped_bit_is_refused(place):
    data = bytearray(SEALED)
    data[place] ^= 1
    if place == 0:
        assert not sealed.is_sealed(io.BytesIO(data))
        return
    with pytest.raises(BackupError):
        unseal(bytes(data))


@pytest.mark.parametrize(
    "changed",
    [
        SEALED[: HEAD + PIECE],  # ends after a whole piece
        SEALED[:-1],
        SEALED[:HEAD],
        SEALED[: HEAD - 3],
        SEALED[:HEAD] + SEALED[HEAD + PIECE :],  # the first is missing
        SEALED[: HEAD + PIECE] + SEALED[HEAD:],  # the first stands twice
        SEALED[:HEAD]
        + SEALED[HEAD + PIECE : HEAD + 2 * PIECE]
        + SEALED[HEAD : HEAD + PIECE]
        + SEALED[HEAD + 2 * PIECE :],  # the other way round
        SEALED + SEALED[HEAD + 2 * PIECE :],  # something comes after the end
    ],
    # Each process seals with a salt of its own: the bytes are no name.
    ids=range(8),
)
def test_pieces_cannot_be_cut_off_moved_or_doubled(changed):
    with pytest.raises(BackupError):
        unseal(changed)
