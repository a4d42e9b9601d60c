import asyncio
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand

from portal import mailbox


class Command(BaseCommand):
    help = "Take mail on a local port and keep each letter as a file (debug only)."
    requires_system_checks = ()

    def add_arguments(self, parser) -> None:
        parser.add_argument("--port", type=int, default=1025)
        parser.add_argument("--folder", type=Path, default=settings.MAILBOX)

    def handle(self, *args, port: int, folder: Path, **options) -> None:
        asyncio.run(mailbox.serve(folder, port=port))
