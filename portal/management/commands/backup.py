"""`manage.py backup`: database and files into one archive (docs/operate.md)."""

from argparse import ArgumentParser
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from content import clock
from portal import backups
from portal.backups import erased, place


class Command(BaseCommand):
    help = "Write database, public and private files into one archive with checksums."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "folder",
            nargs="?",
            type=Path,
            default=settings.BACKUP_FOLDER,
            help=f"where it goes (now {settings.BACKUP_FOLDER})",
        )
        parser.add_argument(
            "--keep",
            type=int,
            metavar="N",
            help="then delete all but the newest N backups in that folder",
        )

        parser.add_argument(
            "--without-buckets",
            action="store_true",
            help="with STORAGE=s3: leave the files to whoever keeps the buckets",
        )

    def handle(
        self,
        *args,
        folder: Path,
        keep: int | None,
        without_buckets: bool,
        **options,
    ) -> None:
        if keep is not None and keep < 1:
            raise CommandError("--keep is at least 1: the backup just made stays.")
        try:
            portal = place.here(with_buckets=not without_buckets)
            key = place.key()
            path = backups.make(
                portal,
                folder.resolve(),
                key=key,
                now=clock.now(),
                without=erased.ledger_files(),
            )
            gone = backups.drop_old(folder, keep=keep) if keep else []
        except backups.BackupError as error:
            raise CommandError(str(error)) from error
        size = path.stat().st_size / 1_000_000
        self.stdout.write(f"{path} ({size:.1f} MB, {'en' if key else 'not en'}crypted)")
        for old in gone:
            self.stdout.write(f"deleted {old.name}")
        if portal.media is None:
            self.stdout.write(
                "Pictures and private files lie in buckets and are NOT in this backup: "
                "keep versions there and a copy elsewhere, as docs/operate.md says."
            )
        self.stdout.write(
            "Not in it either: SECRET_KEY and the rest of the environment, and the "
            "ledger of erasures. Keep copies of both elsewhere."
        )
