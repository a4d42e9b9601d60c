"""Asking ClamAV: a real one, and a stand-in for what a real one rarely says."""

import io
import os
import socket

import pytest

from content import files
from content.files import FileState, scanner
from tests.clamd import StandIn, TcpStandIn, real_clamd
from tests.factories import files as samples

MEGABYTE = 1024 * 1024


@pytest.fixture
def clamd(tmp_path, settings):
    settings.CLAMD_SOCKET = str(tmp_path / "clamd.sock")
    with StandIn.serving(settings.CLAMD_SOCKET) as server:
        yield server


class TestScan:
    def test_without_a_scanner_it_stays_unscanned(self, settings):
        assert settings.CLAMD_SOCKET == ""
        assert files.scan(io.BytesIO(samples.EICAR)) is FileState.UNSCANNED

    def test_a_clean_file_is_sent_whole_and_rewound(self, clamd):
        content = os.urandom(700_001)
        file = io.BytesIO(content)
        file.seek(99)
        assert files.scan(file) is FileState.CLEAN
        assert clamd.received == [content]
        assert file.tell() == 0

    def test_a_virus_is_locked_away(self, clamd):
        assert files.scan(io.BytesIO(samples.EICAR)) is FileState.QUARANTINED

    def test_over_tcp_too(self, settings):
        with TcpStandIn.serving(("127.0.0.1", 0)) as server:
            settings.CLAMD_SOCKET = f"127.0.0.1:{server.server_address[1]}"
            assert files.scan(io.BytesIO(samples.EICAR)) is FileState.QUARANTINED

    def test_larger_than_the_scanner_takes_is_unscanned_not_held_for_ever(self, clamd):
        file = io.BytesIO(bytes(20 * MEGABYTE))
        assert files.scan(file) is FileState.UNSCANNED

    @pytest.mark.parametrize(
        "answer", [b"", b"stream: Can't allocate memory ERROR\0", b"stream: OK, maybe"]
    )
    def test_any_other_answer_holds_the_file(self, clamd, answer):
        clamd.answer = answer
        assert files.scan(io.BytesIO(b"abc")) is FileState.SCANNING

    def test_a_scanner_that_is_away_holds_the_file(self, settings, tmp_path):
        settings.CLAMD_SOCKET = str(tmp_path / "nobody.sock")
        file = io.BytesIO(b"abc")
        assert files.scan(file) is FileState.SCANNING
        assert file.tell() == 0

    def test_a_silent_scanner_holds_the_file(self, settings, tmp_path, monkeypatch):
        monkeypatch.setattr("content.files.scanner.ANSWER_SECONDS", 0.2)
        settings.CLAMD_SOCKET = str(tmp_path / "silent.sock")
        with socket.socket(socket.AF_UNIX) as silent:
            silent.bind(settings.CLAMD_SOCKET)
            silent.listen()
            assert files.scan(io.BytesIO(b"abc")) is FileState.SCANNING

    def test_it_is_asked_whether_it_is_there(self, clamd, tmp_path):
        assert scanner.answers(clamd.server_address)
        assert not scanner.answers(str(tmp_path / "nobody.sock"))


@pytest.mark.parametrize(
    ("old", "new", "may"),
    [
        ("uploading", "scanning", True),
        ("uploading", "unscanned", True),
        ("uploading", "clean", False),
        ("scanning", "scanning", True),
        ("scanning", "clean", True),
        ("scanning", "unscanned", True),
        ("scanning", "quarantined", True),
        ("unscanned", "scanning", True),
        ("unscanned", "clean", False),
        ("clean", "scanning", True),
        ("quarantined", "clean", False),
        ("quarantined", "scanning", False),
    ],
)
def test_states_move_only_along_their_ways(old, new, may):
    assert files.may_move(old, new) is may


@pytest.fixture(scope="module")
def daemon():
    with real_clamd() as daemon:
        yield daemon


@pytest.mark.slow
@pytest.mark.fault
class TestARealClamd:
    @pytest.fixture(autouse=True)
    def _set_up(self, daemon, settings):
        settings.CLAMD_SOCKET = daemon.socket

    def test_finds_the_test_virus(self):
        assert files.scan(io.BytesIO(samples.EICAR)) is FileState.QUARANTINED

    @pytest.mark.parametrize("make", [samples.pdf, samples.docx, samples.picture])
    def test_lets_a_clean_file_pass(self, make):
        assert files.scan(io.BytesIO(make())) is FileState.CLEAN

    def test_finds_it_within_a_document(self):
        content = samples.package(extra={"word/media/a.bin": samples.EICAR})
        assert files.scan(io.BytesIO(content)) is FileState.QUARANTINED

    def test_reads_a_file_as_large_as_it_takes_in_many_pieces(self, daemon):
        file = io.BytesIO(os.urandom(daemon.stream_limit))
        assert files.scan(file) is FileState.CLEAN
        assert file.tell() == 0

    @pytest.mark.parametrize("megabytes", [3, 100])
    def test_larger_than_it_takes_is_unscanned(self, megabytes):
        assert files.scan(io.BytesIO(bytes(megabytes * MEGABYTE))) is (
            FileState.UNSCANNED
        )

    def test_after_a_stop_files_are_held_and_after_a_start_no_longer(self, daemon):
        file = io.BytesIO(samples.EICAR)
        daemon.stop()
        assert files.scan(file) is FileState.SCANNING
        daemon.start()
        assert files.scan(file) is FileState.QUARANTINED
