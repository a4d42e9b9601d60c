"""Somebody asks for a helper, and what about."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from content.fields import NFCCharField
from members import cards
from members.models import Unit
from teams.models.team import DigitalTeam
from teams.querysets import HelpRequestQuerySet


class HelpTopic(models.Model):
    """What people ask about: rows, because services come and go."""

    name = NFCCharField(_("name"), max_length=100, unique=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    is_offered = models.BooleanField(
        _("can be chosen"),
        default=True,
        help_text=_("Requests that chose it before keep it."),
    )

    class Meta:
        ordering = ["order", "name"]
        verbose_name = _("topic of help")
        verbose_name_plural = _("topics of help")

    def __str__(self) -> str:
        return self.name


class HelpRequest(models.Model):
    """A name and a number to call, until it is done with: 90 days and no longer.

    No account, no date of birth, no words of one's own: who cannot be asked for more
    cannot tell too much. Nothing here is copied into a history.
    """

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("help request", "Nobody called yet")
        MISSED = "missed", _("Called, not reached")
        CALLED = "called", _("Called, help is arranged")
        HELPED = "helped", _("Helped")
        CLOSED = "closed", _("Closed without help")
        WITHDRAWN = "withdrawn", _("Taken back")

    class Prefers(models.TextChoices):
        MORNING = "morning", _("In the morning")
        NOON = "noon", _("Around noon")
        AFTERNOON = "afternoon", _("In the afternoon")
        EVENING = "evening", _("In the evening")
        WEEKEND = "weekend", _("On Saturday or Sunday")

    class Why(models.TextChoices):
        """Why the commune looks after it instead of a team."""

        NO_TEAM = "no_team", _("No team of the area can be reached")
        SILENT = "silent", _("The team was silent for two days")
        PASSED_ON = "passed_on", _("The team passed it on")

    OPEN = (State.WAITING, State.MISSED, State.CALLED)
    ENDED = (State.HELPED, State.CLOSED, State.WITHDRAWN)
    MOVES = dict.fromkeys(OPEN, (State.MISSED, State.CALLED, *ENDED)) | dict.fromkeys(
        ENDED, ()
    )

    code = models.CharField(max_length=12, unique=True, editable=False)
    press = models.CharField(
        max_length=32, unique=True, editable=False, help_text=_("Which form was sent.")
    )
    name = NFCCharField(_("name"), max_length=80, blank=True)
    phone = models.CharField(_("phone"), max_length=16, blank=True)
    commune = models.ForeignKey(
        Unit,
        on_delete=models.PROTECT,
        related_name="help_requests",
        verbose_name=_("commune"),
    )
    area = NFCCharField(_("village or group"), max_length=120, blank=True)
    topic = models.ForeignKey(
        HelpTopic,
        on_delete=models.PROTECT,
        related_name="requests",
        verbose_name=_("topic"),
    )
    prefers = models.CharField(
        _("good time to call"), max_length=10, choices=Prefers, blank=True
    )
    agreed_version = models.CharField(max_length=40, editable=False)
    state = models.CharField(
        _("state"), max_length=10, choices=State, default=State.WAITING
    )
    team = models.ForeignKey(
        DigitalTeam,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="help_requests",
        verbose_name=_("digital team"),
    )
    why_commune = models.CharField(
        _("why the commune has it"), max_length=10, choices=Why, blank=True
    )
    sent_at = models.DateTimeField(_("sent at"))
    # The last moment somebody got it or did something about it.
    moved_at = models.DateTimeField(_("last step"))
    calls = models.PositiveSmallIntegerField(_("calls"), default=0)

    objects = HelpRequestQuerySet.as_manager()

    class Meta:
        ordering = ["-sent_at", "-id"]
        verbose_name = _("request for help")
        verbose_name_plural = _("requests for help")
        constraints = [
            models.CheckConstraint(
                name="help_request_somebodys",
                condition=Q(team__isnull=False) | ~Q(why_commune=""),
            ),
            models.CheckConstraint(
                name="help_request_callable",
                condition=~Q(state__in=["waiting", "missed", "called"]) | ~Q(phone=""),
            ),
        ]
        indexes = [
            models.Index(
                fields=["moved_at"],
                name="help_request_silent",
                condition=Q(state__in=["waiting", "missed"], why_commune=""),
            ),
            models.Index(fields=["commune", "-sent_at"], name="help_request_commune"),
            models.Index(fields=["sent_at"], name="help_request_age"),
        ]

    def __str__(self) -> str:
        # Logs and letters outlive the request: no name here.
        return gettext("Request no. %(number)s") % {"number": self.pk}

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

    @property
    def with_commune(self) -> bool:
        return bool(self.why_commune)

    @property
    def spaced_code(self) -> str:
        """As people read it: "4K7M-92PX-3HT8"."""
        return cards.spaced(self.code)
