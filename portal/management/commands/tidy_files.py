"""`manage.py tidy_files`: the nightly sweep, now; `--dry-run` only says what goes."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand

from content import clock
from content.uploads import actions as uploads
from contests import upkeep


class Command(BaseCommand):
    help = (
        "Drop uploads that nobody went on with for a week, and private files that no "
        "row knows."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--dry-run", action="store_true", help="Say what would go; drop nothing."
        )

    def handle(self, *args, dry_run: bool, **options) -> None:
        now = clock.now()
        gone = uploads.sweep(now=now, dry_run=dry_run)
        gone += upkeep.drop_orphan_files(now=now, dry_run=dry_run)
        for line in gone:
            self.stdout.write(line)
        verb = "would go" if dry_run else "gone"
        self.stdout.write(f"{len(gone)} {verb}.")
