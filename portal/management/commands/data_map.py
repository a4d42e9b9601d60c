"""Write docs/data-map.md anew, or say that it is behind the models."""

from django.core.management.base import BaseCommand, CommandError

from members.datamap import walking, writing


class Command(BaseCommand):
    help = "Writes docs/data-map.md from the models; --check only compares."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser) -> None:
        parser.add_argument("--check", action="store_true")

    def handle(self, *, check: bool, **options) -> None:
        if missing := walking.undeclared():
            raise CommandError("No words for these columns: " + ", ".join(missing))
        if gone := walking.unknown():
            raise CommandError("Declared, but there is none: " + ", ".join(gone))
        text, path = writing.written(), writing.path()
        if not check:
            path.write_text(text, "utf-8")
        elif not path.exists() or path.read_text("utf-8") != text:
            raise CommandError("docs/data-map.md is old: run manage.py data_map")
