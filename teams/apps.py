from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TeamsConfig(AppConfig):
    name = "teams"
    verbose_name = _("Community digital teams")

    def ready(self) -> None:
        from teams import freshness, people, search
        from teams.help import letters
        from teams.help import people as help_people

        people.register()
        help_people.register()
        letters.register_kinds()
        search.register()
        freshness.register()
