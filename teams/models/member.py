"""A person's time in a team."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from members.models import Person
from members.tracking import tracked
from teams.models.skill import TeamSkill
from teams.models.team import DigitalTeam
from teams.querysets import TeamMemberQuerySet


# "Leader of this team" would tell who somebody was.
@tracked(person="person", personal=["role"])
class TeamMember(models.Model):
    """A person's time in a team; who leaves gets an end, the row stays."""

    class Role(models.TextChoices):
        LEADER = "leader", _("Leader")
        DEPUTY = "deputy", _("Deputy")
        MEMBER = "member", _("Member")

    team = models.ForeignKey(
        DigitalTeam,
        on_delete=models.CASCADE,
        related_name="memberships",
        verbose_name=_("digital team"),
    )
    person = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        related_name="team_memberships",
        verbose_name=_("person"),
    )
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.MEMBER)
    is_union_member = models.BooleanField(_("Union member"), default=False)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(
        _("to"), null=True, blank=True, help_text=_("The last day in the team.")
    )
    skills = models.ManyToManyField(
        TeamSkill, blank=True, related_name="+", verbose_name=_("skills")
    )
    # The person agreed that the public page shows their name.
    name_is_public = models.BooleanField(_("name is public"), default=False)

    objects = TeamMemberQuerySet.as_manager()

    class Meta:
        ordering = ["team", "starts_on", "id"]
        verbose_name = _("team member")
        verbose_name_plural = _("team members")
        constraints = [
            models.UniqueConstraint(
                fields=["team", "person"],
                condition=Q(ends_on__isnull=True),
                name="team_member_once",
            ),
            models.UniqueConstraint(
                fields=["team"],
                condition=Q(ends_on__isnull=True, role="leader"),
                name="team_one_leader",
            ),
            models.CheckConstraint(
                name="team_member_span",
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.team}"

    def is_current(self, on: dt.date) -> bool:
        """In the team on that day."""
        return self.starts_on <= on and (self.ends_on is None or self.ends_on >= on)
