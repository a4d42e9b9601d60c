from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NewsConfig(AppConfig):
    name = "news"
    verbose_name = _("News")

    def ready(self) -> None:
        from news import (
            desk,
            emails,
            freshness,
            house,
            keeping,
            people,
            personal,
            receipts,
            reminders,
            samples,
            search,
            story_letters,
        )

        emails.register_kinds()
        freshness.register()
        house.register()
        desk.register()
        receipts.register()
        search.register()
        reminders.register()
        story_letters.register_kinds()
        samples.register()
        people.register()
        personal.register()
        keeping.register()
