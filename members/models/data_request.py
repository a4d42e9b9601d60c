"""What people ask about their own data, and how it was answered."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from content.fields import NFCTextField
from content.files import private_storage
from members.models.account import User
from members.models.person import Person
from members.models.unit import Unit
from members.querysets import DataRequestQuerySet


class DataRequest(models.Model):
    """One request under law 91/2025/QH15, article 4, with the clock it started.

    When its person is erased the row stays without a word of them: that it was asked
    and carried out in time is what the portal has to prove.
    """

    class Kind(models.TextChoices):
        SEE = "see", _("See the data")
        CORRECT = "correct", _("Correct the data")
        COPY = "copy", _("Get a copy")
        WITHDRAW = "withdraw", _("Withdraw a consent")
        RESTRICT = "restrict", _("Restrict the use")
        OBJECT = "object", _("Object to the use")
        DELETE = "delete", _("Delete the data")

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        DONE = "done", _("Done")
        REFUSED = "refused", _("Refused")
        TAKEN_BACK = "taken_back", _("Taken back")

    class Way(models.TextChoices):
        PAGE = "page", _("On the page “My data”")
        PAPER = "paper", _("On paper")
        SPOKEN = "spoken", _("In person or by telephone")
        MAIL = "mail", _("By email")

    person = models.ForeignKey(
        Person,
        on_delete=models.SET_NULL,
        null=True,
        related_name="data_requests",
        verbose_name=_("person"),
    )
    # The person's at that time: whose desk it lies on, even after an erasure.
    unit = models.ForeignKey(
        Unit,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("unit"),
    )
    kind = models.CharField(_("what"), max_length=10, choices=Kind)
    way = models.CharField(_("how it came"), max_length=10, choices=Way)
    text = NFCTextField(_("in their words"), max_length=2000, blank=True)
    received_at = models.DateTimeField(_("received at"))
    acknowledged_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)
    confirm_by = models.DateField(_("to be confirmed by"))
    due_on = models.DateField(_("to be done by"))
    reason_to_extend = NFCTextField(
        _("why it takes longer"), max_length=500, blank=True
    )
    # A deletion from the page: not before this moment, so that it can be taken back.
    not_before = models.DateTimeField(_("not before"), null=True, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=State, default=State.OPEN
    )
    answer = NFCTextField(_("answer"), max_length=2000, blank=True)
    decided_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    decided_by = models.ForeignKey(
        User,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("answered by"),
    )
    entered_by = models.ForeignKey(
        User,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("entered by"),
    )
    # Of a copy that was made: the archive, until its time is over.
    file = models.FileField(
        _("copy"), storage=private_storage, max_length=100, blank=True, editable=False
    )
    file_until = models.DateTimeField(_("copy kept until"), null=True, blank=True)

    objects = DataRequestQuerySet.as_manager()

    class Meta:
        ordering = ["-received_at", "-id"]
        verbose_name = _("request about data")
        verbose_name_plural = _("requests about data")
        constraints = [
            models.UniqueConstraint(
                # A second click asks nothing new.
                fields=["person", "kind"],
                condition=Q(state="open", kind__in=["copy", "delete"]),
                name="data_request_once",
            ),
            models.CheckConstraint(
                name="data_request_decided",
                condition=Q(state="open", decided_at__isnull=True)
                | (~Q(state="open") & Q(decided_at__isnull=False)),
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_on"], name="data_request_open", condition=Q(state="open")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.received_at:%d/%m/%Y})"

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    @property
    def was_extended(self) -> bool:
        """The law allows it once."""
        return bool(self.reason_to_extend)

    def has_copy(self, now: dt.datetime) -> bool:
        """Whether the archive can be fetched at that moment."""
        until = self.file_until
        return bool(self.file) and until is not None and now < until
