from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NewsConfig(AppConfig):
    name = "news"
    verbose_name = _("News")

    def ready(self) -> None:
        from news import desk, emails, freshness, house, reminders, search

        emails.register_kinds()
        freshness.register()
        house.register()
        desk.register()
        search.register()
        reminders.register()
