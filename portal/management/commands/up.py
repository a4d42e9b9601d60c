from django.core.management.base import BaseCommand

from portal import up


class Command(BaseCommand):
    help = "Start everything the portal needs and run it until Ctrl-C (make run)."
    requires_system_checks = ()

    def handle(self, *args, **options) -> None:
        up.up(say=self._say)

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
