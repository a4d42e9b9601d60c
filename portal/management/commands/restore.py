"""`manage.py restore`: a backup into an empty place (docs/operate.md)."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.cache import cache
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from django.db.migrations.loader import MigrationLoader

from content import clock
from mail.models import Letter
from portal import backups
from portal.backups import erased, place


class Command(BaseCommand):
    help = (
        "Check a backup from end to end, bring database and files back, and erase "
        "again whoever was erased since."
    )
    # The database is empty yet.
    requires_system_checks = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("archive", type=Path)
        parser.add_argument(
            "--check", action="store_true", help="only look through it, change nothing"
        )
        parser.add_argument(
            "--replace",
            action="store_true",
            help="the database and the folders may hold something; it is replaced",
        )

    def handle(
        self, *args, archive: Path, check: bool, replace: bool, **options
    ) -> None:
        try:
            portal, key = place.here(), place.key()
            contents = backups.look_through(archive, key=key, known=_migrations())
            self._tell(contents, portal)
            if check:
                return
            before = erased.known()
            connections.close_all()
            backups.restore(
                archive, portal, key=key, contents=contents, replace=replace
            )
        except backups.BackupError as error:
            raise CommandError(str(error)) from error
        self.stdout.write("Database and files are back.")
        call_command("migrate", interactive=False, verbosity=0)
        again, in_all = erased.erase_again(before, now=clock.now())
        self.stdout.write(
            f"Ledger of erasures: {in_all} known, {again} people erased again."
        )
        self._forget_pages()
        self._say_what_is_next()

    def _tell(self, contents: backups.Contents, portal: backups.Portal) -> None:
        rows = sum(contents.rows.values())
        self.stdout.write(
            f"Made {contents.head['made_at']}: {rows} rows in {len(contents.rows)} "
            f"tables, {contents.files} files. Every checksum fits."
        )
        if contents.head["identity"] != portal.identity:
            self.stdout.write(
                "It was made under another SECRET_KEY. Under this one nobody stays "
                "signed in, links in letters end, and authenticator apps have to be "
                "set up again: set the SECRET_KEY of that time (or name it in "
                "SECRET_KEY_FALLBACKS) before going on."
            )

    def _forget_pages(self) -> None:
        try:
            cache.clear()
        except Exception as error:
            # Nothing may stand between a restore and its end.
            self.stdout.write(f"The cache does not answer ({error}): empty it by hand.")

    def _say_what_is_next(self) -> None:
        waiting = Letter.objects.pending(clock.now()).count()
        self.stdout.write("Next:")
        if waiting:
            self.stdout.write(
                f"  {waiting} letters were waiting when the backup was made; some may "
                "have gone out since. Look at them in the admin before the worker "
                "starts, as it sends them."
            )
        self.stdout.write("  start web servers, workers and beat; ask /readyz;")
        self.stdout.write("  sign in, open an article, a session and a private file.")


def _migrations() -> set[str]:
    """Those that this code has, without asking a database."""
    found = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    return {f"{app}.{name}" for app, name in found}
