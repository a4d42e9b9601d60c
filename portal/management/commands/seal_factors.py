"""`manage.py seal_factors`: after a change of MFA_KEYS or SECRET_KEY."""

from allauth.mfa.models import Authenticator
from django.core.management.base import BaseCommand

from members import sealing


class Command(BaseCommand):
    help = "Bring the secrets of all second factors under the newest key."

    def handle(self, *args, **options) -> None:
        done, lost = sealing.reseal(Authenticator)
        self.stdout.write(f"{done} under the newest key, {lost} open under none.")
        if lost:
            self.stdout.write(
                "Those were sealed under a key that is not in MFA_KEYS, SECRET_KEY or "
                "SECRET_KEY_FALLBACKS: name it there, or have their owners set the "
                "factor up again."
            )
