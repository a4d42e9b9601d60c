"""Uploads from the first byte to the last, over days, crashes and second tries."""

import datetime as dt
import os

import pytest

from content.uploads import Refused, actions, pieces
from content.uploads.actions import Busy, Ended, TooMany, WrongOffset
from content.uploads.models import KEPT, Upload

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)
TICK = dt.timedelta(microseconds=1)


@pytest.fixture
def commit(django_capture_on_commit_callbacks):
    return lambda: django_capture_on_commit_callbacks(execute=True)


def on_disk(private_root):
    return sorted(path.name for path in private_root.glob("uploads/*"))


class TestPieces:
    def test_they_become_one_file_in_the_drawer(self, begin, drawer, now, commit):
        upload = begin(10)
        actions.append(key=upload.key, offset=0, data=b"01234", now=now)
        later = now + 26 * HOUR
        after = actions.append(key=upload.key, offset=5, data=b"56789", now=later)
        assert after.is_whole
        with commit():
            ended = actions.finish(key=upload.key)
        assert ended.outcome == Upload.Outcome.TAKEN
        assert drawer.received == [("bài dự thi.pdf", b"0123456789", later)]
        assert (after.begun_at, after.touched_at) == (now, later)

    def test_the_bytes_go_once_they_are_taken(self, begin, now, commit, private_root):
        upload = begin(3)
        actions.append(key=upload.key, offset=0, data=b"abc", now=now)
        assert on_disk(private_root) == [upload.key]
        with commit():
            actions.finish(key=upload.key)
        assert on_disk(private_root) == []
        assert list((private_root / "incoming").iterdir()) == []

    def test_only_the_portals_account_reads_them(self, begin, now, private_root):
        upload = begin(3)
        actions.append(key=upload.key, offset=0, data=b"a", now=now)
        path = pieces.path_of(upload.key)
        assert path.stat().st_mode & 0o777 == 0o600
        assert path.parent.stat().st_mode & 0o777 == 0o700

    @pytest.mark.parametrize("offset", [0, 4, 6])
    def test_a_piece_from_elsewhere_changes_nothing(self, begin, now, offset):
        upload = begin(10)
        actions.append(key=upload.key, offset=0, data=b"01234", now=now)
        with pytest.raises(WrongOffset):
            actions.append(key=upload.key, offset=offset, data=b"x", now=now)
        assert pieces.path_of(upload.key).read_bytes() == b"01234"

    def test_one_byte_too_many_is_none(self, begin, now):
        upload = begin(3)
        with pytest.raises(WrongOffset):
            actions.append(key=upload.key, offset=0, data=b"0123", now=now)
        assert not pieces.path_of(upload.key).exists()

    def test_what_a_crash_wrote_behind_the_offset_is_cut_off(self, begin, now):
        upload = begin(10)
        actions.append(key=upload.key, offset=0, data=b"01234", now=now)
        with pieces.path_of(upload.key).open("ab") as file:
            file.write(b"garbage")
        actions.append(key=upload.key, offset=5, data=b"5", now=now)
        assert pieces.path_of(upload.key).read_bytes() == b"012345"

    def test_bytes_that_are_gone_begin_anew_and_not_in_time_any_more(
        self, begin, now, caplog
    ):
        upload = begin(10)
        actions.append(key=upload.key, offset=0, data=b"01234", now=now)
        pieces.drop(upload.key)
        with pytest.raises(WrongOffset):
            actions.append(key=upload.key, offset=5, data=b"5", now=now + HOUR)
        upload.refresh_from_db()
        assert (upload.offset, upload.begun_at) == (0, None)
        assert "gone from the disk" in caplog.text

    def test_the_feature_may_close_between_two_pieces(self, begin, drawer, now):
        upload = begin(10)
        actions.append(key=upload.key, offset=0, data=b"01234", now=now)
        drawer.closed = "Too late."
        with pytest.raises(Refused):
            actions.append(key=upload.key, offset=5, data=b"56789", now=now)
        assert pieces.path_of(upload.key).read_bytes() == b"01234"


class TestFinish:
    def test_twice_is_once(self, begin, drawer, now):
        upload = begin(1)
        actions.append(key=upload.key, offset=0, data=b"a", now=now)
        for _time in range(2):
            actions.finish(key=upload.key)
        assert len(drawer.received) == 1
        with pytest.raises(Ended):
            actions.append(key=upload.key, offset=1, data=b"", now=now)

    def test_not_before_the_last_byte(self, begin, drawer, now):
        upload = begin(2)
        actions.append(key=upload.key, offset=0, data=b"a", now=now)
        assert actions.finish(key=upload.key).outcome == ""
        assert drawer.received == []

    def test_a_refusal_is_kept_for_whoever_lost_the_answer(
        self, begin, drawer, now, commit, private_root
    ):
        drawer.dislikes = "Files of this kind cannot be taken."
        upload = begin(1)
        actions.append(key=upload.key, offset=0, data=b"a", now=now)
        with commit():
            actions.finish(key=upload.key)
        upload.refresh_from_db()
        assert (upload.outcome, upload.sentence) == ("refused", drawer.dislikes)
        assert on_disk(private_root) == []

    def test_what_breaks_off_is_finished_by_the_sweep_with_the_time_of_arrival(
        self, begin, drawer, now, caplog
    ):
        drawer.breaks = True
        upload = begin(1)
        actions.append(key=upload.key, offset=0, data=b"a", now=now)
        with pytest.raises(RuntimeError):
            actions.finish(key=upload.key)
        later = now + HOUR
        assert actions.finish_left_behind(now=later) == 0
        drawer.breaks = False
        assert actions.finish_left_behind(now=later) == 1
        assert drawer.received == [("bài dự thi.pdf", b"a", now)]

    def test_the_sweep_leaves_a_running_request_its_minute(self, begin, drawer, now):
        upload = begin(1)
        actions.append(key=upload.key, offset=0, data=b"a", now=now)
        assert actions.finish_left_behind(now=now + dt.timedelta(seconds=59)) == 0
        assert drawer.received == []

    def test_a_whole_file_that_is_gone_is_said(self, begin, drawer, now, caplog):
        upload = begin(1)
        actions.append(key=upload.key, offset=0, data=b"a", now=now)
        pieces.drop(upload.key)
        assert actions.finish(key=upload.key).outcome == "refused"
        assert drawer.received == []


