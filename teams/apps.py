from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TeamsConfig(AppConfig):
    name = "teams"
    verbose_name = _("Community digital teams")

    def ready(self) -> None:
        from teams import freshness, keeping, people, personal, samples, search
        from teams.help import letters
        from teams.help import people as help_people
        from teams.recognition import letters as thanks
        from teams.reports import letters as report_letters
        from teams.reports import people as report_people
        from teams.reports import reminders as report_reminders

        people.register()
        personal.register()
        keeping.register()
        help_people.register()
        letters.register_kinds()
        search.register()
        freshness.register()
        report_letters.register_kinds()
        thanks.register_kinds()
        report_reminders.register()
        samples.register()
        report_people.register()
