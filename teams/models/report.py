"""The work of a team in one month, and its figures."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from content.fields import NFCCharField, NFCTextField
from content.marks import MarkBelow, own_mark
from members.models import Unit
from members.tracking import tracked
from teams import months
from teams.models.indicator import Indicator
from teams.models.team import DigitalTeam
from teams.querysets import ReportQuerySet, ReportValueQuerySet
from vietnam.dates import local_day

BIGGEST = 100_000
"""No team serves so many in a month; a slip of the finger types it easily."""
LONGEST = 1000


@tracked(without=["version", "saved_at", "values_mark"])
class Report(models.Model):
    """One report of one team for one month; only accepted ones count anywhere."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SENT = "sent", _("Sent")
        ACCEPTED = "accepted", _("Accepted")
        RETURNED = "returned", _("Returned")

    class SentBy(models.TextChoices):
        """In words and without a name: the roster tells who led the team that day."""

        LINK = "link", _("The leader, by the personal link")
        ACCOUNT = "account", _("The leader, signed in")
        COMMUNE = "commune", _("The commune, for the team")

    MOVES = {
        State.DRAFT: {State.SENT},
        State.SENT: {State.ACCEPTED, State.RETURNED},
        State.RETURNED: {State.SENT},
        State.ACCEPTED: {State.RETURNED},
    }
    OPEN = (State.DRAFT, State.RETURNED)
    """Whoever reports may still write."""

    team = models.ForeignKey(
        DigitalTeam,
        on_delete=models.PROTECT,
        related_name="reports",
        verbose_name=_("digital team"),
        db_index=False,  # report_once begins with it
    )
    month = models.DateField(_("month"), help_text=_("Its first day."))
    # As they were then: communes merge, and a report stays what it was.
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("unit")
    )
    unit_name = NFCCharField(_("name of the unit then"), max_length=150)
    state = models.CharField(
        pgettext_lazy("of a report", "state"),
        max_length=10,
        choices=State,
        default=State.DRAFT,
    )
    due_on = models.DateField(
        _("due on"), help_text=_("The last day on which it is in time.")
    )
    first_sent_at = models.DateTimeField(_("first sent at"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    sent_by = models.CharField(
        _("sent by"), max_length=10, choices=SentBy, blank=True, default=""
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    remark = NFCTextField(
        _("remark of the commune"), max_length=LONGEST, blank=True, default=""
    )
    # Counts each saving, so that two phones do not write over one another.
    version = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    saved_at = models.DateTimeField(_("saved at"), null=True, blank=True)
    # Of all its figures, kept by their table (migration 0013); and with when it was
    # decided on, so that one which was opened and accepted again is another one.
    values_mark = MarkBelow()
    mark = own_mark("id", "values_mark", "decided_at")

    objects = ReportQuerySet.as_manager()

    class Meta:
        ordering = ["-month", "team", "id"]
        verbose_name = _("monthly report")
        verbose_name_plural = _("monthly reports")
        indexes = [models.Index(fields=["month", "state"], name="report_by_month")]
        constraints = [
            models.UniqueConstraint(fields=["team", "month"], name="report_once"),
            models.CheckConstraint(name="report_month", condition=Q(month__day=1)),
            models.CheckConstraint(
                name="report_sent_at",
                condition=Q(state="draft")
                | Q(sent_at__isnull=False, first_sent_at__isnull=False),
            ),
            models.CheckConstraint(
                name="report_decided_at",
                condition=Q(state__in=["draft", "sent"]) | Q(decided_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.team} · {months.text(self.month)}"

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

    def was_in_time(self) -> bool | None:
        """Whether the first sending came by the due day; None before any."""
        if self.first_sent_at is None:
            return None
        return local_day(self.first_sent_at) <= self.due_on

    def may_become(self, state: State) -> bool:
        return state in self.MOVES[self.State(self.state)]


@tracked(insertions=False)
class ReportValue(models.Model):
    """What a report says to one indicator: a number, yes or no, or words.

    A line that was left empty has no row: nothing said is not nought.
    """

    report = models.ForeignKey(
        Report,
        on_delete=models.CASCADE,
        related_name="values",
        verbose_name=_("monthly report"),
        db_index=False,  # report_value_once begins with it
    )
    indicator = models.ForeignKey(
        Indicator,
        on_delete=models.PROTECT,
        related_name="values",
        verbose_name=_("indicator"),
        db_index=False,  # report_value_of_one begins with it
    )
    number = models.PositiveIntegerField(_("number"), null=True, blank=True)
    yes = models.BooleanField(_("yes or no"), null=True, blank=True)
    # Never who was helped: `teams.reports.personal_data` looks for it.
    text = NFCTextField(_("text"), max_length=LONGEST, blank=True, default="")

    objects = ReportValueQuerySet.as_manager()

    class Meta:
        ordering = ["report", "indicator"]
        verbose_name = _("figure of a report")
        verbose_name_plural = _("figures of reports")
        indexes = [
            # One indicator over years, without a look into the rows: the public page.
            models.Index(
                fields=["indicator", "report"],
                include=["number", "yes"],
                name="report_value_of_one",
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "indicator"], name="report_value_once"
            ),
            models.CheckConstraint(
                name="report_value_range",
                condition=Q(number__isnull=True)
                | Q(number__gte=0, number__lte=BIGGEST),
            ),
            models.CheckConstraint(
                name="report_value_one_kind",
                condition=Q(number__isnull=False, yes__isnull=True, text="")
                | Q(number__isnull=True, yes__isnull=False, text="")
                | (Q(number__isnull=True, yes__isnull=True) & ~Q(text="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator}: {self.value}"

    @property
    def value(self) -> int | bool | str:
        if self.number is not None:
            return self.number
        return self.text if self.yes is None else self.yes
