"""What the site says of itself."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from content.fields import NFCCharField, NFCEmailField


class SiteIdentity(models.Model):
    """Who runs the site: one row, or none until somebody has saved it.

    Read it through `content.identity.current`, which knows what holds before that.
    """

    THE_ONE = 1

    id = models.PositiveSmallIntegerField(
        primary_key=True, default=THE_ONE, editable=False
    )
    name = NFCCharField(
        _("name of the site"),
        max_length=80,
        help_text=_("At the top of each page and of each letter."),
    )
    owner = NFCCharField(
        _("who runs the site"),
        max_length=120,
        help_text=_("The full name of the organisation, as on its letterhead."),
    )
    responsible = NFCCharField(
        _("responsible for the content"),
        max_length=160,
        blank=True,
        help_text=_(
            "Name and position of the person who answers for what is published."
        ),
    )
    address = NFCCharField(
        pgettext_lazy("postal", "address"), max_length=200, blank=True
    )
    contact_phone = NFCCharField(
        _("phone"),
        max_length=40,
        blank=True,
        help_text=_("The office's number, not a private one."),
    )
    contact_email = NFCEmailField(
        _("e-mail"), help_text=_("Answers to letters of the portal go here.")
    )

    class Meta:
        verbose_name = _("site identity")
        verbose_name_plural = _("site identity")
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="one_site_identity")
        ]

    def __str__(self) -> str:
        return self.name
