from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError

from content import clock
from portal import demo


class Command(BaseCommand):
    help = "Load the demo content (debug only; done twice is done once)."

    def handle(self, *args, **options) -> None:
        try:
            world = demo.load(now=clock.now())
        except ImproperlyConfigured as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"demo: {len(world.units)} units, {len(world.people)} people")
