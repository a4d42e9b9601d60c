"""A member list that a worker looks through and brings in."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from members.models.account import User


class MemberListRun(models.Model):
    """How far a list is, what its preview found, and what was answered.

    When it ends, names go with the file; the numbers stay and tell who brought in
    what.
    """

    class Step(models.TextChoices):
        LOOK = "look", _("Looking through")
        WRITE = "write", _("Bringing in")

    class State(models.TextChoices):
        WAITING = "waiting", _("Waits for a free worker")
        WORKING = "working", _("At work")
        READY = "ready", _("Waits for your answer")
        DONE = "done", _("Done")
        REFUSED = "refused", _("Cannot be read")
        BUSY = "busy", _("Another list was being brought in")

    token = models.TextField(_("file"), unique=True)
    name = models.CharField(_("name of the file"), max_length=150)
    user = models.ForeignKey(
        User,
        on_delete=models.CASCADE,
        related_name="+",
        verbose_name=_("account"),
    )
    step = models.CharField(_("step"), max_length=10, choices=Step, default=Step.LOOK)
    state = models.CharField(
        _("state"), max_length=10, choices=State, default=State.WAITING
    )
    answers = models.JSONField(_("answers"), default=dict)
    replace = models.BooleanField(_("the list is right"), default=False)
    tidy_names = models.BooleanField(_("names tidied"), default=True)
    # Of the page that asked: what is wrong is said in it.
    language = models.CharField(max_length=10, default="vi", editable=False)
    rows = models.PositiveIntegerField(_("rows"), default=0)
    asked_at = models.DateTimeField(_("sent at"))
    # The last sign of life of a worker; an old one lets another worker begin.
    seen_at = models.DateTimeField(_("seen at"), null=True)
    found = models.JSONField(_("preview"), default=dict)
    outcome = models.JSONField(_("outcome"), default=dict)

    class Meta:
        ordering = ["-asked_at", "-id"]
        verbose_name = _("member list being brought in")
        verbose_name_plural = _("member lists being brought in")

    def __str__(self) -> str:
        return f"{self.name}, {self.asked_at:%d/%m/%Y %H:%M}"

    @property
    def is_unfinished(self) -> bool:
        return self.state in {self.State.WAITING, self.State.WORKING}
