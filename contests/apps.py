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
            keeping,
            people,
            personal,
            reminders,
            samples,
            search,
            uploading,
        )
        from contests.voting import emails as vote_letters
        from contests.voting import people as voting_people
        from members import consents

        emails.register_kinds()
        vote_letters.register_kinds()
        reminders.register_sources()
        samples.register()
        people.register()
        voting_people.register()
        personal.register()
        keeping.register()
        desk.register()
        search.register()
        uploading.register()
        freshness.register()
        consents.changed.register("contests", actions.consent_changed)
