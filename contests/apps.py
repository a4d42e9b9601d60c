from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ContestsConfig(AppConfig):
    name = "contests"
    verbose_name = _("Contests")

    def ready(self) -> None:
        from contests import (
            actions,
            desk,
            emails,
            freshness,
            people,
            reminders,
            samples,
            search,
            uploading,
        )
        from members import consents

        emails.register_kinds()
        reminders.register_sources()
        samples.register()
        people.register()
        desk.register()
        search.register()
        uploading.register()
        freshness.register()
        consents.changed.register("contests", actions.consent_changed)
