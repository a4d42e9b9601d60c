"""Links out of the site: hosts that are trusted, and who looked at the others."""

from __future__ import annotations

import re

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from content.fields import NFCCharField
from members.tracking import tracked
from news.models.article import Article
from news.querysets import TrustedHostQuerySet

_HOST = RegexValidator(
    re.compile(r"^(?=.{4,200}$)[a-z0-9-]+(\.[a-z0-9-]+)+$"),
    _("Only the name of the site, such as vnexpress.net."),
)


@tracked()
class TrustedHost(models.Model):
    """A site that articles may link to without asking; its subdomains as well.

    Sites of the state and of schools (.gov.vn, .edu.vn) and this one are always.
    """

    host = models.CharField(
        _("site"),
        max_length=200,
        unique=True,
        validators=[_HOST],
        help_text=_("The name alone: vnexpress.net covers video.vnexpress.net too."),
    )
    note = NFCCharField(_("note"), max_length=200, blank=True)

    objects = TrustedHostQuerySet.as_manager()

    class Meta:
        ordering = ["host"]
        verbose_name = _("trusted site")
        verbose_name_plural = _("trusted sites")

    def __str__(self) -> str:
        return self.host


class LinkConfirmation(models.Model):
    """A publisher looked at an article's links to a site and let them pass."""

    article = models.ForeignKey(
        Article,
        on_delete=models.CASCADE,
        related_name="link_confirmations",
        verbose_name=_("article"),
    )
    host = models.CharField(_("site"), max_length=255)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("confirmed by"),
    )
    at = models.DateTimeField(_("confirmed at"))

    class Meta:
        ordering = ["article", "host"]
        verbose_name = _("confirmed link")
        verbose_name_plural = _("confirmed links")
        constraints = [
            models.UniqueConstraint(
                fields=["article", "host"], name="link_confirmed_once"
            ),
        ]

    def __str__(self) -> str:
        return self.host
