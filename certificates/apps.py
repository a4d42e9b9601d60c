from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CertificatesConfig(AppConfig):
    name = "certificates"
    verbose_name = _("Certificates")

    def ready(self) -> None:
        from certificates import desk, keeping, letters, people, personal, samples

        letters.register_kinds()
        samples.register()
        people.register()
        personal.register()
        keeping.register()
        desk.register()
