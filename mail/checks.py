"""What the settings must promise for letters to leave once."""

from django.conf import settings
from django.core.checks import Error, register

from mail.delivery import ANSWERS, IN_FLIGHT


@register()
def timeout_fits_recovery(app_configs, **kwargs) -> list[Error]:
    """A mail server may not keep us waiting for longer than `recover` does."""
    longest = IN_FLIGHT.total_seconds() / ANSWERS
    timeout = settings.EMAIL_TIMEOUT
    if timeout is not None and timeout <= longest:
        return []
    return [
        Error(
            "A letter could be with the mail server for longer than it counts as "
            "being sent, and would be sent twice.",
            hint=f"Set EMAIL_TIMEOUT to at most {longest:.0f} seconds.",
            id="mail.E001",
        )
    ]