class TestBounds:
    def test_so_many_unfinished_ones_and_no_more(self, begin):
        for _number in range(actions.MOST_OPEN):
            begin(1)
        with pytest.raises(TooMany):
            begin(1)

    def test_so_many_bytes_and_no_more(self, begin, settings):
        settings.UPLOAD_MAX_BYTES = 100
        begin(60)
        begin(40)
        with pytest.raises(TooMany):
            begin(1)

    def test_of_each_account_by_itself(self, begin, owner, settings):
        settings.UPLOAD_MAX_BYTES = 100
        begin(100)
        assert begin(100, owner=owner.pk + 1)

    def test_so_many_an_hour(self, begin, monkeypatch, now):
        monkeypatch.setattr(actions, "MOST_AN_HOUR", 2)
        for _time in range(2):
            actions.drop(key=begin(1).key)
        with pytest.raises(TooMany):
            begin(1)
        assert begin(1, now=now + HOUR)

    def test_the_database_knows_no_empty_and_no_overfull_upload(self, begin):
        from django.db import IntegrityError, transaction

        upload = begin(5)
        for change in ({"length": 0}, {"offset": 6}, {"outcome": "taken"}):
            with pytest.raises(IntegrityError), transaction.atomic():
                Upload.objects.filter(pk=upload.pk).update(**change)


class TestSweep:
    @pytest.fixture
    def old(self, begin, now):
        upload = begin(10)
        actions.append(key=upload.key, offset=0, data=b"01234", now=now)
        return upload

    def test_seven_days_and_not_a_moment_less(self, old, now, commit, private_root):
        assert actions.sweep(now=now + KEPT) == []
        with commit():
            [line] = actions.sweep(now=now + KEPT + TICK)
        assert old.key in line
        assert "50 %" in line
        assert on_disk(private_root) == []
        assert not Upload.objects.exists()

    def test_a_dry_run_says_the_same_and_does_nothing(
        self, old, now, commit, private_root
    ):
        stranger = pieces.path_of("f" * 32)
        stranger.write_bytes(b"x")
        then = (now - dt.timedelta(days=2)).timestamp()
        os.utime(stranger, (then, then))
        moment = now + KEPT + TICK
        said = actions.sweep(now=moment, dry_run=True)
        assert len(said) == 2
        assert len(on_disk(private_root)) == 2
        with commit():
            assert actions.sweep(now=moment) == said
        assert on_disk(private_root) == []

    def test_a_young_file_without_a_row_waits_a_day(self, now, private_root):
        pieces.folder().mkdir(parents=True)
        stranger = pieces.path_of("e" * 32)
        stranger.write_bytes(b"x")
        then = (now - dt.timedelta(hours=23)).timestamp()
        os.utime(stranger, (then, then))
        assert actions.sweep(now=now) == []

    def test_without_any_upload_there_is_nothing_to_do(self, now):
        assert actions.sweep(now=now) == []

    def test_taken_ones_answer_for_a_day(self, begin, now, commit):
        upload = begin(1)
        actions.append(key=upload.key, offset=0, data=b"a", now=now)
        actions.finish(key=upload.key)
        assert actions.sweep(now=now + dt.timedelta(days=1)) == []
        with commit():
            assert actions.sweep(now=now + dt.timedelta(days=1) + TICK)
        assert not Upload.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_requests_for_one_upload_do_not_wait_for_each_other(begin, now):
    """A second piece is told at once that the first is still being written."""
    import threading

    from django.db import connection, transaction

    upload = begin(2)
    seen = []

    def second():
        try:
            actions.append(key=upload.key, offset=0, data=b"b", now=now)
        except Busy as busy:
            seen.append(busy)
        finally:
            connection.close()

    with transaction.atomic():
        Upload.objects.select_for_update().get(pk=upload.pk)
        thread = threading.Thread(target=second)
        thread.start()
        thread.join()
    assert len(seen) == 1


@pytest.mark.parametrize("key", ["", "../../etc/passwd", "A" * 32, "f" * 33])
def test_no_key_leads_out_of_the_folder(key):
    with pytest.raises(ValueError, match="key"):
        pieces.path_of(key)
