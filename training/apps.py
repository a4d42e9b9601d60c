from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TrainingConfig(AppConfig):
    name = "training"
    verbose_name = _("Training")

    def ready(self) -> None:
        from training import (
            attended,
            desk,
            emails,
            freshness,
            keeping,
            own_calendar,
            people,
            personal,
            reminders,
            samples,
            search,
            staffing,
            thanks,
        )

        emails.register_kinds()
        reminders.register_source()
        thanks.register_source()
        staffing.register_kinds()
        samples.register()
        people.register()
        personal.register()
        keeping.register()
        attended.register()
        desk.register()
        search.register()
        freshness.register()
        own_calendar.register()
